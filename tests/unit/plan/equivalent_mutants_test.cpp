// The lists of mutants that are as good as the original.

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "harness/plan/loader.h"
#include "tests/unit/plan/package.h"

namespace assay::plan {
namespace {

TEST_CASE("mutants that are as good as the original are read with their reasons") {
  TemporaryPackage package;
  const auto loaded = load(package.folder(), "");
  REQUIRE(loaded.ok());
  CHECK(load_equivalent_mutants(*loaded)->empty());
  package.add("solutions/mutants.yaml",
              "equivalent:\n"
              "  - because: Nobody reads it.\n"
              "    mutants: [a/s.py#f:drop_key:1, a/s.py#f:drop_key:2]\n");
  const auto listed = load_equivalent_mutants(*loaded);
  REQUIRE_MESSAGE(listed.ok(), listed.error().to_string());
  REQUIRE(listed->size() == 2);
  CHECK(listed->at(1) ==
        std::pair<std::string, std::string>("a/s.py#f:drop_key:2", "Nobody reads it."));
  package.add("solutions/mutants.yaml",
              "equivalent:\n"
              "  - {because: Nobody reads it., mutants: [x]}\n"
              "  - {because: Nobody writes it., mutants: [x]}\n");
  CHECK(load_equivalent_mutants(*loaded).error().to_string().find("mutants.yaml:3:") !=
        std::string::npos);
  package.add("solutions/mutants.yaml", "equivalent: [{mutants: [x]}]\n");
  CHECK(load_equivalent_mutants(*loaded).error().to_string().find("\"because\" is missing") !=
        std::string::npos);
}

TEST_CASE("each variant has a list of its own, in its folder of solutions") {
  TemporaryPackage package;
  std::string text = TemporaryPackage::exercise();
  const std::string one = "variants: {plain: {statement: statement.md, starter: starter}}";
  text.replace(text.find(one), one.size(),
               "variants:\n"
               "  plain: {statement: statement.md}\n"
               "  other: {statement: statement.md}");
  package.add("exercise.yaml", text);
  package.add("solutions/mutants.yaml", "equivalent: [{because: Plainly so., mutants: [a]}]\n");
  package.add("solutions/other/mutants.yaml",
              "equivalent: [{because: Otherwise so., mutants: [a]}]\n");
  for (const auto& [variant, reason] :
       std::map<std::string, std::string>{{"plain", "Plainly so."}, {"other", "Otherwise so."}}) {
    const auto loaded = load(package.folder(), variant);
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
    const auto listed = load_equivalent_mutants(*loaded);
    REQUIRE_MESSAGE(listed.ok(), listed.error().to_string());
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().second == reason);
  }
}

}  // namespace
}  // namespace assay::plan
