// The executable `assay`: parses the command line and hands over to the subcommand.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "harness/base/assert.h"
#include "harness/cli/command.h"
#include "harness/cli/help.h"
#include "harness/cli/log.h"
#include "harness/model/json.h"

namespace assay::cli {
namespace {

constexpr const char* kDescription =
    "Grades coding exercises on evidence: runs each submission in a sandbox against\n"
    "a mock warehouse with scripted faults, and writes a report whose every verdict\n"
    "cites what happened.";

constexpr const char* kFooter =
    "Examples:\n"
    "  assay grade check_pipeline_health submissions/ --out reports\n"
    "  assay show reports/ada               the report again, in the terminal\n"
    "  assay show reports/ada server-500    one case of it, with its requests\n"
    "  assay mark reports                   decide what needs a person\n"
    "  assay candidate-report reports/ada   what a candidate may see of it\n"
    "  assay validate exercises/mine        does it tell good code from bad?\n"
    "  assay new late_events                a new exercise, to be changed\n"
    "  assay warehouse mine --case late     a case's warehouse by itself, to be asked\n"
    "  assay doctor                         what does this machine lack?\n"
    "\n"
    "Exit codes:\n"
    "  0    done\n"
    "  1    done, and what the caller requires (--require, validate) is not met\n"
    "  2    bad input: an argument, an exercise package, a path\n"
    "  3    this machine lacks something that is needed; see `assay doctor`\n"
    "  70   a bug of Assay\n"
    "  130  interrupted; reports that are there are whole\n"
    "\n"
    "`assay COMMAND --help` tells all about a command.";

std::string command_names() {
  std::string names;
  for (const Command* command : all_commands())
    if (!command->hidden) names += (names.empty() ? "" : ", ") + std::string(command->name);
  return names;
}

/// The first argument that is no option, where a command's name should be; empty without one.
std::string word_for_command(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    if (argv[i][0] != '-') return argv[i];
  return "";
}

/// CLI11 tells what was wrong; it is for us to say what to do, and with our exit code.
int explain(const CLI::ParseError& error, const CLI::App& app, int argc, char** argv) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    const std::string word = word_for_command(argc, argv);
    return report_error(input_error(
        word.empty() ? "a command is needed" : "there is no command " + to_valid_utf8(word), {},
        "The commands are " + command_names() + "; `assay --help` tells about each."));
  }
  return report_error(input_error(
      to_valid_utf8(error.what()), {},
      "`assay " + chosen.front()->get_name() + " --help` tells what it takes, with examples."));
}

int run(int argc, char** argv) {
  CLI::App app(kDescription, "assay");
  app.footer(kFooter);
  app.set_version_flag("--version", "assay " ASSAY_VERSION, "Print the version and leave");
  app.formatter(make_help_formatter());
  app.require_subcommand(1);
  bool verbose = false;
  app.add_flag("-v,--verbose", verbose, "Log to stderr what happens meanwhile");
  app.fallthrough();

  std::function<int()> chosen;
  for (const Command* command : all_commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command->name), std::string(command->summary));
    if (command->hidden) sub->group("");
    sub->callback([&chosen, run = command->add(*sub)] { chosen = run; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(error, app, argc, argv);
  }
  start_log(verbose);
  return chosen();
}

}  // namespace
}  // namespace assay::cli

int main(int argc, char** argv) {
  // A file that may not grow further is an error of the write, to be told like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return assay::cli::run(argc, argv);
  } catch (const std::exception& e) {
    // Whoever calls a throwing library catches what it throws: what gets here is a bug.
    std::fprintf(stderr, "assay: bug: an exception left a command: %s\n", e.what());
    return assay::kExitBug;
  }
}
