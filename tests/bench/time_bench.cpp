// What virtual time saves, and what it costs. Started by script/bench.
//
//   time_bench RUNNER ROUNDS
//
// Every case of check_pipeline_health runs with each of its reference solutions, the making and the
// end of its box included. Three questions:
//
//   virtual over real   how many seconds of the cases' clocks pass in one of real time, over all
//                       cases: all in all, one after the other on one core; on all cores at once,
//                       as `assay grade` has them; and from the job to its result, which is what a
//                       case lasts for whoever has a box ready. Those that end at the virtual limit
//                       are left out of both times: they would have waited for as long as anybody
//                       lets them. Of all cores at once they are left out of the virtual time
//                       alone, since others run beside them.
//   where it goes       the same real time by what it was spent on.
//   the cost of delays  what a case costs whose every answer comes late, beside the same with none.
//                       Both are timed in every round, and ratios are taken within a round. The
//                       delay is one that each reference waits for, so that both send as much.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include "harness/plan/loader.h"
#include "harness/run/peer_adapter.h"
#include "harness/run/pool.h"
#include "harness/run/task.h"
#include "harness/run/validate.h"
#include "mock_warehouse/server.h"
#include "tests/bench/boxed_case.h"

namespace assay::bench {
namespace {

/// Shorter than the timeout of every reference.
constexpr int kDelayMs = 3'000;

struct Bench {
  model::Plan plan;
  std::vector<plan::Solution> references;
  std::vector<model::Submission> submissions;  ///< of the references
  std::unique_ptr<sandbox::Sandbox> sandbox;
};

Bench prepare(const std::string& runner, int core) {
  Bench bench;
  const auto package = must(plan::load("check_pipeline_health", "without_ai"));
  bench.plan = plan::make_plan(package, 0);
  bench.references = must(plan::load_solutions(package));
  std::erase_if(bench.references, [](const auto& s) { return s.kind != "reference"; });
  for (const plan::Solution& reference : bench.references)
    bench.submissions.push_back(must(run::submission_of(reference, bench.plan.entry.file)));
  bench.sandbox = must(sandbox::open_box_sandbox({.runner = runner, .cpu = core}));
  return bench;
}

model::Observation run_case(Bench& bench, const model::Submission& submission,
                            const model::Case& item) {
  const sandbox::Job job = run::call_job(bench.plan, submission, item);
  const auto server = warehouse::Server::make_checked(item.world, item.script,
                                                      {.start = job.now, .seed = job.seed});
  run::WarehousePeer peer(*server);
  model::Observation seen = bench.sandbox->run(job, peer);
  if (seen.outcome.kind == model::OutcomeKind::kHarnessFault)
    stop(environment_error(item.id + ": " + seen.outcome.detail));
  return seen;
}

/// Parts of a case's real time, as of model::Usage::steps, and the cpu time of its box within.
constexpr const char* kSteps[] = {"init", "fork", "ready", "job", "run", "teardown"};

struct Sum {
  int cases = 0;
  int left_out = 0;  ///< ended at the virtual limit
  double virtual_ms = 0;
  double real_ms = 0;
  double own_ms = 0;  ///< from the job to its result
  double cpu_user_ms = 0;
  double cpu_system_ms = 0;
  double step_ms[std::size(kSteps)] = {};

  Sum& operator+=(const Sum& other) {
    cases += other.cases;
    left_out += other.left_out;
    virtual_ms += other.virtual_ms;
    real_ms += other.real_ms;
    own_ms += other.own_ms;
    cpu_user_ms += other.cpu_user_ms;
    cpu_system_ms += other.cpu_system_ms;
    for (std::size_t i = 0; i < std::size(kSteps); ++i) step_ms[i] += other.step_ms[i];
    return *this;
  }

  void add(const model::Observation& seen, double took_ms) {
    if (seen.outcome.kind == model::OutcomeKind::kVirtualTime) {
      ++left_out;
      return;
    }
    ++cases;
    real_ms += took_ms;
    own_ms += seen.run.wall_ms;
    virtual_ms += std::chrono::duration<double, std::milli>(seen.virtual_time).count();
    cpu_user_ms += seen.run.cpu_user_ms;
    cpu_system_ms += seen.run.cpu_system_ms;
    for (std::size_t i = 0; i < std::size(kSteps); ++i)
      step_ms[i] += seen.run.steps.at(kSteps[i]).get<double>();
  }
};

Sum run_all(Bench& bench, const model::Submission& submission) {
  const OnOneCore here;
  run_case(bench, submission, bench.plan.cases.front());  // compiles the file, warms the caches
  Sum sum;
  for (const model::Case& item : bench.plan.cases) {
    const auto started = Clock::now();
    const model::Observation seen = run_case(bench, submission, item);
    sum.add(seen, ms_since(started));
  }
  return sum;
}

void print_sum(const std::string& name, const Sum& sum) {
  std::printf("  %-24s %6d %9d %10.1f %8.2f %7.0f %8.2f %7.0f\n", name.c_str(), sum.cases,
              sum.left_out, sum.virtual_ms / 1000, sum.real_ms / 1000, sum.virtual_ms / sum.real_ms,
              sum.own_ms / 1000, sum.virtual_ms / sum.own_ms);
}

/// What one core does of all cases of all references, while others do the rest.
Sum run_share(Bench& bench, std::atomic<std::size_t>& next) {
  Sum sum;
  const std::size_t all = bench.submissions.size() * bench.plan.cases.size();
  for (std::size_t i = next++; i < all; i = next++) {
    const auto& submission = bench.submissions[i / bench.plan.cases.size()];
    const auto started = Clock::now();
    const auto seen = run_case(bench, submission, bench.plan.cases[i % bench.plan.cases.size()]);
    sum.add(seen, ms_since(started));
  }
  return sum;
}

/// Shared by the processes of a run on all cores.
struct Shared {
  std::atomic<std::size_t> next;
  std::atomic<int> ready;
  std::atomic<int> done;
  std::atomic<bool> go;
  Sum sums[CPU_SETSIZE];
};

/// Until all workers are so far; stops where one has failed instead.
void await(const std::atomic<int>& count, const std::vector<pid_t>& workers) {
  while (count < static_cast<int>(workers.size())) {
    usleep(1'000);
    for (const pid_t worker : workers) {
      siginfo_t ended{};
      if (waitid(P_PID, static_cast<id_t>(worker), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          ended.si_pid != 0 && ended.si_status != 0)
        stop(environment_error("a process of the benchmark failed"));
    }
  }
}

/// A process of its own for each core, as the workers of `assay grade` are, each with its runner
/// warm and each file compiled, when the time begins.
void print_on_all_cores(const std::string& runner) {
  const std::vector<int> cores = run::usable_cpus();
  void* const memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) stop(environment_error("no memory to share"));
  auto* const shared = new (memory) Shared{};
  std::vector<pid_t> workers;
  std::fflush(stdout);
  for (std::size_t i = 0; i < cores.size(); ++i) {
    workers.push_back(fork());
    if (workers.back() != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Bench bench = prepare(runner, cores[i]);
    const OnOneCore here(cores[i]);
    for (const auto& submission : bench.submissions)
      run_case(bench, submission, bench.plan.cases.front());
    ++shared->ready;
    while (!shared->go) usleep(100);
    shared->sums[i] = run_share(bench, shared->next);
    ++shared->done;
    bench.sandbox.reset();
    _exit(0);
  }
  await(shared->ready, workers);
  const auto started = Clock::now();
  shared->go = true;
  await(shared->done, workers);
  const double real_ms = ms_since(started);
  bool failed = false;
  for (const pid_t worker : workers) {
    int status = 0;
    failed |= waitpid(worker, &status, 0) != worker || status != 0;
  }
  if (failed) stop(environment_error("a process of the benchmark failed"));
  Sum all;
  for (std::size_t i = 0; i < cores.size(); ++i) all += shared->sums[i];
  std::printf("  on %zu cores at once     %6d %9d %10.1f %8.2f %7.0f\n\n", cores.size(), all.cases,
              all.left_out, all.virtual_ms / 1000, real_ms / 1000, all.virtual_ms / real_ms);
  munmap(memory, sizeof(Shared));
}

void print_where_it_goes(const Sum& sum) {
  std::printf("  %-44s %8s\n", "where the real time of a case goes, on average", "ms");
  const auto line = [&](const char* what, double ms) {
    std::printf("  %-46s %6.2f\n", what, ms / sum.cases);
  };
  line("all", sum.real_ms);
  line("  from the job to its result", sum.own_ms);
  line("    of which the job's bytes are handed over", sum.step_ms[3]);
  line("    of which the box is on a core, user", sum.cpu_user_ms);
  line("    of which the box is on a core, system", sum.cpu_system_ms);
  line("  the end of the box", sum.step_ms[5]);
  line("  beside that, on the same core", sum.real_ms - sum.own_ms - sum.step_ms[5]);
  std::printf("  the next box, made meanwhile: init %.2f, fork %.2f, layers %.2f ms\n\n",
              sum.step_ms[0] / sum.cases, sum.step_ms[1] / sum.cases, sum.step_ms[2] / sum.cases);
}

void print_virtual_over_real(Bench& bench, const std::string& runner) {
  std::printf("  %-24s %6s %9s %10s %8s %7s %8s %7s\n", "virtual over real time", "cases",
              "left out", "virtual s", "all in s", "ratio", "own s", "ratio");
  Sum all;
  for (std::size_t i = 0; i < bench.submissions.size(); ++i) {
    const Sum sum = run_all(bench, bench.submissions[i]);
    print_sum(bench.references[i].name, sum);
    all += sum;
  }
  print_sum("all", all);
  print_on_all_cores(runner);
  print_where_it_goes(all);
}

const model::Case& healthy_case(const model::Plan& plan) {
  const auto found = std::ranges::find_if(plan.cases, [](const model::Case& item) {
    return item.label == "healthy" && item.script.empty();
  });
  if (found == plan.cases.end()) stop(input_error("the package has no plain healthy case"));
  return *found;
}

struct Delayed {
  double ms = 0;
  double virtual_ms = 0;
};

Delayed time_case(Bench& bench, const model::Submission& submission, const model::Case& item) {
  const OnOneCore here;
  model::Observation last;
  const double ms = time_in_a_row([&] { last = run_case(bench, submission, item); });
  if (last.outcome.kind != model::OutcomeKind::kReturned)
    stop(input_error("a delay kept a reference from its answer: " + submission.id));
  return {ms, std::chrono::duration<double, std::milli>(last.virtual_time).count()};
}

void print_cost_of_delays(Bench& bench, int rounds) {
  const model::Case& plain = healthy_case(bench.plan);
  model::Case late = plain;
  late.script =
      Json::array({{{"steps", Json::array({{{"answer", "world"}, {"delay_ms", kDelayMs}}})},
                    {"then", "repeat"}}});
  std::printf("  %-24s %9s %9s %9s   times the cost\n", "answers late, or at once", "late ms",
              "at once", "virtual s");
  for (std::size_t i = 0; i < bench.submissions.size(); ++i) {
    std::vector<double> with, without, ratios;
    double virtual_ms = 0;
    for (int round = 0; round < rounds; ++round) {
      const Delayed none = time_case(bench, bench.submissions[i], plain);
      const Delayed some = time_case(bench, bench.submissions[i], late);
      without.push_back(none.ms);
      with.push_back(some.ms);
      ratios.push_back(some.ms / none.ms);
      virtual_ms = some.virtual_ms;
    }
    for (auto* values : {&with, &without, &ratios}) std::ranges::sort(*values);
    const std::size_t middle = ratios.size() / 2;
    std::printf("  %-24s %9.2f %9.2f %9.1f   %.2f (%.2f to %.2f)\n",
                bench.references[i].name.c_str(), with[middle], without[middle], virtual_ms / 1000,
                ratios[middle], ratios.front(), ratios.back());
  }
  std::printf("\n");
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  const int rounds = argc == 3 ? std::atoi(argv[2]) : 0;
  if (rounds < 1) {
    std::fprintf(stderr, "usage: time_bench RUNNER ROUNDS\n");
    return 2;
  }
  auto bench = assay::bench::prepare(argv[1], assay::bench::kCore);
  assay::bench::print_virtual_over_real(bench, argv[1]);
  assay::bench::print_cost_of_delays(bench, rounds);
  return 0;
}
