// The package that Assay comes with: that it holds what its rubric needs to decide by.

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "harness/plan/loader.h"

namespace assay::plan {
namespace {

Package loaded(const std::string& variant) {
  auto package = load("exercises/check_pipeline_health", variant);
  REQUIRE_MESSAGE(package.ok(), package.error().to_string());
  return std::move(package).value();
}

const Package& package() {
  static const Package kPackage = loaded("without_ai");
  return kPackage;
}

std::set<std::string> asks_of(const Package& package) {
  std::set<std::string> ids;
  for (const model::Ask& ask : package.exercise.asks) ids.insert(ask.id);
  return ids;
}

/// From one heading to the next.
std::string section(const std::string& markdown, const std::string& heading) {
  const std::size_t begin = markdown.find("\n" + heading + "\n");
  REQUIRE_MESSAGE(begin != std::string::npos, heading);
  return markdown.substr(begin, markdown.find("\n## ", begin + 1) - begin);
}

const std::set<std::string> kFailureFamilies = {
    "server", "connection", "body", "hang", "auth", "rate", "redirect", "broken_transfer"};

/// The rows of the day that a case asks about, by its own world; nothing where it has none.
std::optional<std::int64_t> rows_in_world(const model::Case& one) {
  const Json& tables = one.world["tables"];
  if (!tables.contains("orders")) return std::nullopt;
  for (const Json& partition : tables["orders"]["partitions"])
    if (partition["date"] == one.arguments[0]) return partition["row_count"].get<std::int64_t>();
  return std::nullopt;
}

TEST_CASE("the package has at least forty cases, four to six of them public") {
  CHECK(package().cases.size() >= 40);
  std::size_t seen = 0;
  std::set<std::string> ids;
  for (const model::Case& one : package().cases) {
    CHECK_MESSAGE(ids.insert(one.id).second, one.id);
    if (one.visibility == model::Visibility::kPublic) ++seen;
  }
  CHECK(seen >= 4);
  CHECK(seen <= 6);
}

TEST_CASE("every label of the rubric has a case") {
  std::set<std::string> labels;
  for (const model::Case& one : package().cases) labels.insert(one.label);
  CHECK(labels == std::set<std::string>{"healthy", "boundary", "low_volume", "missing_data",
                                        "api_failure", "transient", "late", "bad_data",
                                        "numeric_text", "not_found_other", "empty", "empty_min0",
                                        "loading", "invalid_input", "dripping"});
}

TEST_CASE(
    "each state and each family of failure has a twin with another date, minimum and canary") {
  std::map<std::string, const model::Case*> by_id;
  std::set<std::string> twinned;
  for (const model::Case& one : package().cases) {
    by_id[one.id] = &one;
    if (!one.twin_of) continue;
    REQUIRE(by_id.contains(*one.twin_of));
    const model::Case& first = *by_id[*one.twin_of];
    CAPTURE(one.id);
    CHECK(one.label == first.label);
    CHECK(one.family == first.family);
    // A candidate sees the case or its twin, never both: one of them keeps its values.
    CHECK((one.visibility == model::Visibility::kHidden ||
           first.visibility == model::Visibility::kHidden));
    CHECK(one.arguments[0] != first.arguments[0]);
    CHECK(one.arguments[1] != first.arguments[1]);
    CHECK(one.variables["canary"] != first.variables["canary"]);
    twinned.insert(one.label == "api_failure" ? one.family : one.label);
  }
  std::set<std::string> wanted = kFailureFamilies;
  wanted.insert({"healthy", "low_volume", "missing_data"});
  for (const std::string& state : wanted) CHECK_MESSAGE(twinned.contains(state), state);
}

TEST_CASE("canary words reach the wire only where a script says so") {
  std::size_t with_canary = 0;
  for (const model::Case& one : package().cases) {
    CAPTURE(one.id);
    const std::string canary = one.variables["canary"];
    CHECK(dump_json(one.world).find(canary) == std::string::npos);
    if (dump_json(one.script).find(canary) != std::string::npos) ++with_canary;
  }
  CHECK(with_canary >= 10);
}

TEST_CASE("a case's label is what its world says") {
  for (const model::Case& one : package().cases) {
    CAPTURE(one.id);
    const auto rows = rows_in_world(one);
    if (one.label == "missing_data") {
      CHECK_FALSE(rows);
      CHECK(one.expect["actual_rows"].is_null());
    }
    const bool of_size = one.label == "healthy" || one.label == "boundary" ||
                         one.label == "low_volume" || one.label == "empty" ||
                         one.label == "empty_min0";
    if (!of_size) continue;
    REQUIRE(rows);
    CHECK(one.expect["actual_rows"] == *rows);
    const auto minimum = one.arguments[1].get<std::int64_t>();
    CHECK((one.label == "healthy") == (*rows > minimum));
    CHECK((one.label == "boundary" || one.label == "empty_min0") == (*rows == minimum));
    CHECK((one.label == "low_volume" || one.label == "empty") == (*rows < minimum));
  }
}

TEST_CASE("failures have a family, and an unknown count") {
  std::set<std::string> families;
  for (const model::Case& one : package().cases) {
    if (one.label != "api_failure") continue;
    CAPTURE(one.id);
    CHECK(kFailureFamilies.contains(one.family));
    CHECK(one.expect["actual_rows"].is_null());
    REQUIRE(one.script.size() == 1);
    CHECK_MESSAGE(!one.script[0].contains("match"), "it must not be possible to ask another way");
    CHECK_MESSAGE(one.script[0]["then"] == "repeat", "it must last");
    families.insert(one.family);
  }
  CHECK(families == kFailureFamilies);
}

TEST_CASE("no other count in a world could pass for the right one") {
  for (const model::Case& one : package().cases) {
    const auto rows = rows_in_world(one);
    if (!rows || (one.label != "healthy" && one.label != "low_volume")) continue;
    CAPTURE(one.id);
    const Json& tables = one.world["tables"];
    for (const auto& [name, table] : tables.items())
      for (const Json& partition : table["partitions"])
        if (name != "orders" || partition["date"] != one.arguments[0])
          CHECK(partition["row_count"] != *rows);
  }
}

TEST_CASE(
    "the minimum is moved across the count of an unchanged world at small, middle and large") {
  std::map<std::string, std::set<std::string>> labels_by_world;
  std::map<std::string, std::int64_t> rows_by_world;
  for (const model::Case& one : package().cases) {
    if (!one.id.starts_with("threshold-")) continue;
    const std::string world = dump_json(one.world) + format_utc(one.now);
    labels_by_world[world].insert(one.label);
    rows_by_world[world] = *rows_in_world(one);
  }
  CHECK(labels_by_world.size() == 3);
  std::set<std::int64_t> magnitudes;
  for (const auto& [world, labels] : labels_by_world) {
    CHECK(labels == std::set<std::string>{"healthy", "low_volume"});
    magnitudes.insert(std::to_string(rows_by_world[world]).size());
  }
  CHECK(magnitudes == std::set<std::int64_t>{1, 4, 7});
}

TEST_CASE("a listing is longer than a page, with the day behind the first") {
  std::size_t long_tables = 0;
  for (const model::Case& one : package().cases) {
    if (!one.world["tables"].contains("orders")) continue;
    const Json& partitions = one.world["tables"]["orders"]["partitions"];
    if (partitions.size() <= 100) continue;
    ++long_tables;
    for (std::size_t i = 0; i < 100; ++i) CHECK(partitions[i]["date"] != one.arguments[0]);
  }
  CHECK(long_tables >= 2);
}

TEST_CASE("every title tells one condition in plain words") {
  std::set<std::string> titles;
  for (const model::Case& one : package().cases) {
    CAPTURE(one.title);
    CHECK(titles.insert(one.title).second);
    CHECK(one.title.find("${") == std::string::npos);
    CHECK(one.title.size() <= 110);
  }
}

TEST_CASE("every indicator is asked for by a sentence of the statement") {
  std::set<std::string> ids{"separation",           "explicit_handling",     "structured_status",
                            "hardcoded_thresholds", "no_api_error_handling", "ambiguous_boolean",
                            "conflates_failures",   "cannot_explain",        "retries_transient",
                            "honours_retry_after",  "reads_all_pages"};
  CHECK(asks_of(package()) == ids);
  ids.insert({"sees_oversimplification", "state_differentiation", "contract_improved",
              "accepts_generic_handling"});
  CHECK(asks_of(loaded("with_ai")) == ids);
}

TEST_CASE("the variant with a draft has the same cases, and the same page on the warehouse") {
  const Package with_ai = loaded("with_ai");
  REQUIRE(with_ai.exercise.draft);
  CHECK(with_ai.exercise.draft->path == model::kDraftFile);
  CHECK_FALSE(package().exercise.draft);
  REQUIRE(with_ai.cases.size() == package().cases.size());
  for (std::size_t i = 0; i < with_ai.cases.size(); ++i)
    CHECK(Json(with_ai.cases[i]) == Json(package().cases[i]));
  const std::string heading = "## The warehouse";
  CHECK(section(with_ai.exercise.statement, heading) ==
        section(package().exercise.statement, heading));
}

TEST_CASE("the candidate's token is the world's") {
  const std::string token = package().exercise.environment.at("WAREHOUSE_TOKEN");
  for (const model::Case& one : package().cases) CHECK(one.world["auth"]["token"] == token);
}

}  // namespace
}  // namespace assay::plan
