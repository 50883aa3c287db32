#pragma once

// An exercise package, from its folder to values.
//
// In: a package's name or folder, and the variant. Out: the exercise, its cases filled in, and the
// solutions that prove it; or an input error with file, line and column for everything that is
// wrong. Reads files, keeps nothing open; used from one thread. Nothing in a package can trip an
// assertion.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/authored/document.h"
#include "harness/base/result.h"
#include "harness/model/draft.h"
#include "harness/model/exercise.h"
#include "harness/model/plan.h"
#include "harness/model/verdict.h"

namespace assay::plan {

/// Beside the exercises' folders, and none of them: what they share, shared/NAME.yaml.
inline constexpr std::string_view kSharedFolder = "shared";

inline constexpr std::size_t kMaxCases = 2'000;
inline constexpr std::size_t kMaxStatementBytes = 256 << 10;
inline constexpr std::size_t kMaxStarterFiles = 64;
inline constexpr std::size_t kMaxStarterBytes = 1 << 20;  ///< of one file

struct Package {
  model::Exercise exercise;
  std::string variant;
  std::vector<model::Case> cases;  ///< by file name, then as written, a twin right after its case
};

/// Reads and checks the whole package. An empty `variant` is the first that the package names.
Result<Package> load(const std::string& name_or_folder, const std::string& variant);

/// The schemas of a package's own files, by the names that they refer to one another by.
struct NamedText {
  std::string name;
  std::string_view text;
};
std::vector<NamedText> schema_texts();

/// The names of the exercises in a folder.
std::vector<std::string> exercise_names(const std::string& folder);

/// exercise.yaml of a package, held against its schema and nothing else.
Result<AuthoredDocument> read_exercise_file(const std::string& folder);

/// The cases to run for one submission. Depends on nothing else.
model::Plan make_plan(const Package& package, std::uint64_t seed);

/// One of the package's own solutions, and what it must get.
struct Solution {
  std::string name;
  std::string kind;    ///< "reference", "unusual" or "flawed"
  std::string path;    ///< below solutions/: "flawed/off_by_one", "with_ai/flawed/as_drafted"
  std::string folder;  ///< the submission
  std::string title;
  std::string why;                                   ///< what it is there to prove
  std::optional<model::DraftKind> draft;             ///< nothing where the variant has no draft
  std::map<std::string, std::string> anchors;        ///< by level
  std::map<std::string, model::Verdict> indicators;  ///< of the first rubric, by id
  /// Of each further rubric, by its id.
  std::map<std::string, std::map<std::string, model::Verdict>> rubrics;
  /// Where `indicators`, `rubrics` and what is in them stand, by JSON pointer in expected.yaml.
  std::map<std::string, Place> places{};
};

/// Those of the package's variant, by kind (reference, unusual, flawed) and name:
/// solutions/<variant>/<kind>/<name>/expected.yaml and, for the first variant,
/// solutions/<kind>/<name>/expected.yaml. expected.yaml is not part of the submission.
Result<std::vector<Solution>> load_solutions(const Package& package);

/// Mutants of the references that are as good as the original, with the reason: id and sentence, as
/// solutions/mutants.yaml lists them; for a variant other than the first,
/// solutions/<variant>/mutants.yaml. None where there is no such file.
Result<std::vector<std::pair<std::string, std::string>>> load_equivalent_mutants(
    const Package& package);

}  // namespace assay::plan
