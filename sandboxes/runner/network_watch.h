#pragma once

// Who is told when a socket connects or sends, so that Python's stack can be looked at right then.
// Set once before the candidate's code runs. The watcher is called from the thread that sends, with
// errno kept for it; it must come back quickly and must not send.

namespace assay::sandbox::runner {

using NetworkWatcher = void (*)();

void watch_network(NetworkWatcher watcher);

/// Called by the interposed functions.
void network_was_used();

/// Before something is sent on this descriptor, whatever it is.
void watch_send(int fd);

}  // namespace assay::sandbox::runner
