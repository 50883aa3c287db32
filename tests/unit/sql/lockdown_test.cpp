// The engine by itself, without the rewriter before it: what is locked stays locked.

#include <doctest/doctest.h>

#include "mock_warehouse/sql/engine/duckdb_engine.h"
#include "mock_warehouse/sql/engine/handles.h"

namespace assay::warehouse::sql::testing {
namespace {

/// What the locked engine says to a statement; empty where it does it.
std::string refusal(const char* statement) {
  auto database = open_duckdb();
  REQUIRE_MESSAGE(database.ok(), database.error().to_string());
  EngineResult result;
  if (duckdb_query(connection_of(**database), statement, result.get()) == DuckDBSuccess) return "";
  return result.error();
}

TEST_CASE("the engine computes") { CHECK(refusal("SELECT 1 + 1") == ""); }

TEST_CASE("nothing outside of the process is reached, whatever the statement") {
  for (const char* statement :
       {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')", "SELECT * FROM '/etc/passwd'", "ATTACH '/tmp/x.db' AS x",
        "COPY (SELECT 1) TO '/tmp/assay_sql_probe'", "INSTALL httpfs", "LOAD httpfs",
        "EXPORT DATABASE '/tmp/assay_sql_probe'", "SET enable_external_access = true",
        "SET memory_limit = '64GB'", "SET threads = 8", "SET lock_configuration = false",
        "SELECT getenv('HOME')"}) {
    INFO(std::string(statement));
    CHECK(refusal(statement) != "");
  }
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
