#include "tests/unit/evidence/run.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::evidence::testing {
namespace {

using model::Case;
using model::Observation;
using model::OutcomeKind;

struct Values {
  std::string date;
  std::int64_t minimum;
  std::int64_t rows;
  std::string canary;
};

constexpr const char* kLate = "2026-03-13";
const Values kUsual{kLate, 1000, 1500, "heron"};
const Values kOther{"2026-02-11", 730, 811, "ibis"};

Case make_case(const std::string& id, const std::string& label, const std::string& family,
               const Values& v) {
  Case c;
  c.id = id;
  c.title = "Case " + id;
  c.label = label;
  c.family = family;
  c.arguments = Json::array({v.date, v.minimum});
  c.variables = {{"date", v.date}, {"minimum", v.minimum}, {"rows", v.rows}, {"canary", v.canary}};
  const bool known = label != "missing_data" && label != "api_failure" && label != "bad_data";
  c.expect = {{"actual_rows", known ? Json(v.rows) : Json()}};
  return c;
}

void add(model::Plan& plan, const std::string& id, const std::string& label, const Values& v,
         const std::string& family = "") {
  plan.cases.push_back(make_case(id, label, family, v));
}

void add_with_twin(model::Plan& plan, const std::string& id, const std::string& label,
                   const Values& v, const Values& twin, const std::string& family = "") {
  add(plan, id, label, v, family);
  add(plan, id + "~twin", label, twin, family);
  plan.cases.back().twin_of = id;
}

Json function(const std::string& name, int line, int end_line, std::vector<int> requests,
              std::vector<int> reads, std::vector<std::string> parameters) {
  return {{"file", "solution.py"},
          {"name", name},
          {"kind", "function"},
          {"line", line},
          {"end_line", end_line},
          {"method", false},
          {"part_of", nullptr},
          {"parameters", parameters},
          {"positional", parameters.size()},
          {"vararg", nullptr},
          {"requests", requests},
          {"reads", reads},
          {"status_looks", Json::array()},
          {"calls", Json::array()},
          {"unread", false}};
}

Json inspection_of(Json functions, int entry, int comparing, int line) {
  Json parameters = Json::array({{{"function", entry}, {"index", 1}, {"with_answer", true}}});
  return {{"files",
           Json::array(
               {{{"path", "solution.py"}, {"sha256", "00"}, {"lines", 40}, {"error", nullptr}}})},
          {"functions", std::move(functions)},
          {"exports", Json::array({{{"file", "solution.py"},
                                    {"name", "check_pipeline_health"},
                                    {"functions", Json::array({entry})},
                                    {"methods", Json::array()}}})},
          {"comparisons", Json::array({{{"function", comparing},
                                        {"file", "solution.py"},
                                        {"line", line},
                                        {"end_line", line},
                                        {"how", "compare"},
                                        {"parameters", parameters}}})},
          {"literals", Json::array()},
          {"broad_handlers", Json::array()},
          {"imports", Json::array()},
          {"cut", false}};
}

/// The inspection with the draft's file in the place of the solution's.
Json renamed(Json inspection) {
  for (const char* list : {"functions", "exports", "comparisons", "broad_handlers"})
    for (Json& item : inspection[list]) item["file"] = model::kDraftFile;
  inspection["files"][0]["path"] = model::kDraftFile;
  return inspection;
}

Observation observed(const Case& c) {
  Observation o;
  o.case_id = c.id;
  model::Request request;
  request.seq = 1;
  request.method = "GET";
  request.operation = "get_partition";
  request.target = "/v1/tables/orders/partitions/" + date_of(c);
  request.fault = c.family == "hang" ? "hang" : "";
  o.requests.push_back(request);
  if (c.label == "transient") {
    request.seq = 2;
    request.fault = "";
    o.requests.push_back(request);
  }
  o.virtual_time = std::chrono::seconds(c.family == "hang" ? 10 : 1);
  o.functions_run = {{"solution.py", 5, "fetch"},
                     {"solution.py", 20, "judge"},
                     {"solution.py", 30, "check_pipeline_health"}};
  o.network_callers = {};
  return o;
}

}  // namespace

std::string date_of(const Case& c) { return c.variables.at("date"); }
std::int64_t minimum_of(const Case& c) { return c.variables.at("minimum"); }
std::string canary_of(const Case& c) { return c.variables.at("canary"); }
std::int64_t rows_of(const Case& c) {
  return c.expect.at("actual_rows").is_null() ? 0 : c.expect.at("actual_rows").get<std::int64_t>();
}

Json sound_record(const Case& c) {
  const std::string numbers =
      std::to_string(rows_of(c)) + " of " + std::to_string(minimum_of(c)) + " rows";
  const std::string on = " on " + date_of(c);
  if (c.label == "missing_data")
    return {{"status", "missing"}, {"actual_rows", nullptr}, {"message", "no partition" + on}};
  if (c.label == "api_failure" || c.label == "bad_data")
    return {
        {"status", "api_error"}, {"actual_rows", nullptr}, {"message", c.family + " trouble" + on}};
  if (c.label == "loading" || c.label == "empty")
    return {{"status", "not_ready"}, {"actual_rows", nullptr}, {"message", "not ready" + on}};
  const bool low = rows_of(c) < minimum_of(c);
  return {{"status", low ? "low" : "ok"}, {"actual_rows", rows_of(c)}, {"message", numbers + on}};
}

Observation returned(const Case& c, Json value) {
  Observation o = observed(c);
  o.outcome.kind = OutcomeKind::kReturned;
  o.value = std::move(value);
  o.has_value = true;
  return o;
}

Observation raised(const Case& c, const std::string& type, bool own_raise) {
  Observation o = observed(c);
  o.outcome.kind = OutcomeKind::kRaised;
  o.outcome.exception = model::Exception{};
  o.outcome.exception->types = {type, "Exception", "BaseException"};
  o.outcome.exception->message = "went wrong with " + canary_of(c);
  o.outcome.exception->traceback = {{"solution.py", 8, "fetch"}};
  o.outcome.exception->own_raise = own_raise;
  return o;
}

Observation ended(const Case& c, OutcomeKind kind) {
  Observation o = observed(c);
  o.outcome.kind = kind;
  return o;
}

Observation harness_fault(const Case& c) {
  Observation o;
  o.case_id = c.id;
  o.outcome.kind = OutcomeKind::kHarnessFault;
  return o;
}

Observation unasked(Observation o) {
  o.requests.clear();
  return o;
}

Candidate sound() {
  return [](const Case& c) { return returned(c, sound_record(c)); };
}

Candidate changed(std::function<void(const Case&, Json&)> change) {
  return [change](const Case& c) {
    Json record = sound_record(c);
    change(c, record);
    return returned(c, std::move(record));
  };
}

Candidate except(std::function<bool(const Case&)> where, Candidate instead) {
  return [where, instead](const Case& c) { return where(c) ? instead(c) : sound()(c); };
}

Candidate worded(std::map<std::string, std::string> statuses) {
  return changed([statuses](const Case& c, Json& record) {
    const auto it = statuses.find(c.label);
    if (it != statuses.end()) record["status"] = it->second;
  });
}

Json separated() {
  return inspection_of(Json::array({function("fetch", 5, 15, {8}, {9}, {"date"}),
                                    function("judge", 20, 28, {}, {}, {"rows", "least"}),
                                    function("check_pipeline_health", 30, 40, {}, {},
                                             {"partition_date", "expected_min_rows"})}),
                       2, 1, 22);
}

Json all_in_one() {
  return inspection_of(Json::array({function("check_pipeline_health", 30, 40, {31}, {32},
                                             {"partition_date", "expected_min_rows"})}),
                       0, 0, 35);
}

model::Plan plan() {
  model::Plan plan;
  plan.exercise = "check_pipeline_health";
  plan.entry = exercise().entry;
  plan.needs_warehouse = true;
  add_with_twin(plan, "healthy", "healthy", kUsual, kOther);
  add(plan, "boundary", "boundary", {kLate, 1000, 1000, "heron"});
  add_with_twin(plan, "low", "low_volume", {kLate, 1000, 520, "heron"},
                {"2026-01-20", 7300, 811, "ibis"});
  for (const auto& [rows, minimum] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {2, 1}, {2, 3}, {1500, 40}, {1500, 1501}, {2400000, 2399999}, {2400000, 2400001}})
    add(plan, "threshold-" + std::to_string(rows) + "-" + std::to_string(minimum),
        rows < minimum ? "low_volume" : "healthy", {"2026-03-10", minimum, rows, "heron"});
  add_with_twin(plan, "missing", "missing_data", kUsual, kOther);
  for (const char* family : {"server", "connection", "body", "hang", "auth", "broken_transfer"})
    add_with_twin(plan, family, "api_failure", kUsual, {"2026-02-11", 730, 811, "quokka"}, family);
  add_with_twin(plan, "transient", "transient", kUsual, kOther, "server");
  add(plan, "bad_data", "bad_data", kUsual);
  add(plan, "loading", "loading", kUsual);
  return plan;
}

model::Exercise exercise() {
  model::Exercise exercise;
  exercise.id = "check_pipeline_health";
  exercise.entry = {"solution.py",
                    "check_pipeline_health",
                    {{"partition_date", "iso_date"}, {"expected_min_rows", "int"}}};
  exercise.asks = {{"separation", "keep them apart"}, {"cannot_explain", "we will ask you"}};
  return exercise;
}

static rubrics::Rubric loaded_rubric(const std::string& name) {
  auto loaded = rubrics::load_rubric("rubrics/definitions/" + name + ".yaml");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  return *loaded;
}

static const rubrics::Rubric& whole_rubric() {
  static const rubrics::Rubric rubric = loaded_rubric("data_engineer_coding_test");
  return rubric;
}

const rubrics::Rubric& rubric() {
  static const rubrics::Rubric rubric = rubrics::for_variant(whole_rubric(), "without_ai");
  return rubric;
}

const rubrics::Rubric& readiness_rubric() {
  static const rubrics::Rubric rubric = loaded_rubric("production_readiness");
  return rubric;
}

model::Judgement judged_by_both(const model::Plan& plan, const Candidate& candidate) {
  std::vector<Observation> observations;
  for (const Case& c : plan.cases) observations.push_back(candidate(c));
  return judge(exercise(), plan, observations, separated(), {rubric(), readiness_rubric()},
               model::Level::kMid);
}

model::Judgement judged(const Reworked& reworked) {
  const model::Plan cases = plan();
  const auto observe = [&](const Candidate& candidate) {
    std::vector<Observation> observations;
    for (const Case& c : cases.cases) observations.push_back(candidate(c));
    return observations;
  };
  const auto solved = observe(reworked.solution);
  std::vector<Observation> drafted;
  const model::EntryPoint entry = draft_entry(cases.entry);
  // As a box tells it: of the draft's own file.
  const Json inspection = renamed(reworked.draft_inspection);
  std::optional<Subject> draft;
  Rework rework{.kind = model::DraftKind::kOwn};
  if (reworked.draft) {
    for (Observation& seen : drafted = observe(*reworked.draft)) {
      for (model::Frame& frame : seen.functions_run) frame.file = model::kDraftFile;
      for (model::LinesRun& run : seen.lines_run) run.file = model::kDraftFile;
    }
    draft.emplace(Subject{entry, drafted, inspection, true});
    rework.draft = &*draft;
  }
  const model::SourceFile review{"REVIEW.md", reworked.review, ""};
  if (!reworked.review.empty()) rework.review = &review;
  return judge(exercise(), cases, solved, reworked.inspection,
               {rubrics::for_variant(whole_rubric(), "with_ai")}, model::Level::kMid, rework);
}

Json with_handler(Json inspection, int line, const std::string& digest) {
  inspection["broad_handlers"].push_back({{"file", "solution.py"},
                                          {"line", line - 1},
                                          {"end_line", line},
                                          {"body_line", line},
                                          {"function", 0},
                                          {"catches", "Exception"},
                                          {"digest", digest},
                                          {"only_passes", false}});
  return inspection;
}

Candidate through(int line, std::vector<std::string> labels, Candidate candidate) {
  return [=](const Case& c) {
    Observation o = candidate(c);
    o.lines_run = {{"solution.py", {1}}};
    o.lines_whole = true;
    if (std::find(labels.begin(), labels.end(), c.label) != labels.end())
      o.lines_run[0].lines.push_back(line);
    return o;
  };
}

model::Judgement judged_in(const model::Plan& plan, const Candidate& candidate,
                           const Json& inspection, model::Level level) {
  std::vector<Observation> observations;
  for (const Case& c : plan.cases) observations.push_back(candidate(c));
  return judge(exercise(), plan, observations, inspection, {rubric()}, level);
}

model::Judgement judged(const Candidate& candidate, const Json& inspection, model::Level level) {
  return judged_in(plan(), candidate, inspection, level);
}

const model::Indicator& indicator(const model::Judgement& judgement, const std::string& id) {
  const auto it = std::find_if(judgement.indicators.begin(), judgement.indicators.end(),
                               [&](const model::Indicator& i) { return i.id == id; });
  REQUIRE(it != judgement.indicators.end());
  return *it;
}

std::string verdict(const model::Judgement& judgement, const std::string& id) {
  return std::string(model::to_string(indicator(judgement, id).verdict));
}

std::string anchor(const Candidate& candidate, model::Level level, const Json& inspection) {
  const auto overall = judged(candidate, inspection, level).overall;
  return std::string(model::to_string(overall.anchor)) +
         (overall.provisional ? ", provisional" : "");
}

bool mentions(const std::vector<std::string>& texts, const std::string& piece) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return text.find(piece) != std::string::npos;
  });
}

}  // namespace assay::evidence::testing
