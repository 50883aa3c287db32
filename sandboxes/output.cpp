#include "sandboxes/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/model/json.h"

namespace assay::sandbox {
namespace {

constexpr std::size_t kChunk = 64 * 1024;  // a pipe's capacity
/// A flood must not keep the loop from its clock.
constexpr int kChunksAtATime = 16;

}  // namespace

Output::Output(UniqueFd pipe, std::int64_t limit_bytes)
    : pipe_(std::move(pipe)), limit_bytes_(limit_bytes) {
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

bool Output::drain() {
  static thread_local char chunk[kChunk];
  for (int i = 0; pipe_ && i < kChunksAtATime; ++i) {
    const ssize_t size = ::read(pipe_.get(), chunk, sizeof chunk);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return false;
    if (size <= 0) {
      pipe_.reset();
      return false;
    }
    bytes_ += size;
    const auto room = static_cast<std::size_t>(limit_bytes_) - text_.size();
    const auto kept = std::min(room, static_cast<std::size_t>(size));
    text_.append(chunk, kept);
    over_limit_ |= kept < static_cast<std::size_t>(size);
  }
  return pipe_.valid();
}

model::Stream Output::take() {
  model::Stream stream;
  stream.bytes = static_cast<std::int64_t>(text_.size());
  stream.text = to_valid_utf8(text_);
  stream.cut = over_limit_;
  return stream;
}

}  // namespace assay::sandbox
