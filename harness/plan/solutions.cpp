#include <algorithm>
#include <filesystem>
#include <set>

#include "assay_plan_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/plan/files.h"
#include "harness/plan/loader.h"

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {"reference", "unusual", "flawed"};

std::map<std::string, model::Verdict> verdicts_of(const Json& json) {
  std::map<std::string, model::Verdict> verdicts;
  for (const auto& [id, word] : json.items()) {
    const auto verdict = model::verdict_from(word.get<std::string>());
    ASSAY_ASSERT(verdict,
                 "the schema of expectations lists a verdict that the model does not have");
    verdicts[id] = *verdict;
  }
  return verdicts;
}

std::map<std::string, Place> places_of(const AuthoredDocument& document) {
  std::map<std::string, Place> places;
  const auto add = [&](const std::string& pointer) {
    if (const Json* there = find_in(document.value, pointer)) {
      places[pointer] = document.key_place_of(pointer);
      for (const auto& [key, unused] : there->items())
        places[pointer + pointer_step(key)] = document.key_place_of(pointer + pointer_step(key));
    }
  };
  add("/indicators");
  add("/rubrics");
  const Json further = document.value.value("rubrics", Json::object());
  for (const auto& [rubric, unused] : further.items()) add("/rubrics" + pointer_step(rubric));
  return places;
}

Result<Solution> read_solution(const Package& package, const std::string& below,
                               const std::string& kind, const std::string& name,
                               const Schema& schema) {
  Solution solution{.name = name, .kind = kind, .folder = below + "/" + kind + "/" + name};
  solution.path = fs::path(solution.folder)
                      .lexically_relative(package.exercise.folder + "/solutions")
                      .generic_string();
  const std::string path = solution.folder + "/expected.yaml";
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxAuthoredBytes));
  ASSAY_TRY(const AuthoredDocument document, parse_authored(path, text, schema));
  std::error_code failed;
  if (!fs::is_regular_file(solution.folder + "/" + package.exercise.entry.file, failed))
    return input_error("there is no " + package.exercise.entry.file + " beside expected.yaml",
                       {path});
  solution.title = document.value["title"];
  solution.why = document.value["why"];
  for (const auto& [level, anchor] : document.value["anchors"].items())
    solution.anchors[level] = anchor.get<std::string>();
  solution.indicators = verdicts_of(document.value["indicators"]);
  const Json further = document.value.value("rubrics", Json::object());
  for (const auto& [rubric, verdicts] : further.items())
    solution.rubrics[rubric] = verdicts_of(verdicts);
  solution.places = places_of(document);
  if (package.exercise.draft) solution.draft = model::DraftKind::kPackage;
  if (document.value.contains("draft")) {
    if (!package.exercise.draft)
      return input_error("the variant \"" + package.variant + "\" has no draft",
                         document.place_of("/draft"));
    solution.draft = model::draft_kind_from(document.value["draft"].get<std::string>());
  }
  return solution;
}

bool is_kind(const std::string& name) {
  return std::ranges::find(kKinds, name) != std::ranges::end(kKinds);
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += ", " + word;
  return list;
}

/// What stands in a folder of solutions and is neither a kind nor, where variants have folders
/// there, one of these.
void find_strangers(const std::string& root, const std::vector<std::string>& variants,
                    std::vector<Error>& errors) {
  for (const std::string& name : names_in(root, true, ""))
    if (!is_kind(name) && std::ranges::find(variants, name) == variants.end())
      errors.push_back(input_error("solutions/ holds \"" + name + "\"", {root},
                                   "expected reference, unusual and flawed" + list_of(variants)));
}

}  // namespace

Result<std::vector<Solution>> load_solutions(const Package& package) {
  const Schema schema(k_expected_schema_json);
  const model::Exercise& exercise = package.exercise;
  const std::string root = exercise.folder + "/solutions";
  const std::string own = root + "/" + package.variant;
  std::vector<Solution> solutions;
  std::vector<Error> errors;
  find_strangers(root, exercise.variants, errors);
  find_strangers(own, {}, errors);
  std::vector<std::string> folders = {own};
  if (package.variant == exercise.variants.front()) folders.insert(folders.begin(), root);
  for (const std::string_view kind : kKinds)
    for (const std::string& folder : folders)
      for (const std::string& name : names_in(folder + "/" + std::string(kind), true, "")) {
        auto solution = read_solution(package, folder, std::string(kind), name, schema);
        if (solution.ok())
          solutions.push_back(std::move(solution).value());
        else
          errors.push_back(solution.error());
      }
  if (!errors.empty()) return join_errors(std::move(errors));
  return solutions;
}

Result<std::vector<std::pair<std::string, std::string>>> load_equivalent_mutants(
    const Package& package) {
  std::vector<std::pair<std::string, std::string>> listed;
  const bool first = package.variant == package.exercise.variants.front();
  const std::string path = package.exercise.folder + "/solutions/" +
                           (first ? "" : package.variant + "/") + "mutants.yaml";
  std::error_code failed;
  if (!fs::exists(path, failed)) return listed;
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxAuthoredBytes));
  ASSAY_TRY(const AuthoredDocument document,
            parse_authored(path, text, Schema(k_mutants_schema_json)));
  const Json& reasons = document.value["equivalent"];
  std::set<std::string> seen;
  for (std::size_t r = 0; r < reasons.size(); ++r) {
    const Json& mutants = reasons[r]["mutants"];
    for (std::size_t m = 0; m < mutants.size(); ++m) {
      const auto id = mutants[m].get<std::string>();
      if (!seen.insert(id).second)
        return input_error(
            "the mutant " + id + " is listed a second time",
            document.place_of("/equivalent" + pointer_step(r) + "/mutants" + pointer_step(m)));
      listed.emplace_back(id, reasons[r]["because"].get<std::string>());
    }
  }
  return listed;
}

}  // namespace assay::plan
