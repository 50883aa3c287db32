// What the service converts, and to which type, where the engine below takes more.

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

/// The first row, or the refusal.
std::string told(const std::string& sql) {
  const QueryOutcome outcome = ask(sql);
  if (const auto* error = std::get_if<QueryError>(&outcome)) return error->message;
  const auto& rows = std::get<QueryResult>(outcome).rows;
  return rows.empty() ? "no rows" : dump_json(rows[0]);
}

/// "INT64, STRING"
std::string types_of(const std::string& sql) {
  CAPTURE(sql);
  std::string types;
  for (const Field& field : result_of(sql).schema)
    types += (types.empty() ? "" : ", ") + field.type;
  return types;
}

TEST_CASE("a text is a date in the form of a date alone") {
  CHECK(told("SELECT SAFE_CAST('2026/03/13' AS DATE), SAFE_CAST('epoch' AS DATE), "
             "SAFE_CAST('infinity' AS TIMESTAMP), SAFE_CAST('2026-03-13 (BC)' AS DATE), "
             "SAFE_CAST('2026-02-30' AS DATE), SAFE_CAST('20260313' AS DATE)") ==
        "[null,null,null,null,null,null]");
  CHECK(
      told("SELECT CAST('2026-03-13' AS DATE), CAST('2026-3-1' AS DATE), "
           "CAST('2026-03-13 10:00:00' AS DATE), CAST('2026-03-13T10:00:00' AS DATETIME), "
           "CAST('2026-03-13 10:00:00.5 Europe/Berlin' AS TIMESTAMP)") ==
      R"(["2026-03-13","2026-03-01","2026-03-13","2026-03-13T10:00:00","2026-03-13T09:00:00.500000Z"])");
  CHECK(told("SELECT CAST('2026/03/13' AS DATE)").starts_with("Invalid date: '2026/03/13'"));
  CHECK(told("SELECT DATE '2026/03/13'").starts_with("Invalid date: '2026/03/13'"));
  CHECK(told("SELECT CAST(note AS DATE) FROM events").starts_with("Invalid date: 'a b'"));
  CHECK(told("SELECT CAST('now' AS TIMESTAMP)").starts_with("Invalid timestamp: 'now'"));
  CHECK(told("SELECT CAST(TIMESTAMP '2026-03-13 10:00:00+00' AS DATE), CAST(placed AS DATE), "
             "CAST(CAST(NULL AS STRING) AS DATE) FROM orders ORDER BY order_id") ==
        R"(["2026-03-13","2026-03-12",null])");
}

TEST_CASE("a text is a BOOL where it is true or false") {
  CHECK(told("SELECT CAST('TRUE' AS BOOL), CAST('false' AS BOOL), SAFE_CAST('yes' AS BOOL), "
             "SAFE_CAST('1' AS BOOL), SAFE_CAST('t' AS BOOL), CAST(1 AS BOOL)") ==
        "[true,false,null,null,null,true]");
  CHECK(told("SELECT CAST('yes' AS BOOL)").starts_with("Bad bool value: yes"));
}

TEST_CASE("functions of numbers give the type that the service gives") {
  CHECK(types_of("SELECT ROUND(5), TRUNC(5), CEIL(5), SIGN(-2.5), SIGN(5), ROUND(15, -1)") ==
        "FLOAT64, FLOAT64, FLOAT64, FLOAT64, INT64, FLOAT64");
  CHECK(types_of("SELECT SIGN(amount), ROUND(amount, 1), POW(amount, 2), SQRT(amount), DIV(amount, "
                 "2), MOD(amount, 2) FROM events LIMIT 1") ==
        "NUMERIC, NUMERIC, NUMERIC, NUMERIC, NUMERIC, NUMERIC");
  CHECK(told("SELECT ROUND(5), SIGN(-2.5), ROUND(15, -1), DIV(NUMERIC '-5.5', 2), SIGN(NUMERIC "
             "'-2.5'), POW(NUMERIC '1.5', 2), ROUND(NUMERIC '5.555', 2), DIV(7, 2), MOD(-7, 3)") ==
        R"([5.0,-1.0,20.0,"-2","-1","2.25","5.56",3,-1])");
  CHECK(told("SELECT DIV(5.5, 2)") ==
        "No matching signature for function DIV for argument types: FLOAT64, INT64 at [1:8]");
  CHECK(told("SELECT MOD(score, 2) FROM events")
            .starts_with("No matching signature for function MOD for argument types: FLOAT64"));
}

TEST_CASE("texts that are joined with NULL are a STRING") {
  CHECK(types_of("SELECT CONCAT('a', NULL), CONCAT('a', CAST(NULL AS STRING))") ==
        "STRING, STRING");
}

TEST_CASE("numbers of characters are not below zero") {
  CHECK(told("SELECT LEFT('abc', -1)") == "Second argument in LEFT() cannot be negative");
  CHECK(told("SELECT RIGHT('abc', -1)") == "Second argument in RIGHT() cannot be negative");
  CHECK(told("SELECT REPEAT('abc', -1)") == "Second argument in REPEAT() cannot be negative");
  CHECK(told("SELECT LEFT('abc', 2), RIGHT('abc', 2), REPEAT('ab', 2), LEFT('abc', 0)") ==
        R"(["ab","bc","abab",""])");
}

TEST_CASE("conditions are of BOOL") {
  CHECK(told("SELECT NOT user_id FROM users") ==
        "No matching signature for operator NOT for argument types: INT64 at [1:8]");
  CHECK(told("SELECT user_id AND TRUE FROM users")
            .starts_with("No matching signature for operator AND for argument types: INT64, BOOL"));
  CHECK(told("SELECT COUNT(*) FROM users WHERE user_id = 1 OR user_id")
            .starts_with("No matching signature for operator OR for argument types: BOOL, INT64"));
  CHECK(told("SELECT CASE WHEN user_id THEN 1 END FROM users")
            .starts_with("No matching signature for operator CASE for argument types: INT64"));
  CHECK(
      told("SELECT NOT NULL, TRUE AND NULL, NOT (user_id = 1 AND TRUE OR FALSE), user_id NOT IN "
           "(1), CASE WHEN NULL THEN 1 WHEN user_id = 1 THEN 2 END FROM users ORDER BY user_id") ==
      "[null,null,false,false,2]");
}

TEST_CASE("values that one is chosen from have a type in common") {
  CHECK(told("SELECT COALESCE(1, 'a')") ==
        "No matching signature for function COALESCE for argument types: INT64, STRING at [1:8]");
  CHECK(told("SELECT IFNULL(score, 'x') FROM events") ==
        "No matching signature for function IFNULL for argument types: FLOAT64, STRING at [1:8]");
  CHECK(told("SELECT IFNULL(country, 0) FROM events") ==
        "No matching signature for function IFNULL for argument types: STRING, INT64 at [1:8]");
  CHECK(told("SELECT COALESCE(event_date, created_at) FROM events")
            .starts_with("No matching signature for function COALESCE for argument types: DATE, "
                         "TIMESTAMP"));
  CHECK(told("SELECT IFNULL(NULL, 'x'), COALESCE(1, 2.5), IFNULL(DATE '2026-03-13', "
             "'2026-03-14'), COALESCE(NULL, COALESCE(NULL, 3))") == R"(["x",1.0,"2026-03-13",3])");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
