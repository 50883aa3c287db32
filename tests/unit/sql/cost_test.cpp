// Bytes processed: the partitions left, by the columns read, by the widths of their types.

#include <doctest/doctest.h>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

std::int64_t bytes(const std::string& sql, std::vector<Parameter> parameters = {}) {
  return result_of(sql, std::move(parameters), true).bytes_processed;
}

constexpr std::int64_t kAll = 204;
constexpr std::int64_t kThirteenth = 40;

TEST_CASE("a count of rows reads no column") { CHECK(bytes("SELECT COUNT(*) FROM events") == 0); }

TEST_CASE("only the columns that are needed are read") {
  CHECK(bytes("SELECT SUM(user_id) FROM events") == kAll * 8);
  CHECK(bytes("SELECT SUM(user_id), SUM(amount), COUNTIF(ok) FROM events") == kAll * (8 + 16 + 1));
  CHECK(bytes("SELECT user_id FROM (SELECT * FROM events)") == kAll * 8);
}

TEST_CASE("only the partitions that are left are read") {
  constexpr std::int64_t kRow = 8 + 8;  // user_id and event_date
  CHECK(bytes("SELECT user_id FROM events WHERE event_date = '2026-03-13'") == kThirteenth * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date >= '2026-03-12'") == 104 * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date IN ('2026-03-10', '2026-03-13')") ==
        140 * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE '2026-03-11' > event_date") == 100 * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date = '2026-03-10' OR event_date = "
              "'2026-03-13'") == 140 * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date = @d", {{"d", "DATE", "2026-03-13"}}) ==
        kThirteenth * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date = DATE_SUB(CURRENT_DATE(), INTERVAL 1 "
              "DAY) AND ok") == kThirteenth * (kRow + 1));
}

TEST_CASE("a function over the partition column prunes nothing") {
  CHECK(bytes("SELECT user_id FROM events WHERE FORMAT_DATE('%Y%m', event_date) = '202602'") ==
        kAll * 16);
  CHECK(bytes("SELECT user_id FROM events WHERE DATE_ADD(event_date, INTERVAL 1 DAY) = "
              "'2026-03-14'") == kAll * 16);
}

TEST_CASE("texts weigh two bytes and what they hold, and NULLs nothing") {
  CHECK(bytes("SELECT country FROM events") == kAll * (2 + 2));
  std::int64_t notes = 0;
  for (const Event& event : events())
    if (event.note) notes += 2 + static_cast<std::int64_t>(event.note->size());
  CHECK(bytes("SELECT note FROM events") == notes);
  // Of ten million rows the widths of the first 20,000 count, in proportion: here, of all.
  CHECK(bytes("SELECT label FROM big WHERE day = '2026-03-12'") ==
        10'000'000LL * 8 + 5'000'000LL * (2 + 1) + 5'000'000LL * (2 + 3));
}

TEST_CASE("instants prune by the day in which they lie") {
  CHECK(bytes("SELECT ts FROM hits WHERE ts >= TIMESTAMP '2026-03-12 12:00:00+00'") == 36 * 8);
  CHECK(bytes("SELECT ts FROM hits WHERE DATE(ts) = '2026-03-11'") == 24 * 8);
  CHECK(bytes("SELECT ts FROM hits WHERE ts BETWEEN TIMESTAMP '2026-03-11 23:00:00+00' AND "
              "TIMESTAMP '2026-03-12 01:00:00+00'") == 48 * 8);
}

TEST_CASE("an end of a range that is left out is not paid for") {
  constexpr std::int64_t kRow = 8 + 8;
  CHECK(bytes("SELECT user_id FROM events WHERE event_date >= '2026-03-13' AND event_date < "
              "'2026-03-14'") == kThirteenth * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date > '2026-03-12' AND event_date < "
              "'2026-03-14'") == kThirteenth * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE '2026-03-12' < event_date AND '2026-03-14' > "
              "event_date") == kThirteenth * kRow);
  CHECK(bytes("SELECT user_id FROM events WHERE event_date BETWEEN '2026-03-12' AND "
              "'2026-03-13'") == 104 * kRow);
  CHECK(bytes("SELECT ts FROM hits WHERE ts >= '2026-03-11' AND ts < '2026-03-12'") == 24 * 8);
}

TEST_CASE("a month that is asked for by truncation has all of its rows") {
  CHECK(dump_json(result_of("SELECT COUNT(*) FROM events WHERE DATE_TRUNC(event_date, MONTH) = "
                            "'2026-03-01'")
                      .rows) ==
        dump_json(result_of("SELECT COUNTIF(DATE_TRUNC(event_date, MONTH) = '2026-03-01') FROM "
                            "events")
                      .rows));
}

TEST_CASE("a backslash beside a partition filter hides it from nobody") {
  CHECK(bytes("SELECT user_id FROM events WHERE event_date = '2026-03-13' AND "
              "REGEXP_CONTAINS(country, r'^\\w+$')") == kThirteenth * (8 + 8 + 4));
  // The second ends in one, which the engine's quotes do not take for an escape.
  for (const char* text : {"'\\\\x'", "'x\\\\'"})
    CHECK(bytes(std::string("SELECT user_id FROM events WHERE country != ") + text +
                " AND event_date = '2026-03-13'") == kThirteenth * (8 + 8 + 4));
}

/// Literals that end early where they are read by GoogleSQL's rules and not by the engine's.
TEST_CASE("no text of a query gets into a statement of the engine") {
  const auto count = [](const std::string& condition) {
    return dump_json(result_of("SELECT COUNT(*) FROM events WHERE " + condition).rows);
  };
  CHECK(count("country != '\\\\\\') AND (NOT event_date >= event_date) #'") == count("TRUE"));
  CHECK(count("country != '\\\\\\') UNION ALL SELECT 99999999999 #' AND event_date > "
              "'2026-01-01'") == count("event_date > '2026-01-01'"));
}

TEST_CASE("scans of one table by several filters keep what each of them needs") {
  CHECK(dump_json(result_of("WITH e AS (SELECT * FROM events) SELECT (SELECT COUNT(*) FROM e WHERE "
                            "event_date = '2026-03-12') + (SELECT COUNT(*) FROM e WHERE event_date "
                            "= '2026-03-13')")
                      .rows) == "[[104]]");
}

TEST_CASE("pseudo-columns prune and weigh nothing") {
  CHECK(bytes("SELECT v FROM ingested WHERE _PARTITIONDATE = '2026-03-13'") == 20 * 8);
  CHECK(bytes("SELECT v FROM ingested WHERE _PARTITIONTIME < TIMESTAMP '2026-03-13'") == 10 * 8);
  CHECK(bytes("SELECT level FROM `logs_*` WHERE _TABLE_SUFFIX = '20260313'") == 4 * 6 + 4 * 7);
  CHECK(bytes("SELECT event_id FROM `events$20260313`") == kThirteenth * 8);
}

TEST_CASE("the catalogue costs nothing") {
  CHECK(bytes("SELECT * FROM INFORMATION_SCHEMA.PARTITIONS") == 0);
}

TEST_CASE("rows are the same, pruned or not") {
  CHECK(
      dump_json(result_of("SELECT COUNT(*) FROM hits WHERE ts > TIMESTAMP '2026-03-12 12:00:00+00'")
                    .rows) == "[[23]]");
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
