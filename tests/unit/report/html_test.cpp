#include <doctest/doctest.h>

#include "harness/base/count.h"
#include "harness/report/format.h"
#include "harness/report/html/index.h"
#include "harness/report/html/writer.h"
#include "harness/report/text.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_json.h"

namespace assay::report {
namespace {

TEST_CASE("text and attributes cannot leave their place") {
  HtmlWriter html;
  html.element("p", {{"title", "a\" onclick='x'"}, {"class", ""}}, "</p><script>&amp;");
  CHECK_EQ(html.take(),
           "<!doctype html>\n<p title=\"a&quot; onclick=&#39;x&#39;\">"
           "&lt;/p&gt;&lt;script&gt;&amp;amp;</p>\n");
}

TEST_CASE("elements close in the order in which they were opened, backwards") {
  HtmlWriter html;
  {
    const auto outer = html.open("div");
    const auto inner = html.open("b");
    html.text("x");
  }
  CHECK_EQ(html.take(), "<!doctype html>\n<div><b>x</b></div>\n");
}

TEST_CASE("lines of a candidate's output stay lines, and their control characters can be seen") {
  HtmlWriter html;
  html.lines("a\r\nb\x1b\n");
  CHECK_EQ(html.take(), "<!doctype html>\na\nb␛\n");
}

TEST_CASE("a citation leads to the nearest thing that the page has, and nowhere if there is none") {
  const Json report = fixture::hostile();
  const HtmlIndex index(report["graded"]);
  const auto anchor = [&](const model::Citation& citation) {
    return index.anchor_of(Json(citation));
  };
  using model::Citation;
  CHECK_EQ(anchor(Citation::of_case("hostile")), "c1");
  CHECK_EQ(anchor(Citation::of_request("hostile", 1)), "c1r1");
  CHECK_EQ(anchor(Citation::of_request("hostile", 99)), "c1");
  CHECK_EQ(anchor(Citation::of_stream("hostile", "stdout")), "c1-stdout");
  CHECK_EQ(anchor(Citation::of_stream("exited", "stdout")), "c4");
  CHECK_EQ(anchor(Citation::of_stream("raised", "exception")), "c2-exception");
  CHECK_EQ(anchor(Citation::of_stream("exited", "value")), "c4");
  CHECK_EQ(anchor(Citation::of_case("none")), "");
  const std::string path = report["graded"]["submission"]["files"][0]["path"];
  CHECK_EQ(anchor(Citation::of_source(path, 5, 5)), "f1l5");
  CHECK_EQ(anchor(Citation::of_source(path, 6, 6)), "");
  CHECK_EQ(anchor(Citation::of_source("other.py", 1, 1)), "");
}

TEST_CASE(
    "a page has room for a million bytes of sources, and the file that is called comes first") {
  Json report = fixture::sound();
  Json& graded = report["graded"];
  Json called = graded["submission"]["files"][0];
  Json filler = called;
  filler["path"] = "a_filler.py";
  std::string text;
  while (text.size() < 2 * kMaxShownSourceBytes) text += "x = 1\n";
  filler["text"] = text;
  graded["submission"]["files"] = Json::array({filler, called});
  const HtmlIndex index(graded);
  const SourceFile& first = index.file(0, Side::kSolution);
  CHECK(first.left_out > 0);
  CHECK_EQ(first.lines.size() + first.left_out, text.size() / 6);
  CHECK(first.lines.size() * 6 <= kMaxShownSourceBytes);
  CHECK_EQ(index.file(1, Side::kSolution).left_out, 0);
  const std::string page = find_format("html")->render(report, {});
  CHECK(page.find("this page has no room for its last ") != std::string::npos);
  graded["submission"]["files"][0]["cut"] = true;
  const std::string of_cut = find_format("html")->render(report, {});
  const std::string left = count_of(first.left_out, "line");
  CHECK(of_cut.find("; only its beginning is kept; this page has no room for the last " + left +
                    " of that, which report.json has") != std::string::npos);
}

TEST_CASE("cited lines are known from both ends") {
  const Json report = fixture::sound();
  const HtmlIndex index(report["graded"]);
  CHECK_EQ(index.facts_from_line(0, 13), std::vector<std::string>{"e1"});
  CHECK_EQ(index.facts_from_line(0, 14), std::vector<std::string>{});
  CHECK(index.is_cited(0, 25));
  CHECK_FALSE(index.is_cited(0, 26));
  CHECK_EQ(index.facts_of_case("healthy"), std::vector<std::string>{"e1", "e3"});
  CHECK_EQ(index.fact("e77"), nullptr);
}

TEST_CASE("a page without a sandbox says so at its top and beside the layers") {
  const std::string page = find_format("html")->render(Json(fixture::hostile()), {});
  const std::size_t first = page.find("Not sandboxed");
  REQUIRE_NE(first, std::string::npos);
  CHECK_LT(first, page.find("id=\"verdicts\""));
  CHECK_GT(page.find("Not sandboxed", first + 1), page.find("id=\"run\""));
  const std::string boxed = find_format("html")->render(Json(fixture::sound()), {});
  CHECK_EQ(boxed.find("Not sandboxed"), std::string::npos);
}

TEST_CASE("what is cited of a draft leads to the draft, and not to the solution") {
  const Json report = fixture::with_draft();
  const HtmlIndex index(report["graded"]);
  const auto anchor = [&](Json citation) {
    citation["of"] = "draft";
    return index.anchor_of(citation);
  };
  CHECK_EQ(anchor({{"case", "missing"}}), "dc5");
  CHECK_EQ(anchor({{"case", "low"}, {"stream", "value"}}), "dc4-value");
  CHECK_EQ(anchor({{"case", "server-500"}, {"request", 1}}), "dc6r1");
  CHECK_EQ(anchor({{"file", "draft.py"}, {"line", 12}, {"end_line", 13}}), "df1l12");
  CHECK_EQ(anchor({{"file", "solution.py"}, {"line", 1}, {"end_line", 1}}), "");
  CHECK(index.is_cited(0, 12, Side::kDraft));
  CHECK_FALSE(index.is_cited(0, 14, Side::kDraft));
}

TEST_CASE("a fact knows the verdicts that rest on it by any of their parts") {
  const Json report = fixture::with_draft();
  const HtmlIndex index(report["graded"]);
  const auto ids = [&](const std::vector<std::string>& facts) {
    std::vector<std::string> list;
    for (const std::size_t position : index.indicators_on(facts))
      list.push_back(index.indicator(position).at("id"));
    return list;
  };
  CHECK_EQ(ids({"e2"}), std::vector<std::string>{"separation"});
  CHECK_EQ(ids({"e1", "e2"}), std::vector<std::string>{"separation"});
  CHECK_EQ(ids({"e8"}), std::vector<std::string>{"sees_oversimplification"});  // of a suggestion
  CHECK_EQ(ids({"e77"}), std::vector<std::string>{});
}

TEST_CASE(
    "a case lists so many requests, says how many more there are, and links to those listed") {
  const Json report = fixture::with_cases(1, kMaxListedRequests + 7);
  const std::string page = find_format("html")->render(report, {});
  CHECK_NE(page.find("and 7 more requests, which report.json has"), std::string::npos);
  const HtmlIndex index(report["graded"]);
  const auto anchor = [&](std::size_t request) {
    return index.anchor_of({{"case", "more-0"}, {"request", request}});
  };
  CHECK_EQ(anchor(kMaxListedRequests), "c10r" + std::to_string(kMaxListedRequests));
  CHECK_EQ(anchor(kMaxListedRequests + 1), "c10");
}

TEST_CASE("a page grows with its cases and no faster") {
  const auto size = [](std::size_t cases) {
    return find_format("html")->render(fixture::with_cases(cases, 2), {}).size();
  };
  const std::size_t none = size(0), some = size(200), many = size(2'000);
  CHECK_LT(many - none, 11 * (some - none));
  CHECK_LT((many - none) / 2'000, 6'000);
}

TEST_CASE("a suggestion of a machine is not in the page before a mark stands on its indicator") {
  const std::string page = find_format("html")->render(Json(fixture::sound()), {});
  CHECK_EQ(page.find("only broken transfers lack a result"), std::string::npos);
  CHECK_NE(page.find("shown once a person has decided"), std::string::npos);
}

TEST_CASE("what people decided shows beside what the machine said, and a suggestion stays closed") {
  const std::string page = find_format("html")->render(fixture::decided(), {});
  CHECK_NE(page.find("A person decided: "), std::string::npos);
  CHECK_NE(page.find("The machine said: "), std::string::npos);
  CHECK_NE(page.find("With 2 decisions by people. The machine alone came to: Meets the level mid."),
           std::string::npos);
  CHECK_NE(page.find("<details class=\"suggestion\">"), std::string::npos);
}

TEST_CASE("a second rubric stands apart and has no part in the numbers of the result") {
  const std::string page = find_format("html")->render(fixture::decided(), {});
  CHECK_NE(page.find("<h2 id=\"rubric2-h\">Production readiness</h2>"), std::string::npos);
  CHECK_NE(page.find("5 indicators of another rubric stand apart"), std::string::npos);
}

/// Of every <code> in a line of the first file: its text, tags taken out.
std::vector<std::string> source_without_tags(const std::string& page) {
  std::vector<std::string> lines;
  for (std::size_t number = 1;; ++number) {
    std::size_t at = page.find("id=\"f1l" + std::to_string(number) + "\"");
    if (at == std::string::npos) return lines;
    at = page.find("<code>", at) + 6;
    std::string line = page.substr(at, page.find("</code>", at) - at);
    for (std::size_t tag; (tag = line.find('<')) != std::string::npos;)
      line.erase(tag, line.find('>', tag) + 1 - tag);
    lines.push_back(std::move(line));
  }
}

TEST_CASE("colours take nothing from the source and add nothing to it but tags") {
  const std::string hostile =
      "def f(x): # <script>alert(1)</script>\n  return f\"</code>{x!r:<{w}}&amp;\" + 'it'\n"
      "@d.e\nclass A: \"\"\"<b>\n  </b>\u202e # \x1b \xff '\n\tif 0x1F else 'open\n\"\"\"\n"
      "print('\\\n'>'<')\n";
  Json report = fixture::sound();
  Json& file = report["graded"]["submission"]["files"][0];
  REQUIRE_EQ(file["path"], "solution.py");
  file["text"] = hostile;
  const std::string page = find_format("html")->render(report, {});
  std::vector<std::string> expected;
  for (const std::string_view line : lines_of(hostile)) {
    HtmlWriter html;
    html.text(line);
    expected.push_back(html.take().substr(std::string_view("<!doctype html>\n").size()));
  }
  CHECK_EQ(source_without_tags(page), expected);
  CHECK_NE(page.find("<span class=\"k\">def</span> <span class=\"f\">f</span>(x)"),
           std::string::npos);
  file["path"] = "notes.md";
  CHECK_EQ(find_format("html")->render(report, {}).find("<span class=\"k\">"), std::string::npos);
}

TEST_CASE("a fact that cites a request leads there, and not to its case as well") {
  Json report = fixture::sound();
  Json& fact = report["graded"]["evidence"][0];
  fact["cites"] = {{{"case", "healthy"}}, {{"case", "healthy"}, {"request", 1}}, {{"case", "low"}}};
  const std::string page = find_format("html")->render(report, {});
  const std::string evidence = page.substr(page.find("<dt id=\"e1\">"));
  const std::string first = evidence.substr(0, evidence.find("</dd>"));
  CHECK_EQ(first.find(">healthy</a>"), std::string::npos);
  CHECK_NE(first.find(">healthy, request 1</a>"), std::string::npos);
  CHECK_NE(first.find(">low</a>"), std::string::npos);
}

TEST_CASE("the result shows every indicator of its rubric with how it stands, and no other's") {
  const Json report = fixture::decided();
  const std::string page = find_format("html")->render(report, {});
  const std::size_t at = page.find("<div class=\"board\">");
  REQUIRE_NE(at, std::string::npos);
  const std::string board = page.substr(at, page.find("class=\"next\"", at) - at);
  for (const Json& each : report["graded"]["indicators"]) {
    HtmlWriter html;
    html.text(each["label"].get<std::string>());
    const std::string label = html.take().substr(std::string_view("<!doctype html>\n").size());
    const bool ours = each["rubric"] == "data_engineer_coding_test";
    CHECK_MESSAGE((board.find(">" + label + "</a>: <b>") != std::string::npos) == ours, label);
  }
}

TEST_CASE(
    "of a value with thousands of entries the page shows the first, and how many more there are") {
  Json report = fixture::decided();
  Json& test_case = report["graded"]["cases"][0];
  REQUIRE(test_case.contains("value"));
  test_case["value"] = Json::object();
  for (int i = 0; i < 5'000; ++i) test_case["value"]["entry_" + std::to_string(i)] = i;
  const std::string page = find_format("html")->render(report, {});
  CHECK_NE(page.find("entry_99<"), std::string::npos);
  CHECK_EQ(page.find("entry_100<"), std::string::npos);
  CHECK_NE(page.find("and 4900 more, which report.json has"), std::string::npos);
}

TEST_CASE("layers of isolation are folded where all were on, and open where one was not") {
  Json report = fixture::sound();
  Json& layers = report["run"]["sandbox"]["layers"];
  layers = {{{"name", "network"}, {"state", "on"}, {"detail", ""}},
            {{"name", "Landlock"}, {"state", "on"}, {"detail", ""}}};
  CHECK_NE(find_format("html")
               ->render(report, {})
               .find("<details><summary>All 2 layers were on</summary>"),
           std::string::npos);
  layers[1]["state"] = "unavailable";
  CHECK_NE(find_format("html")
               ->render(report, {})
               .find("<details open=\"open\"><summary>Not on: Landlock</summary>"),
           std::string::npos);
}

TEST_CASE("an exercise without a warehouse has no column of requests") {
  Json report = fixture::sound();
  CHECK_NE(find_format("html")->render(report, {}).find("Requests over virtual time"),
           std::string::npos);
  for (Json& each : report["graded"]["cases"]) {
    each["requests"] = Json::array();
    each.erase("waits");  // a function that sleeps has them drawn, whomever it asks
  }
  const std::string page = find_format("html")->render(report, {});
  CHECK_EQ(page.find("virtual time"), std::string::npos);
  CHECK_EQ(page.find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace assay::report
