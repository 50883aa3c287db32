// Functions of dates, times, texts and numbers. What they answer is arithmetic that a calendar or a
// head can do.

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

std::function<Json()> row(const char* json) {
  return [json] { return Json::array({Json::parse(json)}); };
}

}  // namespace

std::vector<Question> questions_of_functions() {
  return {
      {"today and now by the case's clock",
       "SELECT CURRENT_DATE(), CURRENT_TIMESTAMP(), CURRENT_DATE('Pacific/Auckland'), "
       "CURRENT_DATETIME()",
       row(R"(["2026-03-14", "2026-03-14T06:00:00Z", "2026-03-14", "2026-03-14T06:00:00"])")},
      {"today where it is still yesterday", "SELECT CURRENT_DATE('America/Los_Angeles')",
       row(R"(["2026-03-13"])")},
      {"days added and taken",
       "SELECT DATE_ADD(DATE '2026-02-27', INTERVAL 2 DAY), DATE_SUB('2026-03-31', INTERVAL 1 "
       "MONTH), "
       "DATE_ADD('2026-03-13', INTERVAL -1 WEEK)",
       row(R"(["2026-03-01", "2026-02-28", "2026-03-06"])")},
      {"days between",
       "SELECT DATE_DIFF('2026-03-14', '2026-02-14', DAY), DATE_DIFF('2026-03-01', '2026-02-28', "
       "MONTH)",
       row("[28, 1]")},
      {"weeks between, from Sunday and from Monday",
       // The 15th of March 2026 is a Sunday.
       "SELECT DATE_DIFF('2026-03-15', '2026-03-14', WEEK), DATE_DIFF('2026-03-15', '2026-03-14', "
       "ISOWEEK), "
       "DATE_DIFF('2026-03-16', '2026-03-15', WEEK(MONDAY))",
       row("[1, 0, 1]")},
      {"dates truncated",
       "SELECT DATE_TRUNC('2026-03-13', MONTH), DATE_TRUNC('2026-03-13', WEEK), "
       "DATE_TRUNC('2026-03-15', WEEK), "
       "DATE_TRUNC('2026-03-15', ISOWEEK), DATE_TRUNC('2026-03-13', QUARTER)",
       row(R"(["2026-03-01", "2026-03-08", "2026-03-15", "2026-03-09", "2026-01-01"])")},
      {"parts of a date",
       "SELECT EXTRACT(YEAR FROM d), EXTRACT(MONTH FROM d), EXTRACT(DAYOFWEEK FROM d), "
       "EXTRACT(ISOWEEK FROM d), "
       "EXTRACT(DAYOFYEAR FROM d) FROM (SELECT DATE '2026-03-15' AS d)",
       row("[2026, 3, 1, 11, 74]")},
      {"formats",
       "SELECT FORMAT_DATE('%Y%m%d', '2026-03-13'), FORMAT_DATE('%F', '2026-03-13'), "
       "FORMAT_TIMESTAMP('%FT%T', TIMESTAMP '2026-03-13 10:20:30+00')",
       row(R"(["20260313", "2026-03-13", "2026-03-13T10:20:30"])")},
      {"parsing",
       "SELECT PARSE_DATE('%Y%m%d', '20260313'), PARSE_TIMESTAMP('%Y-%m-%d %H:%M:%S', '2026-03-13 "
       "10:20:30')",
       row(R"(["2026-03-13", "2026-03-13T10:20:30Z"])")},
      {"parsing that may fail",
       "SELECT SAFE.PARSE_DATE('%Y%m%d', 'nonsense'), SAFE_CAST('x' AS INT64), SAFE_CAST('7' AS "
       "INT64)",
       row("[null, null, 7]")},
      {"dates made of parts",
       "SELECT DATE(2026, 3, 13), DATE(TIMESTAMP '2026-03-13 23:30:00+00'), DATE(TIMESTAMP "
       "'2026-03-13 23:30:00+00', 'Europe/Berlin')",
       row(R"(["2026-03-13", "2026-03-13", "2026-03-14"])")},
      {"instants",
       "SELECT TIMESTAMP_SUB(TIMESTAMP '2026-03-13 01:00:00+00', INTERVAL 90 MINUTE), "
       "TIMESTAMP_DIFF('2026-03-13 10:59:00+00', '2026-03-13 10:00:00+00', HOUR), "
       "TIMESTAMP_TRUNC(TIMESTAMP '2026-03-13 10:59:00+00', HOUR)",
       row(R"(["2026-03-12T23:30:00Z", 0, "2026-03-13T10:00:00Z"])")},
      {"instants and seconds",
       "SELECT UNIX_SECONDS(TIMESTAMP '1970-01-02 00:00:00+00'), TIMESTAMP_SECONDS(86400), "
       "TIMESTAMP_MILLIS(1500)",
       row(R"([86400, "1970-01-02T00:00:00Z", "1970-01-01T00:00:01.500000Z"])")},
      {"the last day of a month", "SELECT LAST_DAY(DATE '2028-02-10')", row(R"(["2028-02-29"])")},
      {"lists of dates",
       "SELECT ARRAY_LENGTH(GENERATE_DATE_ARRAY('2026-03-01', '2026-03-31', INTERVAL 1 WEEK))",
       row("[5]")},
      {"division", "SELECT 7 / 2, DIV(7, 2), MOD(7, 2), SAFE_DIVIDE(1, 0)",
       row("[3.5, 3, 1, null]")},
      {"division of whole numbers and of others",
       "SELECT DIV(-7, 2), MOD(-7, 2), DIV(7, NULL), MOD(CAST(7.5 AS NUMERIC), 2), "
       "SUM(MOD(user_id, 3)), MOD(7, SUM(user_id)), DIV(DIV(100, 5), DIV(8, 3)) FROM users",
       // 45 is their sum.
       row(R"([-3, -1, null, "1.5", 9, 7, 10])")},
      {"numbers that are computed say how far",
       "SELECT ROUND(2.345, LENGTH('ab')), LPAD('7', LENGTH('abc'), '0'), RPAD('7', "
       "LENGTH('ab')), ROUND(2.5)",
       row(R"([2.35, "007", "7 ", 3.0])")},
      {"a ratio of counts",
       "SELECT ROUND(100 * COUNTIF(ok) / COUNT(*), 1) FROM events WHERE event_date = '2026-03-13'",
       // 27 of 40.
       row("[67.5]")},
      {"conditions",
       "SELECT IF(1 < 2, 'y', 'n'), IFNULL(NULL, 3), COALESCE(NULL, NULL, 4), NULLIF(5, 5)",
       row(R"(["y", 3, 4, null])")},
      {"texts",
       "SELECT CONCAT('a', 'b'), UPPER('x') || 'y', SUBSTR('abcdef', 2, 3), TRIM('  q '), "
       "LENGTH('äö'), STARTS_WITH('events', 'ev')",
       row(R"(["ab", "Xy", "bcd", "q", 2, true])")},
      {"patterns",
       R"(SELECT REGEXP_CONTAINS('a-12', r'\d+'), REGEXP_EXTRACT('a-12', r'\d+'), 'abc' LIKE 'a%', REGEXP_REPLACE('a1b2', '[0-9]', ''))",
       row(R"([true, "12", true, "ab"])")},
      {"what a group of a pattern catches",
       R"(SELECT REGEXP_EXTRACT('a-12', r'a-(\d+)'), REGEXP_EXTRACT('a-12', r'(?:a|b)-\d'), REGEXP_EXTRACT('(x', r'[(]x\b|\(y'), REGEXP_EXTRACT('a-12', r'b(\d)'), REGEXP_EXTRACT('k=v', '(?P<v>=.)'))",
       row(R"(["12", "a-1", "(x", null, "=v"])")},
      {"quotes and escapes", R"(SELECT "it's", 'a\'b', 'tab\there', r'a\n', '''x'y''')",
       row(R"(["it's", "a'b", "tab\there", "a\\n", "x'y"])")},
      {"casts",
       "SELECT CAST('12' AS INT64), CAST(1.5 AS STRING), CAST('2026-03-13' AS DATE), CAST(3 AS "
       "NUMERIC), CAST(TRUE AS STRING)",
       row(R"([12, "1.5", "2026-03-13", "3", "true"])")},
      {"windows of numbers",
       "SELECT ARRAY_AGG(q ORDER BY q) FROM (SELECT NTILE(2) OVER (ORDER BY user_id) AS q FROM "
       "users)",
       row("[[1, 1, 1, 1, 1, 2, 2, 2, 2]]")},
      {"names that are words elsewhere", "SELECT 1 AS date, 2 AS `order`, 3 AS offset, 4 AS value",
       row("[1, 2, 3, 4]")},
  };
}

}  // namespace assay::warehouse::sql::testing
