#pragma once

// Orders that Python promises nobody, and that a box nevertheless fixes: of a set's elements, of a
// folder's entries, of threads. A program that is right is right in every one of them, so a case
// can be run in several, which is how code is found whose answer hangs on one.
//
// A variation is a number. 0 is the order in which everything else is run. Each other one gives
//
//   sets     another hash seed. CPython takes it when it starts, and what a warm image imported is
//            full of dictionaries that were laid out by it, so a fork cannot change it: every seed
//            has a warm runner of its own (sandboxes/image.h). So that those stay few, whatever is
//            asked for, the seeds take turns and do not depend on the job's.
//   objects  other places in memory, by which a set goes whose elements have no hash of their own
//   folders  and
//   threads  orders that, as those places, follow from the job's seed and the variation alone;
//            sandboxes/runner/orders.h says which.
//
// Randomness, the clock and the warehouse stay as they are: what those do is scripted.

#include <cstdint>

namespace assay::sandbox {

using Variation = std::uint32_t;

/// Hash seeds that variations take turns in, beside that of variation 0.
inline constexpr std::uint32_t kVariedHashSeeds = 3;

/// For CPython, where 0 means no randomisation.
constexpr std::uint32_t hash_seed_of(Variation variation) {
  return variation == 0 ? 0 : 1 + (variation - 1) % kVariedHashSeeds;
}

}  // namespace assay::sandbox
