#pragma once

// What the two versions of cgroups have in common: where they are mounted, and folders in there.
//
// In: /proc's tables and the files of a cgroup, which tests can put elsewhere. Out: paths, numbers,
// folders that go with their owner. No state but the count of names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace assay::sandbox::box::cgroup_files {

/// A mounted hierarchy: where it is, and which part of it the mount shows.
struct Hierarchy {
  std::string mount_point;
  std::string root;
};

/// The first of `type` ("cgroup2"; "cgroup" with that controller) in a text like
/// /proc/self/mountinfo.
std::optional<Hierarchy> find_hierarchy(const std::string& mountinfo, std::string_view type,
                                        std::string_view controller = {});

/// The folder of a process's own cgroup, by a text like /proc/self/cgroup. No controller: v2's.
std::string own_folder(const std::string& cgroups, const Hierarchy& hierarchy,
                       std::string_view controller = {});

std::string read_text(const std::string& path);

/// The number that is all of a file; nothing where there is none ("max").
std::optional<std::int64_t> read_number(const std::string& path);

/// The number behind `key` in a file of "key number" lines.
std::optional<std::int64_t> read_counter(const std::string& path, std::string_view key);

/// Whether every word of `wanted` stands in a file of words, such as cgroup.controllers.
bool has_words(const std::string& path, std::initializer_list<std::string_view> wanted);

/// A cgroup's folder; removed with its owner. One that still holds a process stays.
class Folder {
 public:
  /// Below `parent`, named after this process, once what processes left there that are no more is
  /// removed.
  static Result<Folder> make(const std::string& parent);
  /// With that very name.
  static Result<Folder> make_named(const std::string& parent, std::string_view name);

  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&& other) noexcept;
  ~Folder();

  /// Makes it again under its name, for counters that nothing else resets. No process may be in it.
  Status renew();

  const std::string& path() const { return path_; }
  std::string file(const char* name) const { return path_ + "/" + name; }
  bool has(const char* name) const;
  Status write(const char* name, std::int64_t value) const;

 private:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace assay::sandbox::box::cgroup_files
