#include "tests/unit/plan/package.h"

#include <doctest/doctest.h>

#include "harness/plan/loader.h"

namespace assay::plan {

std::string error_of(const TemporaryPackage& package, const std::string& variant) {
  const auto loaded = load(package.folder(), variant);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().kind == ErrorKind::kInput);
  std::string text = loaded.error().to_string();
  const std::string folder = package.folder() + "/";
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;)
    text.erase(at, folder.size());
  return text;
}

}  // namespace assay::plan
