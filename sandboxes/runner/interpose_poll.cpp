// Waiting for descriptors. In kLockstep the kernel is only ever asked without a timeout.

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <optional>

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;
using assay::model::WaitFor;

namespace {

constexpr std::size_t kKernelSigset = _NSIG / 8;

std::int64_t deadline_in_ms(int ms) {
  return ms < 0 ? kNever : vt::after(std::int64_t{ms} * 1'000'000);
}

std::int64_t deadline_in(const timespec* timeout) {
  return timeout == nullptr ? kNever : vt::after(to_ns(*timeout));
}

/// Milliseconds up to a time of ours, as poll has them; -1 where it never comes.
int ms_until(std::int64_t deadline_ns) {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  if (deadline_ns == kNever) return -1;
  const std::int64_t left_ms = (left_until(deadline_ns) + kNsPerMs - 1) / kNsPerMs;
  return static_cast<int>(std::min<std::int64_t>(left_ms, INT_MAX));
}

/// The signal mask of ppoll and its like, for as long as the call lasts.
class MaskFor {
 public:
  explicit MaskFor(const sigset_t* mask) {
    if (mask == nullptr) return;
    sigset_t pending;
    sigpending(&pending);
    for (int signal = 1; signal < SIGRTMAX; ++signal) {  // the last one is the budget's
      rang_ |= sigismember(&pending, signal) == 1 && sigismember(mask, signal) == 0 &&
               has_handler(signal);
    }
    before_.emplace();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, &*before_, kKernelSigset);
  }
  ~MaskFor() {
    const int saved_errno = errno;
    if (before_) syscall(SYS_rt_sigprocmask, SIG_SETMASK, &*before_, nullptr, kKernelSigset);
    errno = saved_errno;
  }
  MaskFor(const MaskFor&) = delete;
  MaskFor& operator=(const MaskFor&) = delete;

  /// A signal that this mask lets through was pending: it has been handled, and nothing is waited
  /// for.
  bool rang() const { return rang_; }

 private:
  static bool has_handler(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL &&
           action.sa_handler != SIG_IGN;
  }

  std::optional<sigset_t> before_;
  bool rang_ = false;
};

/// Calls `attempt(0)`, which gives a count as poll does, until it finds something or the time is
/// up. `is_ready` says whether it would find something, and takes nothing away; `what` says what
/// that is, once it is waited for.
template <class Attempt, class Ready, class What>
int wait_for_any(std::int64_t deadline_ns, const MaskFor& mask, Attempt attempt, Ready is_ready,
                 What what) {
  for (;;) {
    const int found = attempt(0);
    if (found != 0) return found;
    if (mask.rang()) {
      errno = EINTR;
      return -1;
    }
    if (deadline_ns <= vt::now_ns()) {
      vt::spin();
      return 0;
    }
    const Woken woken = baton::block(deadline_ns, what(), is_ready);
    if (woken == Woken::kRealTime) return attempt(ms_until(deadline_ns));
    if (woken == Woken::kSignal) {
      errno = EINTR;
      return -1;
    }
    if (woken == Woken::kDeadline) return attempt(0);
  }
}

int wait_for_poll(std::int64_t deadline_ns, const MaskFor& mask, pollfd* fds, nfds_t count) {
  const auto attempt = [&](int ms) { return static_cast<int>(syscall(SYS_poll, fds, count, ms)); };
  return wait_for_any(
      deadline_ns, mask, attempt, [&] { return attempt(0) != 0; },
      [&] {
        if (count == 0) return WaitFor::kSleep;
        return count == 1 ? waits_for(fds[0].fd, fds[0].events) : WaitFor::kEvents;
      });
}

/// select overwrites its sets: each attempt works on copies, and what the last one found is handed
/// out.
struct SelectSets {
  fd_set* sets[3];

  int attempt(int count, int ms, bool hand_out) const {
    fd_set copies[3];
    fd_set* given[3];
    for (int i = 0; i < 3; ++i) {
      given[i] = nullptr;
      if (sets[i] == nullptr) continue;
      copies[i] = *sets[i];
      given[i] = &copies[i];
    }
    timeval timeout = {.tv_sec = ms / 1'000, .tv_usec = ms % 1'000 * 1'000L};
    const long found =
        syscall(SYS_select, count, given[0], given[1], given[2], ms < 0 ? nullptr : &timeout);
    if (found <= 0 || !hand_out) return static_cast<int>(found);
    for (int i = 0; i < 3; ++i) {
      if (sets[i] != nullptr) *sets[i] = copies[i];
    }
    return static_cast<int>(found);
  }

  WaitFor what(int count) const {
    int found = -1;
    short events = 0;
    for (int fd = 0; fd < std::min(count, FD_SETSIZE); ++fd) {
      for (int i = 0; i < 3; ++i) {
        if (sets[i] == nullptr || !FD_ISSET(fd, sets[i])) continue;
        if (found != -1 && found != fd) return WaitFor::kEvents;
        found = fd;
        events |= i == 1 ? POLLOUT : POLLIN;
      }
    }
    return found == -1 ? WaitFor::kSleep : waits_for(found, events);
  }

  void clear() const {
    for (fd_set* set : sets) {
      if (set != nullptr) FD_ZERO(set);
    }
  }
};

int select_until(std::int64_t deadline_ns, const MaskFor& mask, int count, const SelectSets& sets) {
  const int found = wait_for_any(
      deadline_ns, mask, [&](int ms) { return sets.attempt(count, ms, true); },
      [&] { return sets.attempt(count, 0, false) != 0; }, [&] { return sets.what(count); });
  if (found == 0) sets.clear();
  return found;
}

int wait_for_epoll(std::int64_t deadline_ns, const MaskFor& mask, int epoll, epoll_event* events,
                   int max) {
  const auto attempt = [&](int ms) {
    return static_cast<int>(syscall(SYS_epoll_pwait, epoll, events, max, ms, nullptr, 0));
  };
  // Asked by poll, an epoll descriptor keeps what it has: an event told once is not told again.
  const auto has_events = [&] {
    pollfd waiting{.fd = epoll, .events = POLLIN, .revents = 0};
    return syscall(SYS_poll, &waiting, 1, 0) != 0;
  };
  return wait_for_any(deadline_ns, mask, attempt, has_events, [] { return WaitFor::kEvents; });
}

/// In kReal, as the kernel has it: nothing where there is no timeout.
class RealTimeout {
 public:
  explicit RealTimeout(int ms) {
    if (ms >= 0) set(std::int64_t{ms} * 1'000'000);
  }
  explicit RealTimeout(const timespec* timeout) {
    if (timeout != nullptr) given_ = *timeout;  // the kernel writes what is left
    if (timeout != nullptr && is_valid(*timeout)) set(to_ns(*timeout));
  }
  timespec* get() { return given_ ? &*given_ : nullptr; }

 private:
  void set(std::int64_t ns) { given_ = to_timespec(vt::to_real(ns)); }
  std::optional<timespec> given_;
};

}  // namespace

extern "C" {

int poll(pollfd* fds, nfds_t count, int timeout_ms) {
  if (!baton::lockstep()) {
    if (!vt::is_fast()) return static_cast<int>(syscall(SYS_poll, fds, count, timeout_ms));
    return static_cast<int>(
        syscall(SYS_ppoll, fds, count, RealTimeout(timeout_ms).get(), nullptr, kKernelSigset));
  }
  return wait_for_poll(deadline_in_ms(timeout_ms), MaskFor(nullptr), fds, count);
}

int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  if (!baton::lockstep()) {
    return static_cast<int>(
        syscall(SYS_ppoll, fds, count, RealTimeout(timeout).get(), mask, kKernelSigset));
  }
  return wait_for_poll(deadline_in(timeout), MaskFor(mask), fds, count);
}

int select(int count, fd_set* __restrict reads, fd_set* __restrict writes,
           fd_set* __restrict excepts, timeval* __restrict timeout) {
  if (!baton::lockstep()) {
    if (timeout == nullptr || !vt::is_fast()) {
      return static_cast<int>(syscall(SYS_select, count, reads, writes, excepts, timeout));
    }
    timeval real = to_timeval(vt::to_real_us(to_ns(*timeout)));
    const long found = syscall(SYS_select, count, reads, writes, excepts, &real);
    *timeout = to_timeval(vt::from_real(to_ns(real)));
    return static_cast<int>(found);
  }
  const std::int64_t deadline = timeout == nullptr ? kNever : vt::after(to_ns(*timeout));
  return select_until(deadline, MaskFor(nullptr), count, {{reads, writes, excepts}});
}

int pselect(int count, fd_set* __restrict reads, fd_set* __restrict writes,
            fd_set* __restrict excepts, const timespec* __restrict timeout,
            const sigset_t* __restrict mask) {
  if (!baton::lockstep()) {
    const struct {
      const sigset_t* mask;
      std::size_t size;
    } packed{mask, kKernelSigset};
    return static_cast<int>(
        syscall(SYS_pselect6, count, reads, writes, excepts, RealTimeout(timeout).get(), &packed));
  }
  return select_until(deadline_in(timeout), MaskFor(mask), count, {{reads, writes, excepts}});
}

int epoll_pwait(int epoll, epoll_event* events, int max, int timeout_ms, const sigset_t* mask) {
  if (!baton::lockstep()) {
    if (vt::is_fast()) {
      return static_cast<int>(syscall(SYS_epoll_pwait2, epoll, events, max,
                                      RealTimeout(timeout_ms).get(), mask, kKernelSigset));
    }
    return static_cast<int>(
        syscall(SYS_epoll_pwait, epoll, events, max, timeout_ms, mask, kKernelSigset));
  }
  return wait_for_epoll(deadline_in_ms(timeout_ms), MaskFor(mask), epoll, events, max);
}

int epoll_pwait2(int epoll, epoll_event* events, int max, const timespec* timeout,
                 const sigset_t* mask) {
  if (!baton::lockstep()) {
    return static_cast<int>(syscall(SYS_epoll_pwait2, epoll, events, max,
                                    RealTimeout(timeout).get(), mask, kKernelSigset));
  }
  return wait_for_epoll(deadline_in(timeout), MaskFor(mask), epoll, events, max);
}

int epoll_wait(int epoll, epoll_event* events, int max, int timeout_ms) {
  return epoll_pwait(epoll, events, max, timeout_ms, nullptr);
}

}  // extern "C"
