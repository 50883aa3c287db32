// Version 2: one hierarchy. cgroup.h has the three kinds of cgroups that are made in it.
//
// Where they go. cgroups(7), "no internal processes": but for the root, a cgroup with processes in
// it hands no controllers down. Ours has some, this process to begin with. Where it was delegated,
// by systemd (Delegate=yes), by a container or by who gave it to this user, all that is in it
// moves one down, to `assay.home`, and boxes get theirs beside that. Where it was not, an ordinary
// user has none, and root takes the root of the hierarchy.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <vector>

#include "harness/base/unique_fd.h"
#include "sandboxes/box/cgroup_files.h"
#include "sandboxes/box/cgroup_limits.h"
#include "sandboxes/box/cgroup_versions.h"
#include "sandboxes/box/kernel.h"

namespace assay::sandbox::box {
namespace {

using namespace cgroup_files;

constexpr std::string_view kHome = "assay.home";
constexpr const char* kProcesses = "cgroup.procs";
constexpr const char* kHandedDown = "cgroup.subtree_control";
/// Others may fork while they are moved.
constexpr int kMoves = 20;
constexpr uid_t kNobodyElse = static_cast<uid_t>(-1);

/// Gives the right to put processes into a cgroup, or across it (clone3(2), CLONE_INTO_CGROUP).
Status give_entry(const Folder& folder, uid_t user) {
  if (user == kNobodyElse) return success();
  if (::chown(folder.file(kProcesses).c_str(), user, static_cast<gid_t>(-1)) != 0)
    return errno_error("letting the runner into its cgroups");
  return success();
}

class CgroupV2 : public Cgroup {
 public:
  /// `above` and `user` are the Cgroups', which outlives it.
  CgroupV2(const Folder& above, const uid_t& user) : above_(above), user_(user) {}

  Status prepare(std::int64_t memory_bytes, std::int64_t processes) override {
    inside_.reset();
    if (folder_) {
      ASSAY_CHECK(folder_->renew());
    } else {
      ASSAY_TRY(Folder first, Folder::make(above_.path()));
      folder_.emplace(std::move(first));
    }
    ASSAY_CHECK(folder_->write("memory.max", memory_bytes + kOverheadBytes));
    // Else what is beyond the limit goes to the host's swap, where there is some.
    if (folder_->has("memory.swap.max")) ASSAY_CHECK(folder_->write("memory.swap.max", 0));
    // Else the kernel ends one process after the other, and what is left goes on within the limit.
    ASSAY_CHECK(folder_->write("memory.oom.group", 1));
    ASSAY_CHECK(folder_->write("pids.max", processes));
    ASSAY_CHECK(give_entry(*folder_, user_));
    inside_.reset(::open(folder_->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!inside_) return errno_error("opening a box's cgroup");
    return success();
  }

  Status add(pid_t process) override { return folder_->write(kProcesses, process); }
  int folder() const override { return inside_.get(); }

  bool ran_out_of_memory() const override {
    return read_counter(folder_->file("memory.events"), "oom_kill").value_or(0) > 0;
  }
  std::optional<std::int64_t> peak_memory_bytes() const override {
    return read_number(folder_->file("memory.peak"));  // since Linux 5.19
  }
  std::optional<std::chrono::nanoseconds> cpu_used() const override {
    const auto used = read_counter(folder_->file("cpu.stat"), "usage_usec");
    if (!used) return std::nullopt;
    return std::chrono::microseconds(*used);
  }
  std::optional<std::int64_t> processes_at_most() const override {
    return read_number(folder_->file("pids.peak"));  // since Linux 6.1
  }

 private:
  const Folder& above_;
  const uid_t& user_;
  std::optional<Folder> folder_;
  UniqueFd inside_;
};

class CgroupsV2 : public Cgroups {
 public:
  static Result<std::unique_ptr<Cgroups>> make_below(const std::string& parent) {
    ASSAY_TRY(Folder above, Folder::make(parent));
    ASSAY_CHECK(write_file(above.file(kHandedDown).c_str(), "+memory +pids"));
    ASSAY_TRY(Folder runner, Folder::make_named(above.path(), "runner"));
    UniqueFd entrance(::open(runner.file(kProcesses).c_str(), O_WRONLY | O_CLOEXEC));
    if (!entrance) return errno_error("opening the runner's cgroup");
    return std::unique_ptr<Cgroups>(
        new CgroupsV2(std::move(above), std::move(runner), std::move(entrance)));
  }

  Result<std::unique_ptr<Cgroup>> make() override {
    return std::unique_ptr<Cgroup>(new CgroupV2(above_, user_));
  }
  int entrance() const override { return entrance_.get(); }

  Status admit(uid_t user) override {
    if (user == ::geteuid()) return success();
    user_ = user;
    return give_entry(above_, user_);
  }

  std::string describe() const override { return "v2: memory, processes and cpu time of a box"; }

 private:
  CgroupsV2(Folder above, Folder runner, UniqueFd entrance)
      : above_(std::move(above)), runner_(std::move(runner)), entrance_(std::move(entrance)) {}

  Folder above_;
  Folder runner_;  // removed before the one above
  UniqueFd entrance_;
  uid_t user_ = kNobodyElse;
};

std::string parent_of(const std::string& folder) { return folder.substr(0, folder.rfind('/')); }

bool is_home(const std::string& folder) { return folder.ends_with("/" + std::string(kHome)); }

bool is_own(const std::string& folder) {
  struct stat about {};
  return ::stat(folder.c_str(), &about) == 0 && about.st_uid == ::geteuid();
}

/// Whether the user's own systemd delegated it. That leaves no mark, as the system's does below; a
/// unit that was made for one command has its settings in a file.
bool is_delegated_to_user(const std::string& folder) {
  const std::string uid = std::to_string(::geteuid());
  if (folder.find("/user@" + uid + ".service/") == std::string::npos) return false;
  const std::string unit = folder.substr(folder.rfind('/') + 1);
  std::ifstream settings("/run/user/" + uid + "/systemd/transient/" + unit);
  for (std::string line; std::getline(settings, line);) {
    if (line.starts_with("Delegate=") && line != "Delegate=no") return true;
  }
  return false;
}

/// Whether what is in there is ours to arrange. That it can be written to is not enough: all that a
/// user's systemd runs is that user's, and systemd ends a unit of its own in which the kernel ended
/// a process for want of memory (systemd.service(5), "OOMPolicy").
bool is_delegated(const std::string& folder, const Hierarchy& hierarchy) {
  // A container's root is the root of its cgroup namespace; the host's has no type.
  if (folder == hierarchy.mount_point)
    return ::access((folder + "/cgroup.type").c_str(), F_OK) == 0;
  // systemd.resource-control(5), "Delegate"; the first mark since 251.
  for (const char* mark : {"user.delegate", "trusted.delegate"}) {
    char value = 0;
    if (::getxattr(folder.c_str(), mark, &value, sizeof value) == 1 && value == '1') return true;
  }
  if (::geteuid() == 0 || !is_own(folder)) return false;
  return is_delegated_to_user(folder) || !is_own(parent_of(folder));  // or given to it by hand
}

/// Moves whatever is in a cgroup to the home below it. One that cannot be moved stays.
void move_home(const std::string& folder) {
  const std::string home = folder + "/" + std::string(kHome);
  if (::mkdir(home.c_str(), 0755) != 0 && errno != EEXIST) return;
  std::ifstream processes(folder + "/" + kProcesses);
  for (std::string pid; processes >> pid;) (void)write_file((home + "/" + kProcesses).c_str(), pid);
}

/// Whether cgroups below that folder have memory and pids, by now.
bool hands_down(const std::string& folder, const Hierarchy& hierarchy) {
  if (::access(folder.c_str(), W_OK) != 0 ||
      !has_words(folder + "/cgroup.controllers", {"memory", "pids"}))
    return false;
  const std::string handed_down = folder + "/" + kHandedDown;
  for (int move = 0; move < kMoves; ++move) {
    if (has_words(handed_down, {"memory", "pids"})) return true;
    if (write_file(handed_down.c_str(), "+memory +pids").ok()) return true;
    if (!is_delegated(folder, hierarchy)) return false;
    move_home(folder);
  }
  return false;
}

}  // namespace

std::unique_ptr<Cgroups> open_cgroups_v2(const CgroupTables& tables) {
  const auto hierarchy = find_hierarchy(tables.mountinfo, "cgroup2");
  if (!hierarchy) return nullptr;
  std::string own = own_folder(tables.own, *hierarchy);
  if (is_home(own)) own = parent_of(own);
  std::vector<std::string> parents = {own};
  // systemd.resource-control(5), "DelegateSubgroup": processes are one below what was delegated.
  if (own != hierarchy->mount_point && is_delegated(parent_of(own), *hierarchy))
    parents.push_back(parent_of(own));
  parents.push_back(hierarchy->mount_point);
  for (const std::string& parent : parents) {
    if (!hands_down(parent, *hierarchy)) continue;
    if (auto cgroups = CgroupsV2::make_below(parent); cgroups.ok()) return std::move(*cgroups);
  }
  return nullptr;
}

}  // namespace assay::sandbox::box
