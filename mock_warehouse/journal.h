#pragma once

// What clients asked and how each answer ended, as model::Request records in the order of arrival.
//
// A record is written before the first byte of its answer and completed as the answer goes out.
// Bounded: see limits.h. Owned by one server, used from its thread.

#include <optional>
#include <string>
#include <vector>

#include "harness/model/observation.h"
#include "mock_warehouse/http.h"

namespace assay::warehouse {

/// A query as a record keeps it: one that is too long keeps its beginning and a hash of the whole.
std::string recorded_sql(const std::string& sql);

class Journal {
 public:
  Journal(VirtualTime start, std::size_t max_records) : start_(start), max_records_(max_records) {}

  /// No record can be added.
  bool full() const;

  /// Adds a record of what was asked; the caller fills in `record` what it knows besides.
  std::size_t add(const HttpRequest& request, VirtualTime at, model::Request record);
  void sent(std::size_t index, std::optional<int> status, std::int64_t bytes);
  void ended(std::size_t index, model::WireEnd end, VirtualTime at);

  const std::vector<model::Request>& records() const { return records_; }

 private:
  Duration gap_before(Duration at) const;

  VirtualTime start_;
  std::size_t max_records_;
  std::vector<model::Request> records_;
};

}  // namespace assay::warehouse
