// What one case costs, beside what a user would do instead. Started by script/bench.
//
//   case_bench RUNNER SOLUTION_FOLDER ROUNDS
//
// Two questions, each with its own baseline, since a box is made before its case arrives:
//
//   in a row   what a case of a batch costs, all in all: cases one after the other on one core, the
//              making and the end of a box for each of them included. The baseline runs on that
//              core as well. This is the ratio to look at.
//   alone      how long one waits for a case when its box is ready, as the box is after a pause.
//              The baseline has every core to itself.
//
// Every round times all of them, one after the other, so that a drift of the machine's speed meets
// each; ratios are taken within a round. Milliseconds are of this machine and this hour: the ratios
// are what carries over. Beside them stands the cpu time of all processes that have a part in it,
// over all rounds: a busy machine stretches the one and hardly the other. bubblewrap's has none:
// its first process leaves without waiting for those inside, and their cpu time is in nobody's
// account.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/model/value.h"
#include "sandboxes/process_tree.h"
#include "sandboxes/protocol.h"
#include "sandboxes/runner_process.h"
#include "sandboxes/sandbox.h"
#include "sandboxes/wire.h"
#include "tests/bench/baselines.h"
#include "tests/bench/boxed_case.h"

namespace assay::bench {
namespace {

struct Spread {
  double low = 0, middle = 0, high = 0;
};

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values.front(), values[values.size() / 2], values.back()};
}

/// Everything that a round needs.
struct Bench {
  BoxedCase boxed;
  std::unique_ptr<sandbox::Sandbox> sandbox;
  std::unique_ptr<sandbox::RunnerProcess> runner;  ///< a second one, for bare forks
  std::map<std::string, std::vector<double>> steps;
};

void note_steps(const model::Usage& usage, Bench& bench) {
  for (const auto& [step, ms] : usage.steps.items())
    if (ms.is_number()) bench.steps[step].push_back(ms.get<double>());
  // The kernel splits it into user and system by samples, and only the sum is exact.
  bench.steps["cpu time"].push_back(usage.cpu_user_ms + usage.cpu_system_ms);
}

/// Gives how long the case waited for its box.
double run_boxed(Bench& bench, Lines lines = Lines::kIgnored) {
  const model::Observation observation = bench.boxed.run(*bench.sandbox, lines);
  if (lines == Lines::kIgnored) note_steps(observation.run, bench);
  return observation.run.steps.at("wait").get<double>();
}

/// A case that finds its box ready.
double time_boxed_alone(Bench& bench) {
  const OnOneCore here;
  const auto started = Clock::now();
  const double waited = run_boxed(bench);
  return ms_since(started) - waited;
}

/// So that no box is being made while a baseline runs, and each row has the cpu time that it used.
void let_settle() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

/// Of this process and all below it.
double cpu_ms() {
  return std::chrono::duration<double, std::milli>(sandbox::ProcessTree({getpid()}).cpu_usage())
      .count();
}

/// A case of many, on average.
double time_boxed_in_a_row(Bench& bench, Lines lines) {
  const OnOneCore here;
  return time_in_a_row([&] { run_boxed(bench, lines); });
}

/// The least that any case could cost: the warm process forked into the namespaces, and gone again.
double time_bare_fork(Bench& bench) {
  using sandbox::protocol::MessageType;
  namespace wire = sandbox::wire;
  const auto started = Clock::now();
  wire::Message message;
  const bool answered =
      wire::send(bench.runner->control(), MessageType::kBareFork, {}) == wire::Send::kSent &&
      wire::receive(bench.runner->control(), message, /*wait=*/true) == wire::Receive::kMessage &&
      message.type == static_cast<std::uint8_t>(MessageType::kBareFork);
  if (!answered) stop(environment_error("the runner did not fork"));
  return ms_since(started);
}

/// The line of Python that a fresh interpreter is given.
std::string call_line(const Bench& bench) {
  std::string arguments;
  for (const Json& argument : bench.boxed.item.arguments)
    arguments += (arguments.empty() ? "" : ", ") + model::describe(argument, 1'000);
  return "import json, solution\nprint(json.dumps(solution." + bench.boxed.plan.entry.function +
         "(" + arguments + ")))";
}

/// A way to run the case, and how long it took in each round.
struct Row {
  std::string name;
  std::function<double()> time;
  int cases = 1;  ///< that each time runs; 0: its cpu time cannot be told
  std::vector<double> ms;
  double cpu_ms = 0;
};

/// The first row is what the others are held against.
void print_table(const char* title, const std::vector<Row>& rows) {
  std::printf("  %-37s %7s %7s %7s   times as long          cpu\n", title, "least", "median",
              "most");
  for (const Row& row : rows) {
    const Spread ms = spread_of(row.ms);
    std::vector<double> ratios;
    for (std::size_t i = 0; i < row.ms.size(); ++i) ratios.push_back(row.ms[i] / rows[0].ms[i]);
    const Spread ratio = spread_of(ratios);
    char range[40], cpu[20] = "-";
    std::snprintf(range, sizeof range, "(%.2f to %.2f)", ratio.low, ratio.high);
    if (row.cases > 0) {
      const double cases = static_cast<double>(row.ms.size()) * row.cases;
      std::snprintf(cpu, sizeof cpu, "%.2f", row.cpu_ms / cases);
    }
    std::printf("  %-37s %7.2f %7.2f %7.2f  %6.2f %-16s %7s\n", row.name.c_str(), ms.low, ms.middle,
                ms.high, ratio.middle, range, cpu);
  }
  std::printf("\n");
}

/// What a step's name stands for (model::Usage::steps), in the order in which they happen.
constexpr std::pair<const char*, const char*> kSteps[] = {
    {"init", "ahead: namespaces, mounts, network"},
    {"fork", "ahead: the candidate's process"},
    {"ready", "ahead: its limits and filters"},
    {"wait", "waiting for the box"},
    {"job", "sending the job"},
    {"run", "import, call, requests, result"},
    {"teardown", "the end of the box"},
    {"cpu time", "cpu time of the box, ahead included"}};

void print_steps(const Bench& bench) {
  std::printf("  %-37s %7s %7s %7s\n", "steps of a boxed case", "least", "median", "most");
  for (const auto& [step, words] : kSteps) {
    const auto found = bench.steps.find(step);
    if (found == bench.steps.end()) continue;
    const Spread ms = spread_of(found->second);
    std::printf("  %-37s %7.2f %7.2f %7.2f\n", words, ms.low, ms.middle, ms.high);
  }
}

Bench prepare(const std::string& runner, const std::string& folder) {
  Bench bench{.boxed = BoxedCase::load(folder), .sandbox = {}, .runner = {}, .steps = {}};
  // Both on one core, as a worker has them.
  const sandbox::SandboxOptions options{.runner = runner, .cpu = kCore};
  bench.sandbox = must(sandbox::open_box_sandbox(options));
  bench.runner = must(sandbox::RunnerProcess::start(options, sandbox::Backend::kBox,
                                                    sandbox::warmth_for(bench.boxed.job()), -1));
  return bench;
}

int run_rounds(Bench bench, int rounds) {
  LoopbackWarehouse warehouse(bench.boxed.item);
  auto environment = bench.boxed.plan.environment;
  environment["WAREHOUSE_URL"] = "http://127.0.0.1:" + std::to_string(warehouse.port());
  const std::string call = call_line(bench);
  const auto fresh = [&](Baseline baseline) {
    return must(
        time_run(command_of(baseline, bench.boxed.folder, call), environment, "\"status\""));
  };
  const auto on_one_core = [&](Baseline baseline) {
    const OnOneCore here;
    return fresh(baseline);
  };

  std::vector<Row> in_a_row = {
      {"warm, in a box", [&] { return time_boxed_in_a_row(bench, Lines::kIgnored); }, kInARow + 1},
      {"the same, and which lines ran", [&] { return time_boxed_in_a_row(bench, Lines::kWatched); },
       kInARow + 1},
      {"fresh python3 under bubblewrap", [&] { return on_one_core(Baseline::kBubblewrap); }, 0},
      {"fresh python3, no sandbox", [&] { return on_one_core(Baseline::kBarePython); }},
      {"floor: fork into the namespaces", [&] { return time_bare_fork(bench); }}};
  std::vector<Row> alone = {
      {"warm, in a box that is ready", [&] { return time_boxed_alone(bench); }},
      {"fresh python3 under bubblewrap", [&] { return fresh(Baseline::kBubblewrap); }, 0},
      {"fresh python3, no sandbox", [&] { return fresh(Baseline::kBarePython); }}};
  for (int round = -2; round < rounds; ++round) {  // two rounds to warm every cache
    if (round == 0) bench.steps.clear();
    for (auto* table : {&in_a_row, &alone}) {
      for (Row& row : *table) {
        const double cpu_before = cpu_ms();
        const double ms = row.time();
        let_settle();
        if (round < 0) continue;
        row.ms.push_back(ms);
        row.cpu_ms += cpu_ms() - cpu_before;
      }
    }
  }

  std::printf("One healthy case of %s, %d rounds, milliseconds:\n\n", bench.boxed.folder.c_str(),
              rounds);
  print_table("in a row on one core, all included", in_a_row);
  print_table("alone, from the job to its result", alone);
  print_steps(bench);
  return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: case_bench RUNNER SOLUTION_FOLDER ROUNDS\n");
    return 2;
  }
  const int rounds = std::atoi(argv[3]);
  if (rounds < 1) {
    std::fprintf(stderr, "case_bench: ROUNDS is '%s', and must be 1 or more\n", argv[3]);
    return 2;
  }
  return assay::bench::run_rounds(assay::bench::prepare(argv[1], argv[2]), rounds);
}
