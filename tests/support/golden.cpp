#include "tests/support/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace assay::testing {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// Bytes shown of a line that differs.
constexpr std::size_t kMaxShown = 200;

/// The first line that differs, of both, for the message of a failure.
std::string difference(std::string_view found, std::string_view wanted) {
  const auto [a, b] = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
  const auto line = 1 + std::count(found.begin(), a, '\n');
  const auto rest = [](std::string_view text, std::string_view::const_iterator at) {
    const auto offset = static_cast<std::size_t>(at - text.begin());
    const std::size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
    return std::string(text.substr(start, std::min(kMaxShown, text.find('\n', start) - start)));
  };
  return "line " + std::to_string(line) + "\n  now:    " + rest(found, a) +
         "\n  wanted: " + rest(wanted, b);
}

}  // namespace

void check_file(const std::string& path, std::string_view bytes) {
  if (is_set("ASSAY_RENEW_GOLDEN")) {
    REQUIRE_MESSAGE(!is_set("CI"), "ASSAY_RENEW_GOLDEN is refused where CI is set");
    std::ofstream(path, std::ios::binary) << bytes;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "no " << path << "; write it by ASSAY_RENEW_GOLDEN=1");
  const std::string held{std::istreambuf_iterator<char>(file), {}};
  const bool equal = bytes == held;
  CHECK_MESSAGE(equal, path << " differs at " << difference(bytes, held)
                            << "\nif that is meant: run this test with ASSAY_RENEW_GOLDEN=1");
}

void check_golden(const std::string& name, std::string_view bytes) {
  check_file("tests/golden/" + name, bytes);
}

}  // namespace assay::testing
