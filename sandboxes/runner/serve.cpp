#include "sandboxes/runner/serve.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <vector>

#include "harness/model/json.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/runner/candidate.h"
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
  Spawned process;
};

class Server {
 public:
  Server(UniqueFd control, Isolation isolation)
      : control_(std::move(control)), isolation_(isolation) {}

  Status warm_up(Image image) {
    std::vector<model::Layer> layers;
    if (isolation_ == Isolation::kBox) {
      ASSAY_TRY(layers, box::prepare_layers(shared_));
    }
    // Libraries look for a home even where they keep nothing there; the user of a plain runner need not
    // be in the host's passwd. Jobs bring their own environment.
    ::setenv("HOME", "/", /*overwrite=*/1);
    ::unsetenv("LD_BIND_NOW");  // the loader has read it
    warm_python(image);
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
      for (const LiveBox& live : boxes_) fds.push_back({live.process.pidfd.get(), POLLIN, 0});
      if (::poll(fds.data(), fds.size(), -1) < 0) {
        if (errno == EINTR) continue;
        return system_error("poll", errno);
      }
      // From the back, since a box that is gone leaves the list.
      for (std::size_t i = boxes_.size(); i-- > 0;) {
        if (fds[i + 1].revents != 0) bury(i);
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
    ASSAY_ASSERT(message.descriptors.size() == 3, "a box needs three descriptors");
    ASSAY_ASSERT(boxes_.size() < kMaxBoxes, "too many boxes at a time");
    wire::Reader reader(message.payload);
    LiveBox live;
    live.id = reader.u32();
    box::Box box;
    box.spec.memory = reader.i64();
    box.spec.processes = reader.i64();
    box.spec.scratch = reader.i64();
    box.spec.scratch_inodes = reader.i64();
    box.spec.cpu_ms = reader.i64();
    const std::string folder = reader.rest();
    ASSAY_ASSERT(reader.ok(), "an order is too short");
    box.shared = &shared_;
    box.channel = std::move(message.descriptors[0]);
    box.out = std::move(message.descriptors[1]);
    box.err = std::move(message.descriptors[2]);
    auto spawned = isolation_ == Isolation::kBox ? spawn_box(std::move(box))
                                                 : spawn_plain(std::move(box), folder);
    if (!spawned.ok()) {
      fail(control_.get(), spawned.error());
      return false;
    }
    live.process = std::move(*spawned);
    const int pidfd = live.process.pidfd.get();
    wire::send(control_.get(), MessageType::kBoxBorn,
               wire::Writer().u32(live.id).i32(live.process.pid).bytes(), {&pidfd, 1});
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

  void bury(std::size_t index) {
    LiveBox live = std::move(boxes_[index]);
    boxes_.erase(boxes_.begin() + static_cast<std::ptrdiff_t>(index));
    int init_status = 0;
    rusage used{};
    while (::wait4(live.process.pid, &init_status, 0, &used) < 0 && errno == EINTR) {
    }
    std::int32_t status = init_status;
    if (isolation_ == Isolation::kBox) {
      if (::read(live.process.status.get(), &status, sizeof status) != sizeof status) status = -1;
    } else {
      ::kill(-live.process.pid, SIGKILL);  // what is left of its session; a box needs no such care
    }
    const auto micros = [](const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; };
    wire::send(control_.get(), MessageType::kBoxGone,
               wire::Writer()
                   .u32(live.id)
                   .i32(status)
                   .i32(init_status)
                   .i64(micros(used.ru_utime))
                   .i64(micros(used.ru_stime))
                   .i64(used.ru_maxrss)
                   .bytes());
  }

  UniqueFd control_;
  Isolation isolation_;
  box::Shared shared_;
  std::vector<LiveBox> boxes_;
};

}  // namespace

int serve(UniqueFd control, Isolation isolation, Image image) {
  const int socket = control.get();
  Server server(std::move(control), isolation);
  if (auto warm = server.warm_up(image); !warm.ok()) return fail(socket, warm.error());
  if (auto served = server.run(); !served.ok()) return fail(socket, served.error());
  // No Py_Finalize: nothing here is worth tidying, and pid 1 takes its boxes along.
  ::_exit(EXIT_SUCCESS);
}

}  // namespace assay::sandbox::runner
