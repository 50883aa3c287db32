#include "harness/run/worker.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "harness/base/unique_fd.h"
#include "harness/run/framing.h"
#include "harness/run/messages.h"
#include "harness/run/peer_adapter.h"
#include "harness/run/task.h"
#include "mock_warehouse/server.h"
#include "mock_warehouse/sql/process.h"
#include "sandboxes/sandbox.h"

namespace assay::run {
namespace {

/// Second tries that one task may use, in each of its repetitions: a submission that waits for the
/// wall clock on purpose in every case must not double the time of a run.
constexpr int kMaxRetriesOfTask = 4;
/// The exit codes of `assay` for bad arguments and for a host that lacks something.
constexpr int kExitByHand = 2;
constexpr int kExitFailed = 3;

class Worker {
 public:
  Worker(const WorkerOptions& options, UniqueFd socket, std::unique_ptr<sandbox::Sandbox> sandbox,
         Setup setup, FrameReader reader)
      : sql_program_(options.sql_program),
        box_(options.backend == Backend::kBox),
        socket_(std::move(socket)),
        sandbox_(std::move(sandbox)),
        plan_(std::move(setup.plan)),
        real_time_(setup.real_time),
        reader_(std::move(reader)) {}

  Status serve() {
    ASSAY_CHECK(send(Ready{sandbox_->tool(), sandbox_->layers()}));
    for (;;) {
      ASSAY_TRY(const std::optional<Json> message, read_frame(socket_.get(), reader_));
      if (!message) return success();
      ASSAY_TRY(const Task task, task_from(*message));
      ASSAY_CHECK(run(task));
    }
  }

 private:
  Status send(WorkerMessage message) { return write_frame(socket_.get(), to_message(message)); }

  Status run(const Task& task) {
    repetition_ = 0;
    retries_left_ = kMaxRetriesOfTask;
    if (task.inspect) ASSAY_CHECK(send(InspectionDone{inspect(task.submission)}));
    for (const CaseRun& run : task.cases) {
      ASSAY_ASSERT(run.index < plan_.cases.size(), "a task asks for a case that the plan lacks");
      if (std::exchange(repetition_, run.repetition) != run.repetition)
        retries_left_ = kMaxRetriesOfTask;
      ASSAY_CHECK(send(run_case(task.submission, run)));
    }
    return send(TaskDone{});
  }

  Json inspect(const model::Submission& submission) {
    const sandbox::Job job = inspection_job(plan_, submission);
    const auto peer = sandbox::make_silent_peer();
    model::Observation seen = sandbox_->run(job, *peer);
    if (seen.outcome.kind == model::OutcomeKind::kHarnessFault) seen = sandbox_->run(job, *peer);
    if (seen.has_value) return std::move(seen.value);
    if (!model::has_run(seen.outcome.kind)) return {};
    return Json{{"ended_by", model::to_string(seen.outcome.kind)}};
  }

  CaseDone run_case(const model::Submission& submission, const CaseRun& run) {
    const model::Case& the_case = plan_.cases[run.index];
    sandbox::Job job = call_job(plan_, submission, the_case);
    job.real_time = real_time_;
    job.variation = run.repetition;
    CaseDone done{run, run_once(job, the_case), ""};
    if (retries_left_ > 0) done.retried = reason_to_retry(done.observation, job.limits);
    if (!done.retried.empty()) {
      --retries_left_;
      job.limits = limits_of_retry(done.observation, job.limits);
      done.observation = run_once(job, the_case);
      done.observation.run.tries = 2;
    }
    return done;
  }

  model::Observation run_once(const sandbox::Job& job, const model::Case& the_case) {
    if (!plan_.needs_warehouse) {
      const auto peer = sandbox::make_silent_peer();
      return named(sandbox_->run(job, *peer), the_case);
    }
    // The package's loader has checked world and script.
    const auto server = warehouse::Server::make_checked(
        the_case.world, the_case.script,
        {.start = job.now, .seed = job.seed, .engine = engine_maker()});
    WarehousePeer peer(*server);
    model::Observation seen = named(sandbox_->run(job, peer), the_case);
    seen.requests = bounded_journal(server->journal(), seen.notes);
    // What the candidate did about an answer that we failed to give says nothing of it.
    if (server->failure())
      seen.outcome = {model::OutcomeKind::kHarnessFault, server->failure()->to_string()};
    return seen;
  }

  /// For one case.
  warehouse::EngineMaker engine_maker() const {
    auto budget = std::make_shared<warehouse::sql::EngineBudget>();
    return [this, budget = std::move(budget)](const Json& world) {
      return warehouse::sql::make_process_engine(
          {.program = sql_program_, .box = box_, .budget = budget}, world);
    };
  }

  static model::Observation named(model::Observation seen, const model::Case& the_case) {
    seen.case_id = the_case.id;
    bound(seen);
    return seen;
  }

  const std::string sql_program_;
  const bool box_;
  UniqueFd socket_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  model::Plan plan_;
  int real_time_;
  FrameReader reader_;
  sandbox::Variation repetition_ = 0;  ///< of the case at hand
  int retries_left_ = 0;
};

void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  // Only speed rests on it, and a container may forbid it.
  (void)::sched_setaffinity(0, sizeof set, &set);
}

Result<std::unique_ptr<sandbox::Sandbox>> open_sandbox(const WorkerOptions& options) {
  const sandbox::SandboxOptions how{.runner = options.runner, .cpu = options.cpu};
  return options.backend == Backend::kBox ? sandbox::open_box_sandbox(how)
                                          : sandbox::open_process_sandbox(how);
}

Status serve(const WorkerOptions& options) {
  UniqueFd socket(kWorkerSocketFd);
  FrameReader reader;
  ASSAY_TRY(const std::optional<Json> first, read_frame(socket.get(), reader));
  if (!first) return success();
  ASSAY_TRY(Setup setup, setup_from(*first));
  auto sandbox = open_sandbox(options);
  if (!sandbox.ok()) return write_frame(socket.get(), to_message(Cannot{sandbox.error()}));
  return Worker(options, std::move(socket), std::move(*sandbox), std::move(setup),
                std::move(reader))
      .serve();
}

}  // namespace

int run_worker(const WorkerOptions& options) {
  // A Ctrl-C on the terminal is for the process that started us to act on.
  ::setpgid(0, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);  // assay blocks what it waits for by a descriptor
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (options.cpu) pin_to(*options.cpu);
  if (::fcntl(kWorkerSocketFd, F_SETFD, FD_CLOEXEC) != 0) {
    std::fprintf(stderr, "assay worker: started by hand; it is a part of `assay grade`\n");
    return kExitByHand;
  }
  const Status status = serve(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "assay worker: %s\n", status.error().to_string().c_str());
  return kExitFailed;
}

}  // namespace assay::run
