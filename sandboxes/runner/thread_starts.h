#pragma once

// Gives threads of a varied case another order to start in.
//
// The baton holds a thread back that is started in a varied case until no other can go on
// (baton.h). That alone changes nothing for threading.Thread, whose start() waits until the new
// thread has said that it runs: it is let go at once then, and would go on to its first wait before
// the next is even started. So a new thread stands back once more behind that, where CPython could
// take the GIL from it as well.
//
// In the candidate's process, with the GIL, before the candidate's code.

namespace assay::sandbox::runner {

void hold_thread_starts_back();

}  // namespace assay::sandbox::runner
