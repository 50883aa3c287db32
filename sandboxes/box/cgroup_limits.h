#pragma once

// What both versions of cgroups add to a box's limits. Leaf; no state.

#include <cstdint>

namespace assay::sandbox::box {

/// What a box as a whole may have beside its limit: page tables, socket buffers, pages of the warm
/// image that it copied. RLIMIT_DATA comes first for a single process, as a MemoryError that Python
/// can raise.
inline constexpr std::int64_t kOverheadBytes = 48 << 20;

}  // namespace assay::sandbox::box
