#pragma once

// What a run has to run, where submissions rework a draft: each draft once, whoever shares it, and
// each submission; and putting together again what comes of them.
//
// Theory of operation. A draft runs through the same cases as a submission, by an entry file of its
// own. Drafts of the same bytes are one: the package's for everybody, or own drafts that happen to
// be equal. A draft stands in the list right before the first submission that reworks it, so the
// pool, which hands out in order, has it done by the time it is needed; a submission that is done
// earlier waits. What a draft did is kept until its last submission has it. Values; one thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/draft.h"
#include "harness/model/plan.h"
#include "harness/model/submission.h"
#include "harness/run/pool.h"

namespace assay::run {

/// Which draft a run compares with: what was asked for, else the package's. Nothing where the
/// variant has none, which is an input error where one was asked for.
Result<std::optional<model::DraftKind>> choose_draft(const model::Exercise& exercise,
                                                     const std::string& variant,
                                                     std::optional<model::DraftKind> wanted);

/// A submission, and the draft that it is held against.
struct Rework {
  model::Submission submission;
  std::optional<model::DraftKind> draft;  ///< nothing: the variant has none
};

struct Workload {
  /// For run_pool: submissions and drafts.
  std::vector<model::Submission> items;
  struct Item {
    std::optional<std::size_t> submission;  ///< its place in what was given; nothing: a draft
    std::optional<model::DraftKind> kind;
    std::optional<std::size_t> draft;  ///< index of its draft among the items, where there is one
    std::size_t users = 0;             ///< of a draft: the submissions that rework it
  };
  std::vector<Item> about;  ///< one for each item
};

Workload make_workload(std::vector<Rework> reworks,
                       const std::optional<model::SourceFile>& package_draft);

/// What a draft did; shared by the submissions that rework it.
struct DraftRun {
  model::DraftKind kind = model::DraftKind::kPackage;
  std::vector<model::SourceFile> files;
  std::vector<model::Observation> observations;
  Json inspection;
  std::vector<std::string> retries;
  std::vector<std::vector<model::Observation>> repetitions = {};  ///< as of SubmissionRun
};

/// A submission with all that is needed to judge it.
struct ReworkRun {
  std::size_t item = 0;  ///< in the workload
  SubmissionRun run;     ///< its index is the submission's place in what was given
  std::optional<model::DraftKind> kind;
  std::shared_ptr<const DraftRun> draft;  ///< null where there is none, or none was kept
};

class Joiner {
 public:
  /// Borrows the workload.
  explicit Joiner(const Workload& workload);

  /// Takes what came of an item. Gives the submissions that are whole by it.
  std::vector<ReworkRun> add(SubmissionRun run);

 private:
  ReworkRun whole(SubmissionRun run);

  struct Draft {
    std::shared_ptr<const DraftRun> done;
    std::vector<SubmissionRun> waiting;
    std::size_t users_left = 0;
  };
  const Workload& workload_;
  std::vector<Draft> drafts_;  ///< by item
};

}  // namespace assay::run
