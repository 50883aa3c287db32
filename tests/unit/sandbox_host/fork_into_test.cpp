#include "sandboxes/box/fork_into.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace assay::sandbox::box {
namespace {

/// What the C library must be right about, in a process of its own making; 0 where it is.
int whole() {
  if (::getppid() == 0) return 1;
  // Both go by the thread id that the library keeps.
  if (::pthread_kill(::pthread_self(), 0) != 0) return 2;
  pthread_mutexattr_t kind;
  ::pthread_mutexattr_init(&kind);
  ::pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_t mutex;
  ::pthread_mutex_init(&mutex, &kind);
  if (::pthread_mutex_lock(&mutex) != 0 || ::pthread_mutex_lock(&mutex) != EDEADLK) return 3;
  if (::pthread_mutex_unlock(&mutex) != 0) return 4;
  // The kernel has the list of robust mutexes.
  void* list = nullptr;
  std::size_t size = 0;
  if (::syscall(SYS_get_robust_list, 0, &list, &size) != 0 || list == nullptr) return 5;
  return 0;
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a child has what a fork gives it, and so have its own children") {
  const auto child = fork_into(-1);
  REQUIRE(child.ok());
  if (*child == 0) {
    if (const int wrong = whole(); wrong != 0) ::_exit(wrong);
    const pid_t grandchild = ::fork();
    if (grandchild == 0) ::_exit(whole());
    ::_exit(status_of(grandchild) == 0 ? 0 : 9);
  }
  CHECK(status_of(*child) == 0);
}

TEST_CASE("what is no cgroup is an error, and nothing is forked") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = fork_into(ends[0]);
  if (child.ok() && *child == 0) ::_exit(0);
  CHECK_FALSE(child.ok());
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

}  // namespace
}  // namespace assay::sandbox::box
