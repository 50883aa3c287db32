#include "sandboxes/process_tree.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

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
void add_children(int pid, std::vector<int>& pids) {
  for (const std::string& thread : threads_of(pid)) {
    std::ifstream file(thread + "/children");
    for (int child = 0; file >> child && pids.size() < kMaxProcesses;) pids.push_back(child);
  }
}

/// The second number of proc_pid_statm(5), in bytes.
std::int64_t resident_memory_of(int pid) {
  static const long kPageSize = ::sysconf(_SC_PAGESIZE);
  std::ifstream file(folder_of(pid) + "/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  return file >> size >> resident ? resident * kPageSize : 0;
}

std::int64_t shared_out_memory_of(int pid) {
  constexpr std::string_view kKey = "Pss:";
  std::ifstream file(folder_of(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKey)) return std::atoll(line.c_str() + kKey.size()) * 1024;
  }
  return resident_memory_of(pid);
}

template <class Amount>
Amount sum_of_tree(int root, Amount (*amount_of)(int)) {
  std::vector<int> pids = {root};
  Amount sum = 0;
  for (std::size_t i = 0; i < pids.size(); ++i) {
    sum += amount_of(pids[i]);
    add_children(pids[i], pids);
  }
  return sum;
}

}  // namespace

std::chrono::nanoseconds cpu_usage_of_tree(int root) {
  const long long ticks = sum_of_tree(root, ticks_of);
  static const long kTicksPerSecond = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds(std::chrono::seconds(ticks)) / kTicksPerSecond;
}

std::int64_t resident_memory_of_tree(int root) { return sum_of_tree(root, resident_memory_of); }

std::int64_t shared_out_memory_of_tree(int root) { return sum_of_tree(root, shared_out_memory_of); }

bool all_asleep_in_tree(int root) {
  std::vector<int> pids = {root};
  for (std::size_t i = 0; i < pids.size(); ++i) {
    for (const std::string& thread : threads_of(pids[i])) {
      if (!fields_of(thread).starts_with("S")) return false;
    }
    add_children(pids[i], pids);
  }
  return true;
}

}  // namespace assay::sandbox
