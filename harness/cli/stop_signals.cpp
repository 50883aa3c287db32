#include "harness/cli/stop_signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>

namespace assay::cli {

Result<UniqueFd> catch_stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // Who started us may have said that it is not to be heeded: nohup does, for SIGHUP.
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) continue;
    ::sigaddset(&set, signal);
  }
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return system_error("sigprocmask", errno);
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return system_error("signalfd", errno);
  return fd;
}

}  // namespace assay::cli
