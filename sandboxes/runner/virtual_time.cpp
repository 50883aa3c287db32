#include "sandboxes/runner/virtual_time.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>

#include "sandboxes/runner/baton.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/timer_descriptors.h"

namespace assay::sandbox::runner::virtual_time {
namespace {

using protocol::kNever;
using protocol::MessageType;

// One process, one clock. Written in kLockstep by the holder of the baton; only read in kReal.
struct State {
  int channel = -1;
  pid_t process = 0;       // whose clock the worker keeps; its children have copies
  std::int64_t start = 0;  // what the clock was at start()
  std::int64_t clock = 0;  // kLockstep: now; kReal: when that began
  std::int64_t stepped = 0;
  std::int64_t real_base = 0;  // CLOCK_MONOTONIC of the kernel when kReal began
  std::int64_t speed = 1;      // of the clock in kReal, beside the kernel's
  std::atomic<bool> by_itself = true;
  bool asked = false;  // kReal was asked for, so the worker answers a look in it
  int spins = 0;       // since the clock was last moved by waiting
  std::int64_t step = kFirstStep;
  std::int64_t last_look = 0;  // by how much it moved the clock; 0: it cannot be taken back
  int tries = 0;               // those of the spins that step_for_try() and its looks have made
  Alarm alarm{kNever, 0};
};

State g_state;
std::atomic<Mode> g_mode{Mode::kOff};
std::mutex g_looking;  // the worker answers one at a time

std::int64_t kernel_clock(clockid_t id) {
  timespec t{};
  syscall(SYS_clock_gettime, id, &t);
  return t.tv_sec * kNsPerSecond + t.tv_nsec;
}

/// Lets the worker act at the current time, and at most up to `deadline`.
void ask_for_grant(std::int64_t deadline) {
  const baton::WaitWords waits = baton::take_untold_waits();
  const std::int64_t granted = ask_for_time(g_state.channel, g_state.clock, deadline, waits.view());
  if (granted > g_state.clock) {
    g_state.clock = granted;
    g_state.spins = 0;
    g_state.tries = 0;
    g_state.step = kFirstStep;
    timer_descriptors::ring(g_state.clock);
  }
}

/// a + b, kNever where that is later than any clock goes.
std::int64_t later(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return a == kNever || __builtin_add_overflow(a, b, &sum) ? kNever : sum;
}

bool is_wall_clock(clockid_t id) {
  return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_REALTIME_ALARM ||
         id == CLOCK_TAI;
}

}  // namespace

void start(int channel, std::int64_t now_ns) {
  g_state.channel = channel;
  g_state.process = static_cast<pid_t>(syscall(SYS_getpid));
  g_state.start = now_ns;
  g_state.clock = now_ns;
  g_mode = Mode::kLockstep;
}

Mode mode() { return g_mode.load(std::memory_order_acquire); }

std::int64_t now_ns() {
  if (mode() == Mode::kReal) {
    return g_state.clock + from_real(kernel_clock(CLOCK_MONOTONIC) - g_state.real_base);
  }
  return g_state.clock;
}

void step() {
  const int saved_errno = errno;
  g_state.last_look = 0;
  g_state.clock += g_state.step;
  g_state.stepped += g_state.step;
  timer_descriptors::ring(g_state.clock);
  if (++g_state.spins >= kSpinsPerStep) {
    g_state.spins = 0;
    g_state.tries = 0;
    g_state.step = std::min(g_state.step * 2, kMaxStep);
    const std::int64_t step = g_state.step;
    ask_for_grant(g_state.clock);
    g_state.step = step;
    baton::yield();
  } else if (baton::somebody_is_due()) {
    baton::yield();
  }
  if (take_due_alarm()) baton::signal_process(SIGALRM);
  errno = saved_errno;
}

void spin() {
  step();
  baton::yield();
}

std::int64_t look() {
  if (!baton::lockstep()) return now_ns();
  const std::int64_t before = g_state.clock;
  const int spins = g_state.spins;
  step();
  if (g_state.clock == before + g_state.step && g_state.spins == spins + 1 &&
      g_state.alarm.at_ns == kNever && timer_descriptors::earliest() == kNever)
    g_state.last_look = g_state.step;
  return now_ns();
}

void step_for_try() {
  const int looked = g_state.last_look != 0 ? 1 : 0;
  const int spins = g_state.spins;
  step();
  if (g_state.spins == spins + 1) g_state.tries += 1 + looked;
}

void take_back_look() {
  if (g_state.last_look == 0) return;
  g_state.clock -= g_state.last_look;
  g_state.stepped -= g_state.last_look;
  g_state.spins = std::max(0, g_state.spins - 1 - g_state.tries);
  g_state.tries = 0;
  g_state.last_look = 0;
}

void advance(std::int64_t ns) {
  g_state.last_look = 0;
  g_state.clock += ns;
  timer_descriptors::ring(g_state.clock);
  ask_for_grant(g_state.clock);
}

void let_worker_look() { ask_for_grant(g_state.clock); }

void let_worker_look_for_real() {
  if (!g_state.asked || mode() != Mode::kReal || syscall(SYS_getpid) != g_state.process) return;
  const int saved_errno = errno;
  const auto alone = alone_with_worker();
  const std::int64_t now = now_ns();
  ask_for_time(g_state.channel, now, now);
  errno = saved_errno;
}

void wait_until(std::int64_t deadline_ns) {
  ask_for_grant(std::min({deadline_ns, g_state.alarm.at_ns, timer_descriptors::earliest()}));
}

std::int64_t stepped_ns() { return g_state.stepped; }

void begin_real_time(const char* why) {
  if (mode() == Mode::kOff || syscall(SYS_getpid) != g_state.process) return;
  g_state.by_itself = false;
  if (mode() != Mode::kLockstep) return;
  const int saved_errno = errno;
  std::string message;
  append_i64(message, g_state.clock);
  message += why;
  send_message(g_state.channel, MessageType::kRealTime, message);
  g_state.clock = std::max(g_state.clock, wait_for_grant(g_state.channel));
  g_state.real_base = kernel_clock(CLOCK_MONOTONIC);
  timer_descriptors::go_real(g_state.clock);
  g_mode = Mode::kReal;
  if (const Alarm alarm = g_state.alarm; alarm.at_ns != kNever) {
    const std::int64_t left = std::max<std::int64_t>(alarm.at_ns - g_state.clock, 1'000);
    const itimerval timer{
        {alarm.interval_ns / kNsPerSecond, alarm.interval_ns % kNsPerSecond / 1'000},
        {left / kNsPerSecond, left % kNsPerSecond / 1'000}};
    syscall(SYS_setitimer, ITIMER_REAL, &timer, nullptr);
  }
  errno = saved_errno;
}

std::unique_lock<std::mutex> alone_with_worker() { return std::unique_lock(g_looking); }

void begin_asked_real_time(int speed) {
  g_state.asked = true;
  g_state.speed = speed;
  const std::string why = "asked for, " + std::to_string(speed) + " times as fast";
  begin_real_time(speed == 1 ? "asked for" : why.c_str());
  g_state.by_itself = true;
}

bool is_by_itself() { return g_state.by_itself; }

bool is_asked_real_time() { return g_state.asked; }

bool is_fast() { return g_state.speed != 1; }

std::int64_t to_real(std::int64_t duration_ns) {
  if (!is_fast() || duration_ns == kNever) return duration_ns;
  return duration_ns / g_state.speed + (duration_ns % g_state.speed > 0 ? 1 : 0);
}

std::int64_t to_real_us(std::int64_t duration_ns) {
  constexpr std::int64_t kNsPerUs = 1'000;
  return (to_real(duration_ns) + kNsPerUs - 1) / kNsPerUs * kNsPerUs;
}

std::int64_t from_real(std::int64_t duration_ns) {
  std::int64_t product = 0;
  const bool ever =
      duration_ns != kNever && !__builtin_mul_overflow(duration_ns, g_state.speed, &product);
  return ever ? product : kNever;
}

std::int64_t to_clock(clockid_t id, std::int64_t ns) {
  return is_wall_clock(id) ? ns : ns - g_state.start + kMonotonicAtStart;
}

std::int64_t from_clock(clockid_t id, std::int64_t ns) {
  return is_wall_clock(id) ? ns : later(ns, g_state.start - kMonotonicAtStart);
}

timespec to_kernel(clockid_t id, std::int64_t ns) {
  const clockid_t kernel_id = is_wall_clock(id) ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  const std::int64_t left = ns == kNever ? kNever : to_real(ns - now_ns());
  const std::int64_t at = std::max<std::int64_t>(later(left, kernel_clock(kernel_id)), 0);
  return {at / kNsPerSecond, at % kNsPerSecond};
}

std::int64_t after(std::int64_t duration_ns) {
  return later(std::max<std::int64_t>(duration_ns, 0), now_ns());
}

Alarm current_alarm() { return g_state.alarm; }

Alarm set_alarm(Alarm alarm) {
  const Alarm before = g_state.alarm;
  g_state.alarm = alarm;
  return before;
}

bool take_due_alarm() {
  Alarm& alarm = g_state.alarm;
  if (alarm.at_ns > g_state.clock) return false;
  if (alarm.interval_ns > 0) {
    const std::int64_t late = g_state.clock - alarm.at_ns;
    alarm.at_ns += (late / alarm.interval_ns + 1) * alarm.interval_ns;
  } else {
    alarm.at_ns = kNever;
  }
  return true;
}

}  // namespace assay::sandbox::runner::virtual_time
