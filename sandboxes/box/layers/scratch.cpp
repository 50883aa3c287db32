// What is a box's own in the file system: its /proc, its working folder and its /tmp. They end with
// the box's mount namespace.

#include <sys/mount.h>
#include <unistd.h>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/// Processes only: no sysctls, no host-wide counters. Read-only, and over the template's, which
/// names the processes of other boxes.
Status mount_own_proc() {
  if (::mount("proc", "/proc", "proc", kFlags | MS_RDONLY, "subset=pid") != 0)
    return errno_error("mounting a box's /proc", "subset=pid needs Linux 5.8 or later.");
  return success();
}

Status enter_init(Box& box) {
  const bool bounded = !is_left_out("scratch space");
  if (bounded) ASSAY_CHECK(mount_own_proc());
  // 300,000 empty files fit into 64 MiB, hence the bound on inodes; the root folder takes one.
  const std::string options = bounded
                                  ? "mode=700,size=" + std::to_string(box.spec.scratch) +
                                        ",nr_inodes=" + std::to_string(box.spec.scratch_inodes + 1)
                                  : "mode=700,size=0,nr_inodes=0";
  for (const char* folder : {kWorkFolder, kTmpFolder}) {
    if (::mount("tmpfs", folder, "tmpfs", kFlags, options.c_str()) != 0)
      return errno_error(std::string("mounting a box's ") + folder);
  }
  return success();
}

Result<std::string> attempt() {
  ASSAY_CHECK(enter_namespaces_for_probe());
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return errno_error("making mounts private");
  if (::mount("tmpfs", kTmpFolder, "tmpfs", kFlags, "size=1m,nr_inodes=8") != 0)
    return errno_error("mounting a tmpfs");
  ASSAY_CHECK(mount_own_proc());
  return std::string("tmpfs with bounded size and inodes; /proc with its own processes only");
}

model::Layer probe() { return try_in_child("scratch space", attempt); }

}  // namespace

extern const Layer k_scratch;
const Layer k_scratch{"scratch space", 40, Need::kRequired, probe, nullptr, enter_init, nullptr};

}  // namespace assay::sandbox::box
