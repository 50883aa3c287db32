#pragma once

// The candidate's clock. Theory of operation:
//
//   libpython, _ssl, … ── clock_gettime, poll, recv, … ── interpose_*.cpp
//                                              └── baton ── virtual_time ── channel
//
// The runner exports functions of the C library's names (interpose_*.cpp), so shared libraries call
// those. Each is written once for three modes:
//
//   kOff       before start(): what the system call does, nothing else. The warm-up runs so.
//   kLockstep  no call blocks in the kernel. One that would block is first tried without blocking;
//              if nothing is ready its thread passes the baton on (baton.h). When all threads are
//              blocked the process reports its clock and its earliest deadline over the channel and
//              waits. The worker does what it has to do by then and grants a time, at most the
//              deadline; the clock is set and the calls are tried again. So how fast the machine is
//              cannot show in any clock.
//   kReal      from the first child process on, or the first timer that the kernel rings by its own
//              clock (timer_create), told to the worker once: the calls block for real, and the
//              clock goes on from the time granted as fast as real time passes. Or from the start,
//              where the job asks for it, with a clock of some speed: it goes on that many times as
//              fast, and whatever waits for it, by whichever call, waits for that much shorter.
//
// Looking at the clock moves it by a step, and so does finding nothing by a call that does not
// block: a loop that spins until some time has passed comes to its end. After kSpinsPerStep such
// looks without having waited the step doubles, up to kMaxStep, and the worker is asked for a
// grant, so that what it has to send reaches such a loop. Other threads have their turn then, and
// as soon as the clock has reached the end of their wait.
//
// In: the calls of one process. Out: kBlocked and kRealTime messages. In kLockstep it is called by
// the thread that holds the baton; in kReal the clock is only read, by any.

#include <cstdint>
#include <ctime>
#include <mutex>

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

/// The clock, left where it is.
std::int64_t now_ns();

/// The clock, moved by a step.
std::int64_t look();

/// Moves the clock by a step.
void step();

/// Something was tried that is taken, by who looked at the clock for that or did not: moves the
/// clock by a step.
void step_for_try();

/// Something was taken that was free, and what the last look before it showed was seen by nobody:
/// the clock goes back to where it was, and tries until now were not to wait for anything. Does
/// nothing where something has come of that look, or would by looking on: where an alarm or a timer
/// is set.
void take_back_look();

/// A call that does not block found nothing, or time is slept away that is over: moves the clock by
/// a step, and threads that are ready have their turn.
void spin();

/// Moves the clock on, as if that much time had passed, and lets the worker act up to then.
void advance(std::int64_t ns);

/// The worker acts on what has been sent by now, and the clock stays.
void let_worker_look();

/// Where the worker wants to look before and after attempts to connect: in kLockstep it has done so
/// whenever all is blocked. In kReal it does where that was asked for; of one thread at a time, and
/// of no child process. Keeps errno.
void let_worker_look_for_real();

/// For other questions to the worker, which answers them with a grant as well: as long as it lives,
/// no other thread asks.
std::unique_lock<std::mutex> alone_with_worker();

/// All threads are blocked: sets the clock to what the worker grants, at most `deadline_ns` or the
/// time of the alarm.
void wait_until(std::int64_t deadline_ns);

/// Nanoseconds of all steps: what clocks of cpu time show.
std::int64_t stepped_ns();

/// Begins kReal, if that has not begun: tells the worker why, in words. Threads that wait in
/// kLockstep go on waiting until baton::dissolve().
void begin_real_time(const char* why);

/// The same behind start(), where a job asks for it; then the worker is let look in kReal, too.
/// `speed`: seconds of the clock in one of real time, at least 1.
void begin_asked_real_time(int speed);

/// Whether that was: by any thread, and in child processes as well.
bool is_asked_real_time();

/// Whether nothing has begun kReal but being asked to, and this process has started no other.
bool is_by_itself();

/// Whether a duration of ours is not as long as the kernel's: kReal with a speed other than 1.
bool is_fast();

/// How long a duration of ours lasts for the kernel, and the other way round; kNever stays that.
std::int64_t to_real(std::int64_t duration_ns);
/// The same in whole microseconds, in nanoseconds, and none where there was none: to the kernel a
/// timer of zero is disarmed, and a timeout of zero is for ever.
std::int64_t to_real_us(std::int64_t duration_ns);
std::int64_t from_real(std::int64_t duration_ns);

/// What a clock of the C library shows at a time of ours, and the other way round; kNever stays
/// that.
std::int64_t to_clock(clockid_t id, std::int64_t ns);
std::int64_t from_clock(clockid_t id, std::int64_t ns);

/// A time of ours as the kernel's own clock has it: for calls with absolute deadlines in kReal.
timespec to_kernel(clockid_t id, std::int64_t ns);

/// now + duration, or kNever where that is later than any clock goes.
std::int64_t after(std::int64_t duration_ns);

/// Sets the alarm of ITIMER_REAL: first at `at_ns` (kNever: none), then each `interval_ns` (0:
/// once). In kLockstep; it rings as SIGALRM when the clock has reached it.
struct Alarm {
  std::int64_t at_ns;
  std::int64_t interval_ns;
};
Alarm set_alarm(Alarm alarm);
Alarm current_alarm();

/// True where the alarm is due, once; it is then set to its next time.
bool take_due_alarm();

}  // namespace assay::sandbox::runner::virtual_time
