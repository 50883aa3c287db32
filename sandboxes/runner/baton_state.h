#pragma once

// What the parts of the baton share: baton.cpp passes it, baton_thread.cpp begins and ends threads
// and sends them signals, baton_budget.cpp takes it from who keeps it for long.
//
// One process, one State. Read and written by the holder of the baton alone, but for the newcomers.

#include <sys/types.h>

#include <atomic>
#include <csignal>
#include <cstdint>

#include "sandboxes/protocol.h"
#include "sandboxes/runner/baton.h"

namespace assay::sandbox::runner::baton {

using SignalSet = std::uint64_t;  ///< as the kernel has it
inline constexpr std::size_t kKernelSigset = sizeof(SignalSet);

/// One thread. Made by who starts it, and deleted by the holder of the baton that finds it gone.
struct Thread {
  Thread* before = nullptr;  // in the queue that it is in
  Thread* behind = nullptr;
  bool blocked = false;
  bool fresh = false;  ///< of a varied case: has yet to stand back
  // What it waits for, while it is blocked.
  const void* what = nullptr;
  bool (*ready)(void*) = nullptr;
  void* context = nullptr;
  std::int64_t deadline = protocol::kNever;
  ToldAs told_as;
  bool told = false;       ///< that it has begun
  std::int64_t since = 0;  ///< it has

  Woken woken = Woken::kReady;
  std::atomic<std::uint32_t> turn{0};  // a futex: 1 once it has the baton
  SignalSet own_mask = 0;              // its own, while it is parked
  pthread_t handle{};
  pid_t id = 0;
  std::uint32_t number = 1;  ///< as it is told; in the order in which they were started
  Thread* next_newcomer = nullptr;
};

/// Threads in the order in which they came.
struct Queue {
  Thread* first = nullptr;
  Thread* last = nullptr;

  void push(Thread& thread) {
    thread.before = last;
    thread.behind = nullptr;
    (last == nullptr ? first : last->behind) = &thread;
    last = &thread;
  }
  void remove(Thread& thread) {
    (thread.before == nullptr ? first : thread.before->behind) = thread.behind;
    (thread.behind == nullptr ? last : thread.behind->before) = thread.before;
  }
};

struct State {
  int channel = -1;
  pid_t process = 0;
  Thread* first_thread = nullptr;
  Thread* holder = nullptr;
  Queue ready;
  Queue blocked;
  // Of a varied case: let go one by one once none is ready, those first that have not begun.
  Queue held;                 // have not begun
  Queue stood_back;           // have said that they run
  std::size_t threads = 0;    // those that have joined and have not ended
  std::uint32_t numbers = 1;  // that threads have been given
  Thread* ended = nullptr;    // the last holder, if it ended; the kernel may not be done with it
  bool passing = false;       // the queues are being changed
  std::uint64_t passes = 0;   // how often the baton could have passed
  std::uint64_t passes_seen = 0;  // at the last tick of the budget
  bool order_fixed = true;
  pthread_key_t key{};  // its destructor sees the end of a thread
};

extern State g;
extern std::atomic<Thread*> g_newcomers;  ///< threads that want to join, the last one first

enum class Role { kStranger, kMember, kEnded };
extern thread_local constinit Thread* t_me;
extern thread_local constinit Role t_role;

/// Gives what was blocked before.
SignalSet block_signals();
void restore_signals(SignalSet mask);

/// Waits for the baton, with all signals blocked; returns with it, or in kReal.
void park(Thread& me);

/// The calling thread, in no queue, hands the baton to whoever is next, and does not come back.
void pass_for_good(Thread& me);

/// A blocked thread goes on.
void mark(Thread& thread, Woken why);

/// It has been marked: that is told later.
void wait_ended(const Thread& thread);

/// From the second thread on; may be called again.
void start_budget();
void end_budget();

/// The calling thread, which has not joined, takes part from now on.
void join_in();

/// The calling thread is this one.
void become(Thread& me);

/// Called at the end of a thread, as the destructor of State::key.
void on_end(void* thread);

}  // namespace assay::sandbox::runner::baton
