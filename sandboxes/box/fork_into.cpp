#include "sandboxes/box/fork_into.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>

#include "sandboxes/box/kernel.h"

namespace assay::sandbox::box {

Result<pid_t> fork_into(int cgroup) {
  pid_t* thread_id = nullptr;
  if (::prctl(PR_GET_TID_ADDRESS, &thread_id) != 0) return errno_error("PR_GET_TID_ADDRESS");
  // Where it is not what the library knows, the child's would be as wrong.
  if (thread_id == nullptr || *thread_id != ::gettid())
    return environment_error("the C library does not know this thread's id");
  void* robust_list = nullptr;
  std::size_t robust_size = 0;
  if (::syscall(SYS_get_robust_list, 0, &robust_list, &robust_size) != 0)
    return errno_error("get_robust_list");
  clone_args arguments{};
  arguments.flags = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  arguments.child_tid = reinterpret_cast<std::uint64_t>(thread_id);
  arguments.exit_signal = SIGCHLD;
  if (cgroup >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup);
  }
  const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child < 0) return errno_error("clone3 into a cgroup");
  if (child == 0) ::syscall(SYS_set_robust_list, robust_list, robust_size);
  return static_cast<pid_t>(child);
}

}  // namespace assay::sandbox::box
