#pragma once

// Through which faults a world is seen, by whichever API. Pure functions, on any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

/// What a request finds otherwise than it is.
struct View {
  /// Partitions that are not to be seen yet: one date, or all where `date` is empty.
  struct Hidden {
    std::string date;
  };
  /// What is told of partitions is old: of one date, or of all where `date` is empty.
  struct Stale {
    std::string date;
    int rows_percent = 100;  ///< of the right number, rounded down
    Duration age{};          ///< so much earlier was the last change that is known
  };
  /// How listings are cut into pages.
  struct Paging {
    std::optional<int> size;     ///< at most; a request that asks for fewer gets fewer
    bool drops_token = false;    ///< every page claims to be the last
    bool repeats_token = false;  ///< every page but the first names itself as the next
  };

  /// Jobs that are over are told of as if they went on.
  struct Pending {
    std::string state;  ///< "PENDING" or "RUNNING"
  };
  /// The job that is asked for fails, and its answers look like success.
  struct JobFailure {
    std::string reason;
    std::string message;
  };

  std::optional<Hidden> hidden;
  std::optional<Stale> stale;
  Paging paging;
  std::optional<Pending> pending;
  std::optional<JobFailure> job_failure;
};

/// What is told of a partition or table, by whoever keeps the catalogue.
struct Told {
  std::int64_t rows = 0;
  std::string last_modified;
};
Told told_of(const Partition& partition, const View& view);

/// A time in UTC, by `age` earlier; text that is no such time stays as it is.
std::string earlier(const std::string& time, Duration age);

/// Whether the partition of that date is not to be seen through the view.
bool is_hidden(const View& view, std::string_view date);

}  // namespace assay::warehouse
