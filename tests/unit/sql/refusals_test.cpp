// What is wrong or hostile is refused, with the service's kind of message.

#include <doctest/doctest.h>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

struct Refusal {
  const char* name;
  const char* sql;
  const char* reason;
  const char* message;  ///< how it begins
  std::vector<Parameter> parameters = {};
};

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const std::string kLongName = "SELECT 1 AS " + std::string(301, 'x');
const std::string kDeepRecord =
    "SELECT " + repeated("STRUCT(", 16) + "1 AS a" + repeated(") AS a", 16);
const std::string kManyTables = [] {
  std::string sql = "SELECT 1 FROM users";
  for (int i = 0; i < 200; ++i) sql += ", users AS u" + std::to_string(i);
  return sql;
}();
const std::string kManyLists = [] {
  std::string sql = "SELECT 1 FROM users";
  for (int i = 0; i < 200; ++i) sql += ", UNNEST([1])";
  return sql;
}();
const std::string kManyUses = "SELECT 1 WHERE '' IN (@p" + repeated(", @p", 99) + ")";

const std::string kManySets = "SELECT 1 AS a" + repeated(" UNION ALL SELECT 1", 5'000);
const std::string kManySigns = "SELECT " + repeated("- ", 20'000) + "1 AS a";

/// As many joins as there may be tables, each upon the one before.
const std::string kDeepPlan = [] {
  std::string sql = "SELECT COUNT(*) AS n FROM users AS a0";
  for (int i = 1; i < 199; ++i) {
    const std::string own = "a" + std::to_string(i);
    sql += " LEFT JOIN users AS " + own + " ON a0.user_id = " + own + ".user_id + 1";
  }
  return sql;
}();

const std::vector<Refusal>& refusals() {
  static const std::vector<Refusal> kAll = {
      // names
      {"an unknown column", "SELECT foo FROM events", "invalidQuery",
       "Unrecognized name: foo at [1:8]"},
      {"on another line", "SELECT event_id\nFROM events\nWHERE foo = 1", "invalidQuery",
       "Unrecognized name: foo at [3:7]"},
      {"behind letters of several bytes", "SELECT 'äöü', foo FROM events", "invalidQuery",
       "Unrecognized name: foo at [1:15]"},
      {"nearly a column", "SELECT usr_id FROM events", "invalidQuery",
       "Unrecognized name: usr_id; Did you mean user_id? at [1:8]"},
      {"a column that the alias does not have", "SELECT e.foo FROM events e", "invalidQuery",
       "Name foo not found inside e at [1:8]"},
      {"an alias that is not there", "SELECT x.event_id FROM events e", "invalidQuery",
       "Unrecognized name: x at [1:8]"},
      {"a column of two tables",
       "SELECT user_id FROM events e JOIN users u ON e.user_id = u.user_id", "invalidQuery",
       "Column name user_id is ambiguous at [1:8]"},
      {"an unknown table", "SELECT 1 FROM nosuch", "notFound",
       "Not found: Table acme:analytics.nosuch was not found in location US at [1:15]"},
      {"an unknown dataset", "SELECT 1 FROM other.events", "notFound",
       "Not found: Dataset acme:other was not found in location US at [1:15]"},
      {"another project", "SELECT 1 FROM `evil.analytics.events`", "accessDenied",
       "Access Denied: Table evil:analytics.events: User does not have permission"},
      {"a wildcard of nothing", "SELECT 1 FROM `nosuch_*`", "notFound",
       "acme:analytics.nosuch_* does not match any table."},
      {"pseudo-columns of a table that has none",
       "SELECT 1 FROM events WHERE _PARTITIONDATE = '2026-03-13'", "invalidQuery",
       "Unrecognized name: _PARTITIONDATE at [1:28]"},
      {"an alias in WHERE", "SELECT user_id AS u FROM events WHERE u = 1", "invalidQuery",
       "Unrecognized name: u at [1:39]"},
      {"an alias in its own list", "SELECT user_id AS u, u + 1 AS v FROM events", "invalidQuery",
       "Unrecognized name: u at [1:22]"},
      {"an unknown function", "SELECT frobnicate(1)", "invalidQuery",
       "Function not found: frobnicate at [1:8]"},
      // types
      {"a number for a date", "SELECT 1 FROM events WHERE event_date = 5", "invalidQuery",
       "No matching signature for operator = for argument types: DATE, INT64 at [1:"},
      {"a text for a number", "SELECT 1 FROM events WHERE user_id = 'abc'", "invalidQuery",
       "No matching signature for operator = for argument types: INT64, STRING at [1:"},
      {"columns of two types", "SELECT 1 FROM events WHERE user_id = country", "invalidQuery",
       "No matching signature for operator = for argument types: INT64, STRING at [1:"},
      {"no date at all", "SELECT 1 FROM events WHERE event_date = 'yesterday'", "invalidQuery",
       "Could not cast literal \"yesterday\" to type DATE at [1:41]"},
      {"a sum of texts", "SELECT SUM(country) FROM events", "invalidQuery",
       "No matching signature for aggregate function SUM for argument types: STRING at [1:8]"},
      {"a text and a number added", "SELECT country + 1 FROM events", "invalidQuery",
       "No matching signature for operator + for argument types: STRING, INT64 at [1:"},
      {"a value that is no number", "SELECT CAST(country AS INT64) FROM events", "invalidQuery",
       "Bad int64 value: DE"},
      {"a type that is none", "SELECT CAST(1 AS VARCHAR2)", "invalidQuery",
       "Type not found: VARCHAR2 at [1:18]"},
      {"a division by zero", "SELECT 1 / 0", "invalidQuery", "division by zero: 1 / 0"},
      {"a whole one", "SELECT DIV(user_id, user_id - 1) FROM users", "invalidQuery",
       "division by zero"},
      {"what is left of one", "SELECT MOD(1, 0)", "invalidQuery", "division by zero"},
      {"what is left of no whole number", "SELECT MOD(1, 1.5)", "invalidQuery",
       "No matching signature for function MOD for argument types: INT64, FLOAT64 at [1:8]"},
      {"two groups of a pattern", "SELECT REGEXP_EXTRACT('ab', '(a)(b)')", "invalidQuery",
       "Regular expression has more than one capturing group, which is not allowed here at [1:29]"},
      // parameters
      {"a parameter that is not given", "SELECT 1 FROM events WHERE event_date = @day",
       "invalidQuery", "Query parameter 'day' not found at [1:41]"},
      {"too few positional ones",
       "SELECT ?, ?",
       "invalidQuery",
       "Query parameter number 2 not found at [1:11]",
       {{"", "", 1}}},
      {"a value that does not fit its type",
       "SELECT @d",
       "invalidQuery",
       "Invalid value for query parameter 'd'",
       {{"d", "DATE", "13.3.2026"}}},
      // syntax
      {"an end too early", "SELECT 1 +", "invalidQuery",
       "Syntax error: Unexpected end of script at [1:11]"},
      {"a keyword misspelt", "SELEC 1", "invalidQuery",
       "Syntax error: Unexpected identifier \"SELEC\" at [1:1]"},
      {"nothing selected", "SELECT FROM events", "invalidQuery",
       "Syntax error: SELECT list must not be empty at [1:8]"},
      {"a WHERE without anything", "SELECT 1 FROM events WHERE", "invalidQuery",
       "Syntax error: Unexpected end of script at [1:27]"},
      {"a bracket that stays open", "SELECT COUNT(* FROM events", "invalidQuery",
       "Syntax error: Expected \")\" but got end of input at [1:27]"},
      {"a text that stays open", "SELECT 'abc", "invalidQuery",
       "Syntax error: Unclosed string literal at [1:8]"},
      {"a bare UNION", "SELECT 1 UNION SELECT 2", "invalidQuery",
       "Syntax error: Expected keyword ALL or keyword DISTINCT but got keyword SELECT at [1:16]"},
      {"a column that is not grouped", "SELECT country, COUNT(*) FROM events", "invalidQuery",
       "SELECT list expression references column country which is neither grouped nor aggregated "
       "at [1:8]"},
      {"an aggregate in WHERE", "SELECT 1 FROM events WHERE COUNT(*) > 1", "invalidQuery",
       "Aggregate function COUNT not allowed in WHERE clause at [1:28]"},
      {"a star without a table", "SELECT *", "invalidQuery",
       "SELECT * must have a FROM clause at [1:8]"},
      {"no query at all", " ", "invalidQuery", "Syntax error: Unexpected end of script at [1:2]"},
      {"a subquery of two rows", "SELECT (SELECT user_id FROM users)", "invalidQuery",
       "Scalar subquery produced more than one element"},
      {"a cast in the engine's own style", "SELECT '1'::INT64", "invalidQuery",
       "Syntax error: Unexpected \":\" at [1:11]"},
      // statements that are no query
      {"DDL", "CREATE TABLE analytics.t (x INT64)", "accessDenied",
       "Access Denied: Table acme:analytics.t: Permission bigquery.tables.create denied on table "
       "acme:analytics.t"},
      {"DROP", "DROP TABLE events", "accessDenied",
       "Access Denied: Table acme:analytics.events: Permission bigquery.tables.delete denied"},
      {"INSERT", "INSERT INTO events (event_id) VALUES (1)", "accessDenied",
       "Access Denied: Table acme:analytics.events: Permission bigquery.tables.updateData denied"},
      {"DELETE", "DELETE FROM analytics.events WHERE TRUE", "accessDenied",
       "Access Denied: Table acme:analytics.events: Permission bigquery.tables.updateData denied"},
      {"UPDATE", "UPDATE events SET ok = TRUE WHERE TRUE", "accessDenied",
       "Access Denied: Table acme:analytics.events: Permission bigquery.tables.updateData denied"},
      {"MERGE", "MERGE INTO events USING users ON FALSE WHEN NOT MATCHED THEN INSERT ROW",
       "accessDenied", "Access Denied: Table acme:analytics.events"},
      {"a second statement", "SELECT 1; DROP TABLE events", "invalidQuery",
       "Syntax error: Expected end of input but got identifier \"DROP\" at [1:11]"},
      // what the engine below could do
      {"reading a file", "SELECT * FROM read_csv('/etc/passwd')", "invalidQuery",
       "Table-valued function not found: read_csv at [1:15]"},
      {"reading a file by a text", "SELECT * FROM '/etc/passwd'", "invalidQuery",
       "Syntax error: Unexpected string literal '/etc/passwd' at [1:15]"},
      {"reading a file by backticks", "SELECT * FROM `/etc/passwd`", "notFound",
       "Not found: Table acme:analytics./etc/passwd"},
      {"reading a file in an expression", "SELECT read_text('/etc/passwd')", "invalidQuery",
       "Function not found: read_text at [1:8]"},
      {"listing files", "SELECT * FROM glob('/*')", "invalidQuery",
       "Table-valued function not found: glob at [1:15]"},
      {"the environment", "SELECT getenv('HOME')", "invalidQuery",
       "Function not found: getenv at [1:8]"},
      {"the engine's settings", "SELECT current_setting('threads')", "invalidQuery",
       "Function not found: current_setting at [1:8]"},
      {"the engine's catalogue", "SELECT * FROM duckdb_settings()", "invalidQuery",
       "Table-valued function not found: duckdb_settings at [1:15]"},
      {"its catalogue by another way", "SELECT * FROM sqlite_master", "notFound",
       "Not found: Table acme:analytics.sqlite_master"},
      {"FROM first", "SELECT (FROM duckdb_tables)", "invalidQuery",
       "Syntax error: Unexpected keyword FROM at [1:9]"},
      {"the engine's power", "SELECT 2 ^ 3", "invalidQuery",
       "Syntax error: Unexpected \"^\" at [1:10]"},
      {"the engine's functions by backticks", "SELECT `current_setting`('threads')", "invalidQuery",
       "Function not found: current_setting at [1:8]"},
      {"the engine's functions by their schema", "SELECT main.random()", "invalidQuery",
       "Function not found: main.random at [1:8]"},
      {"the engine's functions behind a value", "SELECT (user_id).`hash`() FROM users",
       "invalidQuery", "Function not found: hash at [1:18]"},
      {"the engine's functions behind a column", "SELECT user_id.hash() FROM users", "invalidQuery",
       "Function not found: user_id.hash at [1:8]"},
      {"the engine's functions that are keywords here", "SELECT HASH(1)", "invalidQuery",
       "Syntax error: Unexpected keyword HASH at [1:8]"},
      {"a call that two operands would make", "SELECT range DIV(1000000000, 1)", "invalidQuery",
       "Syntax error: Unexpected identifier \"DIV\" at [1:14]"},
      {"the same by a keyword", "SELECT HASH EXTRACT(DAYOFWEEK FROM CURRENT_DATE())",
       "invalidQuery", "Syntax error: Unexpected keyword EXTRACT at [1:13]"},
      {"an exponent that is none", "SELECT 5E AS x", "invalidQuery",
       "Syntax error: Missing whitespace between literal and alias at [1:8]"},
      {"a list without end by a keyword", "SELECT RANGE(1000000000)", "invalidQuery",
       "Syntax error: Unexpected keyword RANGE at [1:8]"},
      {"UNNEST outside of FROM", "SELECT UNNEST([1, 2])", "invalidQuery",
       "Syntax error: Unexpected keyword UNNEST at [1:8]"},
      {"FROM first in a set", "SELECT ((SELECT '') UNION DISTINCT FROM duckdb_settings)",
       "invalidQuery", "Syntax error: Unexpected keyword FROM at [1:36]"},
      {"FROM first behind DISTINCT", "SELECT ALL DISTINCT FROM duckdb_settings", "notFound",
       "Not found: Table acme:analytics.duckdb_settings was not found in location US at [1:26]"},
      {"a SELECT that nothing encloses", "SELECT ((SELECT '') UNION ALL SELECT 1)", "invalidQuery",
       "Syntax error: Unexpected keyword SELECT at [1:31]"},
      {"the engine's DISTINCT ON", "SELECT DISTINCT ON (country) country FROM events",
       "invalidQuery", "Syntax error: Unexpected keyword ON at [1:17]"},
      {"the functions behind the tables", "SELECT * FROM source_0()", "invalidQuery",
       "Table-valued function not found: source_0 at [1:15]"},
      {"COPY", "COPY (SELECT 1) TO '/tmp/x'", "invalidQuery",
       "Syntax error: Unexpected identifier \"COPY\" at [1:1]"},
      {"ATTACH", "ATTACH '/tmp/x.db'", "invalidQuery",
       "Syntax error: Unexpected identifier \"ATTACH\" at [1:1]"},
      {"INSTALL", "INSTALL httpfs", "invalidQuery",
       "Syntax error: Unexpected identifier \"INSTALL\" at [1:1]"},
      {"PRAGMA", "PRAGMA database_list", "invalidQuery",
       "Syntax error: Unexpected identifier \"PRAGMA\" at [1:1]"},
      {"SET", "SET memory_limit = '64GB'", "invalidQuery",
       "Syntax error: Unexpected keyword SET at [1:1]"},
      // costs
      {"no filter where one is required", "SELECT COUNT(*) FROM strict", "invalidQuery",
       "Cannot query over table 'acme:analytics.strict' without a filter over column(s) 'day' that "
       "can be used for "
       "partition elimination"},
      {"a filter that prunes nothing", "SELECT n FROM strict WHERE n = 1", "invalidQuery",
       "Cannot query over table 'acme:analytics.strict' without a filter"},
      {"an endless recursion",
       "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
       "resourcesExceeded", "Query exceeded resource limits"},
      {"a cross join that would eat the machine",
       "SELECT COUNT(*) FROM big a, big b, big c WHERE a.n < b.n", "resourcesExceeded",
       "Resources exceeded during query execution"},
      {"more rows than anybody reads", "SELECT SUM(EXTRACT(DAY FROM day)) FROM huge",
       "resourcesExceeded", "Resources exceeded during query execution: the query reads more than"},
      {"a list that fills the memory", "SELECT ARRAY_LENGTH(GENERATE_ARRAY(1, 10000000000))",
       "resourcesExceeded", "Query exceeded resource limits"},
      {"a sort that fills the memory",
       "SELECT n, label, ROW_NUMBER() OVER (ORDER BY label, n) AS r FROM big, "
       "UNNEST(GENERATE_ARRAY(1, 20)) AS x ORDER BY r LIMIT 1",
       "resourcesExceeded", "Resources exceeded during query execution"},
      {"an answer that nobody reads", "SELECT n FROM big WHERE day = '2026-03-12'",
       "responseTooLarge", "Response too large to return"},
      {"brackets without end",
       "SELECT ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1",
       "invalidQuery", "Query is too complex: expressions are nested too deeply at [1:68]"},
      // what the service cannot give
      {"a list of lists", "SELECT [[1]] AS x", "invalidQuery",
       "Cannot construct array with element type ARRAY because nested arrays are not supported"},
      {"a name that is longer than names are", kLongName.c_str(), "invalidQuery",
       "Invalid field name \"xxx"},
      {"a date that there is not", "SELECT DATE_ADD(DATE '9999-12-31', INTERVAL 1 DAY) AS d",
       "invalidQuery", "Date or timestamp overflow"},
      {"a time beyond all", "SELECT TIMESTAMP_MICROS(9223372036854775806) AS t", "invalidQuery",
       "Date or timestamp overflow"},
      {"a record that is too deep", kDeepRecord.c_str(), "resourcesExceeded",
       "Resources exceeded during query execution: Not enough resources for query planning"},
      {"more tables than a query may name", kManyTables.c_str(), "invalidQuery",
       "Query is too complex: it names more than 200 tables"},
      {"more lists than that", kManyLists.c_str(), "invalidQuery",
       "Query is too complex: it names more than 200 tables"},
      {"parameters that are written out again and again",
       kManyUses.c_str(),
       "invalidQuery",
       "The query is too large: its parameters are used too often at [1:",
       {{"p", "STRING", std::string(50'000, 'x')}}},
      {"more sets than the engine takes", kManySets.c_str(), "resourcesExceeded",
       "Resources exceeded during query execution: Not enough resources for query planning"},
      {"more signs than the engine takes", kManySigns.c_str(), "resourcesExceeded",
       "Resources exceeded during query execution: Not enough resources for query planning"},
      {"a plan that is too deep", kDeepPlan.c_str(), "resourcesExceeded",
       "Resources exceeded during query execution: Not enough resources for query planning"},
  };
  return kAll;
}

TEST_CASE(
    "what the service has in an aggregate and this warehouse does not is called unsupported") {
  for (const char* sql : {"SELECT STRING_AGG(country LIMIT 2) FROM events",
                          "SELECT ARRAY_AGG(country HAVING MAX user_id) FROM events",
                          "SELECT SUM(user_id HAVING MAX user_id) FROM events"}) {
    CAPTURE(std::string(sql));
    const QueryOutcome outcome = ask(sql);
    REQUIRE(std::holds_alternative<QueryError>(outcome));
    CHECK(std::get<QueryError>(outcome).message.find("Unsupported: keyword ") == 0);
  }
}

TEST_CASE("distinct values are counted exactly, whether that is asked for or not") {
  CHECK(dump_json(result_of("SELECT APPROX_COUNT_DISTINCT(user_id) FROM events").rows) ==
        dump_json(result_of("SELECT COUNT(DISTINCT user_id) FROM events").rows));
}

TEST_CASE("wrong and hostile queries are refused in the service's words") {
  CHECK(refusals().size() >= 30);
  for (const Refusal& refusal : refusals()) {
    const std::string asked = std::string(refusal.name) + ": " + refusal.sql;
    INFO(asked);
    const QueryOutcome outcome = ask(refusal.sql, refusal.parameters);
    const auto* error = std::get_if<QueryError>(&outcome);
    CHECK(error != nullptr);
    if (error == nullptr) continue;
    CHECK(error->reason == std::string(refusal.reason));
    CHECK(error->message.substr(0, std::string_view(refusal.message).size()) ==
          std::string(refusal.message));
  }
}

TEST_CASE("a dry run refuses what the run would") {
  for (const char* sql :
       {"SELECT foo FROM events", "SELECT COUNT(*) FROM strict", "DROP TABLE events"}) {
    const QueryOutcome dry = ask(sql, {}, true);
    const QueryOutcome run = ask(sql);
    REQUIRE(std::holds_alternative<QueryError>(dry));
    CHECK(std::get<QueryError>(dry).message == std::get<QueryError>(run).message);
  }
}

TEST_CASE("divisions within divisions take no more than they hold") {
  CHECK(dump_json(result_of("SELECT 1" + repeated("/1", 100) + " AS q").rows) == "[[1.0]]");
  CHECK(dump_json(
            result_of("SELECT " + repeated("1/(", 50) + "2" + repeated(")", 50) + " AS q").rows) ==
        "[[2.0]]");
}

TEST_CASE("an engine goes on behind a query that was refused for its work") {
  (void)ask("SELECT COUNT(*) FROM big a, big b, big c WHERE a.n < b.n");
  CHECK(dump_json(result_of("SELECT COUNT(*) FROM users").rows) == "[[9]]");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
