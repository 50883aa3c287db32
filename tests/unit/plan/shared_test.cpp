// Worlds and scripts that exercises share by name.

#include <doctest/doctest.h>

#include "harness/plan/loader.h"
#include "tests/unit/plan/package.h"

namespace assay::plan {
namespace {

constexpr const char* kWorld =
    "with: {rows: 20, quiet: 3}\n"
    "world:\n"
    "  project: acme\n"
    "  tables:\n"
    "    clicks: {partition_column: day, partitions: [{date: '2026-03-13', row_count: "
    "'${quiet}'}]}\n";
constexpr const char* kScript =
    "script: [{steps: [{fault: http_error, status: 503}], then: world}]\n";

model::Case first_case(TemporaryPackage& package, const std::string& yaml) {
  package.add("cases/a.yaml", yaml);
  auto loaded = load(package.folder(), "");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  return loaded->cases.at(0);
}

TEST_CASE("a case is laid over what it uses, and that under the defaults") {
  TemporaryPackage package;
  package.add("../shared/clicks.yaml", kWorld);
  package.add("../shared/outage.yaml", kScript);
  const model::Case made =
      first_case(package,
                 "cases:\n"
                 "  - {id: one, title: One, label: healthy, use: [clicks, outage],\n"
                 "     world: {dataset: web}}\n");
  CHECK(made.world["project"] == "acme");
  CHECK(made.world["dataset"] == "web");
  CHECK(made.world["tables"]["clicks"]["partitions"][0]["row_count"] == 3);
  // Of the exercise's defaults, whose `rows` counts.
  CHECK(made.world["tables"]["orders"]["partitions"][0]["row_count"] == 1500);
  CHECK(made.script[0]["steps"][0]["status"] == 503);
}

TEST_CASE("the defaults of a file can use what is shared, and a case can do without") {
  TemporaryPackage package;
  package.add("../shared/outage.yaml", kScript);
  package.add("cases/a.yaml",
              "defaults: {use: [outage]}\n"
              "cases:\n"
              "  - {id: one, title: One, label: healthy}\n"
              "  - {id: two, title: Two, label: healthy, use: []}\n");
  const auto loaded = load(package.folder(), "");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
  CHECK(loaded->cases[0].script.size() == 1);
  CHECK(loaded->cases[1].script.empty());
}

TEST_CASE("what is shared is part of the exercise's hash") {
  TemporaryPackage package;
  package.add("../shared/outage.yaml", kScript);
  package.add("cases/a.yaml", "cases:\n  - {id: one, title: One, label: healthy, use: [outage]}\n");
  const auto before = load(package.folder(), "");
  package.add("../shared/outage.yaml", std::string(kScript) + "# later\n");
  const auto after = load(package.folder(), "");
  REQUIRE(before.ok());
  REQUIRE(after.ok());
  CHECK(before->exercise.sha256 != after->exercise.sha256);
}

TEST_CASE("mistakes of what is shared are told where they stand") {
  TemporaryPackage package;
  package.add("../shared/outage.yaml", kScript);
  package.add("cases/a.yaml",
              "cases:\n  - {id: one, title: One, label: healthy, use: [outrage]}\n");
  CHECK(error_of(package).find("did you mean outage?") != std::string::npos);
  package.add("../shared/outage.yaml", "script: [{steps: [{fault: http_error, status: 99}]}]\n");
  package.add("cases/a.yaml", "cases:\n  - {id: one, title: One, label: healthy, use: [outage]}\n");
  CHECK(error_of(package).find("shared/outage.yaml:1:") != std::string::npos);
}

}  // namespace
}  // namespace assay::plan
