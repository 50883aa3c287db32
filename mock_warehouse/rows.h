#pragma once

// The rows of a partition, computed one by one, and what they weigh.
//
// Pure functions of table, partition and row number. Rows count from 0. The last `duplicate_rows`
// of a partition repeat its first ones; the `late_rows` before those came in later than they
// should. Of rows that the world writes down, what it leaves out is computed as for any other.

#include <cstdint>
#include <string>
#include <vector>

#include "mock_warehouse/world.h"

namespace assay::warehouse {

/// Computes cells of one partition. Borrows table and partition, which must outlive it. `cell`
/// writes into a Cell that the caller keeps, so that a string's memory is used again.
class Rows {
 public:
  Rows(const Table& table, const Partition& partition);

  std::int64_t count() const { return partition_.row_count; }
  void cell(std::size_t column, std::int64_t row, Cell& cell) const;

 private:
  void generate(const Column& column, std::int64_t row, Cell& cell) const;
  void draw(const Column& column, std::int64_t row, Cell& cell) const;
  std::uint64_t random(const Column& column, std::int64_t row) const;

  const Table& table_;
  const Partition& partition_;
  const std::int64_t distinct_;
  const std::int64_t midnight_;  ///< of the partition's day, in microseconds since 1970
  const std::uint64_t seed_;
  std::ptrdiff_t partition_column_ = -1;
};

/// Bytes of one column of a partition as the service counts them. Of a partition with more rows
/// than kWeighedRows, those of its first so many, in proportion.
inline constexpr std::int64_t kWeighedRows = 20'000;
std::int64_t column_bytes(const Table& table, const Partition& partition, std::size_t column);

}  // namespace assay::warehouse
