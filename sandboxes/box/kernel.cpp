#include "sandboxes/box/kernel.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "harness/base/unique_fd.h"
#include "sandboxes/box/launch.h"

namespace assay::sandbox::box {
namespace {

constexpr char kWorked = '+';
constexpr char kFailed = '-';

void say(int pipe, char verdict, const std::string& text) {
  const std::string line = verdict + text;
  if (::write(pipe, line.data(), line.size()) < 0) ::_exit(1);
}

}  // namespace

Error errno_error(std::string what, std::string hint) {
  return system_error(std::move(what), errno, std::move(hint));
}

Status write_file(const char* path, std::string_view text) {
  UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file) return errno_error(std::string("opening ") + path);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return errno_error(std::string("writing ") + path);
  return success();
}

model::Layer try_in_child(const char* name, Result<std::string> (*attempt)()) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {name, "unavailable", "pipe2 failed"};
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return {name, "unavailable", "fork failed"};
  if (child == 0) {
    const auto result = attempt();
    if (result.ok()) {
      say(write_end.get(), kWorked, *result);
    } else {
      say(write_end.get(), kFailed, result.error().to_string());
    }
    ::_exit(0);
  }
  write_end.reset();
  std::string said;
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(read_end.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    said.append(buffer, static_cast<std::size_t>(size));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (said.empty()) return {name, "unavailable", "the attempt ended without a word"};
  return {name, said[0] == kWorked ? "on" : "unavailable", said.substr(1)};
}

Status enter_namespaces_for_probe() {
  ASSAY_CHECK(leave_root());
  ASSAY_TRY(const Cloned cloned, clone_into_namespaces());
  if (cloned.pid > 0) {
    // The attempt goes on in the clone, which holds the pipe as well; this process only waits for
    // it.
    int status = 0;
    while (::waitpid(cloned.pid, &status, 0) < 0 && errno == EINTR) {
    }
    ::_exit(0);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return map_ids(cloned.ids);
}

}  // namespace assay::sandbox::box
