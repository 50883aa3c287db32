#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/places.h"
#include "harness/run/worker.h"

namespace assay::cli {
namespace {

std::function<int()> add(CLI::App& app) {
  auto options = std::make_shared<run::WorkerOptions>();
  auto backend = std::make_shared<std::string>("box");
  app.add_option("--runner", options->runner)->required();
  app.add_option("--backend", *backend)->check(CLI::IsMember({"box", "process"}));
  app.add_option("--cpu", options->cpu);
  return [options, backend] {
    // Looked for when it is needed: most exercises have no SQL.
    if (const auto own = own_binary(); own.ok())
      options->sql_program = (std::filesystem::path(*own).parent_path() / "assay-sql").string();
    options->backend = *run::backend_from(*backend);
    return run::run_worker(*options);
  };
}

}  // namespace

extern const Command k_worker;
const Command k_worker = {"worker", "A part of `assay grade`, started by it", true, add};

}  // namespace assay::cli
