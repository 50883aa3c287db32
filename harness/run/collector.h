#pragma once

// Gathers the files of one submission within the limits, from folders or from what came out of a
// box, by the same rules.
//
// In: descriptors of folders and files, which are read without following a link; or paths and
// bytes, which are not trusted either. Out: a Submission. What was not taken is a Refusal, never an
// Error. One thread; holds no descriptor.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/submission.h"
#include "harness/run/intake_limits.h"
#include "harness/run/unpack.h"

namespace assay::run {

inline constexpr std::string_view kSourceSuffix = ".py";
inline constexpr std::string_view kNotebookSuffix = ".ipynb";

/// Folders that tools and systems make beside the code, and that hold nothing of the candidate's.
inline constexpr std::string_view kPythonCache = "__pycache__";
inline constexpr std::string_view kMacFolder = "__MACOSX";
inline constexpr std::array<std::string_view, 5> kToolFolders = {
    kPythonCache, kMacFolder, "node_modules", "site-packages", "venv"};

inline constexpr std::string_view kToolFolderRefusal =
    "folders of tools (caches, environments) are not taken";

inline constexpr std::string_view kLinkRefusal = "it is a symbolic link, which is not followed";

bool is_tool_folder(std::string_view name);

enum class EntryType { kFile, kFolder, kLink, kOther };

struct Entry {
  std::string name;
  EntryType type = EntryType::kOther;
};

/// The entries of a folder by name, "." and ".." left out; nothing where there are more than
/// `limit`.
Result<std::optional<std::vector<Entry>>> list_folder(int folder, std::size_t limit);

/// Opens a folder or file below a folder that is open, never through a link, never blocking on a
/// FIFO.
UniqueFd open_below(int folder, const std::string& name, int flags);

/// From the file's beginning, at most one byte more than `limit`; nothing (and errno) where reading
/// fails.
std::optional<std::string> read_bounded(int file, std::size_t limit);

/// "1024 KiB", "32 MiB".
std::string size_text(std::size_t bytes);

class Collector {
 public:
  /// `notebooks`: they are taken within limits of their own, to be made into source.
  explicit Collector(const IntakeLimits& limits, bool notebooks = false)
      : limits_(&limits), notebooks_(notebooks) {}

  void refuse(std::string_view path, std::string why);
  void note(std::string_view path, std::string what);
  /// Nothing of the submission is taken.
  void refuse_whole(std::string_view path, std::string why);

  /// Takes the entry `name` of `folder` as the file `path` of the submission.
  void take_file(int folder, const std::string& name, const std::string& path);
  void take_open_file(int file, const std::string& path);

  /// Takes all that lies in `folder`; `prefix` is its path in the submission with a slash, or
  /// empty. `entry_file` is the submission's, for the folder that is the submission's own.
  void take_folder(int folder, const std::string& prefix, int depth, const std::string& entry_file);

  /// Takes what came out of a box in the place of what was gathered so far; refusals stay.
  void take_unpacked(Unpacked unpacked, const std::string& entry_file);

  const std::vector<model::SourceFile>& files() const { return submission_.files; }
  bool has_refused(std::string_view path) const;
  /// Makes the file `path`, which is there, the file `entry_file`, which is not.
  void rename(const std::string& path, const std::string& entry_file);

  /// Whether another reading of the same submission gave the same.
  bool same_as(const Collector& other) const;

  model::Submission finish(std::string id);

 private:
  void take_entry(int folder, const Entry& entry, const std::string& path);
  void enter_folder(int folder, const std::string& name, const std::string& prefix, int depth);
  void take_bytes(const std::string& path, std::string bytes);
  void take_unpacked_file(const std::string& path, std::string bytes);
  void leave_out(const std::vector<std::string>& paths);
  bool is_notebook(const std::string& path) const;

  const IntakeLimits* limits_;
  bool notebooks_;
  model::Submission submission_;
  std::size_t total_bytes_ = 0;
  std::size_t notebook_bytes_ = 0;
};

}  // namespace assay::run
