#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/report/joined.h"
#include "harness/run/rejudge.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Runs nothing: verdicts come from observations.jsonl, which holds all that is\n"
    "judged. Use it after a rubric, a label or an expectation was corrected, or with\n"
    "a newer Assay. Where the call, the world or the faults of a case have changed,\n"
    "only grading again can tell, and this says which cases those are.\n"
    "\n"
    "Marks whose evidence is the same stand. The others are reopened: they stay in\n"
    "the report, marked so, count no more, and `assay mark` asks again.\n"
    "\n"
    "A report that comes out differently is replaced; the one before moves to\n"
    "<submission>/superseded/, and `lineage` in the new one says which it was and\n"
    "which verdicts moved. Where nothing comes out differently no file is touched.\n"
    "\n"
    "Examples:\n"
    "  assay rejudge reports\n"
    "  assay rejudge reports/ada --exercise exercises/mine\n"
    "  assay diff reports/ada/superseded/1f0b77a2e9c4.json reports/ada\n"
    "\n"
    "Exit codes: 0 judged; 2 no report or record, a case that never ran as it is now,\n"
    "a broken chain of marks; 3 a file cannot be written. Reports that cannot be\n"
    "judged again are named, and the others are done.";

struct Options {
  std::string path;
  std::string exercise;
};

/// What went wrong in the same words, however many results it went wrong in.
struct Failure {
  Error error;
  std::vector<std::string> names;
};

void add_failure(const Error& error, const std::string& name, std::vector<Failure>& failures) {
  for (Failure& known : failures)
    if (known.error.message == error.message && known.error.kind == error.kind)
      return known.names.push_back(name);
  failures.push_back({error, {name}});
}

/// The exit code.
int tell_failures(const std::vector<Failure>& failures) {
  constexpr std::size_t kMaxNamed = 5;
  int code = kExitDone;
  for (const auto& [error, names] : failures) {
    Error told = error;
    if (names.size() > 1)
      told.message += "\n  So it is with " + count_of(names.size(), "result") + ": " +
                      report::joined(names, kMaxNamed) + ".";
    code = report_error(told);
  }
  return code;
}

Result<int> rejudge(const Options& options) {
  ASSAY_TRY(const std::vector<run::ResultFolder> results, run::find_results(options.path));
  const report::RenderOptions how{.colour = wants_colour(STDOUT_FILENO),
                                  .width = terminal_width(STDOUT_FILENO)};
  std::vector<Failure> failures;
  std::size_t judged = 0, changed = 0;
  for (const run::ResultFolder& result : results) {
    const auto rejudged = run::rejudge(result, options.exercise);
    if (!rejudged.ok()) {
      add_failure(rejudged.error(), result.name, failures);
      continue;
    }
    ++judged;
    if (!rejudged->changed) {
      print(result.name + ": unchanged\n");
      continue;
    }
    ++changed;
    print(report::render_diff(rejudged->diff, result.name, how));
    if (rejudged->kept + rejudged->reopened > 0)
      print(count_of(rejudged->kept, "mark") + " kept, " + std::to_string(rejudged->reopened) +
            " reopened.\n");
    if (!rejudged->notice.empty()) report_notice(rejudged->notice);
    print("\n");
  }
  const int code = tell_failures(failures);
  const std::size_t failed = results.size() - judged;
  print(count_of(judged, "report") + " judged again, " + std::to_string(changed) + " changed" +
        (failed > 0 ? ", " + std::to_string(failed) + " not judged" : "") + ".\n");
  return code;
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("DIR", options->path, "Output folder of `assay grade`, or one submission's folder")
      ->required();
  app.add_option("--exercise", options->exercise,
                 "The package's folder, where it is none of those that come with Assay")
      ->type_name("DIR");
  return [options] {
    const Result<int> code = rejudge(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_rejudge;
const Command k_rejudge = {"rejudge", "Derive verdicts again from what was recorded", false, add};

}  // namespace assay::cli
