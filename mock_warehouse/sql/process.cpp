#include "mock_warehouse/sql/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/assert.h"
#include "harness/base/unique_fd.h"
#include "mock_warehouse/sql/frames.h"

namespace assay::warehouse::sql {
namespace {

/// The socket's number in the process.
constexpr int kSocketFd = 3;
constexpr int kSendSeconds = 30;
/// To leave by itself once its socket is closed.
constexpr int kLeaveMs = 2'000;
/// A query is asked again where the process ended, for that may have come from elsewhere: a host
/// without memory kills whom it likes.
constexpr int kTries = 2;
/// What such an end counts for as cpu time, so that their number is bounded.
constexpr std::int64_t kEndCostsMs = 2'000;

/// What became of a process.
struct Ended {
  bool out_of_cpu = false;
  std::int64_t cpu_ms = 0;  ///< of it and of what it waited for
};

std::int64_t milliseconds_of(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000 + time.tv_usec / 1'000;
}

/// A child process; the destructor ends and reaps it.
class Child {
 public:
  Child() = default;
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() { end(); }
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Child& operator=(Child&& other) noexcept {
    if (this != &other) {
      end();
      pid_ = std::exchange(other.pid_, 0);
    }
    return *this;
  }

  pid_t pid() const { return pid_; }

  /// Its socket is closed; where it does not leave by itself it is killed.
  Ended end() {
    if (pid_ <= 0) return {};
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd gone{pidfd.get(), POLLIN, 0};
    if (!pidfd || ::poll(&gone, 1, kLeaveMs) != 1) ::kill(pid_, SIGKILL);
    int status = 0;
    rusage used{};
    while (::wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return {WIFEXITED(status) && WEXITSTATUS(status) == kExitOutOfCpu,
            milliseconds_of(used.ru_utime) + milliseconds_of(used.ru_stime)};
  }

 private:
  pid_t pid_ = 0;
};

struct Started {
  UniqueFd socket;
  Child child;
};

Result<Started> start(const ProcessOptions& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return system_error("making a socket for assay-sql", errno);
  UniqueFd ours(ends[0]);
  // A process that does not read is none that could be waited for.
  const timeval patience{.tv_sec = kSendSeconds, .tv_usec = 0};
  if (::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
    return system_error("bounding the socket of assay-sql", errno);
  // Above the number that it is to have: a descriptor that is copied onto itself stays
  // close-on-exec (posix_spawn_file_actions_adddup2(3) of glibc before 2.29).
  const UniqueFd theirs(::fcntl(ends[1], F_DUPFD_CLOEXEC, kSocketFd + 1));
  ::close(ends[1]);
  if (!theirs) return system_error("making a socket for assay-sql", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  // What is in the box has no business on a terminal.
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    if (options.box) ::posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), kSocketFd);
  std::string name = "assay-sql";
  std::string mode = options.box ? "--box" : "--plain";
  char* const arguments[] = {name.data(), mode.data(), nullptr};
  char* const environment[] = {nullptr};
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, options.program.c_str(), &actions, nullptr, arguments, environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return system_error("starting " + options.program, error,
                        "assay-sql is built and installed beside assay.");
  return Started{std::move(ours), Child(pid)};
}

QueryOutcome refused(const std::string& why) {
  return QueryError{"resourcesExceeded", "Query exceeded resource limits: " + why};
}

/// Cpu time that a process and its children that run have had by now; 0 where the kernel does not
/// tell. A boxed engine is the child of the process that was started.
std::int64_t cpu_ms_now(pid_t pid) {
  const std::string text = std::to_string(pid);
  std::ifstream children("/proc/" + text + "/task/" + text + "/children");
  std::int64_t sum = 0;
  for (pid_t each = pid; each > 0;) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(each, &clock) == 0 && ::clock_gettime(clock, &used) == 0)
      sum += std::int64_t{used.tv_sec} * 1'000 + used.tv_nsec / 1'000'000;
    if (!(children >> each)) break;
  }
  return sum;
}

class ProcessEngine final : public Engine {
 public:
  ProcessEngine(ProcessOptions options, Json world)
      : options_(std::move(options)), world_(std::move(world)), budget_(*options_.budget) {}
  ProcessEngine(const ProcessEngine&) = delete;
  ProcessEngine& operator=(const ProcessEngine&) = delete;
  /// It leaves by itself once its socket is closed, so that goes first.
  ~ProcessEngine() override { stop(); }

  Result<QueryOutcome> run(const Query& query) override {
    for (int tries = 0; tries < kTries; ++tries) {
      if (budget_.cpu_ms <= 0)
        return refused("the queries of this project have used up the CPU time that they may have.");
      if (!started_.socket) {
        const Status begun = start_over_world();
        if (!begun.ok() && waited_in_vain()) continue;
        ASSAY_CHECK(begun);
      }
      ASSAY_TRY(auto outcome, ask(query));
      if (outcome) return *std::move(outcome);
      if (charge(stop())) return refused("the query uses more CPU time than it may have.");
    }
    return refused("the query could not be carried to its end.");
  }

 private:
  Status start_over_world() {
    ASSAY_TRY(started_, start(options_));
    reported_cpu_ms_ = 0;
    const Status sent = send_message(started_.socket.get(), {{"world", world_}});
    // A process that failed closes its socket, having said why.
    const auto message = receive();
    if (message.ok() && *message && (*message)->contains("ready")) return success();
    note_cpu_time();
    stop();
    if (!message.ok()) return message.error();
    if (*message && (*message)->contains("failure"))
      return environment_error("assay-sql: " + text_at(**message, "failure"),
                               text_at(**message, "hint"));
    ASSAY_CHECK(sent);
    return environment_error("assay-sql ended before it was ready, or hangs");
  }

  /// Nothing where it ended without an answer that can be read.
  Result<std::optional<QueryOutcome>> ask(const Query& query) {
    const std::optional<QueryOutcome> none;
    if (!send_message(started_.socket.get(),
                      {{"query", to_json(query)}, {"cpu_ms", budget_.cpu_ms}})
             .ok())
      return none;
    const auto message = receive();
    if (budget_.wall_ms <= 0 && !(message.ok() && *message)) {
      note_cpu_time();
      stop();
      if (waited_in_vain())
        return std::optional<QueryOutcome>(refused("the query uses more time than it may have."));
      return environment_error("assay-sql was waited for for too long",
                               "This machine is too busy; run fewer jobs.");
    }
    if (!message.ok() || !*message || !(*message)->contains("outcome")) return none;
    const Json* used = find_in(**message, "/cpu_ms");
    auto outcome = outcome_from((*message)->at("outcome"));
    if (!outcome.ok() || used == nullptr || !used->is_number_integer()) return none;
    const auto cpu_ms = std::max<std::int64_t>(used->get<std::int64_t>(), 0);
    reported_cpu_ms_ += cpu_ms;
    budget_.cpu_ms -= cpu_ms;
    budget_.plenty_ms -= cpu_ms;
    return std::optional(std::move(outcome).value());
  }

  /// Of an engine that is about to be ended, what it had beside what it reported.
  void note_cpu_time() {
    budget_.plenty_ms -=
        std::max<std::int64_t>(cpu_ms_now(started_.child.pid()) - reported_cpu_ms_, 0);
  }

  /// Whether no engine is waited for any more, for they have had plenty.
  bool waited_in_vain() {
    if (budget_.wall_ms > 0 || budget_.plenty_ms > 0) return false;
    budget_.cpu_ms = 0;
    return true;
  }

  Result<std::optional<Json>> receive() {
    const auto began = std::chrono::steady_clock::now();
    auto message = receive_message(started_.socket.get(),
                                   static_cast<int>(std::max<std::int64_t>(budget_.wall_ms, 0)));
    const auto waited = std::chrono::steady_clock::now() - began;
    budget_.wall_ms -= std::chrono::ceil<std::chrono::milliseconds>(waited).count();
    return message;
  }

  Ended stop() {
    started_.socket.reset();
    return started_.child.end();
  }

  /// For one that ended by a query. True where that was for its cpu time.
  bool charge(const Ended& ended) {
    if (ended.out_of_cpu) budget_.cpu_ms = 0;
    const auto had = std::max<std::int64_t>(ended.cpu_ms - reported_cpu_ms_, 0);
    budget_.cpu_ms -= kEndCostsMs + had;
    budget_.plenty_ms -= had;
    return ended.out_of_cpu;
  }

  static std::string text_at(const Json& message, const char* key) {
    const Json value = message.contains(key) ? message.at(key) : Json();
    return value.is_string() ? value.get<std::string>() : std::string();
  }

  const ProcessOptions options_;
  const Json world_;
  EngineBudget& budget_;
  Started started_;
  std::int64_t reported_cpu_ms_ = 0;  ///< of the process that runs
};

}  // namespace

std::unique_ptr<Engine> make_process_engine(ProcessOptions options, Json world) {
  ASSAY_ASSERT(options.budget != nullptr, "an engine without a budget");
  return std::make_unique<ProcessEngine>(std::move(options), std::move(world));
}

}  // namespace assay::warehouse::sql
