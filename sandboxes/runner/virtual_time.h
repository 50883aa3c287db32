#pragma once

// The candidate's clock. Theory of operation:
//
//   libpython, _ssl, … ── clock_gettime, poll, recv, … ── interpose_*.cpp ── virtual_time ── channel
//
// The runner exports functions of the C library's names (interpose_*.cpp), so shared libraries call
// those. Each is written once for three modes:
//
//   kOff       before start(): what the system call does, nothing else. The warm-up runs so.
//   kLockstep  a candidate of one thread. A call that would block is first tried without blocking; if
//              nothing is ready the process reports its clock and its deadline over the channel and
//              waits. The worker does what it has to do by then and grants a time, at most the
//              deadline; the clock is set and the call tried again. So no call blocks in the
//              kernel, and how fast the machine is cannot show in any clock.
//   kReal      from the first thread or child process on, told to the worker once: the calls block for
//              real, and the clock goes on from the time granted as fast as real time passes.
//
// Looking at the clock moves it by a step, and so does finding nothing by a call that does not
// block: a loop that spins until some time has passed comes to its end. After kSpinsPerStep such
// looks without having waited the step doubles, up to kMaxStep, and the worker is asked for a
// grant, so that what it has to send reaches such a loop.
//
// In: the calls of one process. Out: kBlocked and kRealTime messages. Called from any thread; while
// in kLockstep there is only one.

#include <cstdint>
#include <ctime>
#include <type_traits>

namespace assay::sandbox::runner::virtual_time {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kFirstStep = 1'000;    ///< nanoseconds
inline constexpr std::int64_t kMaxStep = 1'000'000;  ///< nanoseconds
inline constexpr int kSpinsPerStep = 1'000;
/// What CLOCK_MONOTONIC reads when a case starts: as on a machine that has been up for a while.
inline constexpr std::int64_t kMonotonicAtStart = 100'000'000'000;

enum class Mode { kOff, kLockstep, kReal };

/// Begins kLockstep at `now_ns` (since the Unix epoch). `channel` stays the caller's.
void start(int channel, std::int64_t now_ns);

Mode mode();
inline bool lockstep() { return mode() == Mode::kLockstep; }

/// The clock, left where it is.
std::int64_t now_ns();

/// The clock, moved by a step.
std::int64_t look();

/// Moves the clock by a step: a call that does not block found nothing.
void spin();

/// Nanoseconds of all steps: what clocks of cpu time show.
std::int64_t stepped_ns();

/// Begins kReal, if that has not begun: tells the worker why, in words.
void begin_real_time(const char* why);

/// What a clock of the C library shows at a time of ours, and the other way round.
std::int64_t to_clock(clockid_t id, std::int64_t ns);
std::int64_t from_clock(clockid_t id, std::int64_t ns);

/// A time of ours as the kernel's own clock has it: for calls with absolute deadlines in kReal.
timespec to_kernel(clockid_t id, std::int64_t ns);

/// now + duration, or kNever where that is later than any clock goes.
std::int64_t after(std::int64_t duration_ns);

/// Sets the alarm of ITIMER_REAL: first at `at_ns` (kNever: none), then each `interval_ns` (0:
/// once). In kLockstep; it rings as SIGALRM when the clock reaches it.
struct Alarm {
  std::int64_t at_ns;
  std::int64_t interval_ns;
};
Alarm set_alarm(Alarm alarm);
Alarm current_alarm();

enum class Woken {
  kReady,     ///< `ready` came true
  kDeadline,  ///< the clock reached the deadline, and `ready` is still not true
  kSignal,    ///< the alarm rang: what blocks returns EINTR
};

namespace internal {
Woken block(std::int64_t deadline_ns, bool (*ready)(void*), void* context);
}

/// Waits until `ready()` is true or the clock has reached the deadline (kNever: no deadline).
/// `ready` never blocks and may leave results behind. In kLockstep only.
template <class Ready>
Woken block(std::int64_t deadline_ns, Ready&& ready) {
  return internal::block(
      deadline_ns,
      [](void* context) -> bool {
        return (*static_cast<std::remove_reference_t<Ready>*>(context))();
      },
      &ready);
}

}  // namespace assay::sandbox::runner::virtual_time
