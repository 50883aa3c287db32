#pragma once

// What is on its way into the output folder: temporaries beside the place that they are for, and
// the files of other people that have to come along when a folder takes another's place.
//
// Theory of operation. A temporary is hidden and named after its target, `.NAME.assay-partial-PID`,
// so that nobody takes it for a result. Whoever writes it holds a lock (flock) on it; the kernel
// lets go of that however the writer ends, so a temporary that nobody holds is what a killed run
// left behind. What a folder holds that is not ours is given a second name in the folder that will
// replace it, before it does. So a grader's marks are in the folder under its name at every moment,
// and what is taken away afterwards is a name of theirs and not the last one.
//
// In: paths. Out: files. Owns the lock that Hold is. One thread.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::run::staging {

/// The temporary of `root`/`name` that this process writes.
std::filesystem::path temporary_of(const std::string& root, const std::string& name);

/// Behind the name of a temporary: the folder that it replaces, where a file system cannot exchange
/// the two.
inline constexpr std::string_view kAsideSuffix = ".old";

struct Temporary {
  std::string target;  ///< the name that it is for
  bool aside = false;
};

/// What a name stands for; nothing where it is none of ours.
std::optional<Temporary> temporary_from(std::string_view name);

Error write_error(const std::filesystem::path& path, int error_number);

/// A new file to be written, held until the descriptor is closed. What was there before is gone.
Result<UniqueFd> make_file(const std::filesystem::path& path, unsigned mode);

/// A new folder, likewise; an error where there is something already.
Result<UniqueFd> make_folder(const std::filesystem::path& path);

/// Whether somebody writes it now. Where the file system has no locks, everything is being written.
bool is_held(const std::filesystem::path& path);

/// Brings what was written to the disk. File systems that cannot do that for a folder need not.
Status flush(int fd, const std::filesystem::path& path);
Status flush_folder(const std::filesystem::path& path);

/// Gives all that lies in `from` under other names than `left_out` a second name in `to`, whole
/// trees of it: hard links, copies where there can be none. What allows neither is left where it
/// is.
void share(const std::filesystem::path& from, const std::filesystem::path& to,
           const std::vector<std::string>& left_out);

/// Moves to `to` what share() did not. False where `from` still holds something that `to` has not.
bool merge(const std::filesystem::path& from, const std::filesystem::path& to,
           const std::vector<std::string>& left_out);

}  // namespace assay::run::staging
