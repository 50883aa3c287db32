#include "harness/run/pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>
#include <list>
#include <optional>

#include "harness/base/ascii.h"
#include "harness/base/count.h"
#include "harness/run/framing.h"
#include "harness/run/messages.h"
#include "harness/run/task.h"
#include "harness/run/trial.h"
#include "mock_warehouse/sql/process.h"
#include "rubrics/check.h"

namespace assay::run {
namespace {

using Clock = std::chrono::steady_clock;

/// How often the listener hears a tick while nothing else happens.
constexpr int kTickMs = 100;
/// A case that was being run when its worker died is tried this often before it is a harness fault.
constexpr int kMaxTriesOfCase = 2;
/// Workers that one task may cost, so that a submission which breaks one in every case comes to an
/// end.
constexpr int kMaxDeathsOfTask = 10;

/// What is left to run of a submission, or of a part of it.
struct PendingTask {
  std::size_t submission = 0;
  std::vector<CaseRun> cases;  ///< without an observation so far
  bool inspect = false;
  int tries = 0;   ///< of what is to be done first, that a worker died of
  int deaths = 0;  ///< of workers, in all
};

/// A submission while its parts come in.
struct Gathered {
  using Observations = std::vector<std::optional<model::Observation>>;
  std::vector<Observations> runs;  ///< by repetition, then by index of the case
  Json inspection;
  std::vector<std::pair<CaseRun, std::string>> retries;
  bool on_trial = false;  ///< only its trial cases were handed out so far
  std::size_t tasks_left = 0;
};

struct Worker {
  WorkerProcess process;
  FrameReader reader;
  int cpu = 0;
  bool ready = false;
  std::optional<Error> cannot;  ///< what it said of this host, or of its runner
  std::optional<PendingTask> task;
  Clock::time_point silent_until;
};

class Pool {
 public:
  Pool(const model::Plan& plan, std::span<const model::Submission> submissions,
       const PoolOptions& options, PoolListener& listener)
      : plan_(plan),
        submissions_(submissions),
        options_(options),
        jobs_(static_cast<std::size_t>(std::max(options.jobs, 1))),
        listener_(listener),
        setup_(to_message(Setup{plan, options.real_time})),
        cpus_(usable_cpus()),
        longest_silence_((1 + kRetryWallFactor) * std::chrono::milliseconds(plan.limits.wall_ms) +
                         options.silence_slack) {
    // The virtual limit of a case and of its second try pass for real, too.
    if (options.real_time > 0)
      longest_silence_ += 2 * std::chrono::milliseconds(plan.limits.virtual_ms) / options.real_time;
    // So long a case, and its second try, may be waiting for SQL on a host that is busy.
    const auto asks = [](const model::Case& the_case) {
      return the_case.world.contains("queries");
    };
    if (std::ranges::any_of(plan.cases, asks))
      longest_silence_ += 2 * std::chrono::milliseconds(warehouse::sql::EngineBudget().wall_ms);
  }

  Result<PoolEnd> run() {
    cut_into_tasks();
    if (options_.backend == Backend::kProcess) name_cases_that_need_box();
    while (submissions_left_ > 0) {
      for (Worker& worker : workers_)
        if (worker.ready && !worker.task) hand_out(worker);
      ASSAY_CHECK(start_missing_workers());
      ASSAY_TRY(const bool stopped, wait());
      if (stopped) return PoolEnd::kStopped;
      for (auto worker = workers_.begin(); worker != workers_.end();) {
        ASSAY_TRY(const std::string death, serve(*worker));
        if (death.empty()) {
          ++worker;
          continue;
        }
        ASSAY_CHECK(bury(*worker, death));
        worker = workers_.erase(worker);
      }
      listener_.tick();
    }
    end_workers();
    return PoolEnd::kDone;
  }

 private:
  /// They fail one by one, and who runs a whole package without a box wants to know of it
  /// beforehand.
  void name_cases_that_need_box() {
    constexpr std::size_t kMaxNamed = 8;
    const std::vector<std::string> ids = cases_that_need_box(plan_);
    if (ids.empty() || submissions_.empty()) return;
    const bool one = ids.size() == 1;
    listener_.notice(count_of(ids.size(), "case") + " cannot run without the sandbox, since " +
                     (one ? "it refuses" : "they refuse") + " connections or let" +
                     (one ? "s" : "") + " them time out: " + rubrics::listed(ids, kMaxNamed) +
                     "; what rests on " + (one ? "it" : "them") + " stays undetermined");
  }

  void cut_into_tasks() {
    submissions_left_ = submissions_.size();
    gathered_.resize(submissions_.size());
    const std::vector<std::size_t> first = trial_cases(options_.all_cases ? 0 : plan_.cases.size());
    for (std::size_t s = 0; s < submissions_.size(); ++s) {
      gathered_[s].runs.resize(repeats_of(s), Gathered::Observations(plan_.cases.size()));
      gathered_[s].on_trial = !first.empty();
      std::vector<CaseRun> runs;
      for (const std::size_t c : first) runs.push_back({c, 0});
      if (first.empty()) runs = runs_left(s);
      std::vector<PendingTask> tasks = split(s, runs);
      tasks.front().inspect = true;
      std::ranges::move(tasks, std::back_inserter(waiting_));
    }
  }

  /// All that has no observation so far.
  std::vector<CaseRun> runs_left(std::size_t submission) const {
    std::vector<CaseRun> left;
    const auto& runs = gathered_[submission].runs;
    for (std::uint32_t again = 0; again < runs.size(); ++again)
      for (std::size_t c = 0; c < runs[again].size(); ++c)
        if (!runs[again][c]) left.push_back({c, again});
    return left;
  }

  /// At least one task, for as many workers as there are for a submission.
  std::vector<PendingTask> split(std::size_t submission, const std::vector<CaseRun>& runs) {
    const std::size_t parts = std::clamp<std::size_t>(jobs_ / submissions_.size(), 1,
                                                      std::max<std::size_t>(runs.size(), 1));
    std::vector<PendingTask> tasks(parts, PendingTask{.submission = submission});
    for (std::size_t i = 0; i < runs.size(); ++i) tasks[i % parts].cases.push_back(runs[i]);
    gathered_[submission].tasks_left = parts;
    return tasks;
  }

  std::uint32_t repeats_of(std::size_t submission) const {
    return submission < options_.repeats.size() ? options_.repeats[submission] : 1;
  }

  Status start_missing_workers() {
    const auto busy = std::ranges::count_if(workers_, [](const Worker& w) { return !!w.task; });
    const std::size_t wanted = std::min(jobs_, static_cast<std::size_t>(busy) + waiting_.size());
    while (workers_.size() < wanted) {
      const int cpu = least_used_cpu();
      ASSAY_TRY(WorkerProcess process,
                WorkerProcess::start({options_.assay, options_.runner, options_.backend, cpu}));
      // Where it has died already, its end is seen at its socket.
      (void)write_frame(process.socket(), setup_).ok();
      workers_.push_back(
          {std::move(process), {}, cpu, false, {}, {}, Clock::now() + kWorkerStartTimeout});
    }
    return success();
  }

  int least_used_cpu() const {
    const auto users = [&](int cpu) { return std::ranges::count(workers_, cpu, &Worker::cpu); };
    return std::ranges::min(cpus_, {}, users);
  }

  /// Waits for something to happen. True where the run is to stop.
  Result<bool> wait() {
    std::vector<pollfd> fds = {{options_.stop_fd, POLLIN, 0}};  // poll ignores a negative one
    for (const Worker& worker : workers_) fds.push_back({worker.process.socket(), POLLIN, 0});
    if (::poll(fds.data(), fds.size(), kTickMs) < 0) {
      if (errno != EINTR) return system_error("poll", errno);
      return false;
    }
    return (fds[0].revents & POLLIN) != 0;
  }

  /// Takes what the worker sent. Why it is to be replaced; empty while it lives.
  Result<std::string> serve(Worker& worker) {
    ASSAY_TRY(const FrameReader::Input input, worker.reader.read_from(worker.process.socket()));
    for (;;) {
      ASSAY_TRY(const std::optional<Json> frame, worker.reader.next());
      if (!frame) break;
      worker.silent_until = Clock::now() + longest_silence_;
      ASSAY_TRY(WorkerMessage message, worker_message_from(*frame));
      ASSAY_CHECK(
          std::visit([&](auto&& m) { return handle(worker, std::move(m)); }, std::move(message)));
    }
    if (input == FrameReader::Input::kEnd) return "was " + worker.process.end();
    const bool waits_for_it = worker.task || !worker.ready;
    if (waits_for_it && Clock::now() > worker.silent_until) {
      (void)worker.process.end();
      return std::string("said nothing for too long, and was killed");
    }
    return std::string();
  }

  Status handle(Worker& worker, Ready ready) {
    worker.ready = true;
    failed_starts_ = 0;
    // What its boxes have, and not what a try before it said.
    ASSAY_CHECK(require_layers(options_.required_layers, ready.layers));
    listener_.worker_ready(ready.tool, ready.layers);
    return success();
  }

  /// It leaves then. Its runner may have been killed, so another one is to say the same.
  Status handle(Worker& worker, Cannot cannot) {
    worker.cannot = std::move(cannot.error);
    return success();
  }

  Status handle(Worker& worker, CaseDone done) {
    ASSAY_ASSERT(
        worker.task && !worker.task->cases.empty() && worker.task->cases.front() == done.run,
        "a worker answers for a case that it was not asked for");
    worker.task->cases.erase(worker.task->cases.begin());
    worker.task->tries = 0;
    Gathered& gathered = gathered_[worker.task->submission];
    if (!done.retried.empty()) gathered.retries.push_back({done.run, done.retried});
    gathered.runs[done.run.repetition][done.run.index] = std::move(done.observation);
    listener_.case_done();
    return success();
  }

  Status handle(Worker& worker, InspectionDone done) {
    ASSAY_ASSERT(worker.task && worker.task->inspect,
                 "a worker inspects what it was not asked for");
    worker.task->inspect = false;
    worker.task->tries = 0;
    gathered_[worker.task->submission].inspection = std::move(done.inspection);
    return success();
  }

  Status handle(Worker& worker, TaskDone) {
    ASSAY_ASSERT(worker.task && worker.task->cases.empty() && !worker.task->inspect,
                 "a worker leaves a part of its task out");
    const std::size_t submission = worker.task->submission;
    worker.task.reset();
    go_on_after_trial(submission);
    hand_out(worker);  // at once: it works on while the results of this one are judged and written
    return finish_task(submission);
  }

  /// At the end of the last task of a submission's trial: hands out the others, before all other
  /// submissions, or gives them up.
  void go_on_after_trial(std::size_t submission) {
    Gathered& gathered = gathered_[submission];
    if (gathered.tasks_left > 1 || !std::exchange(gathered.on_trial, false)) return;
    Gathered::Observations& first = gathered.runs.front();
    const std::vector<CaseRun> left = runs_left(submission);
    const bool hopeless =
        std::ranges::all_of(first, [](const auto& seen) { return !seen || spent_its_time(*seen); });
    if (!hopeless) {
      std::vector<PendingTask> tasks = split(submission, left);
      ++gathered.tasks_left;  // the one that is just at its end
      waiting_.insert(waiting_.begin(), std::make_move_iterator(tasks.begin()),
                      std::make_move_iterator(tasks.end()));
      return;
    }
    gathered.runs.resize(1);
    for (const CaseRun& run : left) {
      listener_.case_done();
      if (run.repetition == 0) first[run.index] = not_run(plan_.cases[run.index].id);
    }
  }

  void hand_out(Worker& worker) {
    if (waiting_.empty()) return;
    worker.task = std::move(waiting_.front());
    waiting_.pop_front();
    worker.silent_until = Clock::now() + longest_silence_;
    const Task task{submissions_[worker.task->submission], worker.task->cases,
                    worker.task->inspect};
    // Where it has died meanwhile, its end is seen at its socket.
    (void)write_frame(worker.process.socket(), to_message(task)).ok();
  }

  /// Sees to what a worker that is gone has left undone.
  Status bury(Worker& worker, const std::string& death) {
    if (!worker.ready && ++failed_starts_ == kMaxFailedWorkerStarts)
      return worker.cannot ? *worker.cannot : never_ready(death);
    if (!worker.task) return success();
    PendingTask task = std::move(*worker.task);
    ++task.deaths;
    if (++task.tries < kMaxTriesOfCase && task.deaths < kMaxDeathsOfTask) {
      note(task, "a worker " + death + "; " + count_of(task.cases.size(), "case") +
                     " left were run by another");
    } else if (task.deaths < kMaxDeathsOfTask) {
      note(task, "a worker " + death + ", again; it is not tried a third time");
      give_up_first(task, death);
    } else {
      note(task, "a worker " + death + ", the last of " + std::to_string(task.deaths) + " workers" +
                     "; what was left is not tried any more");
      while (task.inspect || !task.cases.empty()) give_up_first(task, death);
    }
    if (!task.inspect && task.cases.empty()) {
      go_on_after_trial(task.submission);
      return finish_task(task.submission);
    }
    waiting_.push_front(std::move(task));
    return success();
  }

  /// Puts a sentence into what is told of the task's submission, where its first case stands.
  void note(const PendingTask& task, std::string what) {
    const bool at_case = !task.inspect && !task.cases.empty();
    gathered_[task.submission].retries.push_back(
        {at_case ? task.cases.front() : CaseRun{.index = plan_.cases.size()}, std::move(what)});
  }

  /// What a worker does first of a task, and has died of too often.
  void give_up_first(PendingTask& task, const std::string& death) {
    task.tries = 0;
    if (std::exchange(task.inspect, false)) return;  // it stays null
    const CaseRun run = task.cases.front();
    task.cases.erase(task.cases.begin());
    model::Observation lost;
    lost.case_id = plan_.cases[run.index].id;
    lost.outcome = {model::OutcomeKind::kHarnessFault, "The worker that this case was given to " +
                                                           death + ", and it was not tried again."};
    gathered_[task.submission].runs[run.repetition][run.index] = std::move(lost);
    listener_.case_done();
  }

  Status finish_task(std::size_t submission) {
    Gathered& gathered = gathered_[submission];
    if (--gathered.tasks_left > 0) return success();
    --submissions_left_;
    SubmissionRun run{.index = submission, .inspection = std::move(gathered.inspection)};
    run.observations = all_of(std::move(gathered.runs.front()));
    for (std::size_t again = 1; again < gathered.runs.size(); ++again)
      run.repetitions.push_back(all_of(std::move(gathered.runs[again])));
    std::ranges::stable_sort(gathered.retries, {}, [](const auto& retry) {
      return std::pair(retry.first.index, retry.first.repetition);
    });
    for (auto& [where, why] : gathered.retries) run.retries.push_back(words_of(where) + why);
    gathered = {};
    return listener_.submission_done(std::move(run));
  }

  static std::vector<model::Observation> all_of(Gathered::Observations gathered) {
    std::vector<model::Observation> observations;
    for (auto& observation : gathered) {
      ASSAY_ASSERT(observation.has_value(), "a case of a finished submission has no observation");
      observations.push_back(std::move(*observation));
    }
    return observations;
  }

  /// "missing: ", "missing, run 2: "; empty for what is before all cases.
  std::string words_of(const CaseRun& run) const {
    if (run.index == plan_.cases.size()) return "";
    return plan_.cases[run.index].id +
           (run.repetition > 0 ? ", run " + std::to_string(run.repetition + 1) : "") + ": ";
  }

  /// Lets idle workers leave by themselves, so that they can tidy up after their boxes.
  void end_workers() {
    for (Worker& worker : workers_) worker.process.hang_up();
    for (Worker& worker : workers_) (void)worker.process.end(kWorkerEndGrace);
  }

  const model::Plan& plan_;
  std::span<const model::Submission> submissions_;
  const PoolOptions& options_;
  std::size_t jobs_;
  PoolListener& listener_;
  Json setup_;
  std::vector<int> cpus_;
  std::chrono::milliseconds longest_silence_;
  std::deque<PendingTask> waiting_;
  std::vector<Gathered> gathered_;
  std::size_t submissions_left_ = 0;
  std::list<Worker> workers_;
  int failed_starts_ = 0;
};

}  // namespace

std::vector<int> usable_cpus() {
  std::vector<int> cpus;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  if (cpus.empty()) cpus.push_back(0);  // a machine with more cores than the set has room for
  return cpus;
}

Status require_layers(const std::vector<std::string>& required,
                      const std::vector<model::Layer>& layers) {
  for (const std::string& wanted : required) {
    const auto found =
        std::ranges::find(layers, lower_ascii(wanted),
                          [](const model::Layer& layer) { return lower_ascii(layer.name); });
    if (found == layers.end()) {
      std::string known;
      for (const model::Layer& layer : layers) known += (known.empty() ? "" : ", ") + layer.name;
      return input_error("there is no layer called " + wanted, {}, "The layers are " + known + ".");
    }
    if (found->state != "on")
      return environment_error(
          "the layer " + found->name + " is " + found->state + ": " + found->detail,
          "--require-layer asks for it; `assay doctor` shows all layers.");
  }
  return success();
}

Result<PoolEnd> run_pool(const model::Plan& plan, std::span<const model::Submission> submissions,
                         const PoolOptions& options, PoolListener& listener) {
  return Pool(plan, submissions, options, listener).run();
}

}  // namespace assay::run
