#pragma once

// Time as the pipeline knows it. Virtual time is the candidate's: nanoseconds since the Unix epoch
// in UTC, started at a case's `now` and moved by the worker alone. It has no now(): whoever needs
// the time is given it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

using Duration = std::chrono::nanoseconds;

struct VirtualClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock, duration>;
  static constexpr bool is_steady = true;
};
using VirtualTime = VirtualClock::time_point;

inline VirtualTime virtual_time_from_ns(std::int64_t ns) { return VirtualTime(Duration(ns)); }
inline std::int64_t to_ns(VirtualTime t) { return t.time_since_epoch().count(); }
inline std::int64_t to_ms(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}

/// "2026-03-14T06:00:00Z", with a fraction only where there is one (milliseconds, then cut).
std::string format_utc(VirtualTime t);
/// The same backwards; "Z" is required, the fraction is optional. Nothing where it is not a time.
std::optional<VirtualTime> parse_utc(std::string_view text);
/// "Sat, 14 Mar 2026 06:00:00 GMT", the HTTP-date of RFC 9110, section 5.6.7.
std::string format_http_date(VirtualTime t);

}  // namespace assay
