#pragma once

// A subcommand of `assay`: one file under commands/ defines one `const Command k_<name>`.
//
// In: options, declared on a CLI::App. Out: an exit code. A command prints its result to stdout and
// all else (errors, notices, progress, logs) to stderr.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace CLI {
class App;
}

namespace assay::cli {

// The exit codes of `assay`; kExitBug of base/assert.h is one more.
inline constexpr int kExitDone = 0;
inline constexpr int kExitNotMet = 1;  ///< done, and something that the caller requires is not met
inline constexpr int kExitInput = 2;   ///< bad arguments, package or submission
inline constexpr int kExitEnvironment = 3;  ///< the host lacks something
inline constexpr int kExitInterrupted = 130;

struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line of `assay --help`
  bool hidden = false;
  /// Declares the options on `app`. What it returns is run once they are parsed.
  std::function<int()> (*add)(CLI::App& app);
};

/// By name.
std::span<const Command* const> all_commands();

/// Prints the error to stderr. The exit code that goes with it.
int report_error(const Error& error);

/// Prints a sentence to stderr that a person should know and that stops nothing.
void report_notice(const std::string& text);

}  // namespace assay::cli
