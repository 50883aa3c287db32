#pragma once

// The orders that a variation (sandboxes/variation.h) changes inside the candidate's process,
// beside that of sets of texts: of a folder's entries (interpose_folder.cpp), of threads (baton.h),
// and of sets of objects (addresses.h).
//
//   variation 0  as the kernel gives the entries; threads as they became ready
//   variation 1  entries the other way round; of threads that were started, the last one first. A
//                second run is thus sure to differ from the first for any two of them
//   from 2 on    both drawn from the job's seed and the variation
//
// From variation 1 on, objects lie behind gaps that are drawn, so a set of them, which goes by
// where they lie, has another order; and which of several threads that are ready goes on is drawn.
// Drawn, and not the last first: a thread that yields in a loop must not keep another from ever
// going on.
//
// In: a job's seed and variation, once. Out: choices, the same every time. Called by the holder of
// the baton alone, but for varied() and place_of(), which change nothing.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sandboxes/variation.h"

namespace assay::sandbox::runner::orders {

/// Before the candidate's code, and before any second thread. Not called: variation 0.
void vary(std::uint64_t seed, Variation variation);

bool varied();

/// Which of `count` threads goes first, by the order in which they were started, or became ready.
std::size_t choose_start(std::size_t count);
std::size_t choose_ready(std::size_t count);

/// How large a gap is, below `count`.
std::size_t choose_gap(std::size_t count);

/// Entries of a folder go by it, ascending: `index` is where the kernel has this one.
std::uint64_t place_of(std::string_view name, std::size_t index);

}  // namespace assay::sandbox::runner::orders
