// The reference page, and the schema of checks that editors read: both are what the code makes.

#include "harness/reference/reference.h"

#include <doctest/doctest.h>

#include "mock_warehouse/fault.h"
#include "rubrics/check.h"
#include "tests/support/golden.h"

namespace assay::reference {
namespace {

TEST_CASE("the published schema of checks is put together from the checks") {
  testing::check_file("rubrics/schemas/checks.schema.json", rubrics::checks_schema_text());
}

TEST_CASE("the reference page is the one that the schemas make") {
  const auto made = make_reference("exercises");
  REQUIRE_MESSAGE(made.ok(), made.error().to_string());
  testing::check_file("exercises/REFERENCE.md", made->page);
}

TEST_CASE("every key of every file, fault and check has a description") {
  const auto made = make_reference("exercises");
  REQUIRE(made.ok());
  for (const std::string& key : made->undescribed)
    FAIL_CHECK("its schema gives no description of " << key);
}

TEST_CASE("how the warehouse is asked in SQL, and what it answers, is on the page") {
  const auto made = make_reference("exercises");
  REQUIRE(made.ok());
  for (const char* piece :
       {"POST /v1/queries HTTP/1.1", "{\"sql\":\"SELECT order_date FROM orders WHERE",
        "| `params` |", "\"state\":\"DONE\"", "| `bytes_processed` | required |",
        "| `error.retryable` |", "`invalid_query`, `resources_exceeded` |", "`quota_exceeded` |"})
    CHECK_MESSAGE(made->page.find(piece) != std::string::npos, piece);
}

TEST_CASE("every fault and every check is on the page") {
  const auto made = make_reference("exercises");
  REQUIRE(made.ok());
  for (const warehouse::Fault* fault : warehouse::all_faults())
    CHECK_MESSAGE(
        made->page.find("### `fault: " + std::string(fault->name) + "`") != std::string::npos,
        fault->name);
  for (const rubrics::Check* check : rubrics::all_checks())
    CHECK_MESSAGE(
        made->page.find("### `kind: " + std::string(check->kind) + "`") != std::string::npos,
        check->kind);
}

}  // namespace
}  // namespace assay::reference
