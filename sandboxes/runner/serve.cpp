#include "sandboxes/runner/serve.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/io_account.h"
#include "sandboxes/runner/report.h"
#include "sandboxes/runner/spawn.h"
#include "sandboxes/wire.h"

namespace assay::sandbox::runner {
namespace {

using protocol::MessageType;

/// More than a worker ever has at a time: one that runs, one prepared ahead, one on its way out.
constexpr std::size_t kMaxBoxes = 8;

struct LiveBox {
  std::uint32_t id = 0;
  Spawned processes;
  std::int32_t candidate_status = -1;  ///< as of wait(2), once it is gone
  std::int32_t init_status = 0;
  rusage used{};  ///< of what was reaped so far
  std::optional<std::int64_t> written = 0;
};

void add(rusage& sum, const rusage& more) {
  timeradd(&sum.ru_utime, &more.ru_utime, &sum.ru_utime);
  timeradd(&sum.ru_stime, &more.ru_stime, &sum.ru_stime);
  sum.ru_maxrss = std::max(sum.ru_maxrss, more.ru_maxrss);
}

/// True as well where it cannot be told.
bool has_children(pid_t pid) {
  const std::string id = std::to_string(pid);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  int child = 0;
  return !file.is_open() || static_cast<bool>(file >> child);
}

class Server {
 public:
  Server(UniqueFd control, Isolation isolation)
      : control_(std::move(control)), isolation_(isolation) {}

  Status warm_up(Warmth warmth) {
    std::vector<model::Layer> layers;
    if (isolation_ == Isolation::kBox) {
      ASSAY_TRY(layers, box::prepare_layers(shared_));
      ASSAY_TRY(spawner_, Spawner::start(shared_));
    }
    // Libraries look for a home even where they keep nothing there; the user of a plain runner need
    // not be in the host's passwd. Jobs bring their own environment.
    ::setenv("HOME", "/", /*overwrite=*/1);
    ::unsetenv("LD_BIND_NOW");  // the loader has read it
    warm_python(warmth);
    Json hello = describe_python();
    hello["layers"] = layers;
    if (wire::send(control_.get(), MessageType::kHello, dump_json(hello)) != wire::Send::kSent)
      return environment_error("the worker is gone");
    return success();
  }

  /// Until the worker hangs up. What still lives then ends with this process, pid 1 of its
  /// namespace.
  Status run() {
    for (;;) {
      std::vector<pollfd> fds = {{control_.get(), POLLIN, 0}};
      for (const LiveBox& live : boxes_) {  // poll(2) leaves out an fd of -1
        fds.push_back({live.processes.candidate.pidfd.get(), POLLIN, 0});
        fds.push_back({live.processes.init.pidfd.get(), POLLIN, 0});
      }
      if (::poll(fds.data(), fds.size(), -1) < 0) {
        if (errno == EINTR) continue;
        return system_error("poll", errno);
      }
      // From the back, since a box that is gone leaves the list.
      for (std::size_t i = boxes_.size(); i-- > 0;) {
        if (fds[2 * i + 1].revents != 0) bury_candidate(boxes_[i]);
        if (fds[2 * i + 2].revents != 0) bury_init(boxes_[i]);
        if (!boxes_[i].processes.candidate.pidfd && !boxes_[i].processes.init.pidfd) tell_end_of(i);
      }
      if (fds[0].revents != 0 && !take_order()) return success();
    }
  }

 private:
  bool take_order() {
    wire::Message message;
    if (wire::receive(control_.get(), message, /*wait=*/true) != wire::Receive::kMessage)
      return false;
    if (message.type == static_cast<std::uint8_t>(MessageType::kBareFork)) return bare_fork();
    ASSAY_ASSERT(message.type == static_cast<std::uint8_t>(MessageType::kNewBox),
                 "the worker sent an unknown order");
    const std::size_t descriptors = message.descriptors.size();
    ASSAY_ASSERT(descriptors == 3 || descriptors == 4, "a box needs three descriptors, or four");
    ASSAY_ASSERT(boxes_.size() < kMaxBoxes, "too many boxes at a time");
    wire::Reader reader(message.payload);
    LiveBox live;
    live.id = reader.u32();
    box::Box box;
    box.spec = box::read_spec(reader);
    const std::string folder = reader.rest();
    ASSAY_ASSERT(reader.ok(), "an order is too short");
    box.shared = &shared_;
    box.channel = std::move(message.descriptors[0]);
    box.out = std::move(message.descriptors[1]);
    box.err = std::move(message.descriptors[2]);
    if (descriptors == 4) box.cgroup = std::move(message.descriptors[3]);
    auto spawned = isolation_ == Isolation::kBox ? spawner_->spawn(std::move(box))
                                                 : spawn_plain(std::move(box), folder);
    if (!spawned.ok()) {
      fail(control_.get(), spawned.error());
      return false;
    }
    live.processes = std::move(*spawned);
    const int candidate = live.processes.candidate.pidfd.get();
    const int init = live.processes.init.pidfd ? live.processes.init.pidfd.get() : candidate;
    wire::send(control_.get(), MessageType::kBoxBorn,
               wire::Writer()
                   .u32(live.id)
                   .i64(monotonic_ns())
                   .u8(live.processes.born_in_cgroup ? 1 : 0)
                   .bytes(),
               std::array{init, candidate});
    boxes_.push_back(std::move(live));
    return true;
  }

  bool bare_fork() {
    auto cloned = box::clone_into_namespaces();
    if (!cloned.ok()) {
      fail(control_.get(), cloned.error());
      return false;
    }
    if (cloned->pid == 0) ::_exit(EXIT_SUCCESS);
    while (::waitpid(cloned->pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return wire::send(control_.get(), MessageType::kBareFork, {}) == wire::Send::kSent;
  }

  /// Takes a process that has ended out of the table, and its use of the machine into account. What
  /// it wrote is what this process has more of by having waited for it.
  std::int32_t reap(Process& process, LiveBox& live) const {
    int status = 0;
    rusage used{};
    const auto before = io_.written();
    while (::wait4(process.pid, &status, 0, &used) < 0 && errno == EINTR) {
    }
    const auto after = io_.written();
    process.pidfd.reset();
    add(live.used, used);
    if (live.written && before && after) {
      *live.written += *after - *before;
    } else {
      live.written.reset();
    }
    return status;
  }

  /// What is left of a box ends with its candidate.
  void bury_candidate(LiveBox& live) {
    const pid_t pid = live.processes.candidate.pid;
    live.candidate_status = reap(live.processes.candidate, live);
    if (live.processes.init.pidfd) {
      const int signal = has_children(live.processes.init.pid) ? kEndAll : SIGKILL;
      ::syscall(SYS_pidfd_send_signal, live.processes.init.pidfd.get(), signal, nullptr, 0);
    } else {
      ::kill(-pid, SIGKILL);  // what is left of its session
      live.init_status = live.candidate_status;
    }
  }

  /// Init's end is the box's: the kernel has ended all others by then, the candidate first.
  void bury_init(LiveBox& live) { live.init_status = reap(live.processes.init, live); }

  void tell_end_of(std::size_t index) {
    const LiveBox live = std::move(boxes_[index]);
    boxes_.erase(boxes_.begin() + static_cast<std::ptrdiff_t>(index));
    const auto micros = [](const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; };
    wire::send(control_.get(), MessageType::kBoxGone,
               wire::Writer()
                   .u32(live.id)
                   .i32(live.candidate_status)
                   .i32(live.init_status)
                   .i64(micros(live.used.ru_utime))
                   .i64(micros(live.used.ru_stime))
                   .i64(live.used.ru_maxrss)
                   .i64(live.written.value_or(-1))
                   .bytes());
  }

  UniqueFd control_;
  Isolation isolation_;
  box::Shared shared_;
  std::optional<Spawner> spawner_;  ///< none for plain boxes
  std::vector<LiveBox> boxes_;
  IoAccount io_ = IoAccount::of_self();
};

}  // namespace

int serve(UniqueFd control, Isolation isolation, Warmth warmth) {
  const int socket = control.get();
  Server server(std::move(control), isolation);
  if (auto warm = server.warm_up(warmth); !warm.ok()) return fail(socket, warm.error());
  if (auto served = server.run(); !served.ok()) return fail(socket, served.error());
  // No Py_Finalize: nothing here is worth tidying, and pid 1 takes its boxes along.
  ::_exit(EXIT_SUCCESS);
}

}  // namespace assay::sandbox::runner
