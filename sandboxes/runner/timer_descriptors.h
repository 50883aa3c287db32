#pragma once

// Timers that are descriptors (timerfd_create(2)), in virtual time.
//
// Theory of operation. The kernel's own timer is never armed but for a time that is over, so that
// it rings at once: whoever polls or reads its descriptor then finds it. When that is, and how
// often it would have rung, is kept here. The clock rings those that are due whenever it moves
// (virtual_time.cpp), and does not go beyond the next one while all threads are blocked. One that
// has rung rings no more until it is read, as in the kernel, which then gives how often it would
// have.
//
// A descriptor that was closed, or read by a call that is not seen here, is noticed by the kernel's
// answer. A copy of one (dup) can be waited for and read, but reads 1, however often it would have
// rung.
//
// In: descriptors of the caller's. In kLockstep, by the holder of the baton; go_real once, as it
// ends.

#include <sys/timerfd.h>

#include <cstddef>
#include <cstdint>

namespace assay::sandbox::runner::timer_descriptors {

/// As the system calls.
int set(int fd, int flags, const itimerspec* timer, itimerspec* old);
int get(int fd, itimerspec* out);

/// A new descriptor: what there was of that number is gone.
void forget(int fd);

/// After a read that gave this many bytes: puts in how often the timer has rung.
void was_read(int fd, void* buffer, long size);

/// When the next one rings; kNever: none.
std::int64_t earliest();

/// Rings those that are due.
void ring(std::int64_t now_ns);

/// From now on the kernel keeps their time.
void go_real(std::int64_t now_ns);

}  // namespace assay::sandbox::runner::timer_descriptors
