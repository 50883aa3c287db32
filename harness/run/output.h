#pragma once

// Puts results into the output folder, whole or not at all: a reader, or a run that is interrupted
// or killed at any moment, or a machine that loses its power, sees the old files or the new ones
// and never a part; and what others put there (a grader's marks and notes) is in its place
// throughout.
//
// In: bytes. Out: files, on the disk once a call has returned. One thread; what is on its way is
// explained in run/staging.h.

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::run {

struct OutputFile {
  std::string name;
  std::string bytes;
};

/// Makes the folder, and those above it, where they are missing.
Status make_output_folder(const std::string& folder);

/// Writes `files` as the folder `root`/`name`. A folder of that name is replaced in one step; what
/// lies in it under other names than `ours` (a grader's notes, say) comes along. An input error
/// where something else than a folder has that name.
Status write_result_folder(const std::string& root, const std::string& name,
                           const std::vector<OutputFile>& files,
                           const std::vector<std::string>& ours);

/// Writes `root`/`name` in one step. `mode` is who may read it, beside its owner.
Status write_result_file(const std::string& root, const OutputFile& file, unsigned mode = 0644);

/// Takes away what runs that were killed left behind in `root` and in the result folders in it, and
/// nothing else. Should such a leftover hold a file that is none of `ours`, it goes back to where
/// it belongs. Of each that cannot be seen to: one sentence. For who holds the OutputLock of
/// `root`.
std::vector<std::string> remove_leftovers(const std::string& root,
                                          const std::vector<std::string>& ours);

/// The same for the temporaries of one file alone, whatever lies beside it.
void remove_leftovers_of(const std::string& root, const std::string& name);

/// An output folder that one grading at a time writes to. The kernel lets go of it however we end.
class OutputLock {
 public:
  /// An input error where another grading has it.
  static Result<OutputLock> take(const std::string& folder);
  OutputLock(OutputLock&&) noexcept = default;
  OutputLock& operator=(OutputLock&&) = delete;
  ~OutputLock();

 private:
  OutputLock(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  UniqueFd file_;  ///< none where the file system has no locks
};

}  // namespace assay::run
