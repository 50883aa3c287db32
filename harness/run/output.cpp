#include "harness/run/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/unique_fd.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

/// Hidden, so that a half-written one is not taken for a result; our process id keeps two runs with
/// the same output folder apart.
fs::path temporary_path(const std::string& root, const std::string& name) {
  return fs::path(root) / ("." + name + ".partial-" + std::to_string(::getpid()));
}

Error write_error(const fs::path& path, int error_number) {
  Error error = system_error("cannot write the results", error_number,
                             "Choose another folder by --out, or make room.");
  error.place.file = path.string();
  return error;
}

Status write_file(const fs::path& path, std::string_view bytes, unsigned mode = 0644) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) return write_error(path, errno);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return write_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return success();
}

/// Moves what is not ours from the folder that was replaced into the one that took its place.
void keep_foreign_files(const fs::path& from, const fs::path& to,
                        const std::vector<std::string>& ours) {
  std::error_code error;
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (std::ranges::find(ours, name) != ours.end()) continue;
    std::error_code moving;
    fs::rename(entry->path(), to / name, moving);
  }
}

/// Puts `fresh` in the place of `target`.
Status replace_folder(const fs::path& fresh, const fs::path& target,
                      const std::vector<std::string>& ours) {
  std::error_code error;
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
    return success();
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    if (fs::is_directory(fs::symlink_status(fresh, error))) keep_foreign_files(fresh, target, ours);
    fs::remove_all(fresh, error);
    return success();
  }
  if (errno != EINVAL && errno != ENOSYS) return write_error(target, errno);
  // A file system that cannot exchange (some network ones): the old folder steps aside first.
  const fs::path aside = fresh.string() + ".old";
  if (::rename(target.c_str(), aside.c_str()) != 0 && errno != ENOENT)
    return write_error(target, errno);
  if (::rename(fresh.c_str(), target.c_str()) != 0) return write_error(target, errno);
  keep_foreign_files(aside, target, ours);
  fs::remove_all(aside, error);
  return success();
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
  const fs::path fresh = temporary_path(root, name);
  std::error_code error;
  fs::remove_all(fresh, error);
  if (!fs::create_directory(fresh, error)) return write_error(fresh, error.value());
  Status status = success();
  for (const OutputFile& file : files) {
    status = write_file(fresh / file.name, file.bytes);
    if (!status.ok()) break;
  }
  if (status.ok()) status = replace_folder(fresh, fs::path(root) / name, ours);
  if (!status.ok()) fs::remove_all(fresh, error);
  return status;
}

Status write_result_file(const std::string& root, const OutputFile& file, unsigned mode) {
  const fs::path fresh = temporary_path(root, file.name);
  const fs::path target = fs::path(root) / file.name;
  Status status = write_file(fresh, file.bytes, mode);
  if (status.ok() && ::rename(fresh.c_str(), target.c_str()) != 0)
    status = write_error(target, errno);
  if (!status.ok()) ::unlink(fresh.c_str());
  return status;
}

}  // namespace assay::run
