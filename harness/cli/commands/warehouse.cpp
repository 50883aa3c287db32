#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "harness/cli/command.h"
#include "harness/cli/places.h"
#include "harness/cli/stop_signals.h"
#include "harness/cli/terminal.h"
#include "harness/serve/journal_file.h"
#include "harness/serve/screen.h"
#include "harness/serve/serve.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Serves the warehouse of one case in real time, on this machine alone if not told\n"
    "otherwise, for a candidate who practises or an interviewer at the table. It\n"
    "prints the URL, the token, and lines to copy into another terminal; then each\n"
    "request in a line: its time, the time since the answer before, what was asked,\n"
    "what was answered, and which rule and step of the case's script did that. The\n"
    "same goes into a file, which `assay show` reads.\n"
    "\n"
    "Examples:\n"
    "  assay warehouse check_pipeline_health               which cases are there?\n"
    "  assay warehouse check_pipeline_health --case server-503 --port 8080\n"
    "  assay warehouse check_pipeline_health --case healthy --control-port 8081\n"
    "  assay warehouse exercises/mine --case late --bind 0.0.0.0\n"
    "\n"
    "Exit codes: 0 ended by Ctrl-C, or the cases were listed; 2 no such case, or the\n"
    "port is in use; 3 this machine lacks something.";

struct Options {
  serve::ServeOptions serve;
  serve::Endpoint endpoint;
  serve::Endpoint control;
  bool no_control = false;
  std::string journal;
};

/// For a line that nobody looks at in a window.
constexpr int kUnlimitedWidth = 10'000;
constexpr int kMaxPort = 65'535;

Result<int> warehouse(const Options& wanted) {
  serve::ServeOptions options = wanted.serve;
  ASSAY_TRY(const std::string own, own_binary());
  options.sql_program = (std::filesystem::path(own).parent_path() / "assay-sql").string();
  ASSAY_TRY(const UniqueFd stop, catch_stop_signals());
  options.stop_fd = stop.get();
  serve::Screen screen(
      {.colour = wants_colour(STDOUT_FILENO),
       .width = is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : kUnlimitedWidth},
      print);
  ASSAY_TRY(serve::ServedCase served, serve::find_case(options.wanted));
  ASSAY_TRY(serve::Listener listener, serve::listen_on(wanted.endpoint, "--port"));
  std::optional<serve::ControlPage> control;
  if (!wanted.no_control) {
    ASSAY_TRY(control, serve::ControlPage::open(wanted.control, options.names));
    options.control = &*control;
  }
  ASSAY_TRY(serve::JournalFile journal,
            serve::JournalFile::create(wanted.journal, served.the_case.id));
  std::vector<serve::Watcher*> watchers{&journal, &screen};
  if (control) watchers.push_back(&*control);
  ASSAY_CHECK(serve::serve(options, std::move(served), std::move(listener), watchers));
  ASSAY_CHECK(journal.status());
  print("Its journal: assay show " + journal.path() + "\n");
  return kExitDone;
}

Result<int> print_cases(const serve::Wanted& wanted) {
  ASSAY_TRY(const std::string cases, serve::list_cases(wanted));
  print(cases);
  return kExitDone;
}

/// Whether nothing says how to serve it.
bool asks_which_cases(const CLI::App& app) {
  const auto says_how = [](const CLI::Option* option) {
    return option->count() > 0 && option->get_name() != "EXERCISE" &&
           option->get_name() != "--variant";
  };
  return std::ranges::none_of(app.get_options(), says_how);
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("EXERCISE", options->serve.wanted.exercise,
                 "Folder of an exercise package, or the name of one that comes with Assay")
      ->required();
  app.add_option("--case", options->serve.wanted.case_id,
                 "Id of the case; without any option all are listed")
      ->type_name("ID");
  app.add_option("--port", options->endpoint.port,
                 "Port to serve it on; any that is free if left out")
      ->type_name("N")
      ->check(CLI::Range(0, kMaxPort));
  app.add_option("--bind", options->endpoint.address,
                 "IP address to serve it on; 127.0.0.1 if left out. Any but those of loopback can "
                 "be reached by others, without encryption")
      ->type_name("ADDRESS");
  app.add_option(
         "--control-port", options->control.port,
         "Port of the control page, for a browser: it shows the requests live, puts any fault "
         "in at once and starts the case anew; any that is free if left out")
      ->type_name("N")
      ->check(CLI::Range(0, kMaxPort));
  app.add_flag("--no-control", options->no_control, "Have no control page");
  app.add_option("--control-bind", options->control.address,
                 "IP address of that page; 127.0.0.1 if left out. Whoever can reach it may do all "
                 "of that")
      ->type_name("ADDRESS");
  app.add_option(
         "--allow-host", options->serve.names,
         "Name that clients may call these ports by, beside localhost and addresses; may be "
         "given several times")
      ->allow_extra_args(false)
      ->type_name("NAME");
  app.add_option("--journal", options->journal,
                 "File for the journal, which must not be there; if left out it is named after the "
                 "case, in the working folder")
      ->type_name("FILE");
  app.add_option("--variant", options->serve.wanted.variant,
                 "Variant of the exercise; the first it names if left out")
      ->type_name("NAME");
  app.add_option("--seed", options->serve.wanted.seed, "Seed of all that is random, as of grade")
      ->type_name("N");
  return [options, &app] {
    const Result<int> code =
        asks_which_cases(app) ? print_cases(options->serve.wanted) : warehouse(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_warehouse;
const Command k_warehouse = {"warehouse", "Serve the warehouse of one case, in real time", false,
                             add};

}  // namespace assay::cli
