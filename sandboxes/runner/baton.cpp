#include "sandboxes/runner/baton.h"

#include <linux/futex.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

#include "sandboxes/runner/baton_state.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/orders.h"

namespace assay::sandbox::runner::baton {

State g;
std::atomic<Thread*> g_newcomers{nullptr};
thread_local constinit Thread* t_me = nullptr;
thread_local constinit Role t_role = Role::kStranger;

namespace {

using virtual_time::Mode;

/// Waits until the kernel is done with the thread that held the baton before, if it ended: then its
/// memory has been given back, and its number is free. It needs nothing of ours for that.
void bury_ended() {
  Thread* const ended = std::exchange(g.ended, nullptr);
  if (ended == nullptr) return;
  if (ended == g.first_thread) return;  // the kernel keeps it for as long as there is any
  while (syscall(SYS_tgkill, g.process, ended->id, 0) == 0) syscall(SYS_sched_yield);
  delete ended;
}

void hand_to(Thread& next) {
  next.turn.store(1, std::memory_order_release);
  syscall(SYS_futex, &next.turn, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

Thread* blocked_until_now() {
  Thread* found = nullptr;
  for (Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    const bool due = t->deadline <= virtual_time::now_ns();
    if (due && (found == nullptr || t->deadline < found->deadline)) found = t;
  }
  return found;
}

std::int64_t earliest_deadline() {
  std::int64_t earliest = kNever;
  for (const Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    earliest = std::min(earliest, t->deadline);
  }
  return earliest;
}

/// Until when nobody has anything to do. In a varied case those who are to go on within kSameMoment
/// do so together, or the few looks at the clock by which they began their waits one after the
/// other would decide who is first.
std::int64_t next_deadline() {
  const std::int64_t earliest = earliest_deadline();
  if (!orders::varied() || earliest == kNever) return earliest;
  std::int64_t latest = earliest;
  for (const Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    if (t->deadline - earliest <= kSameMoment) latest = std::max(latest, t->deadline);
  }
  return latest;
}

void take_newcomers() {
  if (g_newcomers.load(std::memory_order_relaxed) == nullptr) return;
  for (Thread* t = g_newcomers.exchange(nullptr); t != nullptr; t = t->next_newcomer) {
    g.ready.push(*t);
    t->number = ++g.numbers;
    ++g.threads;
  }
}

/// Those whose wait is over by now become ready, in this order: what they wait for is there, the
/// alarm rang, the deadline is reached.
void mark_all_that_can_go_on() {
  take_newcomers();
  for (Thread* t = g.blocked.first; t != nullptr;) {
    Thread* const behind = t->behind;
    if (t->ready != nullptr && t->ready(t->context)) mark(*t, Woken::kReady);
    t = behind;
  }
  if (virtual_time::take_due_alarm()) signal_process(SIGALRM);
  while (Thread* t = blocked_until_now()) mark(*t, Woken::kDeadline);
}

/// The one of the queue that `choose` names; null where it is empty.
Thread* chosen_of(const Queue& queue, std::size_t (*choose)(std::size_t)) {
  if (!orders::varied() || queue.first == queue.last) return queue.first;
  std::size_t count = 0;
  for (const Thread* t = queue.first; t != nullptr; t = t->behind) ++count;
  Thread* chosen = queue.first;
  for (std::size_t i = choose(count); i > 0; --i) chosen = chosen->behind;
  return chosen;
}

/// Where nobody else can go on, one that was held back becomes ready.
void let_one_start() {
  if (g.ready.first != nullptr) return;
  Queue& queue = g.held.first != nullptr ? g.held : g.stood_back;
  Thread* const next = chosen_of(queue, orders::choose_start);
  if (next == nullptr) return;
  queue.remove(*next);
  g.ready.push(*next);
}

/// Waits for as long as none is ready.
Thread& take_next() {
  for (;;) {
    mark_all_that_can_go_on();
    let_one_start();
    if (Thread* next = chosen_of(g.ready, orders::choose_ready)) {
      g.ready.remove(*next);
      return *next;
    }
    virtual_time::wait_until(next_deadline());
  }
}

/// The calling thread is in a queue, and is back when it has the baton.
void pass_on(Thread& me) {
  const int saved_errno = errno;
  ++g.passes;
  g.passing = true;
  Thread& next = take_next();
  g.passing = false;
  if (&next != &me) {
    me.own_mask = block_signals();
    hand_to(next);
    park(me);
    restore_signals(me.own_mask);
  }
  errno = saved_errno;
}

Woken block_me(Thread& me, ToldAs told_as) {
  me.told_as = told_as;
  me.told = false;
  me.since = virtual_time::now_ns();
  me.blocked = true;
  g.blocked.push(me);
  pass_on(me);
  return me.woken;
}

}  // namespace

SignalSet block_signals() {
  constexpr SignalSet kAll = ~SignalSet{0};
  SignalSet before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &kAll, &before, kKernelSigset);
  return before;
}

void restore_signals(SignalSet mask) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, kKernelSigset);
}

void mark(Thread& thread, Woken why) {
  thread.woken = why;
  thread.blocked = false;
  g.blocked.remove(thread);
  g.ready.push(thread);
  wait_ended(thread);
}

void park(Thread& me) {
  while (me.turn.exchange(0, std::memory_order_acquire) == 0) {
    syscall(SYS_futex, &me.turn, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
  if (virtual_time::mode() != Mode::kLockstep) return;
  g.holder = &me;
  bury_ended();
}

void pass_for_good(Thread& me) {
  block_signals();
  --g.threads;
  ++g.passes;
  g.passing = true;
  Thread& next = take_next();
  g.passing = false;
  g.ended = &me;
  hand_to(next);
}

void start(int channel) {
  // How many heaps there may be goes by the number of cores otherwise, and addresses with it.
  mallopt(M_ARENA_MAX, 1);
  g = State{};
  g_newcomers = nullptr;
  g.channel = channel;
  g.process = static_cast<pid_t>(syscall(SYS_getpid));
  g.first_thread = g.holder = new Thread;
  g.threads = 1;
  g.holder->handle = pthread_self();
  become(*g.holder);
  pthread_key_create(&g.key, on_end);
  pthread_setspecific(g.key, g.holder);
}

bool lockstep() {
  if (virtual_time::mode() != Mode::kLockstep || t_role == Role::kEnded) return false;
  if (t_role == Role::kStranger) {
    join_in();
    return virtual_time::mode() == Mode::kLockstep;
  }
  return g.holder == t_me && !g.passing;
}

Woken block_on(const void* what, std::int64_t deadline_ns, ToldAs told_as) {
  Thread& me = *t_me;
  me.what = what;
  me.ready = nullptr;
  me.deadline = deadline_ns;
  return block_me(me, told_as);
}

Woken internal::block(std::int64_t deadline_ns, ToldAs told_as, bool (*ready)(void*),
                      void* context) {
  Thread& me = *t_me;
  me.what = nullptr;
  me.ready = ready;
  me.context = context;
  me.deadline = deadline_ns;
  return block_me(me, told_as);
}

bool wake_one(const void* what) {
  for (Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    if (t->what != what) continue;
    mark(*t, Woken::kReady);
    return true;
  }
  return false;
}

void wake_all(const void* what) {
  while (wake_one(what)) {
  }
}

bool somebody_is_due() {
  return g.blocked.first != nullptr && earliest_deadline() <= virtual_time::now_ns();
}

void yield() {
  ++g.passes;
  if (g.threads == 1 && g_newcomers.load(std::memory_order_relaxed) == nullptr) return;
  const int saved_errno = errno;
  g.passing = true;
  mark_all_that_can_go_on();
  let_one_start();
  g.passing = false;
  errno = saved_errno;
  if (g.ready.first == nullptr) return;
  g.ready.push(*t_me);
  pass_on(*t_me);
}

void stand_back() {
  Thread& me = *t_me;
  if (!std::exchange(me.fresh, false)) return;
  g.stood_back.push(me);
  pass_on(me);
}

void dissolve() {
  if (g.holder == nullptr || syscall(SYS_getpid) != g.process) return;
  end_budget();
  for (Thread* t = g.blocked.first; t != nullptr; t = t->behind) t->woken = Woken::kRealTime;
  take_newcomers();
  for (Queue* queue : {&g.blocked, &g.ready, &g.held, &g.stood_back}) {
    for (Thread* t = queue->first; t != nullptr;) {
      Thread* const behind = t->behind;
      hand_to(*t);
      t = behind;
    }
    *queue = {};
  }
  g.holder = nullptr;
}

}  // namespace assay::sandbox::runner::baton
