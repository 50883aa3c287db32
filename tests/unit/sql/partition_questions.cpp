// What a data engineer asks of partitions: how many, which, how fresh, how clean.

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

/// One row of one value.
Json one(Json value) { return Json::array({Json::array({std::move(value)})}); }

template <class Condition>
std::int64_t count(Condition condition) {
  std::int64_t n = 0;
  for (const Event& event : events()) n += condition(event) ? 1 : 0;
  return n;
}

std::int64_t count_on(const std::string& day) {
  return count([&](const Event& e) { return e.day == day; });
}

std::map<std::string, std::int64_t> by_day() {
  std::map<std::string, std::int64_t> days;
  for (const Event& event : events()) ++days[event.day];
  return days;
}

Json pairs(const std::map<std::string, std::int64_t>& map) {
  Json rows = Json::array();
  for (const auto& [key, value] : map) rows.push_back({key, value});
  return rows;
}

Json rows_by_day() { return pairs(by_day()); }

std::set<std::int64_t> distinct_ids() {
  std::set<std::int64_t> ids;
  for (const Event& event : events()) ids.insert(event.id);
  return ids;
}

}  // namespace

std::vector<Question> questions_of_partitions() {
  return {
      {"rows of one day", "SELECT COUNT(*) FROM events WHERE event_date = '2026-03-13'",
       [] { return one(count_on("2026-03-13")); }},
      {"rows of a day that is not there",
       "SELECT COUNT(*) AS n FROM events WHERE event_date = DATE '2026-03-11'",
       [] { return one(count_on("2026-03-11")); }},
      {"with dataset", "SELECT COUNT(*) FROM analytics.events",
       [] { return one(events().size()); }},
      {"with project, in backticks", "SELECT COUNT(*) FROM `acme.analytics.events`",
       [] { return one(events().size()); }},
      {"each part in backticks", "SELECT COUNT(*) FROM `acme`.`analytics`.`events` AS e",
       [] { return one(events().size()); }},
      {"counts by day",
       "SELECT event_date, COUNT(*) AS n FROM events GROUP BY event_date ORDER BY event_date",
       rows_by_day},
      {"counts by day by position", "SELECT event_date, COUNT(1) FROM events GROUP BY 1 ORDER BY 1",
       rows_by_day},
      {"days below a minimum",
       "SELECT event_date, COUNT(*) n FROM events GROUP BY event_date HAVING COUNT(*) < @minimum "
       "ORDER BY 1",
       [] {
         auto days = by_day();
         std::erase_if(days, [](const auto& day) { return day.second >= 70; });
         return pairs(days);
       },
       {{"minimum", "INT64", 70}}},
      {"a named DATE parameter",
       "SELECT COUNT(*) FROM events WHERE event_date = @day",
       [] { return one(count_on("2026-03-12")); },
       {{"day", "DATE", "2026-03-12"}}},
      {"a STRING parameter for a DATE",
       "SELECT COUNT(*) FROM events WHERE event_date = @day",
       [] { return one(count_on("2026-03-12")); },
       {{"day", "", "2026-03-12"}}},
      {"positional parameters",
       "SELECT COUNT(*) FROM events WHERE event_date = ? AND user_id > ?",
       [] {
         return one(count([](const Event& e) { return e.day == "2026-03-10" && e.user > 4; }));
       },
       {{"", "DATE", "2026-03-10"}, {"", "", 4}}},
      {"a list as parameter",
       "SELECT COUNT(*) FROM events WHERE country IN UNNEST(@countries)",
       [] { return one(count([](const Event& e) { return e.country != "DE"; })); },
       {{"countries", "ARRAY<STRING>", Json::array({"FR", "US"})}}},
      {"yesterday",
       "SELECT COUNT(*) FROM events WHERE event_date = DATE_SUB(CURRENT_DATE(), INTERVAL 1 DAY)",
       [] { return one(count_on("2026-03-13")); }},
      {"the last week",
       "SELECT COUNT(*) FROM events WHERE event_date BETWEEN DATE_SUB(CURRENT_DATE, INTERVAL 3 "
       "DAY) AND CURRENT_DATE",
       [] { return one(count([](const Event& e) { return e.day >= "2026-03-11"; })); }},
      {"distinct days", "SELECT COUNT(DISTINCT event_date) FROM events",
       [] { return one(by_day().size()); }},
      {"the newest day", "SELECT MAX(event_date) FROM events",
       [] { return one(by_day().rbegin()->first); }},
      {"freshness",
       "SELECT TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), MAX(created_at), HOUR) FROM events WHERE "
       "event_date = '2026-03-13'",
       [] {
         std::int64_t last = 0;
         for (const Event& e : events())
           if (e.day == "2026-03-13") last = std::max(last, e.created_s);
         return one(((24 + 6) * 3600 - last) / 3600);
       }},
      {"gaps in the days",
       "SELECT day FROM UNNEST(GENERATE_DATE_ARRAY('2026-03-10', '2026-03-13')) AS day "
       "LEFT JOIN (SELECT DISTINCT event_date FROM events) e ON e.event_date = day "
       "WHERE e.event_date IS NULL ORDER BY day",
       [] {
         Json rows = Json::array();
         for (const char* day : {"2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"})
           if (!by_day().contains(day)) rows.push_back({day});
         return rows;
       }},
      {"keys that are there twice",
       "SELECT event_id, COUNT(*) AS copies FROM analytics.events GROUP BY event_id HAVING copies "
       "> 1 ORDER BY event_id",
       [] {
         std::map<std::int64_t, int> copies;
         for (const Event& e : events()) ++copies[e.id];
         Json rows = Json::array();
         for (const auto& [id, n] : copies)
           if (n > 1) rows.push_back({id, n});
         return rows;
       }},
      {"duplicates of a day",
       "SELECT COUNT(*) - COUNT(DISTINCT event_id) FROM events WHERE event_date = '2026-03-12'",
       [] {
         std::set<std::int64_t> ids;
         for (const Event& e : events())
           if (e.day == "2026-03-12") ids.insert(e.id);
         return one(count_on("2026-03-12") - static_cast<std::int64_t>(ids.size()));
       }},
      {"without duplicates",
       "SELECT COUNT(*) FROM (SELECT event_id FROM events "
       "QUALIFY ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY loaded_at DESC) = 1)",
       [] { return one(distinct_ids().size()); }},
      {"rows that came late",
       "SELECT COUNT(*) FROM events WHERE loaded_at > TIMESTAMP_ADD(created_at, INTERVAL 1 DAY)",
       [] { return one(count([](const Event& e) { return e.loaded_s - e.created_s > 86'400; })); }},
      {"rows loaded after their day",
       "SELECT event_date, COUNTIF(DATE(loaded_at) > event_date) AS late FROM events GROUP BY "
       "event_date ORDER BY 1",
       [] {
         std::map<std::string, std::int64_t> late;
         for (const Event& e : events()) late[e.day] += e.loaded_s >= 86'400 ? 1 : 0;
         return pairs(late);
       }},
      {"the decorator of a partition", "SELECT COUNT(*) FROM `acme.analytics.events$20260312`",
       [] { return one(count_on("2026-03-12")); }},
      {"pseudo-columns of ingestion",
       "SELECT _PARTITIONDATE AS pt, COUNT(*) FROM analytics.ingested GROUP BY pt ORDER BY pt",
       [] { return Json::parse(R"([["2026-03-12", 10], ["2026-03-13", 20]])"); }},
      {"_PARTITIONTIME in a filter",
       "SELECT SUM(v) FROM ingested WHERE _PARTITIONTIME = TIMESTAMP('2026-03-13')",
       [] { return one(10 * 1 + 10 * 2); }},
      {"a star has no pseudo-columns",
       "SELECT * FROM ingested WHERE _PARTITIONDATE = '2026-03-12' LIMIT 1", [] { return one(1); }},
      {"a wildcard",
       "SELECT _TABLE_SUFFIX AS shard, COUNT(*) FROM `analytics.logs_*` GROUP BY shard ORDER BY "
       "shard",
       [] { return Json::parse(R"([["20260312", 5], ["20260313", 8]])"); }},
      {"a wildcard by its suffix",
       "SELECT COUNTIF(level = 'ERROR') FROM `acme.analytics.logs_*` "
       "WHERE _TABLE_SUFFIX BETWEEN '20260313' AND '20260331'",
       [] { return one(8 / 2); }},
      {"today's shard by a format",
       "SELECT COUNT(*) FROM `analytics.logs_*` "
       "WHERE _TABLE_SUFFIX = FORMAT_DATE('%Y%m%d', DATE_SUB(CURRENT_DATE(), INTERVAL 1 DAY))",
       [] { return one(8); }},
      {"a wildcard without a filter", "SELECT COUNT(*) FROM `logs_2026*`",
       [] { return one(5 + 8); }},
      {"partitions as the catalogue tells them",
       "SELECT partition_id, total_rows FROM analytics.INFORMATION_SCHEMA.PARTITIONS "
       "WHERE table_name = 'events' ORDER BY partition_id",
       [] { return Json::parse(R"([["20260310", 100], ["20260312", 64], ["20260313", 90]])"); }},
      {"the catalogue against the rows",
       "SELECT p.partition_id FROM `acme.analytics.INFORMATION_SCHEMA.PARTITIONS` p JOIN "
       "(SELECT FORMAT_DATE('%Y%m%d', event_date) AS id, COUNT(*) AS n FROM events GROUP BY id) e "
       "ON e.id = p.partition_id WHERE p.table_name = 'events' AND p.total_rows != e.n",
       [] { return one("20260313"); }},
      {"when partitions changed",
       "SELECT MAX(last_modified_time) FROM analytics.INFORMATION_SCHEMA.PARTITIONS WHERE "
       "table_name = 'hits'",
       // Some minutes past two in the night behind the 13th: 13 * 7 % 20.
       [] { return one("2026-03-14T02:11:00Z"); }},
      {"columns as the catalogue tells them",
       "SELECT column_name FROM analytics.INFORMATION_SCHEMA.COLUMNS "
       "WHERE table_name = 'events' AND is_partitioning_column = 'YES'",
       [] { return one("event_date"); }},
      {"clustering as the catalogue tells it",
       "SELECT column_name, clustering_ordinal_position FROM "
       "analytics.INFORMATION_SCHEMA.COLUMNS "
       "WHERE table_name = 'events' AND clustering_ordinal_position IS NOT NULL",
       [] { return Json::parse(R"([["country", 1]])"); }},
      {"ten million rows", "SELECT COUNT(*) FROM big WHERE day = '2026-03-12'",
       [] { return one(10'000'000); }},
      {"ten million rows by a value",
       "SELECT n, COUNT(*) FROM big WHERE day = '2026-03-12' GROUP BY n ORDER BY n",
       [] {
         Json rows = Json::array();
         for (int n = 1; n <= 4; ++n) rows.push_back({n, 2'500'000});
         return rows;
       }},
      {"a day of instants",
       "SELECT COUNT(*) FROM hits WHERE ts >= TIMESTAMP '2026-03-12' AND ts < TIMESTAMP "
       "'2026-03-13'",
       [] { return one(24); }},
      {"a table that wants a filter", "SELECT SUM(n) FROM strict WHERE day >= '2026-03-13'",
       [] { return one(6); }},
      {"the filter outside of a subquery",
       "WITH s AS (SELECT * FROM strict) SELECT COUNT(*) FROM s WHERE day = '2026-03-12'",
       [] { return one(5); }},
  };
}

}  // namespace assay::warehouse::sql::testing
