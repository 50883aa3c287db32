#pragma once

// Which lines of a candidate's files ran, and which of them took an exception. Asked for where a
// verdict rests on it: whether an except block was entered is a matter of lines, not of functions;
// and a `with` or a `finally` runs in any case, so lines do not tell whether it swallowed
// something.
//
// A line took an exception where it ran while one that had come to its frame was being handled, as
// in an except block, its head included, or a finally on the way of one; and where it is that of a
// `with` whose manager said (by returning True) that it took it.
//
// A trace function in C sees each line of every frame, the libraries' too, which costs about as
// much again as running the lines; where nobody asks, nothing is installed. Threads of `threading`
// take it over when they start.
//
// Code can get out of its sight, and the account then says that it is not whole: by a trace or
// profile function of its own or an audit hook (Python calls all three with tracing off), in a
// thread that was not started by `threading`, in a child process, by turning f_trace_lines of a
// frame off and leaving it so, and by running more lines than are kept. What native code does is
// not seen.
//
// The GIL is held. In: the folder as of watch.h, which comes first.

#include "harness/model/json.h"

namespace assay::sandbox::runner {

void watch_lines();

struct LinesSeen {
  Json files = Json::array();  ///< [{"file", "lines": [int…], "took": [int…]}…]; by file, ascending
  bool whole = false;          ///< no line that is not among them ran
};

/// Ends the watch.
LinesSeen lines_run();

}  // namespace assay::sandbox::runner
