#include "harness/marks/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "harness/base/count.h"
#include "harness/base/sha256.h"

namespace assay::marks {
namespace {

constexpr const char* kHint =
    "The file is written by `assay mark` alone. Bring it back from a copy; "
    "marks that cannot be brought back have to be made again, in a new file.";

std::string path_in(const std::string& folder) {
  return (std::filesystem::path(folder) / kMarksFile).string();
}

Error io_error(const std::string& path, const char* what, int error_number) {
  Error error = system_error(what, error_number);
  error.place.file = path;
  return error;
}

Result<std::string> read_all(int file, const std::string& path) {
  std::string bytes;
  std::array<char, 64 << 10> piece;
  for (;;) {
    const ssize_t n = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(bytes.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error(path, "cannot read the marks", errno);
    if (n == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(n));
    if (bytes.size() > kMaxChainBytes)
      return input_error("the file of marks is larger than any of Assay's", {path}, kHint);
  }
}

Error broken_link(const std::string& path, int line) {
  if (line == 1)
    return input_error("line 1 was written after another line, which is gone", {path, 1}, kHint);
  const std::string before = std::to_string(line - 1);
  return input_error("the chain of marks is broken at line " + std::to_string(line) +
                         ", which was not written after line " + before + " as it stands: line " +
                         before + " was changed, or a line between them was taken out",
                     {path, line}, kHint);
}

/// Names are bytes on a disk; a file that somebody put in its place is no chain.
Result<UniqueFd> open_locked(const std::string& path) {
  constexpr int kTries = 100;  // as often as a grading may replace the folder meanwhile
  for (int i = 0; i < kTries; ++i) {
    UniqueFd file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!file) return io_error(path, "cannot open the marks", errno);
    struct stat ours {};
    if (::fstat(file.get(), &ours) != 0) return io_error(path, "cannot open the marks", errno);
    if (!S_ISREG(ours.st_mode)) return input_error("this is no regular file", {path});
    while (::flock(file.get(), LOCK_EX) != 0)
      if (errno != EINTR) return io_error(path, "cannot lock the marks", errno);
    struct stat named {};
    if (::stat(path.c_str(), &named) == 0 && named.st_ino == ours.st_ino &&
        named.st_dev == ours.st_dev)
      return file;
  }
  return environment_error("the marks keep being replaced: " + path);
}

/// A file that was just made is in its folder after a crash, too.
Status sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0)
    return io_error(path, "cannot flush the mark to the disk, and it is not saved", errno);
  return success();
}

/// All of `line` at `at`, flushed to the disk; errno where that fails.
bool write_at(int file, std::string_view line, std::size_t at) {
  while (!line.empty()) {
    const ssize_t n = ::pwrite(file, line.data(), line.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    line.remove_prefix(static_cast<std::size_t>(n));
    at += static_cast<std::size_t>(n);
  }
  return ::fsync(file) == 0;
}

}  // namespace

Result<Chain> parse_chain(std::string_view bytes, const std::string& path) {
  Chain chain;
  int number = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos) break;  // was never finished, so it was never saved
    const std::string_view line = bytes.substr(at, end - at);
    ++number;
    const std::string place = path + ":" + std::to_string(number);
    auto json = parse_json(line, place);
    auto mark = json.ok() ? read_json<model::Mark>(*json, place) : std::move(json).error();
    if (!mark.ok())
      return input_error("line " + std::to_string(number) + " is no mark: " + mark.error().message,
                         {path, number}, kHint);
    if (mark->prev_sha256 != chain.last_sha256) return broken_link(path, number);
    chain.marks.push_back(std::move(*mark));
    chain.last_sha256 = sha256_hex(line);
    at = chain.whole_bytes = end + 1;
  }
  return chain;
}

Result<Chain> read_chain(const std::string& folder) {
  const std::string path = path_in(folder);
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file && errno == ENOENT) return Chain{};
  if (!file) return io_error(path, "cannot open the marks", errno);
  ASSAY_TRY(const std::string bytes, read_all(file.get(), path));
  return parse_chain(bytes, path);
}

Result<LockedChain> LockedChain::open(const std::string& folder) {
  const std::string path = path_in(folder);
  ASSAY_TRY(UniqueFd file, open_locked(path));
  ASSAY_TRY(const std::string bytes, read_all(file.get(), path));
  ASSAY_TRY(Chain chain, parse_chain(bytes, path));
  return LockedChain(path, std::move(file), std::move(chain));
}

Result<model::Mark> LockedChain::append(model::Mark mark) {
  mark.prev_sha256 = chain_.last_sha256;
  std::string line = dump_json(Json(mark));
  ASSAY_ASSERT(line.find('\n') == std::string::npos, "a mark is more than a line");
  std::string sha256 = sha256_hex(line);
  line += '\n';
  if (chain_.whole_bytes + line.size() > kMaxChainBytes)
    return input_error("there are more marks than the file may hold", {path_});
  const auto length = static_cast<off_t>(chain_.whole_bytes);
  // What a crash left behind the last line end goes first; behind it nothing may be read as a line.
  if (::ftruncate(file_.get(), length) != 0 || !write_at(file_.get(), line, chain_.whole_bytes)) {
    const int error_number = errno;
    (void)::ftruncate(file_.get(), length);
    return io_error(path_, "cannot write the mark, and it is not saved", error_number);
  }
  if (chain_.whole_bytes == 0) {
    if (Status synced = sync_folder_of(path_); !synced.ok()) {
      (void)::ftruncate(file_.get(), length);
      return std::move(synced).error();
    }
  }
  chain_.whole_bytes += line.size();
  chain_.last_sha256 = std::move(sha256);
  chain_.marks.push_back(mark);
  return mark;
}

Status check_repeated(const Json& report, const Chain& chain, const std::string& folder) {
  const Json& repeated = report.at("marks");
  const std::string path = path_in(folder);
  for (std::size_t i = 0; i < repeated.size(); ++i) {
    const int line = static_cast<int>(i) + 1;
    if (i >= chain.marks.size())
      return input_error("line " + std::to_string(line) + " is gone: the report repeats " +
                             count_of(repeated.size(), "mark") + ", and the file has " +
                             std::to_string(chain.marks.size()),
                         {path, line}, kHint);
    Json saved = repeated[i];
    saved.erase("state");
    if (saved != Json(chain.marks[i]))
      return input_error(
          "line " + std::to_string(line) + " is not the mark that the report repeats", {path, line},
          kHint);
  }
  return success();
}

}  // namespace assay::marks
