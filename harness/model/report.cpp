#include "harness/model/report.h"

#include "harness/base/sha256.h"
#include "harness/model/marks.h"
#include "harness/model/read.h"
#include "harness/model/request_json.h"

namespace assay::model {
namespace {

/// Source that a report repeats of one file. Intake bounds a submission; this bounds its reports.
constexpr std::size_t kMaxSourceText = 256 << 10;

Json tool_json(const Tool& tool) {
  return {{"version", tool.version}, {"python", tool.python}, {"packages", Json(tool.packages)}};
}

Json exercise_json(const Report& report) {
  const Exercise& exercise = report.exercise;
  Json json = {{"id", exercise.id},
               {"version", exercise.version},
               {"title", exercise.title},
               {"variant", report.variant},
               {"level", to_string(report.level)},
               {"entry", exercise.entry},
               {"sha256", exercise.sha256},
               {"statement_sha256", sha256_hex(exercise.statement)},
               {"starter_sha256", hash_of_files(exercise.starter)}};
  if (report.draft_kind) json["draft"] = to_string(*report.draft_kind);
  if (report.draft_kind == DraftKind::kPackage && exercise.draft)
    json["draft_sha256"] = exercise.draft->sha256;
  return json;
}

Json rubrics_json(const std::vector<RubricId>& rubrics) {
  Json list = Json::array();
  for (const RubricId& rubric : rubrics)
    list.push_back({{"id", rubric.id},
                    {"title", rubric.title},
                    {"version", rubric.version},
                    {"sha256", rubric.sha256}});
  return list;
}

/// A file with its text, so that a report can show the lines that it cites when the submission is
/// gone.
Json file_json(const SourceFile& file) {
  const std::string_view bytes = file.bytes;
  const bool cut = bytes.size() > kMaxSourceText;
  return {{"path", to_valid_utf8(file.path)},
          {"sha256", file.sha256},
          {"bytes", bytes.size()},
          {"text", to_valid_utf8(bytes.substr(0, kMaxSourceText))},
          {"cut", cut}};
}

Json files_json(const std::vector<SourceFile>& files) {
  Json list = Json::array();
  for (const SourceFile& file : files) list.push_back(file_json(file));
  return list;
}

Json submission_json(const Submission& submission) {
  return {{"id", submission.id},
          {"sha256", submission.sha256},
          {"files", files_json(submission.files)}};
}

Json intake_json(const Submission& submission) {
  Json list = Json::array();
  for (const Refusal& refusal : submission.intake)
    list.push_back({{"path", to_valid_utf8(refusal.path)}, {"refused", refusal.refused}});
  for (const Note& note : submission.notes)
    list.push_back({{"path", to_valid_utf8(note.path)}, {"note", note.note}});
  return list;
}

Json context_json(const Applicant& applicant) {
  Json context = Json::object();
  if (!applicant.candidate_ref.empty()) context["candidate_ref"] = applicant.candidate_ref;
  if (!applicant.application_id.empty()) context["application_id"] = applicant.application_id;
  return context;
}

Json wait_json(const Wait& wait) {
  Json json = {{"thread", wait.thread},
               {"for", to_string(wait.what)},
               {"at_us", to_us(wait.at)},
               {"ended_at_us", to_us(wait.ended_at)}};
  if (wait.deadline) json["deadline_us"] = to_us(*wait.deadline);
  json["end"] = to_string(wait.end);
  return json;
}

Json case_json(const Case& item, const Observation& observation) {
  ASSAY_ASSERT(item.id == observation.case_id, "observations are not in the order of the cases");
  Json json = {{"id", item.id}, {"title", item.title}, {"label", item.label}};
  if (!item.family.empty()) json["family"] = item.family;
  json["visibility"] = to_string(item.visibility);
  write_if(json, "twin_of", item.twin_of);
  json["now"] = format_utc(item.now);
  json["arguments"] = item.arguments;
  if (!item.environment.empty()) json["environment"] = item.environment;
  json["outcome"] = observation.outcome;
  if (observation.has_value) json["value"] = observation.value;
  json["stdout"] = observation.out;
  json["stderr"] = observation.err;
  json["virtual_us"] = to_us(observation.virtual_time);
  json["notes"] = observation.notes;
  Json requests = Json::array();
  for (const Request& request : observation.requests) requests.push_back(request_json(request));
  json["requests"] = std::move(requests);
  for (const Wait& wait : observation.waits) json["waits"].push_back(wait_json(wait));
  return json;
}

Json cases_json(const std::vector<Case>& cases, const std::vector<Observation>& observations) {
  ASSAY_ASSERT(cases.size() == observations.size(),
               "a report has not one observation for each case");
  Json list = Json::array();
  for (std::size_t i = 0; i < cases.size(); ++i)
    list.push_back(case_json(cases[i], observations[i]));
  return list;
}

Json draft_json(const Draft& draft, const std::vector<Case>& cases) {
  return {{"kind", to_string(draft.kind)},
          {"files", files_json(draft.files)},
          {"cases", cases_json(cases, draft.observations)}};
}

/// `kind` and `data` are what checks read and no part of what a report promises.
Json evidence_json(const std::vector<Fact>& evidence) {
  Json list = Json::array();
  for (const Fact& fact : evidence)
    list.push_back({{"id", fact.id}, {"statement", fact.statement}, {"cites", Json(fact.cites)}});
  return list;
}

/// Everything that is the same bytes for the same submission, package, rubrics, level and versions,
/// wherever and whenever it runs.
Json graded_json(const Report& report) {
  const Judgement& judgement = report.judgement;
  Json json = {{"tool", tool_json(report.tool)}, {"exercise", exercise_json(report)}};
  json["rubrics"] = rubrics_json(report.rubrics);
  json["limits"] = report.limits;
  json["seed"] = report.seed;
  json["submission"] = submission_json(report.submission);
  json["intake"] = intake_json(report.submission);
  json["gradable"] = judgement.gradable;
  json["cases"] = cases_json(report.cases, report.observations);
  if (report.draft) json["draft"] = draft_json(*report.draft, report.cases);
  json["evidence"] = evidence_json(judgement.evidence);
  json["indicators"] = judgement.indicators;
  json["overall"] = judgement.overall;
  return json;
}

/// What graded comes to before anyone has marked anything.
Final unmarked(const Judgement& judgement) {
  const Overall& overall = judgement.overall;
  Final final{overall.anchor, overall.provisional, overall.because, {}};
  for (const Indicator& indicator : judgement.indicators)
    if (indicator.verdict == Verdict::kNeedsHuman) final.open.push_back(indicator.id);
  return final;
}

Json run_json(const Report& report) {
  Json usage = Json::array();
  for (const Observation& observation : report.observations) {
    Json entry = {{"id", observation.case_id}};
    entry.update(Json(observation.run));
    usage.push_back(std::move(entry));
  }
  const RunInfo& run = report.run;
  Json json = {{"started_at", run.started_at},
               {"host", run.host},
               {"sandbox", {{"backend", run.backend}, {"layers", Json(run.layers)}}},
               {"timing", run.timing},
               {"retries", Json(run.retries)},
               {"cases", std::move(usage)}};
  if (run.real_time > 0) json["real_time"] = run.real_time;
  if (!run.key.empty()) json["key"] = run.key;
  return json;
}

}  // namespace

void to_json(Json& json, const Report& report) {
  json = Json::object();
  json["schema"] = kReportSchema;
  json["graded"] = graded_json(report);
  if (report.repeated.runs > 1) json["repeated"] = report.repeated;
  json["context"] = context_json(report.submission.applicant);
  json["marks"] = Json::array();
  json["final"] = unmarked(report.judgement);
  json["run"] = run_json(report);
}

}  // namespace assay::model
