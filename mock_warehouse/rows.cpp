#include "mock_warehouse/rows.h"

#include <algorithm>
#include <cstdio>

#include "mock_warehouse/random.h"

namespace assay::warehouse {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  for (const char c : text) hash = mix(hash ^ static_cast<unsigned char>(c));
  return hash;
}

}  // namespace

Rows::Rows(const Table& table, const Partition& partition)
    : table_(table),
      partition_(partition),
      distinct_(partition.row_count - partition.duplicate_rows),
      midnight_(days_of(partition.day) * kMicrosPerDay),
      seed_(mix(table.seed ^ hash_of(table.id) ^ hash_of(partition.day))) {
  if (partition.date.empty()) return;
  const auto found = std::ranges::find(table.columns, table.partition_column, &Column::name);
  if (found != table.columns.end()) partition_column_ = found - table.columns.begin();
}

void Rows::cell(std::size_t index, std::int64_t row, Cell& cell) const {
  const Column& column = table_.columns[index];
  if (row >= distinct_) row -= distinct_;
  if (static_cast<std::size_t>(row) < partition_.rows.size()) {
    const auto& written = partition_.rows[static_cast<std::size_t>(row)];
    if (const auto found = written.find(index); found != written.end()) {
      cell = found->second;
      return;
    }
  }
  cell.null = column.values.null_every > 0 &&
              row % column.values.null_every == column.values.null_every - 1;
  if (cell.null) return;
  if (static_cast<std::ptrdiff_t>(index) == partition_column_ && column.type == SqlType::kDate) {
    cell.number = days_of(partition_.date);
    return;
  }
  generate(column, row, cell);
}

void Rows::generate(const Column& column, std::int64_t row, Cell& cell) const {
  const Values& values = column.values;
  switch (values.kind) {
    case Values::Kind::kCycle:
      cell = values.items[static_cast<std::size_t>(row) % values.items.size()];
      return;
    case Values::Kind::kPick:
      cell = values.items[random(column, row) % values.items.size()];
      return;
    case Values::Kind::kArrival: {
      this->cell(values.of, row, cell);
      if (cell.null) return;
      cell.number += values.low * kMicrosPerSecond;
      if (row >= distinct_ - partition_.late_rows)
        cell.number += partition_.late_by_s * kMicrosPerSecond;
      return;
    }
    case Values::Kind::kSequence: {
      const bool in_day = column.type == SqlType::kTimestamp || column.type == SqlType::kDatetime;
      const std::int64_t at =
          values.low + values.step * (in_day ? row : partition_.first_row + row);
      cell.number = at;
      if (in_day) cell.number = midnight_ + at * kMicrosPerSecond % kMicrosPerDay;
      if (column.type == SqlType::kNumeric) cell.number = at * kNumericUnits;
      cell.real = static_cast<double>(at);
      return;
    }
    case Values::Kind::kSeeded:
      draw(column, row, cell);
      return;
  }
}

void Rows::draw(const Column& column, std::int64_t row, Cell& cell) const {
  const Values& values = column.values;
  const std::uint64_t drawn = random(column, row);
  const auto span = static_cast<std::uint64_t>(values.high - values.low) + 1;
  const std::int64_t number =
      values.low + static_cast<std::int64_t>(span == 0 ? drawn : drawn % span);
  switch (column.type) {
    case SqlType::kString: {
      constexpr std::uint64_t kNames = 1 << 24;
      char text[16];
      std::snprintf(text, sizeof text, "-%06x", static_cast<unsigned>(drawn % kNames));
      cell.text = column.name;
      cell.text += text;
      return;
    }
    case SqlType::kDate:
      cell.number = midnight_ / kMicrosPerDay;
      return;
    case SqlType::kDatetime:
    case SqlType::kTimestamp:
      cell.number = midnight_ + number * kMicrosPerSecond;
      return;
    case SqlType::kNumeric:
      cell.number = number * kNumericUnits;
      return;
    case SqlType::kFloat64:
      cell.real = static_cast<double>(number);
      return;
    case SqlType::kInt64:
    case SqlType::kBool:
      cell.number = number;
      return;
  }
}

std::uint64_t Rows::random(const Column& column, std::int64_t row) const {
  return mix(mix(seed_ ^ hash_of(column.name)) ^ static_cast<std::uint64_t>(row));
}

std::int64_t column_bytes(const Table& table, const Partition& partition, std::size_t index) {
  const Column& column = table.columns[index];
  const int width = base_width(column.type);
  if (column.type != SqlType::kString && column.values.null_every == 0 && partition.rows.empty())
    return partition.row_count * width;
  const Rows rows(table, partition);
  const std::int64_t weighed = std::min(rows.count(), kWeighedRows);
  std::int64_t bytes = 0;
  Cell cell;
  for (std::int64_t row = 0; row < weighed; ++row) {
    rows.cell(index, row, cell);
    if (cell.null) continue;
    bytes += width;
    if (column.type == SqlType::kString) bytes += static_cast<std::int64_t>(cell.text.size());
  }
  if (weighed == rows.count()) return bytes;
  return static_cast<std::int64_t>(static_cast<__int128>(bytes) * rows.count() / weighed);
}

}  // namespace assay::warehouse
