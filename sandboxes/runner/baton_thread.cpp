// Threads: how they begin and end, and signals for them.

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>

#include "sandboxes/runner/baton_state.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/orders.h"

namespace assay::sandbox::runner::baton {

const char kSignals = 0;

namespace {

using virtual_time::Mode;

thread_local int t_end_rounds = 0;

bool blocks(const Thread& thread, int signal) {
  SignalSet mask = thread.own_mask;
  if (&thread == t_me) syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, &mask, kKernelSigset);
  return signal > 0 && (mask >> (signal - 1) & 1) != 0;
}

struct Start {
  Thread* thread;
  void* (*run)(void*);
  void* argument;
};

/// What every thread runs that pthread_create made; all signals are blocked.
void* run_thread(void* given) {
  auto* const start = static_cast<Start*>(given);
  Thread& me = *start->thread;
  become(me);
  park(me);
  restore_signals(me.own_mask);
  pthread_setspecific(g.key, &me);
  void* (*const run)(void*) = start->run;
  void* const argument = start->argument;
  delete start;
  return run(argument);
}

/// A copy of the attributes, with our size of the stack where the caller asked for none, and with
/// room for what runs on it beside the caller's code where it asked for very little.
class Attributes {
 public:
  explicit Attributes(const pthread_attr_t* given) {
    if (given == nullptr) {
      pthread_attr_init(&own_);
    } else {
      own_ = *given;
    }
    void* base = nullptr;
    std::size_t size = 0;  // 0: none was asked for
    pthread_attr_getstack(&own_, &base, &size);
    const bool has_memory = reinterpret_cast<std::uintptr_t>(base) + size != 0;
    if (has_memory) return;
    pthread_attr_setstacksize(&own_, size == 0 ? kStackBytes : std::max(size, kLeastStackBytes));
  }
  const pthread_attr_t* get() const { return &own_; }

 private:
  pthread_attr_t own_;  // holds nothing of its own but what the caller's does
};

Thread* find(pthread_t handle) {
  if (g.holder->handle == handle) return g.holder;
  for (const Queue* queue : {&g.ready, &g.blocked, &g.held, &g.stood_back}) {
    for (Thread* t = queue->first; t != nullptr; t = t->behind) {
      if (t->handle == handle) return t;
    }
  }
  return nullptr;
}

void interrupt(Thread& thread, int signal) {
  if (thread.blocked && signal != 0 && !blocks(thread, signal)) mark(thread, Woken::kSignal);
}

}  // namespace

void become(Thread& me) {
  t_me = &me;
  t_role = Role::kMember;
  me.id = static_cast<pid_t>(syscall(SYS_gettid));
}

/// Called once a round of the destructors of a thread's data. In the last one nothing that could
/// call us comes behind it.
void on_end(void* thread) {
  if (++t_end_rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(g.key, thread);
    return;
  }
  if (!lockstep()) {
    t_role = Role::kEnded;
    return;
  }
  Thread& me = *static_cast<Thread*>(thread);
  t_role = Role::kEnded;
  t_me = nullptr;
  wake_all(&me);
  pass_for_good(me);
}

/// A thread that the C library or native code made by itself.
void join_in() {
  start_budget();
  auto* const me = new Thread;
  me->own_mask = block_signals();
  me->handle = pthread_self();
  become(*me);
  me->next_newcomer = g_newcomers.load();
  while (!g_newcomers.compare_exchange_weak(me->next_newcomer, me)) {
  }
  if (virtual_time::mode() != Mode::kLockstep) return restore_signals(me->own_mask);
  park(*me);
  if (virtual_time::mode() == Mode::kLockstep) {
    pthread_setspecific(g.key, me);
    tell_order_not_fixed("a thread was started by other means than pthread_create");
  }
  restore_signals(me->own_mask);
}

int create_thread(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                  void* argument) {
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  start_budget();
  const Attributes own(attributes);
  auto* const made = new Thread;
  auto* const begin = new Start{made, run, argument};
  const SignalSet mask = block_signals();
  made->own_mask = mask;  // which a new thread takes over
  const int failed = real(thread, own.get(), run_thread, begin);
  if (failed == 0) {
    made->handle = *thread;
    made->number = ++g.numbers;
    ++g.threads;
    made->fresh = orders::varied();
    (made->fresh ? g.held : g.ready).push(*made);
  } else {
    delete made;
    delete begin;
  }
  restore_signals(mask);
  return failed;
}

int join_thread(pthread_t thread, void** result) {
  static auto* const real = next<int(pthread_t, void**)>("pthread_join");
  while (Thread* const found = find(thread)) {
    if (found == t_me) break;
    if (block_on(found, kNever, model::WaitFor::kLock) == Woken::kRealTime) break;
  }
  return real(thread, result);
}

int signal_thread(pthread_t thread, int signal) {
  static auto* const real = next<int(pthread_t, int)>("pthread_kill");
  Thread* const found = find(thread);
  const int failed = real(thread, signal);
  if (failed != 0) return failed;
  if (found != nullptr) interrupt(*found, signal);
  wake_all(&kSignals);
  return 0;
}

int signal_process(int signal) {
  Thread& first = *g.first_thread;
  const bool to_first = t_me != &first && first.id == g.process && !blocks(first, signal);
  const long failed = to_first ? syscall(SYS_tgkill, g.process, first.id, signal)
                               : syscall(SYS_kill, g.process, signal);
  if (failed != 0) return -1;
  interrupt(first, signal);
  wake_all(&kSignals);
  return 0;
}

}  // namespace assay::sandbox::runner::baton
