// A runner without a box, for tests: forks a candidate's process for each request.
//
// Descriptor 0 is a SOCK_SEQPACKET socket. Out: one message when warm, describe_python() as JSON.
// In: messages with a working folder and three descriptors (channel, stdout, stderr). Out for each:
// the wait status of the candidate's process, an i32.

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "harness/base/assert.h"
#include "sandboxes/protocol.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/channel.h"

namespace runner = assay::sandbox::runner;

namespace {

struct Request {
  std::string folder;
  std::array<int, 3> descriptors;
};

bool receive(Request& request) {
  std::array<char, 4096> bytes;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof request.descriptors)> control{};
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = recvmsg(0, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return false;
  request.folder.assign(bytes.data(), static_cast<std::size_t>(got));
  std::memcpy(request.descriptors.data(), CMSG_DATA(CMSG_FIRSTHDR(&message)),
              sizeof request.descriptors);
  return true;
}

[[noreturn]] void become_candidate(const Request& request) {
  ASSAY_ASSERT(chdir(request.folder.c_str()) == 0, "no working folder");
  // Out of the way of the numbers that they are put at.
  std::array<int, 3> high{};
  for (int i = 0; i < 3; ++i) high[i] = fcntl(request.descriptors[i], F_DUPFD_CLOEXEC, 100);
  dup2(high[0], assay::sandbox::protocol::kChannelFd);
  dup2(high[1], STDOUT_FILENO);
  dup2(high[2], STDERR_FILENO);
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  close_range(4, ~0U, 0);
  runner::run_candidate(assay::sandbox::protocol::kChannelFd);
}

}  // namespace

int main(int, char** argv) {
  // As the real runner: addresses are part of what makes a run the same as the last.
  if ((personality(0xFFFFFFFF) & ADDR_NO_RANDOMIZE) == 0) {
    personality(static_cast<unsigned long>(personality(0xFFFFFFFF)) | ADDR_NO_RANDOMIZE);
    execv("/proc/self/exe", argv);
  }
  runner::warm_python({.image = assay::sandbox::Image::kFull});
  const std::string hello = runner::describe_python().dump();
  send(0, hello.data(), hello.size(), MSG_NOSIGNAL);
  Request request;
  while (receive(request)) {
    const pid_t child = fork();
    if (child == 0) become_candidate(request);
    for (const int fd : request.descriptors) close(fd);
    int status = 0;
    waitpid(child, &status, 0);
    send(0, &status, sizeof status, MSG_NOSIGNAL);
  }
  return 0;
}
