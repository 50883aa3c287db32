#include "tests/sandbox_support/host_state.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

namespace assay::sandbox::testing {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Every process below `pid`, as "name (state)", by the children lists of /proc.
void add_descendants(int pid, std::vector<std::string>& found) {
  std::error_code gone;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::ifstream children(task.path() / "children");
    for (int child = 0; children >> child;) {
      found.push_back(first_line("/proc/" + std::to_string(child) + "/comm"));
      add_descendants(child, found);
    }
  }
}

void add_named(const fs::path& folder, std::string_view prefix, std::vector<std::string>& found,
               const std::function<bool(const fs::path&)>& counts) {
  std::error_code denied;
  for (const auto& entry : fs::directory_iterator(folder, denied)) {
    if (entry.path().filename().string().starts_with(prefix) && counts(entry.path()))
      found.push_back(entry.path().filename().string());
  }
}

}  // namespace

std::string HostState::to_string() const {
  std::ostringstream text;
  for (const auto& [title, list] :
       {std::pair{"processes", &runner_children}, std::pair{"mounts", &mounts},
        std::pair{"cgroups", &cgroups}, std::pair{"temporary files", &temporary}}) {
    text << title << " (" << list->size() << ")";
    if (list != &mounts) {
      for (const auto& item : *list) text << " " << item;
    }
    text << "; ";
  }
  return text.str();
}

HostState look_at_host() {
  HostState state;
  add_descendants(::getpid(), state.runner_children);
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) state.mounts.push_back(line);
  const auto any = [](const fs::path&) { return true; };
  const auto occupied = [](const fs::path& cgroup) {
    return !first_line(cgroup / "cgroup.procs").empty();
  };
  const std::string ours = "assay-" + std::to_string(::getpid()) + "-";
  std::error_code denied;
  for (auto it = fs::recursive_directory_iterator(
           "/sys/fs/cgroup", fs::directory_options::skip_permission_denied, denied);
       it != fs::recursive_directory_iterator(); it.increment(denied)) {
    if (denied) break;
    if (it->path().filename().string().starts_with(ours) && occupied(it->path()))
      state.cgroups.push_back(it->path().string());
  }
  add_named(fs::temp_directory_path(), "assay-work-", state.temporary, any);
  for (auto* list : {&state.runner_children, &state.mounts, &state.cgroups, &state.temporary})
    std::sort(list->begin(), list->end());
  return state;
}

HostState look_until(const HostState& expected, int patience_ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  HostState state = look_at_host();
  while (!(state == expected) && std::chrono::steady_clock::now() < until) {
    ::poll(nullptr, 0, 5);
    state = look_at_host();
  }
  return state;
}

}  // namespace assay::sandbox::testing
