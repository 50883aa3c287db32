#include <unistd.h>

#include <cstdio>

#include "harness/cli/command.h"
#include "harness/cli/terminal.h"

namespace assay::cli {

int report_error(const Error& error) {
  const bool colour = wants_colour(STDERR_FILENO);
  std::fflush(stdout);
  std::fprintf(stderr, "%sassay: error:%s %s\n", colour ? "\033[1;31m" : "",
               colour ? "\033[0m" : "", error.to_string().c_str());
  return error.kind == ErrorKind::kInput ? kExitInput : kExitEnvironment;
}

void report_notice(const std::string& text) {
  std::fflush(stdout);
  std::fprintf(stderr, "assay: note: %s\n", text.c_str());
}

}  // namespace assay::cli
