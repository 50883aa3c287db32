#include "harness/model/observation.h"

#include <algorithm>

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<OutcomeKind, std::string_view> kOutcomeKinds[] = {
    {OutcomeKind::kReturned, "returned"},
    {OutcomeKind::kRaised, "raised"},
    {OutcomeKind::kExited, "exited"},
    {OutcomeKind::kSignaled, "signaled"},
    {OutcomeKind::kCpuTime, "cpu_time"},
    {OutcomeKind::kWallTime, "wall_time"},
    {OutcomeKind::kVirtualTime, "virtual_time"},
    {OutcomeKind::kMemory, "memory"},
    {OutcomeKind::kOutput, "output"},
    {OutcomeKind::kPolicy, "policy"},
    {OutcomeKind::kHarnessFault, "harness_fault"},
    {OutcomeKind::kNotRun, "not_run"}};

constexpr std::pair<Phase, std::string_view> kPhases[] = {{Phase::kImport, "import"},
                                                          {Phase::kCall, "call"}};

constexpr std::pair<WireEnd, std::string_view> kWireEnds[] = {
    {WireEnd::kFin, "fin"},
    {WireEnd::kRst, "rst"},
    {WireEnd::kKeepAlive, "keepalive"},
    {WireEnd::kClientClosed, "client_closed"},
    {WireEnd::kOpen, "open"}};

}  // namespace

std::string_view to_string(OutcomeKind kind) { return enum_name(kind, kOutcomeKinds); }
std::string_view to_string(Phase phase) { return enum_name(phase, kPhases); }
std::string_view to_string(WireEnd end) { return enum_name(end, kWireEnds); }

std::vector<std::string_view> fault_names(std::string_view fault) {
  std::vector<std::string_view> names;
  while (!fault.empty()) {
    const std::size_t seam = fault.find(kFaultSeam);
    names.push_back(fault.substr(0, seam));
    fault = seam == std::string_view::npos ? "" : fault.substr(seam + kFaultSeam.size());
  }
  return names;
}

bool has_fault(std::string_view fault, std::string_view name) {
  return std::ranges::count(fault_names(fault), name) > 0;
}

void to_json(Json& json, const Frame& frame) {
  json = {{"file", frame.file}, {"line", frame.line}, {"function", frame.function}};
}

void from_json(const Json& json, Frame& frame) {
  json.at("file").get_to(frame.file);
  json.at("line").get_to(frame.line);
  json.at("function").get_to(frame.function);
}

void to_json(Json& json, const LinesRun& run) {
  json = {{"file", run.file}, {"lines", run.lines}, {"took", run.took}};
}

void from_json(const Json& json, LinesRun& run) {
  json.at("file").get_to(run.file);
  json.at("lines").get_to(run.lines);
  read_if(json, "took", run.took);
}

void to_json(Json& json, const Exception& exception) {
  json = {{"types", exception.types},
          {"message", exception.message},
          {"traceback", exception.traceback},
          {"own_raise", exception.own_raise},
          {"during_import", exception.during_import},
          {"cause_types", exception.cause_types}};
}

void from_json(const Json& json, Exception& exception) {
  json.at("types").get_to(exception.types);
  json.at("message").get_to(exception.message);
  json.at("traceback").get_to(exception.traceback);
  json.at("own_raise").get_to(exception.own_raise);
  json.at("during_import").get_to(exception.during_import);
  json.at("cause_types").get_to(exception.cause_types);
}

void to_json(Json& json, const Outcome& outcome) {
  json = {{"kind", to_string(outcome.kind)}};
  if (!outcome.detail.empty()) json["detail"] = outcome.detail;
  write_if(json, "exception", outcome.exception);
  write_if(json, "exit_code", outcome.exit_code);
  write_if(json, "signal", outcome.signal);
}

void from_json(const Json& json, Outcome& outcome) {
  outcome.kind = enum_from(json.at("kind"), kOutcomeKinds);
  read_if(json, "detail", outcome.detail);
  read_if(json, "exception", outcome.exception);
  read_if(json, "exit_code", outcome.exit_code);
  read_if(json, "signal", outcome.signal);
}

void to_json(Json& json, const Stream& stream) {
  json = {{"text", stream.text}, {"bytes", stream.bytes}, {"cut", stream.cut}};
}

void from_json(const Json& json, Stream& stream) {
  json.at("text").get_to(stream.text);
  json.at("bytes").get_to(stream.bytes);
  json.at("cut").get_to(stream.cut);
}

void to_json(Json& json, const Request& request) {
  json = {{"seq", request.seq},
          {"connection", request.connection},
          {"position", request.position},
          {"phase", to_string(request.phase)},
          {"at_ns", request.at.count()},
          {"gap_ns", request.gap.count()},
          {"operation", request.operation},
          {"method", request.method},
          {"target", request.target},
          {"headers", request.headers},
          {"body_sha256", request.body_sha256},
          {"body", request.body},
          {"sql", request.sql},
          {"fault", request.fault},
          {"bytes_sent", request.bytes_sent},
          {"end", to_string(request.end)}};
  write_if(json, "rule", request.rule);
  write_if(json, "step", request.step);
  write_if(json, "status", request.status);
  if (!request.retry_after.empty()) json["retry_after"] = request.retry_after;
  if (request.next_page) json["next_page"] = true;
  if (request.ended_at) json["ended_at_ns"] = request.ended_at->count();
}

void from_json(const Json& json, Request& request) {
  json.at("seq").get_to(request.seq);
  json.at("connection").get_to(request.connection);
  json.at("position").get_to(request.position);
  request.phase = enum_from(json.at("phase"), kPhases);
  request.at = read_ns(json, "at_ns");
  request.gap = read_ns(json, "gap_ns");
  json.at("operation").get_to(request.operation);
  json.at("method").get_to(request.method);
  json.at("target").get_to(request.target);
  request.headers = json.at("headers");
  json.at("body_sha256").get_to(request.body_sha256);
  json.at("body").get_to(request.body);
  json.at("sql").get_to(request.sql);
  json.at("fault").get_to(request.fault);
  json.at("bytes_sent").get_to(request.bytes_sent);
  request.end = enum_from(json.at("end"), kWireEnds);
  read_if(json, "rule", request.rule);
  read_if(json, "step", request.step);
  read_if(json, "status", request.status);
  read_if(json, "retry_after", request.retry_after);
  read_if(json, "next_page", request.next_page);
  if (json.contains("ended_at_ns")) request.ended_at = read_ns(json, "ended_at_ns");
}

void to_json(Json& json, const Usage& usage) {
  json = {{"wall_ms", usage.wall_ms},
          {"cpu_user_ms", usage.cpu_user_ms},
          {"cpu_system_ms", usage.cpu_system_ms},
          {"peak_memory_bytes", usage.peak_memory_bytes},
          {"output_bytes", usage.output_bytes},
          {"tries", usage.tries},
          {"steps", usage.steps}};
  if (usage.processes_at_most) json["processes_at_most"] = *usage.processes_at_most;
  if (usage.written_bytes) json["written_bytes"] = *usage.written_bytes;
}

void from_json(const Json& json, Usage& usage) {
  json.at("wall_ms").get_to(usage.wall_ms);
  json.at("cpu_user_ms").get_to(usage.cpu_user_ms);
  json.at("cpu_system_ms").get_to(usage.cpu_system_ms);
  json.at("peak_memory_bytes").get_to(usage.peak_memory_bytes);
  read_if(json, "processes_at_most", usage.processes_at_most);
  read_if(json, "written_bytes", usage.written_bytes);
  read_if(json, "output_bytes", usage.output_bytes);
  json.at("tries").get_to(usage.tries);
  usage.steps = json.at("steps");
}

void to_json(Json& json, const Observation& observation) {
  json = {{"case", observation.case_id},
          {"outcome", observation.outcome},
          {"stdout", observation.out},
          {"stderr", observation.err},
          {"virtual_ns", observation.virtual_time.count()},
          {"requests", observation.requests},
          {"functions_run", observation.functions_run},
          {"network_callers", observation.network_callers},
          {"notes", observation.notes},
          {"run", observation.run}};
  if (!observation.lines_run.empty()) {
    json["lines_run"] = observation.lines_run;
    json["lines_whole"] = observation.lines_whole;
  }
  if (!observation.waits.empty()) json["waits"] = observation.waits;
  if (observation.has_value) json["value"] = observation.value;
}

void from_json(const Json& json, Observation& observation) {
  json.at("case").get_to(observation.case_id);
  json.at("outcome").get_to(observation.outcome);
  json.at("stdout").get_to(observation.out);
  json.at("stderr").get_to(observation.err);
  observation.virtual_time = read_ns(json, "virtual_ns");
  json.at("requests").get_to(observation.requests);
  read_if(json, "waits", observation.waits);
  json.at("functions_run").get_to(observation.functions_run);
  json.at("network_callers").get_to(observation.network_callers);
  read_if(json, "lines_run", observation.lines_run);
  read_if(json, "lines_whole", observation.lines_whole);
  json.at("notes").get_to(observation.notes);
  json.at("run").get_to(observation.run);
  observation.has_value = json.contains("value");
  if (observation.has_value) observation.value = json.at("value");
}

}  // namespace assay::model
