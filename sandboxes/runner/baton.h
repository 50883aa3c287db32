#pragma once

// One baton: of a candidate's threads exactly one runs, and which one is the same every time.
//
// Theory of operation. In kLockstep (virtual_time.h) a thread runs only while it holds the baton;
// the others are parked, each in front of a futex of its own, with all signals blocked. What starts
// a thread or wakes one marks it as ready, no more. The baton passes where its holder enters a call
// that would block, or ends: to the thread that has been ready for longest. Where none is ready,
// the clock goes on to whatever comes first (virtual_time::wait_until), and if nothing ever comes
// the worker ends the case. CPython lets go of the GIL in every such call, so the GIL is free for
// whoever gets the baton; where it is not, the waits for the GIL are waits like any other.
//
//   - A semaphore that is let go while somebody waits for it is handed over to who has waited
//     longest, and so are Python's locks, which are semaphores: a thread that locks in a loop
//     cannot starve the others, and no timing decides who is next. A mutex of native code is as the
//     C library's: who lets it go may take it again first.
//   - A thread ends when the kernel has let go of it: the next holder waits for that, so a thread
//     identifier, a stack and an address are reused in the same order every time.
//   - Signals of the process reach the first thread, as in the kernel, when it has the baton.
//   - A thread that runs for kFirstBudget of cpu time without any such call is stopped where it is,
//     as long as it is in Python's own code (so that it holds no lock of the C library), and the
//     others have their turn. Where it is stopped depends on the machine: the worker is told once
//     (kOrderNotFixed). From then on the budget is kNextBudget.
//   - A thread that was not started through pthread_create joins where it first calls a function of
//     ours. Until then it runs beside the others, so the worker is told as well.
//   - In a varied case (orders.h) a thread that is started is held back until no other can go on,
//     and of several that are ready, or are to be within kSameMoment, one is chosen.
//   - From the first child process on there is no baton: dissolve() lets all threads go on by
//     themselves, each in a call that blocks for real.
//
// A candidate with native code can bypass all of this, or hold the baton for ever. That costs it
// its own case: the worker has its limits.
//
// In: calls of the interposed functions, by any thread. Out: kOrderNotFixed messages, and time
// asked for. All functions but start, lockstep and dissolve need the baton: lockstep() was true.

#include <pthread.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "harness/model/wait.h"
#include "sandboxes/protocol.h"

namespace assay::sandbox::runner::baton {

inline constexpr std::int64_t kFirstBudget =
    250'000'000;  ///< nanoseconds of cpu time; at most twice
inline constexpr std::int64_t kNextBudget = 10'000'000;
/// For how long CPython waits for the GIL before it asks for it (sys.getswitchinterval).
inline constexpr std::int64_t kSwitchInterval = 5'000'000;
/// Waits of a varied case that end within that end as one.
inline constexpr std::int64_t kSameMoment = 1'000'000;
/// Of threads that ask for no size of their own. A stack counts as memory, touched or not.
inline constexpr std::size_t kStackBytes = 1 << 20;
inline constexpr std::size_t kLeastStackBytes = 128 << 10;

/// The calling thread is the first one and holds the baton. Once, when kLockstep begins. `channel`
/// stays the caller's.
void start(int channel);

/// True in kLockstep for the thread that holds the baton; one that has not joined waits for it
/// here. False in a handler of a signal that came while the baton was being passed.
bool lockstep();

enum class Woken {
  kReady,     ///< what it waited for has come
  kDeadline,  ///< the clock reached the deadline
  kSignal,    ///< a signal came: what blocks returns EINTR
  kRealTime,  ///< kReal began: wait for real
};

/// As what a wait is told to the worker; nothing for one of a lock of native code, of which the GIL
/// is made.
using ToldAs = std::optional<model::WaitFor>;

/// Waits until some wake_…(what), or the deadline (kNever: none).
Woken block_on(const void* what, std::int64_t deadline_ns, ToldAs told_as);

namespace internal {
Woken block(std::int64_t deadline_ns, ToldAs told_as, bool (*ready)(void*), void* context);
}

/// Waits until `ready()`, which any thread may call, again and again; it must not block. What was
/// ready need not be any more when this returns.
template <class Ready>
Woken block(std::int64_t deadline_ns, ToldAs told_as, Ready&& ready) {
  return internal::block(
      deadline_ns, told_as,
      [](void* context) -> bool {
        return (*static_cast<std::remove_reference_t<Ready>*>(context))();
      },
      &ready);
}

/// Marks as ready who has waited for `what` for longest. False where nobody waits for it.
bool wake_one(const void* what);
void wake_all(const void* what);

/// Whether the clock has reached the deadline of a thread that still waits.
bool somebody_is_due();

/// Whether another thread would run, now or later, if the holder paused. Those that wait for an
/// object without a deadline cannot: only the holder can let it go.
bool others_would_run();

/// Threads that are ready by now have their turn first.
void yield();

/// A thread of a varied case that was started and has not stood back yet is held back, as where it
/// was started. Does nothing for any other.
void stand_back();

/// What pthread_create, pthread_join and pthread_kill do. Real ones of that name are called within.
int create_thread(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                  void* argument);
int join_thread(pthread_t thread, void** result);
int signal_thread(pthread_t thread, int signal);

/// Sends a signal to this process.
int signal_process(int signal);

/// What comes from now on goes by the machine: tells the worker why, the first time.
void tell_order_not_fixed(const char* why);

/// Entries as of protocol.h.
struct WaitWords {
  std::array<char, protocol::kMaxWaitEntries * protocol::kWaitEntryBytes> bytes{};
  std::size_t size = 0;
  std::string_view view() const { return {bytes.data(), size}; }
};
/// Which waits have begun and last, and which have ended, since that was last told: for a message
/// that asks for time.
WaitWords take_untold_waits();
/// Those that have ended, in a message of its own.
void tell_waits();

/// Threads that wait for a signal to take (sigwait) wait for this.
extern const char kSignals;

/// Lets all threads go, after kReal has begun. From the process that started them only.
void dissolve();

}  // namespace assay::sandbox::runner::baton
