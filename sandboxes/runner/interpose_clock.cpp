// Clocks, sleeps and alarms.
//
// Clocks of cpu time show the sum of the steps, so they move where work looks at a clock and stand
// still in a sleep, and are the same on every machine. In kReal they are the kernel's.

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "sandboxes/runner/interpose.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

bool is_cpu_clock(clockid_t id) {
  // Negative ids are those of other processes and threads (pthread_getcpuclockid).
  return id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID || id < 0;
}

/// Whether the kernel has that clock; errno says so where it has not.
bool is_there(clockid_t id) {
  const bool is_fixed = id >= CLOCK_REALTIME && id <= CLOCK_BOOTTIME_ALARM;
  return is_fixed || id == CLOCK_TAI || syscall(SYS_clock_getres, id, nullptr) == 0;
}

/// Sleeping by a clock of cpu time, which stands still where all sleep: 0, or an error. The kernel
/// knows no such sleep of a thread's own clock, and POSIX none at all where a system does not.
int sleep_by_cpu_time(clockid_t id, int flags, const timespec& request, timespec* left) {
  if (baton::lockstep()) return id == CLOCK_THREAD_CPUTIME_ID ? EINVAL : ENOTSUP;
  return syscall(SYS_clock_nanosleep, id, flags, &request, left) == 0 ? 0 : errno;
}

/// Sleeps up to a time of ours: 0, or EINTR where a signal came.
int sleep_until(std::int64_t deadline_ns) {
  if (deadline_ns <= vt::now_ns()) {
    vt::spin();
    return 0;
  }
  const Woken woken = baton::block_on(nullptr, deadline_ns, assay::model::WaitFor::kSleep);
  if (woken != Woken::kRealTime) return woken == Woken::kSignal ? EINTR : 0;
  const timespec left = to_timespec(left_until(deadline_ns));
  return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &left, nullptr) == 0 ? 0 : errno;
}

/// In kReal: 0, or an error.
int sleep_for_real(clockid_t id, const timespec& request, timespec* left) {
  const timespec real = to_timespec(vt::to_real(to_ns(request)));
  if (syscall(SYS_clock_nanosleep, id, 0, &real, left) == 0) return 0;
  const int failed = errno;
  if (failed == EINTR && left != nullptr) *left = to_timespec(vt::from_real(to_ns(*left)));
  return failed;
}

/// As setitimer and getitimer in kReal, of ITIMER_REAL: `with` makes a duration of the kernel's of
/// one of ours, or the other way round.
itimerval converted(const itimerval& timer, std::int64_t with(std::int64_t)) {
  return {.it_interval = to_timeval(with(to_ns(timer.it_interval))),
          .it_value = to_timeval(with(to_ns(timer.it_value)))};
}

int set_real_alarm(const itimerval* timer, itimerval* old) {
  const itimerval real = timer == nullptr ? itimerval{} : converted(*timer, vt::to_real_us);
  const int failed = static_cast<int>(
      syscall(SYS_setitimer, ITIMER_REAL, timer == nullptr ? nullptr : &real, old));
  if (failed == 0 && old != nullptr) *old = converted(*old, vt::from_real);
  return failed;
}

vt::Alarm to_alarm(const itimerval& timer) {
  const std::int64_t first = to_ns(timer.it_value);
  return {first == 0 ? kNever : vt::after(first), to_ns(timer.it_interval)};
}

itimerval to_itimerval(const vt::Alarm& alarm) {
  const std::int64_t left = alarm.at_ns == kNever ? 0 : left_until(alarm.at_ns);
  return {.it_interval = to_timeval(alarm.interval_ns), .it_value = to_timeval(left)};
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* out) noexcept {
  if (vt::mode() == vt::Mode::kOff) return static_cast<int>(syscall(SYS_clock_gettime, id, out));
  if (is_cpu_clock(id)) {
    if (!baton::lockstep()) return static_cast<int>(syscall(SYS_clock_gettime, id, out));
    vt::spin();
    *out = to_timespec(vt::stepped_ns());
    return 0;
  }
  if (!is_there(id)) return -1;
  *out = to_timespec(vt::to_clock(id, vt::look()));
  return 0;
}

int clock_getres(clockid_t id, timespec* out) noexcept {
  if (!is_there(id)) return -1;
  // __nonnull is not promised here: the C library takes a null.
  if (out != nullptr) *out = {0, 1};
  return 0;
}

int clock_settime(clockid_t, const timespec*) noexcept {
  errno = EPERM;
  return -1;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(timeval* __restrict out, void* __restrict) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *out = to_timeval(to_ns(now));
  return 0;
}

clock_t clock() noexcept {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return to_ns(used) / (kNsPerSecond / CLOCKS_PER_SEC);
}

int timespec_get(timespec* out, int base) noexcept {
  if (base != TIME_UTC) return 0;
  clock_gettime(CLOCK_REALTIME, out);
  return base;
}

clock_t times(tms* out) noexcept {
  if (!baton::lockstep()) return static_cast<clock_t>(syscall(SYS_times, out));
  const std::int64_t tick_ns = kNsPerSecond / sysconf(_SC_CLK_TCK);
  *out = {
      .tms_utime = vt::stepped_ns() / tick_ns, .tms_stime = 0, .tms_cutime = 0, .tms_cstime = 0};
  return vt::to_clock(CLOCK_MONOTONIC, vt::look()) / tick_ns;
}

int clock_nanosleep(clockid_t id, int flags, const timespec* request, timespec* left) {
  if (!is_valid(*request)) return EINVAL;
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  if (vt::mode() == vt::Mode::kOff) {
    return syscall(SYS_clock_nanosleep, id, flags, request, left) == 0 ? 0 : errno;
  }
  if (is_cpu_clock(id)) return sleep_by_cpu_time(id, flags, *request, left);
  if (vt::mode() == vt::Mode::kReal && !absolute) return sleep_for_real(id, *request, left);
  const std::int64_t ns = to_ns(*request);
  const std::int64_t deadline = absolute ? vt::from_clock(id, ns) : vt::after(ns);
  if (!baton::lockstep()) {
    const timespec at = vt::to_kernel(id, deadline);
    return syscall(SYS_clock_nanosleep, id, TIMER_ABSTIME, &at, nullptr) == 0 ? 0 : errno;
  }
  const int failed = sleep_until(deadline);
  if (failed != 0 && !absolute && left != nullptr) *left = to_timespec(left_until(deadline));
  return failed;
}

int nanosleep(const timespec* request, timespec* left) {
  const int failed = clock_nanosleep(CLOCK_REALTIME, 0, request, left);
  if (failed == 0) return 0;
  errno = failed;
  return -1;
}

unsigned sleep(unsigned seconds) {
  timespec left{.tv_sec = seconds, .tv_nsec = 0};
  return nanosleep(&left, &left) == 0 ? 0
                                      : static_cast<unsigned>(left.tv_sec + (left.tv_nsec != 0));
}

int usleep(useconds_t us) {
  const timespec request = to_timespec(std::int64_t{us} * 1'000);
  return nanosleep(&request, nullptr);
}

int setitimer(__itimer_which_t which, const itimerval* timer, itimerval* old) noexcept {
  if (timer != nullptr && !(is_valid(timer->it_value) && is_valid(timer->it_interval))) {
    errno = EINVAL;
    return -1;
  }
  if (which == ITIMER_REAL && vt::is_fast()) return set_real_alarm(timer, old);
  if (!baton::lockstep() || which != ITIMER_REAL) {
    if (baton::lockstep()) {
      baton::tell_order_not_fixed("an alarm of cpu time was set, and when it rings was not fixed");
    }
    return static_cast<int>(syscall(SYS_setitimer, which, timer, old));
  }
  const vt::Alarm before = vt::set_alarm(to_alarm(*timer));
  if (old != nullptr) *old = to_itimerval(before);
  return 0;
}

int getitimer(__itimer_which_t which, itimerval* out) noexcept {
  if (!baton::lockstep() || which != ITIMER_REAL) {
    const int failed = static_cast<int>(syscall(SYS_getitimer, which, out));
    if (failed == 0 && which == ITIMER_REAL) *out = converted(*out, vt::from_real);
    return failed;
  }
  *out = to_itimerval(vt::current_alarm());
  return 0;
}

unsigned alarm(unsigned seconds) noexcept {
  if (!baton::lockstep() && !vt::is_fast()) {
    return static_cast<unsigned>(syscall(SYS_alarm, seconds));
  }
  const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_usec = 0}};
  itimerval before{};
  setitimer(ITIMER_REAL, &timer, &before);
  return static_cast<unsigned>(before.it_value.tv_sec + (before.it_value.tv_usec != 0));
}

int getrusage(__rusage_who_t who, rusage* out) noexcept {
  if (!baton::lockstep()) return static_cast<int>(syscall(SYS_getrusage, who, out));
  *out = {};
  if (who != RUSAGE_CHILDREN) out->ru_utime = to_timeval(vt::stepped_ns());
  return 0;
}

}  // extern "C"
