#include "harness/plan/home.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

TEST_CASE("ASSAY_HOME says where exercises and rubrics are, and a wrong one is told") {
  const char* before = std::getenv("ASSAY_HOME");
  const std::string kept = before ? before : "";
  const fs::path home =
      fs::temp_directory_path() / ("assay_home_test_" + std::to_string(::getpid()));
  fs::create_directories(home / "exercises");
  ::setenv("ASSAY_HOME", home.c_str(), 1);

  const auto without_rubrics = home_folder();
  REQUIRE_FALSE(without_rubrics.ok());
  CHECK(without_rubrics.error().kind == ErrorKind::kEnvironment);
  CHECK(without_rubrics.error().message.find(home.string()) != std::string::npos);
  CHECK(exercises_folder().empty());

  fs::create_directories(home / "rubrics" / "definitions");
  REQUIRE(home_folder().ok());
  CHECK(*home_folder() == home.string());
  CHECK(exercises_folder() == home.string() + "/exercises");

  fs::remove_all(home);
  if (before)
    ::setenv("ASSAY_HOME", kept.c_str(), 1);
  else
    ::unsetenv("ASSAY_HOME");
}

}  // namespace
}  // namespace assay::plan
