#pragma once

// The two versions of cgroups, each of which gives the cgroups of boxes where it can (cgroup.h).

#include <memory>
#include <string>

#include "sandboxes/box/cgroup.h"

namespace assay::sandbox::box {

/// /proc/self/mountinfo and /proc/self/cgroup, as they are now.
struct CgroupTables {
  std::string mountinfo;
  std::string own;
};

/// Nothing where the version has no controllers for memory and processes, or this process may make
/// no cgroup.
std::unique_ptr<Cgroups> open_cgroups_v1(const CgroupTables& tables);
std::unique_ptr<Cgroups> open_cgroups_v2(const CgroupTables& tables);

}  // namespace assay::sandbox::box
