#include "mock_warehouse/world.h"

#include <algorithm>
#include <chrono>

#include "harness/base/time.h"

namespace assay::warehouse {
namespace {

VirtualTime midnight(const std::string& date) { return *parse_utc(date + "T00:00:00Z"); }

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

Result<Partition> read_partition(const Json& json, const std::string& pointer) {
  Partition partition;
  partition.date = json.at("date").get<std::string>();
  if (!is_iso_date(partition.date) || !parse_utc(partition.date + "T00:00:00Z"))
    return input_error("found \"" + partition.date + "\", expected a date such as \"2026-03-13\"",
                       {pointer + "/date"});
  partition.row_count = json.at("row_count").get<std::int64_t>();
  partition.bytes = json.value("bytes", partition.row_count * kBytesPerRow);
  partition.state = json.value("state", partition.state);
  partition.last_modified = usual_last_modified(partition.date);
  if (json.contains("last_modified")) {
    ASSAY_TRY(partition.last_modified,
              read_time(json.at("last_modified"), pointer + "/last_modified"));
  }
  return partition;
}

Result<Table> read_table(const std::string& id, const Json& json, const std::string& pointer) {
  Table table;
  table.id = id;
  table.partition_column = json.at("partition_column").get<std::string>();
  int index = 0;
  for (const Json& item : json.at("partitions")) {
    const std::string place = pointer + "/partitions/" + std::to_string(index++);
    ASSAY_TRY(Partition partition, read_partition(item, place));
    const std::string date = partition.date;
    table.last_modified = std::max(table.last_modified, partition.last_modified);
    if (!table.partitions.emplace(date, std::move(partition)).second)
      return input_error("found a second partition of " + date + ", expected one a date",
                         {place + "/date"});
  }
  if (json.contains("last_modified")) {
    ASSAY_TRY(table.last_modified, read_time(json.at("last_modified"), pointer + "/last_modified"));
  }
  return table;
}

}  // namespace

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
  if (const auto auth = json.find("auth"); auth != json.end()) {
    world.auth.emplace();
    world.auth->token = auth->at("token").get<std::string>();
    if (auth->contains("refreshed_token"))
      world.auth->refreshed_token = auth->at("refreshed_token").get<std::string>();
    if (auth->contains("scopes"))
      world.auth->scopes = auth->at("scopes").get<std::vector<std::string>>();
  }
  for (const auto& [id, table] : json.at("tables").items()) {
    ASSAY_TRY(world.tables[id], read_table(id, table, root + "/tables/" + id));
  }
  return world;
}

}  // namespace assay::warehouse
