#pragma once

// A report: everything about the grading of one submission, once. report.json is its JSON; every
// other format is rendered from that JSON and nothing else. The schema is
// harness/report/report.schema.json.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/draft.h"
#include "harness/model/environment.h"
#include "harness/model/evidence.h"
#include "harness/model/exercise.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/repeated.h"
#include "harness/model/submission.h"
#include "harness/model/verdict.h"

namespace assay::model {

inline constexpr std::string_view kReportSchema = "assay.report/1";

/// The first of a report's rubrics gives the anchor.
struct RubricId {
  std::string id;
  std::string title;
  std::string version;
  std::string sha256;
};

/// What may differ between two runs of the same grading.
struct RunInfo {
  std::string started_at;  ///< UTC
  std::string host;        ///< kernel and machine, no name
  std::string backend;     ///< "box" | "process": the second is no sandbox, and reports say so
  std::vector<Layer> layers;
  int real_time = 0;  ///< 0: in virtual time. Else how fast its clock was beside the real one
  Json timing = Json::object();
  std::vector<std::string> retries;
  std::map<std::string, std::string> key;  ///< what it was made from, by part (run/result_key.h)
};

struct Report {
  Tool tool;
  Exercise exercise;  ///< id, version, variant's statement, hashes
  std::string variant;
  Level level = Level::kMid;
  std::uint64_t seed = 0;
  Limits limits;
  std::vector<RubricId> rubrics;
  Submission submission;
  std::vector<Case> cases;                ///< by plan
  std::vector<Observation> observations;  ///< one for each case, in the same order
  std::optional<DraftKind> draft_kind;    ///< nothing where the variant has no draft
  std::optional<Draft> draft;             ///< nothing where there is none, or none was kept
  Judgement judgement;
  Repeated repeated;  ///< of the cases and the draft's; told where there is more than one run
  RunInfo run;
};

void to_json(Json&, const Report&);  ///< report.json, whole; there is no way back but Json

}  // namespace assay::model
