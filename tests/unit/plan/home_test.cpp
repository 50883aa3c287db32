#include "harness/plan/home.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/support/scratch.h"

namespace assay::plan {
namespace {

TEST_CASE("ASSAY_HOME says where exercises and rubrics are, and a wrong one is told") {
  const char* before = std::getenv("ASSAY_HOME");
  const std::string kept = before ? before : "";
  const testing::Scratch home;
  home.make_folder("exercises");
  ::setenv("ASSAY_HOME", home.path().c_str(), 1);

  const auto without_rubrics = home_folder();
  REQUIRE_FALSE(without_rubrics.ok());
  CHECK(without_rubrics.error().kind == ErrorKind::kEnvironment);
  CHECK(without_rubrics.error().message.find(home.path()) != std::string::npos);

  home.make_folder("rubrics/definitions");
  REQUIRE(home_folder().ok());
  CHECK(*home_folder() == home.path());

  if (before)
    ::setenv("ASSAY_HOME", kept.c_str(), 1);
  else
    ::unsetenv("ASSAY_HOME");
}

}  // namespace
}  // namespace assay::plan
