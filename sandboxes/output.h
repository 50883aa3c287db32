#pragma once

// What a box writes to stdout or stderr, read as it comes and bounded.
//
// In: the reading end of a pipe (made non-blocking here). Out: a model::Stream. Owned by the loop
// that runs a case; one thread.

#include <cstdint>
#include <string>

#include "harness/base/unique_fd.h"
#include "harness/model/observation.h"

namespace assay::sandbox {

class Output {
 public:
  Output(UniqueFd pipe, std::int64_t limit_bytes);

  /// The descriptor to wait for, or -1 where all is read.
  int fd() const { return pipe_.get(); }

  /// Reads what is there; true where it stopped before it had all. Beyond the limit it is dropped.
  bool drain();

  bool over_limit() const { return over_limit_; }

  /// All that was read so far, what was dropped included.
  std::int64_t bytes() const { return bytes_; }

  /// What was written, cut at the limit. Nothing of how much came after it: that depends on when
  /// the box was killed.
  model::Stream take();

 private:
  UniqueFd pipe_;
  std::int64_t limit_bytes_;
  std::string text_;
  std::int64_t bytes_ = 0;
  bool over_limit_ = false;
};

}  // namespace assay::sandbox
