#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/runner/report.h"
#include "sandboxes/runner/serve.h"

namespace assay::sandbox::runner {
namespace {

/// In pid 1 of the template. Returns only where it fails.
Status become_stage_two(const UniqueFd& self, const UniqueFd& control, Warmth warmth,
                        box::OuterIds ids) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return box::errno_error("PR_SET_PDEATHSIG");
  ASSAY_CHECK(box::map_ids(ids));
  ASSAY_CHECK(box::raise_loopback());  // for the request that warms the interpreter
  ASSAY_CHECK(box::build_root(self.get()));
  ASSAY_CHECK(box::keep_capabilities_to_join());
  if (::fcntl(control.get(), F_SETFD, 0) != 0)
    return box::errno_error("keeping the control socket");
  std::string number = std::to_string(control.get());
  std::string which(name_of(warmth.image)), seed = std::to_string(warmth.hash_seed);
  std::string name = "assay-runner", in_root = "--in-root", option = "--control",
              image_option = "--image", seed_option = "--hash-seed";
  char* const arguments[] = {name.data(),        in_root.data(),      option.data(),
                             number.data(),      image_option.data(), which.data(),
                             seed_option.data(), seed.data(),         nullptr};
  // Names of functions are looked up once, here, and not again in every process that is forked.
  std::string bind_now = "LD_BIND_NOW=1";
  char* const environment[] = {bind_now.data(), nullptr};
  ::execve(box::kRunnerInRoot, arguments, environment);
  return box::errno_error("executing the runner in its root");
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return EXIT_FAILURE;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

}  // namespace

int launch(UniqueFd control, Warmth warmth) {
  // Opened while this may still be root: the binary can lie in a folder that only root may enter.
  UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!self) return fail(control.get(), box::errno_error("opening the runner's own file"));
  if (auto left = box::leave_root(); !left.ok()) return fail(control.get(), left.error());
  // The change of user clears it, so it is set after.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return fail(control.get(), box::errno_error("PR_SET_PDEATHSIG"));
  auto cloned = box::clone_into_namespaces({.cgroup_namespace = false});
  if (!cloned.ok()) return fail(control.get(), cloned.error());
  if (cloned->pid == 0) {
    const auto status = become_stage_two(self, control, warmth, cloned->ids);
    ::_exit(fail(control.get(), status.error()));
  }
  control.reset();  // the worker sees the end of the socket when stage 2 ends
  return wait_for(cloned->pid);
}

}  // namespace assay::sandbox::runner
