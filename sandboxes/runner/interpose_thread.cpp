// The start and the end of threads, and giving way to others.

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/thread_watch.h"

using namespace assay::sandbox::runner;

namespace {
std::atomic<int> g_started = 0;
}  // namespace

int assay::sandbox::runner::threads_started() { return g_started; }

extern "C" {

int pthread_create(pthread_t* __restrict thread, const pthread_attr_t* __restrict attributes,
                   void* (*start)(void*), void* __restrict argument) noexcept {
  ++g_started;
  if (baton::lockstep()) return baton::create_thread(thread, attributes, start, argument);
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  return real(thread, attributes, start, argument);
}

int pthread_join(pthread_t thread, void** result) {
  if (baton::lockstep()) return baton::join_thread(thread, result);
  static auto* const real = next<int(pthread_t, void**)>("pthread_join");
  return real(thread, result);
}

int sched_yield() noexcept {
  if (!baton::lockstep()) return static_cast<int>(syscall(SYS_sched_yield));
  virtual_time::spin();
  return 0;
}

}  // extern "C"
