#include "harness/cli/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace assay::cli {

void start_log(bool verbose) {
  spdlog::set_default_logger(spdlog::stderr_color_st("assay"));
  spdlog::set_pattern(verbose ? "[%H:%M:%S.%e] %^%l%$: %v" : "assay: %^%l%$: %v");
  spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::warn);
}

}  // namespace assay::cli
