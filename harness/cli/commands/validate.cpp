#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/help.h"
#include "harness/cli/mutants_page.h"
#include "harness/cli/progress_bar.h"
#include "harness/cli/run_options.h"
#include "harness/cli/stop_signals.h"
#include "harness/cli/terminal.h"
#include "harness/report/text.h"
#include "harness/run/mutants.h"
#include "harness/run/validate.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Reads and checks every file of the package, runs all of its solutions\n"
    "(solutions/{reference,unusual,flawed}/*, and solutions/VARIANT/… for a variant\n"
    "other than the first) against its cases, and compares verdicts and anchors at\n"
    "every level with each expected.yaml, exactly. Without --variant all variants\n"
    "are run. It fails also\n"
    "  - where a machine-decided indicator is never seen in both of its values,\n"
    "  - where a reference lacks a positive indicator, or gets a negative one,\n"
    "  - where an unusual but right solution gets a negative one,\n"
    "  - where a case of a reference varies from run to run (--repeat).\n"
    "The second and third hold for the first rubric, which gives the anchor.\n"
    "\n"
    "With --mutants it makes small mistakes in the reference solutions instead (a\n"
    "handler dropped, a comparison turned, a key left out …), some hundred of them,\n"
    "runs each through all cases, and fails where one changes neither a verdict nor\n"
    "an anchor: a case is missing, or a check is too weak. Mutants that are no\n"
    "mistake are listed in solutions/mutants.yaml, with the reason. It takes minutes.\n"
    "\n"
    "Examples:\n"
    "  assay validate check_pipeline_health\n"
    "  assay validate check_pipeline_health --mutants --json mutants.json\n"
    "  assay validate mine --mutants --only drop_handler\n"
    "  assay validate exercises/mine --jobs 1\n"
    "\n"
    "Exit codes: 0 proven; 1 not proven, and the differences are printed; 2 a file of\n"
    "the package is wrong; 3 this machine lacks something (see `assay doctor`);\n"
    "130 interrupted.";

/// The second has each order the other way round, the third draws all of them. A package has few
/// references among its solutions, so both together cost it a tenth of its time.
constexpr std::uint32_t kRunsOfReference = 3;
constexpr std::uint32_t kRepeatLeftOut = 0;  // no N that --repeat takes

struct Options {
  std::string exercise;
  RunOptions run;
  bool mutants = false;
  std::string only;
  std::string json;
};

struct Colours {
  std::string good;
  std::string bad;
  std::string plain;
};

Colours colours() {
  if (!wants_colour(STDOUT_FILENO)) return {};
  return {"\033[32m", "\033[31m", "\033[0m"};
}

std::string or_nothing(const std::string& text) { return text.empty() ? "nothing" : text; }

std::string describe(const run::Difference& difference, std::size_t width) {
  std::string text = "      " + difference.what + ": expected " + or_nothing(difference.expected) +
                     ", found " + or_nothing(difference.found) + "\n";
  // It quotes what solutions answered, which a terminal must not obey.
  if (difference.because.empty()) return text;
  const std::string indent(8, ' ');
  for (const std::string& line :
       report::wrap(report::visible(difference.because), width - indent.size()))
    text += indent + line + "\n";
  return text;
}

std::string verdict_of(const run::Validation& validation) {
  if (!validation.ok()) return "the package is NOT proven.\n";
  return validation.whole ? "the package is proven.\n"
                          : "leave --variant out to have the whole package proven.\n";
}

void print_validation(const run::Validation& validation) {
  const Colours colour = colours();
  const auto width = static_cast<std::size_t>(std::max(terminal_width(STDOUT_FILENO), 40));
  std::size_t right = 0;
  for (const run::ValidatedSolution& each : validation.solutions) {
    const bool ok = each.differences.empty();
    right += ok ? 1 : 0;
    print((ok ? colour.good : colour.bad) + (ok ? "ok    " : "DIFFERS ") + colour.plain +
          each.solution.path + "\n");
    for (const run::Difference& difference : each.differences) print(describe(difference, width));
  }
  for (const std::string& sentence : validation.unproven)
    print(colour.bad + wrap("unproven: " + sentence, "", width) + colour.plain + "\n");
  print("\n" + validation.exercise + ": " + std::to_string(right) + " of " +
        count_of(validation.solutions.size(), "solution") + " as expected, " +
        count_of(validation.cases, "case") + " each; " + verdict_of(validation));
}

constexpr const char* kInterrupted = "assay: interrupted: nothing is proven\n";

Status write_document(const std::string& path, const Json& document) {
  std::ofstream file(path, std::ios::binary);
  file << dump_json(document, 1) << "\n";
  file.close();
  if (!file)
    return input_error("cannot be written", {path}, "name a file in a folder that is there");
  return success();
}

Result<int> prove_solutions(const run::ValidateOptions& options) {
  ProgressBar bar("Validating");
  ASSAY_TRY(const run::Validation validation, run::validate(options, bar));
  bar.clear();
  if (validation.stopped) {
    std::fputs(kInterrupted, stderr);
    return kExitInterrupted;
  }
  print_validation(validation);
  return validation.ok() ? kExitDone : kExitNotMet;
}

Result<int> try_mutants(const run::ValidateOptions& options, const Options& wanted) {
  ProgressBar bar("Mutating");
  ASSAY_TRY(const run::MutantRun mutants, run::run_mutants(options, wanted.only, bar));
  bar.clear();
  if (mutants.stopped) {
    std::fputs(kInterrupted, stderr);
    return kExitInterrupted;
  }
  const Colours colour = colours();
  const auto width = static_cast<std::size_t>(std::max(terminal_width(STDOUT_FILENO), 40));
  print(mutants_page(mutants, {colour.good, colour.bad, "", colour.plain}, width));
  if (!wanted.json.empty()) ASSAY_CHECK(write_document(wanted.json, mutants_document(mutants)));
  return mutants.ok() ? kExitDone : kExitNotMet;
}

/// By the machine's own clock each run differs from the one before.
std::uint32_t runs_of_reference(const RunOptions& options) {
  if (options.repeat != kRepeatLeftOut) return options.repeat;
  return options.real_time > 0 ? 1 : kRunsOfReference;
}

Result<int> validate(const Options& options) {
  if (!options.mutants && !(options.only.empty() && options.json.empty()))
    return input_error("--only and --json go with --mutants", {},
                       "`assay validate --help` tells what they do.");
  if (options.mutants && options.run.repeat != kRepeatLeftOut)
    return input_error("--mutants and --repeat cannot both be meant", {},
                       "A mutant is run once: what varies is asked of the references, by `assay "
                       "validate` without --mutants.");
  ASSAY_TRY(const ResolvedRun resolved, resolve(options.run));
  ASSAY_TRY(const UniqueFd stop, catch_stop_signals());
  const run::ValidateOptions how{.exercise = options.exercise,
                                 .variant = options.run.variant,
                                 .seed = options.run.seed,
                                 .repeat = runs_of_reference(options.run),
                                 .jobs = resolved.jobs,
                                 .backend = resolved.backend,
                                 .required_layers = options.run.required_layers,
                                 .real_time = resolved.real_time,
                                 .assay = resolved.assay,
                                 .runner = resolved.runner,
                                 .stop_fd = stop.get()};
  return options.mutants ? try_mutants(how, options) : prove_solutions(how);
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("EXERCISE", options->exercise,
                 "Folder of an exercise package, or the name of one that comes with Assay")
      ->required();
  app.add_flag("--mutants", options->mutants,
               "Run mutants of the reference solutions instead of the solutions");
  app.add_option("--only", options->only, "With --mutants: those whose id contains TEXT")
      ->type_name("TEXT");
  app.add_option("--json", options->json, "With --mutants: write the table to FILE as well")
      ->type_name("FILE");
  options->run.repeat = kRepeatLeftOut;
  add_repeat_option(app, options->run,
                    "Run each case of a reference solution N times, the first as ever and the "
                    "others with other orders of sets, of folders' entries and of threads; if left "
                    "out 3, or 1 in real time");
  add_run_options(app, options->run);
  return [options] {
    const Result<int> code = validate(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_validate;
const Command k_validate = {"validate", "Prove that an exercise tells good code from bad", false,
                            add};

}  // namespace assay::cli
