// The start of child processes, all of which begin kReal. wait4 and its like need nothing: without
// a child they return at once, and a child means kReal.

#include <pty.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sandboxes/runner/interpose.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

void begin_real_time() { vt::begin_real_time("a child process was started"); }

/// Before a call that starts a child process and may wait for it.
void child_is_started() {
  begin_real_time();
  baton::dissolve();
}

using Spawn = int(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*,
                  char* const*, char* const*);

}  // namespace

extern "C" {

pid_t fork() noexcept {
  begin_real_time();
  static auto* const real = next<pid_t()>("fork");
  const pid_t child = real();
  // Only now do the other threads go on: so none of them was inside anything when it was copied.
  if (child != 0) baton::dissolve();
  return child;
}

// A function that calls vfork() must not return in the child, so this cannot pass it on. POSIX lets
// vfork be fork, at the price of copied page tables.
pid_t vfork() noexcept { return fork(); }

int posix_spawn(pid_t* __restrict pid, const char* __restrict path,
                const posix_spawn_file_actions_t* __restrict actions,
                const posix_spawnattr_t* __restrict attributes, char* const* __restrict argv,
                char* const* __restrict environment) {
  child_is_started();
  static auto* const real = next<Spawn>("posix_spawn");
  return real(pid, path, actions, attributes, argv, environment);
}

int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const argv[],
                 char* const environment[]) {
  child_is_started();
  static auto* const real = next<Spawn>("posix_spawnp");
  return real(pid, file, actions, attributes, argv, environment);
}

int system(const char* command) {
  child_is_started();
  static auto* const real = next<int(const char*)>("system");
  return real(command);
}

FILE* popen(const char* command, const char* mode) {
  child_is_started();
  static auto* const real = next<FILE*(const char*, const char*)>("popen");
  return real(command, mode);
}

int forkpty(int* terminal, char* name, const termios* settings, const winsize* size) noexcept {
  child_is_started();
  static auto* const real = next<int(int*, char*, const termios*, const winsize*)>("forkpty");
  return real(terminal, name, settings, size);
}

}  // extern "C"
