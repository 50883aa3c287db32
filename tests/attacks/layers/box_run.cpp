// Runs jobs in boxes of the runner that it is given, for tests/attacks/compare.py: a job a line on
// stdin, {"source", "arguments", "limits"}; an observation a line on stdout, once the box is gone.

#include <iostream>
#include <string>

#include "harness/model/json.h"
#include "sandboxes/runner_sandbox.h"

namespace {

using namespace assay;

constexpr int kExitBadArguments = 2;
constexpr int kExitNoSandbox = 3;

sandbox::Job job_of(const Json& line) {
  sandbox::Job job;
  job.files = {{.path = "solution.py", .bytes = line.at("source").get<std::string>()}};
  job.entry = {.file = "solution.py", .function = "main"};
  job.arguments = line.at("arguments");
  job.environment = {{"WAREHOUSE_URL", "http://warehouse:8080"}};
  Json limits = job.limits;
  limits.update(line.at("limits"));
  job.limits = limits.get<model::Limits>();
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: box_run RUNNER\n";
    return kExitBadArguments;
  }
  // Not open_box_sandbox, which takes no runner that leaves a layer out.
  auto box = sandbox::RunnerSandbox::open({.runner = argv[1], .prepare_ahead = false},
                                          sandbox::Backend::kBox);
  if (!box.ok()) {
    std::cerr << "box_run: " << box.error().to_string() << "\n";
    return kExitNoSandbox;
  }
  std::cout << dump_json(Json((*box)->layers())) << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const auto job = parse_json(line, "a job");
    if (!job.ok()) {
      std::cerr << "box_run: " << job.error().to_string() << "\n";
      return kExitBadArguments;
    }
    const auto peer = sandbox::make_silent_peer();
    std::cout << dump_json(Json((*box)->run(job_of(*job), *peer))) << std::endl;
  }
  return 0;
}
