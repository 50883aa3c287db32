#include "tests/unit/mock_warehouse/renewable.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace assay::warehouse {

void check_renewable(const std::string& path, std::string_view bytes) {
  if (std::getenv("ASSAY_RENEW_GOLDEN") != nullptr) {
    REQUIRE_MESSAGE(std::getenv("CI") == nullptr, "ASSAY_RENEW_GOLDEN is refused where CI is set");
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
