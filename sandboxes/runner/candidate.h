#pragma once

// The life of the interpreter: warmed once in the runner, then forked, one candidate's process a
// job.
//
// In: a job from the channel (kJob), a map in the flat encoding of sandboxes/codec.h:
//
//   {"kind": "call"|"inspect"|"compile"|"unpack", "files": [{"path", "bytes"}], "file",
//    "codes": {path: bytes},
//    "function", "arguments": […], "environment": {name: text}, "seed": int, "now_ns": int,
//    "variation": int, "limits": {"value_bytes": int}, "watch_lines": bool, "real_time": int,
//    "unpack": {"archive": bool, "named": text, "draft": text, "tool_folders": [text…],
//               "file_bytes": int, …}}
//
// "real_time" is missing or 0 where time is virtual, else how fast the clock is (virtual_time.h).
// "unpack" is there for a job of that kind, and is Unpacking of sandboxes/sandbox.h. "codes" is
// what a job of kind "compile" gave for the same files, and may be missing. Whoever sends it
// decides what the box runs, so it is as little to be trusted as the files themselves. "variation"
// is that of sandboxes/variation.h, left out where it is 0; the runner was warmed with its hash
// seed.
//
// Out: the result over the channel (kResult), a map as well; parts that do not apply are left out:
//
//   {"kind": "returned"|"raised"|"exited", "value": … as of harness/model/value.h,
//    "exception": {"types", "message", "traceback": [{"file","line","function"}], "own_raise",
//                  "during_import", "cause_types"},
//    "exit_code": int, "functions_run": [frame…], "network_callers": [frame…],
//    "lines_run": [{"file", "lines": [int…], "took": [int…]}…], "lines_whole": bool,
//    "clock_ns": int}
//
// An entry point that is missing, or that the arguments do not fit, reads as an exception of type
// "assay.EntryPointMissing" or "assay.EntryPointSignature". A frame's line is that of the
// function's first line in `functions_run` and `network_callers` (a decorator's, if it has one),
// and the line that was running in `traceback`.
//
// The runner calls these from its only thread. They end the process with a message where Python
// cannot be started (exit code 3: the host lacks something).

#include "harness/model/json.h"
#include "sandboxes/image.h"

namespace assay::sandbox::runner {

/// Starts CPython and makes it warm: imports what the image has and sends real requests. Once,
/// before the first fork. Leaves the process with one thread, which it asserts.
void warm_python(Warmth warmth);

/// The same with its objects laid by somebody else than the layout of the binary.
class Placement;
void warm_python(Warmth warmth, Placement& placement);

/// Of what this host has, whatever the image. For kHello: {"python": "3.11.2", "packages":
/// {"requests": "2.28.1", …}}.
const Json& describe_python();

/// In a candidate's process, all layers of the box on, the working folder the current one: reads
/// the job, does it, sends the result, leaves. `channel` is the box's end of the channel.
[[noreturn]] void run_candidate(int channel);

}  // namespace assay::sandbox::runner
