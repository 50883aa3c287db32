#include "harness/plan/loader.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "assay_plan_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/base/nearest_word.h"
#include "harness/base/sha256.h"
#include "harness/model/draft.h"
#include "harness/plan/cases.h"
#include "harness/plan/files.h"
#include "harness/plan/home.h"
#include "mock_warehouse/schema.h"

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

/// The schemas of authored files, and those that they refer to.
Schema make_schema(std::string_view text) {
  return Schema(text, {{"cases.schema.json", k_cases_schema_json},
                       {"world.schema.json", warehouse::world_schema_text()},
                       {"script.schema.json", warehouse::script_schema_text()}});
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

constexpr const char* kExerciseFile = "exercise.yaml";

/// Of a folder that is no package: what it may be, and what was meant.
Error no_package(const fs::path& folder) {
  std::error_code failed;
  const auto holds_package = [&](const fs::path& at) {
    return fs::is_regular_file(at / kExerciseFile, failed);
  };
  const Error error =
      input_error("this folder holds no " + std::string(kExerciseFile) + ", so it is no exercise",
                  {folder.string()});
  const auto with_hint = [&](std::string hint) {
    Error told = error;
    told.hint = std::move(hint);
    return told;
  };
  if (holds_package(folder / ".."))
    return with_hint("did you mean " + fs::weakly_canonical(folder / "..", failed).string() + "?");
  for (const std::string& name : names_in(folder.string(), true, ""))
    if (holds_package(folder / name))
      return with_hint("did you mean an exercise in it, such as " + (folder / name).string() + "?");
  return with_hint(
      "EXERCISE comes first, and then what is graded by it: give the folder of an exercise, or the "
      "name of one that Assay comes with");
}

Result<std::string> find_package(const std::string& name_or_folder) {
  std::error_code failed;
  if (fs::is_directory(name_or_folder, failed)) {
    // "exercises/mine/" names the same package as "exercises/mine".
    const fs::path written = fs::path(name_or_folder).lexically_normal();
    const fs::path folder = written.has_filename() ? written : written.parent_path();
    if (!fs::exists(folder / kExerciseFile, failed)) return no_package(folder);
    return folder.string();
  }
  const auto no_folder = [&]() -> Error {
    if (!fs::exists(name_or_folder, failed))
      return input_error(
          "there is no folder " + name_or_folder, {},
          "give the folder of an exercise, or the name of one that Assay comes with");
    if (fs::path(name_or_folder).filename() == kExerciseFile)
      return input_error("this is a file, and EXERCISE is a folder", {name_or_folder},
                         "give the folder that it is in");
    return input_error("this is a file, and EXERCISE is a folder", {name_or_folder},
                       "EXERCISE comes first, and then what is graded by it: give its folder, or "
                       "the name of one that Assay comes with");
  };
  if (name_or_folder.find('/') != std::string::npos) return no_folder();
  ASSAY_TRY(const std::string home, home_folder());
  const std::string exercises = home + "/exercises";
  const fs::path folder = fs::path(exercises) / name_or_folder;
  if (!name_or_folder.empty() && fs::is_directory(folder, failed)) return folder.string();
  if (fs::exists(name_or_folder, failed)) return no_folder();
  const std::vector<std::string> names = exercise_names(exercises);
  const std::string near = nearest_word(name_or_folder, names);
  return input_error("there is no exercise \"" + name_or_folder + "\" in " + exercises, {},
                     near.empty() ? "there are: " + list_of(names) : "did you mean " + near + "?");
}

/// A line of a text, counted from 1; empty where there is none.
std::string_view line_of(std::string_view text, int number) {
  for (int i = 1; i < number; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// The authored files that a plan rests on, hashed as they are read.
class PackageFiles {
 public:
  explicit PackageFiles(std::string folder) : folder_(std::move(folder)) {}

  /// `path` is relative to the package.
  Result<std::string> read(const std::string& path, std::size_t max_bytes) {
    ASSAY_TRY(std::string bytes, read_text_file(full(path), max_bytes));
    read_.push_back({path, bytes, sha256_hex(bytes)});
    return bytes;
  }

  Result<AuthoredDocument> read_document(const std::string& path, const Schema& schema) {
    ASSAY_TRY(const std::string text, read(path, kMaxAuthoredBytes));
    auto document = parse_authored(full(path), text, schema);
    if (!document.ok() && document.error().message.starts_with("this is not YAML") &&
        line_of(text, document.error().place.line).find("${") != std::string_view::npos) {
      Error error = document.error();
      error.hint = "inside {…} and […], text with ${…} must be quoted";
      return error;
    }
    return document;
  }

  std::string full(const std::string& path) const { return folder_ + "/" + path; }

  void add(const std::vector<model::SourceFile>& files, const std::string& below) {
    for (model::SourceFile file : files) {
      file.path = below + "/" + file.path;
      read_.push_back(std::move(file));
    }
  }

  std::string hash() const { return model::hash_of_files(read_); }

 private:
  std::string folder_;
  std::vector<model::SourceFile> read_;
};

/// A list of words, or the words of a mapping from them to what they mean.
std::vector<std::string> words_of(const Json& object, const char* key) {
  std::vector<std::string> words;
  if (!object.contains(key)) return words;
  if (object[key].is_array()) return object[key].get<std::vector<std::string>>();
  for (const auto& [word, unused] : object[key].items()) words.push_back(word);
  return words;
}

/// Everything of exercise.yaml that stands there as it is; the schema has vouched for its shape.
model::Exercise take_exercise(const Json& authored) {
  model::Exercise exercise;
  exercise.id = authored["id"];
  exercise.version = authored["version"];
  exercise.title = authored["title"];
  for (const auto& [name, unused] : authored["variants"].items()) exercise.variants.push_back(name);
  const Json& entry = authored["entry"];
  exercise.entry.file = entry["file"];
  exercise.entry.function = entry["function"];
  for (const Json& parameter : entry["parameters"])
    exercise.entry.parameters.push_back({parameter["name"], parameter["type"]});
  if (authored.contains("environment"))
    for (const auto& [name, value] : authored["environment"].items())
      exercise.environment[name] = value.get<std::string>();
  exercise.needs_warehouse = authored.value("needs_warehouse", true);
  if (authored.contains("limits")) authored["limits"].get_to(exercise.limits);
  exercise.rubrics = words_of(authored, "rubrics");
  return exercise;
}

/// The sentences that this variant's statement asks with.
Result<std::vector<model::Ask>> read_asks(const AuthoredDocument& document,
                                          const model::Exercise& exercise,
                                          const std::string& variant,
                                          const std::string& statement_name) {
  std::vector<model::Ask> asks;
  std::vector<Error> errors;
  const Json authored = document.value.value("asks", Json::array());
  for (std::size_t i = 0; i < authored.size(); ++i) {
    const std::string at = "/asks" + pointer_step(i);
    const std::vector<std::string> variants = words_of(authored[i], "variants");
    for (std::size_t k = 0; k < variants.size(); ++k)
      if (std::ranges::find(exercise.variants, variants[k]) == exercise.variants.end())
        errors.push_back(input_error("there is no variant \"" + variants[k] + "\"",
                                     document.place_of(at + "/variants" + pointer_step(k)),
                                     "there are: " + list_of(exercise.variants)));
    if (!variants.empty() && std::ranges::find(variants, variant) == variants.end()) continue;
    const model::Ask ask{authored[i]["id"], authored[i]["sentence"]};
    if (std::ranges::find(asks, ask.id, &model::Ask::id) != asks.end())
      errors.push_back(input_error("the indicator \"" + ask.id + "\" is asked for twice",
                                   document.place_of(at + "/id")));
    if (!contains_sentence(exercise.statement, ask.sentence))
      errors.push_back(input_error("this sentence does not stand in " + statement_name +
                                       ", word for word: \"" + ask.sentence + "\"",
                                   document.place_of(at + "/sentence")));
    asks.push_back(ask);
  }
  if (!errors.empty()) return join_errors(std::move(errors));
  return asks;
}

Result<model::SourceFile> read_draft(const AuthoredDocument& document, const std::string& folder,
                                     const std::string& pointer, PackageFiles& files) {
  const Place place = document.place_of(pointer);
  if (document.value["entry"]["file"] == model::kDraftFile)
    return input_error(
        "the entry's file is " + std::string(model::kDraftFile) + ", which is the name of a draft",
        document.place_of("/entry/file"));
  const auto written = document.value.at(Json::json_pointer(pointer)).get<std::string>();
  ASSAY_TRY(const std::string path, path_inside(folder, written, place));
  std::error_code failed;
  if (!fs::is_regular_file(files.full(path), failed))
    return input_error("the draft \"" + written + "\" is no file", place);
  ASSAY_TRY(std::string bytes, files.read(path, kMaxStarterBytes));
  std::string sha256 = sha256_hex(bytes);
  return model::SourceFile{std::string(model::kDraftFile), std::move(bytes), std::move(sha256)};
}

Status read_variant(const AuthoredDocument& document, const std::string& folder,
                    const std::string& variant, PackageFiles& files, model::Exercise& exercise) {
  const std::string at = "/variants" + pointer_step(variant);
  const Json& authored = document.value["variants"][variant];
  const std::string name = authored["statement"];
  ASSAY_TRY(const std::string path,
            path_inside(folder, name, document.place_of(at + "/statement")));
  ASSAY_TRY(exercise.statement, files.read(path, kMaxStatementBytes));
  if (authored.contains("starter")) {
    ASSAY_TRY(const std::string starter,
              path_inside(folder, authored["starter"], document.place_of(at + "/starter")));
    ASSAY_TRY(exercise.starter,
              read_folder(files.full(starter), kMaxStarterFiles, kMaxStarterBytes));
    files.add(exercise.starter, starter);
  }
  if (authored.contains("draft")) {
    ASSAY_TRY(exercise.draft, read_draft(document, folder, at + "/draft", files));
  }
  ASSAY_TRY(exercise.asks, read_asks(document, exercise, variant, name));
  return success();
}

/// Reads what a list of names asks for, and is not there yet.
Status read_shared(const AuthoredDocument& document, const std::string& pointer,
                   PackageFiles& files, std::map<std::string, Template>& shared) {
  const Json* names = find_in(document.value, pointer);
  if (names == nullptr) return success();
  static const Schema kSchema = make_schema(k_shared_schema_json);
  const std::string folder = "../" + std::string(kSharedFolder);
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto name = names->at(i).get<std::string>();
    if (shared.contains(name)) continue;
    std::error_code failed;
    if (!fs::is_regular_file(files.full(folder + "/" + name + ".yaml"), failed)) {
      std::vector<std::string> known;
      for (const std::string& file : names_in(files.full(folder), false, ".yaml"))
        known.push_back(file.substr(0, file.rfind('.')));
      const std::string near = nearest_word(name, known);
      return input_error("there is no " + folder + "/" + name + ".yaml beside the exercise",
                         document.place_of(pointer + pointer_step(i)),
                         near.empty() ? known.empty() ? "" : "there are: " + list_of(known)
                                      : "did you mean " + near + "?");
    }
    ASSAY_TRY(const AuthoredDocument read,
              files.read_document(folder + "/" + name + ".yaml", kSchema));
    shared.emplace(name, Template(read, ""));
  }
  return success();
}

/// Of the defaults and the cases in a file.
Status read_shared_of(const AuthoredDocument& document, PackageFiles& files,
                      std::map<std::string, Template>& shared) {
  ASSAY_CHECK(read_shared(document, "/defaults/use", files, shared));
  const Json cases = document.value.value("cases", Json::array());
  for (std::size_t i = 0; i < cases.size(); ++i)
    ASSAY_CHECK(read_shared(document, "/cases" + pointer_step(i) + "/use", files, shared));
  return success();
}

Result<std::vector<model::Case>> read_cases(const AuthoredDocument& document,
                                            const std::string& folder, PackageFiles& files) {
  CaseRules rules;
  if (document.value.contains("defaults")) rules.defaults = Template(document, "/defaults");
  rules.argument_count = document.value["entry"]["parameters"].size();
  rules.needs_warehouse = document.value.value("needs_warehouse", true);
  rules.labels = words_of(document.value, "labels");
  rules.families = words_of(document.value, "families");
  const std::string cases = folder + "/cases";
  const std::vector<std::string> names = names_in(cases, false, ".yaml");
  if (names.empty())
    return input_error("there are no cases", {cases}, "write them in cases/<name>.yaml");
  const Schema schema = make_schema(k_cases_schema_json);
  std::vector<AuthoredDocument> documents;
  std::vector<Error> errors;
  for (const std::string& name : names) {
    auto parsed = files.read_document("cases/" + name, schema);
    if (parsed.ok())
      documents.push_back(std::move(parsed).value());
    else
      errors.push_back(parsed.error());
  }
  if (!errors.empty()) return join_errors(std::move(errors));
  ASSAY_CHECK(read_shared_of(document, files, rules.shared));
  for (const AuthoredDocument& read : documents)
    ASSAY_CHECK(read_shared_of(read, files, rules.shared));
  return expand_cases(rules, documents);
}

Result<std::string> choose_variant(const std::string& wanted, const model::Exercise& exercise,
                                   const AuthoredDocument& document) {
  if (wanted.empty()) return exercise.variants.front();
  for (const std::string& variant : exercise.variants)
    if (variant == wanted) return variant;
  return input_error("there is no variant \"" + wanted + "\"", document.place_of("/variants"),
                     "there are: " + list_of(exercise.variants));
}

}  // namespace

std::vector<NamedText> schema_texts() {
  return {{"exercise.schema.json", k_exercise_schema_json},
          {"cases.schema.json", k_cases_schema_json},
          {"expected.schema.json", k_expected_schema_json},
          {"mutants.schema.json", k_mutants_schema_json},
          {"shared.schema.json", k_shared_schema_json}};
}

std::vector<std::string> exercise_names(const std::string& folder) {
  std::vector<std::string> names = names_in(folder, true, "");
  std::erase(names, kSharedFolder);
  return names;
}

Result<AuthoredDocument> read_exercise_file(const std::string& folder) {
  return PackageFiles(folder).read_document("exercise.yaml", make_schema(k_exercise_schema_json));
}

Result<Package> load(const std::string& name_or_folder, const std::string& variant) {
  ASSAY_TRY(const std::string folder, find_package(name_or_folder));
  PackageFiles files(folder);
  ASSAY_TRY(const AuthoredDocument document,
            files.read_document("exercise.yaml", make_schema(k_exercise_schema_json)));
  Package package;
  package.exercise = take_exercise(document.value);
  package.exercise.folder = folder;
  std::error_code failed;
  const std::string name = fs::canonical(folder, failed).filename().string();
  if (failed) return input_error("cannot be followed: " + failed.message(), {folder});
  if (package.exercise.id != name)
    return input_error(
        "id: found \"" + package.exercise.id + "\", expected \"" + name + "\", the folder's name",
        document.place_of("/id"));
  ASSAY_TRY(package.variant, choose_variant(variant, package.exercise, document));
  ASSAY_CHECK(read_variant(document, folder, package.variant, files, package.exercise));
  ASSAY_TRY(package.cases, read_cases(document, folder, files));
  package.exercise.sha256 = files.hash();
  return package;
}

model::Plan make_plan(const Package& package, std::uint64_t seed) {
  const model::Exercise& exercise = package.exercise;
  model::Plan plan;
  plan.exercise = exercise.id;
  plan.variant = package.variant;
  plan.seed = seed;
  plan.limits = exercise.limits;
  plan.entry = exercise.entry;
  plan.environment = exercise.environment;
  plan.needs_warehouse = exercise.needs_warehouse;
  plan.starter = exercise.starter;
  plan.draft = exercise.draft;
  plan.cases = package.cases;
  return plan;
}

}  // namespace assay::plan
