#pragma once

// Waiting for one descriptor, as a blocking call on it does.
//
// In: descriptors of the caller's. Out: errno as the call would leave it. By any thread, with
// baton::lockstep() true but where it says otherwise.

#include <cstdint>

#include "sandboxes/runner/baton.h"

namespace assay::sandbox::runner {

/// Of the last call: it would have blocked.
bool would_block();

bool is_nonblocking(int fd);

/// Asks the kernel, without waiting. `events` as of poll.
bool is_ready(int fd, short events);

/// When a call of that direction (POLLIN or POLLOUT) on a socket gives up, by SO_RCVTIMEO or
/// SO_SNDTIMEO.
std::int64_t deadline_of(int fd, short events);

/// What a blocking call returns that ended without success: -1, with errno set.
int ended(baton::Woken woken, int error_at_deadline);

/// Before a call that blocks by itself: waits until it will not, where it may. False with errno set
/// where it must not be made. In any mode.
bool wait_until_ready(int fd, short events);

}  // namespace assay::sandbox::runner
