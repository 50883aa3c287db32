// Names in results: a type that is told in words must be read again as what it was.

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

std::string message_of(const std::string& sql) {
  const QueryOutcome outcome = ask(sql);
  const auto* error = std::get_if<QueryError>(&outcome);
  return error == nullptr ? "" : error->message;
}

TEST_CASE("a field of a struct has a name of letters, digits and underscores") {
  for (const char* struct_of :
       {"STRUCT(1 AS `a STRUCT<x INT64>`, 2 AS a)", "STRUCT(1 AS `a TIMESTAMP>`, 'x' AS a)",
        "STRUCT(1 AS `a, b`)", "[STRUCT(1 AS `a>`)]", "STRUCT(STRUCT(1 AS `1a`) AS b)"}) {
    const std::string sql = std::string("SELECT ") + struct_of + " AS s";
    CAPTURE(sql);
    CHECK(message_of(sql).find("Fields must contain only letters, numbers, and underscores") !=
          std::string::npos);
  }
  CHECK(result_of("SELECT STRUCT(1 AS `größe_1`, 2) AS s").schema.at(0).type ==
        "STRUCT<größe_1 INT64, _field_2 INT64>");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
