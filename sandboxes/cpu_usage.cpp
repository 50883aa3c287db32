#include "sandboxes/cpu_usage.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace assay::sandbox {
namespace {

/// More processes than a box may have; a bound for a tree that changes while it is walked.
constexpr std::size_t kMaxProcesses = 4'096;

/// Ticks of a process and of its waited-for children: proc(5), fields 14 to 17 of "stat". The
/// second field is a name that may hold anything, so counting starts behind its last parenthesis.
long long ticks_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  const char* at = line.c_str() + name_end + 1;
  constexpr int kFieldBeforeTimes = 13;
  for (int field = 2; field < kFieldBeforeTimes && *at != '\0'; ++at) field += *at == ' ';
  long long sum = 0;
  for (int i = 0; i < 4; ++i) {
    char* next = nullptr;
    sum += std::strtoll(at, &next, 10);
    at = next;
  }
  return sum;
}

/// Children of every thread; needs CONFIG_PROC_CHILDREN, which the distributions have.
void add_children(int pid, std::vector<int>& pids) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* folder = ::opendir(tasks.c_str());
  if (folder == nullptr) return;
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    std::ifstream file(tasks + "/" + entry->d_name + "/children");
    for (int child = 0; file >> child && pids.size() < kMaxProcesses;) pids.push_back(child);
  }
  ::closedir(folder);
}

}  // namespace

std::chrono::nanoseconds cpu_usage_of_tree(int root) {
  std::vector<int> pids = {root};
  long long ticks = 0;
  for (std::size_t i = 0; i < pids.size(); ++i) {
    ticks += ticks_of(pids[i]);
    add_children(pids[i], pids);
  }
  static const long kTicksPerSecond = ::sysconf(_SC_CLK_TCK);
  return std::chrono::nanoseconds(std::chrono::seconds(ticks)) / kTicksPerSecond;
}

}  // namespace assay::sandbox
