#include "tests/unit/sql/model.h"

#include <doctest/doctest.h>

#include "mock_warehouse/sql/engine/duckdb_engine.h"

namespace assay::warehouse::sql::testing {
namespace {

constexpr const char* kWorld = R"({
  "project": "acme", "dataset": "analytics",
  "tables": {
    "events": {
      "partition_column": "event_date", "clustering": ["country"],
      "columns": [
        {"name": "event_id", "type": "INT64", "mode": "REQUIRED", "values": {"sequence": {"start": 1}}},
        {"name": "event_date", "type": "DATE"},
        {"name": "user_id", "type": "INT64", "values": {"cycle": [1, 2, 3, 4, 5, 6, 7]}},
        {"name": "country", "type": "STRING", "values": {"cycle": ["DE", "FR", "US"]}},
        {"name": "amount", "type": "NUMERIC", "values": {"cycle": [10, 20.5, 0, "7.25"]}},
        {"name": "score", "type": "FLOAT64", "values": {"cycle": [0.5, 1.5]}},
        {"name": "ok", "type": "BOOL", "values": {"cycle": [true, true, false]}},
        {"name": "created_at", "type": "TIMESTAMP", "values": {"sequence": {"start": 0, "step": 600}}},
        {"name": "loaded_at", "type": "TIMESTAMP", "values": {"arrival": {"of": "created_at", "delay_s": 300}}},
        {"name": "note", "type": "STRING", "values": {"cycle": ["a b", "c"], "null_every": 5}}
      ],
      "partitions": [
        {"date": "2026-03-10", "row_count": 100},
        {"date": "2026-03-12", "row_count": 64, "duplicate_rows": 4, "late_rows": 3, "late_by_s": 172800},
        {"date": "2026-03-13", "row_count": 40, "metadata_row_count": 90}
      ]
    },
    "users": {
      "row_count": 9,
      "columns": [
        {"name": "user_id", "type": "INT64", "values": {"sequence": {"start": 1}}},
        {"name": "name", "type": "STRING", "values": {"cycle": ["Ada", "Bob", "Cleo"]}},
        {"name": "tier", "type": "STRING", "values": {"cycle": ["free", "pro"]}}
      ]
    },
    "big": {
      "partition_column": "day",
      "columns": [
        {"name": "day", "type": "DATE"},
        {"name": "n", "type": "INT64", "values": {"cycle": [1, 2, 3, 4]}},
        {"name": "label", "type": "STRING", "values": {"cycle": ["x", "yyy"]}}
      ],
      "partitions": [{"date": "2026-03-12", "row_count": 10000000}, {"date": "2026-03-13", "row_count": 10}]
    },
    "huge": {
      "partition_column": "day",
      "partitions": [{"date": "2026-03-13", "row_count": 1000000000}]
    },
    "strict": {
      "partition_column": "day", "require_partition_filter": true,
      "columns": [{"name": "day", "type": "DATE"}, {"name": "n", "type": "INT64", "values": {"cycle": [1]}}],
      "partitions": [{"date": "2026-03-12", "row_count": 5}, {"date": "2026-03-13", "row_count": 6}]
    },
    "hits": {
      "partition_column": "ts",
      "columns": [
        {"name": "ts", "type": "TIMESTAMP", "values": {"sequence": {"start": 0, "step": 3600}}},
        {"name": "url", "type": "STRING", "values": {"cycle": ["/a", "/b"]}}
      ],
      "partitions": [
        {"date": "2026-03-11", "row_count": 24}, {"date": "2026-03-12", "row_count": 24},
        {"date": "2026-03-13", "row_count": 12}
      ]
    },
    "ingested": {
      "partition_column": "_PARTITIONDATE",
      "columns": [{"name": "v", "type": "INT64", "values": {"cycle": [1, 2]}}],
      "partitions": [{"date": "2026-03-12", "row_count": 10}, {"date": "2026-03-13", "row_count": 20}]
    },
    "logs_20260312": {
      "row_count": 5, "day": "2026-03-12",
      "columns": [{"name": "level", "type": "STRING", "values": {"cycle": ["INFO", "ERROR"]}}]
    },
    "logs_20260313": {
      "row_count": 8, "day": "2026-03-13",
      "columns": [{"name": "level", "type": "STRING", "values": {"cycle": ["INFO", "ERROR"]}}]
    },
    "orders": {
      "row_count": 4,
      "columns": [
        {"name": "order_id", "type": "INT64"}, {"name": "customer", "type": "STRING"},
        {"name": "placed", "type": "DATETIME"}, {"name": "total", "type": "INT64"}
      ],
      "rows": [
        {"order_id": 1, "customer": "Ada", "placed": "2026-03-12T08:00:00", "total": 10},
        {"order_id": 2, "customer": "Bob", "placed": "2026-03-12T09:30:00", "total": "NULL"},
        {"order_id": 3, "customer": "Ada", "placed": "2026-03-13T10:15:00", "total": 30},
        {"order_id": 3, "customer": "Ada", "placed": "2026-03-13T11:15:00", "total": 35}
      ]
    }
  }
})";

struct Day {
  const char* date;
  int distinct;
  int late;
  int duplicates;
};

}  // namespace

std::vector<Event> events() {
  static constexpr const char* kCountries[] = {"DE", "FR", "US"};
  static constexpr int kCents[] = {1000, 2050, 0, 725};
  std::vector<Event> all;
  std::int64_t next_id = 1;
  for (const Day& day :
       {Day{"2026-03-10", 100, 0, 0}, Day{"2026-03-12", 60, 3, 4}, Day{"2026-03-13", 40, 0, 0}}) {
    const std::size_t first = all.size();
    for (int i = 0; i < day.distinct; ++i) {
      Event event;
      event.id = next_id++;
      event.day = day.date;
      event.user = i % 7 + 1;
      event.country = kCountries[i % 3];
      event.cents = kCents[i % 4];
      event.score = i % 2 == 0 ? 0.5 : 1.5;
      event.ok = i % 3 != 2;
      event.created_s = std::int64_t{600} * i;
      event.loaded_s = event.created_s + 300 + (i >= day.distinct - day.late ? 172'800 : 0);
      if (i % 5 != 4) event.note = i % 2 == 0 ? "a b" : "c";
      all.push_back(event);
    }
    for (int i = 0; i < day.duplicates; ++i)
      all.push_back(all[first + static_cast<std::size_t>(i)]);
  }
  return all;
}

std::vector<User> users() {
  static constexpr const char* kNames[] = {"Ada", "Bob", "Cleo"};
  std::vector<User> all;
  for (int i = 0; i < 9; ++i) all.push_back({i + 1, kNames[i % 3], i % 2 == 0 ? "free" : "pro"});
  return all;
}

VirtualTime now() { return *parse_utc("2026-03-14T06:00:00Z"); }

const Json& world_json() {
  static const Json kJson = [] {
    auto json = parse_json(kWorld, "the tests' world");
    REQUIRE_MESSAGE(json.ok(), json.error().to_string());
    return std::move(json).value();
  }();
  return kJson;
}

Engine& engine() {
  static const std::unique_ptr<Engine> kEngine = [] {
    auto world = World::from_json(world_json(), "/world");
    REQUIRE_MESSAGE(world.ok(), world.error().to_string());
    auto database = open_duckdb();
    REQUIRE_MESSAGE(database.ok(), database.error().to_string());
    return make_duckdb_engine(std::move(*database), std::move(*world));
  }();
  return *kEngine;
}

QueryOutcome ask(const std::string& sql, std::vector<Parameter> parameters, bool dry_run) {
  Query query;
  query.sql = sql;
  query.parameters = std::move(parameters);
  query.dry_run = dry_run;
  query.now = now();
  auto outcome = engine().run(query);
  REQUIRE_MESSAGE(outcome.ok(), outcome.error().to_string());
  return std::move(outcome).value();
}

QueryResult result_of(const std::string& sql, std::vector<Parameter> parameters, bool dry_run) {
  const QueryOutcome outcome = ask(sql, std::move(parameters), dry_run);
  if (const auto* error = std::get_if<QueryError>(&outcome)) {
    FAIL_CHECK(sql << ": " << error->reason << ": " << error->message);
    return {};
  }
  return std::get<QueryResult>(outcome);
}

}  // namespace assay::warehouse::sql::testing
