// Sending signals within the process, and waiting for them.

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "sandboxes/runner/interpose.h"

using namespace assay::sandbox::runner;

namespace {

constexpr auto kSignal = assay::model::WaitFor::kSignal;

/// As the system call.
int take(const sigset_t* set, siginfo_t* info, const timespec* timeout) {
  return static_cast<int>(syscall(SYS_rt_sigtimedwait, set, info, timeout, _NSIG / 8));
}

int take_until(const sigset_t* set, siginfo_t* info, std::int64_t deadline_ns) {
  for (;;) {
    const timespec none{};
    const int signal = take(set, info, &none);
    if (signal > 0 || errno != EAGAIN) return signal;
    const Woken woken = baton::block_on(&baton::kSignals, deadline_ns, kSignal);
    if (woken == Woken::kDeadline) break;
    if (woken == Woken::kRealTime) {
      const timespec left = to_timespec(left_until(deadline_ns));
      return take(set, info, deadline_ns == kNever ? nullptr : &left);
    }
    if (woken == Woken::kSignal) {
      errno = EINTR;
      return -1;
    }
  }
  errno = EAGAIN;
  return -1;
}

}  // namespace

extern "C" {

int kill(pid_t process, int signal) noexcept {
  if (process == getpid() && baton::lockstep()) return baton::signal_process(signal);
  return static_cast<int>(syscall(SYS_kill, process, signal));
}

int pthread_kill(pthread_t thread, int signal) noexcept {
  if (baton::lockstep()) return baton::signal_thread(thread, signal);
  static auto* const real = next<int(pthread_t, int)>("pthread_kill");
  return real(thread, signal);
}

int pause() {
  if (baton::lockstep() && baton::block_on(nullptr, kNever, kSignal) != Woken::kRealTime) {
    errno = EINTR;
    return -1;
  }
  return static_cast<int>(syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, _NSIG / 8));
}

int sigtimedwait(const sigset_t* __restrict set, siginfo_t* __restrict info,
                 const timespec* __restrict timeout) {
  if (!baton::lockstep()) {
    if (timeout == nullptr || !is_valid(*timeout)) return take(set, info, timeout);
    const timespec real = to_timespec(virtual_time::to_real(to_ns(*timeout)));
    return take(set, info, &real);
  }
  return take_until(set, info, timeout == nullptr ? kNever : virtual_time::after(to_ns(*timeout)));
}

int sigwaitinfo(const sigset_t* __restrict set, siginfo_t* __restrict info) {
  return sigtimedwait(set, info, nullptr);
}

int sigwait(const sigset_t* __restrict set, int* __restrict out) {
  int signal = 0;
  do {
    signal = sigtimedwait(set, nullptr, nullptr);
  } while (signal < 0 && errno == EINTR);
  if (signal < 0) return errno;
  *out = signal;
  return 0;
}

}  // extern "C"
