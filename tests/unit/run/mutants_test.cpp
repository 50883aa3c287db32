#include "harness/run/mutants.h"

#include <doctest/doctest.h>

#include "harness/base/sha256.h"

namespace assay::run {
namespace {

model::Submission submission() {
  model::Submission submission;
  submission.id = "reference/urllib";
  submission.files = {{"helper.py", "x = 1\n", ""},
                      {"solution.py", "a = 1\nif a < 2:\n    b()\n", ""}};
  return submission;
}

Json row(std::int64_t begin, std::int64_t end, const std::string& text) {
  return {{"id", "solution.py#<module>:swap_comparison:1"},
          {"file", "solution.py"},
          {"line", 2},
          {"operator", "swap_comparison"},
          {"begin", begin},
          {"end", end},
          {"text", text}};
}

TEST_CASE("a mutant is its reference with some bytes replaced, and knows its lines") {
  const auto made = mutants_of(submission(), "urllib", Json::array({row(9, 14, "(a <= 2)")}));
  REQUIRE(made.size() == 1);
  const auto& [mutant, changed] = made.front();
  CHECK(mutant.id == "urllib/solution.py#<module>:swap_comparison:1");
  CHECK(mutant.line == 2);
  CHECK(mutant.before == std::vector<std::string>{"if a < 2:"});
  CHECK(mutant.after == std::vector<std::string>{"if (a <= 2):"});
  REQUIRE(changed.files.size() == 2);
  CHECK(changed.files[0].bytes == "x = 1\n");
  CHECK(changed.files[1].bytes == "a = 1\nif (a <= 2):\n    b()\n");
  CHECK(changed.files[1].sha256 == sha256_hex(changed.files[1].bytes));
  CHECK(changed.sha256 == model::hash_of_files(changed.files));
}

TEST_CASE("the lines of a mutant are whole at both ends of a file") {
  const auto first = mutants_of(submission(), "u", Json::array({row(0, 5, "pass")}));
  CHECK(first.at(0).first.before == std::vector<std::string>{"a = 1"});
  const auto all = mutants_of(submission(), "u", Json::array({row(0, 24, "pass\n")}));
  CHECK(all.at(0).first.before == std::vector<std::string>{"a = 1", "if a < 2:", "    b()"});
  CHECK(all.at(0).first.after.at(0) == "pass");
  const auto nothing = mutants_of(submission(), "u", Json::array({row(24, 24, "")}));
  CHECK(nothing.at(0).second.files[1].bytes == submission().files[1].bytes);
}

TEST_CASE("what a box may not mean is left out") {
  Json other_file = row(0, 1, "x"), no_text = row(0, 1, "x"), numbers = row(0, 1, "x");
  other_file["file"] = "../solution.py";
  no_text["text"] = 7;
  no_text["begin"] = "0";
  numbers["begin"] = -1;
  CHECK(mutants_of(submission(), "u",
                   Json::array({other_file, no_text, numbers, row(5, 4, "x"), row(0, 25, "x"),
                                row(0, 1, std::string(100'000, 'x')), "row", nullptr}))
            .empty());
}

std::vector<model::Judgement> judgements(model::Verdict verdict, model::Anchor at_senior) {
  model::Judgement one;
  one.indicators.push_back({.id = "separation", .verdict = verdict});
  one.overall.anchor = model::Anchor::kMeets;
  std::vector<model::Judgement> all(4, one);
  all[2].overall.anchor = at_senior;
  return all;
}

TEST_CASE("mutants have a part of the cpu time, and enough of it") {
  const auto cpu_ms = [](std::int64_t whole) {
    return limits_of_mutants({.wall_ms = 10'000, .cpu_ms = whole}).cpu_ms;
  };
  CHECK(cpu_ms(20'000) == 5'000);
  CHECK(cpu_ms(2'000) == 1'000);
  CHECK(cpu_ms(500) == 500);
  CHECK(limits_of_mutants({.wall_ms = 10'000}).wall_ms == 10'000);
}

TEST_CASE("a verdict that moves, and an anchor that moves at one level, are changes") {
  const auto original = judgements(model::Verdict::kObserved, model::Anchor::kMeets);
  CHECK(changes_between(original, original).empty());
  CHECK(
      changes_between(original, judgements(model::Verdict::kNotObserved, model::Anchor::kBelow)) ==
      std::vector<std::string>{"separation: observed → not_observed",
                               "anchor at senior: meets → below"});
}

TEST_CASE("what the harness could not decide is no change, and leaves a mutant untold") {
  const auto original = judgements(model::Verdict::kObserved, model::Anchor::kMeets);
  const auto fault = judgements(model::Verdict::kUndetermined, model::Anchor::kBelow);
  CHECK(changes_between(original, fault).empty());
  CHECK(changes_between(fault, original).empty());
  CHECK(has_undetermined(fault));
  CHECK_FALSE(has_undetermined(original));

  auto other_moved = fault;
  auto reference = original;
  reference.front().indicators.push_back({.id = "own", .verdict = model::Verdict::kObserved});
  other_moved.front().indicators.push_back({.id = "own", .verdict = model::Verdict::kNotObserved});
  CHECK(changes_between(reference, other_moved) ==
        std::vector<std::string>{"own: observed → not_observed"});

  MutantRun run;
  run.mutants = {{.id = "a", .changes = {"x: observed → not_observed"}}};
  CHECK(run.ok());
  run.mutants.push_back({.id = "b", .untold = true});
  CHECK_FALSE(run.mutants[1].survives());
  CHECK_FALSE(run.ok());
  CHECK(mutants_document(run).at("mutants")[1].at("untold") == true);
}

TEST_CASE("a mutant survives unless it changes something or is known to be as good") {
  std::vector<Mutant> mutants = {
      {.id = "a", .changes = {"x: observed → not_observed"}}, {.id = "b"}, {.id = "c"}};
  CHECK(apply_equivalents({{"b", "it logs only"}}, true, mutants).empty());
  CHECK_FALSE(mutants[0].survives());
  CHECK_FALSE(mutants[1].survives());
  CHECK(mutants[1].equivalent == "it logs only");
  CHECK(mutants[2].survives());
  MutantRun run;
  run.mutants = mutants;
  CHECK_FALSE(run.ok());
  run.mutants.pop_back();
  CHECK(run.ok());
  run.mistakes = {"one"};
  CHECK_FALSE(run.ok());
}

TEST_CASE("a list of equivalents that is out of date is a mistake") {
  std::vector<Mutant> mutants = {{.id = "a", .changes = {"x: observed → not_observed"}}};
  CHECK(apply_equivalents({{"a", "r"}, {"gone", "r"}}, true, mutants) ==
        std::vector<std::string>{
            "mutants.yaml lists a, which changes x: observed → not_observed.",
            "mutants.yaml lists gone, which is not made."});
  CHECK(apply_equivalents({{"gone", "r"}}, false, mutants).empty());
}

}  // namespace
}  // namespace assay::run
