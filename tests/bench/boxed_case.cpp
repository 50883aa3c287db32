#include "tests/bench/boxed_case.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/base/sha256.h"
#include "harness/model/value.h"
#include "harness/plan/loader.h"
#include "harness/run/peer_adapter.h"
#include "mock_warehouse/server.h"

namespace assay::bench {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop(input_error("cannot read the solution", {path}));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

OnOneCore::OnOneCore(int core) {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  ASSAY_ASSERT(sched_setaffinity(0, sizeof one, &one) == 0, "the benchmark's core is not there");
}

OnOneCore::~OnOneCore() { sched_setaffinity(0, sizeof before_, &before_); }

void stop(const Error& error) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.to_string().c_str());
  std::exit(error.kind == ErrorKind::kInput ? 2 : 3);
}

double ms_since(Clock::time_point started) {
  return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

BoxedCase BoxedCase::load(const std::string& folder) {
  BoxedCase boxed;
  const auto package = must(plan::load("check_pipeline_health", "without_ai"));
  boxed.plan = plan::make_plan(package, 0);
  const auto healthy = std::ranges::find_if(boxed.plan.cases, [](const model::Case& item) {
    return item.label == "healthy" && item.script.empty();
  });
  if (healthy == boxed.plan.cases.end()) stop(input_error("the package has no plain healthy case"));
  boxed.item = *healthy;
  boxed.folder = folder;
  model::SourceFile file{"solution.py", read_file(folder + "/solution.py"), ""};
  file.sha256 = sha256_hex(file.bytes);
  boxed.files = {file};
  return boxed;
}

sandbox::Job BoxedCase::job(Lines lines) const {
  sandbox::Job job;
  job.watch_lines = lines == Lines::kWatched;
  job.files = files;
  job.entry = plan.entry;
  job.arguments = item.arguments;
  job.environment = plan.environment;
  job.now = item.now;
  job.limits = plan.limits;
  return job;
}

model::Observation BoxedCase::run(sandbox::Sandbox& sandbox, Lines lines) const {
  const auto server = warehouse::Server::make_checked(item.world, item.script,
                                                      {.start = item.now, .seed = plan.seed});
  run::WarehousePeer peer(*server);
  model::Observation observation = sandbox.run(job(lines), peer);
  const Json* status = model::field(observation.value, "status");
  if (observation.outcome.kind != model::OutcomeKind::kReturned || status == nullptr)
    stop(input_error("the boxed case gave no status but " +
                     std::string(to_string(observation.outcome.kind)) + " " +
                     observation.outcome.detail + ": " + dump_json(Json(observation))));
  return observation;
}

}  // namespace assay::bench
