#include "harness/run/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "harness/base/ascii.h"
#include "harness/base/unique_fd.h"
#include "harness/base/utf8.h"
#include "harness/model/draft.h"
#include "harness/run/collector.h"

namespace assay::run {
namespace {

constexpr std::size_t kMaxIdBytes = 100;
/// How often a submission is read until two readings in a row agree, and the first wait in between;
/// each further one is twice as long.
constexpr int kMaxReadings = 6;
constexpr std::chrono::milliseconds kFirstPause{5};
constexpr const char* kRestless =
    "it changed whenever it was read: grade it again once nobody writes to it";
/// Longest first: the name of a submission is what is left without one.
constexpr std::array<std::string_view, 10> kArchiveSuffixes = {
    ".tar.bz2", ".tar.zst", ".tar.gz", ".tar.xz", ".tbz2", ".tgz", ".txz", ".tzst", ".tar", ".zip"};
constexpr std::array<std::string_view, 5> kOtherArchiveSuffixes = {".7z", ".rar", ".gz", ".bz2",
                                                                   ".xz"};

/// A path for people; a folder may be given with a "/" at its end.
std::string below(const std::string& folder, const std::string& name) {
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

enum class Kind { kSource, kNotebook, kArchive, kOtherArchive, kNone };

/// What a file's name says that it is, and the suffix that says so.
std::pair<Kind, std::string_view> kind_of(const std::string& name) {
  const std::string lower = lower_ascii(name);
  const auto ends = [&](std::string_view suffix) { return lower.ends_with(suffix); };
  if (name.ends_with(kSourceSuffix)) return {Kind::kSource, kSourceSuffix};
  if (name.ends_with(kNotebookSuffix)) return {Kind::kNotebook, kNotebookSuffix};
  if (const auto* it = std::ranges::find_if(kArchiveSuffixes, ends); it != kArchiveSuffixes.end())
    return {Kind::kArchive, *it};
  if (std::ranges::any_of(kOtherArchiveSuffixes, ends)) return {Kind::kOtherArchive, ""};
  return {Kind::kNone, ""};
}

std::string stem(const std::string& name) {
  return name.substr(0, name.size() - kind_of(name).second.size());
}

std::filesystem::path whole(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}
std::string own_name(const std::string& path) { return whole(path).filename().string(); }
std::string name_of_folder_of(const std::string& path) {
  return whole(path).parent_path().filename().string();
}

bool contains(const std::vector<Entry>& entries, const std::string& name) {
  return std::ranges::any_of(entries, [&](const Entry& entry) { return entry.name == name; });
}

/// What `read` gives once it gives the same twice in a row, by `same`: somebody may be writing it.
/// What is read twice alike was like that in between, whatever the clock of its file system says,
/// unless it went to and fro in step with the readings.
template <class Read, class Same>
auto read_steadily(Read read, Same same) -> std::optional<decltype(read())> {
  auto last = read();
  auto pause = kFirstPause;
  for (int readings = 1; readings < kMaxReadings; ++readings) {
    auto next = read();
    if (same(next, last)) return next;
    last = std::move(next);
    std::this_thread::sleep_for(std::exchange(pause, 2 * pause));
  }
  return std::nullopt;
}

/// Turns the paths into submissions, one after the other.
class IntakeRun {
 public:
  explicit IntakeRun(const IntakeOptions& options)
      : entry_file_(options.entry_file),
        named_entry_(options.named_entry),
        limits_(options.limits),
        unpacker_(options.unpacker),
        progress_(options.progress) {
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
    if (!S_ISREG(status.st_mode) || kind_of(name).first == Kind::kNone)
      return input_error("this is no submission", {path},
                         "A submission is a .py file, a notebook (.ipynb), an archive (.zip, "
                         ".tar.gz, …), a folder with " +
                             entry_file_ + ", or a folder of those.");
    Collector collector(limits_, true);
    ASSAY_CHECK(take_open(collector, opened.get(), name, path));
    // "ada/solution.py" and "ada/solution.zip" are ada's.
    const bool says_nothing = stem(name) == stem(entry_file_);
    return add(collector, says_nothing ? name_of_folder_of(path) : stem(name), path);
  }

  Intake finish() { return std::move(intake_); }

 private:
  // ---- one submission

  /// Gathers by `take`; refuses the whole where it is another each time.
  template <class Take>
  void gather(Collector& collector, const std::string& shown, Take take) {
    const auto read = [&] {
      Collector reading(limits_, true);
      take(reading);
      return reading;
    };
    auto steady =
        read_steadily(read, [](const Collector& a, const Collector& b) { return a.same_as(b); });
    if (steady) {
      collector = std::move(*steady);
    } else {
      collector.refuse_whole(entry_file_, kRestless);
      notice(shown, kRestless);
    }
  }

  void gather_folder(Collector& collector, int folder, const std::string& shown) {
    gather(collector, shown,
           [&](Collector& reading) { reading.take_folder(folder, "", 1, entry_file_); });
  }

  /// A file that is a submission by itself.
  Status take_open(Collector& collector, int file, const std::string& name,
                   const std::string& shown) {
    switch (kind_of(name).first) {
      case Kind::kArchive:
        return take_archive(collector, file, name, shown);
      case Kind::kNotebook:
        gather(collector, shown, [&](Collector& reading) { reading.take_open_file(file, name); });
        return find_entry(collector, name, shown);
      case Kind::kOtherArchive:
        refuse_archive(collector, name, shown,
                       "archives of this kind are not read: it has to be a .zip or a .tar.gz");
        return success();
      default:
        gather(collector, shown,
               [&](Collector& reading) { reading.take_open_file(file, entry_file_); });
        return success();
    }
  }

  void refuse_archive(Collector& collector, const std::string& name, const std::string& shown,
                      const std::string& why) {
    collector.refuse_whole(name, why);
    notice(shown, why);
  }

  Status take_archive(Collector& collector, int file, const std::string& name,
                      const std::string& shown) {
    if (unpacker_ == nullptr) {
      refuse_archive(collector, name, shown, "archives are not read here: unpack it into a folder");
      return success();
    }
    auto steady = read_steadily([&] { return read_bounded(file, limits_.archive_bytes); },
                                [](const auto& a, const auto& b) { return a == b; });
    if (!steady) {
      refuse_archive(collector, name, shown, kRestless);
      return success();
    }
    auto& bytes = *steady;
    if (!bytes) {
      refuse_archive(collector, name, shown,
                     std::string("it cannot be read: ") + std::strerror(errno));
      return success();
    }
    if (bytes->size() > limits_.archive_bytes) {
      refuse_archive(collector, name, shown,
                     "it is larger than " + size_text(limits_.archive_bytes));
      return success();
    }
    return unpack(collector, {{{name, std::move(*bytes), {}}}, true}, name, shown);
  }

  Status unpack(Collector& collector, const Packed& packed, const std::string& name,
                const std::string& shown) {
    ASSAY_TRY(Unpacked unpacked, unpacker_->unpack(packed));
    if (!unpacked.failed.empty()) {
      refuse_archive(collector, name, shown, unpacked.failed);
      return success();
    }
    collector.take_unpacked(std::move(unpacked), entry_file_);
    return success();
  }

  /// Of files that lie in a folder: makes one the entry file, where there is none and just one can
  /// be meant.
  Status find_entry(Collector& collector, const std::string& name, const std::string& shown) {
    // Nothing takes the place of an entry file that is there and is not taken.
    if (collector.has_refused(entry_file_)) return success();
    std::vector<std::string> sources;
    bool notebooks = false;
    for (const model::SourceFile& file : collector.files()) {
      if (file.path == entry_file_) return success();
      if (file.path.ends_with(kSourceSuffix) && file.path != model::kDraftFile)
        sources.push_back(file.path);
      notebooks |= file.path.ends_with(kNotebookSuffix);
    }
    const bool plain = sources.size() == 1 && sources[0].find('/') == std::string::npos;
    if (plain && !notebooks) {
      collector.rename(sources[0], entry_file_);
    } else if ((!sources.empty() || notebooks) && unpacker_ != nullptr) {
      return unpack(collector, {collector.files(), false}, name, shown);
    }
    return success();
  }

  // ---- folders

  Status take_named_folder(int folder, const std::string& path) {
    ASSAY_TRY(const auto listed, entries_of(folder, path));
    if (contains(listed, entry_file_) || contains(listed, named_entry_)) {
      Collector collector(limits_, true);
      gather_folder(collector, folder, path);
      ASSAY_CHECK(find_entry(collector, own_name(path), path));
      return add(collector, own_name(path), path);
    }
    std::size_t found = 0;
    for (const Entry& entry : listed) {
      if (!is_submission(entry, path)) continue;
      ASSAY_CHECK(take_child(folder, entry, path));
      ++found;
    }
    if (found > 0) return success();
    notice(path, "no submission is in it: neither " + entry_file_ +
                     " nor a .py file, a notebook, an archive or a folder");
    Collector nothing(limits_);
    return add(nothing, own_name(path), path);
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

  /// Whether an entry of a folder of submissions stands for one. A link counts: whoever handed it
  /// in is owed a report that says why it was not followed.
  bool is_submission(const Entry& entry, const std::string& path) {
    const bool of_system = entry.name == kPythonCache || entry.name == kMacFolder;
    if (entry.name.starts_with('.') || of_system) return false;
    if (entry.type == EntryType::kFolder || entry.type == EntryType::kLink) return true;
    const bool is_draft = entry.name == model::kDraftFile && entry_file_ != model::kDraftFile;
    if (!is_draft && kind_of(entry.name).first != Kind::kNone) return true;
    notice(below(path, entry.name), "it is no submission and is left out");
    return false;
  }

  /// Its name is no part of what is graded, so that an odd one costs nobody a report: the id is
  /// made safe.
  Status take_child(int folder, const Entry& entry, const std::string& path) {
    Collector collector(limits_, true);
    const std::string shown = below(path, entry.name);
    if (entry.type == EntryType::kLink) {
      collector.refuse(entry.name, std::string(kLinkRefusal));
    } else if (is_tool_folder(entry.name)) {
      collector.refuse(entry.name, std::string(kToolFolderRefusal));
    } else if (entry.type == EntryType::kOther) {
      collector.refuse(entry.name, "it is neither a regular file nor a folder");
    } else if (UniqueFd opened = open_below(folder, entry.name, 0); !opened) {
      collector.refuse(entry.name, std::string("it cannot be opened: ") + std::strerror(errno));
    } else if (entry.type == EntryType::kFolder) {
      ASSAY_CHECK(take_child_folder(collector, opened.get(), entry.name, shown));
    } else {
      ASSAY_CHECK(take_open(collector, opened.get(), entry.name, shown));
    }
    const bool is_file = entry.type == EntryType::kFile;
    return add(collector, is_file ? stem(entry.name) : entry.name, shown);
  }

  Status take_child_folder(Collector& collector, int folder, const std::string& name,
                           const std::string& shown) {
    // Portals hand a folder out for each candidate, with the one file that was handed in.
    if (const std::string packed = only_archive(folder); !packed.empty()) {
      const UniqueFd file = open_below(folder, packed, 0);
      if (file) return take_archive(collector, file.get(), packed, shown + "/" + packed);
    }
    gather_folder(collector, folder, shown);
    return find_entry(collector, name, shown);
  }

  /// The archive that is all there is in a folder, hidden files apart; empty where it is not.
  std::string only_archive(int folder) const {
    const auto listed = list_folder(folder, limits_.folder_entries);
    if (!listed.ok() || !*listed) return {};
    std::string only;
    for (const Entry& entry : **listed) {
      if (entry.name.starts_with('.') || is_tool_folder(entry.name)) continue;
      const bool packed =
          entry.type == EntryType::kFile && kind_of(entry.name).first == Kind::kArchive;
      if (!packed || !only.empty()) return {};
      only = entry.name;
    }
    return only;
  }

  void notice(std::string_view path, std::string_view what) {
    intake_.notices.push_back(to_valid_utf8(path) + ": " + std::string(what));
  }

  Status add(Collector& collector, const std::string& name, const std::string& origin) {
    if (intake_.submissions.size() == limits_.submissions)
      return input_error(
          "there are more than " + std::to_string(limits_.submissions) + " submissions", {},
          "Grade them in parts.");
    model::Submission submission = collector.finish(unique_id(safe_id(name)));
    submission.origin = origin;
    for (const model::Note& note : submission.notes) notice(below(origin, note.path), note.note);
    intake_.submissions.push_back(std::move(submission));
    if (progress_ != nullptr) progress_->submission_read();
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
  std::string named_entry_;
  const IntakeLimits& limits_;
  Unpacker* unpacker_;
  Progress* progress_;
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

bool may_hold_solution(std::string_view path) {
  const std::string name(path.substr(path.rfind('/') + 1));
  return !name.starts_with("._") && name != model::kDraftFile && kind_of(name).first != Kind::kNone;
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

Result<Intake> take_in(const std::vector<std::string>& paths, const IntakeOptions& options) {
  IntakeRun run(options);
  for (const std::string& path : paths) ASSAY_CHECK(run.take_path(path));
  return run.finish();
}

}  // namespace assay::run
