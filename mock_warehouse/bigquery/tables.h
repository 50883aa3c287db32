#pragma once

// The resource tables: get and list. Both tell what the catalogue knows, which may disagree with
// the rows.

#include <string>
#include <variant>

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

/// A table as a path names it. Lives as long as its world.
struct NamedTable {
  const Table& table;
  std::string date;  ///< of the partition that a decorator names; empty: all of the table
};
/// Or the refusal, where the world has no such table or the decorator is no day of it.
std::variant<NamedTable, Answer> named_table(const Call& call);

Answer tables_get(const Call& call);
Answer tables_list(const Call& call);

}  // namespace assay::warehouse::bigquery
