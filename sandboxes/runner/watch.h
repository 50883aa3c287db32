#pragma once

// What is seen of a candidate's code while it runs: which of its functions were entered, and which
// of them used the network.
//
// Nothing slows the code down. An audit hook keeps the code objects of the candidate's files as the
// import system executes them, and CPython itself counts, for each code object, the first times
// that it is entered, in order to specialise its instructions (PEP 659). Where sockets connect or
// send, the interposed functions call back and the stack is read.
//
// The GIL is held, but for the call from the socket functions, which takes it.

#include <string>

#include "harness/model/json.h"

struct _object;

namespace assay::sandbox::runner {

/// Once, while warming: the hook is there but watches nothing yet.
void install_watch();

/// The candidate's files are those under `folder` (absolute, no slash at the end).
void watch_files(const std::string& folder);

/// The code of a module of the candidate's that is executed without the import system.
void watch_code(_object* code);

/// Path within the candidate's folder; empty for any other file.
std::string candidate_path(const std::string& file);

/// Frames, as of candidate.h, sorted by file, line and function; bounded.
Json functions_run();
Json network_callers();

}  // namespace assay::sandbox::runner
