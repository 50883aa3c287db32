#pragma once

// Assertions for bugs of ours, on in every build. A failed one prints what, where and the condition
// to stderr and ends the process with exit code 70 (EX_SOFTWARE in sysexits.h), at once and without
// running destructors: state that broke an invariant is not to be flushed anywhere.

#include <string_view>

namespace assay {

inline constexpr int kExitBug = 70;

[[noreturn]] void assertion_failed(std::string_view condition, std::string_view message,
                                   const char* file, int line);

}  // namespace assay

/// `message` is evaluated only where the condition is false.
#define ASSAY_ASSERT(condition, message)                                    \
  do {                                                                      \
    if (!(condition)) [[unlikely]]                                          \
      ::assay::assertion_failed(#condition, (message), __FILE__, __LINE__); \
  } while (false)
