#pragma once

// What the launcher does before there is a box: leaves root, makes namespaces, builds the root that
// all boxes of a runner share. In: a process that may be root. Out: a process that can do nothing
// to the host. Each function is defined by the layer that it belongs to (box/layers/).

#include <sys/types.h>

#include <cstdint>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::sandbox::box {

/// The uid and gid of every candidate, as it sees them itself.
inline constexpr int kInnerUid = 1000;
inline constexpr int kInnerGid = 1000;

/// Where things are in the root.
inline constexpr const char* kWorkFolder = "/work";
inline constexpr const char* kTmpFolder = "/tmp";
inline constexpr const char* kRunnerInRoot = "/assay-runner";

/// Changes from root to an unprivileged user that nobody else is; nothing where it is no root. The
/// process can still open its own files in /proc. (layers/identity.cpp)
Status leave_root();

/// Ids as they are outside of a user namespace, which its process cannot see any more.
struct OuterIds {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct Cloned {
  pid_t pid = 0;  ///< 0 in the clone
  UniqueFd pidfd;
  OuterIds ids;
};

struct CloneOptions {
  bool sibling = false;  ///< a child of the caller's own parent
  /// The template does without: nsdelegate (cgroups(7)) lets no process have children in a cgroup
  /// outside of its namespace's, and boxes get theirs beside the runner's.
  bool cgroup_namespace = true;
};

/// Forks into new namespaces of every kind that a box has. Not fork(2): glibc's idea of the thread
/// id is stale in the clone, so it must not make threads; what it forks by fork(2) is whole again.
/// (layers/namespaces.cpp)
Result<Cloned> clone_into_namespaces(CloneOptions options = {});

/// Keeps, over an execve, what this process needs of its capabilities in its own user namespace to
/// fork into another pid namespace and to join the namespaces of a process that nobody may look
/// into: CAP_SYS_ADMIN and CAP_SYS_PTRACE. (layers/capabilities.cpp)
Status keep_capabilities_to_join();

/// Joins all namespaces but the pid namespace of `init`, a pidfd; the current folder is then the
/// box's working folder. Has every capability in the box's user namespace, and none outside.
/// (layers/namespaces.cpp)
Status join_namespaces(int init);

/// In the clone: is `kInnerUid` from here on, with every capability in its own namespaces, which it
/// tries by giving the host another name in there. (layers/namespaces.cpp)
Status map_ids(OuterIds outer);

/// In the clone: replaces the root by a tmpfs with Python's libraries, a few files of our own and a
/// copy of the open file `runner`, all read-only. (layers/root.cpp)
Status build_root(int runner);

/// In the clone: replaces the root by an empty tmpfs, read-only. (layers/root.cpp)
Status build_empty_root();

/// Takes away the right to open any file, where the kernel has Landlock. (layers/landlock.cpp)
Status forbid_files();

/// Makes 127.0.0.1 reachable in a new network namespace. (layers/network.cpp)
Status raise_loopback();

/// A non-blocking socket that listens on 127.0.0.1; port 0: any that is free. (layers/network.cpp)
Result<UniqueFd> listen_on_loopback(std::uint16_t port);

struct Box;

/// In the candidate: a session of its own; descriptors 0 to 3 and no others, taken from `box`.
/// (layers/descriptors.cpp)
Status take_descriptors(Box& box);

}  // namespace assay::sandbox::box
