#include "sandboxes/box/cgroup.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "sandboxes/box/cgroup_files.h"
#include "sandboxes/box/cgroup_versions.h"
#include "sandboxes/box/fork_into.h"
#include "sandboxes/box/kernel.h"

namespace assay::sandbox::box {
namespace {

constexpr const char* kName = "cgroup";

CgroupTables read_tables() {
  return {cgroup_files::read_text("/proc/self/mountinfo"),
          cgroup_files::read_text("/proc/self/cgroup")};
}

/// Why there is none, and what to do about it.
std::string why_none(const CgroupTables& tables) {
  const auto is_there = [&](std::string_view type, std::string_view controller) {
    return cgroup_files::find_hierarchy(tables.mountinfo, type, controller).has_value();
  };
  const bool v1 = is_there("cgroup", "memory") && is_there("cgroup", "pids");
  if (!v1 && !is_there("cgroup2", ""))
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

[[noreturn]] void wait_to_be_killed(pid_t parent) {
  // Whoever kills the parent now would leave it waiting for good.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) ::pause();
  ::_exit(0);
}

Status put_a_child_into(Cgroups& cgroups) {
  ASSAY_TRY(const auto cgroup, cgroups.make());
  ASSAY_CHECK(cgroup->prepare(64 << 20, 8));
  const pid_t parent = ::getpid();
  const bool born = cgroup->folder() >= 0;
  ASSAY_TRY(const pid_t child, fork_into(cgroup->folder()));
  if (child == 0) wait_to_be_killed(parent);
  Status added = born ? success() : cgroup->add(child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return added;
}

}  // namespace

std::unique_ptr<Cgroups> Cgroups::open() {
  const CgroupTables tables = read_tables();
  if (auto v1 = open_cgroups_v1(tables)) return v1;
  return open_cgroups_v2(tables);
}

model::Layer probe_cgroup() {
  const auto cgroups = Cgroups::open();
  if (!cgroups)
    return {kName, "unavailable",
            "only each process's memory is bounded and not a box's in total: " +
                why_none(read_tables())};
  if (auto added = put_a_child_into(*cgroups); !added.ok())
    return {kName, "unavailable", added.error().to_string()};
  return {kName, "on", cgroups->describe()};
}

}  // namespace assay::sandbox::box
