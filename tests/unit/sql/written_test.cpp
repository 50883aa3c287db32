// Ways to write a query that people are used to.

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

/// All rows, or the refusal.
std::string told(const std::string& sql) {
  const QueryOutcome outcome = ask(sql);
  if (const auto* error = std::get_if<QueryError>(&outcome)) return error->message;
  return dump_json(std::get<QueryResult>(outcome).rows);
}

TEST_CASE("a list is joined without a condition") {
  CHECK(told("SELECT id, x FROM (SELECT 1 AS id, CAST([] AS ARRAY<INT64>) AS a UNION ALL SELECT 2, "
             "[5, 6]) LEFT JOIN UNNEST(a) AS x ORDER BY id, x") == "[[1,null],[2,5],[2,6]]");
  CHECK(told("SELECT user_id, x FROM users LEFT JOIN UNNEST([7]) AS x WHERE user_id = 1") ==
        "[[1,7]]");
  CHECK(told("SELECT user_id, x, n FROM users LEFT JOIN UNNEST(['a', 'b']) AS x WITH OFFSET AS n "
             "WHERE user_id = 1 ORDER BY n") == R"([[1,"a",0],[1,"b",1]])");
  CHECK(told("SELECT user_id, x FROM users INNER JOIN UNNEST([7]) AS x ON x > user_id WHERE "
             "user_id = 6") == "[[6,7]]");
  CHECK(told("SELECT u.user_id FROM users AS u LEFT JOIN users AS v WHERE TRUE")
            .starts_with("Syntax error: Unexpected keyword WHERE"));
}

TEST_CASE("ORDER BY knows the field of a STRUCT by its name") {
  CHECK(told("SELECT e.k, e.v FROM UNNEST([STRUCT('b' AS k, 1 AS v), STRUCT('a' AS k, 2 AS v)]) AS "
             "e ORDER BY k") == R"([["a",2],["b",1]])");
  CHECK(told("WITH t AS (SELECT [STRUCT('b' AS k, 1 AS v), STRUCT('a' AS k, 2 AS v)] AS kv) SELECT "
             "e.k, e.v FROM t, UNNEST(kv) AS e ORDER BY k") == R"([["a",2],["b",1]])");
}

TEST_CASE("texts and numbers are written as the lexical structure has it") {
  CHECK(told(R"(SELECT '\u00e9\U0001F600\x41\101', "it\'s")") == "[[\"é😀AA\",\"it's\"]]");
  CHECK(told("SELECT 0x1F, -0xff, 0XAB + 1") == "[[31,-255,172]]");
  CHECK(told(R"(SELECT '\u12')").starts_with("Syntax error: Illegal escape sequence: \\u"));
  CHECK(told(R"(SELECT '\ud800')").starts_with("Syntax error: Illegal escape sequence: \\u"));
  CHECK(told("SELECT 0xZZ").starts_with("Syntax error: "));
}

TEST_CASE("GROUPING SETS") {
  CHECK(told("SELECT tier, MOD(user_id, 2) AS odd, COUNT(*) AS n FROM users GROUP BY GROUPING "
             "SETS (tier, (tier, odd), ()) ORDER BY n, tier, odd") ==
        R"([["pro",null,4],["pro",0,4],["free",null,5],["free",1,5],[null,null,9]])");
  CHECK(told("SELECT tier, COUNT(*) AS n FROM users GROUP BY GROUPING SETS ((tier), ()) ORDER BY "
             "n") == R"([["pro",4],["free",5],[null,9]])");
}

TEST_CASE("an ARRAY_AGG of the first few, and the value beside the largest") {
  CHECK(told("SELECT ARRAY_AGG(user_id ORDER BY user_id DESC LIMIT 2) FROM users") == "[[[9,8]]]");
  CHECK(
      told("SELECT ARRAY_AGG(STRUCT(user_id, name) ORDER BY user_id LIMIT 1)[OFFSET(0)].name FROM "
           "users") == R"([["Ada"]])");
  CHECK(told("SELECT ARRAY_LENGTH(ARRAY_AGG(note IGNORE NULLS LIMIT 3)) FROM events") == "[[3]]");
  CHECK(
      told("SELECT ANY_VALUE(user_id HAVING MAX user_id), ANY_VALUE(name HAVING MIN user_id) FROM "
           "users") == R"([[9,"Ada"]])");
  CHECK(
      told("SELECT STRING_AGG(name LIMIT 1) FROM users").starts_with("Unsupported: keyword LIMIT"));
}

TEST_CASE("times are taken apart and read in a zone") {
  CHECK(told("SELECT EXTRACT(TIME FROM TIMESTAMP '2026-03-13 23:30:00+00' AT TIME ZONE "
             "'Europe/Berlin'), EXTRACT(DATETIME FROM TIMESTAMP '2026-03-13 23:30:00+00')") ==
        R"([["00:30:00","2026-03-13T23:30:00"]])");
  CHECK(told("SELECT TIME(TIMESTAMP '2026-03-13 23:30:00+00'), TIME(DATETIME '2026-03-13 "
             "10:00:00'), TIME(TIMESTAMP '2026-03-13 23:30:00+00', 'Europe/Berlin')") ==
        R"([["23:30:00","10:00:00","00:30:00"]])");
  CHECK(told("SELECT PARSE_TIMESTAMP('%F %T', '2026-03-13 12:00:00', 'Europe/Berlin')") ==
        R"([["2026-03-13T11:00:00Z"]])");
  CHECK(told("SELECT DATETIME(2026, 3, 13, 1, 2, 3)") == R"([["2026-03-13T01:02:03"]])");
  CHECK(told("SELECT ARRAY_LENGTH(GENERATE_TIMESTAMP_ARRAY('2026-03-13 00:00:00', '2026-03-13 "
             "01:00:00', INTERVAL 30 MINUTE))") == "[[3]]");
  CHECK(told("SELECT TIME(25, 0, 0)") == "Input calculates to invalid time: 25:0:0");
  CHECK(told("SELECT PARSE_TIMESTAMP('%s', '1')").starts_with("Unsupported: %s in the format of"));
}

TEST_CASE("what GoogleSQL has is not called a mistake") {
  for (const char* sql :
       {"SELECT 1; SELECT 2", "CREATE TEMP FUNCTION f(x INT64) AS (x); SELECT f(1)",
        "FROM users |> WHERE user_id = 1", "SELECT user_id FROM users |> LIMIT 1",
        "SELECT @@project_id", "SELECT name LIKE ANY ('A%', 'B%') FROM users",
        "SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a", "SELECT INTERVAL '1-2' YEAR TO MONTH",
        "SELECT * FROM analytics.INFORMATION_SCHEMA.TABLE_STORAGE",
        "SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS",
        "SELECT * FROM analytics.__TABLES__"}) {
    CAPTURE(std::string(sql));
    CHECK(told(sql).substr(0, 12) == "Unsupported:");
  }
  CHECK(told("SELECT DATE_ADD(DATE '2026-03-13', INTERVAL 1 DAYS)") ==
        "A valid date part name is required but found DAYS at [1:47]");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
