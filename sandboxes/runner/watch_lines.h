#pragma once

// Which lines of a candidate's files ran. Asked for where a verdict rests on it: whether an except
// block was entered is a matter of lines, not of functions.
//
// A trace function in C sees each line of every frame, the libraries' too, which costs about as much
// again as running the lines; where nobody asks, nothing is installed. Threads take it over when
// they start. Code that sets a trace function of its own is not seen from there on.
//
// The GIL is held. In: the folder as of watch.h, which comes first.

#include "harness/model/json.h"

namespace assay::sandbox::runner {

void watch_lines();

/// [{"file", "lines": [int…]}…], by file, lines ascending; bounded. Ends the watch.
Json lines_run();

}  // namespace assay::sandbox::runner
