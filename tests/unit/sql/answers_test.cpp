// Every question gets its answer, and its dry run agrees.

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

void ask_all(const std::vector<Question>& questions) {
  for (const Question& question : questions) {
    const std::string asked = std::string(question.name) + ": " + question.sql;
    INFO(asked);
    const QueryResult result = result_of(question.sql, question.parameters);
    CHECK(dump_json(result.rows) == dump_json(question.rows()));
    const QueryResult dry = result_of(question.sql, question.parameters, true);
    CHECK(dry.bytes_processed == result.bytes_processed);
    CHECK(dry.rows.empty());
    REQUIRE(dry.schema.size() == result.schema.size());
    for (std::size_t i = 0; i < dry.schema.size(); ++i) {
      CHECK(dry.schema[i].name == result.schema[i].name);
      CHECK(dry.schema[i].type == result.schema[i].type);
    }
  }
}

TEST_CASE("queries about partitions get the right answers") { ask_all(questions_of_partitions()); }
TEST_CASE("queries of every shape get the right answers") { ask_all(questions_of_shapes()); }
TEST_CASE("functions give the right answers") { ask_all(questions_of_functions()); }

TEST_CASE("there are as many questions as an engineer would ask") {
  CHECK(questions_of_partitions().size() + questions_of_shapes().size() +
            questions_of_functions().size() >=
        60);
}

TEST_CASE("there are questions of every kind that engineers ask") {
  std::vector<Question> all = questions_of_partitions();
  for (const auto& more : {questions_of_shapes(), questions_of_functions()})
    all.insert(all.end(), more.begin(), more.end());
  for (const char* kind : {"GROUP BY event_date",
                           "CURRENT_TIMESTAMP(), MAX(",
                           "HAVING copies",
                           " JOIN ",
                           " OVER (",
                           "QUALIFY",
                           "UNNEST(",
                           "DATE_SUB(",
                           "DATE_TRUNC(",
                           "DATE_DIFF(",
                           "FORMAT_DATE(",
                           "PARSE_DATE(",
                           "TIMESTAMP_SUB(",
                           "TIMESTAMP_DIFF(",
                           "TIMESTAMP_TRUNC(",
                           "@minimum",
                           "= ?",
                           "INFORMATION_SCHEMA.PARTITIONS",
                           "_PARTITIONDATE",
                           "_PARTITIONTIME",
                           "logs_*",
                           "_TABLE_SUFFIX",
                           "$20260312"}) {
    CAPTURE(kind);
    CHECK(std::ranges::any_of(all, [&](const Question& question) {
      return std::string_view(question.sql).find(kind) != std::string_view::npos;
    }));
  }
}

TEST_CASE("columns have the types and names that the service gives them") {
  const QueryResult result = result_of(
      "SELECT event_id, event_date AS day, amount, score, ok, created_at, note, COUNT(*) OVER (), "
      "1 + 1, "
      "[1], DATETIME(created_at) AS dt FROM events LIMIT 0");
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const Field& field : result.schema) {
    names.push_back(field.name);
    types.push_back(field.type);
  }
  CHECK(names == std::vector<std::string>{"event_id", "day", "amount", "score", "ok", "created_at",
                                          "note", "f0_", "f1_", "f2_", "dt"});
  CHECK(types == std::vector<std::string>{"INT64", "DATE", "NUMERIC", "FLOAT64", "BOOL",
                                          "TIMESTAMP", "STRING", "INT64", "INT64", "ARRAY<INT64>",
                                          "DATETIME"});
}

TEST_CASE("the same query gives the same answer every time") {
  const std::string sql = "SELECT country, ARRAY_AGG(event_id) FROM events GROUP BY country";
  CHECK(dump_json(result_of(sql).rows) == dump_json(result_of(sql).rows));
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
