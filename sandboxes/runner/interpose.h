#pragma once

// What the interpose_*.cpp share. Each of those defines functions of the C library's names; the
// executable exports them (ENABLE_EXPORTS), and the dynamic linker looks there first, so every
// shared library of the process calls ours. Declarations are the C library's own headers.
//
// In kOff and kReal a function makes the raw system call where there is one that does the same, and
// calls the C library's function (`next`) where there is more to it. In kLockstep it never blocks
// in the kernel but passes the baton (baton.h), and tries again when it has it back. Where kReal
// begins meanwhile (Woken::kRealTime) it does what it does in kReal, with what is left of its time.

#include <dlfcn.h>

#include <sys/time.h>
#include <cstdint>
#include <ctime>

#include "harness/base/assert.h"
#include "sandboxes/protocol.h"
#include "sandboxes/runner/baton.h"
#include "sandboxes/runner/virtual_time.h"

namespace assay::sandbox::runner {

using baton::Woken;
using protocol::kNever;
using virtual_time::kNsPerSecond;

/// The function of that name that would be called if there were none of ours.
template <class Function>
Function* next(const char* name) {
  auto* function = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  ASSAY_ASSERT(function != nullptr, "the C library has no such function");
  return function;
}

/// Nanoseconds, kNever where they do not fit.
inline std::int64_t to_ns(const timespec& t) {
  return t.tv_sec >= kNever / kNsPerSecond ? kNever : t.tv_sec * kNsPerSecond + t.tv_nsec;
}
inline timespec to_timespec(std::int64_t ns) {
  return {.tv_sec = ns / kNsPerSecond, .tv_nsec = ns % kNsPerSecond};
}
inline std::int64_t to_ns(const timeval& t) {
  return t.tv_sec >= kNever / kNsPerSecond ? kNever : t.tv_sec * kNsPerSecond + t.tv_usec * 1'000;
}
inline timeval to_timeval(std::int64_t ns) {
  return {.tv_sec = ns / kNsPerSecond, .tv_usec = ns % kNsPerSecond / 1'000};
}

inline bool is_valid(const timespec& t) {
  return t.tv_sec >= 0 && t.tv_nsec >= 0 && t.tv_nsec < kNsPerSecond;
}

inline bool is_valid(const timeval& t) {
  return t.tv_sec >= 0 && t.tv_usec >= 0 && t.tv_usec < kNsPerSecond / 1'000;
}

/// Not every call with an absolute time says of which clock it is. Ours tell: CLOCK_MONOTONIC
/// counts from the start of a case, CLOCK_REALTIME from 1970.
inline clockid_t clock_of(const timespec& time) {
  constexpr time_t kThirtyYears = 30L * 365 * 24 * 3600;
  return time.tv_sec < kThirtyYears ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

/// What is left of the time until then.
inline std::int64_t left_until(std::int64_t deadline_ns) {
  if (deadline_ns == kNever) return kNever;
  return deadline_ns > virtual_time::now_ns() ? deadline_ns - virtual_time::now_ns() : 0;
}

}  // namespace assay::sandbox::runner
