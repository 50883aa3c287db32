// Times rows of cases in the boxes of one runner, for layer_costs.py:
//
//   case_timer RUNNER SOLUTION_FOLDER
//
// Says the runner's layers as one line of JSON, then answers every line of stdin with the
// milliseconds that a case took, on average over a row of them, the making and the end of a box for
// each included.

#include <cstdio>
#include <iostream>
#include <string>

#include "harness/model/json.h"
#include "sandboxes/runner_sandbox.h"
#include "tests/bench/boxed_case.h"

int main(int argc, char** argv) {
  using namespace assay;
  using namespace assay::bench;
  if (argc != 3) {
    std::fprintf(stderr, "usage: case_timer RUNNER SOLUTION_FOLDER\n");
    return 2;
  }
  const OnOneCore here;
  const BoxedCase boxed = BoxedCase::load(argv[2]);
  // Not open_box_sandbox, which takes no runner that leaves a layer out.
  const auto sandbox =
      must(sandbox::RunnerSandbox::open({.runner = argv[1], .cpu = kCore}, sandbox::Backend::kBox));
  std::cout << dump_json(Json(sandbox->layers())) << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << time_in_a_row([&] { boxed.run(*sandbox); }) << std::endl;
  return 0;
}
