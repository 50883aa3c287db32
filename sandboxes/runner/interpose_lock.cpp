// Locks: semaphores, which CPython's own locks are, and mutexes and conditions, which the GIL is
// made of.
//
// In kLockstep a semaphore that somebody waits for is not counted up but handed over, to who has
// waited longest. The others are taken by trying; who finds one taken waits until it is let go.
// In kReal the C library waits, with absolute deadlines put into the kernel's clocks.

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "sandboxes/runner/interpose.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

int try_semaphore(sem_t* semaphore) {
  static auto* const real = next<int(sem_t*)>("sem_trywait");
  return real(semaphore);
}

int real_sem_clockwait(sem_t* semaphore, clockid_t id, const timespec* deadline) {
  static auto* const real = next<int(sem_t*, clockid_t, const timespec*)>("sem_clockwait");
  return real(semaphore, id, deadline);
}

/// In kReal, up to a time of ours.
int wait_for_real(sem_t* semaphore, std::int64_t deadline_ns) {
  static auto* const real = next<int(sem_t*)>("sem_wait");
  if (deadline_ns == kNever) return real(semaphore);
  const timespec at = vt::to_kernel(CLOCK_MONOTONIC, deadline_ns);
  return real_sem_clockwait(semaphore, CLOCK_MONOTONIC, &at);
}

int wait_in_lockstep(sem_t* semaphore, std::int64_t deadline_ns) {
  if (try_semaphore(semaphore) == 0) return 0;
  switch (baton::block_on(semaphore, deadline_ns, assay::model::WaitFor::kLock)) {
    case Woken::kReady:
      return 0;  // sem_post handed it over
    case Woken::kRealTime:
      return wait_for_real(semaphore, deadline_ns);
    case Woken::kSignal:
      errno = EINTR;
      return -1;
    case Woken::kDeadline:
      break;
  }
  errno = ETIMEDOUT;
  return -1;
}

/// Takes a mutex or the like by `attempt`, which gives EBUSY where it is taken.
template <class Attempt, class Real>
int take(const void* lock, std::int64_t deadline_ns, Attempt attempt, Real real) {
  for (;;) {
    const int failed = attempt();
    if (failed != EBUSY) return failed;
    if (deadline_ns <= vt::now_ns()) {
      vt::spin();
      return ETIMEDOUT;
    }
    if (baton::block_on(lock, deadline_ns, std::nullopt) == Woken::kRealTime) return real();
  }
}

/// As pthread_mutex_clocklock and its like; `real` is that.
template <class Lock>
int take_until(Lock* lock, clockid_t id, const timespec& deadline, int (*attempt)(Lock*),
               int (*real)(Lock*, clockid_t, const timespec*)) {
  if (vt::mode() == vt::Mode::kOff || !is_valid(deadline)) return real(lock, id, &deadline);
  const std::int64_t deadline_ns = vt::from_clock(id, to_ns(deadline));
  const auto take_for_real = [&] {
    const timespec at = vt::to_kernel(id, deadline_ns);
    return real(lock, id, &at);
  };
  if (!baton::lockstep()) return take_for_real();
  return take(
      lock, deadline_ns, [&] { return attempt(lock); }, take_for_real);
}

int try_mutex(pthread_mutex_t* mutex) {
  static auto* const real = next<int(pthread_mutex_t*)>("pthread_mutex_trylock");
  return real(mutex);
}

int try_to_read(pthread_rwlock_t* lock) {
  static auto* const real = next<int(pthread_rwlock_t*)>("pthread_rwlock_tryrdlock");
  return real(lock);
}

int try_to_write(pthread_rwlock_t* lock) {
  static auto* const real = next<int(pthread_rwlock_t*)>("pthread_rwlock_trywrlock");
  return real(lock);
}

int real_unlock(pthread_mutex_t* mutex) {
  static auto* const real = next<int(pthread_mutex_t*)>("pthread_mutex_unlock");
  return real(mutex);
}

/// Whether that is where CPython takes its locks.
bool is_in_python(const void* caller) {
  static std::atomic<const void*> found{nullptr};  // it has one place for that
  if (caller == found.load(std::memory_order_relaxed)) return true;
  Dl_info object{};
  if (::dladdr(caller, &object) == 0 || object.dli_fname == nullptr ||
      std::string_view(object.dli_fname).find("libpython") == std::string_view::npos)
    return false;
  found = caller;
  return true;
}

/// May come back for no reason, as any of those may.
int wait_for_condition(const void* condition, pthread_mutex_t* mutex, std::int64_t deadline_ns) {
  pthread_mutex_unlock(mutex);
  const Woken woken = baton::block_on(condition, deadline_ns, std::nullopt);
  pthread_mutex_lock(mutex);
  return woken == Woken::kDeadline ? ETIMEDOUT : 0;
}

}  // namespace

extern "C" {

int sem_trywait(sem_t* semaphore) noexcept {
  const int failed = try_semaphore(semaphore);
  // A loop of such tries comes to its end. Others have their turn only once somebody is due or it
  // has gone on for long, and then wait for the GIL, which is held here, as for anything else.
  if (failed != 0 && errno == EAGAIN && baton::lockstep()) vt::step_for_try();
  // CPython looks at the clock for each lock that it takes (PyThread_acquire_lock_timed), before it
  // knows whether it has to wait. To take one that is free is a computation, unless it is how
  // something is waited for that others do.
  if (failed == 0 && baton::lockstep() && is_in_python(__builtin_return_address(0)) &&
      !baton::others_would_run())
    vt::take_back_look();
  return failed;
}

int sem_wait(sem_t* semaphore) {
  if (baton::lockstep()) return wait_in_lockstep(semaphore, kNever);
  return wait_for_real(semaphore, kNever);
}

int sem_clockwait(sem_t* __restrict semaphore, clockid_t id, const timespec* __restrict deadline) {
  if (vt::mode() == vt::Mode::kOff) return real_sem_clockwait(semaphore, id, deadline);
  const std::int64_t deadline_ns = vt::from_clock(id, to_ns(*deadline));
  if (baton::lockstep()) return wait_in_lockstep(semaphore, deadline_ns);
  return wait_for_real(semaphore, deadline_ns);
}

int sem_timedwait(sem_t* __restrict semaphore, const timespec* __restrict deadline) {
  return sem_clockwait(semaphore, CLOCK_REALTIME, deadline);
}

int sem_post(sem_t* semaphore) noexcept {
  if (baton::lockstep() && baton::wake_one(semaphore)) return 0;
  static auto* const real = next<int(sem_t*)>("sem_post");
  return real(semaphore);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  static auto* const real = next<int(pthread_mutex_t*)>("pthread_mutex_lock");
  if (!baton::lockstep()) return real(mutex);
  return take(
      mutex, kNever, [&] { return try_mutex(mutex); }, [&] { return real(mutex); });
}

int pthread_mutex_clocklock(pthread_mutex_t* __restrict mutex, clockid_t id,
                            const timespec* __restrict deadline) noexcept {
  static auto* const real =
      next<int(pthread_mutex_t*, clockid_t, const timespec*)>("pthread_mutex_clocklock");
  return take_until(mutex, id, *deadline, try_mutex, real);
}

int pthread_mutex_timedlock(pthread_mutex_t* __restrict mutex,
                            const timespec* __restrict deadline) noexcept {
  return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, deadline);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  const int failed = real_unlock(mutex);
  if (failed == 0 && baton::lockstep()) baton::wake_one(mutex);
  return failed;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  static auto* const real = next<int(pthread_rwlock_t*)>("pthread_rwlock_rdlock");
  if (!baton::lockstep()) return real(lock);
  return take(
      lock, kNever, [&] { return try_to_read(lock); }, [&] { return real(lock); });
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* __restrict lock, clockid_t id,
                               const timespec* __restrict deadline) noexcept {
  static auto* const real =
      next<int(pthread_rwlock_t*, clockid_t, const timespec*)>("pthread_rwlock_clockrdlock");
  return take_until(lock, id, *deadline, try_to_read, real);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* __restrict lock,
                               const timespec* __restrict deadline) noexcept {
  return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, deadline);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  static auto* const real = next<int(pthread_rwlock_t*)>("pthread_rwlock_wrlock");
  if (!baton::lockstep()) return real(lock);
  return take(
      lock, kNever, [&] { return try_to_write(lock); }, [&] { return real(lock); });
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* __restrict lock, clockid_t id,
                               const timespec* __restrict deadline) noexcept {
  static auto* const real =
      next<int(pthread_rwlock_t*, clockid_t, const timespec*)>("pthread_rwlock_clockwrlock");
  return take_until(lock, id, *deadline, try_to_write, real);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* __restrict lock,
                               const timespec* __restrict deadline) noexcept {
  return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, deadline);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  static auto* const real = next<int(pthread_rwlock_t*)>("pthread_rwlock_unlock");
  const int failed = real(lock);
  if (failed == 0 && baton::lockstep()) baton::wake_all(lock);
  return failed;
}

int pthread_cond_wait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex) {
  if (baton::lockstep()) return wait_for_condition(condition, mutex, kNever);
  static auto* const real = next<int(pthread_cond_t*, pthread_mutex_t*)>("pthread_cond_wait");
  return real(condition, mutex);
}

int pthread_cond_clockwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           clockid_t id, const timespec* __restrict deadline) {
  static auto* const real =
      next<int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>(
          "pthread_cond_clockwait");
  if (vt::mode() == vt::Mode::kOff) return real(condition, mutex, id, deadline);
  const std::int64_t deadline_ns = vt::from_clock(id, to_ns(*deadline));
  if (baton::lockstep()) return wait_for_condition(condition, mutex, deadline_ns);
  const timespec at = vt::to_kernel(id, deadline_ns);
  return real(condition, mutex, id, &at);
}

int pthread_cond_timedwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           const timespec* __restrict deadline) {
  if (vt::mode() != vt::Mode::kOff) {
    return pthread_cond_clockwait(condition, mutex, clock_of(*deadline), deadline);
  }
  static auto* const real =
      next<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");
  return real(condition, mutex, deadline);
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (baton::lockstep() && baton::wake_one(condition)) return 0;
  static auto* const real = next<int(pthread_cond_t*)>("pthread_cond_signal");
  return real(condition);
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (baton::lockstep()) baton::wake_all(condition);
  static auto* const real = next<int(pthread_cond_t*)>("pthread_cond_broadcast");
  return real(condition);
}

}  // extern "C"
