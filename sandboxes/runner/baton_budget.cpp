// The budget of cpu time: see baton.h.

#include <link.h>
#include <ucontext.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <string_view>
#include <utility>

#include "sandboxes/runner/baton_state.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/interpose.h"

namespace assay::sandbox::runner::baton {
namespace {

using virtual_time::Mode;

/// How soon a thread is looked at again that could not be stopped where it was.
constexpr std::int64_t kTryAgain = 2'000'000;

const int kTick = SIGRTMAX;

struct Timer {
  std::atomic<bool> runs{false};  // set by the holder, or by one that joins
  timer_t id{};
  ElfW(Addr) python_begin = 0;  // libpython's code
  ElfW(Addr) python_end = 0;
};

Timer g_timer;

void set_timer(std::int64_t first, std::int64_t then) {
  const itimerspec times{.it_interval = to_timespec(then), .it_value = to_timespec(first)};
  timer_settime(g_timer.id, 0, &times, nullptr);
}

ElfW(Addr) interrupted_at(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<ElfW(Addr)>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return machine.pc;
#else
#error "say where this machine keeps the address of the interrupted instruction"
#endif
}

/// The holder has used cpu time, up to the budget since the last tick.
void on_tick(int, siginfo_t*, void* context) {
  if (virtual_time::mode() != Mode::kLockstep || t_me == nullptr || g.holder != t_me || g.passing)
    return;
  if (std::exchange(g.passes_seen, g.passes) != g.passes || !others_would_run()) return;
  const ElfW(Addr) at = interrupted_at(context);
  if (at < g_timer.python_begin || at >= g_timer.python_end)
    return set_timer(kTryAgain, kFirstBudget);
  const int saved_errno = errno;
  const std::int64_t budget = g.order_fixed ? kFirstBudget : kNextBudget;
  tell_order_not_fixed(
      "a thread ran for long without waiting, so where others went on was not fixed");
  // Time passes while a thread computes. Who now gets the baton may wait for the GIL, which this
  // thread still holds, and asks for it after the switch interval.
  virtual_time::advance(budget);
  yield();
  virtual_time::advance(kSwitchInterval + virtual_time::kMaxStep);
  yield();
  g.passes_seen = g.passes;
  set_timer(kNextBudget, kNextBudget);
  errno = saved_errno;
}

/// Where libpython's code lies, if `object` is libpython.
int find_python(dl_phdr_info* object, std::size_t, void*) {
  if (std::string_view(object->dlpi_name).find("libpython") == std::string_view::npos) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& part = object->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    g_timer.python_begin = object->dlpi_addr + part.p_vaddr;
    g_timer.python_end = g_timer.python_begin + part.p_memsz;
  }
  return 1;
}

}  // namespace

bool others_would_run() {
  for (const Queue* queue : {&g.ready, &g.held, &g.stood_back}) {
    if (queue->first != nullptr) return true;
  }
  if (g_newcomers.load() != nullptr) return true;
  for (const Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    if (t->ready != nullptr || t->deadline != kNever) return true;
  }
  return false;
}

void tell_order_not_fixed(const char* why) {
  if (!std::exchange(g.order_fixed, false)) return;
  send_message(g.channel, protocol::MessageType::kOrderNotFixed, why);
}

/// Ticks of the process's cpu time, from the second thread on.
void start_budget() {
  if (g_timer.runs.exchange(true)) return;
  dl_iterate_phdr(find_python, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_tick;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  sigaction(kTick, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = kTick;
  static auto* const make = next<int(clockid_t, sigevent*, timer_t*)>("timer_create");
  if (make(CLOCK_PROCESS_CPUTIME_ID, &event, &g_timer.id) == 0) {
    set_timer(kFirstBudget, kFirstBudget);
  }
}

void end_budget() {
  if (g_timer.runs) set_timer(0, 0);
}

}  // namespace assay::sandbox::runner::baton
