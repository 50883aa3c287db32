#include "harness/report/html/summary_page.h"

#include <doctest/doctest.h>

#include "harness/report/html/heat_map.h"
#include "harness/report/summary.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_json.h"

namespace assay::report {
namespace {

std::string row_of(const std::vector<std::string>& groups,
                   const std::vector<std::optional<Tone>>& tones) {
  HtmlWriter html;
  write_heat_row(html, HeatMapColumns(groups), tones, "words");
  return html.take();
}

TEST_CASE("a cell has the square and the sign of its tone at its column") {
  const std::string row = row_of({"p", "p", "n"}, {Tone::kGood, std::nullopt, Tone::kBad});
  CHECK_NE(row.find(R"(<path class="good" d="M2 2h18v18h-18z"/>)"), std::string::npos);
  CHECK_NE(row.find(R"(<path class="good sign" d="M2 2m4 9l4 4 6-8"/>)"), std::string::npos);
  const std::string x = std::to_string(2 * kCell + kGroupGap + 2);
  CHECK_NE(row.find("<path class=\"bad\" d=\"M" + x + " 2h18"), std::string::npos);
  CHECK_EQ(row.find("\"ask"), std::string::npos);
}

TEST_CASE("people's decisions take the place of the machine's in a summary") {
  const SummaryEntry entry = entry_of(fixture::decided());
  const Json summary = summarise({entry});
  std::map<std::string, std::string> verdicts;
  for (std::size_t i = 0; i < summary["indicators"].size(); ++i)
    verdicts[summary["indicators"][i]["id"]] = summary["submissions"][0]["verdicts"][i];
  CHECK_EQ(verdicts["structured_status"], "observed");
  CHECK_EQ(verdicts["separation"], "not_observed");
  CHECK_EQ(verdicts["sets_timeout"], "observed");
  CHECK_EQ(entry.graded["needs_human"], Json({"sees_oversimplification", "cannot_explain"}));
}

TEST_CASE("indicators of a second rubric come last and are not counted with the first's") {
  const Json summary = summarise({entry_of(fixture::decided())});
  CHECK_EQ(summary["indicators"].back()["rubric"], "production_readiness");
  const Json& counted = summary["submissions"][0]["negative"];
  CHECK_EQ(counted["not_observed"], 1);
}

TEST_CASE("a report that lacks an indicator of another leaves its cell empty") {
  const Json summary =
      summarise({entry_of(Json(fixture::not_gradable())), entry_of(Json(fixture::sound()))});
  for (const Json& submission : summary["submissions"])
    CHECK_EQ(submission["verdicts"].size(), summary["indicators"].size());
  CHECK_EQ(summary["submissions"][0]["id"], "no-entry-point");
  CHECK(summary["submissions"][0]["verdicts"].back().is_null());
}

std::vector<SummaryEntry> many(std::size_t number) {
  const SummaryEntry one = entry_of(fixture::decided());
  std::vector<SummaryEntry> entries;
  for (std::size_t i = 0; i < number; ++i) {
    entries.push_back(one);
    entries.back().id = "s" + std::to_string(100'000 + i);
    entries.back().graded["id"] = entries.back().id;
  }
  return entries;
}

TEST_CASE("a submission takes a bounded number of bytes, however many there are") {
  const auto size = [](std::size_t n) { return render_summary_html(summarise(many(n))).size(); };
  const std::size_t few = size(100), many_more = size(2'100);
  CHECK_LT((many_more - few) / 2'000, 3'000);
  CHECK_LT(many_more - few, 2'000 * (few / 100 + 1));
}

std::size_t times_in(const std::string& page, std::string_view what) {
  std::size_t times = 0;
  for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1))
    ++times;
  return times;
}

TEST_CASE("of many that need attention the first are in view, and all are there") {
  const auto page_of = [](std::size_t number) {
    std::vector<SummaryEntry> entries;
    for (std::size_t i = 0; i < number; ++i)
      entries.push_back(failed_entry("f" + std::to_string(100 + i), "no such file"));
    return render_summary_html(summarise(entries));
  };
  const std::string few = page_of(25), more = page_of(60);
  CHECK_EQ(few.find("<summary>The other"), std::string::npos);
  CHECK_NE(more.find("<summary>The other 35</summary>"), std::string::npos);
  CHECK_EQ(times_in(more, "<td data-head=\"Why\">no such file</td>"), 60);
  CHECK_LT(more.find(">f124<"), more.find("<summary>The other"));
  CHECK_GT(more.find(">f125<"), more.find("<summary>The other"));
  CHECK_NE(more.find("<a href=\"#no-report\">No report (60)</a>"), std::string::npos);
}

TEST_CASE("a summary says how many came to what, of those that came to something") {
  std::vector<SummaryEntry> entries{entry_of(Json(fixture::sound())),
                                    entry_of(Json(fixture::not_gradable())),
                                    failed_entry("x", "no such file")};
  CHECK_NE(render_summary_html(summarise(entries)).find("<p class=\"results\">Meets 1</p>"),
           std::string::npos);
  CHECK_EQ(render_summary_html(summarise({entries[2]})).find("class=\"results\""),
           std::string::npos);
}

TEST_CASE("a hostile reason is cut in the page and whole in the file") {
  Json report = fixture::not_gradable();
  report["graded"]["gradable"]["reason"] = std::string(fixture::kMarkup) + std::string(50'000, 'r');
  const Json summary = summarise({entry_of(report)});
  CHECK_GT(summary["submissions"][0]["reason"].get<std::string>().size(), 50'000);
  const std::string page = render_summary_html(summary);
  CHECK_EQ(page.find(fixture::kMarkup), std::string::npos);
  CHECK_NE(page.find("&lt;script&gt;"), std::string::npos);
  CHECK_EQ(page.find(std::string(1'000, 'r')), std::string::npos);
}

TEST_CASE("links to reports keep to one component of a path, whatever a submission is called") {
  SummaryEntry odd = entry_of(Json(fixture::sound()));
  odd.id = "a b/../\"<%";
  odd.graded["id"] = odd.id;
  const std::string page = render_summary_html(summarise({odd}));
  CHECK_NE(page.find("href=\"./a%20b%2F..%2F%22%3C%25/report.html\""), std::string::npos);
}

TEST_CASE("an empty run has a page that says so") {
  const std::string page = render_summary_html(summarise({}));
  CHECK_NE(page.find("0 submissions"), std::string::npos);
  CHECK_NE(page.find("No submission has a verdict."), std::string::npos);
}

}  // namespace
}  // namespace assay::report
