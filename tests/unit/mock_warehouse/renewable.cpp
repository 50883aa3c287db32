#include "tests/unit/mock_warehouse/renewable.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace assay::warehouse {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

void check_renewable(const std::string& path, std::string_view bytes) {
  if (is_set("ASSAY_RENEW_GOLDEN")) {
    REQUIRE_MESSAGE(!is_set("CI"), "ASSAY_RENEW_GOLDEN is refused where CI is set");
    std::ofstream(path, std::ios::binary) << bytes;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "no " << path << "; write it by ASSAY_RENEW_GOLDEN=1");
  std::stringstream held;
  held << file.rdbuf();
  CHECK_MESSAGE(held.str() == bytes,
                path << " differs from what the code makes:\n"
                     << bytes << "\nif that is meant: ASSAY_RENEW_GOLDEN=1 ctest -L warehouse");
}

void check_golden(const std::string& name, std::string_view bytes) {
  check_renewable("tests/golden/" + name, bytes);
}

}  // namespace assay::warehouse
