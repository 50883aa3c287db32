#include "harness/run/workload.h"

#include <doctest/doctest.h>

namespace assay::run {
namespace {

using model::DraftKind;

model::SourceFile file(const std::string& path, const std::string& bytes) {
  return {path, bytes, "hash of " + bytes};
}

Rework rework(const std::string& id, std::optional<DraftKind> kind, const std::string& own = "") {
  Rework one{{}, kind};
  one.submission.id = id;
  one.submission.files = {file("solution.py", id)};
  if (!own.empty()) one.submission.files.push_back(file("draft.py", own));
  return one;
}

std::string order_of(const Workload& workload) {
  std::string text;
  for (const model::Submission& item : workload.items)
    text += (item.entry_file.empty() ? item.id : "draft:" + item.files[0].bytes) + " ";
  return text;
}

SubmissionRun run_of(std::size_t index) {
  SubmissionRun run{.index = index};
  run.observations.emplace_back().case_id = "of item " + std::to_string(index);
  return run;
}

TEST_CASE("the package's draft runs once, before everything, whatever the candidates handed in") {
  const auto workload = make_workload(
      {rework("ada", DraftKind::kPackage, "changed"), rework("bob", DraftKind::kPackage)},
      file("draft.py", "given"));
  CHECK(order_of(workload) == "draft:given ada bob ");
  CHECK(workload.about[0].users == 2);
  CHECK(workload.about[2].submission == 1);
}

TEST_CASE("own drafts run right before the first submission that needs them, equal ones once") {
  const auto workload =
      make_workload({rework("ada", DraftKind::kOwn, "x"), rework("bob", DraftKind::kOwn),
                     rework("carl", DraftKind::kOwn, "y"), rework("dora", DraftKind::kOwn, "x")},
                    file("draft.py", "given"));
  CHECK(order_of(workload) == "draft:x ada bob draft:y carl dora ");
  CHECK_FALSE(workload.about[2].draft);
  CHECK(workload.about[5].draft == 0);
}

TEST_CASE("where a variant has no draft there are submissions and nothing else") {
  const auto workload = make_workload({rework("ada", {}, "x"), rework("bob", {})}, {});
  CHECK(order_of(workload) == "ada bob ");
}

TEST_CASE("a submission that is done before its draft waits for it, and no other does") {
  const auto workload =
      make_workload({rework("ada", DraftKind::kOwn, "x"), rework("bob", DraftKind::kOwn)}, {});
  Joiner joiner(workload);  // items: draft, ada, bob
  CHECK(joiner.add(run_of(1)).empty());
  auto ready = joiner.add(run_of(2));
  REQUIRE(ready.size() == 1);
  CHECK(ready[0].run.index == 1);
  CHECK(ready[0].draft == nullptr);
  CHECK(ready[0].kind == DraftKind::kOwn);
  ready = joiner.add(run_of(0));
  REQUIRE(ready.size() == 1);
  CHECK(ready[0].item == 1);
  CHECK(ready[0].run.index == 0);
  REQUIRE(ready[0].draft);
  CHECK(ready[0].draft->observations[0].case_id == "of item 0");
  CHECK(ready[0].draft->files[0].bytes == "x");
}

TEST_CASE("what a draft did is let go with its last submission") {
  const auto workload =
      make_workload({rework("ada", DraftKind::kPackage), rework("bob", DraftKind::kPackage)},
                    file("draft.py", "given"));
  Joiner joiner(workload);
  CHECK(joiner.add(run_of(0)).empty());
  auto ada = joiner.add(run_of(1));
  auto bob = joiner.add(run_of(2));
  REQUIRE(ada.size() == 1);
  REQUIRE(bob.size() == 1);
  CHECK(ada[0].draft == bob[0].draft);
  ada.clear();
  CHECK(bob[0].draft.use_count() == 1);
}

TEST_CASE("a draft is the package's unless one's own is asked for, where there is one at all") {
  model::Exercise exercise;
  exercise.id = "tiny";
  CHECK(*choose_draft(exercise, "plain", {}) == std::nullopt);
  const auto refused = choose_draft(exercise, "plain", DraftKind::kOwn);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message == "the variant plain of tiny has no draft");
  exercise.draft = file("draft.py", "given");
  CHECK(*choose_draft(exercise, "rework", {}) == DraftKind::kPackage);
  CHECK(*choose_draft(exercise, "rework", DraftKind::kOwn) == DraftKind::kOwn);
}

}  // namespace
}  // namespace assay::run
