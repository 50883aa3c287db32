#include "harness/base/last_words.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "harness/base/assert.h"
#include "harness/base/unique_fd.h"

namespace assay {
namespace {

int g_pipe = -1;

void say_so() { (void)!::write(g_pipe, "!", 1); }

/// What a process said by its hook before an assertion ended it.
std::string said_by(void (*hook)()) {
  int ends[2];
  REQUIRE_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t pid = ::fork();
  REQUIRE_GE(pid, 0);
  if (pid == 0) {
    const int quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(quiet, STDERR_FILENO);
    g_pipe = theirs.get();
    on_failed_assertion(&say_so);
    on_failed_assertion(hook);
    ASSAY_ASSERT(pid != 0, "meant to fail");
    ::_exit(0);
  }
  theirs.reset();
  int status = 0;
  REQUIRE_EQ(::waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), kExitBug);
  char said = 0;
  return ::read(ours.get(), &said, 1) == 1 ? std::string(1, said) : "";
}

TEST_CASE("a failed assertion calls the hook that is set, and then ends the process") {
  CHECK_EQ(said_by(&say_so), "!");
}

TEST_CASE("a hook that was taken back is not called") { CHECK_EQ(said_by(nullptr), ""); }

}  // namespace
}  // namespace assay
