// Forms of queries that an engineer writes every day, with what the service answers.

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

std::string message_of(const std::string& sql, std::vector<Parameter> parameters = {}) {
  const QueryOutcome outcome = ask(sql, std::move(parameters));
  const auto* error = std::get_if<QueryError>(&outcome);
  return error == nullptr ? "" : error->message;
}

std::string rows_of(const std::string& sql, std::vector<Parameter> parameters = {}) {
  CAPTURE(sql);
  return dump_json(result_of(sql, std::move(parameters)).rows);
}

/// "a INT64, b STRING"
std::string schema_of(const std::string& sql) {
  CAPTURE(sql);
  std::string schema;
  for (const Field& field : result_of(sql).schema)
    schema += (schema.empty() ? "" : ", ") + field.name + " " + field.type;
  return schema;
}

std::int64_t bytes_of(const std::string& sql, std::vector<Parameter> parameters = {}) {
  CAPTURE(sql);
  return result_of(sql, std::move(parameters), true).bytes_processed;
}

TEST_CASE("an alias may be called as a part of a date or a type is") {
  CHECK(rows_of("SELECT event_date AS day, COUNT(*) AS n FROM events WHERE event_date >= "
                "DATE_SUB(DATE '2026-03-14', INTERVAL 2 DAY) GROUP BY day ORDER BY day") ==
        R"([["2026-03-12",64],["2026-03-13",40]])");
  CHECK(rows_of("SELECT MIN(event_date) AS month FROM events WHERE EXTRACT(MONTH FROM event_date) "
                "= 3 AND event_date > DATE_SUB(DATE '2026-04-11', INTERVAL 1 MONTH)") ==
        R"([["2026-03-12"]])");
  CHECK(rows_of("SELECT user_id AS hour, TIMESTAMP_DIFF(TIMESTAMP '2026-03-13 02:00:00+00', "
                "TIMESTAMP '2026-03-13 00:00:00+00', HOUR) AS n FROM users WHERE user_id = 1") ==
        "[[1,2]]");
  CHECK(rows_of("SELECT CAST(placed AS DATE) AS date, total AS int64 FROM orders WHERE "
                "CAST(placed AS DATE) = '2026-03-12' AND CAST(total AS INT64) = 10") ==
        R"([["2026-03-12",10]])");
  CHECK(rows_of("SELECT name AS monday FROM users WHERE user_id = 1 AND "
                "DATE_TRUNC(DATE '2026-03-13', WEEK(MONDAY)) = '2026-03-09'") == R"([["Ada"]])");
  CHECK(message_of("SELECT user_id AS day FROM users WHERE day = 1") ==
        "Unrecognized name: day at [1:40]");
  CHECK(message_of("SELECT user_id AS u FROM users WHERE ABS(u) = 1") ==
        "Unrecognized name: u at [1:42]");
}

TEST_CASE("the part of an interval at the end of an item is no alias") {
  CHECK(rows_of("SELECT DATE '2026-03-13' + INTERVAL 1 DAY, 1") ==
        R"([["2026-03-14T00:00:00",1]])");
  CHECK(schema_of("SELECT DATE '2026-03-13' + INTERVAL 1 DAY").starts_with("f0_ "));
  CHECK(schema_of("SELECT DATE '2026-03-13' + INTERVAL user_id DAY day FROM users LIMIT 0")
            .starts_with("day "));
  CHECK(schema_of("SELECT user_id month, user_id AS day FROM users LIMIT 0") ==
        "month INT64, day INT64");
}

TEST_CASE("each field of a struct has its own value, whether it has a name or not") {
  CHECK(rows_of("SELECT (1, 'a', 2.5)") == R"([[{"_field_1":1,"_field_2":"a","_field_3":2.5}]])");
  CHECK(schema_of("SELECT (1, 'a', 2.5) AS t") ==
        "t STRUCT<_field_1 INT64, _field_2 STRING, _field_3 FLOAT64>");
  CHECK(rows_of("SELECT [(1, 'a'), (2, 'b')]") ==
        R"([[[{"_field_1":1,"_field_2":"a"},{"_field_1":2,"_field_2":"b"}]]])");
}

TEST_CASE("a subscript counts from 0, or as it says, and does not go beyond its list") {
  CHECK(rows_of("SELECT [5, 6][0], [5, 6][OFFSET(1)], [5, 6][ORDINAL(1)]") == "[[5,6,5]]");
  CHECK(rows_of("SELECT [5, 6][SAFE_OFFSET(2)], [5, 6][SAFE_OFFSET(-1)], [5, 6][SAFE_ORDINAL(0)], "
                "[5, 6][SAFE_ORDINAL(-1)], [5, 6][SAFE_ORDINAL(2)], [5, 6][SAFE_OFFSET(NULL)]") ==
        "[[null,null,null,null,6,null]]");
  CHECK(rows_of("SELECT SPLIT(note, ' ')[0], COUNT(*) FROM events WHERE event_id < 3 GROUP BY 1 "
                "ORDER BY 1") == R"([["a",1],["c",1]])");
  CHECK(rows_of("SELECT [STRUCT([7, 8] AS l)][0].l[1] + -[3][0]") == "[[5]]");
  CHECK(rows_of("SELECT ARRAY(SELECT user_id FROM users ORDER BY user_id)[1], @p[1]",
                {{"p", "ARRAY<INT64>", Json::array({8, 9})}}) == "[[2,9]]");
  CHECK(rows_of("SELECT [1, 2][[1][0]], u.l[0] FROM (SELECT [4] AS l) AS u") == "[[2,4]]");
  CHECK(rows_of("SELECT SAFE_CAST(NULL AS INT64), CAST(NULL AS ARRAY<INT64>)[0]") ==
        "[[null,null]]");
  for (const char* subscript : {"2", "OFFSET(2)", "-1", "OFFSET(-1)"}) {
    const std::string sql = std::string("SELECT [5, 6][") + subscript + "]";
    CAPTURE(sql);
    CHECK(message_of(sql).starts_with("Array index "));
    CHECK(message_of(sql).find(" is out of bounds") != std::string::npos);
  }
  CHECK(message_of("SELECT [5, 6][user_id] FROM users").starts_with("Array index 2 is out of"));
  CHECK(message_of("SELECT [5, 6][ORDINAL(0)]").starts_with("Array index 0 is out of bounds"));
  CHECK(message_of("SELECT [5, 6][ORDINAL(3)]").starts_with("Array index 3 is out of bounds"));
  CHECK(message_of("SELECT 'abc'[0]") != "");
}

TEST_CASE("GROUP BY takes an alias before the column of its name") {
  const std::string by_month = R"([["2026-03-01",204]])";
  CHECK(rows_of("SELECT DATE_TRUNC(event_date, MONTH) AS event_date, COUNT(*) AS n FROM events "
                "GROUP BY event_date") == by_month);
  CHECK(rows_of("SELECT DATE_TRUNC(event_date, MONTH) AS event_date, COUNT(*) AS n FROM "
                "(SELECT * FROM events) GROUP BY event_date HAVING event_date > '2026-02-01' "
                "ORDER BY event_date") == by_month);
  CHECK(rows_of("SELECT u.tier, COUNT(*) FROM users u JOIN users v ON u.user_id = v.user_id GROUP "
                "BY tier ORDER BY 1") == R"([["free",5],["pro",4]])");
  CHECK(rows_of("SELECT MOD(user_id, 2) AS user_id, COUNT(*) FROM users GROUP BY ROLLUP(user_id) "
                "ORDER BY 1") == "[[null,9],[0,4],[1,5]]");
  CHECK(rows_of("SELECT * REPLACE (MOD(user_id, 2) AS user_id) FROM (SELECT user_id FROM users) "
                "GROUP BY user_id ORDER BY user_id") == "[[0],[1]]");
  // In a larger expression it is the column.
  CHECK(rows_of("SELECT COUNT(*), 'x' AS user_id FROM users GROUP BY MOD(user_id, 2), user_id "
                "ORDER BY 1") == R"([[4,"x"],[5,"x"]])");
}

TEST_CASE("columns that have one name get names of their own") {
  CHECK(schema_of("SELECT a.user_id, a.name, b.name FROM users a JOIN users b USING (user_id) "
                  "LIMIT 0") == "user_id INT64, name STRING, name_1 STRING");
  CHECK(schema_of("SELECT 1 AS x, 2 AS x_1, 3 AS X, 4 AS x") ==
        "x INT64, x_1 INT64, X_2 INT64, x_3 INT64");
}

TEST_CASE("what has no name is f0_, and a table's row has its columns and no others") {
  CHECK(schema_of("SELECT CURRENT_DATE, CURRENT_TIMESTAMP, CURRENT_DATETIME, CURRENT_TIME, "
                  "CURRENT_DATE AS d") ==
        "f0_ DATE, f1_ TIMESTAMP, f2_ DATETIME, f3_ TIME, d DATE");
  CHECK(schema_of("SELECT * FROM UNNEST(['a'])") == "f0_ STRING");
  CHECK(schema_of("SELECT *, 1 + 1 FROM UNNEST(['a']) WITH OFFSET") ==
        "f0_ STRING, offset INT64, f1_ INT64");
  CHECK(schema_of("SELECT * FROM UNNEST(['a']) AS x") == "x STRING");
  CHECK(schema_of("SELECT u FROM users u LIMIT 0") ==
        "u STRUCT<user_id INT64, name STRING, tier STRING>");
  CHECK(rows_of("SELECT users FROM users WHERE user_id = 1") ==
        R"([[{"user_id":1,"name":"Ada","tier":"free"}]])");
  CHECK(rows_of("SELECT ARRAY_AGG(i)[OFFSET(0)].v FROM ingested i") == "[[1]]");
  CHECK(schema_of("SELECT i AS row FROM ingested i LIMIT 0") == "row STRUCT<v INT64>");
}

TEST_CASE("a list with NULL in it is no result") {
  CHECK(message_of("SELECT user_id, ARRAY_AGG(IF(user_id = 2, NULL, tier)) AS tiers FROM users "
                   "GROUP BY user_id ORDER BY user_id") ==
        "Array cannot have a null element; error in writing field tiers");
  CHECK(message_of("SELECT [STRUCT([1, NULL] AS l)]") ==
        "Array cannot have a null element; error in writing field f0_");
  CHECK(rows_of("SELECT ARRAY_LENGTH([1, NULL])") == "[[2]]");
}

TEST_CASE("a list of days, and another name for the column, are filters of the partition") {
  const std::vector<Parameter> days = {
      {"days", "ARRAY<DATE>", Json::array({"2026-03-12", "2026-03-01"})}};
  CHECK(rows_of("SELECT COUNT(*) FROM strict WHERE day IN UNNEST(@days)", days) == "[[5]]");
  CHECK(rows_of("SELECT COUNT(*) FROM strict WHERE day NOT IN UNNEST(@days) AND day > "
                "'2026-01-01'",
                days) == "[[6]]");
  CHECK(rows_of("SELECT COUNT(*) FROM strict WHERE day IN UNNEST([DATE '2026-03-13'])") == "[[6]]");
  CHECK(rows_of("SELECT COUNT(*) FROM strict WHERE day IN UNNEST(GENERATE_DATE_ARRAY('2026-03-01', "
                "'2026-03-12'))") == "[[5]]");
  CHECK(bytes_of("SELECT n FROM strict WHERE day IN UNNEST(@days)", days) == 5 * 16);
  CHECK(bytes_of("SELECT n FROM strict WHERE day IN UNNEST(GENERATE_DATE_ARRAY('2026-03-13', "
                 "'2026-03-31', INTERVAL 7 DAY))") == 6 * 16);
  CHECK(rows_of("SELECT day d, COUNT(*) FROM strict WHERE day >= '2026-03-01' GROUP BY d HAVING d "
                "<> '2026-03-12'") == R"([["2026-03-13",6]])");
  const std::string counts =
      "(SELECT day d, COUNT(*) n FROM strict WHERE day >= '2026-03-01' GROUP BY d)";
  CHECK(rows_of("SELECT * FROM " + counts + " WHERE d >= '2026-03-13'") == R"([["2026-03-13",6]])");
  CHECK(rows_of("SELECT a.d, a.n, b.n FROM " + counts + " a JOIN " + counts +
                " b ON a.d = b.d WHERE a.d = '2026-03-12'") == R"([["2026-03-12",5,5]])");
  CHECK(bytes_of("SELECT * FROM (SELECT day AS d, n FROM strict) WHERE d = '2026-03-13'") ==
        6 * 16);
}

TEST_CASE("a column that is called as the partition's is no filter of it") {
  // All of it was loaded after 2026-03-10, the last days' rows some later.
  CHECK(rows_of("SELECT COUNT(*) FROM (SELECT DATE(loaded_at) AS event_date FROM events) WHERE "
                "event_date = '2026-03-14'") ==
        rows_of("SELECT COUNTIF(DATE(loaded_at) = '2026-03-14') FROM events"));
  CHECK(rows_of("SELECT COUNT(*) FROM (SELECT n AS v, day FROM strict WHERE day > '2026-01-01' "
                "UNION ALL SELECT 1, DATE(ts) FROM hits) WHERE day = '2026-03-13'") == "[[18]]");
  // Three rows of 2026-03-12 came two days late.
  CHECK(rows_of("SELECT COUNT(*) FROM (SELECT loaded_at AS event_date FROM events) WHERE "
                "event_date >= TIMESTAMP '2026-03-14 00:00:00+00'") == "[[3]]");
  CHECK(rows_of("SELECT COUNT(*) FROM (SELECT loaded_at AS event_date FROM events) WHERE "
                "DATE(event_date) = '2026-03-14'") == "[[3]]");
  CHECK(rows_of(
            "SELECT COUNT(*) FROM (SELECT TIMESTAMP_ADD(created_at, INTERVAL 2 DAY) AS event_date "
            "FROM events) WHERE DATE(event_date) = '2026-03-14'") == "[[64]]");
  CHECK(rows_of("SELECT COUNT(*) FROM (SELECT TIMESTAMP(event_date) AS event_date FROM events "
                "UNION ALL SELECT loaded_at FROM events) WHERE event_date >= TIMESTAMP "
                "'2026-03-14 00:00:00+00'") == "[[3]]");
}

TEST_CASE("a text that is no date is told as such, whatever the table requires") {
  CHECK(message_of("SELECT COUNT(*) FROM strict WHERE day = '13.03.2026'") ==
        "Could not cast literal \"13.03.2026\" to type DATE at [1:41]");
  CHECK(message_of("SELECT COUNT(*) FROM strict WHERE day BETWEEN '2026-03-01' AND 'x'")
            .starts_with("Could not cast literal \"x\" to type DATE"));
}

TEST_CASE("what cannot be read or written is called by the names that were given") {
  CHECK(message_of("SELECT 1 FROM `prod.sales.orders`") ==
        "Access Denied: Table prod:sales.orders: User does not have permission to query table "
        "prod:sales.orders, or perhaps it does not exist. at [1:15]");
  CHECK(message_of("DELETE FROM other.t WHERE TRUE")
            .starts_with("Access Denied: Table acme:other.t: "));
  CHECK(message_of("DROP TABLE `prod.other.t`").starts_with("Access Denied: Table prod:other.t: "));
  CHECK(message_of("DELETE FROM t WHERE TRUE")
            .starts_with("Access Denied: Table acme:analytics.t: "));
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
