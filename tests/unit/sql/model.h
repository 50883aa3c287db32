#pragma once

// The world of these tests, twice: as the JSON that the warehouse reads, and as plain structs made
// by loops of their own. What a query must answer is computed from the latter.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql::testing {

/// Four days of events with a gap, of which one has late rows and duplicates.
struct Event {
  std::int64_t id = 0;
  std::string day;
  std::int64_t user = 0;
  std::string country;
  int cents = 0;  ///< of `amount`
  double score = 0;
  bool ok = false;
  std::int64_t created_s = 0;  ///< seconds of its day
  std::int64_t loaded_s = 0;   ///< the same; may be beyond its end
  std::optional<std::string> note;
};
std::vector<Event> events();

struct User {
  std::int64_t id = 0;
  std::string name;
  std::string tier;
};
std::vector<User> users();

/// The case's `now` in these tests: 2026-03-14T06:00:00Z.
VirtualTime now();

const Json& world_json();

/// An engine over that world, opened once.
Engine& engine();

QueryOutcome ask(const std::string& sql, std::vector<Parameter> parameters = {},
                 bool dry_run = false);
/// The result of a query that must have one.
QueryResult result_of(const std::string& sql, std::vector<Parameter> parameters = {},
                      bool dry_run = false);

struct Question {
  const char* name;
  const char* sql;
  std::function<Json()> rows;
  std::vector<Parameter> parameters = {};
};
std::vector<Question> questions_of_partitions();
std::vector<Question> questions_of_shapes();
std::vector<Question> questions_of_functions();

}  // namespace assay::warehouse::sql::testing
