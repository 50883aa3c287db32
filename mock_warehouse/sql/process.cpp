#include "mock_warehouse/sql/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/unique_fd.h"
#include "mock_warehouse/sql/frames.h"

namespace assay::warehouse::sql {
namespace {

/// The socket's number in the process.
constexpr int kSocketFd = 3;
/// What ended one engine may have been the host; what ended two is the query.
constexpr int kTries = 2;
/// To leave by itself once its socket is closed.
constexpr int kLeaveMs = 2'000;

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

 private:
  void end() {
    if (pid_ <= 0) return;
    const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd gone{pidfd.get(), POLLIN, 0};
    if (!pidfd || ::poll(&gone, 1, kLeaveMs) != 1) ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
  }

  pid_t pid_ = 0;
};

/// The child leaves by itself once the socket is closed, so the socket goes first.
struct Started {
  Child child;
  UniqueFd socket;
};

Result<Started> start(const ProcessOptions& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return system_error("making a socket for assay-sql", errno);
  UniqueFd ours(ends[0]);
  // Above the number that it is to have: a descriptor that is copied onto itself stays
  // close-on-exec (posix_spawn_file_actions_adddup2(3) of glibc before 2.29).
  const UniqueFd theirs(::fcntl(ends[1], F_DUPFD_CLOEXEC, kSocketFd + 1));
  ::close(ends[1]);
  if (!theirs) return system_error("making a socket for assay-sql", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
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
  return Started{Child(pid), std::move(ours)};
}

class ProcessEngine final : public Engine {
 public:
  ProcessEngine(ProcessOptions options, Json world)
      : options_(std::move(options)), world_(std::move(world)) {}

  Result<QueryOutcome> run(const Query& query) override {
    for (int i = 0; i < kTries && !gave_up_; ++i) {
      if (!started_.socket) ASSAY_CHECK(make_ready());
      auto outcome = ask(query);
      if (outcome.ok() && *outcome) return **std::move(outcome);
      leave();
      if (!outcome.ok()) return std::move(outcome).error();
    }
    gave_up_ = true;
    return QueryOutcome(QueryError{
        "resourcesExceeded", "Resources exceeded during query execution: the query was ended."});
  }

 private:
  /// What goes wrong before a first query is none's doing.
  Status make_ready() {
    ASSAY_TRY(started_, start(options_));
    // A process that failed closes its socket, having said why.
    const Status sent = send_message(started_.socket.get(), {{"world", world_}});
    auto said = receive(kAnswerMs);
    if (said.ok() && *said && (*said)->contains("ready")) return success();
    leave();
    if (!said.ok()) return std::move(said).error();
    ASSAY_CHECK(sent);
    return environment_error("assay-sql ended before it was ready, or hangs");
  }

  /// Nothing where the process ended or did not answer in time.
  Result<std::optional<QueryOutcome>> ask(const Query& query) {
    // Whether it was sent shows in the answer.
    (void)send_message(started_.socket.get(), {{"query", to_json(query)}});
    ASSAY_TRY(const std::optional<Json> message, receive(kAnswerMs));
    if (!message) return std::optional<QueryOutcome>();
    ASSAY_TRY(QueryOutcome outcome, outcome_from(message->value("outcome", Json::object())));
    return std::optional(std::move(outcome));
  }

  Result<std::optional<Json>> receive(int timeout_ms) {
    ASSAY_TRY(std::optional<Json> message, receive_message(started_.socket.get(), timeout_ms));
    if (message && message->contains("failure"))
      return environment_error("assay-sql: " + message->value("failure", ""),
                               message->value("hint", ""));
    return message;
  }

  /// The next query starts another.
  void leave() {
    started_.socket = {};
    started_ = {};
  }

  const ProcessOptions options_;
  const Json world_;
  Started started_;
  bool gave_up_ = false;
};

}  // namespace

std::unique_ptr<Engine> make_process_engine(const ProcessOptions& options, Json world) {
  return std::make_unique<ProcessEngine>(options, std::move(world));
}

}  // namespace assay::warehouse::sql
