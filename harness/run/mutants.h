#pragma once

// Mutants of a package's reference solutions: whether its cases and checks would notice a mistake.
//
// Theory of operation. mutation.py makes the mutants. It reads the solutions with Python's own
// parser and so runs in a box, as the only "candidate" of a plan whose cases are the solutions.
// What comes back is untrusted: replacements of bytes, which are applied here. Then the references
// and all mutants run through the package's own plan by the usual pool, each is judged at every
// level, and a mutant whose verdicts and anchors are those of its reference survives. It is either
// listed in solutions/mutants.yaml with a reason, or something is to be mended: the cases, where no
// case did anything else, or the checks, where one did.
//
// In: a package. Out: what became of each mutant, by id. One thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/exercise.h"
#include "harness/model/json.h"
#include "harness/run/progress.h"
#include "harness/run/validate.h"

namespace assay::run {

struct Mutant {
  std::string id;        ///< "urllib/solution.py#fetch:drop_handler:1"; stable, see mutation.py
  std::string solution;  ///< name of the reference
  std::string file;
  int line = 0;
  std::string operation;                   ///< "drop_handler"
  std::vector<std::string> before;         ///< whole lines of the file that it changes
  std::vector<std::string> after;          ///< and what they become
  std::vector<std::size_t> cases_changed;  ///< in which something else happened, by index
  std::vector<std::string> changes;  ///< of verdicts and anchors: "separation: observed → …"
  std::string equivalent;            ///< why it may survive; empty where it may not
  bool untold = false;  ///< nothing moved, and where the harness failed nobody can know

  bool survives() const { return changes.empty() && equivalent.empty() && !untold; }
};

struct MutantCase {
  std::string id;
  std::string label;
};

struct MutantRun {
  bool stopped = false;  ///< the rest is empty then
  std::string exercise;
  std::vector<MutantCase> cases;
  std::vector<Mutant> mutants;        ///< by solution, then as they stand in it
  std::vector<std::string> mistakes;  ///< in the variant's mutants.yaml, a sentence each

  bool ok() const;
};

/// `only`: mutants whose id contains it; empty: all.
Result<MutantRun> run_mutants(const ValidateOptions& options, const std::string& only,
                              Progress& progress);

/// The table as a document.
Json mutants_document(const MutantRun& run);

// ---- the parts without running anything

/// The mutants that `found`, what came out of the box, makes of a submission; rows of another
/// shape, or that point outside a file, are left out. Beside each, the submission that it is.
std::vector<std::pair<Mutant, model::Submission>> mutants_of(const model::Submission& original,
                                                             const std::string& solution,
                                                             const Json& found);

/// Those under which mutants run, and their references beside them. Some never end, polling for
/// instance, and each of their cases costs the cpu limit, and as much in the warehouse: what honest
/// code never comes near is enough to tell them.
model::Limits limits_of_mutants(model::Limits limits);

/// Whether the harness failed where a verdict rests on it.
bool has_undetermined(const std::vector<model::Judgement>& judgements);

/// Verdicts and anchors that differ; each list holds a judgement for each level. What is
/// undetermined on either side is no change, and neither is an anchor that rests on it.
std::vector<std::string> changes_between(const std::vector<model::Judgement>& original,
                                         const std::vector<model::Judgement>& mutant);

/// What is wrong with a list of equivalents, given what became of the mutants; and their reasons
/// put where they belong. Where `only` left mutants out, one that is not there is no mistake.
std::vector<std::string> apply_equivalents(
    const std::vector<std::pair<std::string, std::string>>& equivalents, bool all_made,
    std::vector<Mutant>& mutants);

}  // namespace assay::run
