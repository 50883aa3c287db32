#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/places.h"
#include "harness/cli/terminal.h"
#include "sandboxes/sandbox.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Tries each layer of isolation for real, one by one, and says what is missing and\n"
    "how to get it. Then opens a sandbox as `assay grade` does, and lists what\n"
    "candidates may import. All layers are required but Landlock and cgroup, which\n"
    "`assay grade --require-layer` makes so.\n"
    "\n"
    "Exit codes: 0 grading is possible here; 3 it is not.";

/// "name  state  detail" with the columns aligned; the state in colour.
std::string layer_lines(const std::vector<model::Layer>& layers) {
  const bool colour = wants_colour(STDOUT_FILENO);
  std::size_t name_width = 0;
  std::size_t state_width = 0;
  for (const model::Layer& layer : layers) {
    name_width = std::max(name_width, layer.name.size());
    state_width = std::max(state_width, layer.state.size());
  }
  std::string lines;
  for (const model::Layer& layer : layers) {
    const bool on = layer.state == "on";
    lines += "  " + layer.name + std::string(name_width - layer.name.size() + 2, ' ');
    lines += (!colour ? ""
              : on    ? "\033[32m"
                      : "\033[33m") +
             layer.state + (colour ? "\033[0m" : "");
    lines += std::string(state_width - layer.state.size() + 2, ' ') + layer.detail + "\n";
  }
  return lines;
}

std::string kernel_line() {
  utsname about{};
  if (::uname(&about) != 0) return "";
  return std::string("\n") + about.sysname + " " + about.release + ", " + about.machine + "\n";
}

std::string tool_lines(const model::Tool& tool) {
  std::string lines = "\nPython " + tool.python + ", with\n";
  for (const auto& [name, version] : tool.packages) lines += "  " + name + " " + version + "\n";
  return lines;
}

Result<int> doctor(const std::string& wanted_runner) {
  ASSAY_TRY(const std::string runner, find_runner(wanted_runner));
  const sandbox::SandboxOptions options{.runner = runner, .prepare_ahead = false};
  print("Layers of isolation\n" + layer_lines(sandbox::probe_layers(options)) + kernel_line());
  auto sandbox = sandbox::open_box_sandbox(options);
  if (!sandbox.ok()) {
    print("\nGrading is not possible on this machine.\n");
    return std::move(sandbox).error();
  }
  print(tool_lines((*sandbox)->tool()));
  print("\nGrading is possible on this machine.\n");
  return kExitDone;
}

std::function<int()> add(CLI::App& app) {
  auto runner = std::make_shared<std::string>();
  app.footer(kFooter);
  app.add_option("--runner", *runner, "")->group("");
  return [runner] {
    const Result<int> code = doctor(*runner);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_doctor;
const Command k_doctor = {"doctor", "Tell what this machine gives for grading, and what it lacks",
                          false, add};

}  // namespace assay::cli
