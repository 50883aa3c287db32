#include "sandboxes/box/seal.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

/// The layers of a candidate that hold here as they are; the others are stricter here.
constexpr std::array<std::string_view, 2> kBeforeFiles = {"rlimits", "capabilities"};
constexpr std::array<std::string_view, 1> kBehindFiles = {"system call filter"};

template <std::size_t n>
bool is_in(const std::array<std::string_view, n>& names, const Layer& layer) {
  return std::ranges::find(names, layer.name) != names.end();
}

/// While files can be written: the filter is compiled into one.
Status prepare(Shared& shared) {
  for (const Layer* layer : layers_in_order()) {
    if (!is_in(kBeforeFiles, *layer) && !is_in(kBehindFiles, *layer)) continue;
    if (layer->prepare == nullptr) continue;
    if (const auto prepared = layer->prepare(shared); !prepared.ok()) return prepared.error();
  }
  return success();
}

template <std::size_t n>
Status put_on(const std::array<std::string_view, n>& names, Box& box) {
  for (const Layer* layer : layers_in_order())
    if (is_in(names, *layer)) ASSAY_CHECK(layer->enter_candidate(box));
  return success();
}

[[noreturn]] void end_with(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

}  // namespace

Status seal_process(const SealOptions& options) {
  ASSAY_CHECK(leave_root());
  // The change of user clears it, so it is set after.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno_error("PR_SET_PDEATHSIG");
  ASSAY_TRY(const Cloned cloned, clone_into_namespaces());
  if (cloned.pid != 0) end_with(cloned.pid);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno_error("PR_SET_PDEATHSIG");
  ASSAY_CHECK(map_ids(cloned.ids));
  ASSAY_CHECK(build_empty_root());
  Shared shared;
  ASSAY_CHECK(prepare(shared));
  Box box;
  box.shared = &shared;
  box.spec.memory = options.memory;
  box.spec.processes = options.processes;
  box.spec.cpu_ms = options.cpu_ms;
  ASSAY_CHECK(put_on(kBeforeFiles, box));
  ASSAY_CHECK(forbid_files());
  return put_on(kBehindFiles, box);
}

}  // namespace assay::sandbox::box
