#pragma once

// What a failed assertion still does before the process ends, for what must not stay as it is on
// the outside: a terminal's mode. One at a time, for all threads; the hook runs on the thread that
// failed, with nothing unwound.

namespace assay {

/// Null for nothing.
void on_failed_assertion(void (*hook)());

}  // namespace assay
