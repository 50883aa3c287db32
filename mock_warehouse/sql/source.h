#pragma once

// What a FROM clause can name: tables, wildcards over them, their partitions, INFORMATION_SCHEMA.
//
// In: a world, the view through which it is seen, and a path. Out: a Source, which says which rows
// there are, column by column, or the service's message. A Source borrows the world.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "mock_warehouse/sql/query.h"
#include "mock_warehouse/view.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse::sql {

/// The suffix of a wildcard's table.
inline constexpr std::string_view kTableSuffix = "_TABLE_SUFFIX";

/// What a scan has before its columns: the engine reads its first column where a query needs none,
/// and this one costs nothing. No part of `*`.
inline constexpr std::string_view kNoColumn = "_no_column";

/// Stands around the columns that tell partitions apart (engine/partition_mark.h).
inline constexpr std::string_view kPartitionMark = "partition_mark";

/// A column as queries see it.
struct SourceColumn {
  std::string name;
  SqlType type = SqlType::kString;
  bool pseudo = false;  ///< to be named, and not part of `*`; costs nothing
};

/// The rows of one partition, or of a whole table without.
struct Slice {
  const Table* table = nullptr;
  const Partition* partition = nullptr;
  std::string suffix;
  /// By column of the source: which column of the table, or -1 for a pseudo-column or none.
  std::shared_ptr<const std::vector<int>> columns;
};

struct Source {
  std::string name;   ///< for messages: "analytics.events"
  std::string alias;  ///< what the query calls it where it gives no alias
  std::vector<SourceColumn> columns;
  std::vector<Slice> slices;
  std::string partition_column;  ///< empty: none, or a pseudo-column
  bool by_ingestion = false;
  bool wildcard = false;
  bool requires_filter = false;
  /// By which slices can be left out.
  std::vector<std::string> partition_columns() const;
  std::vector<std::string> tables;  ///< of the world, that it stands for; of a wildcard all
  /// Of INFORMATION_SCHEMA, which has no slices.
  std::vector<std::vector<Cell>> fixed;
};

class Catalog {
 public:
  /// Borrows both.
  Catalog(const World& world, const View& view) : world_(world), view_(view) {}

  /// `path` is "table", "dataset.table" or "project.dataset.table", with "$20260313" or "*" behind
  /// it, or one that ends in INFORMATION_SCHEMA.x. The error is without a place.
  std::variant<Source, QueryError> find(const std::string& path) const;

 private:
  std::variant<Source, QueryError> table(const std::string& name) const;
  std::variant<Source, QueryError> wildcard(const std::string& prefix) const;
  std::variant<Source, QueryError> information_schema(const std::string& view) const;
  void add_slices(const Table& table, const std::string& suffix, Source& source) const;
  std::string full_name(const std::string& table) const;
  bool may_read(const std::string& table) const;
  static QueryError denied(const std::string& name);

  const World& world_;
  const View& view_;
};

}  // namespace assay::warehouse::sql
