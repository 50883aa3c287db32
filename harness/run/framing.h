#pragma once

// JSON documents on a stream socket: four bytes of length, little-endian, then the text. Both ends
// are ours (assay and its workers); what came out of a box has been decoded and bounded before it
// gets here.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::run {

/// Longer frames are refused on both sides.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{128} << 20;

/// How long a write may find its reader's buffer full.
inline constexpr std::chrono::milliseconds kFrameWriteTimeout{30'000};

/// Writes one frame, waiting for room where the descriptor is non-blocking. An error of the
/// environment where the other end is gone or takes nothing for kFrameWriteTimeout.
Status write_frame(int fd, const Json& document);

/// Puts frames together from the pieces that arrive. Holds no descriptor.
class FrameReader {
 public:
  enum class Input { kOpen, kEnd };

  /// Reads what is there: once from a blocking descriptor, until it would block from a non-blocking
  /// one. kEnd: the other end is closed.
  Result<Input> read_from(int fd);

  /// The next whole document, or nothing yet.
  Result<std::optional<Json>> next();

 private:
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what next() has not given out
};

/// Blocks until a frame is there; nothing at the end of the stream.
Result<std::optional<Json>> read_frame(int fd, FrameReader& reader);

}  // namespace assay::run
