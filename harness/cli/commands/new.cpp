#include <CLI/CLI.hpp>
#include <memory>

#include "harness/base/count.h"
#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/plan/new_package.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Writes the smallest package that proves itself: a statement, a rubric of one\n"
    "indicator, a few cases, a right solution and a wrong one. Change them one by one\n"
    "and let `assay validate` tell what no longer fits. No C++ is needed for it.\n"
    "\n"
    "Examples:\n"
    "  assay new late_events                    a function that asks the warehouse\n"
    "  assay new exercises/merge_ranges --no-warehouse\n"
    "\n"
    "Exit codes: 0 written; 2 the name is none, or taken; 3 the files that Assay\n"
    "comes with are not to be found.";

struct Options {
  std::string folder;
  bool without = false;
  bool with = false;
};

Result<int> make_new(const Options& options) {
  const auto kind =
      options.without ? plan::PackageKind::kWithoutWarehouse : plan::PackageKind::kWithWarehouse;
  ASSAY_TRY(const auto paths, plan::write_new_package(options.folder, kind));
  std::string text = "Wrote " + options.folder + ", " + count_of(paths.size(), "file") + ":\n";
  for (const std::string& path : paths) text += "  " + path + "\n";
  text += "\nNext:\n  assay validate " + options.folder +
          "\n      proves it as it stands, and each time that you have changed it\n"
          "  statement.md, solutions/\n"
          "      what a candidate is asked; what right and wrong answers look like\n"
          "  cases/cases.yaml, rubric.yaml\n"
          "      the calls and what each must give; what they show\n"
          "  assay reference\n"
          "      every key, check and fault that these files may hold\n";
  print(text);
  return kExitDone;
}

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.footer(kFooter);
  app.add_option("NAME", options->folder,
                 "The folder to make; its last part is the name of the exercise")
      ->required();
  auto* with = app.add_flag("--with-warehouse", options->with,
                            "The function asks the mock warehouse; so where nothing is said");
  app.add_flag("--no-warehouse", options->without, "The function asks nobody")->excludes(with);
  return [options] {
    const Result<int> code = make_new(*options);
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_new;
const Command k_new = {"new", "Make a new exercise that validates as it stands", false, add};

}  // namespace assay::cli
