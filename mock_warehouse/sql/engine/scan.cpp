#include "mock_warehouse/sql/engine/scan.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "mock_warehouse/rows.h"
#include "mock_warehouse/sql/engine/handles.h"

namespace assay::warehouse::sql {
namespace {

LogicalType engine_type_of(SqlType type) {
  switch (type) {
    case SqlType::kInt64:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
    case SqlType::kFloat64:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE));
    case SqlType::kNumeric:
      return LogicalType(duckdb_create_decimal_type(38, 9));
    case SqlType::kBool:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN));
    case SqlType::kString:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    case SqlType::kDate:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_DATE));
    case SqlType::kDatetime:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP));
    case SqlType::kTimestamp:
      return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP_TZ));
  }
  return LogicalType();
}

template <class T>
void store(duckdb_vector vector, idx_t row, T value) {
  static_cast<T*>(duckdb_vector_get_data(vector))[row] = value;
}

void write(duckdb_vector vector, idx_t row, SqlType type, const Cell& cell) {
  if (cell.null) {
    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
    return;
  }
  switch (type) {
    case SqlType::kInt64:
    case SqlType::kDatetime:
    case SqlType::kTimestamp:
      return store(vector, row, cell.number);
    case SqlType::kFloat64:
      return store(vector, row, cell.real);
    case SqlType::kNumeric:
      return store(
          vector, row,
          duckdb_hugeint{static_cast<std::uint64_t>(cell.number), cell.number < 0 ? -1 : 0});
    case SqlType::kBool:
      return store(vector, row, cell.number != 0);
    case SqlType::kDate:
      return store(vector, row, static_cast<std::int32_t>(cell.number));
    case SqlType::kString:
      duckdb_vector_assign_string_element_len(vector, row, cell.text.data(), cell.text.size());
      return;
  }
}

/// Where one reader of a source stands.
class Cursor {
 public:
  /// `columns`: which of the source's are wanted, none where a column of no matter is.
  Cursor(Scan& scan, std::vector<std::optional<std::size_t>> columns)
      : scan_(scan), columns_(std::move(columns)) {}

  /// Fills a chunk; none of its rows where there are no more.
  void fill(duckdb_data_chunk chunk) {
    const auto room = static_cast<std::int64_t>(duckdb_vector_size());
    const std::int64_t rows =
        scan_.source.fixed.empty() ? fill_slice(chunk, room) : fill_fixed(chunk, room);
    duckdb_data_chunk_set_size(chunk, static_cast<idx_t>(rows));
  }

 private:
  std::int64_t fill_fixed(duckdb_data_chunk chunk, std::int64_t room) {
    const auto& fixed = scan_.source.fixed;
    const std::int64_t count = std::min(room, static_cast<std::int64_t>(fixed.size()) - row_);
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      if (!columns_[k]) continue;
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, k);
      for (std::int64_t i = 0; i < count; ++i)
        write(vector, static_cast<idx_t>(i), scan_.source.columns[*columns_[k]].type,
              fixed[static_cast<std::size_t>(row_ + i)][*columns_[k]]);
    }
    row_ += count;
    return count;
  }

  std::int64_t fill_slice(duckdb_data_chunk chunk, std::int64_t room) {
    const auto& slices = scan_.source.slices;
    while (slice_ < slices.size() && row_ >= slices[slice_].partition->row_count) {
      ++slice_;
      row_ = 0;
      rows_.reset();
    }
    if (slice_ >= slices.size()) return 0;
    const Slice& slice = slices[slice_];
    if (!rows_) rows_.emplace(*slice.table, *slice.partition);
    const std::int64_t count = std::min(room, slice.partition->row_count - row_);
    if (!take(count)) return 0;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      if (!columns_[k]) continue;
      fill_column(slice, *columns_[k], duckdb_data_chunk_get_vector(chunk, k), count);
    }
    row_ += count;
    return count;
  }

  bool take(std::int64_t count) {
    scan_.budget->rows -= count;
    if (scan_.budget->rows < 0) scan_.budget->exhausted = true;
    return !scan_.budget->exhausted;
  }

  void fill_column(const Slice& slice, std::size_t index, duckdb_vector vector,
                   std::int64_t count) {
    const SourceColumn& column = scan_.source.columns[index];
    const int own = (*slice.columns)[index];
    if (own < 0) cell_ = column.pseudo ? pseudo_cell(slice, column) : Cell{};
    for (std::int64_t i = 0; i < count; ++i) {
      if (own >= 0) rows_->cell(static_cast<std::size_t>(own), row_ + i, cell_);
      write(vector, static_cast<idx_t>(i), column.type, cell_);
    }
  }

  static Cell pseudo_cell(const Slice& slice, const SourceColumn& column) {
    Cell cell{.null = false};
    if (column.name == kTableSuffix) {
      cell.text = slice.suffix;
      return cell;
    }
    if (slice.partition->date.empty()) return Cell{};
    cell.number = days_of(slice.partition->date);
    if (column.type == SqlType::kTimestamp) cell.number *= kMicrosPerDay;
    return cell;
  }

  Scan& scan_;
  const std::vector<std::optional<std::size_t>> columns_;
  std::size_t slice_ = 0;
  std::int64_t row_ = 0;
  std::optional<Rows> rows_;
  Cell cell_;
};

std::int64_t count_rows(const Source& source) {
  std::int64_t rows = static_cast<std::int64_t>(source.fixed.size());
  for (const Slice& slice : source.slices) rows += slice.partition->row_count;
  return rows;
}

void bind(duckdb_bind_info info) {
  const auto& scan = *static_cast<Scan*>(duckdb_bind_get_extra_info(info));
  const LogicalType none(duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN));
  duckdb_bind_add_result_column(info, std::string(kNoColumn).c_str(), none.get());
  for (const SourceColumn& column : scan.source.columns) {
    const LogicalType type = engine_type_of(column.type);
    duckdb_bind_add_result_column(info, column.name.c_str(), type.get());
  }
  duckdb_bind_set_cardinality(info, static_cast<idx_t>(count_rows(scan.source)), true);
}

void init(duckdb_init_info info) {
  auto& scan = *static_cast<Scan*>(duckdb_init_get_extra_info(info));
  std::vector<std::optional<std::size_t>> columns(duckdb_init_get_column_count(info));
  for (idx_t i = 0; i < columns.size(); ++i) {
    // kNoColumn is the first.
    const idx_t index = duckdb_init_get_column_index(info, i);
    if (index > 0 && index <= scan.source.columns.size()) columns[i] = index - 1;
  }
  auto cursor = std::make_unique<Cursor>(scan, std::move(columns));
  duckdb_init_set_init_data(info, cursor.release(),
                            [](void* data) { delete static_cast<Cursor*>(data); });
  duckdb_init_set_max_threads(info, 1);
}

void produce(duckdb_function_info info, duckdb_data_chunk chunk) {
  static_cast<Cursor*>(duckdb_function_get_init_data(info))->fill(chunk);
  const auto& scan = *static_cast<Scan*>(duckdb_function_get_extra_info(info));
  if (scan.budget->exhausted) duckdb_function_set_error(info, "too many rows");
}

}  // namespace

Status register_scan(duckdb_connection connection, Scan& scan) {
  const TableFunction function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), scan.function.c_str());
  duckdb_table_function_set_extra_info(function.get(), &scan, nullptr);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_function(function.get(), produce);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  if (duckdb_register_table_function(connection, function.get()) != DuckDBSuccess)
    return environment_error("the SQL engine takes no table function " + scan.function);
  return success();
}

}  // namespace assay::warehouse::sql
