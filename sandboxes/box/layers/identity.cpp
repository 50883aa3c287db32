// The user that boxes run as, seen from the host.
//
// A user namespace that maps to the host's root ignores RLIMIT_NPROC, may write files of root's
// under /proc/sys, and is root to every file that a bind mount lets through. So a launcher that was
// started as root becomes somebody else first: somebody that no other process is, for RLIMIT_NPROC
// and signals go by uid.

#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <fstream>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// Uids from 0x70000000 on are given out by nobody (systemd's table in "Users, Groups, UIDs and
/// GIDs" leaves them unused). The process id makes ours unique on the host.
constexpr uid_t kFirstUid = 0x70000000;
/// For a root in a container that maps 65,536 ids only: a range that Debian's policy (9.2.2)
/// reserves.
constexpr uid_t kSmallFirstUid = 62'000;
constexpr uid_t kSmallUids = 2'000;

/// Root of a user namespace of its own (a rootless container, `unshare -r`) is an ordinary user to
/// the host, and often has nobody else to become. user_namespaces(7): "ID-inside ID-outside
/// length".
bool is_root_outside() {
  std::ifstream map("/proc/self/uid_map");
  for (std::uint64_t inside = 0, outside = 0, length = 0; map >> inside >> outside >> length;) {
    if (inside == 0) return outside == 0;
  }
  return true;
}

Result<std::string> attempt() {
  if (::geteuid() != 0) return "started as an ordinary user, uid " + std::to_string(::geteuid());
  ASSAY_CHECK(leave_root());
  return "root becomes uid " + std::to_string(::geteuid());
}

model::Layer probe() { return try_in_child("unprivileged user", attempt); }

}  // namespace

Status leave_root() {
  if (::geteuid() != 0 || !is_root_outside() || is_left_out("unprivileged user")) return success();
  const auto own = static_cast<uid_t>(::getpid());
  if (::setgroups(0, nullptr) != 0) return errno_error("leaving root's groups");
  uid_t id = kFirstUid + own;
  if (::setresgid(id, id, id) != 0) {
    id = kSmallFirstUid + own % kSmallUids;
    if (::setresgid(id, id, id) != 0) return errno_error("changing to an unprivileged group");
  }
  if (::setresuid(id, id, id) != 0) return errno_error("changing to an unprivileged user");
  // The change made /proc/self root's, and the id maps are written there.
  if (::prctl(PR_SET_DUMPABLE, 1) != 0) return errno_error("PR_SET_DUMPABLE");
  return success();
}

extern const Layer k_identity;
const Layer k_identity{"unprivileged user", 10, Need::kRequired, probe, nullptr, nullptr, nullptr};

}  // namespace assay::sandbox::box
