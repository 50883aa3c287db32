#include "tests/bench/baselines.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "mock_warehouse/server.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;

UniqueFd listen_on_loopback(std::uint16_t& port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = fd && bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     listen(fd.get(), 64) == 0 &&
                     getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ASSAY_ASSERT(bound, "no loopback port to be had for the benchmark");
  port = ntohs(address.sin_port);
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EINTR)) return text;
  }
}

}  // namespace

LoopbackWarehouse::LoopbackWarehouse(const model::Case& item)
    : stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  UniqueFd listener = listen_on_loopback(port_);
  thread_ =
      std::thread([this, item, fd = std::move(listener)]() mutable { serve(item, std::move(fd)); });
}

LoopbackWarehouse::~LoopbackWarehouse() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

void LoopbackWarehouse::serve(const model::Case& item, UniqueFd listener) {
  auto made = warehouse::Server::make(item.world, item.script, {.start = item.now});
  ASSAY_ASSERT(made.ok(), "the benchmark's case is not a valid one");
  warehouse::Server& server = **made;
  server.listen(std::move(listener));
  server.enter_call();
  const auto started = Clock::now();
  for (;;) {
    server.pump(item.now + (Clock::now() - started));
    std::vector<pollfd> fds{{stop_.get(), POLLIN, 0}};
    server.poll_fds(fds);
    poll(fds.data(), fds.size(), 10);
    if (fds.front().revents != 0) return;
  }
}

std::vector<std::string> command_of(Baseline baseline, const std::string& folder,
                                    const std::string& call) {
  const std::string python = "/usr/bin/python3";
  if (baseline == Baseline::kBarePython)
    return {python, "-I", "-c", "import sys; sys.path.insert(0, '" + folder + "')\n" + call};
  // The flags that come nearest to the box, in bubblewrap's favour: it gets no network namespace of
  // its own (its server would have to be inside), no Landlock, no cgroup and no system call filter.
  return {"bwrap",
          "--unshare-user",
          "--unshare-ipc",
          "--unshare-pid",
          "--unshare-uts",
          "--unshare-cgroup",
          "--die-with-parent",
          "--new-session",
          "--cap-drop",
          "ALL",
          "--hostname",
          "box",
          "--uid",
          "1000",
          "--gid",
          "1000",
          "--ro-bind",
          "/usr/bin",
          "/usr/bin",
          "--ro-bind",
          "/usr/lib",
          "/usr/lib",
          "--symlink",
          "usr/lib",
          "/lib",
          "--symlink",
          "usr/lib64",
          "/lib64",
          "--ro-bind-try",
          "/usr/lib64",
          "/usr/lib64",
          "--proc",
          "/proc",
          "--dev",
          "/dev",
          "--tmpfs",
          "/tmp",
          "--ro-bind",
          folder,
          "/work",
          "--chdir",
          "/work",
          python,
          "-I",
          "-c",
          "import sys; sys.path.insert(0, '/work')\n" + call};
}

Result<double> time_run(const std::vector<std::string>& command,
                        const std::map<std::string, std::string>& environment,
                        const std::string& expected) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> lines{"PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : environment) lines.push_back(name + "=" + value);
  std::vector<char*> variables;
  for (std::string& line : lines) variables.push_back(line.data());
  variables.push_back(nullptr);

  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe2", errno);
  UniqueFd reader(ends[0]), writer(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writer.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, writer.get(), 2);
  const auto started = Clock::now();
  pid_t child = -1;
  const int failed =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return system_error("cannot start " + command[0], failed);
  writer.reset();
  const std::string printed = read_all(reader.get());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const std::chrono::duration<double, std::milli> took = Clock::now() - started;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || printed.find(expected) == std::string::npos)
    return input_error(command[0] + " did not give " + expected + " but: " + printed);
  return took.count();
}

}  // namespace assay::bench
