#include "sandboxes/runner/timer_descriptors.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"

namespace assay::sandbox::runner::timer_descriptors {
namespace {

struct Timer {
  int fd = -1;
  std::int64_t at = kNever;   // when it rings; where it has rung, when it did
  std::int64_t interval = 0;  // 0: once
  bool rung = false;          // and was not read

  /// How often it has rung or would have.
  std::int64_t times(std::int64_t now_ns) const {
    return interval == 0 ? 1 : 1 + (now_ns - at) / interval;
  }
  /// When it rings the next time.
  std::int64_t next(std::int64_t now_ns) const {
    if (at > now_ns) return at;
    const bool ever = interval > 0 && interval < kNever - now_ns;
    return ever ? at + times(now_ns) * interval : kNever;
  }
  void go_on(std::int64_t now_ns) {
    at = next(now_ns);
    rung = false;
  }
};

// No more than there can be descriptors: one that was closed gives way to the next of its number.
std::vector<Timer> g_timers;

bool is_timer(int fd) {
  const int saved_errno = errno;
  itimerspec now{};
  const bool is = syscall(SYS_timerfd_gettime, fd, &now) == 0;
  errno = saved_errno;
  return is;
}

Timer* find(int fd) {
  const auto found = std::ranges::find(g_timers, fd, &Timer::fd);
  return found == g_timers.end() ? nullptr : &*found;
}

/// The kernel's own timer: zeros disarm it. Either way nothing is left to be read.
long arm(int fd, int flags, std::int64_t at, std::int64_t interval) {
  const itimerspec timer{.it_interval = to_timespec(interval), .it_value = to_timespec(at)};
  return syscall(SYS_timerfd_settime, fd, flags, &timer, nullptr);
}

/// By a time that is over. The kernel lets it expire a moment later, which is waited for.
void make_readable(int fd) {
  if (arm(fd, TFD_TIMER_ABSTIME, 1, 0) != 0) return;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  while (syscall(SYS_poll, &waiting, 1, -1) < 0 && errno == EINTR) {
  }
}

itimerspec to_itimerspec(const Timer& timer) {
  const std::int64_t now_ns = virtual_time::now_ns();
  const std::int64_t next = timer.next(now_ns);
  if (next == kNever) return {};
  return {.it_interval = to_timespec(timer.interval), .it_value = to_timespec(next - now_ns)};
}

/// What has become of the descriptors meanwhile.
void look() {
  std::erase_if(g_timers, [](const Timer& timer) { return !is_timer(timer.fd); });
  for (Timer& timer : g_timers) {
    if (timer.rung && !is_ready(timer.fd, POLLIN)) timer.go_on(virtual_time::now_ns());
  }
}

}  // namespace

int set(int fd, int flags, const itimerspec* timer, itimerspec* old) {
  constexpr int kKnownFlags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  if ((flags & ~kKnownFlags) != 0 || timer == nullptr || !is_valid(timer->it_value) ||
      !is_valid(timer->it_interval)) {
    return static_cast<int>(syscall(SYS_timerfd_settime, fd, flags, timer, old));  // says what
  }
  if (arm(fd, 0, 0, 0) != 0) return -1;
  Timer* found = find(fd);
  if (found == nullptr) found = &g_timers.emplace_back(Timer{.fd = fd});
  const Timer before = *found;
  const std::int64_t first = to_ns(timer->it_value);
  const bool absolute = (flags & TFD_TIMER_ABSTIME) != 0;
  found->interval = to_ns(timer->it_interval);
  found->rung = false;
  found->at = first == 0 ? kNever
              : absolute ? virtual_time::from_clock(clock_of(timer->it_value), first)
                         : virtual_time::after(first);
  if (old != nullptr) *old = to_itimerspec(before);  // which may be where the new one stands
  ring(virtual_time::now_ns());
  return 0;
}

int get(int fd, itimerspec* out) {
  const int failed = static_cast<int>(syscall(SYS_timerfd_gettime, fd, out));
  if (failed != 0) return failed;
  if (const Timer* found = find(fd)) *out = to_itimerspec(*found);
  return 0;
}

void forget(int fd) {
  std::erase_if(g_timers, [&](const Timer& timer) { return timer.fd == fd; });
}

void was_read(int fd, void* buffer, long size) {
  if (g_timers.empty() || size != sizeof(std::uint64_t)) return;
  Timer* const found = find(fd);
  if (found == nullptr || !found->rung || !is_timer(fd)) return;
  const std::int64_t now_ns = virtual_time::now_ns();
  const auto times = static_cast<std::uint64_t>(found->times(now_ns));
  std::memcpy(buffer, &times, sizeof times);
  found->go_on(now_ns);
}

std::int64_t earliest() {
  if (g_timers.empty()) return kNever;
  look();
  std::int64_t earliest = kNever;
  for (const Timer& timer : g_timers) {
    if (!timer.rung) earliest = std::min(earliest, timer.at);
  }
  return earliest;
}

void ring(std::int64_t now_ns) {
  if (earliest() > now_ns) return;
  for (Timer& timer : g_timers) {
    if (timer.rung || timer.at > now_ns) continue;
    make_readable(timer.fd);
    timer.rung = true;
  }
}

/// One that has rung and was not read rings once more, and at once.
void go_real(std::int64_t now_ns) {
  look();
  for (const Timer& timer : g_timers) {
    if (timer.rung && timer.interval == 0) continue;  // it can be read, and that is all
    if (timer.at != kNever) arm(timer.fd, 0, timer.rung ? 1 : timer.at - now_ns, timer.interval);
  }
  g_timers.clear();
}

}  // namespace assay::sandbox::runner::timer_descriptors
