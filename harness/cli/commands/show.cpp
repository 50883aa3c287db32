#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/report/format.h"
#include "harness/report/journal.h"
#include "harness/report/reader.h"
#include "harness/report/terminal_case.h"
#include "harness/run/grade.h"
#include "harness/run/results.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  assay show reports/ada\n"
    "  assay show reports/ada/report.json server-500\n"
    "  assay show reports/ada | less\n"
    "  assay show server-503.journal.jsonl      what `assay warehouse` wrote\n"
    "\n"
    "Exit codes: 0 shown; 2 no such report or case, or no report at all in the file.";

struct Options {
  std::string report;
  std::string case_id;
};

/// Any file is taken as it is: one of superseded/ has another name.
Result<std::string> report_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return path;
  ASSAY_TRY(const run::ResultFolder result, run::find_one_result(path));
  return (std::filesystem::path(result.path) / run::kReportFile).string();
}

Result<int> show_journal(const Options& options, const report::RenderOptions& how) {
  if (!options.case_id.empty())
    return input_error("a journal is that of one case", {options.report}, "Leave CASE out.");
  ASSAY_TRY(const Json journal, report::read_journal(options.report));
  print(report::render_journal(journal, how));
  return kExitDone;
}

Result<int> show(const Options& options) {
  const report::RenderOptions how{.colour = wants_colour(STDOUT_FILENO),
                                  .width = terminal_width(STDOUT_FILENO)};
  if (report::is_journal(options.report)) return show_journal(options, how);
  ASSAY_TRY(const std::string file, report_file(options.report));
  ASSAY_TRY(const Json report, report::read_report(file));
  if (options.case_id.empty()) {
    const report::Format* terminal = report::find_format("terminal");
    ASSAY_ASSERT(terminal != nullptr, "the format `terminal` is not built in");
    print(terminal->render(report, how));
    return kExitDone;
  }
  ASSAY_TRY(const std::string page, report::render_case(report, options.case_id, how));
  print(page);
  return kExitDone;
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("REPORT", options->report,
                 "A report.json, the folder that holds one, or the journal of a warehouse")
      ->required();
  app.add_option("CASE", options->case_id,
                 "Id of a case: shows it alone, with every request and what was returned");
  return [options] {
    const Result<int> code = show(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_show;
const Command k_show = {"show", "Show a report, or one case of it, in the terminal", false, add};

}  // namespace assay::cli
