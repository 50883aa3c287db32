// Locks that wait, and the start of threads.
//
// In kLockstep there is one thread, so nobody can post a semaphore or signal a condition while it
// waits: only a deadline ends that, and a wait without one is reported as blocked for good. In
// kReal the C library waits, with absolute deadlines put into the kernel's clocks.

#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include "sandboxes/runner/interpose.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

/// pthread_cond_timedwait does not say which clock its condition has. Ours tell: CLOCK_MONOTONIC
/// counts from the start of a case, CLOCK_REALTIME from 1970.
clockid_t clock_of(const timespec& deadline) {
  constexpr time_t kThirtyYears = 30L * 365 * 24 * 3600;
  return deadline.tv_sec < kThirtyYears ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

int wait_for_semaphore(sem_t* semaphore, std::int64_t deadline_ns) {
  const Woken woken = vt::block(deadline_ns, [&] { return sem_trywait(semaphore) == 0; });
  if (woken == Woken::kReady) return 0;
  errno = woken == Woken::kSignal ? EINTR : ETIMEDOUT;
  return -1;
}

int wait_for_condition(pthread_mutex_t* mutex, std::int64_t deadline_ns) {
  pthread_mutex_unlock(mutex);
  const Woken woken = vt::block(deadline_ns, [] { return false; });
  pthread_mutex_lock(mutex);
  return woken == Woken::kDeadline ? ETIMEDOUT : 0;
}

}  // namespace

extern "C" {

int sem_wait(sem_t* semaphore) {
  if (vt::lockstep()) return wait_for_semaphore(semaphore, kNever);
  static auto* const real = next<int(sem_t*)>("sem_wait");
  return real(semaphore);
}

int sem_clockwait(sem_t* __restrict semaphore, clockid_t id, const timespec* __restrict deadline) {
  if (vt::lockstep()) return wait_for_semaphore(semaphore, vt::from_clock(id, to_ns(*deadline)));
  static auto* const real = next<int(sem_t*, clockid_t, const timespec*)>("sem_clockwait");
  if (vt::mode() == vt::Mode::kOff) return real(semaphore, id, deadline);
  const timespec at = vt::to_kernel(id, vt::from_clock(id, to_ns(*deadline)));
  return real(semaphore, id, &at);
}

int sem_timedwait(sem_t* __restrict semaphore, const timespec* __restrict deadline) {
  return sem_clockwait(semaphore, CLOCK_REALTIME, deadline);
}

int pthread_cond_wait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex) {
  if (vt::lockstep()) return wait_for_condition(mutex, kNever);
  static auto* const real = next<int(pthread_cond_t*, pthread_mutex_t*)>("pthread_cond_wait");
  return real(condition, mutex);
}

int pthread_cond_clockwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           clockid_t id, const timespec* __restrict deadline) {
  if (vt::lockstep()) return wait_for_condition(mutex, vt::from_clock(id, to_ns(*deadline)));
  static auto* const real =
      next<int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>(
          "pthread_cond_clockwait");
  if (vt::mode() == vt::Mode::kOff) return real(condition, mutex, id, deadline);
  const timespec at = vt::to_kernel(id, vt::from_clock(id, to_ns(*deadline)));
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

int pthread_create(pthread_t* __restrict thread, const pthread_attr_t* __restrict attributes,
                   void* (*start)(void*), void* __restrict argument) noexcept {
  vt::begin_real_time("a thread was started");
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  return real(thread, attributes, start, argument);
}

}  // extern "C"
