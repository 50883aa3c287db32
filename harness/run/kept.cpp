#include "harness/run/kept.h"

#include <errno.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "harness/run/framing.h"
#include "harness/run/grade.h"
#include "harness/run/messages.h"
#include "harness/run/results.h"
#include "harness/run/unpack.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

/// A repetition that could not be compared.
bool has_lost_runs(const Json& report) {
  return report.contains("repeated") && report.at("repeated").contains("lost");
}

/// Whether one of these layers of isolation was not on.
bool lacks_layer(const Json& report, const std::vector<std::string>& required) {
  const auto layers = report.at("run").at("sandbox").at("layers").get<std::vector<model::Layer>>();
  return !require_layers(required, layers).ok();
}

bool has_record(const std::string& folder) {
  std::error_code error;
  const fs::path record = fs::path(folder) / kObservationsFile;
  return fs::is_regular_file(record, error) && fs::file_size(record, error) > 0;
}

ResultKey key_in(const Json& report) {
  ResultKey key;
  const Json& run = report.at("run");
  if (run.contains("key"))
    for (const auto& [part, value] : run.at("key").items()) key[part] = value;
  return key;
}

/// Waits until the worker says something, or is gone.
Status wait_for(const WorkerProcess& worker, int stop_fd,
                std::chrono::steady_clock::time_point until) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    // poll ignores a negative descriptor.
    std::array<pollfd, 2> fds = {{{stop_fd, POLLIN, 0}, {worker.socket(), POLLIN, 0}}};
    const int count =
        ::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("poll", errno);
    if (count == 0) return never_ready("said nothing for too long");
    if ((fds[0].revents & POLLIN) != 0) return environment_error("stopped");
    return success();
  }
}

Result<model::Tool> tool_of_one_worker(const PoolOptions& options, const model::Plan& plan) {
  const auto until = std::chrono::steady_clock::now() + kWorkerStartTimeout;
  ASSAY_TRY(WorkerProcess worker, WorkerProcess::start({options.assay, options.runner,
                                                        options.backend, usable_cpus().front()}));
  (void)write_frame(worker.socket(), to_message(Setup{.plan = plan}))
      .ok();  // its end is seen below
  FrameReader reader;
  for (;;) {
    ASSAY_CHECK(wait_for(worker, options.stop_fd, until));
    ASSAY_TRY(const FrameReader::Input input, reader.read_from(worker.socket()));
    ASSAY_TRY(const std::optional<Json> frame, reader.next());
    if (!frame && input == FrameReader::Input::kEnd) return never_ready("was " + worker.end());
    if (!frame) continue;
    ASSAY_TRY(WorkerMessage message, worker_message_from(*frame));
    if (auto* cannot = std::get_if<Cannot>(&message)) return std::move(cannot->error);
    auto* ready = std::get_if<Ready>(&message);
    ASSAY_ASSERT(ready != nullptr, "a worker reports on what it was not asked for");
    worker.hang_up();
    (void)worker.end(kWorkerEndGrace);
    return std::move(ready->tool);
  }
}

}  // namespace

bool harness_failed_in(const Json& graded) {
  const auto lost = [](const Json& cases) {
    return std::ranges::any_of(
        cases, [](const Json& each) { return each.at("outcome").at("kind") == "harness_fault"; });
  };
  return lost(graded.at("cases")) ||
         (graded.contains("draft") && lost(graded.at("draft").at("cases"))) ||
         std::ranges::any_of(graded.at("indicators"), [](const Json& indicator) {
           return indicator.at("verdict") == "undetermined";
         });
}

Result<Found> Keeper::look_for(const model::Submission& submission) {
  const ResultFolder there{out_ + "/" + submission.id, submission.id};
  std::error_code error;
  Found found;
  if (!fs::exists(fs::path(there.path) / kReportFile, error)) return found;
  auto report = read_result(there);
  if (!report.ok()) {
    found.why_not = "their reports cannot be read";
    return found;
  }
  const ResultKey before = key_in(*report);
  ResultKey now = with_submission(of_run_, submission);
  if (before.empty())
    found.why_not = "they do not say what they were made from";
  else if (!has_record(there.path))
    found.why_not = "their records are gone";
  else if (harness_failed_in(report->at("graded")) || has_lost_runs(*report))
    found.why_not = "the harness or the host failed in them";
  else if (lacks_layer(*report, required_layers_))
    found.why_not = "they were made without a layer that is required now";
  else
    found.why_not = what_changed(before, now);
  if (!found.why_not.empty()) return found;
  if (!tool_) {
    ASSAY_TRY(tool_, ask_tool_());
  }
  found.why_not = what_changed(before, with_tool(std::move(now), *tool_));
  if (!found.why_not.empty()) return found;
  // Should a run have ended between a mark and the report that repeats it.
  if (const Status laid = lay_marks_over(*report, there.path); !laid.ok())
    found.notice =
        submission.id + " is kept, without what is new of its marks: " + laid.error().to_string();
  found.report = std::move(*report);
  return found;
}

Result<model::Tool> tool_of_worker(const PoolOptions& options, const model::Plan& plan) {
  for (int starts = 1;; ++starts) {
    auto tool = tool_of_one_worker(options, plan);
    // A worker, or its runner, may have been killed: another one is to say the same.
    if (tool.ok() || starts == kMaxFailedWorkerStarts || is_readable(options.stop_fd)) return tool;
  }
}

}  // namespace assay::run
