#include "harness/report/summary.h"

#include <doctest/doctest.h>

#include "harness/report/format.h"
#include "harness/report/html/summary_page.h"
#include "harness/report/text.h"
#include "tests/support/golden.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_json.h"

namespace assay::report {
namespace {

SummaryEntry named(std::string id, model::Report report) {
  report.submission.id = std::move(id);
  return entry_of(Json(report));
}

Json many() {
  return summarise(
      {named("b-sound", fixture::sound()), named("hostile", fixture::hostile()),
       named("a-sound", fixture::sound()),
       named("a-very-long-name-of-a-submission-漢字-\x1b[31m", fixture::sound()),
       named("empty", fixture::not_gradable()),
       failed_entry("broken.zip", "this is not a zip archive: no end of central directory")});
}

std::vector<std::string> ids(const Json& summary) {
  std::vector<std::string> list;
  for (const Json& submission : summary.at("submissions")) list.push_back(submission.at("id"));
  return list;
}

TEST_CASE("what has no result comes first, then what needs a person most, then by name") {
  CHECK_EQ(ids(many()), std::vector<std::string>{"broken.zip", "empty", "a-sound",
                                                 "a-very-long-name-of-a-submission-漢字-\x1b[31m",
                                                 "b-sound", "hostile"});
}

TEST_CASE("a summary counts verdicts by polarity and names those that a person decides") {
  const Json entry = entry_of(Json(fixture::sound())).graded;
  CHECK_EQ(dump_json(entry["positive"]),
           R"({"observed":2,"not_observed":0,"not_exercised":0,"needs_human":1,"undetermined":0})");
  CHECK_EQ(dump_json(entry["negative"]),
           R"({"observed":0,"not_observed":1,"not_exercised":0,"needs_human":1,"undetermined":0})");
  CHECK_EQ(dump_json(entry["needs_human"]), R"(["structured_status","cannot_explain"])");
  CHECK_EQ(entry["provisional"], true);
}

TEST_CASE("what a further rubric says is counted apart, and orders nobody") {
  const Json entry = entry_of(Json(fixture::sound())).graded;
  REQUIRE_EQ(entry["apart"].size(), 1);
  const Json& apart = entry["apart"][0];
  CHECK_EQ(apart["rubric"], "production_readiness");
  CHECK_EQ(dump_json(apart["positive"]),
           R"({"observed":1,"not_observed":0,"not_exercised":1,"needs_human":0,"undetermined":0})");
  CHECK_EQ(dump_json(apart["needs_human"]), R"(["retries_permanent"])");
  model::Report more_open = fixture::sound();
  for (model::Indicator& indicator : more_open.judgement.indicators)
    if (indicator.rubric == "production_readiness") indicator.verdict = model::Verdict::kNeedsHuman;
  CHECK_EQ(ids(summarise({named("a", fixture::sound()), named("b", more_open)})),
           std::vector<std::string>{"a", "b"});
}

TEST_CASE("the summary is as the golden files have it") {
  testing::check_golden("summary.json", dump_json(many(), 1) + "\n");
  testing::check_golden("summary.terminal", render_summary_terminal(many(), {}));
  testing::check_golden("summary.html", render_summary_html(many()));
}

TEST_CASE("a summary tells how many cases vary and what rests on them") {
  const Json summary = summarise({entry_of(fixture::varying())});
  const Json& entry = summary["submissions"][0];
  CHECK_EQ(dump_json(entry["varying"]),
           R"({"runs":3,"cases":3,"indicators":["explicit_handling","no_api_error_handling",)"
           R"("structured_status","sees_oversimplification","state_differentiation"]})");
  CHECK_NE(render_summary_terminal(summary, {}).find("varies: 3 cases of 3 runs each, on which"),
           std::string::npos);
  CHECK_NE(render_summary_html(summary).find("Varies from run to run"), std::string::npos);
  CHECK_EQ(summarise(entries_of(summary)), summary);
}

TEST_CASE("submissions of one result are grouped by how much speaks against them") {
  const auto with_against = [](std::string id, int number) {
    model::Report report = fixture::sound();
    for (model::Indicator& indicator : report.judgement.indicators) {
      if (indicator.rubric != report.rubrics.front().id) continue;
      const bool positive = indicator.polarity == model::Polarity::kPositive;
      const bool against = number-- > 0;
      indicator.verdict =
          positive == against ? model::Verdict::kNotObserved : model::Verdict::kObserved;
    }
    report.judgement.overall.anchor = id == "z" ? model::Anchor::kBelow : model::Anchor::kMeets;
    return named(std::move(id), std::move(report));
  };
  const Json summary = summarise({with_against("b", 2), with_against("z", 1), with_against("c", 0),
                                  with_against("a", 2), named("empty", fixture::not_gradable())});
  std::vector<std::string> groups;
  for (const ResultGroup& group : group_by_result(summary["submissions"])) {
    groups.push_back(std::string(group.anchor) + " " + std::to_string(group.against) + ":");
    for (const Json* submission : group.submissions)
      groups.back() += " " + submission->at("id").get<std::string>();
  }
  CHECK_EQ(groups, std::vector<std::string>{"meets 0: c", "meets 2: a b", "below 1: z"});
  const std::string table = render_summary_terminal(summary, {});
  CHECK_NE(table.find("  Meets, 0 against     c\n  Meets, 2 against     a, b\n"
                      "  Below, 1 against     z\n"),
           std::string::npos);
  const std::string page = render_summary_html(summary);
  CHECK_NE(page.find("Meets<span class=\"quiet\">, 2 against"), std::string::npos);
  CHECK_NE(page.find("id=\"results\""), std::string::npos);
  // There is nothing to tell apart in a run of one.
  const Json one = summarise({with_against("b", 2), named("empty", fixture::not_gradable())});
  CHECK_EQ(render_summary_terminal(one, {}).find("Meets, 2 against"), std::string::npos);
  CHECK_EQ(render_summary_html(one).find("id=\"results\""), std::string::npos);
}

TEST_CASE("every page says where the draft was handed in unchanged") {
  model::Report report = fixture::with_draft();
  const std::string words =
      "The draft was handed in unchanged: solution.py has the same bytes as draft.py.";
  const auto told = [&](const std::string& page) { return page.find(words) != std::string::npos; };
  const auto pages = [&] {
    const Json document(report);
    const Json summary = summarise({entry_of(document)});
    CHECK_EQ(summarise(entries_of(summary)), summary);
    return std::vector{told(find_format("terminal")->render(document, {.width = 200})),
                       told(find_format("html")->render(document, {})),
                       told(render_summary_terminal(summary, {.width = 200})),
                       told(render_summary_html(summary))};
  };
  CHECK_EQ(pages(), std::vector{false, false, false, false});
  for (model::SourceFile& file : report.submission.files)
    if (file.path == "solution.py") {
      file.bytes = report.draft->files.front().bytes;
      file.sha256 = report.draft->files.front().sha256;
    }
  CHECK_EQ(pages(), std::vector{true, true, true, true});
}

TEST_CASE("a summary tells which results came of real time") {
  Json real(fixture::sound());
  real["run"]["real_time"] = 20;
  const auto told = [](const Json& summary, std::string_view words) {
    CHECK_NE(render_summary_terminal(summary, {.width = 1'000}).find(words), std::string::npos);
    CHECK_NE(render_summary_html(summary).find(words), std::string::npos);
  };
  const Json one = summarise({named("virtual", fixture::sound()), entry_of(real)});
  told(one, "In real time, 20 times as fast: " +
                real["graded"]["submission"]["id"].get<std::string>() + ". How busy the machine");
  CHECK_EQ(summarise(entries_of(one)), one);
  told(summarise({entry_of(real)}), "In real time, 20 times as fast. How busy the machine");
  real["run"]["real_time"] = 1;
  told(summarise({entry_of(real)}), "In real time. How busy the machine");
  CHECK_EQ(render_summary_terminal(many(), {}).find("In real time"), std::string::npos);
}

TEST_CASE("what a person decides for every submission is said once") {
  const std::string table =
      render_summary_terminal(summarise({named("a", fixture::sound()), named("b", fixture::sound()),
                                         named("empty", fixture::not_gradable())}),
                              {});
  CHECK_EQ(table.find("a person decides: "), std::string::npos);
  CHECK_NE(table.find("A person decides for every submission: structured_status, cannot_explain."),
           std::string::npos);
}

TEST_CASE("the table keeps to the width and sends no escape sequence of a name") {
  for (const int width : {60, 80, 120}) {
    const std::string table = render_summary_terminal(many(), {.width = width});
    CHECK_EQ(table.find('\x1b'), std::string::npos);
    for (const std::string_view line : lines_of(table)) {
      CAPTURE(line);
      CHECK_LE(display_width(line), static_cast<std::size_t>(width));
    }
  }
}

TEST_CASE("a summary read back makes the same summary") {
  CHECK_EQ(summarise(entries_of(many())), many());
}

TEST_CASE("an empty run has an empty summary") {
  CHECK_EQ(dump_json(summarise({})),
           R"({"schema":"assay.summary/1","sandboxed":true,"indicators":[],"submissions":[]})");
  CHECK_NE(render_summary_terminal(summarise({}), {}).find("0 submissions"), std::string::npos);
}

}  // namespace
}  // namespace assay::report
