#include "harness/run/record.h"

#include <doctest/doctest.h>

#include "tests/support/scratch.h"

namespace assay::run {
namespace {

Grading grading_of_two_cases() {
  Grading grading;
  model::Plan& plan = grading.plan;
  plan.exercise = "an_exercise";
  plan.variant = "without_ai";
  plan.seed = 7;
  plan.entry = {"solution.py", "f", {{"x", "int"}}};
  for (const char* id : {"one", "two"}) {
    model::Case made;
    made.id = id;
    made.title = "A title";
    made.arguments = {1};
    plan.cases.push_back(made);
  }
  return grading;
}

SubmissionRun run_of_two() {
  SubmissionRun run;
  run.inspection = {{"functions", {"f"}}};
  for (const char* id : {"one", "two"}) {
    model::Observation seen;
    seen.case_id = id;
    seen.outcome.kind = model::OutcomeKind::kReturned;
    seen.value = {{"status", "caf\u00e9"}, {"ratio", 0.1}};
    seen.has_value = true;
    seen.virtual_time = Duration(1'234'567'891);
    run.observations.push_back(seen);
  }
  return run;
}

ReworkRun without_draft() {
  ReworkRun rework;
  rework.run = run_of_two();
  return rework;
}

Result<ReworkRun> written_and_read(const Grading& written, const Grading& read,
                                   const ReworkRun& rework = without_draft()) {
  const testing::Scratch scratch;
  const std::string path = scratch.write("observations.jsonl", record_text(written, rework));
  auto record = read_record(path);
  REQUIRE(record.ok());
  CHECK_EQ(record->exercise, "an_exercise");
  CHECK_EQ(record->seed, 7);
  return run_of(std::move(*record), read.plan);
}

TEST_CASE("a run is read back as it was recorded") {
  const Grading grading = grading_of_two_cases();
  const auto run = written_and_read(grading, grading);
  REQUIRE(run.ok());
  const SubmissionRun before = run_of_two();
  CHECK_EQ(run->run.inspection, before.inspection);
  REQUIRE_EQ(run->run.observations.size(), 2);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK_EQ(dump_json(Json(run->run.observations[i])), dump_json(Json(before.observations[i])));
  CHECK_FALSE(run->kind);
  CHECK_EQ(run->draft, nullptr);
}

TEST_CASE("a draft is read back with what it did, and that none was kept as well") {
  const Grading grading = grading_of_two_cases();
  ReworkRun rework = without_draft();
  rework.kind = model::DraftKind::kOwn;
  auto run = written_and_read(grading, grading, rework);
  REQUIRE(run.ok());
  CHECK_EQ(run->kind, model::DraftKind::kOwn);
  CHECK_EQ(run->draft, nullptr);

  DraftRun draft{model::DraftKind::kOwn,
                 {{"draft.py", "caf\xe9", "h"}},
                 run_of_two().observations,
                 {{"functions", {"g"}}},
                 {}};
  draft.observations[1].notes = {"of the draft"};
  rework.draft = std::make_shared<const DraftRun>(draft);
  run = written_and_read(grading, grading, rework);
  REQUIRE(run.ok());
  REQUIRE(run->draft);
  CHECK_EQ(run->draft->files, draft.files);
  CHECK_EQ(run->draft->inspection, draft.inspection);
  REQUIRE_EQ(run->draft->observations.size(), 2);
  CHECK_EQ(run->draft->observations[1].notes, draft.observations[1].notes);
  CHECK(run->run.observations[1].notes.empty());
}

TEST_CASE("observations follow the plan's order, and what it has no more is left") {
  Grading later = grading_of_two_cases();
  std::swap(later.plan.cases[0], later.plan.cases[1]);
  later.plan.cases.pop_back();
  const auto run = written_and_read(grading_of_two_cases(), later);
  REQUIRE(run.ok());
  REQUIRE_EQ(run->run.observations.size(), 1);
  CHECK_EQ(run->run.observations[0].case_id, "two");
}

TEST_CASE("what judges a case may change, what it was run with may not") {
  const Grading before = grading_of_two_cases();
  const auto with = [&](auto change) {
    Grading after = grading_of_two_cases();
    change(after.plan, after.plan.cases[1]);
    const auto run = written_and_read(before, after);
    return run.ok() ? "" : run.error().message;
  };
  using model::Case;
  using model::Plan;
  CHECK_EQ(with([](Plan&, Case& c) { c.title = "Another"; }), "");
  CHECK_EQ(with([](Plan&, Case& c) { c.label = "healthy"; }), "");
  CHECK_EQ(with([](Plan&, Case& c) { c.expect = {{"actual_rows", 1}}; }), "");
  CHECK_EQ(with([](Plan&, Case& c) { c.visibility = model::Visibility::kPublic; }), "");
  for (const std::string& message :
       {with([](Plan&, Case& c) { c.arguments = {2}; }), with([](Plan&, Case& c) {
          c.world = {{"tables", 1}};
        }),
        with([](Plan&, Case& c) {
          c.script = {{{"steps", 1}}};
        }),
        with([](Plan&, Case& c) { c.now += Duration(1); }),
        with([](Plan&, Case& c) { c.id = "three"; })}) {
    CHECK_NE(message.find("1 case of the exercise never ran as it is now"), std::string::npos);
  }
  CHECK_NE(with([](Plan& p, Case&) { p.limits.wall_ms += 1; }).find("2 cases"), std::string::npos);
  CHECK_NE(with([](Plan& p, Case&) { p.environment["A"] = "b"; }).find("one, two"),
           std::string::npos);
  CHECK_NE(with([](Plan& p, Case&) { p.seed = 8; }), "");
  CHECK_NE(with([](Plan& p, Case&) { p.starter.push_back({"a.py", "", ""}); }), "");
  CHECK_NE(with([](Plan& p, Case&) { p.draft = model::SourceFile{"draft.py", "", "h"}; }), "");
}

TEST_CASE("what is no record is told with its line") {
  const testing::Scratch scratch;
  const auto error = [&](const std::string& text) {
    const auto record = read_record(scratch.write("observations.jsonl", text));
    REQUIRE_FALSE(record.ok());
    return record.error();
  };
  const std::string text = record_text(grading_of_two_cases(), without_draft());
  const std::size_t second = text.find('\n') + 1;
  CHECK_EQ(error(text.substr(second)).place.line, 1);
  CHECK_EQ(error("").place.line, 0);
  CHECK_EQ(error("[]\n").place.line, 1);
  CHECK_EQ(error(text.substr(0, second) + "{}\n").place.line, 0);
  CHECK_EQ(error(text.substr(0, second) + "nonsense\n").place.line, 2);
  std::string of_draft = text.substr(second, text.find('\n', second) - second);
  of_draft.insert(of_draft.size() - 1, R"(,"of":"draft")");
  CHECK_EQ(error(text.substr(0, second) + of_draft + "\n").place.line, 2);
  CHECK_FALSE(read_record(scratch.path("nothing")).ok());
}

}  // namespace
}  // namespace assay::run
