#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/report/diff.h"
#include "harness/report/reader.h"
#include "harness/run/results.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "A and B are two reports (a report.json, one of superseded/, a folder with one),\n"
    "or two output folders, whose submissions are compared by name. First the result,\n"
    "what the two were graded by that differs (level, version, rubric, seed, cohort),\n"
    "and each verdict that moved, from what to what. Then why, one by one: the cases\n"
    "that went otherwise, the terms and gaps that are others, and where nothing of\n"
    "that changed, what was judged by.\n"
    "\n"
    "Reports of different exercises or variants have nothing to compare.\n"
    "\n"
    "Examples:\n"
    "  assay diff friday/ada monday/ada\n"
    "  assay diff reports-1 reports-2 --require same\n"
    "\n"
    "Exit codes: 0 compared; 1 compared, and --require same is not met; 2 no report,\n"
    "or nothing to compare.";

struct Options {
  std::string a;
  std::string b;
  std::string require;
};

/// Reports by the name to compare them under.
Result<std::map<std::string, std::string>> reports_at(const std::string& path) {
  std::map<std::string, std::string> files;
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    files["report"] = path;
    return files;
  }
  ASSAY_TRY(const std::vector<run::ResultFolder> results, run::find_results(path));
  const bool itself = results.size() == 1 && results.front().path == path;
  for (const run::ResultFolder& result : results)
    files[itself ? "report" : result.name] =
        (std::filesystem::path(result.path) / "report.json").string();
  return files;
}

Result<bool> compare(const std::string& a, const std::string& b) {
  ASSAY_TRY(const Json first, report::read_report(a));
  ASSAY_TRY(const Json second, report::read_report(b));
  auto diff = report::compare_reports(first, second);
  if (!diff.ok()) {
    Error error = std::move(diff).error();
    error.place.file = b;
    return error;
  }
  const std::string name = second.at("graded").at("submission").at("id");
  print(report::render_diff(
            *diff, name,
            {.colour = wants_colour(STDOUT_FILENO), .width = terminal_width(STDOUT_FILENO)}) +
        "\n");
  return diff->moved();
}

Result<int> diff(const Options& options) {
  ASSAY_TRY(const auto first, reports_at(options.a));
  ASSAY_TRY(const auto second, reports_at(options.b));
  std::size_t compared = 0, moved = 0, alone = 0;
  for (const auto& [name, file] : first) {
    const auto other = second.find(name);
    if (other == second.end()) {
      ++alone;
      print(name + ": only in " + options.a + "\n");
      continue;
    }
    ASSAY_TRY(const bool differs, compare(file, other->second));
    ++compared;
    moved += differs ? 1 : 0;
  }
  for (const auto& [name, file] : second)
    if (!first.contains(name)) {
      ++alone;
      print(name + ": only in " + options.b + "\n");
    }
  if (compared == 0)
    return input_error("no submission is in both", {options.a + " and " + options.b});
  if (compared + alone > 1)
    print(count_of(compared, "submission") + " compared, " + std::to_string(moved) + " moved.\n");
  const bool same = moved == 0 && alone == 0;
  return options.require.empty() || same ? kExitDone : kExitNotMet;
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("A", options->a, "The earlier report, or output folder")->required();
  app.add_option("B", options->b, "The later one")->required();
  app.add_option("--require", options->require,
                 "same: leave with exit code 1 where a verdict or a result moved")
      ->check(CLI::IsMember({"same"}))
      ->type_name("same");
  return [options] {
    const Result<int> code = diff(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_diff;
const Command k_diff = {"diff", "Say which verdicts moved between two gradings, and why", false,
                        add};

}  // namespace assay::cli
