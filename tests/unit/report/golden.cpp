#include "tests/unit/report/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace assay::fixture {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// The first line that differs, of both, for the message of a failure.
std::string difference(const std::string& found, const std::string& wanted) {
  const auto [a, b] = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
  const auto line = 1 + std::count(found.begin(), a, '\n');
  const auto rest = [](const std::string& text, std::string::const_iterator at) {
    const std::size_t start = text.rfind('\n', at - text.begin()) + 1;  // npos + 1 is 0
    return text.substr(start, std::min<std::size_t>(200, text.find('\n', start) - start));
  };
  return "line " + std::to_string(line) + "\n  now:    " + rest(found, a) +
         "\n  golden: " + rest(wanted, b);
}

}  // namespace

void check_golden(std::string_view name, const std::string& bytes) {
  const std::string path = "tests/golden/" + std::string(name);
  if (is_set("ASSAY_RENEW_GOLDEN")) {
    REQUIRE_MESSAGE(!is_set("CI"), "ASSAY_RENEW_GOLDEN is refused where CI is set");
    std::ofstream(path, std::ios::binary) << bytes;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "no " << path << "; write it by ASSAY_RENEW_GOLDEN=1");
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  const bool equal = bytes == golden;
  CHECK_MESSAGE(equal, path << " differs at " << difference(bytes, golden)
                            << "\nif that is meant: ASSAY_RENEW_GOLDEN=1 ctest -L report");
}

}  // namespace assay::fixture
