#pragma once

// What a box could leave on the host: processes, mounts, cgroups, temporary files. Looked at from
// outside, through /proc and the file system.

#include <string>
#include <vector>

namespace assay::sandbox::testing {

struct HostState {
  std::vector<std::string> runner_children;  ///< processes below this one but the runner itself
  std::vector<std::string> mounts;           ///< of this process's namespace
  std::vector<std::string> cgroups;          ///< of boxes, that still hold a process
  std::vector<std::string> temporary;        ///< names in the temporary folder that are ours

  bool operator==(const HostState&) const = default;
  std::string to_string() const;
};

HostState look_at_host();

/// Looks until the host is as it was, at most for `patience_ms`; gives the last look. The kernel
/// takes a dead box's processes away a moment after its init.
HostState look_until(const HostState& expected, int patience_ms);

}  // namespace assay::sandbox::testing
