#include <doctest/doctest.h>

#include "harness/report/format.h"
#include "harness/report/html/index.h"
#include "harness/report/html/writer.h"
#include "tests/unit/report/fixture.h"

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

}  // namespace
}  // namespace assay::report
