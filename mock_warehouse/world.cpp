#include "mock_warehouse/world.h"

#include <algorithm>
#include <chrono>

#include "harness/base/time.h"

namespace assay::warehouse {
namespace {

VirtualTime midnight(const std::string& date) { return *parse_utc(date + "T00:00:00Z"); }

/// In which the times of a table without partitions lie, unless it says another.
constexpr std::string_view kUsualDay = "2026-01-01";

/// A partition is written in the small hours of the day after, some minutes past two.
std::string usual_last_modified(const std::string& date) {
  const int day = (date[8] - '0') * 10 + (date[9] - '0');
  return format_utc(midnight(date) + std::chrono::hours(26) + std::chrono::minutes(day * 7 % 20));
}

Result<std::string> read_time(const Json& json, const std::string& pointer) {
  const std::string text = json.get<std::string>();
  if (parse_utc(text)) return text;
  return input_error("found \"" + text + "\", expected a UTC time such as \"2026-03-14T02:10:00Z\"",
                     {pointer});
}

/// What partitions and whole tables have in common: how many rows, and what is odd about them.
class RowsReader {
 public:
  RowsReader(const Table& table, const Json& json, const std::string& pointer)
      : table_(table), json_(json), pointer_(pointer) {}

  Status read(Partition& partition) const {
    partition.row_count = json_.at("row_count").get<std::int64_t>();
    partition.bytes = json_.value("bytes", partition.row_count * kBytesPerRow);
    partition.state = json_.value("state", partition.state);
    partition.told_row_count = json_.value("metadata_row_count", partition.row_count);
    partition.duplicate_rows = json_.value("duplicate_rows", std::int64_t{0});
    partition.late_rows = json_.value("late_rows", std::int64_t{0});
    partition.late_by_s = json_.value("late_by_s", std::int64_t{0});
    const std::int64_t distinct = partition.row_count - partition.duplicate_rows;
    if (partition.duplicate_rows > distinct)
      return too_many("duplicate_rows", "at most half of the rows, each of which has its original");
    if (partition.late_rows > distinct)
      return too_many("late_rows", "at most the rows that are no duplicates");
    if (!json_.contains("rows")) return success();
    const Json& rows = json_.at("rows");
    if (static_cast<std::int64_t>(rows.size()) > distinct)
      return too_many("rows", "at most row_count, duplicates left out");
    for (std::size_t i = 0; i < rows.size(); ++i)
      ASSAY_CHECK(read_row(rows[i], pointer_ + "/rows/" + std::to_string(i), partition));
    return success();
  }

 private:
  Status too_many(const std::string& key, const std::string& expected) const {
    return input_error(
        key + ": found " +
            dump_json(json_.at(key).is_array() ? Json(json_.at(key).size()) : json_.at(key)) +
            ", expected " + expected,
        {pointer_ + "/" + key});
  }

  Status read_row(const Json& json, const std::string& place, Partition& partition) const {
    std::map<std::size_t, Cell>& row = partition.rows.emplace_back();
    for (const auto& [name, value] : json.items()) {
      const auto found = std::ranges::find(table_.columns, name, &Column::name);
      if (found == table_.columns.end())
        return input_error("there is no column \"" + name + "\"", {place + "/" + name});
      const auto index = static_cast<std::size_t>(found - table_.columns.begin());
      // In quotes it is a text like any other, where texts are what the column holds.
      const bool word = value.is_string() && value == "NULL" && found->type != SqlType::kString;
      if (value.is_null() || word) {
        if (found->required)
          return input_error("a REQUIRED column has no NULL", {place + "/" + name});
        row[index] = Cell{};
        continue;
      }
      ASSAY_TRY(row[index], read_cell(found->type, value, place + "/" + name));
    }
    return success();
  }

  const Table& table_;
  const Json& json_;
  const std::string& pointer_;
};

Result<Partition> read_partition(const Table& table, const Json& json, const std::string& pointer) {
  Partition partition;
  partition.date = json.at("date").get<std::string>();
  partition.day = partition.date;
  if (!is_iso_date(partition.date) || !parse_utc(partition.date + "T00:00:00Z"))
    return input_error("found \"" + partition.date + "\", expected a date such as \"2026-03-13\"",
                       {pointer + "/date"});
  ASSAY_CHECK(RowsReader(table, json, pointer).read(partition));
  partition.last_modified = usual_last_modified(partition.date);
  if (json.contains("last_modified")) {
    ASSAY_TRY(partition.last_modified,
              read_time(json.at("last_modified"), pointer + "/last_modified"));
  }
  return partition;
}

Status read_partitions(const Json& json, const std::string& pointer, Table& table) {
  int index = 0;
  for (const Json& item : json) {
    const std::string place = pointer + "/" + std::to_string(index++);
    ASSAY_TRY(Partition partition, read_partition(table, item, place));
    const std::string date = partition.date;
    table.last_modified = std::max(table.last_modified, partition.last_modified);
    if (!table.partitions.emplace(date, std::move(partition)).second)
      return input_error("found a second partition of " + date + ", expected one a date",
                         {place + "/date"});
  }
  std::int64_t first_row = 0;
  for (auto& [date, partition] : table.partitions) {
    partition.first_row = first_row;
    first_row += partition.row_count - partition.duplicate_rows;
  }
  return success();
}

/// A table without partitions: all of its rows are one.
Status read_whole(const Json& json, const std::string& pointer, Table& table) {
  Partition& whole = table.whole.emplace();
  whole.day = json.value("day", std::string(kUsualDay));
  if (!is_iso_date(whole.day))
    return input_error("found \"" + whole.day + "\", expected a date such as \"2026-03-13\"",
                       {pointer + "/day"});
  ASSAY_CHECK(RowsReader(table, json, pointer).read(whole));
  table.last_modified = whole.last_modified = usual_last_modified(whole.day);
  return success();
}

Status check_partition_column(const Table& table, const std::string& pointer) {
  if (table.by_ingestion()) return success();
  const auto found = std::ranges::find(table.columns, table.partition_column, &Column::name);
  const bool fits = found != table.columns.end() &&
                    (found->type == SqlType::kDate || found->type == SqlType::kDatetime ||
                     found->type == SqlType::kTimestamp);
  if (fits) return success();
  return input_error("found \"" + table.partition_column +
                         "\", expected one of the columns, of type DATE, DATETIME or TIMESTAMP, or "
                         "_PARTITIONDATE",
                     {pointer + "/partition_column"});
}

Result<Table> read_table(const std::string& id, const Json& json, const std::string& pointer) {
  Table table;
  table.id = id;
  table.partition_column = json.value("partition_column", "");
  table.require_partition_filter = json.value("require_partition_filter", false);
  table.seed = json.value("seed", std::uint64_t{0});
  if (json.contains("columns")) {
    ASSAY_TRY(table.columns, read_columns(json.at("columns"), pointer + "/columns"));
  }
  // Packages older than columns: the one that is known.
  if (table.columns.empty() && !table.partition_column.empty() && !table.by_ingestion())
    table.columns.push_back({.name = table.partition_column, .type = SqlType::kDate});
  if (table.columns.empty())
    return input_error("expected columns, for there is no partition column to be the only one",
                       {pointer});
  for (const Json& column : json.value("clustering", Json::array())) {
    table.clustering.push_back(column.get<std::string>());
    if (std::ranges::find(table.columns, table.clustering.back(), &Column::name) ==
        table.columns.end())
      return input_error("there is no column \"" + table.clustering.back() + "\"",
                         {pointer + "/clustering"});
  }
  if (table.partition_column.empty() != !json.contains("partitions") ||
      json.contains("partitions") == json.contains("row_count"))
    return input_error("expected partition_column and partitions, or row_count for a table without",
                       {pointer});
  if (table.partition_column.empty()) {
    ASSAY_CHECK(read_whole(json, pointer, table));
  } else {
    ASSAY_CHECK(check_partition_column(table, pointer));
    ASSAY_CHECK(read_partitions(json.at("partitions"), pointer + "/partitions", table));
  }
  if (json.contains("last_modified")) {
    ASSAY_TRY(table.last_modified, read_time(json.at("last_modified"), pointer + "/last_modified"));
  }
  return table;
}

}  // namespace

bool Table::by_ingestion() const {
  return partition_column == kPartitionDate || partition_column == kPartitionTime;
}

bool Auth::may_read(const std::string& table) const {
  return !tables || std::ranges::find(*tables, table) != tables->end();
}

bool is_iso_date(std::string_view text) {
  // Of any year: clients may ask for days that no clock of ours can reach.
  constexpr std::string_view kForm = "dddd-dd-dd";
  const auto fits = [](char c, char form) {
    return form == 'd' ? c >= '0' && c <= '9' : c == form;
  };
  if (!std::ranges::equal(text, kForm, fits)) return false;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

Result<World> World::from_json(const Json& json, const std::string& root) {
  World world;
  world.project = json.value("project", world.project);
  world.dataset = json.value("dataset", world.dataset);
  if (const auto queries = json.find("queries"); queries != json.end()) {
    world.queries.emplace();
    world.queries->run_time = std::chrono::milliseconds(queries->value("run_ms", std::int64_t{0}));
    if (queries->contains("max_queries"))
      world.queries->max_queries = queries->at("max_queries").get<std::int64_t>();
    if (queries->contains("max_bytes"))
      world.queries->max_bytes = queries->at("max_bytes").get<std::int64_t>();
  }
  if (const auto auth = json.find("auth"); auth != json.end()) {
    world.auth.emplace();
    world.auth->token = auth->at("token").get<std::string>();
    if (auth->contains("refreshed_token"))
      world.auth->refreshed_token = auth->at("refreshed_token").get<std::string>();
    if (auth->contains("scopes"))
      world.auth->scopes = auth->at("scopes").get<std::vector<std::string>>();
    if (auth->contains("tables"))
      world.auth->tables = auth->at("tables").get<std::vector<std::string>>();
    const Json& all = json.at("tables");
    for (std::size_t i = 0; world.auth->tables && i < world.auth->tables->size(); ++i)
      if (!all.contains(world.auth->tables->at(i)))
        return input_error("there is no table \"" + world.auth->tables->at(i) + "\"",
                           {root + "/auth/tables/" + std::to_string(i)});
  }
  for (const auto& [id, table] : json.at("tables").items()) {
    ASSAY_TRY(world.tables[id], read_table(id, table, root + "/tables/" + id));
  }
  return world;
}

}  // namespace assay::warehouse
