// assay-sql: started by a worker of `assay` when a case asks its first query, never by hand. Its
// environment is empty and its only business is the socket at descriptor 3.
//
//   assay-sql --box     shuts itself in (sandboxes/box/seal.h), then serves
//   assay-sql --plain   no isolation at all; for authors

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "mock_warehouse/sql/engine/service.h"
#include "sandboxes/box/seal.h"

namespace {

constexpr int kSocketFd = 3;
constexpr int kExitUsage = 64;

/// DuckDB keeps to its own bound (kEngineMemory); this is for what it does not count.
constexpr assay::sandbox::box::SealOptions kLimits{
    .memory = std::int64_t{1} << 30, .processes = 4, .cpu_ms = 300'000};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc == 2 ? argv[1] : "";
  if ((mode != "--box" && mode != "--plain") || ::fcntl(kSocketFd, F_SETFD, FD_CLOEXEC) != 0) {
    std::fputs("assay-sql is started by assay; see `assay grade --help`.\n", stderr);
    return kExitUsage;
  }
  ::syscall(SYS_close_range, kSocketFd + 1, ~0U, 0);
  ::setsid();  // Ctrl-C on the terminal is for the process that started the worker
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  assay::Status status =
      mode == "--box" ? assay::sandbox::box::seal_process(kLimits) : assay::success();
  if (status.ok()) status = assay::warehouse::sql::serve(kSocketFd);
  if (status.ok()) return EXIT_SUCCESS;
  assay::warehouse::sql::send_failure(kSocketFd, status.error());
  return EXIT_FAILURE;
}
