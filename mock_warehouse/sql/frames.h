#pragma once

// JSON documents between assay and assay-sql: four bytes of length, little-endian, then the text.
// Both ends are ours. Blocking descriptors.

#include <cstddef>
#include <optional>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::warehouse::sql {

/// A result (kMaxResultBytes) with its frame of JSON, or a world.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;

/// How assay-sql exits where a query has used up the cpu time that it was sent with.
inline constexpr int kExitOutOfCpu = 75;

Status send_message(int socket, const Json& message);

/// Nothing where the other end is closed, or takes longer than `timeout_ms`; negative: waits for
/// ever.
Result<std::optional<Json>> receive_message(int socket, int timeout_ms);

}  // namespace assay::warehouse::sql
