#include "harness/run/result_key.h"

#include <errno.h>

#include <array>
#include <fstream>
#include <utility>

#include "harness/base/sha256.h"

namespace assay::run {
namespace {

struct Part {
  const char* name;
  const char* changed;
};

/// In the order in which a grader would ask for them.
constexpr std::array kParts = {
    Part{"submission", "the submission has changed"},
    Part{"applicant", "an applicant system has other ids for them"},
    Part{"package", "the exercise has changed"},
    Part{"rubrics", "the rubrics have changed"},
    Part{"variant", "they are of another variant"},
    Part{"level", "they are for another level"},
    Part{"draft", "they were held against another draft"},
    Part{"limits", "the limits have changed"},
    Part{"seed", "they have another seed"},
    Part{"repeat", "each case was run another number of times"},
    Part{"cases", "cases that were not run are to be, or the other way round"},
    Part{"backend", "the one was made in a box and the other without"},
    Part{"time", "they ran by another clock"},
    Part{"assay", "this is another build of Assay"},
    Part{"runner", "this is another build of Assay"},
    Part{"python", "this is another Python"},
    Part{"packages", "the Python packages are other ones"},
};

/// The version, and what tells its builds apart.
Result<std::string> build_of(const std::string& program) {
  constexpr std::size_t kDigits = 16;
  std::ifstream file(program, std::ios::binary | std::ios::ate);
  if (!file) return system_error("cannot read " + program, errno);
  std::string bytes(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return system_error("cannot read " + program, errno);
  return std::string(ASSAY_VERSION) + "-" + sha256_hex(bytes).substr(0, kDigits);
}

std::string hash_of_rubrics(const Grading& grading) {
  Json rubrics = Json::array();
  for (const rubrics::Rubric& rubric : grading.rubrics)
    rubrics.push_back({rubric.id, rubric.version, rubric.sha256});
  return sha256_hex(dump_json(rubrics));
}

}  // namespace

Result<ResultKey> key_of_run(const Grading& grading, const GradingTerms& terms) {
  ResultKey key;
  key["package"] = grading.package.exercise.sha256;
  key["rubrics"] = hash_of_rubrics(grading);
  key["variant"] = grading.package.variant;
  key["level"] = model::to_string(terms.level);
  key["draft"] = terms.draft ? std::string(to_string(*terms.draft)) : "none";
  key["limits"] = sha256_hex(dump_json(Json(grading.plan.limits)));
  key["seed"] = std::to_string(grading.plan.seed);
  key["repeat"] = std::to_string(terms.repeat);
  key["cases"] = terms.all_cases ? "all" : "after a trial";
  key["backend"] = to_string(terms.backend);
  key["time"] = terms.real_time == 0 ? "virtual" : "real, " + std::to_string(terms.real_time);
  ASSAY_TRY(key["assay"], build_of(terms.assay));
  ASSAY_TRY(key["runner"], build_of(terms.runner));
  return key;
}

ResultKey with_tool(ResultKey key, const model::Tool& tool) {
  key["python"] = tool.python;
  key["packages"] = sha256_hex(dump_json(Json(tool.packages)));
  return key;
}

ResultKey with_submission(ResultKey key, const model::Submission& submission) {
  // Its name is in the report, and so is what was not taken in, or otherwise, and whose it is.
  const Json taken = {submission.id, submission.sha256, submission.intake, submission.notes};
  key["submission"] = sha256_hex(dump_json(taken));
  const Json ids = {submission.applicant.candidate_ref, submission.applicant.application_id};
  key["applicant"] = sha256_hex(dump_json(ids));
  return key;
}

std::string what_changed(const ResultKey& before, const ResultKey& now) {
  for (const Part& part : kParts) {
    const auto ours = now.find(part.name), theirs = before.find(part.name);
    if (ours == now.end()) continue;
    if (theirs == before.end() || theirs->second != ours->second) return part.changed;
  }
  return "";
}

Status rekey(Json& run, const Grading& grading, const std::string& assay) {
  const auto key = run.find("key");
  if (key == run.end()) return success();
  ASSAY_TRY(const std::string build, build_of(assay));
  if (!key->contains("assay") || key->at("assay") != build) {
    run.erase("key");
    return success();
  }
  (*key)["package"] = grading.package.exercise.sha256;
  (*key)["rubrics"] = hash_of_rubrics(grading);
  return success();
}

}  // namespace assay::run
