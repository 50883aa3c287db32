#include "mock_warehouse/changes.h"

#include <algorithm>
#include <utility>

namespace assay::warehouse {
namespace {

bool is_of(const Json& partition, const std::string& date) {
  return partition.value("date", "") == date;
}

/// Partitions by date: those of the change take the place of others, and `remove` takes away.
Status change_partitions(const Json& change, const std::string& place, Json& table) {
  if (!change.contains("partitions") && !change.contains("remove")) return success();
  if (!table.contains("partitions"))
    return input_error("the table has no partitions that could change", {place});
  Json& partitions = table["partitions"];
  const Json removed = change.value("remove", Json::array());
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const auto date = removed[i].get<std::string>();
    const auto found =
        std::ranges::find_if(partitions, [&](const Json& p) { return is_of(p, date); });
    if (found == partitions.end())
      return input_error("found " + date + ", expected a partition that is there by then",
                         {place + "/remove/" + std::to_string(i)});
    partitions.erase(found);
  }
  for (const Json& partition : change.value("partitions", Json::array())) {
    const auto found = std::ranges::find_if(
        partitions, [&](const Json& p) { return is_of(p, partition.value("date", "")); });
    if (found == partitions.end()) {
      partitions.push_back(partition);
    } else {
      *found = partition;
    }
  }
  return success();
}

Status change_world(const Json& change, const std::string& place, Json& world) {
  for (const auto& [id, table] : change.at("tables").items()) {
    const std::string at = place + "/tables/" + id;
    if (!world["tables"].contains(id))
      return input_error("there is no table \"" + id + "\"", {at},
                         "a table is there from the start");
    ASSAY_CHECK(change_partitions(table, at, world["tables"][id]));
    for (const auto& [key, value] : table.items())
      if (key != "partitions" && key != "remove") world["tables"][id][key] = value;
  }
  return success();
}

}  // namespace

Result<Stages> Stages::from_json(const Json& json, const std::string& root) {
  Stages stages;
  Json world = json;
  const Json changes = world.value("changes", Json::array());
  world.erase("changes");
  ASSAY_TRY(World first, World::from_json(world, root));
  stages.stages_.push_back({std::nullopt, std::nullopt, world, std::move(first)});
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string place = root + "/changes/" + std::to_string(i);
    ASSAY_CHECK(change_world(changes[i], place, world));
    Stage stage;
    if (changes[i].contains("at_ms"))
      stage.at = std::chrono::milliseconds(changes[i]["at_ms"].get<std::int64_t>());
    if (changes[i].contains("after_calls")) stage.calls = changes[i]["after_calls"].get<int>();
    // What is wrong only together is told at the change, for the whole stands nowhere.
    auto changed = World::from_json(world, "");
    if (!changed.ok()) {
      Error error = std::move(changed).error();
      error.message = "with this change, " + error.place.file + ": " + error.message;
      error.place = {place};
      return error;
    }
    stage.json = world;
    stage.world = std::move(changed).value();
    stages.stages_.push_back(std::move(stage));
  }
  return stages;
}

const Stage& Stages::at(Duration elapsed, int calls) {
  while (current_ + 1 < stages_.size()) {
    const Stage& next = stages_[current_ + 1];
    if ((next.at && elapsed < *next.at) || (next.calls && calls < *next.calls)) break;
    ++current_;
  }
  return stages_[current_];
}

}  // namespace assay::warehouse
