// What the engine says of wrong values is told with the value and the types, and no part is empty.

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "mock_warehouse/sql/engine/errors.h"
#include "mock_warehouse/sql/engine/values.h"
#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

struct Told {
  const char* sql;
  const char* message;
};

TEST_CASE("messages name the value and the type, whatever the engine's own look like") {
  static const std::vector<Told> kAll = {
      // a value that does not fit
      {"SELECT CAST(1e30 AS INT64)", "int64 out of range: 1e+30"},
      {"SELECT CAST(1e38 AS NUMERIC)",
       "numeric out of range: 99999999999999997748809823456034029568.000000 at [1:8]"},
      {"SELECT CAST('abc' AS NUMERIC)", "Bad numeric value: abc at [1:8]"},
      {"SELECT CAST('x y' AS TIME)", "Invalid time: 'x y' at [1:8]"},
      {"SELECT CAST('2020-02-30' AS DATE)", "Invalid date: '2020-02-30' at [1:8]"},
      {"SELECT CAST('2020-01-01 25:00:00' AS DATETIME)",
       "Invalid timestamp: '2020-01-01 25:00:00' at [1:8]"},
      {"SELECT CAST(\"it's \\\"q\" AS INT64)", "Bad int64 value: it's \"q"},
      {"SELECT CAST(\"it's \\\"q\" AS DATE)", "Invalid date: 'it's \"q' at [1:8]"},
      {"SELECT CAST('a date field: x' AS INT64)", "Bad int64 value: a date field: x"},
      {"SELECT PARSE_DATE('%F', \"it's \\\"q\")", "Failed to parse input string \"it's \"q\""},
      {"SELECT DATE(2020, 13, 1)", "Input calculates to invalid date: 2020-13-1"},
      {"SELECT TIMESTAMP_MICROS(9223372036854775807)",
       "Date or timestamp overflow: the result is outside of 0001-01-01 to 9999-12-31"},
      {"SELECT CAST('\\\\xZZ' AS BYTES)",
       "Unsupported: CAST AS BYTES of a text with a backslash or with characters beyond ASCII at "
       "[1:8]"},
      // types that do not go together
      {"SELECT CAST(DATE '2020-01-01' AS INT64)", "Invalid cast from DATE to INT64"},
      {"SELECT CAST(STRUCT([1] AS a, 'x' AS b) AS DATE)",
       "Invalid cast from STRUCT<a ARRAY<INT64>, b STRING> to DATE at [1:8]"},
      {"SELECT user_id IN (SELECT event_date FROM events) FROM users",
       "No matching signature for operator IN for argument types: INT64, DATE at [1:16]"},
      {"SELECT IF(TRUE, user_id, DATE '2020-01-01') FROM users",
       "All arguments of CASE must be coercible to a common type but found: DATE, INT64 at [1:8]"},
      {"SELECT COALESCE(user_id, DATE '2020-01-01') FROM users",
       "No matching signature for function COALESCE for argument types: INT64, DATE at [1:8]"},
      {"SELECT GREATEST(user_id, DATE '2020-01-01') FROM users",
       "Values must be coercible to a common type but found: INT64, DATE at [1:31]"},
      {"SELECT [1, DATE '2020-01-01']",
       "Array elements of types {INT64, DATE} do not have a common supertype at [1:17]"},
      {"SELECT x FROM UNNEST(5) AS x", "Values referenced in UNNEST must be arrays at [1:15]"},
      // what stands where it may not
      {"SELECT t.x FROM (SELECT 5 AS a) AS t", "Name x not found inside t at [1:8]"},
      {"SELECT LAG(user_id) FROM users",
       "Analytic function LAG cannot be called without an OVER clause at [1:8]"},
      {"SELECT SUM(user_id) OVER w FROM users", "Unrecognized window alias w"},
      {"SELECT user_id AS u FROM users HAVING user_id > 1",
       "SELECT list expression references column user_id which is neither grouped nor aggregated"},
      {"SELECT user_id FROM users QUALIFY user_id > 1",
       "The QUALIFY clause requires at least one analytic function to be present"},
      {"SELECT 1 FROM users JOIN orders USING (user_id)",
       "Column user_id in USING clause not found on right side of join"},
      {"SELECT COUNT(DISTINCT *) FROM users", "Argument * can only be used in COUNT(*)"},
      {"SELECT DATE(CURRENT_TIMESTAMP(), 'Nowhere/X')", "Invalid time zone: Nowhere/X"},
  };
  for (const Told& told : kAll) {
    const std::string sql = told.sql;
    CAPTURE(sql);
    const QueryOutcome outcome = ask(sql);
    const auto* error = std::get_if<QueryError>(&outcome);
    REQUIRE(error != nullptr);
    CHECK(error->reason == "invalidQuery");
    CHECK(error->message == told.message);
  }
}

TEST_CASE("a message of the engine's that nobody knows is told as it is, and whole") {
  const Query query{.sql = "SELECT 1"};
  const auto message = [&](const std::string& type, const std::string& said) {
    const Json json = {{"exception_type", type}, {"exception_message", said}};
    auto rewritten = rewrite(query, {World{}, 0});
    return service_error(dump_json(json), query, std::get<Rewritten>(rewritten)).message;
  };
  CHECK(message("Conversion", "Something went wrong\nwith it") == "Something went wrong");
  CHECK(message("Conversion", "Could not convert this") == "Could not convert this");
  CHECK(message("Parser", "windows are closed") == "Syntax error: windows are closed");
  CHECK(message("Binder", "No function matches") == "No function matches");
}

TEST_CASE("types that the engine writes down are told by the service's names") {
  CHECK(google_type(std::string_view("DECIMAL(38,9)[]")) == "ARRAY<NUMERIC>");
  CHECK(google_type(std::string_view("STRUCT(a INTEGER, \"b, c\" STRUCT(d VARCHAR)[])")) ==
        "STRUCT<a INT64, b, c ARRAY<STRUCT<d STRING>>>");
}

TEST_CASE("the least interval of all has its sign and its digits") {
  CHECK(dump_json(result_of("SELECT INTERVAL -9223372036854775808 MICROSECOND AS i").rows) ==
        R"([["0-0 0 -2562047788:0:54.775808"]])");
  CHECK(dump_json(result_of("SELECT INTERVAL -90 SECOND AS i").rows) == R"([["0-0 0 -0:1:30"]])");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
