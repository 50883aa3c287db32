#include "harness/run/intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "harness/base/ascii.h"
#include "harness/base/sha256.h"
#include "harness/base/unique_fd.h"
#include "harness/base/utf8.h"
#include "harness/model/draft.h"

namespace assay::run {
namespace {

constexpr std::size_t kMaxIdBytes = 100;
constexpr std::array<std::string_view, 10> kArchiveSuffixes = {
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".7z", ".rar", ".gz"};
/// Folders that tools make beside the code and that hold nothing of the candidate's.
constexpr std::string_view kPythonCache = "__pycache__";
constexpr std::array<std::string_view, 4> kToolFolders = {kPythonCache, "node_modules", "venv",
                                                          "site-packages"};
constexpr std::string_view kSourceSuffix = ".py";

enum class EntryType { kFile, kFolder, kLink, kOther };

struct Entry {
  std::string name;
  EntryType type = EntryType::kOther;
};

EntryType type_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::kFile;
  if (S_ISDIR(mode)) return EntryType::kFolder;
  if (S_ISLNK(mode)) return EntryType::kLink;
  return EntryType::kOther;
}

bool is_archive(std::string_view name) {
  return std::ranges::any_of(kArchiveSuffixes, [&](auto suffix) { return name.ends_with(suffix); });
}

std::string archive_refusal() {
  return "archives are not read: unpack it into a folder and grade the folder";
}

constexpr std::string_view kToolFolderRefusal =
    "folders of tools (caches, environments) are not taken";

bool is_tool_folder(std::string_view name) {
  return std::ranges::find(kToolFolders, name) != kToolFolders.end();
}

/// Why an entry of that name is left out, whatever it is; nothing where it is not.
std::optional<std::string> refused_name(std::string_view name) {
  if (!is_utf8(name)) return "its name is not UTF-8";
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return "its name holds control characters";
  if (name.starts_with('.')) return "hidden files and folders are not taken";
  if (is_tool_folder(name)) return std::string(kToolFolderRefusal);
  return std::nullopt;
}

std::string size_text(std::size_t bytes) { return std::to_string(bytes >> 10) + " KiB"; }

/// The entries of a folder by name, "." and ".." left out; nothing where there are more than
/// `limit`.
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

/// Opens a folder or file below a folder that is open, never through a link, never blocking on a
/// FIFO.
UniqueFd open_below(int folder, const std::string& name, int flags) {
  return UniqueFd(::openat(folder, name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags));
}

/// Gathers the files of one submission within the limits.
class Collector {
 public:
  explicit Collector(const IntakeLimits& limits) : limits_(limits) {}

  void refuse(std::string_view path, std::string why) {
    auto& refusals = submission_.intake;
    if (refusals.size() + 1 < limits_.refusals)
      refusals.push_back({to_valid_utf8(path), std::move(why)});
    else if (refusals.size() + 1 == limits_.refusals)
      refusals.push_back({to_valid_utf8(path), "and more, which are not listed"});
  }

  /// Takes the entry `name` of `folder` as the file `path` of the submission.
  void take_file(int folder, const std::string& name, const std::string& path) {
    UniqueFd file = open_below(folder, name, 0);
    if (!file) return refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
    take_open_file(file.get(), path);
  }

  void take_open_file(int file, const std::string& path) {
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
      return refuse(path, "it is no regular file");
    if (submission_.files.size() == limits_.files)
      return refuse(path,
                    "the submission has more than " + std::to_string(limits_.files) + " files");
    std::optional<std::string> bytes = read_bounded(file);
    if (!bytes) return refuse(path, std::string("it cannot be read: ") + std::strerror(errno));
    if (bytes->size() > limits_.file_bytes)
      return refuse(path, "it is larger than " + size_text(limits_.file_bytes));
    if (total_bytes_ + bytes->size() > limits_.total_bytes)
      return refuse(path, "the submission is larger than " + size_text(limits_.total_bytes));
    total_bytes_ += bytes->size();
    std::string hash = sha256_hex(*bytes);
    submission_.files.push_back({path, std::move(*bytes), std::move(hash)});
  }

  /// Takes all that lies in `folder`; `prefix` is its path in the submission with a slash, or
  /// empty. `renamed` is the entry that is taken as `entry_file`, where there is one; below the
  /// submission's own folder there is neither.
  void take_folder(int folder, const std::string& prefix, int depth, const std::string& entry_file,
                   const std::string& renamed = {}) {
    auto listed = list_folder(folder, limits_.folder_entries);
    if (!listed.ok()) return refuse(prefix, "it cannot be read: " + listed.error().message);
    if (!*listed)
      return refuse(prefix, "the folder has more than " + std::to_string(limits_.folder_entries) +
                                " entries");
    std::vector<Entry>& entries = **listed;
    const auto path_of = [&](const Entry& entry) {
      return prefix + (entry.name == renamed ? entry_file : entry.name);
    };
    // The entry file first, then source, then the rest, then folders: whatever else was handed in
    // cannot use up the limits that they need.
    std::ranges::stable_sort(entries, {}, [&](const Entry& entry) {
      return path_of(entry) == entry_file ? 0 : entry.name.ends_with(kSourceSuffix) ? 1 : 2;
    });
    for (const Entry& entry : entries)
      if (entry.type != EntryType::kFolder) take_entry(folder, entry, path_of(entry));
    for (const Entry& entry : entries)
      if (entry.type == EntryType::kFolder) enter_folder(folder, entry.name, prefix, depth);
  }

  model::Submission finish(std::string id) {
    std::ranges::sort(submission_.files, {}, &model::SourceFile::path);
    submission_.id = std::move(id);
    submission_.sha256 = model::hash_of_files(submission_.files);
    return std::move(submission_);
  }

 private:
  void take_entry(int folder, const Entry& entry, const std::string& path) {
    if (auto why = refused_name(entry.name)) return refuse(path, std::move(*why));
    if (entry.type == EntryType::kLink) return refuse(path, "it is a symbolic link");
    if (entry.type == EntryType::kOther)
      return refuse(path, "it is neither a regular file nor a folder");
    take_file(folder, entry.name, path);
  }

  void enter_folder(int folder, const std::string& name, const std::string& prefix, int depth) {
    const std::string path = prefix + name;
    if (auto why = refused_name(name)) return refuse(path, std::move(*why));
    if (depth == limits_.depth)
      return refuse(path, "folders lie more than " + std::to_string(limits_.depth) + " deep");
    UniqueFd inner = open_below(folder, name, O_DIRECTORY);
    if (!inner) return refuse(path, std::string("it cannot be opened: ") + std::strerror(errno));
    take_folder(inner.get(), path + "/", depth + 1, {});
  }

  /// At most one byte more than a file may have; nothing (and errno) where reading fails.
  std::optional<std::string> read_bounded(int file) const {
    std::string bytes;
    while (bytes.size() <= limits_.file_bytes) {
      std::array<char, 64 * 1024> piece;
      const std::size_t wanted = std::min(piece.size(), limits_.file_bytes + 1 - bytes.size());
      const ssize_t n = ::read(file, piece.data(), wanted);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return std::nullopt;
      if (n == 0) break;
      bytes.append(piece.data(), static_cast<std::size_t>(n));
    }
    return bytes;
  }

  const IntakeLimits& limits_;
  model::Submission submission_;
  std::size_t total_bytes_ = 0;
};

/// Turns the paths into submissions, one after the other.
class IntakeRun {
 public:
  IntakeRun(std::string entry_file, const IntakeLimits& limits)
      : entry_file_(std::move(entry_file)), limits_(limits) {
    taken_ids_.insert({"summary.json", "summary.html"});  // lie beside the submissions' folders
  }

  Status take_path(const std::string& path) {
    UniqueFd opened(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!opened) {
      const std::string hint =
          errno == ENOENT ? "Check the spelling; a relative path starts at the current folder."
                          : "";
      return input_error(std::string("cannot open the submission: ") + std::strerror(errno), {path},
                         hint);
    }
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) return input_error(std::strerror(errno), {path});
    if (S_ISDIR(status.st_mode)) return take_named_folder(opened.get(), path);
    const std::string name = own_name(path);
    if (!S_ISREG(status.st_mode) || (!name.ends_with(kSourceSuffix) && !is_archive(name)))
      return input_error(
          "this is no submission", {path},
          "A submission is a .py file, a folder with " + entry_file_ + ", or a folder of those.");
    Collector collector(limits_);
    if (is_archive(name)) {
      refuse_archive(collector, name, path);
      return add(collector, name);
    }
    collector.take_open_file(opened.get(), entry_file_);
    return add(collector, name == entry_file_ ? name_of_folder_of(path) : stem(name));
  }

  Intake finish() { return std::move(intake_); }

 private:
  static std::string stem(const std::string& name) {
    return name.substr(0, name.size() - kSourceSuffix.size());
  }

  static std::filesystem::path whole(const std::string& path) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
  }
  static std::string own_name(const std::string& path) { return whole(path).filename().string(); }
  static std::string name_of_folder_of(const std::string& path) {
    return whole(path).parent_path().filename().string();
  }

  void refuse_archive(Collector& collector, const std::string& name, const std::string& shown) {
    collector.refuse(name, archive_refusal());
    notice(shown, archive_refusal());
  }

  Status take_named_folder(int folder, const std::string& path) {
    ASSAY_TRY(const auto listed, entries_of(folder, path));
    if (contains(listed, entry_file_)) {
      Collector collector(limits_);
      collector.take_folder(folder, "", 1, entry_file_);
      return add(collector, own_name(path));
    }
    std::size_t found = 0;
    for (const Entry& entry : listed) {
      if (!is_submission(entry, path)) continue;
      ASSAY_CHECK(take_child(folder, entry, path));
      ++found;
    }
    if (found > 0) return success();
    notice(path, "no submission is in it: neither " + entry_file_ + " nor a .py file nor a folder");
    Collector nothing(limits_);
    return add(nothing, own_name(path));
  }

  Result<std::vector<Entry>> entries_of(int folder, const std::string& path) const {
    auto result = list_folder(folder, limits_.folder_entries);
    if (!result.ok()) return input_error("cannot be read: " + result.error().message, {path});
    auto& listed = *result;
    if (!listed)
      return input_error(
          "the folder has more than " + std::to_string(limits_.folder_entries) + " entries", {path},
          "Grade them in parts.");
    return std::move(*listed);
  }

  static bool contains(const std::vector<Entry>& entries, const std::string& name) {
    return std::ranges::any_of(entries, [&](const Entry& entry) { return entry.name == name; });
  }

  /// Whether an entry of a folder of submissions stands for one. A link counts: whoever handed it
  /// in is owed a report that says why it was not followed.
  bool is_submission(const Entry& entry, const std::string& path) {
    if (entry.name.starts_with('.') || entry.name == kPythonCache) return false;
    if (entry.type == EntryType::kFolder || entry.type == EntryType::kLink) return true;
    const bool is_draft = entry.name == model::kDraftFile && entry_file_ != model::kDraftFile;
    if (!is_draft && (entry.name.ends_with(kSourceSuffix) || is_archive(entry.name))) return true;
    notice(path + "/" + entry.name, "it is no submission and is left out");
    return false;
  }

  /// Its name is no part of what is graded, so that an odd one costs nobody a report: the id is
  /// made safe.
  Status take_child(int folder, const Entry& entry, const std::string& path) {
    Collector collector(limits_);
    const std::string shown = path + "/" + entry.name;
    std::string id = entry.name;
    if (id.ends_with(kSourceSuffix)) id = stem(id);
    if (entry.type == EntryType::kLink) {
      collector.refuse(entry.name, "it is a symbolic link");
    } else if (is_tool_folder(entry.name)) {
      collector.refuse(entry.name, std::string(kToolFolderRefusal));
    } else if (entry.type == EntryType::kFolder) {
      take_child_folder(collector, folder, entry.name, shown);
    } else if (is_archive(entry.name)) {
      refuse_archive(collector, entry.name, shown);
    } else if (entry.type == EntryType::kOther) {
      collector.refuse(entry.name, "it is neither a regular file nor a folder");
    } else {
      collector.take_file(folder, entry.name, entry_file_);
    }
    return add(collector, id);
  }

  void take_child_folder(Collector& collector, int parent, const std::string& name,
                         const std::string& shown) {
    UniqueFd folder = open_below(parent, name, O_DIRECTORY);
    if (!folder)
      return collector.refuse(name, std::string("it cannot be opened: ") + std::strerror(errno));
    const std::string renamed = only_source(folder.get());
    if (!renamed.empty()) notice(shown + "/" + renamed, "it is taken as " + entry_file_);
    collector.take_folder(folder.get(), "", 1, entry_file_, renamed);
  }

  /// The one .py file of a folder without an entry file; empty where there is an entry file, none
  /// or more than one.
  std::string only_source(int folder) const {
    const auto listed = list_folder(folder, limits_.folder_entries);
    if (!listed.ok() || !*listed || contains(**listed, entry_file_)) return {};
    std::string only;
    for (const Entry& entry : **listed) {
      if (entry.type != EntryType::kFile || !entry.name.ends_with(kSourceSuffix)) continue;
      if (entry.name == model::kDraftFile) continue;
      if (!only.empty()) return {};
      only = entry.name;
    }
    return only;
  }

  void notice(std::string_view path, std::string_view what) {
    intake_.notices.push_back(to_valid_utf8(path) + ": " + std::string(what));
  }

  Status add(Collector& collector, const std::string& name) {
    if (intake_.submissions.size() == limits_.submissions)
      return input_error(
          "there are more than " + std::to_string(limits_.submissions) + " submissions", {},
          "Grade them in parts.");
    intake_.submissions.push_back(collector.finish(unique_id(safe_id(name))));
    return success();
  }

  /// Differs from all before it also on a file system that folds case.
  std::string unique_id(const std::string& wanted) {
    std::string id = wanted;
    for (int n = 2; !taken_ids_.insert(lower_ascii(id)).second; ++n)
      id = wanted + "-" + std::to_string(n);
    return id;
  }

  std::string entry_file_;
  const IntakeLimits& limits_;
  Intake intake_;
  std::set<std::string> taken_ids_;
};

/// Control characters beyond ASCII, spaces of other widths and hidden characters.
bool shows_nothing(char32_t c) { return (c >= 0x80 && c < 0xA0) || is_space(c) || is_hidden(c); }

}  // namespace

const model::SourceFile* draft_in(const model::Submission& submission) {
  const auto found =
      std::ranges::find(submission.files, model::kDraftFile, &model::SourceFile::path);
  return found == submission.files.end() ? nullptr : &*found;
}

const model::SourceFile* review_in(const model::Submission& submission) {
  constexpr std::array<std::string_view, 4> kNames = {"review.md", "review.markdown", "review.txt",
                                                      "review"};
  for (const std::string_view name : kNames)
    for (const model::SourceFile& file : submission.files)
      if (lower_ascii(file.path) == name) return &file;
  return nullptr;
}

std::string safe_id(std::string_view name) {
  const std::string text = to_valid_utf8(name);
  std::string id;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = code_point_at(text, i);
    const std::string_view sequence = std::string_view(text).substr(i, point.length);
    i += sequence.size();
    const unsigned char c = static_cast<unsigned char>(sequence[0]);
    const bool plain = std::isalnum(c) || c == '_' || ((c == '.' || c == '-') && !id.empty());
    const bool keep = sequence.size() == 1 ? plain : !shows_nothing(point.value);
    if (id.size() + sequence.size() > kMaxIdBytes) break;
    if (keep)
      id += sequence;
    else if (!id.empty() && id.back() != '_')
      id += '_';
  }
  while (!id.empty() && (id.back() == '_' || id.back() == '.')) id.pop_back();
  return id.empty() ? "submission" : id;
}

Result<Intake> take_in(const std::vector<std::string>& paths, const std::string& entry_file,
                       const IntakeLimits& limits) {
  IntakeRun run(entry_file, limits);
  for (const std::string& path : paths) ASSAY_CHECK(run.take_path(path));
  return run.finish();
}

}  // namespace assay::run
