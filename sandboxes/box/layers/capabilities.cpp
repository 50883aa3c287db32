// Capabilities: none, and no way to get any. Init has all of them in its own user namespace, which
// is why the candidate gives up its share before it runs a line of a stranger's code.

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// More than any kernel has; PR_CAPBSET_DROP says EINVAL behind the last.
constexpr int kMaxCapability = 64;

Status drop_bounding_set() {
  for (int capability = 0; capability < kMaxCapability; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) return success();
    return errno_error("dropping a capability from the bounding set");
  }
  return success();
}

Status enter_candidate(Box&) {
  if (is_left_out("capabilities")) return success();
  ASSAY_CHECK(drop_bounding_set());
  // That uid 0 has no meaning, for this process and all below it.
  constexpr int kNoRoot = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                          SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                          SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (::prctl(PR_SET_SECUREBITS, kNoRoot, 0, 0, 0) != 0) return errno_error("PR_SET_SECUREBITS");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return errno_error("dropping capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno_error("PR_SET_NO_NEW_PRIVS");
  return success();
}

/// Sets a capability in the inheritable set and raises it in the ambient one: capabilities(7),
/// "Transformation of capabilities during execve()".
Status keep_over_exec(std::initializer_list<int> capabilities) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, sets) != 0) return errno_error("reading capabilities");
  for (const int capability : capabilities)
    sets[CAP_TO_INDEX(capability)].inheritable |= CAP_TO_MASK(capability);
  if (::syscall(SYS_capset, &header, sets) != 0) return errno_error("keeping capabilities");
  for (const int capability : capabilities) {
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0)
      return errno_error("PR_CAP_AMBIENT_RAISE");
  }
  return success();
}

Result<std::string> attempt() {
  ASSAY_CHECK(enter_namespaces_for_probe());
  Box box;
  ASSAY_CHECK(enter_candidate(box));
  return std::string("none, and none to be gained");
}

model::Layer probe() { return try_in_child("capabilities", attempt); }

}  // namespace

Status keep_capabilities_to_join() { return keep_over_exec({CAP_SYS_ADMIN, CAP_SYS_PTRACE}); }

extern const Layer k_capabilities;
const Layer k_capabilities{"capabilities", 80,      Need::kRequired, probe,
                           nullptr,        nullptr, enter_candidate};

}  // namespace assay::sandbox::box
