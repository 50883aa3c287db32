#include "sandboxes/runner_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>

#include "sandboxes/wire.h"

namespace assay::sandbox {
namespace {

namespace bp = boost::process;

/// To start Python and import what candidates may import, on a slow and busy machine.
constexpr int kWarmUpMs = 60'000;
/// To leave by itself once the control socket is closed.
constexpr int kLeaveMs = 2'000;

/// Runs in the child, between fork and exec: system calls only.
struct Setup {
  int control;
  int cgroup;
  std::optional<int> cpu;

  template <class Executor>
  void operator()(Executor&) const {
    // hash(None) goes by an address, and the order of sets with it (see sandboxes/runner).
    ::personality(ADDR_NO_RANDOMIZE);
    ::fcntl(control, F_SETFD, 0);
    if (cpu) {
      cpu_set_t set;
      CPU_ZERO(&set);
      CPU_SET(*cpu, &set);
      ::sched_setaffinity(0, sizeof set, &set);
    }
    // Where that fails, boxes are moved into their cgroups rather than born there.
    if (cgroup >= 0 && ::write(cgroup, "0", 1) < 0) return;
  }
};

}  // namespace

class RunnerProcess::Child {
 public:
  Child(const SandboxOptions& options, Backend backend, Warmth warmth, int control, int cgroup) {
    std::vector<std::string> arguments = {"--control", std::to_string(control), "--image",
                                          std::string(name_of(warmth.image))};
    if (warmth.hash_seed != 0)
      arguments.insert(arguments.end(), {"--hash-seed", std::to_string(warmth.hash_seed)});
    if (backend == Backend::kProcess) arguments.insert(arguments.begin(), "--plain");
    // Parenthesised, or it reads as a template's argument list.
    child_ =
        bp::child(options.runner, bp::args(arguments), bp::environment(), (bp::std_in < bp::null),
                  bp::extend::on_exec_setup = Setup{control, cgroup, options.cpu});
  }
  pid_t pid() const { return child_.id(); }
  ~Child() {
    std::error_code ignored;
    if (!ends_within(kLeaveMs)) child_.terminate(ignored);
    if (child_.valid()) child_.wait(ignored);
  }

 private:
  bool ends_within(int timeout_ms) {
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child_.id(), 0)));
    pollfd end{pidfd.get(), POLLIN, 0};
    return pidfd && ::poll(&end, 1, timeout_ms) == 1;
  }

  bp::child child_;
};

RunnerProcess::RunnerProcess() = default;

RunnerProcess::~RunnerProcess() { control_.reset(); }  // then the child, which sees it and leaves

Result<std::unique_ptr<RunnerProcess>> RunnerProcess::start(const SandboxOptions& options,
                                                            Backend backend, Warmth warmth,
                                                            int cgroup) {
  if (::access(options.runner.c_str(), X_OK) != 0)
    return system_error("there is no runner at " + options.runner, errno,
                        "assay-runner is built and installed beside assay.");
  auto pair = wire::make_pair();
  if (!pair) return system_error("making a socket pair", errno);
  std::unique_ptr<RunnerProcess> runner(new RunnerProcess());
  runner->control_ = std::move(pair->first);
  try {
    runner->child_ = std::make_unique<Child>(options, backend, warmth, pair->second.get(), cgroup);
  } catch (const bp::process_error& error) {
    return environment_error("starting " + options.runner + ": " + error.what());
  }
  pair->second.reset();  // so that the runner's end shows as the end of the socket
  ASSAY_CHECK(runner->greet());
  return runner;
}

Result<uid_t> RunnerProcess::user() const {
  struct stat about {};
  if (::stat(("/proc/" + std::to_string(child_->pid())).c_str(), &about) != 0)
    return system_error("looking up the user of assay-runner", errno);
  return about.st_uid;
}

Status RunnerProcess::greet() {
  pollfd ready{control_.get(), POLLIN, 0};
  int count = 0;
  do {
    count = ::poll(&ready, 1, kWarmUpMs);
  } while (count < 0 && errno == EINTR);
  if (count != 1) return environment_error("assay-runner did not get warm within a minute");
  wire::Message message;
  if (wire::receive(control_.get(), message, /*wait=*/true) != wire::Receive::kMessage)
    return environment_error("assay-runner ended while it started",
                             "What it wrote to stderr says why.");
  if (message.type == static_cast<std::uint8_t>(protocol::MessageType::kFailed))
    return read_failure(message.payload);
  ASSAY_TRY(const Json hello, parse_json(message.payload, "assay-runner's greeting"));
  tool_.version = ASSAY_VERSION;
  tool_.python = hello.value("python", "");
  tool_.packages = hello.value("packages", tool_.packages);
  ASSAY_TRY(layers_, read_json<std::vector<model::Layer>>(hello.value("layers", Json::array()),
                                                          "assay-runner's greeting"));
  return success();
}

Error read_failure(const std::string& payload) {
  const auto document = parse_json(payload, "assay-runner's last words");
  if (!document.ok() || !document->is_object())
    return environment_error("the box could not be made");
  return environment_error(document->value("message", "the box could not be made"),
                           document->value("hint", ""));
}

}  // namespace assay::sandbox
