#pragma once

// What ended processes have written, by the kernel's own account.
//
// In: nothing but /proc/self/io of proc_pid_io(5): a process's own, with those of the children that
// it waited for, and theirs. Out: bytes. For the process that waits for others; any thread.

#include <cstdint>
#include <optional>

#include "harness/base/unique_fd.h"

namespace assay::sandbox::runner {

class IoAccount {
 public:
  /// Of this process; one that knows nothing where there is no /proc or the kernel does not count.
  static IoAccount of_self();

  /// Bytes that were given to write(2) and its like, whatever they went to. Not those written
  /// through a mapping, nor by send(2).
  std::optional<std::int64_t> written() const;

 private:
  UniqueFd file_;
};

}  // namespace assay::sandbox::runner
