#include "tests/unit/mock_warehouse/lone_network.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace assay::warehouse::testing {
namespace {

constexpr char kSocket = 's';
constexpr char kCounters = 'c';
constexpr char kLetGo = 'l';  ///< behind each descriptor: its maker has none any more

UniqueFd make_socket() {
  return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

bool enter_network() {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(make_socket().get(), SIOCSIFFLAGS, &request) == 0;
}

struct Message {
  char what = 0;
  iovec part{&what, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};

  Message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

void pass(int line, const UniqueFd& made) {
  Message message;
  cmsghdr* const head = CMSG_FIRSTHDR(&message.header);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = made.get();
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  ::sendmsg(line, &message.header, MSG_NOSIGNAL);
}

/// Answers until the line is closed. Where there is no network, at once.
[[noreturn]] void serve(int line) {
  if (enter_network()) {
    for (char what; ::recv(line, &what, 1, 0) == 1;) {
      pass(line, what == kSocket ? make_socket()
                                 : UniqueFd(::open("/proc/self/net", O_PATH | O_DIRECTORY)));
      ::send(line, &kLetGo, 1, MSG_NOSIGNAL);
    }
  }
  ::_exit(0);
}

}  // namespace

LoneNetwork::LoneNetwork() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
  line_.reset(ends[0]);
  UniqueFd theirs(ends[1]);
  child_ = ::fork();
  REQUIRE(child_ >= 0);
  if (child_ == 0) {
    line_.reset();
    serve(theirs.get());
  }
}

LoneNetwork::~LoneNetwork() {
  line_.reset();
  ::waitpid(child_, nullptr, 0);
}

UniqueFd LoneNetwork::ask(char what) {
  ::send(line_.get(), &what, 1, MSG_NOSIGNAL);
  Message answer;
  const bool answered = ::recvmsg(line_.get(), &answer.header, MSG_CMSG_CLOEXEC) == 1;
  REQUIRE_MESSAGE(answered, "this host lets nobody make a network of their own: see assay doctor");
  const cmsghdr* const head = CMSG_FIRSTHDR(&answer.header);
  REQUIRE(head != nullptr);
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
  // Else a socket would outlive its being closed here.
  char let_go = 0;
  REQUIRE(::recv(line_.get(), &let_go, 1, 0) == 1);
  return UniqueFd(fd);
}

UniqueFd LoneNetwork::socket() { return ask(kSocket); }

UniqueFd LoneNetwork::counters() { return ask(kCounters); }

}  // namespace assay::warehouse::testing
