#include <CLI/CLI.hpp>

#include "harness/cli/command.h"
#include "harness/cli/terminal.h"
#include "harness/plan/home.h"
#include "harness/reference/reference.h"

namespace assay::cli {
namespace {

constexpr const char* kFooter =
    "Prints Markdown: every key of exercise.yaml, cases, rubrics and expected.yaml,\n"
    "every fault and every check with its parameters, and the labels of the exercises\n"
    "that Assay comes with. It is made from the schemas, so it is never out of date.\n"
    "\n"
    "Examples:\n"
    "  assay reference | less\n"
    "  assay reference | grep -A 12 'fault: hang'\n"
    "\n"
    "Exit codes: 0 printed; 2 an exercise that Assay comes with cannot be read;\n"
    "3 none is to be found.";

Result<int> print_reference() {
  ASSAY_TRY(const std::string home, plan::home_folder());
  ASSAY_TRY(const reference::Reference made, reference::make_reference(home + "/exercises"));
  print(made.page);
  return kExitDone;
}

std::function<int()> add(CLI::App& app) {
  app.footer(kFooter);
  return [] {
    const Result<int> code = print_reference();
    return code.ok() ? *code : report_error(code.error());
  };
}

}  // namespace

extern const Command k_reference;
const Command k_reference = {"reference", "Print every key, fault and check of packages", false,
                             add};

}  // namespace assay::cli
