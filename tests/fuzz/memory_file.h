#pragma once

// A file that lies in memory alone, under a path of its own, for readers that are given a path.
//
// In: bytes. Out: a path, good for as long as this lives and in this process only.

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "harness/base/unique_fd.h"
#include "tests/fuzz/invariant.h"

namespace assay::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("input", MFD_CLOEXEC)) {
    FUZZ_CHECK(file_.valid() && ::write(file_.get(), bytes.data(), bytes.size()) ==
                                    static_cast<ssize_t>(bytes.size()),
               "no file in memory could be made");
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

 private:
  UniqueFd file_;
};

}  // namespace assay::fuzz
