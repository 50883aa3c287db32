#include "harness/run/worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The header of glibc 2.36 does not say that these are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/posix.hpp>

namespace assay::run {
namespace {

namespace bp = boost::process;

std::string ending(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return std::string("killed by signal ") + std::to_string(WTERMSIG(wait_status)) + " (" +
           ::strsignal(WTERMSIG(wait_status)) + ")";
  return "left with exit code " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace

std::string_view to_string(Backend backend) { return backend == Backend::kBox ? "box" : "process"; }

std::optional<Backend> backend_from(std::string_view name) {
  for (const Backend backend : {Backend::kBox, Backend::kProcess})
    if (to_string(backend) == name) return backend;
  return std::nullopt;
}

Error never_ready(const std::string& death) {
  return environment_error("a worker " + death + " before it was ready, " +
                               std::to_string(kMaxFailedWorkerStarts) + " times in a row",
                           "`assay doctor` tells what this host lacks.");
}

Result<WorkerProcess> WorkerProcess::start(const WorkerStart& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return system_error("cannot make a socket for a worker", errno);
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  // Binding a descriptor to its own number would leave it close-on-exec: keep clear of that number.
  if (theirs.get() == kWorkerSocketFd) {
    UniqueFd moved(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, kWorkerSocketFd + 1));
    if (!moved) return system_error("cannot make a socket for a worker", errno);
    theirs = std::move(moved);
  }
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return system_error("fcntl", errno);

  std::error_code error;
  const std::vector<std::string> arguments = {"worker",
                                              "--runner",
                                              options.runner,
                                              "--backend",
                                              std::string(to_string(options.backend)),
                                              "--cpu",
                                              std::to_string(options.cpu)};
  bp::child child(bp::exe = options.assay, bp::args = arguments,
                  bp::posix::fd.bind(kWorkerSocketFd, theirs.get()), error);
  if (error)
    return environment_error("cannot start a worker (" + options.assay + "): " + error.message());
  const pid_t pid = child.id();
  child.detach();  // WorkerProcess reaps it
  UniqueFd pidfd(::pidfd_open(pid, 0));
  if (!pidfd) {
    const int open_errno = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return system_error("cannot watch a worker (pidfd_open)", open_errno,
                        "Assay needs Linux 5.3 or newer.");
  }
  return WorkerProcess(pid, std::move(pidfd), std::move(ours));
}

WorkerProcess::WorkerProcess(pid_t pid, UniqueFd pidfd, UniqueFd socket)
    : pid_(pid), pidfd_(std::move(pidfd)), socket_(std::move(socket)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  if (this != &other) {
    (void)end();
    pid_ = other.pid_;
    pidfd_ = std::move(other.pidfd_);
    socket_ = std::move(other.socket_);
  }
  return *this;
}

WorkerProcess::~WorkerProcess() { (void)end(); }

std::string WorkerProcess::end(std::chrono::milliseconds grace) {
  if (!pidfd_) return "";
  socket_.reset();
  pollfd ended{pidfd_.get(), POLLIN, 0};
  ::poll(&ended, 1, static_cast<int>(grace.count()));
  if ((ended.revents & POLLIN) == 0) ::pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
  int wait_status = 0;
  while (::waitpid(pid_, &wait_status, 0) < 0 && errno == EINTR) {
  }
  pidfd_.reset();
  return ending(wait_status);
}

}  // namespace assay::run
