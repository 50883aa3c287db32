#include "harness/report/format.h"

#include <algorithm>

namespace assay::report {

const Format* find_format(std::string_view name) {
  const auto formats = all_formats();
  const auto found = std::ranges::find(formats, name, &Format::name);
  return found == formats.end() ? nullptr : *found;
}

}  // namespace assay::report
