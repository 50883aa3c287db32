#include "harness/plan/new_package.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "harness/authored/document.h"
#include "harness/plan/loader.h"
#include "tests/support/scratch.h"

namespace assay::plan {
namespace {

namespace fs = std::filesystem;

constexpr std::ptrdiff_t kMostLines = 60;

TEST_CASE("a new package of either kind loads as it stands, in under sixty lines") {
  for (const PackageKind kind : {PackageKind::kWithWarehouse, PackageKind::kWithoutWarehouse}) {
    const testing::Scratch scratch;
    const std::string folder = scratch.path("late_events");
    const auto paths = write_new_package(folder, kind);
    REQUIRE_MESSAGE(paths.ok(), paths.error().to_string());
    std::ptrdiff_t lines = 0;
    for (const std::string& path : *paths) {
      const auto text = read_text_file(folder + "/" + path, kMaxAuthoredBytes);
      REQUIRE_MESSAGE(text.ok(), text.error().to_string());
      lines += std::count(text->begin(), text->end(), '\n');
      CHECK_MESSAGE(text->find('@') == std::string::npos, path);
    }
    CHECK(lines < kMostLines);
    const auto package = load(folder, "");
    REQUIRE_MESSAGE(package.ok(), package.error().to_string());
    CHECK(package->exercise.id == "late_events");
    CHECK(package->exercise.needs_warehouse == (kind == PackageKind::kWithWarehouse));
    const auto solutions = load_solutions(*package);
    REQUIRE_MESSAGE(solutions.ok(), solutions.error().to_string());
    CHECK(solutions->size() == 2);
  }
}

TEST_CASE("the schema line of each file leads to the schema") {
  const testing::Scratch scratch;
  const std::string folder = scratch.path("here");
  const auto paths = write_new_package(folder, PackageKind::kWithoutWarehouse);
  REQUIRE(paths.ok());
  int seen = 0;
  for (const std::string& path : *paths) {
    if (!path.ends_with(".yaml")) continue;
    const auto text = read_text_file(folder + "/" + path, kMaxAuthoredBytes);
    REQUIRE(text.ok());
    const std::string mark = "$schema=";
    const std::size_t begin = text->find(mark) + mark.size();
    const fs::path schema = text->substr(begin, text->find('\n') - begin);
    CHECK_MESSAGE(fs::exists(fs::path(folder + "/" + path).parent_path() / schema), path);
    ++seen;
  }
  CHECK(seen == 5);
}

std::string error_of(const std::string& folder) {
  const auto paths = write_new_package(folder, PackageKind::kWithWarehouse);
  REQUIRE_FALSE(paths.ok());
  CHECK(paths.error().kind == ErrorKind::kInput);
  return paths.error().to_string();
}

TEST_CASE("a name that is none, or is taken, is refused, and nothing is written") {
  const testing::Scratch scratch;
  for (const char* name : {"Upper", "1st", "a-b", "ä", "a b", "."})
    CHECK_MESSAGE(error_of(scratch.path(name)).starts_with("found the name \""), name);
  CHECK(error_of(scratch.path(std::string(65, 'a'))).starts_with("found the name \""));
  CHECK(error_of("").starts_with("found the name \"\""));
  scratch.write("taken/notes.txt", "mine\n");
  CHECK(error_of(scratch.path("taken")).find("already something called that") != std::string::npos);
  CHECK(error_of(scratch.path("taken/")).find("already something called that") != std::string::npos);
  CHECK(std::distance(fs::directory_iterator(scratch.path("taken")), {}) == 1);
  fs::create_symlink("/nowhere", scratch.path("link"));
  CHECK(error_of(scratch.path("link")).find("already") != std::string::npos);
  CHECK(error_of(scratch.path("no/folder/here")).find("no folder to make it in") !=
        std::string::npos);
}

}  // namespace
}  // namespace assay::plan
