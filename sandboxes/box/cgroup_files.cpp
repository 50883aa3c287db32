#include "sandboxes/box/cgroup_files.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "sandboxes/box/kernel.h"

namespace assay::sandbox::box::cgroup_files {
namespace {

constexpr std::string_view kPrefix = "assay-";

/// A folder of its own for each use, named by the process that will remove it.
std::string new_name() {
  static std::atomic<int> count = 0;
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

/// Cgroups are two deep, and the files in them go along with their folder.
void remove_with_children(const std::string& path) {
  if (DIR* folder = ::opendir(path.c_str()); folder != nullptr) {
    while (const dirent* entry = ::readdir(folder)) {
      if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
        ::rmdir((path + "/" + entry->d_name).c_str());
    }
    ::closedir(folder);
  }
  ::rmdir(path.c_str());
}

/// Removes what a process that was killed left behind: folders named after a pid that is no more.
void sweep(const std::string& parent) {
  DIR* folder = ::opendir(parent.c_str());
  if (folder == nullptr) return;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kPrefix)) continue;
    const pid_t owner = std::atoi(name.data() + kPrefix.size());
    if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH)
      remove_with_children(parent + "/" + std::string(name));
  }
  ::closedir(folder);
}

bool is_in_list(std::string_view list, std::string_view word) {
  return ("," + std::string(list) + ",").find("," + std::string(word) + ",") != std::string::npos;
}

}  // namespace

// proc_pid_mountinfo(5): "… root mount_point … - type source options".
std::optional<Hierarchy> find_hierarchy(const std::string& mountinfo, std::string_view type,
                                        std::string_view controller) {
  std::istringstream file(mountinfo);
  for (std::string line; std::getline(file, line);) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream front(line), back(line.substr(dash + 3));
    std::string skip, found_type, source, options;
    Hierarchy found;
    front >> skip >> skip >> skip >> found.root >> found.mount_point;
    back >> found_type >> source >> options;
    if (found_type != type) continue;
    if (controller.empty() || is_in_list(options, controller)) return found;
  }
  return std::nullopt;
}

// cgroups(7): "id:controllers:path", without controllers for v2.
std::string own_folder(const std::string& cgroups, const Hierarchy& hierarchy,
                       std::string_view controller) {
  std::istringstream file(cgroups);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    if (!is_in_list(line.substr(first + 1, second - first - 1), controller)) continue;
    std::string path = line.substr(second + 1);
    if (hierarchy.root != "/" && path.starts_with(hierarchy.root))
      path.erase(0, hierarchy.root.size());
    if (path == "/") path.clear();
    return hierarchy.mount_point + path;
  }
  return hierarchy.mount_point;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<std::int64_t> read_number(const std::string& path) {
  const std::string text = read_text(path);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> read_counter(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  for (std::int64_t value = 0; file >> name >> value;) {
    if (name == key) return value;
  }
  return std::nullopt;
}

bool has_words(const std::string& path, std::initializer_list<std::string_view> wanted) {
  std::size_t found = 0;
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    for (const std::string_view each : wanted) found += each == word;
  }
  return found == wanted.size();
}

Result<Folder> Folder::make(const std::string& parent) {
  sweep(parent);
  return make_named(parent, new_name());
}

Result<Folder> Folder::make_named(const std::string& parent, std::string_view name) {
  std::string path = parent + "/" + std::string(name);
  if (::mkdir(path.c_str(), 0755) != 0) return errno_error("making the cgroup " + path);
  return Folder(std::move(path));
}

Folder::Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

Folder& Folder::operator=(Folder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

Folder::~Folder() {
  if (!path_.empty()) ::rmdir(path_.c_str());
}

Status Folder::renew() {
  if (::rmdir(path_.c_str()) != 0) return errno_error("removing the cgroup " + path_);
  if (::mkdir(path_.c_str(), 0755) != 0) return errno_error("making the cgroup " + path_);
  return success();
}

bool Folder::has(const char* name) const { return ::access(file(name).c_str(), F_OK) == 0; }

Status Folder::write(const char* name, std::int64_t value) const {
  return write_file(file(name).c_str(), std::to_string(value));
}

}  // namespace assay::sandbox::box::cgroup_files
