#include "harness/base/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace assay {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Nanoseconds in 64 bits end in 1677 and 2262; between these there is room for what is added.
constexpr int kFirstYear = 1700;
constexpr int kLastYear = 2199;

struct Civil {
  year_month_day date;
  sys_days day;
  hh_mm_ss<milliseconds> clock;
};

Civil civil(VirtualTime t) {
  const std::chrono::sys_time<Duration> system(t.time_since_epoch());
  const sys_days day = floor<days>(system);
  return {year_month_day(day), day, hh_mm_ss(floor<milliseconds>(system - day))};
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  const char* end = text.data() + at + count;
  const auto parsed = std::from_chars(text.data() + at, end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || text[at] == '-') return std::nullopt;
  return value;
}

}  // namespace

std::string format_utc(VirtualTime t) {
  const Civil c = civil(t);
  std::array<char, 40> text;
  int n = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(c.date.year()),
      static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()),
      static_cast<int>(c.clock.hours().count()), static_cast<int>(c.clock.minutes().count()),
      static_cast<int>(c.clock.seconds().count()));
  const int ms = static_cast<int>(c.clock.subseconds().count());
  if (ms != 0) n += std::snprintf(text.data() + n, text.size() - n, ".%03d", ms);
  return std::string(text.data(), n) + "Z";
}

std::optional<VirtualTime> parse_utc(std::string_view text) {
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (*year < kFirstYear || *year > kLastYear) return std::nullopt;
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  Duration fraction(0);
  std::string_view rest = text.substr(19);
  if (rest.size() >= 2 && rest.front() == '.') {
    Duration unit = std::chrono::milliseconds(100);
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      fraction += unit * (rest.front() - '0');
      unit /= 10;
      rest.remove_prefix(1);
    }
  }
  if (rest != "Z") return std::nullopt;
  const Duration since_epoch = sys_days(date).time_since_epoch() + std::chrono::hours(*hour) +
                               std::chrono::minutes(*minute) + std::chrono::seconds(*second);
  return VirtualTime(since_epoch + fraction);
}

std::string format_http_date(VirtualTime t) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = civil(t);
  std::array<char, 40> text;
  const int n = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[std::chrono::weekday(c.day).c_encoding()], static_cast<unsigned>(c.date.day()),
      kMonths[static_cast<unsigned>(c.date.month()) - 1], static_cast<int>(c.date.year()),
      static_cast<int>(c.clock.hours().count()), static_cast<int>(c.clock.minutes().count()),
      static_cast<int>(c.clock.seconds().count()));
  return std::string(text.data(), n);
}

}  // namespace assay
