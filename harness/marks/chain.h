#pragma once

// marks.jsonl: the marks on one report, one line each, oldest first, each with the SHA-256 of the
// line before, so that none can be changed or taken out of the middle unseen. (Lines taken off the
// end are noticed by what the report repeats of them.)
//
// Writing. A mark is one line, written at the end of the file under an exclusive lock of the file
// and flushed to the disk before append() returns. Two people who mark at once wait for one
// another. What a crash left of a line that was never finished has no line end: readers pass over
// it, and the next append takes it away. A write that fails is taken back.
//
// In: a folder that holds a report. Out: marks, or an input error that names the file and the line
// where the chain is broken. Owns its descriptor and with it the lock. One thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/marks.h"

namespace assay::marks {

inline constexpr std::string_view kMarksFile = "marks.jsonl";

inline constexpr std::size_t kMaxChainBytes = 16 << 20;
inline constexpr std::size_t kMaxMarkText = 4'000;  ///< bytes of a mark's text
inline constexpr std::size_t kMaxMarkName = 200;    ///< bytes of who marks, and of their role

/// The marks of a chain, and what its next line has to follow.
struct Chain {
  std::vector<model::Mark> marks;
  std::optional<std::string> last_sha256;  ///< of the last line; none where there is no line
  std::size_t whole_bytes = 0;             ///< without what a crash left of an unfinished line
};

/// `path` names the file in errors.
Result<Chain> parse_chain(std::string_view bytes, const std::string& path);

/// Without a lock: a line is there whole or not at all. No file is no marks.
Result<Chain> read_chain(const std::string& folder);

/// The chain of a folder, locked for as long as this lives.
class LockedChain {
 public:
  /// Waits for whoever holds the lock. Makes the file where it is missing.
  static Result<LockedChain> open(const std::string& folder);

  const Chain& chain() const { return chain_; }

  /// Adds a line; `prev_sha256` is filled in here. Gives the mark as it was written.
  Result<model::Mark> append(model::Mark mark);

 private:
  LockedChain(std::string path, UniqueFd file, Chain chain)
      : path_(std::move(path)), file_(std::move(file)), chain_(std::move(chain)) {}

  std::string path_;
  UniqueFd file_;
  Chain chain_;
};

/// What a report repeats of its marks must be how the chain begins; else lines were taken off the
/// end or the whole was put in another's place.
Status check_repeated(const Json& report, const Chain& chain, const std::string& folder);

}  // namespace assay::marks
