#pragma once

// The bounds of one warehouse. What a client sends is untrusted: each of these is reached by
// somebody.

#include <cstddef>

#include "harness/base/time.h"

namespace assay::warehouse {

/// Open connections; further ones wait in the listener's backlog.
inline constexpr std::size_t kMaxConnections = 256;
/// A request's line, of which RFC 9112, section 3, has everybody take 8,000 bytes; more is a 414.
inline constexpr std::size_t kMaxRequestLineBytes = 8 << 10;
/// That line and the header fields; more is a 431. The fields of a trailer have as much again.
inline constexpr std::size_t kMaxHeaderBytes = 16 << 10;
/// What stands behind the sizes of one request's chunks; more is a 400.
inline constexpr std::size_t kMaxChunkExtensionBytes = 4 << 10;
/// From a request's first byte to its last, by the case's clock; later is a 408.
inline constexpr Duration kRequestPatience = std::chrono::seconds(60);
/// A request's body; more is a 413.
inline constexpr std::size_t kMaxBodyBytes = 1 << 20;
/// Bytes of requests that wait for the answer before them; more is left in the socket.
inline constexpr std::size_t kMaxPipelinedBytes = 64 << 10;
/// Bytes read from one connection in one pump.
inline constexpr std::size_t kMaxReadBytes = 4 << 20;
/// Connections and bytes of one case. Whoever goes beyond either finds nobody listening any more.
inline constexpr int kMaxConnectionsInAll = 20'000;
inline constexpr std::size_t kMaxBytesInAll = 256 << 20;
/// Requests in a case's journal; further ones are not recorded, and nobody listens any more.
inline constexpr std::size_t kMaxJournalRecords = 10'000;
/// Rules that may be added to a script while it is served.
inline constexpr std::size_t kMaxInjected = 1'000;
/// What a journal record keeps of a request.
inline constexpr std::size_t kMaxRecordedTarget = 2 << 10;
inline constexpr std::size_t kMaxRecordedHeaders = 64;
inline constexpr std::size_t kMaxRecordedHeaderBytes = 512;
inline constexpr std::size_t kMaxRecordedBody = 4 << 10;
/// Partitions in one page of a listing.
inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxPageSize = 1'000;

}  // namespace assay::warehouse
