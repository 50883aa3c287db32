#include "tests/unit/report/fixture_parts.h"

#include "harness/base/sha256.h"

namespace assay::fixture {

using namespace model;
using std::chrono::milliseconds;

SourceFile source_file(std::string path, std::string bytes) {
  std::string sha256 = sha256_hex(bytes);
  return {std::move(path), std::move(bytes), std::move(sha256)};
}

Stream stream(std::string text) {
  const auto bytes = static_cast<std::int64_t>(text.size());
  return {std::move(text), bytes, false};
}

Request request(int seq, milliseconds at, int status, std::string fault) {
  Request r;
  r.seq = seq;
  r.connection = seq;
  r.position = 1;
  r.at = at;
  r.ended_at = at;
  r.operation = "get_partition";
  r.method = "GET";
  r.target = "/v1/tables/orders/partitions/2026-03-13";
  r.headers = Json::array({Json::array({"Host", "warehouse:8080"}),
                           Json::array({"Authorization", "sha256:" + sha256_hex("token")})});
  r.status = status;
  r.bytes_sent = 312;
  r.end = WireEnd::kFin;
  if (!fault.empty()) {
    r.fault = std::move(fault);
    r.rule = 0;
    r.step = seq - 1;
  }
  return r;
}

model::Wait slept(milliseconds at, milliseconds length) {
  return {
      .at = at, .ended_at = at + length, .deadline = at + length, .end = model::WaitEnd::kDeadline};
}

Json answer(std::string_view status, Json rows, std::string message) {
  return {{"status", status}, {"actual_rows", std::move(rows)}, {"message", std::move(message)}};
}

Pair returned(std::string id, std::string label, std::string title, Json value,
              std::vector<Request> requests) {
  Pair pair;
  pair.item.id = pair.observation.case_id = std::move(id);
  pair.item.title = std::move(title);
  pair.item.label = std::move(label);
  pair.item.now = *parse_utc("2026-03-14T06:00:00Z");
  pair.item.arguments = Json::array({"2026-03-13", 1000});
  pair.observation.outcome.kind = OutcomeKind::kReturned;
  pair.observation.value = std::move(value);
  pair.observation.has_value = true;
  pair.observation.virtual_time = requests.empty() ? Duration(0) : *requests.back().ended_at;
  pair.observation.requests = std::move(requests);
  pair.observation.run.wall_ms = 3.25;
  pair.observation.run.cpu_user_ms = 1.5;
  pair.observation.run.steps = {{"fork", 0.5}, {"call", 2.25}};
  return pair;
}

Pair ended(std::string id, std::string label, std::string title, OutcomeKind kind,
           std::string detail) {
  Pair pair = returned(std::move(id), std::move(label), std::move(title), nullptr, {});
  pair.observation.outcome.kind = kind;
  pair.observation.outcome.detail = std::move(detail);
  pair.observation.has_value = false;
  return pair;
}

void add(Report& report, Pair pair) {
  report.cases.push_back(std::move(pair.item));
  report.observations.push_back(std::move(pair.observation));
}

Report frame_of_report() {
  Report report;
  report.tool = {"0.1.0", "3.11.2", {{"requests", "2.28.1"}, {"httpx", "0.23.3"}}};
  Exercise& exercise = report.exercise;
  exercise.id = "check_pipeline_health";
  exercise.version = "1";
  exercise.title = "Check the health of a day's partition";
  exercise.folder = "/somewhere/on/this/machine";
  exercise.sha256 = sha256_hex("exercise");
  exercise.variants = {"without_ai"};
  exercise.entry = {"solution.py",
                    "check_pipeline_health",
                    {{"partition_date", "iso_date"}, {"expected_min_rows", "int"}}};
  exercise.statement = "Write a function.";
  exercise.starter = {source_file("warehouse.py", "# a client\n")};
  report.variant = "without_ai";
  report.seed = 7;
  report.rubrics = {
      {"data_engineer_coding_test", "Data engineer: coding test", "1", sha256_hex("rubric")},
      {"production_readiness", "Production readiness", "1", sha256_hex("second rubric")}};
  report.run.started_at = "2026-04-01T09:30:00Z";
  report.run.host = "Linux 6.1 x86_64";
  report.run.backend = "box";
  report.run.layers = {{"user namespace", "on", "uid 65534"},
                       {"network namespace", "on", "the warehouse's socket and nothing else"},
                       {"seccomp", "on", "93 system calls allowed"},
                       {"landlock", "on", "ABI 3"},
                       {"cgroup", "unavailable", "not writable here; memory is bounded by rlimit"}};
  report.run.timing = {{"cases", 9}, {"wall_ms", 29.25}, {"peak_memory_bytes", 14680064}};
  return report;
}

Submission submission(std::string id, std::vector<SourceFile> files) {
  Submission s;
  s.id = std::move(id);
  s.sha256 = hash_of_files(files);
  s.files = std::move(files);
  return s;
}

Indicator indicator(std::string id, std::string label, Polarity polarity, Verdict verdict,
                    std::string explanation, std::vector<std::string> evidence) {
  Indicator i;
  i.rubric = "data_engineer_coding_test";
  i.id = std::move(id);
  i.label = std::move(label);
  i.polarity = polarity;
  i.verdict = verdict;
  i.explanation = std::move(explanation);
  i.evidence = std::move(evidence);
  return i;
}

}  // namespace assay::fixture
