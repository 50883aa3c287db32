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

/// In kReal, of a time of our clocks: the same time of the kernel's.
itimerspec to_kernel(const itimerspec& timer) {
  const clockid_t id = clock_of(timer.it_value);
  return {.it_interval = timer.it_interval,
          .it_value = vt::to_kernel(id, vt::from_clock(id, to_ns(timer.it_value)))};
}

/// Of an absolute time that is to be put into the kernel's clocks.
bool is_ours(int flags, int absolute, const itimerspec* timer) {
  return vt::mode() == vt::Mode::kReal && (flags & absolute) != 0 && timer != nullptr &&
         is_valid(timer->it_value) && to_ns(timer->it_value) != 0;
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
  itimerspec kernels{};
  if (is_ours(flags, TFD_TIMER_ABSTIME, timer)) {
    kernels = to_kernel(*timer);
    timer = &kernels;
  }
  return static_cast<int>(syscall(SYS_timerfd_settime, fd, flags, timer, old));
}

int timerfd_gettime(int fd, itimerspec* out) noexcept {
  if (baton::lockstep()) return timers::get(fd, out);
  return static_cast<int>(syscall(SYS_timerfd_gettime, fd, out));
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
  if (!is_ours(flags, TIMER_ABSTIME, timer)) return real(id, flags, timer, old);
  const itimerspec kernels = to_kernel(*timer);
  return real(id, flags, &kernels, old);
}

}  // extern "C"
