#include "harness/run/result_key.h"

#include <doctest/doctest.h>

#include "tests/support/scratch.h"

namespace assay::run {
namespace {

using testing::Scratch;

/// A grading, its terms, a submission and versions, each part of which a test may change.
struct Made {
  explicit Made(const Scratch& scratch)
      : terms{.assay = scratch.write("assay", "program"),
              .runner = scratch.write("runner", "other")} {
    grading.package.exercise.sha256 = "p";
    grading.package.variant = "without_ai";
    grading.rubrics.push_back({});
    grading.rubrics[0].sha256 = "r";
    submission.id = "ada";
    submission.sha256 = "s";
    tool = {"0", "3.11.2", {{"requests", "2.28.1"}}};
  }

  ResultKey key() const {
    auto of_run = key_of_run(grading, terms);
    REQUIRE_MESSAGE(of_run.ok(), of_run.error().to_string());
    return with_submission(with_tool(*of_run, tool), submission);
  }

  Grading grading;
  GradingTerms terms;
  model::Submission submission;
  model::Tool tool;
};

TEST_CASE("the same parts give the same key") {
  const Scratch scratch;
  CHECK(Made(scratch).key() == Made(scratch).key());
  CHECK(what_changed(Made(scratch).key(), Made(scratch).key()).empty());
}

TEST_CASE("each part that a result is made from changes the key, and is told in words") {
  const Scratch scratch;
  const auto told = [&](auto change) {
    Made now(scratch);
    const ResultKey before = now.key();
    change(now);
    return what_changed(before, now.key());
  };
  CHECK(told([](Made& m) { m.submission.sha256 = "t"; }) == "the submission has changed");
  CHECK(told([](Made& m) { m.submission.id = "bob"; }) == "the submission has changed");
  CHECK(told([](Made& m) {
          m.submission.intake.push_back({"x", "too large"});
        }) == "the submission has changed");
  CHECK(told([](Made& m) {
          m.submission.notes.push_back({"x", "taken as solution.py"});
        }) == "the submission has changed");
  CHECK(told([](Made& m) { m.submission.applicant.application_id = "4711"; }) ==
        "an applicant system has other ids for them");
  CHECK(told([](Made& m) { m.grading.package.exercise.sha256 = "q"; }) ==
        "the exercise has changed");
  CHECK(told([](Made& m) { m.grading.rubrics[0].sha256 = "q"; }) == "the rubrics have changed");
  CHECK(told([](Made& m) { m.grading.rubrics.push_back({}); }) == "the rubrics have changed");
  CHECK(told([](Made& m) { m.grading.package.variant = "with_ai"; }) ==
        "they are of another variant");
  CHECK(told([](Made& m) { m.terms.level = model::Level::kSenior; }) ==
        "they are for another level");
  CHECK(told([](Made& m) { m.terms.draft = model::DraftKind::kOwn; }) ==
        "they were held against another draft");
  CHECK(told([](Made& m) { m.grading.plan.limits.wall_ms += 1; }) == "the limits have changed");
  CHECK(told([](Made& m) { m.grading.plan.seed = 9; }) == "they have another seed");
  CHECK(told([](Made& m) { m.terms.repeat = 3; }) == "each case was run another number of times");
  CHECK(told([](Made& m) { m.terms.all_cases = true; }) ==
        "cases that were not run are to be, or the other way round");
  CHECK(!told([](Made& m) { m.terms.backend = Backend::kProcess; }).empty());
  CHECK(told([](Made& m) { m.terms.real_time = 20; }) == "they ran by another clock");
  CHECK(told([&](Made& m) { m.terms.assay = scratch.write("new", "program 2"); }) ==
        "this is another build of Assay");
  CHECK(told([&](Made& m) { m.terms.runner = scratch.write("new", "other 2"); }) ==
        "this is another build of Assay");
  CHECK(told([](Made& m) { m.tool.python = "3.12.0"; }) == "this is another Python");
  CHECK(told([](Made& m) { m.tool.packages["requests"] = "3"; }) ==
        "the Python packages are other ones");
}

TEST_CASE("without Python and packages a key is compared by the rest") {
  const Scratch scratch;
  const Made made(scratch);
  const auto of_run = key_of_run(made.grading, made.terms);
  REQUIRE(of_run.ok());
  CHECK(what_changed(made.key(), with_submission(*of_run, made.submission)).empty());
  CHECK(!what_changed({}, *of_run).empty());
}

TEST_CASE("a program that cannot be read is an error") {
  const Scratch scratch;
  Made made(scratch);
  made.terms.runner = scratch.path("nowhere");
  CHECK(!key_of_run(made.grading, made.terms).ok());
}

TEST_CASE("verdicts derived again are made from the package and rubrics of now") {
  const Scratch scratch;
  Made now(scratch);
  Json run = {{"key", now.key()}};
  now.grading.package.exercise.sha256 = "q";
  now.grading.rubrics[0].sha256 = "q";
  REQUIRE(rekey(run, now.grading, now.terms.assay).ok());
  CHECK(run.at("key").get<ResultKey>() == now.key());
}

TEST_CASE("verdicts derived again by another build have no key, and those without keep none") {
  const Scratch scratch;
  const Made made(scratch);
  Json run = {{"key", made.key()}};
  REQUIRE(rekey(run, made.grading, scratch.write("new", "program 2")).ok());
  CHECK(!run.contains("key"));
  REQUIRE(rekey(run, made.grading, made.terms.assay).ok());
  CHECK(!run.contains("key"));
}

}  // namespace
}  // namespace assay::run
