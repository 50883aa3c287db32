#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/report/candidate/view.h"
#include "harness/run/output.h"
#include "harness/run/results.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Each verdict in the words of the rubric; what speaks against the code with the\n"
    "sentence of the statement that asks for it, the open cases that show it (or a\n"
    "twin), and the lines of their own source; and how to contest it.\n"
    "\n"
    "Left out: cases that are not public and all that the function did in them, what\n"
    "checks and people wrote (explanations, notes, questions, marks), and the overall\n"
    "result with its rule. A twin of a hidden case is shown where its author allows\n"
    "it (`disclose_twin`).\n"
    "\n"
    "Examples:\n"
    "  assay candidate-report reports/ada\n"
    "  assay candidate-report reports/ada --format html --out ada.html \\\n"
    "        --contact hiring@example.org\n"
    "\n"
    "Exit codes: 0 written; 2 no report; 3 the file cannot be written.";

struct Options {
  std::string report;
  std::string format;  ///< empty: as the file's name has it
  std::string out;
  std::string contact;
};

/// What was asked for, else what the file's name promises.
std::string format_of(const Options& options) {
  if (!options.format.empty()) return options.format;
  const std::string suffix = std::filesystem::path(options.out).extension().string();
  if (suffix == ".html" || suffix == ".htm") return "html";
  return suffix == ".md" || suffix == ".markdown" ? "markdown" : "terminal";
}

std::string rendered(const Options& options, const report::CandidateView& view) {
  const std::string format = format_of(options);
  if (format == "html") return report::render_candidate_html(view);
  if (format == "markdown") return report::render_candidate_markdown(view);
  if (!options.out.empty()) return report::render_candidate_terminal(view, false, 80);
  return report::render_candidate_terminal(view, wants_colour(STDOUT_FILENO),
                                           terminal_width(STDOUT_FILENO));
}

Result<int> candidate_report(const Options& options) {
  ASSAY_TRY(const run::ResultFolder result, run::find_one_result(options.report));
  ASSAY_TRY(const Json report, run::read_marked(result));
  const std::string text = rendered(options, report::candidate_view(report, options.contact));
  if (options.out.empty()) {
    print(text);
    return kExitDone;
  }
  const std::filesystem::path path = options.out;
  if (!path.has_filename())
    return input_error("--out names no file", {options.out}, "Name the file to write.");
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  ASSAY_CHECK(run::write_result_file(folder, {path.filename().string(), text}));
  print("Written as " + format_of(options) + ": " + options.out + "\n");
  return kExitDone;
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("REPORT", options->report, "A report.json, or the folder that holds one")
      ->required();
  app.add_option(
         "--format", options->format,
         "terminal, markdown or html (one file, nothing to load); if left out, what the name of "
         "--out ends in (.md, .html), else terminal")
      ->check(CLI::IsMember({"terminal", "markdown", "html"}))
      ->type_name("FORMAT");
  app.add_option("-o,--out", options->out, "File to write; the terminal if left out")
      ->type_name("FILE");
  app.add_option("--contact", options->contact, "Where to write to who contests a verdict")
      ->type_name("TEXT");
  return [options] {
    const Result<int> code = candidate_report(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_candidate_report;
const Command k_candidate_report = {"candidate-report", "Write what a candidate may see", false,
                                    add};

}  // namespace assay::cli
