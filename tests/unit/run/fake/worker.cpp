// A worker that runs nothing: it answers as the text of a submission's file tells it to.
//
//   well            an observation for each case, its value the index of the case,
//                   or that and the repetition
//   die             ends before it says anything
//   die-at INDEX    ends when it comes to the case with that index
//   die-again-at INDEX  ends when it comes to a repetition of that case
//   die-once PATH   ends at its second case where PATH does not exist; makes it first
//   spin            each case is over its cpu time
//   spin-but INDEX  each case but that with that index
//   mute            says nothing more
//   cannot          no submission: told by --runner; answers the setup with Cannot
//   cannot-once PATH  the same where PATH does not exist; makes it first
//   gone            no submission: told by --runner; ends at once
//   silent          no submission: told by --runner; says nothing until it is left

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "harness/run/framing.h"
#include "harness/run/messages.h"
#include "harness/run/worker_process.h"

namespace assay::run {
namespace {

constexpr int kSocket = kWorkerSocketFd;

void send(WorkerMessage message) {
  if (!write_frame(kSocket, to_message(message)).ok()) ::_exit(1);
}

void die() {
  ::raise(SIGKILL);
  ::_exit(1);
}

/// Whether the file was not there and is now.
bool first_time(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)).valid();
}

void answer(const Task& task, const model::Plan& plan) {
  const std::string text = task.submission.files.at(0).bytes;
  const bool dies = text.starts_with("die-once ") && first_time(text.substr(9));
  if (text == "die") die();
  if (text == "mute") ::pause();
  if (task.inspect) send(InspectionDone{Json{{"of", task.submission.id}}});
  std::size_t answered = 0;
  for (const CaseRun& run : task.cases) {
    if ((dies && answered == 1) || text == "die-at " + std::to_string(run.index)) die();
    if (run.repetition > 0 && text == "die-again-at " + std::to_string(run.index)) die();
    model::Observation seen;
    seen.case_id = plan.cases.at(run.index).id;
    seen.outcome.kind = model::OutcomeKind::kReturned;
    seen.has_value = true;
    seen.value = run.index;
    if (run.repetition > 0) seen.value = {run.index, run.repetition};
    if (text.starts_with("spin") && text != "spin-but " + std::to_string(run.index)) {
      seen = {.case_id = seen.case_id};
      seen.outcome.kind = model::OutcomeKind::kCpuTime;
    }
    send(CaseDone{run, seen, ""});
    ++answered;
  }
  send(TaskDone{});
}

int run(std::string_view runner) {
  FrameReader reader;
  if (runner == "gone") return 9;
  auto first = read_frame(kSocket, reader);
  if (!first.ok() || !*first) return 1;
  auto setup = setup_from(**first);
  if (!setup.ok()) return 1;
  if (runner == "silent") return read_frame(kSocket, reader).ok() ? 0 : 1;
  constexpr std::string_view kOnce = "cannot-once ";
  if (runner == "cannot" ||
      (runner.starts_with(kOnce) && first_time(std::string(runner.substr(kOnce.size()))))) {
    send(Cannot{environment_error("no user namespaces here", "Turn them on.")});
    return 0;
  }
  send(Ready{{"0", "3.11.2", {{"requests", "2.28.1"}}}, {{"seccomp", "on", ""}}});
  for (;;) {
    auto message = read_frame(kSocket, reader);
    if (!message.ok() || !*message) return 0;
    auto task = task_from(**message);
    if (!task.ok()) return 1;
    answer(*task, setup->plan);
  }
}

}  // namespace
}  // namespace assay::run

int main(int argc, char** argv) {
  std::string_view runner;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::string_view(argv[i]) == "--runner") runner = argv[i + 1];
  return assay::run::run(runner);
}
