// Names: in results, where a type that is told in words must be read again as what it was; and in
// queries, where a range variable goes before a column of its name.

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

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

struct Asked {
  const char* sql;
  const char* rows;
  std::vector<Parameter> parameters = {};
};

void ask_all(const std::vector<Asked>& all) {
  for (const Asked& asked : all) {
    const std::string sql = asked.sql;
    CAPTURE(sql);
    CHECK(dump_json(result_of(sql, asked.parameters).rows) == asked.rows);
  }
}

const char* const kPairs = "[STRUCT(1 AS r, 2 AS x), STRUCT(3 AS r, 4 AS x)]";

TEST_CASE("an element of a list has its fields behind its name, whatever they are called") {
  const std::string from = std::string(" FROM UNNEST(") + kPairs + ") AS r ";
  const auto rows = [&](const std::string& select, const std::string& rest = "") {
    return dump_json(result_of("SELECT " + select + from + rest).rows);
  };
  CHECK(rows("r", "ORDER BY r.r") == R"([[{"r":1,"x":2}],[{"r":3,"x":4}]])");
  CHECK(rows("r.r", "ORDER BY r.r DESC") == "[[3],[1]]");
  CHECK(rows("R.X", "WHERE r.r = 3") == "[[4]]");
  CHECK(rows("SUM(r.r * r.x)") == "[[14]]");
  CHECK(rows("r.r, COUNT(*)", "GROUP BY r.r HAVING r.r > 1") == "[[3,1]]");
  CHECK(rows("(SELECT MAX(r.x + u.user_id) FROM users AS u)", "WHERE r.r = 1") == "[[11]]");
  CHECK(message_of("SELECT r.y" + from) == "Field name y does not exist in STRUCT at [1:10]");
  CHECK(message_of("SELECT x.r FROM UNNEST([1]) AS x") ==
        "Cannot access field r on a value that is no STRUCT at [1:10]");
  ask_all({{"SELECT r.r.x FROM UNNEST([STRUCT(STRUCT(7 AS x) AS r)]) AS r", "[[7]]"},
           {"SELECT r.r, place FROM UNNEST([STRUCT(5 AS r)]) AS r WITH OFFSET AS place", "[[5,0]]"},
           {"WITH c AS (SELECT [STRUCT(5 AS r)] AS list) SELECT r.r FROM c, UNNEST(c.list) AS r",
            "[[5]]"},
           {"SELECT r.r FROM UNNEST(@p) AS r",
            "[[6]]",
            {{"p", "ARRAY<STRUCT<r INT64>>", Json::array({{{"r", 6}}})}}}});
}

TEST_CASE("a range variable goes before a column of its name") {
  ask_all({{"SELECT name FROM users, UNNEST([user_id * 10]) AS name WHERE user_id = 2", "[[20]]"},
           {"SELECT name, COUNT(*) FROM users, UNNEST([1]) AS name GROUP BY name ORDER BY name",
            "[[1,9]]"},
           {"SELECT COUNT(*) FROM users, UNNEST([STRUCT(2 AS tier)]) AS tier WHERE tier.tier = "
            "user_id",
            "[[1]]"},
           // An inner query has its own columns first.
           {"SELECT (SELECT MAX(name) FROM users) FROM UNNEST([1]) AS name", R"([["Cleo"]])"},
           {"SELECT user_id + 1 AS name FROM users, UNNEST([5]) AS name ORDER BY name DESC LIMIT 1",
            "[[10]]"}});
}

TEST_CASE("the fields of elements are columns by themselves") {
  ask_all(
      {{"SELECT x FROM UNNEST([STRUCT(1 AS x), STRUCT(2 AS x)]) ORDER BY x DESC", "[[2],[1]]"},
       {"SELECT x + 1 AS x FROM UNNEST([STRUCT(5 AS x)]) AS e WHERE x = 5 ORDER BY x", "[[6]]"},
       {"SELECT name, bonus FROM users JOIN UNNEST([STRUCT(2 AS id, 7 AS bonus)]) ON id = "
        "user_id",
        R"([["Bob",7]])"},
       {"SELECT SUM(k) FROM UNNEST(@p)",
        "[[7]]",
        {{"p", "ARRAY<STRUCT<k INT64>>", Json::array({{{"k", 3}}, {{"k", 4}}})}}},
       {"SELECT 9 AS x UNION ALL SELECT x FROM UNNEST([STRUCT(1 AS x)]) ORDER BY x", "[[1],[9]]"}});
  CHECK(message_of("SELECT user_id FROM users, UNNEST([STRUCT(1 AS user_id)])") ==
        "Column name user_id is ambiguous at [1:8]");
}

TEST_CASE("a star over elements has their fields") {
  ask_all({{"SELECT * FROM UNNEST([STRUCT(1 AS x, 2 AS y)])", "[[1,2]]"},
           {"SELECT e.* FROM users, UNNEST([STRUCT(1 AS x, 2 AS y)]) AS e LIMIT 1", "[[1,2]]"},
           {"SELECT * FROM UNNEST([STRUCT(1 AS r)]) AS r WITH OFFSET", "[[1,0]]"},
           {"SELECT * FROM users, UNNEST([STRUCT(8 AS x)]) WHERE user_id = 1",
            R"([[1,"Ada","free",8]])"},
           {"SELECT * FROM UNNEST([1, 2]) AS x ORDER BY x", "[[1],[2]]"}});
  const QueryResult result = result_of("SELECT * FROM UNNEST([STRUCT(1 AS x, 'a' AS y)])");
  REQUIRE(result.schema.size() == 2);
  CHECK(result.schema[1].name == "y");
  for (const char* sql :
       {"SELECT * EXCEPT (x) FROM UNNEST([STRUCT(1 AS x, 2 AS y)])",
        "SELECT * FROM UNNEST([STRUCT(1 AS x)]), users", "SELECT AS STRUCT 1 AS x",
        "WITH c AS (SELECT [1] AS list) SELECT 1 FROM c, c.list"}) {
    CAPTURE(std::string(sql));
    CHECK(message_of(sql).starts_with("Unsupported: "));
  }
}

TEST_CASE("two parts of a FROM have two names") {
  CHECK(message_of("SELECT 1 FROM users AS u, events AS U") ==
        "Duplicate table alias U in the same FROM clause at [1:27]");
}

TEST_CASE("positional parameters are taken in the order in which they are written") {
  ask_all({{"SELECT ? AS a, x FROM UNNEST([?]) AS x WHERE x = ?",
            "[[1,2]]",
            {{"", "", 1}, {"", "", 2}, {"", "", 2}}}});
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
