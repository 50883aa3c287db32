// Landlock: a second wall around files, by rules on paths that hold whatever the mounts are.
// Nothing may be executed (loading a library is reading it), and only the scratch folders may be
// written to.

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

// The kernel's numbers, for headers older than the kernel (linux/landlock.h).
constexpr std::uint64_t kExecute = 1ULL << 0;
constexpr std::uint64_t kWriteFile = 1ULL << 1;
constexpr std::uint64_t kReadFile = 1ULL << 2;
constexpr std::uint64_t kReadFolder = 1ULL << 3;
constexpr std::uint64_t kMakeCharacterDevice = 1ULL << 6;
constexpr std::uint64_t kMakeBlockDevice = 1ULL << 11;
constexpr std::uint64_t kFirstRights = (1ULL << 13) - 1;
constexpr std::uint64_t kRefer = 1ULL << 13;                // ABI 2
constexpr std::uint64_t kTruncate = 1ULL << 14;             // ABI 3
constexpr std::uint64_t kDeviceIoctl = 1ULL << 15;          // ABI 5
constexpr std::uint64_t kScopeAbstractSockets = 1ULL << 0;  // ABI 6
constexpr std::uint64_t kScopeSignals = 1ULL << 1;          // ABI 6

struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;  // ABI 4
  std::uint64_t scopes = 0;   // ABI 6
};

/// All rights on files that a kernel of this ABI knows; what it does not know it would refuse.
std::uint64_t known_rights(int abi) {
  std::uint64_t rights = kFirstRights;
  if (abi >= 2) rights |= kRefer;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kDeviceIoctl;
  return rights;
}

/// What later kernels add, and this one does not restrict.
std::string what_is_missing(int abi) {
  if (abi < 3) return ", without truncation (Linux 6.2) and scopes (Linux 6.12)";
  if (abi < 6) return ", without scopes on signals and abstract sockets (Linux 6.12)";
  return "";
}

int abi_of_kernel() {
  const long abi =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Status allow(int ruleset, const char* path, std::uint64_t rights) {
  UniqueFd place(::open(path, O_PATH | O_CLOEXEC));
  if (!place) return errno_error(std::string("opening ") + path);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = place.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return errno_error(std::string("a Landlock rule for ") + path);
  return success();
}

Status restrict_self(int abi) {
  RulesetAttributes attributes;
  attributes.files = known_rights(abi);
  // Scopes: no signal to init, no abstract socket of another's. The kernel accepts a shorter
  // struct.
  std::size_t size = sizeof attributes.files;
  if (abi >= 6) {
    attributes.scopes = kScopeAbstractSockets | kScopeSignals;
    size = sizeof attributes;
  }
  UniqueFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset) return errno_error("making a Landlock ruleset");
  const std::uint64_t everything = known_rights(abi);
  for (const char* path : {"/usr", "/etc", "/proc"})
    ASSAY_CHECK(allow(ruleset.get(), path, kReadFile | kReadFolder));
  ASSAY_CHECK(allow(ruleset.get(), "/dev", kReadFile | kReadFolder | kWriteFile));
  for (const char* path : {kWorkFolder, kTmpFolder})
    ASSAY_CHECK(allow(ruleset.get(), path,
                      everything & ~(kExecute | kMakeCharacterDevice | kMakeBlockDevice)));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return errno_error("landlock_restrict_self");
  return success();
}

Result<std::string> prepare(Shared& shared) {
  shared.landlock_abi = abi_of_kernel();
  if (shared.landlock_abi == 0)
    return environment_error("this kernel has no Landlock, or it is switched off",
                             "Linux 5.13 or later with \"landlock\" in the lsm= boot parameter.");
  return "ABI " + std::to_string(shared.landlock_abi) + what_is_missing(shared.landlock_abi);
}

Status enter_candidate(Box& box) {
  if (is_left_out("Landlock")) return success();
  return restrict_self(box.shared->landlock_abi);
}

Result<std::string> attempt() {
  Shared shared;
  ASSAY_TRY(const std::string words, prepare(shared));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno_error("PR_SET_NO_NEW_PRIVS");
  RulesetAttributes attributes;
  attributes.files = known_rights(shared.landlock_abi);
  UniqueFd ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.files, 0)));
  if (!ruleset || ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return errno_error("restricting a process");
  if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
    return environment_error("a restricted process can still open files");
  return words;
}

model::Layer probe() { return try_in_child("Landlock", attempt); }

}  // namespace

Status forbid_files() {
  const int abi = abi_of_kernel();
  if (abi == 0) return success();
  RulesetAttributes attributes;
  attributes.files = known_rights(abi);
  UniqueFd ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.files, 0)));
  if (!ruleset) return errno_error("making a Landlock ruleset");
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return errno_error("landlock_restrict_self");
  return success();
}

extern const Layer k_landlock;
const Layer k_landlock{"Landlock", 90, Need::kExtra, probe, prepare, nullptr, enter_candidate};

}  // namespace assay::sandbox::box
