#include "sandboxes/process_tree.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_set>

namespace assay::sandbox {
namespace {

/// More processes than a box may have; a bound for a tree that changes while it is walked.
constexpr std::size_t kMaxProcesses = 4'096;

/// "stat" of proc(5) from its third field on; empty where there is none. The second field is a name
/// that may hold anything, so counting starts behind its last parenthesis.
std::string fields_of(const std::string& folder) {
  std::ifstream file(folder + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos ? "" : line.substr(std::min(name_end + 2, line.size()));
}

std::string folder_of(int pid) { return "/proc/" + std::to_string(pid); }

/// Ticks of a process and of its waited-for children: fields 14 to 17.
long long ticks_of(int pid) {
  const std::string fields = fields_of(folder_of(pid));
  const char* at = fields.c_str();
  constexpr int kTimes = 14;
  for (int field = 3; field < kTimes && *at != '\0'; ++at) field += *at == ' ';
  long long sum = 0;
  for (int i = 0; i < 4; ++i) {
    char* next = nullptr;
    sum += std::strtoll(at, &next, 10);
    at = next;
  }
  return sum;
}

std::vector<std::string> threads_of(int pid) {
  const std::string tasks = folder_of(pid) + "/task";
  std::vector<std::string> folders;
  DIR* folder = ::opendir(tasks.c_str());
  if (folder == nullptr) return folders;
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') folders.push_back(tasks + "/" + entry->d_name);
  }
  ::closedir(folder);
  return folders;
}

/// Children of every thread; needs CONFIG_PROC_CHILDREN, which the distributions have.
std::vector<int> children_of(int pid) {
  std::vector<int> children;
  for (const std::string& thread : threads_of(pid)) {
    std::ifstream file(thread + "/children");
    for (int child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

std::chrono::nanoseconds waiting_for_cpu_of(int pid) {
  std::chrono::nanoseconds sum{};
  for (const std::string& thread : threads_of(pid)) {
    std::ifstream file(thread + "/schedstat");
    std::int64_t ran = 0;
    std::int64_t waited = 0;
    if (file >> ran >> waited) sum += std::chrono::nanoseconds(waited);
  }
  return sum;
}

std::int64_t shared_out_memory_of(int pid) {
  constexpr std::string_view kKey = "Pss:";
  std::ifstream file(folder_of(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKey)) return std::atoll(line.c_str() + kKey.size()) * 1024;
  }
  return resident_memory_of(pid);
}

}  // namespace

std::int64_t resident_memory_of(int pid) {
  static const long kPageSize = ::sysconf(_SC_PAGESIZE);
  // Its second number: proc_pid_statm(5).
  std::ifstream file(folder_of(pid) + "/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  return file >> size >> resident ? resident * kPageSize : 0;
}

ProcessTree::ProcessTree(const std::vector<int>& roots) {
  std::unordered_set<int> known;
  const auto add = [&](const std::vector<int>& pids) {
    for (const int pid : pids)
      if (pids_.size() < kMaxProcesses && known.insert(pid).second) pids_.push_back(pid);
  };
  add(roots);
  for (std::size_t i = 0; i < pids_.size(); ++i) add(children_of(pids_[i]));
}

template <class Amount>
Amount ProcessTree::sum(Amount (*amount_of)(int)) const {
  Amount sum{};
  for (const int pid : pids_) sum += amount_of(pid);
  return sum;
}

std::chrono::nanoseconds ProcessTree::cpu_usage() const {
  static const long kTicksPerSecond = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds(std::chrono::seconds(sum(ticks_of))) / kTicksPerSecond;
}

std::chrono::nanoseconds ProcessTree::waiting_for_cpu() const { return sum(waiting_for_cpu_of); }

std::int64_t ProcessTree::resident_memory() const { return sum(resident_memory_of); }

std::int64_t ProcessTree::shared_out_memory() const { return sum(shared_out_memory_of); }

bool ProcessTree::all_asleep() const {
  for (const int pid : pids_) {
    for (const std::string& thread : threads_of(pid)) {
      if (!fields_of(thread).starts_with("S")) return false;
    }
  }
  return true;
}

}  // namespace assay::sandbox
