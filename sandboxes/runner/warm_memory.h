#pragma once

// How the warm image lies in memory, so that a fork of it and the end of the fork are cheap.
//
// A fork copies an entry for every page of the image and the end of the process drops each again:
// a millisecond for 20 MB of small pages, a tenth of it for large ones. And a page that a candidate
// writes to is copied, whatever little it writes, so that new objects in the gaps between old ones
// cost a page each. Hence the image's objects lie in one region that is made of large pages once it
// is complete, and its gaps are filled, so that a candidate's own objects lie side by side in new
// memory.
//
// In: the process before it starts Python, and again when it is warm. Out: the same, faster to fork
// where the kernel can (Linux 6.1, large pages to be had); nothing is promised, and nothing else
// changes. One thread.

namespace assay::sandbox::runner {

/// Before Python starts: where its objects and the C library's heap will lie.
void reserve_warm_memory();

/// When all is imported: fills the gaps and makes the pages large. What is reserved and was not
/// used is given back.
void settle_warm_memory();

}  // namespace assay::sandbox::runner
