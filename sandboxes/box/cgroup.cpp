#include "sandboxes/box/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "sandboxes/box/kernel.h"

namespace assay::sandbox::box {
namespace {

constexpr const char* kName = "cgroup";
constexpr std::string_view kPrefix = "assay-";

/// The box's share beside its limit: page tables, socket buffers, pages of the warm image that it
/// copied. RLIMIT_DATA comes first for a single process, as a MemoryError that Python can raise.
constexpr std::int64_t kOverheadBytes = 48 << 20;

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The number behind `key` in a file of "key number" lines.
std::int64_t read_counter(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  for (std::int64_t value = 0; file >> name >> value;) {
    if (name == key) return value;
  }
  return 0;
}

/// A folder of its own for each use, named by the process that will remove it.
std::string new_name() {
  static std::atomic<int> count = 0;
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(++count);
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
      ::rmdir((parent + "/" + std::string(name)).c_str());
  }
  ::closedir(folder);
}

/// A cgroup's folder; removed with its owner.
class Folder {
 public:
  static std::optional<Folder> make(const std::string& parent) {
    if (::access(parent.c_str(), W_OK) != 0) return std::nullopt;
    sweep(parent);
    Folder folder(parent + "/" + new_name());
    if (::mkdir(folder.path_.c_str(), 0755) != 0) {
      folder.path_.clear();
      return std::nullopt;
    }
    return folder;
  }
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    if (!path_.empty()) ::rmdir(path_.c_str());
  }

  std::string file(const char* name) const { return path_ + "/" + name; }
  bool has(const char* name) const { return ::access(file(name).c_str(), F_OK) == 0; }
  Status write(const char* name, std::int64_t value) const {
    return write_file(file(name).c_str(), std::to_string(value));
  }

 private:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class CgroupV1 : public Cgroup {
 public:
  CgroupV1(Folder memory, Folder pids) : memory_(std::move(memory)), pids_(std::move(pids)) {}

  Status prepare(std::int64_t memory_bytes, std::int64_t processes) override {
    ASSAY_CHECK(memory_.write("memory.limit_in_bytes", memory_bytes + kOverheadBytes));
    ASSAY_CHECK(memory_.write("memory.max_usage_in_bytes", 0));
    ASSAY_CHECK(pids_.write("pids.max", processes));
    kills_before_ = kills();
    return success();
  }
  Status add(pid_t process) override {
    ASSAY_CHECK(memory_.write("cgroup.procs", process));
    return pids_.write("cgroup.procs", process);
  }
  bool ran_out_of_memory() const override { return kills() > kills_before_; }
  std::int64_t peak_memory_bytes() const override {
    return std::atoll(read_text(memory_.file("memory.max_usage_in_bytes")).c_str());
  }

 private:
  std::int64_t kills() const {
    return read_counter(memory_.file("memory.oom_control"), "oom_kill");
  }

  Folder memory_;
  Folder pids_;
  std::int64_t kills_before_ = 0;
};

class CgroupV2 : public Cgroup {
 public:
  explicit CgroupV2(Folder folder) : folder_(std::move(folder)) {}

  Status prepare(std::int64_t memory_bytes, std::int64_t processes) override {
    ASSAY_CHECK(folder_.write("memory.max", memory_bytes + kOverheadBytes));
    ASSAY_CHECK(folder_.write("pids.max", processes));
    // Since Linux 6.12; before, the peak is the highest of all boxes so far and confirms nothing.
    peak_is_ours_ = folder_.has("memory.peak") && folder_.write("memory.peak", 0).ok();
    kills_before_ = kills();
    return success();
  }
  Status add(pid_t process) override { return folder_.write("cgroup.procs", process); }
  bool ran_out_of_memory() const override { return kills() > kills_before_; }
  std::int64_t peak_memory_bytes() const override {
    return peak_is_ours_ ? std::atoll(read_text(folder_.file("memory.peak")).c_str()) : 0;
  }

 private:
  std::int64_t kills() const { return read_counter(folder_.file("memory.events"), "oom_kill"); }

  Folder folder_;
  std::int64_t kills_before_ = 0;
  bool peak_is_ours_ = false;
};

/// A mounted hierarchy: where it is, and which part of it the mount shows.
struct Hierarchy {
  std::string mount_point;
  std::string root;
};

/// By /proc/self/mountinfo (proc_pid_mountinfo(5)): "… root mount_point … - type source options".
std::optional<Hierarchy> find_hierarchy(std::string_view type, std::string_view controller) {
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream front(line), back(line.substr(dash + 3));
    std::string skip, found_type, source, options;
    Hierarchy found;
    front >> skip >> skip >> skip >> found.root >> found.mount_point;
    back >> found_type >> source >> options;
    if (found_type != type) continue;
    if (controller.empty() ||
        ("," + options + ",").find("," + std::string(controller) + ",") != std::string::npos)
      return found;
  }
  return std::nullopt;
}

/// The folder of this process's own cgroup, by /proc/self/cgroup: "id:controllers:path".
std::string own_folder(const Hierarchy& hierarchy, std::string_view controller) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string list = "," + line.substr(first + 1, second - first - 1) + ",";
    if (list.find("," + std::string(controller) + ",") == std::string::npos) continue;
    std::string path = line.substr(second + 1);
    if (hierarchy.root != "/" && path.starts_with(hierarchy.root))
      path.erase(0, hierarchy.root.size());
    return hierarchy.mount_point + path;
  }
  return hierarchy.mount_point;
}

std::unique_ptr<Cgroup> make_v1() {
  const auto memory = find_hierarchy("cgroup", "memory");
  const auto pids = find_hierarchy("cgroup", "pids");
  if (!memory || !pids) return nullptr;
  auto memory_folder = Folder::make(own_folder(*memory, "memory"));
  auto pids_folder = Folder::make(own_folder(*pids, "pids"));
  if (!memory_folder || !pids_folder) return nullptr;
  return std::make_unique<CgroupV1>(std::move(*memory_folder), std::move(*pids_folder));
}

std::unique_ptr<Cgroup> make_v2() {
  const auto hierarchy = find_hierarchy("cgroup2", "");
  if (!hierarchy) return nullptr;
  // Below our own, where it was delegated to us. A cgroup with processes in it, as ours has, cannot
  // hand controllers down (cgroups(7), "no internal processes") unless it is the root: the second
  // try.
  for (const std::string& parent : {own_folder(*hierarchy, ""), hierarchy->mount_point}) {
    // Fails where it is done already, or not allowed: what counts is whether the files are there.
    (void)write_file((parent + "/cgroup.subtree_control").c_str(), "+memory +pids");
    auto folder = Folder::make(parent);
    if (folder && folder->has("memory.max") && folder->has("pids.max"))
      return std::make_unique<CgroupV2>(std::move(*folder));
  }
  return nullptr;
}

/// Why there is none, and what to do about it.
std::string why_none() {
  const bool v1 = find_hierarchy("cgroup", "memory") && find_hierarchy("cgroup", "pids");
  if (!v1 && !find_hierarchy("cgroup2", ""))
    return "no hierarchy with memory and pids is mounted\n  In a container, mount the host's: "
           "docker "
           "run --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw …";
  if (::geteuid() == 0)
    return "cgroups are mounted, and root may not make one here (read-only, or without the "
           "controllers memory and pids)\n  In a container: docker run --privileged, or mount "
           "/sys/fs/cgroup writable.";
  return "this user may not make cgroups\n  Run as root, or in a delegated cgroup: systemd-run "
         "--user --scope -p Delegate=yes assay …";
}

Status put_a_child_into(Cgroup& cgroup) {
  ASSAY_CHECK(cgroup.prepare(64 << 20, 8));
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return errno_error("fork");
  if (child == 0) {
    // Whoever kills us now would leave it waiting for good.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent) ::pause();
    ::_exit(0);
  }
  Status added = cgroup.add(child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return added;
}

}  // namespace

std::unique_ptr<Cgroup> make_cgroup() {
  if (auto v1 = make_v1()) return v1;
  return make_v2();
}

model::Layer probe_cgroup() {
  auto cgroup = make_cgroup();
  if (!cgroup)
    return {kName, "unavailable",
            "only each process's memory is bounded and not a box's in total: " + why_none()};
  if (auto added = put_a_child_into(*cgroup); !added.ok())
    return {kName, "unavailable", added.error().to_string()};
  const bool v1 = dynamic_cast<CgroupV1*>(cgroup.get()) != nullptr;
  return {kName, "on",
          v1 ? "v1: memory and processes of a box" : "v2: memory and processes of a box"};
}

}  // namespace assay::sandbox::box
