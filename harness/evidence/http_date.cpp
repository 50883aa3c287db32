#include "harness/evidence/http_date.h"

#include <algorithm>
#include <array>
#include <string>

namespace assay::evidence {

std::optional<VirtualTime> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kLength = 29;
  if (text.size() != kLength || text.substr(3, 2) != ", " || text.substr(25) != " GMT")
    return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end() || text[7] != ' ' || text[11] != ' ' || text[16] != ' ')
    return std::nullopt;
  const std::string number = std::to_string(100 + (month - kMonths.begin()) + 1).substr(1);
  return parse_utc(std::string(text.substr(12, 4)) + "-" + number + "-" +
                   std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
}

}  // namespace assay::evidence
