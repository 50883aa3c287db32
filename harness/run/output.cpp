#include "harness/run/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "harness/run/staging.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

using staging::write_error;

constexpr std::string_view kLockFile = ".grading.lock";

Status write_file(const fs::path& path, std::string_view bytes, unsigned mode, UniqueFd& file) {
  ASSAY_TRY(file, staging::make_file(path, mode));
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return write_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return staging::flush(file.get(), path);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error));
}

/// What has the name of a result folder is one, a link to one, or not there; and can be replaced.
Status check_place(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (!fs::exists(status) || fs::is_symlink(status)) return success();
  if (!fs::is_directory(status))
    return input_error("a file stands where a submission's results belong", {target.string()},
                       "Move it away, or choose another folder by --out.");
  // What is in it could not be moved along.
  if (::access(target.c_str(), W_OK | X_OK) != 0) return write_error(target, errno);
  return success();
}

/// Removes a temporary, or the folder that was replaced, once nothing in it is lost by that.
Status put_away(const fs::path& replaced, const fs::path& target,
                const std::vector<std::string>& ours) {
  std::error_code error;
  if (is_folder(replaced) && !staging::merge(replaced, target, ours))
    return environment_error("not all of what others put into " + target.string() +
                                 " could be taken along; the rest is in " + replaced.string(),
                             "Move it by hand.");
  fs::remove_all(replaced, error);
  return success();
}

/// Puts `fresh` in the place of `target`, which has all that is foreign in it by now.
Status replace_folder(const fs::path& fresh, const fs::path& target,
                      const std::vector<std::string>& ours) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
    return success();
  if (errno != EEXIST && errno != EINVAL && errno != ENOSYS) return write_error(target, errno);
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0)
    return put_away(fresh, target, ours);
  if (errno != EINVAL && errno != ENOSYS) return write_error(target, errno);
  // A file system that cannot exchange (some network ones): the old folder steps aside first.
  const fs::path aside = fresh.string() + std::string(staging::kAsideSuffix);
  if (::rename(target.c_str(), aside.c_str()) != 0 && errno != ENOENT)
    return write_error(target, errno);
  if (::rename(fresh.c_str(), target.c_str()) != 0) {
    const int error_number = errno;
    (void)::rename(aside.c_str(), target.c_str());  // or else the next run does it
    return write_error(target, error_number);
  }
  return put_away(aside, target, ours);
}

Status fill_and_place(const fs::path& fresh, const fs::path& target,
                      const std::vector<OutputFile>& files, const std::vector<std::string>& ours) {
  ASSAY_CHECK(check_place(target));
  ASSAY_CHECK(put_away(fresh, target, ours));
  ASSAY_TRY(const UniqueFd folder, staging::make_folder(fresh));
  for (const OutputFile& file : files) {
    UniqueFd written;
    ASSAY_CHECK(write_file(fresh / file.name, file.bytes, 0644, written));
  }
  if (is_folder(target)) staging::share(target, fresh, ours);
  ASSAY_CHECK(staging::flush(folder.get(), fresh));
  ASSAY_CHECK(replace_folder(fresh, target, ours));
  return staging::flush_folder(target.parent_path());
}

/// A leftover in `folder`. Why it is still there, empty where it is not.
std::string remove_leftover(const fs::path& leftover, const staging::Temporary& temporary,
                            const std::vector<std::string>& ours) {
  const fs::path target = leftover.parent_path() / temporary.target;
  std::error_code error;
  if (is_folder(leftover)) {
    // The old folder had stepped aside, and the new one had not taken its place.
    if (temporary.aside && !fs::exists(fs::symlink_status(target, error))) {
      fs::rename(leftover, target, error);
      return error ? leftover.string() + ": " + error.message() : "";
    }
    if (!staging::merge(leftover, target, ours))
      return leftover.string() +
             ": a run that was killed left it, and it holds files that are not in " +
             target.string() + "; look at them, then move or remove it";
  }
  fs::remove_all(leftover, error);
  return error ? leftover.string() + ": " + error.message() : "";
}

void remove_leftovers_in(const fs::path& folder, const std::vector<std::string>& ours,
                         std::vector<std::string>& notices) {
  std::vector<std::pair<fs::path, staging::Temporary>> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto temporary = staging::temporary_from(entry->path().filename().string());
    if (temporary && !staging::is_held(entry->path()))
      found.emplace_back(entry->path(), *temporary);
  }
  // A folder that stepped aside goes back to its place before others are held against it.
  std::ranges::stable_sort(found, {}, [](const auto& each) { return !each.second.aside; });
  for (const auto& [path, temporary] : found)
    if (std::string why = remove_leftover(path, temporary, ours); !why.empty())
      notices.push_back(std::move(why));
}

}  // namespace

Status make_output_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return write_error(folder, error.value());
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return write_error(folder, errno);
  return success();
}

Status write_result_folder(const std::string& root, const std::string& name,
                           const std::vector<OutputFile>& files,
                           const std::vector<std::string>& ours) {
  const fs::path fresh = staging::temporary_of(root, name);
  const fs::path target = fs::path(root) / name;
  Status status = fill_and_place(fresh, target, files, ours);
  if (!status.ok()) (void)put_away(fresh, target, ours).ok();  // the first error is the one to tell
  return status;
}

Status write_result_file(const std::string& root, const OutputFile& file, unsigned mode) {
  const fs::path fresh = staging::temporary_of(root, file.name);
  const fs::path target = fs::path(root) / file.name;
  UniqueFd written;
  Status status = write_file(fresh, file.bytes, mode, written);
  if (status.ok() && ::rename(fresh.c_str(), target.c_str()) != 0)
    status = write_error(target, errno);
  if (!status.ok()) {
    ::unlink(fresh.c_str());
    return status;
  }
  return staging::flush_folder(root);
}

std::vector<std::string> remove_leftovers(const std::string& root,
                                          const std::vector<std::string>& ours) {
  std::vector<std::string> notices;
  remove_leftovers_in(root, ours, notices);
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& folder = entry->path();
    if (folder.filename().string().starts_with('.') || !is_folder(folder)) continue;
    if (std::ranges::none_of(ours, [&](const std::string& name) {
          std::error_code failed;
          return fs::exists(folder / name, failed);
        }))
      continue;  // somebody else's
    remove_leftovers_in(folder, ours, notices);
    for (fs::directory_iterator inner(folder, error), done; !error && inner != done;
         inner.increment(error))
      if (is_folder(inner->path())) remove_leftovers_in(inner->path(), ours, notices);
  }
  return notices;
}

void remove_leftovers_of(const std::string& root, const std::string& name) {
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto temporary = staging::temporary_from(entry->path().filename().string());
    if (temporary && temporary->target == name && !is_folder(entry->path()) &&
        !staging::is_held(entry->path()))
      ::unlink(entry->path().c_str());
  }
}

Result<OutputLock> OutputLock::take(const std::string& folder) {
  const std::string path = (fs::path(folder) / kLockFile).string();
  for (;;) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) return write_error(path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK)
        return input_error("another `assay grade` is writing to this folder", {folder},
                           "Wait until it is done, or choose another folder by --out.");
      return OutputLock(path, UniqueFd());
    }
    // Whoever had it may have taken the file away after we opened it.
    struct stat ours {
    }, named{};
    if (::fstat(file.get(), &ours) == 0 && ::lstat(path.c_str(), &named) == 0 &&
        ours.st_ino == named.st_ino && ours.st_dev == named.st_dev)
      return OutputLock(path, std::move(file));
  }
}

OutputLock::~OutputLock() {
  if (file_) ::unlink(path_.c_str());
}

}  // namespace assay::run
