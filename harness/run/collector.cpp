#include "harness/run/collector.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "harness/base/sha256.h"
#include "harness/base/utf8.h"

namespace assay::run {
namespace {

/// What Python imports beside source.
constexpr std::string_view kCompiledSuffixes[] = {".pyc", ".so"};

EntryType type_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::kFile;
  if (S_ISDIR(mode)) return EntryType::kFolder;
  if (S_ISLNK(mode)) return EntryType::kLink;
  return EntryType::kOther;
}

/// Why an entry of that name is left out, whatever it is; nothing where it is not.
std::optional<std::string> refused_name(std::string_view name) {
  if (!is_utf8(name)) return "its name is not UTF-8";
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return "its name holds control characters";
  if (name.starts_with('.')) return "hidden files and folders are not taken";
  if (is_tool_folder(name)) return std::string(kToolFolderRefusal);
  if (std::ranges::any_of(kCompiledSuffixes, [&](auto end) { return name.ends_with(end); }))
    return "compiled code is not taken: nobody can read what it does";
  return std::nullopt;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

/// Whatever else was handed in cannot use up the limits that these need: the entry file first, then
/// source, then the rest.
int rank(const std::string& path, const std::string& entry_file) {
  if (path == entry_file) return 0;
  return path.ends_with(kSourceSuffix) ? 1 : 2;
}

/// The last row within the limit says that there are more.
template <class Row>
void add_bounded(std::vector<Row>& rows, std::size_t limit, std::string_view path,
                 std::string text) {
  if (rows.size() + 1 < limit)
    rows.push_back({to_valid_utf8(path), std::move(text)});
  else if (rows.size() + 1 == limit)
    rows.push_back({to_valid_utf8(path), "and more, which are not listed"});
}

}  // namespace

bool is_tool_folder(std::string_view name) {
  return std::ranges::find(kToolFolders, name) != kToolFolders.end();
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kMiB = 1 << 20;
  if (bytes > kMiB && bytes % kMiB == 0) return std::to_string(bytes / kMiB) + " MiB";
  return std::to_string(bytes >> 10) + " KiB";
}

Result<std::optional<std::vector<Entry>>> list_folder(int folder, std::size_t limit) {
  // fdopendir takes the descriptor over, and readdir moves its offset: give it one of its own.
  UniqueFd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own) return input_error(std::strerror(errno));
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), ::closedir);
  if (!stream) return input_error(std::strerror(errno));
  (void)own.release();
  std::vector<Entry> entries;
  while (const dirent* found = ::readdir(stream.get())) {
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() == limit) return std::optional<std::vector<Entry>>();
    struct stat status {};
    if (::fstatat(folder, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone
    entries.push_back({std::string(name), type_of(status.st_mode)});
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return std::optional(std::move(entries));
}

UniqueFd open_below(int folder, const std::string& name, int flags) {
  return UniqueFd(::openat(folder, name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags));
}

std::optional<std::string> read_bounded(int file, std::size_t limit) {
  std::string bytes;  // by pread, since a file is read more than once
  while (bytes.size() <= limit) {
    std::array<char, 64 * 1024> piece;
    const std::size_t wanted = std::min(piece.size(), limit + 1 - bytes.size());
    const ssize_t n = ::pread(file, piece.data(), wanted, static_cast<off_t>(bytes.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    bytes.append(piece.data(), static_cast<std::size_t>(n));
  }
  return bytes;
}

void Collector::refuse(std::string_view path, std::string why) {
  add_bounded(submission_.intake, limits_->refusals, path, std::move(why));
}

bool Collector::has_refused(std::string_view path) const {
  return std::ranges::find(submission_.intake, path, &model::Refusal::path) !=
         submission_.intake.end();
}

void Collector::note(std::string_view path, std::string what) {
  add_bounded(submission_.notes, limits_->refusals, path, std::move(what));
}

void Collector::take_file(int folder, const std::string& name, const std::string& path) {
  UniqueFd file = open_below(folder, name, 0);
  if (!file) return refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
  take_open_file(file.get(), path);
}

void Collector::take_open_file(int file, const std::string& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    return refuse(path, "it is no regular file");
  const std::size_t limit = is_notebook(path) ? limits_->notebook_bytes : limits_->file_bytes;
  std::optional<std::string> bytes = read_bounded(file, limit);
  if (!bytes) return refuse(path, std::string("it cannot be read: ") + std::strerror(errno));
  take_bytes(path, std::move(*bytes));
}

bool Collector::is_notebook(const std::string& path) const {
  return notebooks_ && path.ends_with(kNotebookSuffix);
}

void Collector::take_bytes(const std::string& path, std::string bytes) {
  const bool notebook = is_notebook(path);
  const std::size_t file_limit = notebook ? limits_->notebook_bytes : limits_->file_bytes;
  const std::size_t total_limit = notebook ? limits_->notebook_bytes : limits_->total_bytes;
  std::size_t& total = notebook ? notebook_bytes_ : total_bytes_;
  if (submission_.files.size() == limits_->files)
    return refuse(path,
                  "the submission has more than " + std::to_string(limits_->files) + " files");
  if (bytes.size() > file_limit) return refuse(path, "it is larger than " + size_text(file_limit));
  if (total + bytes.size() > total_limit)
    return refuse(path, "the submission is larger than " + size_text(total_limit));
  total += bytes.size();
  std::string hash = sha256_hex(bytes);
  submission_.files.push_back({path, std::move(bytes), std::move(hash)});
}

void Collector::take_folder(int folder, const std::string& prefix, int depth,
                            const std::string& entry_file) {
  auto listed = list_folder(folder, limits_->folder_entries);
  if (!listed.ok()) return refuse(prefix, "it cannot be read: " + listed.error().message);
  if (!*listed)
    return refuse(
        prefix, "the folder has more than " + std::to_string(limits_->folder_entries) + " entries");
  std::vector<Entry>& entries = **listed;
  // Where there is the entry file, a notebook is a file like any other.
  if (std::ranges::find(entries, entry_file, &Entry::name) != entries.end()) notebooks_ = false;
  std::ranges::stable_sort(entries, {},
                           [&](const Entry& entry) { return rank(entry.name, entry_file); });
  for (const Entry& entry : entries)
    if (entry.type != EntryType::kFolder) take_entry(folder, entry, prefix + entry.name);
  for (const Entry& entry : entries)
    if (entry.type == EntryType::kFolder) enter_folder(folder, entry.name, prefix, depth);
}

void Collector::take_entry(int folder, const Entry& entry, const std::string& path) {
  if (auto why = refused_name(entry.name)) return refuse(path, std::move(*why));
  if (entry.type == EntryType::kLink) return refuse(path, std::string(kLinkRefusal));
  if (entry.type == EntryType::kOther)
    return refuse(path, "it is neither a regular file nor a folder");
  take_file(folder, entry.name, path);
}

void Collector::enter_folder(int folder, const std::string& name, const std::string& prefix,
                             int depth) {
  const std::string path = prefix + name;
  if (auto why = refused_name(name)) return refuse(path, std::move(*why));
  if (depth == limits_->depth)
    return refuse(path, "folders lie more than " + std::to_string(limits_->depth) + " deep");
  UniqueFd inner = open_below(folder, name, O_DIRECTORY);
  if (!inner) return refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
  take_folder(inner.get(), path + "/", depth + 1, {});
}

void Collector::take_unpacked(Unpacked unpacked, const std::string& entry_file) {
  submission_.files.clear();
  total_bytes_ = notebook_bytes_ = 0;
  notebooks_ = false;
  for (model::Refusal& refusal : unpacked.refused) refuse(refusal.path, std::move(refusal.refused));
  leave_out(unpacked.left_out);
  for (model::Note& each : unpacked.notes) note(each.path, std::move(each.note));
  for (const std::string& path : unpacked.unsure) note(path, std::string(model::kMayBeTheEntry));
  std::ranges::sort(unpacked.files, {}, [&](const model::SourceFile& file) {
    return std::pair(rank(file.path, entry_file), file.path);
  });
  for (model::SourceFile& file : unpacked.files)
    take_unpacked_file(file.path, std::move(file.bytes));
}

/// By the rules that hold for names in folders, and those that a file system keeps to by itself.
void Collector::take_unpacked_file(const std::string& path, std::string bytes) {
  const std::vector<std::string_view> parts = parts_of(path);
  for (const std::string_view part : parts) {
    if (part.empty() || part == "." || part == "..")
      return refuse(path, "its name leads out of the submission");
    if (auto why = refused_name(part)) return refuse(path, std::move(*why));
  }
  if (parts.size() > static_cast<std::size_t>(limits_->depth))
    return refuse(path, "folders lie more than " + std::to_string(limits_->depth) + " deep");
  if (std::ranges::any_of(submission_.files,
                          [&](const auto& taken) { return model::collide(taken.path, path); }))
    return refuse(path, "another file has the same name");
  take_bytes(path, std::move(bytes));
}

/// One refusal for all of them: a tool leaves its folders in every folder.
void Collector::leave_out(const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  const std::string& path = paths.front();
  auto why = refused_name(std::string_view(path).substr(path.rfind('/') + 1));
  if (!why) return;
  if (paths.size() > 1)
    *why += "; nor " + std::string(paths.size() == 2 ? "is " : "are ") +
            std::to_string(paths.size() - 1) + " more of the kind";
  refuse(path, std::move(*why));
}

void Collector::refuse_whole(std::string_view path, std::string why) {
  submission_.files.clear();
  submission_.notes.clear();
  submission_.intake.insert(submission_.intake.begin(), {to_valid_utf8(path), std::move(why)});
}

void Collector::rename(const std::string& path, const std::string& entry_file) {
  std::ranges::find(submission_.files, path, &model::SourceFile::path)->path = entry_file;
  note(path, "taken as " + entry_file);
}

bool Collector::same_as(const Collector& other) const {
  const auto text = [](const Collector& each) {
    std::string all;
    for (const model::SourceFile& file : each.submission_.files)
      all += file.path + '\0' + file.sha256 + '\n';
    for (const model::Refusal& refusal : each.submission_.intake)
      all += refusal.path + '\0' + refusal.refused + '\n';
    return all;
  };
  return text(*this) == text(other);
}

model::Submission Collector::finish(std::string id) {
  std::ranges::sort(submission_.files, {}, &model::SourceFile::path);
  submission_.id = std::move(id);
  submission_.sha256 = model::hash_of_files(submission_.files);
  return std::move(submission_);
}

}  // namespace assay::run
