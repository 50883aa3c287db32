#pragma once

// Which objects of the warm image a case writes to: what HeapLayout is made of.
//
// The image is warmed with its objects on a page each, and forked; a child for each use rehearses
// what cases do (rehearsal.py), and the kernel tells which pages it has copied. A page each for all
// objects would be a gigabyte, so they take turns: every time another part of them is strewn, and
// the rest lies where CPython has it.
//
// In: the image to warm. Out: the packed layout on stdout. Needs /proc. The build calls it; it
// takes some seconds for each part.

#include "sandboxes/image.h"

namespace assay::sandbox::runner {

/// Gives the exit status.
int profile_heap(Warmth warmth);

}  // namespace assay::sandbox::runner
