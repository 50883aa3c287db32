#include "harness/run/record.h"

#include <vector>

#include "harness/authored/document.h"
#include "harness/base/count.h"
#include "harness/base/sha256.h"
#include "harness/run/task.h"

namespace assay::run {
namespace {

constexpr std::size_t kMaxNamed = 5;

Result<Json> parse_line(std::string_view line, const std::string& path, int number) {
  auto json = parse_json(line, path + ":" + std::to_string(number));
  if (json.ok() && json->is_object()) return json;
  return input_error("line " + std::to_string(number) + " is no line of a record", {path, number},
                     "Grade the submission again.");
}

Status read_head(const Json& line, Record& record) {
  if (!line.contains("observations") || line.at("observations") != kRecordFormat)
    return input_error("this record does not say what it is of", {record.path, 1},
                       "It was written by an Assay that kept no inspection: grade again.");
  for (const char* key : {"exercise", "variant"})
    if (!line.contains(key) || !line.at(key).is_string())
      return input_error(std::string("the record names no ") + key, {record.path, 1});
  if (!line.contains("seed") || !line.at("seed").is_number_integer() ||
      !line.contains("inspection"))
    return input_error("the record names no seed or has no inspection", {record.path, 1});
  record.exercise = line.at("exercise");
  record.variant = line.at("variant");
  record.seed = line.at("seed");
  record.inspection = line.at("inspection");
  return success();
}

/// Of a variant with a draft: whose it is, and the draft where one was kept.
Status read_draft(const Json& line, Record& record) {
  const auto draft = line.find("draft");
  if (draft == line.end()) return success();
  const Error odd = input_error("the record does not say whose draft was run", {record.path, 1},
                                "Grade the submission again.");
  if (!draft->is_object() || !draft->contains("kind") || !draft->at("kind").is_string()) return odd;
  record.draft_kind = model::draft_kind_from(draft->at("kind").get<std::string>());
  if (!record.draft_kind) return odd;
  if (!draft->contains("files")) return success();
  ASSAY_TRY(auto files,
            read_json<std::vector<model::SourceFile>>(draft->at("files"), record.path + ":1"));
  record.draft = Record::Draft{std::move(files), draft->value("inspection", Json()), {}};
  return success();
}

Status read_case(const Json& line, int number, Record& record) {
  const std::string place = record.path + ":" + std::to_string(number);
  ASSAY_TRY(model::Observation observation, read_json<model::Observation>(line, place));
  if (!line.contains("input_sha256") || !line.at("input_sha256").is_string())
    return input_error("the record does not say what the case was run with", {record.path, number},
                       "Grade the submission again.");
  const std::string id = observation.case_id;
  const bool of_draft = line.contains("of");
  if (of_draft && !record.draft)
    return input_error("the record has a case of a draft, and no draft", {record.path, number},
                       "Grade the submission again.");
  (of_draft ? record.draft->cases : record.cases)[id] = {std::move(observation),
                                                         line.at("input_sha256")};
  return success();
}

/// A line for each case.
std::string lines_of(const model::Plan& plan, const std::vector<model::Observation>& observations,
                     bool of_draft) {
  ASSAY_ASSERT(plan.cases.size() == observations.size(),
               "there is not one observation for each case");
  std::string text;
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    Json line = observations[i];
    line["input_sha256"] = input_sha256(plan, plan.cases[i]);
    if (of_draft) line["of"] = "draft";
    text += dump_json(line) + "\n";
  }
  return text;
}

}  // namespace

std::string input_sha256(const model::Plan& plan, const model::Case& the_case) {
  Json input = {{"arguments", the_case.arguments},
                {"now", to_ns(the_case.now)},
                {"world", the_case.world},
                {"script", the_case.script},
                {"seed", case_seed(plan.seed, the_case)},
                {"limits", plan.limits},
                {"entry", plan.entry},
                {"environment", model::environment_of(plan, the_case)},
                {"needs_warehouse", plan.needs_warehouse},
                {"starter", model::hash_of_files(plan.starter)}};
  if (plan.draft) input["draft"] = plan.draft->sha256;  // lies beside the submission
  return sha256_hex(dump_json(input));
}

std::string record_text(const Grading& grading, const ReworkRun& rework) {
  const model::Plan& plan = grading.plan;
  const SubmissionRun& run = rework.run;
  Json head = {{"observations", kRecordFormat},
               {"exercise", plan.exercise},
               {"variant", plan.variant},
               {"seed", plan.seed},
               {"inspection", run.inspection}};
  if (rework.kind) head["draft"] = {{"kind", to_string(*rework.kind)}};
  if (rework.draft != nullptr) {
    head["draft"]["files"] = rework.draft->files;
    head["draft"]["inspection"] = rework.draft->inspection;
  }
  std::string text = dump_json(head) + "\n" + lines_of(plan, run.observations, false);
  if (rework.draft != nullptr) text += lines_of(plan, rework.draft->observations, true);
  return text;
}

Result<Record> read_record(const std::string& path) {
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxRecordBytes));
  Record record;
  record.path = path;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ASSAY_TRY(const Json line,
              parse_line(std::string_view(text).substr(at, end - at), path, ++number));
    ASSAY_CHECK(number == 1 ? read_head(line, record) : read_case(line, number, record));
    if (number == 1) {
      ASSAY_CHECK(read_draft(line, record));
    }
    at = end + 1;
  }
  if (number == 0) return input_error("the record is empty", {path}, "Grade the submission again.");
  return record;
}

namespace {

/// The observations in the plan's order; `changed` names the cases that were not run as they are
/// now.
std::vector<model::Observation> in_order(Record::Cases cases, const model::Plan& plan,
                                         std::vector<std::string>& changed) {
  std::vector<model::Observation> observations;
  for (const model::Case& the_case : plan.cases) {
    const auto seen = cases.find(the_case.id);
    if (seen == cases.end() || seen->second.input_sha256 != input_sha256(plan, the_case))
      changed.push_back(the_case.id + (seen == cases.end() ? " (new)" : ""));
    else
      observations.push_back(std::move(seen->second.observation));
  }
  return observations;
}

}  // namespace

Result<ReworkRun> run_of(Record record, const model::Plan& plan) {
  ReworkRun rework{.kind = record.draft_kind};
  std::vector<std::string> changed;
  rework.run.inspection = std::move(record.inspection);
  rework.run.observations = in_order(std::move(record.cases), plan, changed);
  if (record.draft && changed.empty())
    rework.draft = std::make_shared<const DraftRun>(
        DraftRun{*record.draft_kind,
                 std::move(record.draft->files),
                 in_order(std::move(record.draft->cases), plan, changed),
                 std::move(record.draft->inspection),
                 {}});
  if (changed.empty()) return rework;
  std::string names;
  for (std::size_t i = 0; i < std::min(changed.size(), kMaxNamed); ++i)
    names += (names.empty() ? "" : ", ") + changed[i];
  if (changed.size() > kMaxNamed)
    names += " and " + std::to_string(changed.size() - kMaxNamed) + " more";
  return input_error(
      count_of(changed.size(), "case") + " of the exercise never ran as it is now: " + names,
      {record.path}, "Grade the submission again: only running it can tell.");
}

}  // namespace assay::run
