#pragma once

// A statement that holds whatever the input is. Where it does not, the process ends by SIGABRT,
// which is what both the driver and libFuzzer take for a failure.
//
// `message` is evaluated only where the condition is false.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace assay::fuzz {

[[noreturn]] inline void invariant_failed(const char* condition, const std::string& message,
                                          const char* file, int line) {
  std::fprintf(stderr, "invariant: %s\n  at %s:%d, where %s must hold\n", message.c_str(), file,
               line, condition);
  std::abort();
}

}  // namespace assay::fuzz

#define FUZZ_CHECK(condition, message)                                            \
  do {                                                                            \
    if (!(condition)) [[unlikely]]                                                \
      ::assay::fuzz::invariant_failed(#condition, (message), __FILE__, __LINE__); \
  } while (false)
