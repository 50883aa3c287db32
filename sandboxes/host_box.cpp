#include "sandboxes/host_box.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sandboxes/process_tree.h"
#include "sandboxes/wire.h"

namespace assay::sandbox {
namespace {

using namespace std::chrono_literals;
using protocol::MessageType;
using std::chrono::steady_clock;

/// To make a box, on a slow and busy machine. Nothing of the candidate's runs by then.
constexpr auto kBirthPatience = 20s;
constexpr auto kDeathPatience = 10s;

/// The pid of a pidfd in this process's own namespace: pidfd_open(2), "fdinfo".
int pid_of(int pidfd) {
  std::ifstream file("/proc/self/fdinfo/" + std::to_string(pidfd));
  std::string key;
  for (int value = 0; file >> key;) {
    if (key == "Pid:" && file >> value) return value;
    file.ignore(256, '\n');
  }
  return 0;
}

/// steady_clock is CLOCK_MONOTONIC, in libstdc++ and libc++ on Linux.
SteadyTime time_of(std::int64_t monotonic_ns) {
  return SteadyTime(std::chrono::nanoseconds(monotonic_ns));
}

/// The processes that all others of a box are below. Orphans are init's children; a plain box has
/// no init but the candidate.
std::vector<int> roots_of(const HostBox& box) {
  const int init_pid = pid_of(box.pidfd.get());
  if (init_pid == box.candidate_pid) return {box.candidate_pid};
  return {box.candidate_pid, init_pid};
}

bool is(const wire::Message& message, MessageType type) {
  return message.type == static_cast<std::uint8_t>(type);
}

}  // namespace

Result<WorkFolder> WorkFolder::make() {
  WorkFolder folder;
  std::string pattern = (std::filesystem::temp_directory_path() / "assay-work-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return system_error("making " + pattern, errno);
  folder.path_ = pattern;
  return folder;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

void HostBox::kill() {
  if (pidfd) ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

std::chrono::nanoseconds HostBox::cpu_used() const {
  if (cgroup) {
    if (const auto used = cgroup->cpu_used()) return *used;
  }
  return ProcessTree(roots_of(*this)).cpu_usage();
}

std::chrono::nanoseconds HostBox::waited_for_cpu() const {
  return ProcessTree(roots_of(*this)).waiting_for_cpu();
}

std::optional<MemoryOverrun> HostBox::memory_overrun(std::int64_t bytes) const {
  if (cgroup) {
    if (cgroup->ran_out_of_memory()) return MemoryOverrun{kNoMoreMemory};
    return std::nullopt;
  }
  const ProcessTree tree(roots_of(*this));
  if (tree.resident_memory() <= bytes) return std::nullopt;
  // The image's pages are the runner's, whom a cgroup charges with them; it has at least one share.
  const std::int64_t of_image = image_bytes * tree.size() / (tree.size() + 1);
  const std::int64_t memory = tree.shared_out_memory() - of_image;
  if (memory <= bytes) return std::nullopt;
  return MemoryOverrun{"its processes have more together", memory};
}

bool HostBox::all_asleep() const { return ProcessTree(roots_of(*this)).all_asleep(); }

Result<std::unique_ptr<RunnerLine>> RunnerLine::open(const SandboxOptions& options, Backend backend,
                                                     Warmth warmth) {
  std::unique_ptr<RunnerLine> line(new RunnerLine());
  model::Layer cgroup;
  if (backend == Backend::kBox) {
    cgroup = box::probe_cgroup();
    if (cgroup.state == "on") line->cgroups_ = box::Cgroups::open();
  }
  const int entrance = line->cgroups_ ? line->cgroups_->entrance() : -1;
  ASSAY_TRY(line->runner_, RunnerProcess::start(options, backend, warmth, entrance));
  line->backend_ = backend;
  line->layers_ = line->runner_->layers();
  if (line->cgroups_) {
    ASSAY_TRY(const uid_t user, line->runner_->user());
    ASSAY_CHECK(line->cgroups_->admit(user));
  }
  if (backend == Backend::kBox) line->layers_.push_back(std::move(cgroup));
  return line;
}

RunnerLine::~RunnerLine() = default;

Result<std::unique_ptr<box::Cgroup>> RunnerLine::take_cgroup(const box::BoxSpec& spec) {
  std::unique_ptr<box::Cgroup> cgroup;
  if (!cgroups_) return cgroup;
  if (idle_cgroups_.empty()) {
    ASSAY_TRY(cgroup, cgroups_->make());
  } else {
    cgroup = std::move(idle_cgroups_.back());
    idle_cgroups_.pop_back();
  }
  ASSAY_CHECK(cgroup->prepare(spec.memory, spec.processes));
  return cgroup;
}

Result<std::unique_ptr<HostBox>> RunnerLine::order(const box::BoxSpec& spec) {
  auto box = std::make_unique<HostBox>();
  box->id = ++last_id_;
  box->spec = spec;
  box->times.asked = steady_clock::now();
  if (backend_ == Backend::kProcess) {
    ASSAY_TRY(box->folder, WorkFolder::make());
  }
  ASSAY_TRY(box->cgroup, take_cgroup(spec));
  auto pair = wire::make_pair();
  int out[2], err[2];
  if (!pair || ::pipe2(out, O_CLOEXEC) != 0) return system_error("making a pipe", errno);
  box->out.reset(out[0]);
  UniqueFd out_end(out[1]);
  if (::pipe2(err, O_CLOEXEC) != 0) return system_error("making a pipe", errno);
  box->err.reset(err[0]);
  UniqueFd err_end(err[1]);
  box->channel = std::move(pair->first);
  std::vector<int> ends = {pair->second.get(), out_end.get(), err_end.get()};
  if (box->cgroup && box->cgroup->folder() >= 0) ends.push_back(box->cgroup->folder());
  wire::Writer order;
  order.u32(box->id);
  box::write_spec(order, spec);
  order.text(box->folder.path());
  if (wire::send(control(), MessageType::kNewBox, order.bytes(), ends) != wire::Send::kSent) {
    broken_ = true;
    return environment_error("assay-runner is gone");
  }
  boxes_[box->id] = box.get();
  return box;
}

Status RunnerLine::born(HostBox& box, UniqueFd init, const UniqueFd& candidate, bool in_cgroup) {
  box.pidfd = std::move(init);
  box.candidate_pid = pid_of(candidate.get());
  // Init stays outside: it is ours, does nothing, and must not end for what the candidate used up.
  if (box.cgroup && !in_cgroup) {
    const auto start = steady_clock::now();
    ASSAY_CHECK(box.cgroup->add(box.candidate_pid));
    box.moving = steady_clock::now() - start;
  }
  // A box that failed to be built is not there to hear it; await_ready finds out why.
  wire::send(box.channel.get(), MessageType::kPlaced, {});
  return success();
}

bool RunnerLine::take_message() {
  wire::Message message;
  if (broken_) return false;
  if (wire::receive(control(), message, /*wait=*/true) != wire::Receive::kMessage) {
    broken_ = true;
    why_broken_ = "assay-runner ended";
    return false;
  }
  if (is(message, MessageType::kFailed)) {
    broken_ = true;
    why_broken_ = read_failure(message.payload).to_string();
    return false;
  }
  wire::Reader reader(message.payload);
  const auto found = boxes_.find(reader.u32());
  if (is(message, MessageType::kBoxBorn)) {
    if (found == boxes_.end() || message.descriptors.size() != 2) return true;
    found->second->times.born = time_of(reader.i64());
    const bool in_cgroup = reader.u8() != 0;
    if (auto done = born(*found->second, std::move(message.descriptors[0]), message.descriptors[1],
                         in_cgroup);
        !done.ok()) {
      broken_ = true;
      why_broken_ = done.error().to_string();
    }
    return !broken_;
  }
  ASSAY_ASSERT(is(message, MessageType::kBoxGone), "assay-runner sent an unknown message");
  if (found == boxes_.end()) return true;
  BoxEnd end;
  end.candidate_status = reader.i32();
  end.init_status = reader.i32();
  end.user_us = reader.i64();
  end.system_us = reader.i64();
  end.peak_resident_kib = reader.i64();
  if (const std::int64_t written = reader.i64(); written >= 0) end.written_bytes = written;
  ASSAY_ASSERT(reader.ok(), "assay-runner sent a message that is too short");
  found->second->end = end;
  return true;
}

bool RunnerLine::wait_readable(int fd, SteadyTime until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
  if (broken_ || left.count() <= 0) return false;
  pollfd fds[] = {{control(), POLLIN, 0}, {fd, POLLIN, 0}};  // poll(2) leaves out an fd of -1
  const int count = ::poll(fds, 2, static_cast<int>(left.count()));
  if (count > 0 && fds[0].revents != 0) take_message();
  return count > 0 && fds[1].revents != 0;
}

Result<UniqueFd> RunnerLine::await_ready(HostBox& box) {
  const auto until = steady_clock::now() + kBirthPatience;
  UniqueFd listener;
  for (;;) {
    if (!wait_readable(box.channel.get(), until)) {
      if (broken_) return environment_error(why_broken_);
      if (steady_clock::now() >= until) return environment_error("a box was not ready in time");
      continue;
    }
    wire::Message message;
    if (wire::receive(box.channel.get(), message, /*wait=*/true) != wire::Receive::kMessage)
      return environment_error("a box ended before it was ready");
    if (is(message, MessageType::kFailed)) return read_failure(message.payload);
    const std::size_t expected = backend_ == Backend::kBox ? 3 : 1;
    if (is(message, MessageType::kListener) && message.descriptors.size() == expected) {
      listener = std::move(message.descriptors[0]);
      if (expected == 3)
        box.network = NetworkControl{.filler = std::move(message.descriptors[1]),
                                     .counters = std::move(message.descriptors[2])};
      box.times.listening = time_of(wire::Reader(message.payload).i64());
    } else if (is(message, MessageType::kReady) && listener) {
      box.times.ready = time_of(wire::Reader(message.payload).i64());
      if (!box.cgroup) box.image_bytes = resident_memory_of(box.candidate_pid);
      return listener;
    } else {
      return environment_error("a box was not built as expected");
    }
  }
}

bool RunnerLine::await_end(HostBox& box, std::chrono::milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  while (!box.end && !broken_ && steady_clock::now() < until) wait_readable(-1, until);
  return box.end.has_value();
}

void RunnerLine::discard(std::unique_ptr<HostBox> box) {
  if (!box) return;
  if (!box->end && !broken_) {
    const auto until = steady_clock::now() + kDeathPatience;
    while (!box->pidfd && !broken_ && steady_clock::now() < until) wait_readable(-1, until);
    box->kill();
    if (!await_end(*box, kDeathPatience)) broken_ = true;
  }
  boxes_.erase(box->id);
  if (box->cgroup) idle_cgroups_.push_back(std::move(box->cgroup));
}

}  // namespace assay::sandbox
