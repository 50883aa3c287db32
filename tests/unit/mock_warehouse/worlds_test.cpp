// Worlds: what stands in rows, what is wrong with a definition, and how a world changes.

#include <doctest/doctest.h>
#include <malloc.h>

#include <set>

#include "mock_warehouse/changes.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/rows.h"
#include "mock_warehouse/server.h"

namespace assay::warehouse {
namespace {

using namespace std::chrono_literals;

Json json(const std::string& text) {
  auto parsed = parse_json(text, "the test");
  REQUIRE_MESSAGE(parsed.ok(), parsed.error().to_string());
  return std::move(parsed).value();
}

/// A world of one table; `more` stands behind its columns.
Json with_table(const std::string& columns, const std::string& more) {
  return json(R"({"tables": {"t": {"columns": [)" + columns + "], " + more + "}}}");
}

World world_of(const Json& definition) {
  auto world = World::from_json(definition, "/world");
  REQUIRE_MESSAGE(world.ok(), world.error().to_string());
  return std::move(world).value();
}

Cell cell(const Table& table, const Partition& partition, std::size_t column, std::int64_t row) {
  Cell cell;
  Rows(table, partition).cell(column, row, cell);
  return cell;
}

const std::string kDays =
    R"("partition_column": "day", "partitions": [{"date": "2026-03-12", "row_count": 10},
       {"date": "2026-03-13", "row_count": 20, "duplicate_rows": 5, "late_rows": 2, "late_by_s": 3600}])";

TEST_CASE("rows follow from the definition") {
  const World world = world_of(with_table(
      R"({"name": "day", "type": "DATE"},
         {"name": "id", "type": "INT64", "values": {"sequence": {"start": 100, "step": 2}}},
         {"name": "at", "type": "TIMESTAMP", "values": {"sequence": {"start": 60, "step": 30}}},
         {"name": "in", "type": "TIMESTAMP", "values": {"arrival": {"of": "at", "delay_s": 10}}},
         {"name": "word", "type": "STRING", "values": {"cycle": ["a", "b"], "null_every": 3}})",
      kDays));
  const Table& table = world.tables.at("t");
  const Partition& first = table.partitions.at("2026-03-12");
  const Partition& second = table.partitions.at("2026-03-13");
  CHECK(iso_date_of(cell(table, second, 0, 7).number) == "2026-03-13");
  CHECK(cell(table, first, 1, 0).number == 100);
  CHECK(cell(table, first, 1, 9).number == 118);
  CHECK(cell(table, second, 1, 0).number == 120);  // goes on through the partitions
  const std::int64_t midnight = days_of("2026-03-13") * kMicrosPerDay;
  CHECK(cell(table, second, 2, 4).number == midnight + (60 + 4 * 30) * kMicrosPerSecond);
  CHECK(cell(table, second, 3, 4).number == midnight + (60 + 4 * 30 + 10) * kMicrosPerSecond);
  CHECK(cell(table, second, 4, 1).text == "b");
  CHECK(cell(table, second, 4, 2).null);
  // Of 20 rows the last five repeat the first; of the 15 before, the last two came in late.
  for (std::int64_t row = 0; row < 5; ++row)
    for (std::size_t column = 0; column < 4; ++column)
      CHECK(cell(table, second, column, 15 + row).number ==
            cell(table, second, column, row).number);
  CHECK(cell(table, second, 3, 13).number - cell(table, second, 2, 13).number ==
        (10 + 3600) * kMicrosPerSecond);
  CHECK(cell(table, second, 3, 12).number - cell(table, second, 2, 12).number ==
        10 * kMicrosPerSecond);
}

TEST_CASE("values that are drawn keep to their bounds, and to the seed") {
  const std::string columns =
      R"({"name": "day", "type": "DATE"},
         {"name": "n", "type": "INT64", "values": {"uniform": {"min": 3, "max": 7}}},
         {"name": "at", "type": "TIMESTAMP"},
         {"name": "word", "type": "STRING", "values": {"pick": ["a", "b", "c"]}})";
  const World world = world_of(with_table(columns, kDays));
  const World other = world_of(with_table(columns, kDays + R"(, "seed": 1)"));
  const Table& table = world.tables.at("t");
  const Partition& day = table.partitions.at("2026-03-12");
  const std::int64_t midnight = days_of("2026-03-12") * kMicrosPerDay;
  std::set<std::int64_t> numbers;
  std::set<std::string> words;
  bool differs = false;
  for (std::int64_t row = 0; row < 200; ++row) {
    const std::int64_t n = cell(table, day, 1, row % 10).number;
    CHECK(n >= 3);
    CHECK(n <= 7);
    numbers.insert(n);
    words.insert(cell(table, day, 3, row % 10).text);
    const std::int64_t at = cell(table, day, 2, row % 10).number;
    CHECK(at >= midnight);
    CHECK(at < midnight + kMicrosPerDay);
    const Table& seeded = other.tables.at("t");
    differs |= cell(seeded, seeded.partitions.at("2026-03-12"), 2, row % 10).number != at;
  }
  CHECK(numbers.size() > 1);
  CHECK(words.size() > 1);
  CHECK(differs);
}

TEST_CASE("ten million rows are counted and computed, and lie nowhere") {
  const std::size_t before = ::mallinfo2().uordblks;
  const World world = world_of(with_table(
      R"({"name": "day", "type": "DATE"},
         {"name": "id", "type": "INT64", "values": {"sequence": {"start": 1}}})",
      R"("partition_column": "day", "partitions": [{"date": "2026-03-12", "row_count": 10000000},
         {"date": "2026-03-13", "row_count": 10000000}])"));
  const Table& table = world.tables.at("t");
  CHECK(cell(table, table.partitions.at("2026-03-12"), 1, 9'999'999).number == 10'000'000);
  CHECK(cell(table, table.partitions.at("2026-03-13"), 1, 9'999'999).number == 20'000'000);
  CHECK(column_bytes(table, table.partitions.at("2026-03-13"), 1) == 80'000'000);
  CHECK(::mallinfo2().uordblks < before + (1 << 20));
}

TEST_CASE("the catalogue tells what the world has it tell, and the rows stay what they are") {
  const World world = world_of(with_table(
      R"({"name": "day", "type": "DATE"})",
      R"("partition_column": "day", "partitions": [{"date": "2026-03-12", "row_count": 10},
         {"date": "2026-03-13", "row_count": 20, "metadata_row_count": 90}])"));
  const auto told = [&](const std::string& target) {
    const HttpRequest request{.method = "GET", .target = target};
    return answer_call(world, request, read_call(request)).document["row_count"];
  };
  CHECK(told("/v1/tables/t/partitions/2026-03-13") == 90);
  CHECK(told("/v1/tables/t/partitions/2026-03-12") == 10);
  CHECK(told("/v1/tables/t") == 100);
  const Partition& odd = world.tables.at("t").partitions.at("2026-03-13");
  CHECK(Rows(world.tables.at("t"), odd).count() == 20);
}

TEST_CASE("rows that are written down come first, and the rest is computed") {
  const World world = world_of(with_table(
      R"({"name": "id", "type": "INT64", "values": {"sequence": {"start": 5}}}, {"name": "s", "type": "STRING"})",
      R"("row_count": 3, "rows": [{"id": 42}, {"s": "x", "id": "NULL"}])"));
  const Table& table = world.tables.at("t");
  CHECK(cell(table, *table.whole, 0, 0).number == 42);
  CHECK(cell(table, *table.whole, 0, 1).null);
  CHECK(cell(table, *table.whole, 1, 1).text == "x");
  CHECK(cell(table, *table.whole, 0, 2).number == 7);
}

TEST_CASE("null in a row that is written down is NULL, and in quotes the word is a text's") {
  const World world = world_of(with_table(
      R"({"name": "id", "type": "INT64", "values": {"sequence": {"start": 5}}}, {"name": "s", "type": "STRING"})",
      R"("row_count": 2, "rows": [{"id": null, "s": null}, {"s": "NULL"}])"));
  const Table& table = world.tables.at("t");
  CHECK(cell(table, *table.whole, 0, 0).null);
  CHECK(cell(table, *table.whole, 1, 0).null);
  CHECK(cell(table, *table.whole, 0, 1).number == 6);
  CHECK(cell(table, *table.whole, 1, 1).text == "NULL");
}

TEST_CASE("mistakes of a definition are told with their place") {
  const auto error = [](const Json& world) {
    const Status status = check(world, Json::array());
    return status.ok() ? "fine" : status.error().place.file;
  };
  const std::string day = R"({"name": "day", "type": "DATE"})";
  CHECK(error(with_table(day, kDays)) == "fine");
  CHECK(error(with_table(day + "," + day, kDays)) == "/world/tables/t/columns/1/name");
  CHECK(error(with_table(R"({"name": "x", "type": "INT64"})", kDays)) ==
        "/world/tables/t/partition_column");
  CHECK(error(with_table(R"({"name": "day", "type": "DATE", "values": {"sequence": {}}})",
                         kDays)) == "/world/tables/t/columns/0/values/sequence");
  CHECK(error(with_table(R"({"name": "x", "type": "INT64", "values": {"cycle": ["a"]}})",
                         R"("row_count": 1)")) == "/world/tables/t/columns/0/values/cycle/0");
  CHECK(error(with_table(day, R"("row_count": 4, "duplicate_rows": 3)")) ==
        "/world/tables/t/duplicate_rows");
  CHECK(error(with_table(day, R"("row_count": 1, "rows": [{"nosuch": 1}])")) ==
        "/world/tables/t/rows/0/nosuch");
  for (const char* value : {"null", "\"NULL\""})
    CHECK(error(with_table(R"({"name": "day", "type": "DATE", "mode": "REQUIRED"})",
                           std::string(R"("row_count": 1, "rows": [{"day": )") + value + "}]")) ==
          "/world/tables/t/rows/0/day");
  CHECK(error(with_table(day, R"("partition_column": "day")")) == "/world/tables/t");
  CHECK(error(json(R"({"tables": {"t": {"row_count": 1}}})")) == "/world/tables/t");
  CHECK(error(with_table(day, kDays + R"(, "clustering": ["nosuch"])")) ==
        "/world/tables/t/clustering");
  Json denied = with_table(day, kDays);
  denied["auth"] = {{"token", "t1"}, {"tables", {"nosuch"}}};
  CHECK(error(denied) == "/world/auth/tables/0");
}

TEST_CASE("a world changes when its time has come, and behind so many calls") {
  const Json world = json(R"({"tables": {"t": {"partition_column": "day", "partitions": [
      {"date": "2026-03-12", "row_count": 1}, {"date": "2026-03-13", "row_count": 2}]}},
    "changes": [
      {"at_ms": 60000, "tables": {"t": {"partitions": [{"date": "2026-03-13", "row_count": 20},
                                                       {"date": "2026-03-14", "row_count": 3}]}}},
      {"after_calls": 5, "tables": {"t": {"remove": ["2026-03-12"]}}}]})");
  const auto rows = [&](Duration elapsed, int calls) {
    auto stages = Stages::from_json(world, "/world");
    REQUIRE_MESSAGE(stages.ok(), stages.error().to_string());
    std::string list;
    for (const auto& [date, partition] : stages->at(elapsed, calls).world.tables.at("t").partitions)
      list += date.substr(8) + ":" + std::to_string(partition.row_count) + " ";
    return list;
  };
  CHECK(rows(0s, 0) == "12:1 13:2 ");
  CHECK(rows(59s, 0) == "12:1 13:2 ");
  CHECK(rows(60s, 0) == "12:1 13:20 14:3 ");
  CHECK(rows(60s, 5) == "13:20 14:3 ");
  CHECK(rows(0s, 5) == "12:1 13:2 ");  // the first of them is not due
}

TEST_CASE("a change of what is not there is told at the change") {
  const auto error = [](const std::string& change) {
    const Status status =
        check(json(R"({"tables": {"t": {"partition_column": "day", "partitions": []}},
                                         "changes": [{"at_ms": 1, "tables": )" +
                   change + "}]}"),
              Json::array());
    return status.ok() ? "fine" : status.error().place.file;
  };
  CHECK(error(R"({"nosuch": {}})") == "/world/changes/0/tables/nosuch");
  CHECK(error(R"({"t": {"remove": ["2026-03-13"]}})") == "/world/changes/0/tables/t/remove/0");
  CHECK(error(R"({"t": {"partitions": [{"date": "2026-02-30", "row_count": 1}]}})") ==
        "/world/changes/0");
}

}  // namespace
}  // namespace assay::warehouse
