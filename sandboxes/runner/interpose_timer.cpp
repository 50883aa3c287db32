// Timers: those that are descriptors keep virtual time. Those that send a signal or start a thread
// (timer_create(2)) ring by the kernel's clock, so the first one begins kReal.

#include <signal.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/timer_descriptors.h"

namespace vt = assay::sandbox::runner::virtual_time;
namespace timers = assay::sandbox::runner::timer_descriptors;
using namespace assay::sandbox::runner;

namespace {

/// In kReal, of a time or a duration of our clocks: the same of the kernel's.
itimerspec to_kernel(const itimerspec& timer, bool absolute) {
  const clockid_t id = clock_of(timer.it_value);
  const std::int64_t first = to_ns(timer.it_value);
  return {.it_interval = to_timespec(vt::to_real(to_ns(timer.it_interval))),
          .it_value = absolute ? vt::to_kernel(id, vt::from_clock(id, first))
                               : to_timespec(vt::to_real(first))};
}

/// Whether the kernel's clocks have another: a time always, a duration where ours is fast.
bool is_ours(bool absolute, const itimerspec* timer) {
  return vt::mode() == vt::Mode::kReal && (absolute || vt::is_fast()) && timer != nullptr &&
         is_valid(timer->it_value) && to_ns(timer->it_value) != 0;
}

/// What the kernel says is left, of a call that did not fail.
void to_ours(int failed, itimerspec* out) {
  if (failed != 0 || out == nullptr) return;
  *out = {.it_interval = to_timespec(vt::from_real(to_ns(out->it_interval))),
          .it_value = to_timespec(vt::from_real(to_ns(out->it_value)))};
}

}  // namespace

extern "C" {

int timerfd_create(__clockid_t id, int flags) noexcept {
  const int fd = static_cast<int>(syscall(SYS_timerfd_create, id, flags));
  if (fd >= 0 && baton::lockstep()) timers::forget(fd);
  return fd;
}

int timerfd_settime(int fd, int flags, const itimerspec* timer, itimerspec* old) noexcept {
  if (baton::lockstep()) return timers::set(fd, flags, timer, old);
  const bool absolute = (flags & TFD_TIMER_ABSTIME) != 0;
  itimerspec kernels{};
  if (is_ours(absolute, timer)) {
    kernels = to_kernel(*timer, absolute);
    timer = &kernels;
  }
  const int failed = static_cast<int>(syscall(SYS_timerfd_settime, fd, flags, timer, old));
  to_ours(failed, old);
  return failed;
}

int timerfd_gettime(int fd, itimerspec* out) noexcept {
  if (baton::lockstep()) return timers::get(fd, out);
  const int failed = static_cast<int>(syscall(SYS_timerfd_gettime, fd, out));
  to_ours(failed, out);
  return failed;
}

int timer_create(clockid_t id, sigevent* __restrict event, timer_t* __restrict timer) noexcept {
  if (baton::lockstep()) {
    vt::begin_real_time("a timer of the kernel's was made");
    baton::dissolve();
  }
  static auto* const real = next<int(clockid_t, sigevent*, timer_t*)>("timer_create");
  return real(id, event, timer);
}

int timer_settime(timer_t id, int flags, const itimerspec* __restrict timer,
                  itimerspec* __restrict old) noexcept {
  static auto* const real =
      next<int(timer_t, int, const itimerspec*, itimerspec*)>("timer_settime");
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  itimerspec kernels{};
  if (is_ours(absolute, timer)) {
    kernels = to_kernel(*timer, absolute);
    timer = &kernels;
  }
  const int failed = real(id, flags, timer, old);
  to_ours(failed, old);
  return failed;
}

int timer_gettime(timer_t id, itimerspec* out) noexcept {
  static auto* const real = next<int(timer_t, itimerspec*)>("timer_gettime");
  const int failed = real(id, out);
  to_ours(failed, out);
  return failed;
}

}  // extern "C"
