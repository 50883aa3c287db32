// What one case costs, beside what a user would do instead. Started by script/bench.
//
//   case_bench RUNNER SOLUTION_FOLDER ROUNDS
//
// Every round times one case of each kind, one after the other, so that a drift of the machine's
// speed meets all of them; ratios are taken within a round. Milliseconds are of this machine and
// this hour: the ratios are what carries over.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/sha256.h"
#include "harness/model/value.h"
#include "harness/plan/loader.h"
#include "harness/run/peer_adapter.h"
#include "mock_warehouse/server.h"
#include "sandboxes/protocol.h"
#include "sandboxes/runner_process.h"
#include "sandboxes/sandbox.h"
#include "sandboxes/wire.h"
#include "tests/bench/baselines.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Spread {
  double low = 0, middle = 0, high = 0;
};

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values.front(), values[values.size() / 2], values.back()};
}

/// Everything that a round needs.
struct Bench {
  model::Plan plan;
  model::Case item;
  std::string folder;
  std::vector<model::SourceFile> files;
  std::unique_ptr<sandbox::Sandbox> sandbox;
  std::unique_ptr<sandbox::RunnerProcess> runner;  ///< a second one, for bare forks
  std::map<std::string, std::vector<double>> steps;
};

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "case_bench: %s\n", error.to_string().c_str());
  std::exit(error.kind == ErrorKind::kInput ? 2 : 3);
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) stop(result.error());
  return std::move(result).value();
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop(input_error("cannot read the solution", {path}));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

sandbox::Job job_of(const Bench& bench) {
  sandbox::Job job;
  job.files = bench.files;
  job.entry = bench.plan.entry;
  job.arguments = bench.item.arguments;
  job.environment = bench.plan.environment;
  job.now = bench.item.now;
  job.limits = bench.plan.limits;
  return job;
}

/// One whole case: a box, the warehouse, the call, the result.
double time_boxed(Bench& bench) {
  const auto started = Clock::now();
  auto server = must(warehouse::Server::make(bench.item.world, bench.item.script,
                                             {.start = bench.item.now, .seed = bench.plan.seed}));
  run::WarehousePeer peer(*server);
  const model::Observation observation = bench.sandbox->run(job_of(bench), peer);
  const std::chrono::duration<double, std::milli> took = Clock::now() - started;
  const Json* status = model::field(observation.value, "status");
  if (observation.outcome.kind != model::OutcomeKind::kReturned || status == nullptr)
    stop(input_error("the boxed case gave no status: " + dump_json(Json(observation))));
  for (const auto& [step, ms] : observation.run.steps.items())
    if (ms.is_number()) bench.steps[step].push_back(ms.get<double>());
  // The kernel splits it into user and system by samples, and only the sum is exact.
  bench.steps["cpu time"].push_back(observation.run.cpu_user_ms + observation.run.cpu_system_ms);
  return took.count();
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
  const std::chrono::duration<double, std::milli> took = Clock::now() - started;
  return took.count();
}

/// The line of Python that a fresh interpreter is given.
std::string call_line(const Bench& bench) {
  std::string arguments;
  for (const Json& argument : bench.item.arguments)
    arguments += (arguments.empty() ? "" : ", ") + model::describe(argument, 1'000);
  return "import json, solution\nprint(json.dumps(solution." + bench.plan.entry.function + "(" +
         arguments + ")))";
}

void print_row(const char* what, const std::vector<double>& times,
               const std::vector<double>& boxed) {
  const Spread ms = spread_of(times);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < times.size(); ++i) ratios.push_back(times[i] / boxed[i]);
  const Spread ratio = spread_of(ratios);
  std::printf("  %-38s %7.2f %7.2f %7.2f   %6.2f  (%.2f to %.2f)\n", what, ms.low, ms.middle,
              ms.high, ratio.middle, ratio.low, ratio.high);
}

Bench prepare(const std::string& runner, const std::string& folder) {
  Bench bench;
  const auto package = must(plan::load("check_pipeline_health", "without_ai"));
  bench.plan = plan::make_plan(package, 0);
  const auto healthy = std::ranges::find_if(bench.plan.cases, [](const model::Case& item) {
    return item.label == "healthy" && item.script.empty();
  });
  if (healthy == bench.plan.cases.end()) stop(input_error("the package has no plain healthy case"));
  bench.item = *healthy;
  bench.folder = folder;
  model::SourceFile file{"solution.py", read_file(folder + "/solution.py"), ""};
  file.sha256 = sha256_hex(file.bytes);
  bench.files = {file};
  // Both on one core, as a worker has them.
  const sandbox::SandboxOptions options{.runner = runner, .cpu = 0};
  bench.sandbox = must(sandbox::open_box_sandbox(options));
  bench.runner = must(sandbox::RunnerProcess::start(options, sandbox::Backend::kBox,
                                                    sandbox::image_for(job_of(bench))));
  return bench;
}

int run_rounds(Bench bench, int rounds) {
  LoopbackWarehouse warehouse(bench.item);
  auto environment = bench.plan.environment;
  environment["WAREHOUSE_URL"] = "http://127.0.0.1:" + std::to_string(warehouse.port());
  const std::string call = call_line(bench);
  const auto bwrap = command_of(Baseline::kBubblewrap, bench.folder, call);
  const auto bare = command_of(Baseline::kBarePython, bench.folder, call);
  const std::string expected = "\"status\"";

  std::vector<double> boxed_ms, bwrap_ms, bare_ms, floor_ms;
  for (int round = -2; round < rounds; ++round) {  // two rounds to warm every cache
    const double a = time_boxed(bench);
    const double b = must(time_run(bwrap, environment, expected));
    const double c = must(time_run(bare, environment, expected));
    const double d = time_bare_fork(bench);
    if (round < 0) {
      bench.steps.clear();
      continue;
    }
    boxed_ms.push_back(a);
    bwrap_ms.push_back(b);
    bare_ms.push_back(c);
    floor_ms.push_back(d);
  }

  std::printf("One healthy case of %s, %d rounds, milliseconds:\n", bench.folder.c_str(), rounds);
  std::printf("  %-38s %7s %7s %7s   %6s\n", "", "least", "median", "most", "ratio to the box");
  print_row("warm, in a box, end to end", boxed_ms, boxed_ms);
  print_row("fresh python3 under bubblewrap", bwrap_ms, boxed_ms);
  print_row("fresh python3, no sandbox", bare_ms, boxed_ms);
  print_row("floor: fork into the namespaces", floor_ms, boxed_ms);
  std::printf("\nSteps of a boxed case, milliseconds:\n");
  for (const auto& [step, times] : bench.steps) {
    const Spread ms = spread_of(times);
    std::printf("  %-38s %7.2f %7.2f %7.2f\n", step.c_str(), ms.low, ms.middle, ms.high);
  }
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
