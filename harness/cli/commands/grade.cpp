#include <unistd.h>

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/progress_bar.h"
#include "harness/cli/run_options.h"
#include "harness/cli/stop_signals.h"
#include "harness/cli/terminal.h"
#include "harness/report/summary.h"
#include "harness/run/grade.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "A SUBMISSION is a .py file, a notebook (.ipynb), a folder with solution.py, an\n"
    "archive of one (.zip; .tar, also .gz, .bz2, .xz, .zst), or a folder of those.\n"
    "Where there is no solution.py, the one file that defines the function is taken,\n"
    "or the only source there is. Each gets a report, whatever it is or does. What\n"
    "was not taken in, and why, is in the report.\n"
    "\n"
    "The CSV of --applicants begins with a line of names: file, and candidate_ref or\n"
    "application_id or both. A file is named as it was handed in (ada.zip), with\n"
    "as many folders in front (monday/ada.zip) as tell it from others.\n"
    "\n"
    "Written to the output folder, each file whole or not at all:\n"
    "  <submission>/report.json          everything, once\n"
    "  <submission>/report.html          the same to read, in one file\n"
    "  <submission>/observations.jsonl   what happened, one case a line; `rejudge`\n"
    "                                    reads it\n"
    "  summary.json                      all submissions: not gradable first, then by\n"
    "                                    what needs a person\n"
    "  summary.html                      the same to read, with a link to each report\n"
    "\n"
    "Graded before? A result is kept, and not run again, where what it was made from\n"
    "is the same: submission, exercise, rubrics, variant, level, draft, seed, runs of\n"
    "each case, sandbox or none, and the builds of Assay, Python and packages. So\n"
    "after an interruption, a kill or a full disk the same command makes what is\n"
    "missing, and no more; what the harness failed in counts as missing. --force\n"
    "makes all anew. Marks are never touched: after another grading they stand where\n"
    "what they rest on is the same, and the report before is in\n"
    "<submission>/superseded/. One grading at a time writes to a folder.\n"
    "\n"
    "Examples:\n"
    "  assay grade check_pipeline_health submissions/\n"
    "  assay grade check_pipeline_health ada/ bob.py --level senior --out friday\n"
    "  assay grade check_pipeline_health ada/ --repeat 3\n"
    "  assay grade daily_partition_report submissions/\n"
    "  assay grade exercises/mine my_solution.py --format terminal --require meets\n"
    "\n"
    "Exit codes: 0 graded; 1 graded, and a submission is below --require; 2 bad\n"
    "input; 3 this machine lacks something (see `assay doctor`), or failed in what\n"
    "--require is about; 130 interrupted.\n"
    "Times in reports are virtual: a scripted outage of minutes costs nobody minutes.";

struct Options {
  run::GradeOptions grade;
  RunOptions run;
  std::string level = "mid";
  std::string draft;
  std::string require;
  std::vector<std::string> formats = {"json", "html"};
};

/// Higher is better; a submission that cannot be graded meets nothing.
int rank(model::Anchor anchor) {
  switch (anchor) {
    case model::Anchor::kExceeds:
      return 3;
    case model::Anchor::kMeets:
      return 2;
    case model::Anchor::kBelow:
      return 1;
    case model::Anchor::kNotGradable:
      return 0;
  }
  return 0;
}

Result<std::vector<const report::Format*>> formats_from(const std::vector<std::string>& names) {
  std::vector<const report::Format*> formats;
  for (const std::string& name : names) {
    const report::Format* format = report::find_format(name);
    if (format == nullptr) {
      std::string known;
      for (const report::Format* each : report::all_formats())
        known += (known.empty() ? "" : ", ") + std::string(each->name);
      return input_error("there is no format " + name, {}, "--format takes " + known + ".");
    }
    formats.push_back(format);
  }
  return formats;
}

report::RenderOptions for_stdout() {
  return {.colour = wants_colour(STDOUT_FILENO), .width = terminal_width(STDOUT_FILENO)};
}

int say_interrupted(const run::GradeResult& result, const std::string& out) {
  std::fprintf(stderr, "assay: interrupted: %zu of %s graded", result.graded.size(),
               count_of(result.submissions, "submission").c_str());
  if (result.graded.empty())
    std::fprintf(stderr, "; no report was written\n");
  else
    std::fprintf(stderr, "; what is in %s is whole, and the same command goes on from there\n",
                 out.c_str());
  return kExitInterrupted;
}

/// Names who is below what was required, on stderr. The exit code.
int check_requirement(const run::GradeResult& result, const std::string& require) {
  if (require.empty()) return kExitDone;
  const int wanted = rank(require == "exceeds" ? model::Anchor::kExceeds : model::Anchor::kMeets);
  int code = kExitDone;
  for (const run::Graded& graded : result.graded) {
    if (graded.harness_failed) {
      // What it came to rests on what is left, so it is held against nothing.
      std::fprintf(stderr,
                   "assay: %s: the harness or the host failed in a case, so --require cannot be "
                   "decided; the same command makes this result anew\n",
                   graded.id.c_str());
      if (code == kExitDone) code = kExitEnvironment;
      continue;
    }
    if (rank(graded.anchor) >= wanted) continue;
    std::fprintf(stderr, "assay: %s: %s, and --require asks for %s\n", graded.id.c_str(),
                 std::string(model::to_string(graded.anchor)).c_str(), require.c_str());
    code = kExitNotMet;
  }
  return code;
}

/// Where the pages to read are: the report of one submission, or the summary of many.
std::string html_line(const run::GradeResult& result, const Options& options) {
  for (const report::Format* format : options.grade.formats) {
    if (format->name != "html") continue;
    const std::string summary = options.grade.out + "/" + std::string(run::kSummaryPageFile);
    if (result.graded.size() != 1) return "To read: " + summary + "\n";
    return "To read: " + options.grade.out + "/" + result.graded[0].id + "/" +
           std::string(format->file_name) + ", and the summary " + summary + "\n";
  }
  return "";
}

Result<int> grade(Options& options) {
  ASSAY_TRY(options.grade.formats, formats_from(options.formats));
  ASSAY_TRY(const ResolvedRun resolved, resolve(options.run));
  options.grade.assay = resolved.assay;
  options.grade.runner = resolved.runner;
  options.grade.jobs = resolved.jobs;
  options.grade.backend = resolved.backend;
  options.grade.required_layers = options.run.required_layers;
  options.grade.real_time = resolved.real_time;
  options.grade.variant = options.run.variant;
  options.grade.seed = options.run.seed;
  options.grade.repeat = options.run.repeat;
  options.grade.level = *model::level_from(options.level);
  if (!options.draft.empty()) options.grade.draft = *model::draft_kind_from(options.draft);
  ASSAY_TRY(const UniqueFd stop, catch_stop_signals());
  options.grade.stop_fd = stop.get();

  const report::Format* terminal = report::find_format("terminal");
  const bool wants_all =
      std::ranges::find(options.grade.formats, terminal) != options.grade.formats.end();
  std::map<std::string, std::string> pages;  // by submission, since they end in any order
  ProgressBar bar("Grading");
  const auto keep_page = [&](const run::Graded& graded, const Json& report) {
    spdlog::info("{} is {}: {}", graded.folder, graded.kept ? "kept" : "graded",
                 model::to_string(graded.anchor));
    if (terminal != nullptr && (wants_all || pages.empty()))
      pages[graded.id] = terminal->render(report, for_stdout());
  };
  ASSAY_TRY(const run::GradeResult result, run::grade(options.grade, bar, keep_page));
  bar.clear();
  if (result.stopped) return say_interrupted(result, options.grade.out);
  if (!wants_all && result.graded.size() != 1) pages.clear();
  for (const run::Graded& graded : result.graded)
    if (const auto page = pages.find(graded.id); page != pages.end()) print(page->second + "\n");
  print(report::render_summary_terminal(result.summary, for_stdout()));
  print(html_line(result, options));
  return check_requirement(result, options.require);
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("EXERCISE", options->grade.exercise,
                 "Folder of an exercise package, or the name of one that comes with Assay")
      ->required();
  app.add_option("SUBMISSION", options->grade.submissions, "What to grade")->required();
  app.add_option("-o,--out", options->grade.out,
                 "Output folder, made where it is missing; reports if left out")
      ->type_name("DIR");
  app.add_option(
         "--level", options->level,
         "Level that the overall anchor is for: junior, mid, senior or principal; mid if left out")
      ->check(CLI::IsMember({"junior", "mid", "senior", "principal"}))
      ->type_name("LEVEL");
  app.add_option("--draft", options->draft,
                 "For a variant that starts from a draft, which one all submissions are held "
                 "against: package, the exercise's own, or own, the draft.py of each; package if "
                 "left out")
      ->check(CLI::IsMember({"package", "own"}))
      ->type_name("WHOSE");
  app.add_option(
         "--format", options->formats,
         "What to make, separated by commas: json, html (both written), terminal "
         "(printed); json,html if left out, and of a single submission the terminal's as well")
      ->delimiter(',')
      ->type_name("FORMAT");
  app.add_option("--require", options->require,
                 "meets or exceeds: leave with exit code 1 where a submission is below that")
      ->check(CLI::IsMember({"meets", "exceeds"}))
      ->type_name("ANCHOR");
  app.add_option("--entry-file", options->grade.entry_file,
                 "The file to take as solution.py in a submission that has none, by its path there")
      ->type_name("PATH");
  app.add_option("--applicants", options->grade.applicants_file,
                 "A CSV that tells which submission is whose in an applicant system; it goes into "
                 "the reports, or with --blind into the file that says who is who")
      ->type_name("FILE");
  app.add_flag(
      "--all-cases", options->grade.all_cases,
      "Run all cases of a submission that reached its limit of cpu or wall time in each of "
      "those that go first; otherwise the rest is not run, and the report asks a person");
  app.add_flag("--force", options->grade.force,
               "Run all, also where a result is there that was made from the same");
  app.add_flag("--blind", options->grade.blind,
               "Put references in the place of names, and empty header comments, so that who marks "
               "cannot tell whose it is");
  app.add_option("--candidates", options->grade.candidates_file,
                 "Where --blind keeps which reference is whose; DIR.candidates.json beside the "
                 "output folder if left out")
      ->type_name("FILE");
  add_repeat_option(app, options->run,
                    "Run each case N times, the first as ever and the others with other orders of "
                    "sets, of folders' entries and of threads, and report which cases vary; 1 if "
                    "left out");
  add_run_options(app, options->run);
  return [options] {
    const Result<int> code = grade(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_grade;
const Command k_grade = {"grade", "Grade submissions, and write a report for each", false, add};

}  // namespace assay::cli
