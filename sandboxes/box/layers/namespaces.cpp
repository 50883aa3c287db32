// Namespaces: what a box can name at all. Processes, mounts, network, System V objects, the host's
// name and cgroups are its own; the user namespace is what lets an ordinary user make the others.

#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// Those without which there is no box to speak of.
constexpr std::uint64_t kFrame = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS;
/// The rest. The network's is a layer of its own, with what is in it.
constexpr std::array kParts = {"ipc namespace", "uts namespace", "cgroup namespace"};
constexpr std::array<std::uint64_t, kParts.size()> kFlagsOfParts = {CLONE_NEWIPC, CLONE_NEWUTS,
                                                                    CLONE_NEWCGROUP};

std::uint64_t kinds() {
  std::uint64_t flags = kFrame;
  if (!is_left_out("network")) flags |= CLONE_NEWNET;
  for (std::size_t i = 0; i < kParts.size(); ++i)
    if (!is_left_out(kParts[i])) flags |= kFlagsOfParts[i];
  return flags;
}

constexpr std::string_view kHostName = "box";
/// Under want of memory the kernel takes the box and leaves Assay.
constexpr std::string_view kOomScore = "1000";
constexpr const char* kHint =
    "Boxes rest on unprivileged user namespaces. Where they are switched off, root can allow "
    "them:\n"
    "    sysctl -w user.max_user_namespaces=10000\n"
    "    sysctl -w kernel.unprivileged_userns_clone=1                 (older Debian kernels)\n"
    "    sysctl -w kernel.apparmor_restrict_unprivileged_userns=0     (Ubuntu 23.10 and later)\n"
    "  In a container, its seccomp profile must let clone and unshare through "
    "(docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined).";

constexpr const char* kKinds = "user, pid, mount, network, ipc, uts, cgroup";

Result<std::string> prepare(Shared& shared) {
  shared.ids = {::geteuid(), ::getegid()};
  return std::string(kKinds);
}

Status be_taken_first() { return write_file("/proc/self/oom_score_adj", kOomScore); }

Status enter_init(Box& box) {
  ASSAY_CHECK(map_ids(box.shared->ids));
  return be_taken_first();
}

Result<std::string> attempt() {
  ASSAY_CHECK(enter_namespaces_for_probe());
  if (::getpid() != 1) return environment_error("the clone is not pid 1 of its namespace");
  return std::string(kKinds);
}

model::Layer probe() { return try_in_child("namespaces", attempt); }

}  // namespace

Status join_namespaces(int init) {
  ASSAY_CHECK(be_taken_first());  // while /proc is the runner's, and can be written to
  const auto others = static_cast<int>(kinds() & ~static_cast<std::uint64_t>(CLONE_NEWPID));
  if (::setns(init, others) != 0)
    return errno_error("joining a box's namespaces", "setns of a pidfd needs Linux 5.8 or later.");
  // The change of user namespace made /proc/self root's.
  if (::prctl(PR_SET_DUMPABLE, 1) != 0) return errno_error("PR_SET_DUMPABLE");
  if (::chdir(kWorkFolder) != 0) return errno_error("entering the working folder");
  return success();
}

Result<Cloned> clone_into_namespaces(CloneOptions options) {
  Cloned cloned;
  cloned.ids = {::geteuid(), ::getegid()};
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = kinds() | CLONE_PIDFD;
  if (!options.cgroup_namespace) arguments.flags &= ~static_cast<std::uint64_t>(CLONE_NEWCGROUP);
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  if (options.sibling) {
    arguments.flags |= CLONE_PARENT;  // with the caller's own exit signal
  } else {
    arguments.exit_signal = SIGCHLD;
  }
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0) return errno_error("making user namespaces", kHint);
  cloned.pid = static_cast<pid_t>(pid);
  if (pid > 0) cloned.pidfd.reset(pidfd);
  return cloned;
}

Status map_ids(OuterIds outer) {
  // An ordinary user may map its gid only after giving up setgroups for good. A nested namespace
  // has inherited that, and writing it again is allowed.
  ASSAY_CHECK(write_file("/proc/self/setgroups", "deny"));
  for (const auto& [path, inner, id] : {std::tuple{"/proc/self/uid_map", kInnerUid, outer.uid},
                                        std::tuple{"/proc/self/gid_map", kInnerGid, outer.gid}}) {
    const std::string line = std::to_string(inner) + " " + std::to_string(id) + " 1";
    if (auto status = write_file(path, line); !status.ok()) {
      return environment_error(status.error().message, kHint);
    }
  }
  // AppArmor may let a user make namespaces and give it no right over them.
  if (!is_left_out("uts namespace") && ::sethostname(kHostName.data(), kHostName.size()) != 0)
    return errno_error("having a right over a new namespace", kHint);
  return success();
}

extern const Layer k_namespaces;
const Layer k_namespaces{"namespaces", 20,         Need::kRequired, probe,
                         prepare,      enter_init, nullptr,         kParts};

}  // namespace assay::sandbox::box
