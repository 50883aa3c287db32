#include "harness/run/staging.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace assay::run::staging {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartial = ".assay-partial-";
/// Folders inside one another that are carried along.
constexpr int kMaxDepth = 64;

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/// Locks what was just made. False where it was taken for a leftover and removed before that.
bool hold(int fd, const fs::path& path) {
  while (::flock(fd, LOCK_EX) != 0 && errno == EINTR) {
  }
  struct stat ours {
  }, named{};
  return ::fstat(fd, &ours) == 0 && ::lstat(path.c_str(), &named) == 0 && same_file(ours, named);
}

bool same_bytes(const fs::path& a, const fs::path& b) {
  std::error_code error;
  if (fs::file_size(a, error) != fs::file_size(b, error) || error) return false;
  std::ifstream left(a, std::ios::binary), right(b, std::ios::binary);
  constexpr std::size_t kPiece = 64 << 10;
  std::string ours(kPiece, '\0'), theirs(kPiece, '\0');
  while (left && right) {
    left.read(ours.data(), kPiece);
    right.read(theirs.data(), kPiece);
    const auto n = static_cast<std::size_t>(left.gcount());
    if (left.gcount() != right.gcount() || ours.compare(0, n, theirs, 0, n) != 0) return false;
  }
  return left.eof() && right.eof();
}

/// Whether one of the two can go without a loss.
bool is_same(const fs::path& a, const fs::path& b) {
  struct stat left {
  }, right{};
  if (::lstat(a.c_str(), &left) != 0 || ::lstat(b.c_str(), &right) != 0) return false;
  if (same_file(left, right)) return true;
  std::error_code error;
  if (S_ISLNK(left.st_mode) && S_ISLNK(right.st_mode))
    return fs::read_symlink(a, error) == fs::read_symlink(b, error) && !error;
  return S_ISREG(left.st_mode) && S_ISREG(right.st_mode) && same_bytes(a, b);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(entry->path());
  return entries;
}

/// Those that are to come along.
std::vector<fs::path> foreign_in(const fs::path& folder, const std::vector<std::string>& left_out) {
  std::vector<fs::path> entries = entries_of(folder);
  std::erase_if(entries, [&](const fs::path& entry) {
    const std::string name = entry.filename().string();
    if (std::ranges::find(left_out, name) != left_out.end()) return true;
    return temporary_from(name).has_value() && !is_held(entry);
  });
  return entries;
}

/// No link into the tree: a folder that is one itself.
bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error));
}

bool copy_flushed(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::copy_file(from, to, error)) return false;
  const UniqueFd copied(::open(to.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return copied && flush(copied.get(), to).ok();
}

void share_entry(const fs::path& from, const fs::path& to, int depth) {
  std::error_code error;
  if (is_folder(from)) {
    if (depth == kMaxDepth || !fs::create_directory(to, from, error)) return;
    for (const fs::path& entry : entries_of(from))
      share_entry(entry, to / entry.filename(), depth + 1);
    (void)flush_folder(to).ok();
    return;
  }
  if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) return;
  if (fs::is_regular_file(fs::symlink_status(from, error)) && !copy_flushed(from, to))
    fs::remove(to, error);
}

bool merge_entry(const fs::path& from, const fs::path& to, int depth) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // A file system without that call: nobody else moves things in here meanwhile.
  struct stat there {};
  if (errno == EINVAL && ::lstat(to.c_str(), &there) != 0)
    return ::rename(from.c_str(), to.c_str()) == 0;
  if (!is_folder(from) || !is_folder(to)) return is_same(from, to);
  if (depth == kMaxDepth) return false;
  bool all = true;
  for (const fs::path& entry : entries_of(from))
    all = merge_entry(entry, to / entry.filename(), depth + 1) && all;
  return all;
}

}  // namespace

fs::path temporary_of(const std::string& root, const std::string& name) {
  return fs::path(root) / ("." + name + std::string(kPartial) + std::to_string(::getpid()));
}

std::optional<Temporary> temporary_from(std::string_view name) {
  Temporary temporary;
  if (name.ends_with(kAsideSuffix)) {
    name.remove_suffix(kAsideSuffix.size());
    temporary.aside = true;
  }
  const std::size_t at = name.rfind(kPartial);
  if (!name.starts_with('.') || at == std::string_view::npos || at < 2) return std::nullopt;
  const std::string_view pid = name.substr(at + kPartial.size());
  if (pid.empty() || pid.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  temporary.target = name.substr(1, at - 1);
  return temporary;
}

Error write_error(const fs::path& path, int error_number) {
  Error error = system_error("cannot write the results", error_number,
                             "Choose another folder by --out, or make room; what is written is "
                             "whole, and the same command goes on from there.");
  error.place.file = path.string();
  return error;
}

Result<UniqueFd> make_file(const fs::path& path, unsigned mode) {
  for (;;) {
    UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file) return write_error(path, errno);
    if (hold(file.get(), path)) return file;
  }
}

Result<UniqueFd> make_folder(const fs::path& path) {
  for (;;) {
    if (::mkdir(path.c_str(), 0755) != 0) return write_error(path, errno);
    UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (folder && hold(folder.get(), path)) return folder;
  }
}

bool is_held(const fs::path& path) {
  const UniqueFd opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!opened) return errno != ELOOP;  // a link is none of what we make, and held by nobody
  return ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0;
}

Status flush(int fd, const fs::path& path) {
  if (::fsync(fd) == 0 || errno == EINVAL || errno == EOPNOTSUPP) return success();
  return write_error(path, errno);
}

Status flush_folder(const fs::path& path) {
  const UniqueFd folder(
      ::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return write_error(path, errno);
  return flush(folder.get(), path);
}

void share(const fs::path& from, const fs::path& to, const std::vector<std::string>& left_out) {
  for (const fs::path& entry : foreign_in(from, left_out))
    share_entry(entry, to / entry.filename(), 1);
}

bool merge(const fs::path& from, const fs::path& to, const std::vector<std::string>& left_out) {
  bool all = true;
  for (const fs::path& entry : foreign_in(from, left_out))
    all = merge_entry(entry, to / entry.filename(), 1) && all;
  return all;
}

}  // namespace assay::run::staging
