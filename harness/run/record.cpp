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

Status read_case(const Json& line, int number, Record& record) {
  const std::string place = record.path + ":" + std::to_string(number);
  ASSAY_TRY(model::Observation observation, read_json<model::Observation>(line, place));
  if (!line.contains("input_sha256") || !line.at("input_sha256").is_string())
    return input_error("the record does not say what the case was run with", {record.path, number},
                       "Grade the submission again.");
  const std::string id = observation.case_id;
  record.cases[id] = {std::move(observation), line.at("input_sha256")};
  return success();
}

}  // namespace

std::string input_sha256(const model::Plan& plan, const model::Case& the_case) {
  const Json input = {{"arguments", the_case.arguments},
                      {"now", to_ns(the_case.now)},
                      {"world", the_case.world},
                      {"script", the_case.script},
                      {"seed", case_seed(plan.seed, the_case)},
                      {"limits", plan.limits},
                      {"entry", plan.entry},
                      {"environment", plan.environment},
                      {"needs_warehouse", plan.needs_warehouse},
                      {"starter", model::hash_of_files(plan.starter)}};
  return sha256_hex(dump_json(input));
}

std::string record_text(const Grading& grading, const SubmissionRun& run) {
  const model::Plan& plan = grading.plan;
  ASSAY_ASSERT(plan.cases.size() == run.observations.size(),
               "there is not one observation for each case");
  const Json head = {{"observations", kRecordFormat},
                     {"exercise", plan.exercise},
                     {"variant", plan.variant},
                     {"seed", plan.seed},
                     {"inspection", run.inspection}};
  std::string text = dump_json(head) + "\n";
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    Json line = run.observations[i];
    line["input_sha256"] = input_sha256(plan, plan.cases[i]);
    text += dump_json(line) + "\n";
  }
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
    at = end + 1;
  }
  if (number == 0) return input_error("the record is empty", {path}, "Grade the submission again.");
  return record;
}

Result<SubmissionRun> run_of(Record record, const model::Plan& plan) {
  SubmissionRun run;
  run.inspection = std::move(record.inspection);
  std::vector<std::string> changed;
  for (const model::Case& the_case : plan.cases) {
    const auto seen = record.cases.find(the_case.id);
    if (seen == record.cases.end() || seen->second.input_sha256 != input_sha256(plan, the_case)) {
      changed.push_back(the_case.id + (seen == record.cases.end() ? " (new)" : ""));
      continue;
    }
    run.observations.push_back(std::move(seen->second.observation));
  }
  if (changed.empty()) return run;
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
