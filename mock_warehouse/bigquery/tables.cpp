#include "mock_warehouse/bigquery/tables.h"

#include <algorithm>
#include <vector>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/types.h"

namespace assay::warehouse::bigquery {
namespace {

constexpr std::size_t kDefaultListSize = 50;

Json reference(const World& world, const std::string& table) {
  Json json;
  json["projectId"] = world.project;
  json["datasetId"] = world.dataset;
  json["tableId"] = table;
  return json;
}

Json schema_of(const Table& table) {
  Json fields = Json::array();
  for (const Column& column : table.columns)
    fields.push_back(
        field_schema(column.name, {.name = std::string(to_string(column.type))}, column.required));
  // SQL knows a table without columns by its partition column.
  if (table.columns.empty() && table.partitioned() && !table.by_ingestion())
    fields.push_back(field_schema(table.partition_column, {.name = "DATE"}));
  Json schema;
  schema["fields"] = std::move(fields);
  return schema;
}

/// What the catalogue tells of a table, or of the one partition that a decorator names.
struct Totals {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::int64_t partitions = 0;
  std::string last_modified;

  void add(const Partition& partition, const View& view) {
    const Told told = told_of(partition, view);
    rows += told.rows;
    bytes += partition.bytes;
    last_modified = std::max(last_modified, told.last_modified);
  }
};

Totals totals_of(const Table& table, const std::string& date, const View& view) {
  Totals totals;
  if (table.whole) totals.add(*table.whole, view);
  for (const auto& [day, partition] : table.partitions) {
    if (is_hidden(view, day) || (!date.empty() && day != date)) continue;
    totals.add(partition, view);
    ++totals.partitions;
  }
  const bool stale = view.stale && view.stale->date.empty();
  if (date.empty() && !stale && !table.last_modified.empty())
    totals.last_modified = table.last_modified;
  return totals;
}

/// A table is as old as its first day.
std::string creation_time(const Table& table) {
  const Partition* first = table.whole ? &*table.whole : nullptr;
  if (!table.partitions.empty()) first = &table.partitions.begin()->second;
  return first == nullptr ? "0" : epoch_ms(first->day + "T00:00:00Z");
}

/// What both a table and its item in a list have of its layout.
void put_layout(Json& json, const Table& table) {
  if (table.partitioned()) {
    json["timePartitioning"]["type"] = "DAY";
    if (!table.by_ingestion()) json["timePartitioning"]["field"] = table.partition_column;
    if (table.require_partition_filter) {
      json["timePartitioning"]["requirePartitionFilter"] = true;
      json["requirePartitionFilter"] = true;
    }
  }
  if (!table.clustering.empty()) json["clustering"]["fields"] = table.clustering;
}

}  // namespace

std::variant<NamedTable, Answer> named_table(const Call& call) {
  const World& world = call.world;
  const auto found = world.tables.find(call.route.table);
  if (found == world.tables.end())
    return not_found("Table " + full_table_id(world, to_valid_utf8(call.route.table)));
  const Table& table = found->second;
  const std::string date = date_of_decorator(call.route.decorator);
  if (!call.route.decorator.empty() && (date.empty() || !table.partitioned()))
    return invalid("tableId", "the partition of a decorator is a day such as $20260313");
  return NamedTable{table, date};
}

Answer tables_get(const Call& call) {
  const World& world = call.world;
  const auto named = named_table(call);
  if (const auto* refusal = std::get_if<Answer>(&named)) return *refusal;
  const auto& [table, date] = std::get<NamedTable>(named);
  const std::string id =
      table.id + (call.route.decorator.empty() ? "" : "$" + call.route.decorator);
  const Totals totals = totals_of(table, date, call.view);
  Json json;
  json["kind"] = "bigquery#table";
  json["id"] = full_table_id(world, id);
  json["selfLink"] = self_link(world, "datasets/" + world.dataset + "/tables/" + id);
  json["tableReference"] = reference(world, id);
  json["schema"] = schema_of(table);
  put_layout(json, table);
  json["numBytes"] = std::to_string(totals.bytes);
  json["numLongTermBytes"] = "0";
  json["numRows"] = std::to_string(totals.rows);
  if (table.partitioned()) json["numPartitions"] = std::to_string(totals.partitions);
  json["creationTime"] = creation_time(table);
  json["lastModifiedTime"] = epoch_ms(totals.last_modified);
  json["type"] = "TABLE";
  json["location"] = kLocation;
  json["numTotalLogicalBytes"] = json["numBytes"];
  json["numActiveLogicalBytes"] = json["numBytes"];
  json["numLongTermLogicalBytes"] = "0";
  json["etag"] = etag_of(json);
  return resource_answer(std::move(json));
}

Answer tables_list(const Call& call) {
  const World& world = call.world;
  std::vector<const Table*> tables;
  for (const auto& [name, table] : world.tables)
    if (!world.auth || world.auth->may_read(name)) tables.push_back(&table);
  const auto cut = Paging::of(call, "tables", tables.size(), kDefaultListSize);
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  const auto& page = std::get<Paging>(cut);
  Json items = Json::array();
  for (std::size_t i = page.begin(); i < page.end(); ++i) {
    const Table& table = *tables[i];
    Json item;
    item["kind"] = "bigquery#table";
    item["id"] = full_table_id(world, table.id);
    item["tableReference"] = reference(world, table.id);
    item["type"] = "TABLE";
    put_layout(item, table);
    item["creationTime"] = creation_time(table);
    items.push_back(std::move(item));
  }
  Json json;
  json["kind"] = "bigquery#tableList";
  json["etag"] = etag_of(items);
  if (const std::string next = page.next_token(); !next.empty()) json["nextPageToken"] = next;
  if (!items.empty()) json["tables"] = std::move(items);
  json["totalItems"] = tables.size();
  Answer answer = resource_answer(std::move(json));
  answer.page = page.page();
  return answer;
}

}  // namespace assay::warehouse::bigquery
