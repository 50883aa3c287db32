#include "mock_warehouse/sql/source.h"

#include <algorithm>
#include <array>
#include <optional>

#include "harness/base/ascii.h"

namespace assay::warehouse::sql {
namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t dot = path.find('.', begin);
    parts.push_back(path.substr(begin, dot - begin));
    if (dot == std::string::npos) return parts;
    begin = dot + 1;
  }
}

Cell integer(std::int64_t value) { return {.null = false, .number = value}; }
Cell text(std::string value) { return {.null = false, .text = std::move(value)}; }
Cell instant(const std::string& utc) {
  const auto time = parse_utc(utc);
  return time ? integer(to_ns(*time) / 1000) : Cell{};
}

std::string partition_id(std::string date) {
  std::erase(date, '-');
  return date;
}

/// "20260313", as a partition decorator writes it.
std::optional<std::string> date_of_id(std::string id) {
  if (id.size() != 8) return std::nullopt;
  id.insert(6, "-").insert(4, "-");
  if (!is_iso_date(id)) return std::nullopt;
  return id;
}

void add_pseudo_columns(Source& source) {
  if (source.by_ingestion) {
    source.columns.push_back({std::string(kPartitionDate), SqlType::kDate, true});
    source.columns.push_back({std::string(kPartitionTime), SqlType::kTimestamp, true});
  }
  if (source.wildcard)
    source.columns.push_back({std::string(kTableSuffix), SqlType::kString, true});
}

using FixedColumns = std::vector<SourceColumn>;

Source partitions_view(const World& world, const View& view) {
  Source source;
  source.columns = {{"table_catalog"},
                    {"table_schema"},
                    {"table_name"},
                    {"partition_id"},
                    {"total_rows", SqlType::kInt64},
                    {"total_logical_bytes", SqlType::kInt64},
                    {"total_billable_bytes", SqlType::kInt64},
                    {"last_modified_time", SqlType::kTimestamp},
                    {"storage_tier"}};
  for (const auto& [id, table] : world.tables) {
    if (world.auth && !world.auth->may_read(id)) continue;
    const auto add = [&](const Partition& partition, Cell name) {
      const Told told = told_of(partition, view);
      source.fixed.push_back({text(world.project), text(world.dataset), text(id), std::move(name),
                              integer(told.rows), integer(partition.bytes),
                              integer(partition.bytes), instant(told.last_modified),
                              text("ACTIVE")});
    };
    if (table.whole) add(*table.whole, Cell{});
    for (const auto& [date, partition] : table.partitions)
      if (!is_hidden(view, date)) add(partition, text(partition_id(date)));
  }
  return source;
}

Source tables_view(const World& world) {
  Source source;
  source.columns = {{"table_catalog"}, {"table_schema"}, {"table_name"}, {"table_type"}};
  for (const auto& [id, table] : world.tables)
    if (!world.auth || world.auth->may_read(id))
      source.fixed.push_back(
          {text(world.project), text(world.dataset), text(id), text("BASE TABLE")});
  return source;
}

Source columns_view(const World& world) {
  Source source;
  source.columns = {{"table_catalog"},
                    {"table_schema"},
                    {"table_name"},
                    {"column_name"},
                    {"ordinal_position", SqlType::kInt64},
                    {"is_nullable"},
                    {"data_type"},
                    {"is_partitioning_column"},
                    {"clustering_ordinal_position", SqlType::kInt64}};
  for (const auto& [id, table] : world.tables)
    for (std::size_t i = 0; i < table.columns.size() && (!world.auth || world.auth->may_read(id));
         ++i) {
      const Column& column = table.columns[i];
      const auto clustered = std::ranges::find(table.clustering, column.name);
      source.fixed.push_back({text(world.project), text(world.dataset), text(id), text(column.name),
                              integer(static_cast<std::int64_t>(i) + 1),
                              text(column.required ? "NO" : "YES"),
                              text(std::string(to_string(column.type))),
                              text(table.partition_column == column.name ? "YES" : "NO"),
                              clustered == table.clustering.end()
                                  ? Cell{}
                                  : integer(clustered - table.clustering.begin() + 1)});
    }
  return source;
}

}  // namespace

std::vector<std::string> Source::partition_columns() const {
  std::vector<std::string> names;
  for (const SourceColumn& column : columns)
    if (column.pseudo || column.name == partition_column) names.push_back(column.name);
  return names;
}

std::string Catalog::full_name(const std::string& table) const {
  return world_.project + ":" + world_.dataset + "." + table;
}

bool Catalog::may_read(const std::string& table) const {
  return !world_.auth || world_.auth->may_read(table);
}

QueryError Catalog::denied(const std::string& name) {
  return {"accessDenied", "Access Denied: Table " + name +
                              ": User does not have permission to query table " + name +
                              ", or perhaps it does not exist."};
}

std::variant<Source, QueryError> Catalog::find(const std::string& path) const {
  std::vector<std::string> parts = split(path);
  if (std::ranges::find(parts, "") != parts.end() || parts.size() > 4)
    return QueryError{"invalidQuery", "Invalid table name: `" + path + "`"};
  const bool information = parts.size() > 1 && lower_ascii(parts.end()[-2]) == "information_schema";
  const std::string last = parts.back();
  parts.resize(parts.size() - (information ? 2 : 1));
  if (information && !parts.empty() && lower_ascii(parts.back()).starts_with("region-"))
    return QueryError{"invalidQuery", "Unsupported: INFORMATION_SCHEMA of a region"};
  if (parts.size() > 2) return QueryError{"invalidQuery", "Invalid table name: `" + path + "`"};
  if (!parts.empty()) {
    const std::string project = parts.size() == 2 ? parts[0] : world_.project;
    if (project != world_.project)
      return denied(project + ":" + parts.back() + "." +
                    (information ? "INFORMATION_SCHEMA." : "") + last);
    if (parts.back() != world_.dataset)
      return QueryError{"notFound", "Not found: Dataset " + project + ":" + parts.back() +
                                        " was not found in location US"};
  }
  if (lower_ascii(last) == "__tables__")
    return QueryError{"invalidQuery", "Unsupported: __TABLES__"};
  if (information) return information_schema(last);
  if (last.ends_with("*")) return wildcard(last.substr(0, last.size() - 1));
  return table(last);
}

std::variant<Source, QueryError> Catalog::table(const std::string& name) const {
  const std::size_t dollar = name.find('$');
  const std::string id = name.substr(0, dollar);
  if (!may_read(id)) return denied(full_name(id));
  const auto found = world_.tables.find(id);
  if (found == world_.tables.end())
    return QueryError{"notFound",
                      "Not found: Table " + full_name(id) + " was not found in location US"};
  const Table& table = found->second;
  Source source;
  source.name = full_name(id);
  source.alias = id;
  source.tables = {id};
  for (const Column& column : table.columns) source.columns.push_back({column.name, column.type});
  source.by_ingestion = table.by_ingestion();
  if (table.partitioned() && !source.by_ingestion) source.partition_column = table.partition_column;
  source.requires_filter = table.require_partition_filter;
  add_pseudo_columns(source);
  add_slices(table, "", source);
  if (dollar == std::string::npos) return source;
  const auto date = date_of_id(name.substr(dollar + 1));
  if (!date || !table.partitioned())
    return QueryError{"invalidQuery", "Invalid partition decorator: " + name};
  std::erase_if(source.slices, [&](const Slice& s) { return s.partition->date != *date; });
  source.requires_filter = false;
  return source;
}

std::variant<Source, QueryError> Catalog::wildcard(const std::string& prefix) const {
  Source source;
  source.name = full_name(prefix + "*");
  source.alias = prefix;
  source.wildcard = true;
  const Table* newest = nullptr;  // whose schema counts, as the service documents it
  for (const auto& [id, table] : world_.tables)
    if (id.starts_with(prefix)) {
      if (!may_read(id)) return denied(full_name(id));
      newest = &table;
      source.tables.push_back(id);
    }
  if (newest == nullptr) return QueryError{"notFound", source.name + " does not match any table."};
  for (const Column& column : newest->columns) source.columns.push_back({column.name, column.type});
  source.by_ingestion = newest->by_ingestion();
  if (newest->partitioned() && !source.by_ingestion)
    source.partition_column = newest->partition_column;
  source.requires_filter = newest->require_partition_filter;
  add_pseudo_columns(source);
  for (const auto& [id, table] : world_.tables)
    if (id.starts_with(prefix)) add_slices(table, id.substr(prefix.size()), source);
  return source;
}

void Catalog::add_slices(const Table& table, const std::string& suffix, Source& source) const {
  auto columns = std::make_shared<std::vector<int>>();
  for (const SourceColumn& column : source.columns) {
    const auto found = std::ranges::find(table.columns, column.name, &Column::name);
    const bool known = !column.pseudo && found != table.columns.end() && found->type == column.type;
    columns->push_back(known ? static_cast<int>(found - table.columns.begin()) : -1);
  }
  if (table.whole) source.slices.push_back({&table, &*table.whole, suffix, columns});
  for (const auto& [date, partition] : table.partitions)
    if (!is_hidden(view_, date)) source.slices.push_back({&table, &partition, suffix, columns});
}

std::variant<Source, QueryError> Catalog::information_schema(const std::string& view) const {
  const std::string name = lower_ascii(view);
  std::optional<Source> source;
  if (name == "partitions") source = partitions_view(world_, view_);
  if (name == "tables") source = tables_view(world_);
  if (name == "columns") source = columns_view(world_);
  static constexpr std::array<std::string_view, 14> kElsewhere = {
      "column_field_paths", "jobs",          "jobs_by_project", "jobs_by_user", "key_column_usage",
      "materialized_views", "parameters",    "routines",        "schemata",     "table_constraints",
      "table_options",      "table_storage", "table_snapshots", "views"};
  if (!source && std::ranges::find(kElsewhere, name) != kElsewhere.end())
    return QueryError{"invalidQuery", "Unsupported: INFORMATION_SCHEMA." + view};
  if (!source)
    return QueryError{"notFound", "Not found: Table " + full_name("INFORMATION_SCHEMA." + view) +
                                      " was not found in location US"};
  source->name = full_name("INFORMATION_SCHEMA." + view);
  source->alias = view;
  return *std::move(source);
}

}  // namespace assay::warehouse::sql
