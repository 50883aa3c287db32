#include "harness/run/messages.h"

namespace assay::run {
namespace {

constexpr std::string_view kSource = "message between processes of this run";

Json kind(std::string_view name) { return Json{{"kind", name}}; }

Json message_of(const Ready& ready) {
  Json message = kind("ready");
  message["version"] = ready.tool.version;
  message["python"] = ready.tool.python;
  message["packages"] = ready.tool.packages;
  message["layers"] = ready.layers;
  return message;
}

Json message_of(const Cannot& cannot) {
  Json message = kind("cannot");
  message["environment"] = cannot.error.kind == ErrorKind::kEnvironment;
  message["message"] = cannot.error.message;
  message["file"] = cannot.error.place.file;
  message["hint"] = cannot.error.hint;
  return message;
}

Json message_of(const CaseDone& done) {
  Json message = kind("case");
  message["run"] = done.run;
  message["observation"] = done.observation;
  message["retried"] = done.retried;
  return message;
}

Json message_of(const InspectionDone& done) {
  Json message = kind("inspection");
  message["inspection"] = done.inspection;
  return message;
}

Json message_of(const TaskDone&) { return kind("done"); }

WorkerMessage ready_from(const Json& message) {
  Ready ready;
  message.at("version").get_to(ready.tool.version);
  message.at("python").get_to(ready.tool.python);
  message.at("packages").get_to(ready.tool.packages);
  message.at("layers").get_to(ready.layers);
  return ready;
}

WorkerMessage cannot_from(const Json& message) {
  Cannot cannot;
  cannot.error.kind =
      message.at("environment").get<bool>() ? ErrorKind::kEnvironment : ErrorKind::kInput;
  message.at("message").get_to(cannot.error.message);
  message.at("file").get_to(cannot.error.place.file);
  message.at("hint").get_to(cannot.error.hint);
  return cannot;
}

WorkerMessage case_from(const Json& message) {
  CaseDone done;
  message.at("run").get_to(done.run);
  message.at("observation").get_to(done.observation);
  message.at("retried").get_to(done.retried);
  return done;
}

WorkerMessage worker_message(const Json& message) {
  const auto name = message.at("kind").get<std::string>();
  if (name == "ready") return ready_from(message);
  if (name == "cannot") return cannot_from(message);
  if (name == "case") return case_from(message);
  if (name == "inspection") return InspectionDone{message.at("inspection")};
  ASSAY_ASSERT(name == "done", "a worker sent a message of kind " + name);
  return TaskDone{};
}

Task task(const Json& message) {
  return {message.at("submission").get<model::Submission>(),
          message.at("cases").get<std::vector<CaseRun>>(), message.at("inspect").get<bool>()};
}

/// `read(message)`, where what nlohmann throws is an error.
template <class T, class Read>
Result<T> guarded(const Json& message, Read read) {
  try {
    return read(message);
  } catch (const nlohmann::json::exception& e) {
    return environment_error(std::string(kSource) + ": " + e.what());
  }
}

}  // namespace

void to_json(Json& json, const CaseRun& run) { json = Json::array({run.index, run.repetition}); }

void from_json(const Json& json, CaseRun& run) {
  json.at(0).get_to(run.index);
  json.at(1).get_to(run.repetition);
}

Json to_message(const Setup& setup) {
  Json message = kind("setup");
  message["plan"] = setup.plan;
  message["real_time"] = setup.real_time;
  return message;
}

Json to_message(const Task& task) {
  Json message = kind("task");
  message["submission"] = task.submission;
  message["cases"] = task.cases;
  message["inspect"] = task.inspect;
  return message;
}

Json to_message(const WorkerMessage& message) {
  return std::visit([](const auto& m) { return message_of(m); }, message);
}

Result<Setup> setup_from(const Json& message) {
  return guarded<Setup>(message, [](const Json& m) {
    return Setup{m.at("plan").get<model::Plan>(), m.at("real_time").get<int>()};
  });
}

Result<Task> task_from(const Json& message) { return guarded<Task>(message, task); }

Result<WorkerMessage> worker_message_from(const Json& message) {
  return guarded<WorkerMessage>(message, worker_message);
}

}  // namespace assay::run
