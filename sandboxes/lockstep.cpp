#include "sandboxes/lockstep.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include "sandboxes/box/cgroup_limits.h"
#include "sandboxes/output.h"
#include "sandboxes/waits.h"
#include "sandboxes/wire.h"

namespace assay::sandbox {
namespace {

using namespace std::chrono_literals;
using model::OutcomeKind;
using protocol::kNever;
using protocol::MessageType;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// For a box that has sent its result to leave by itself, and for one that was killed to be gone.
constexpr auto kLeavePatience = 1'000ms;
constexpr auto kDeathPatience = 10'000ms;
/// What a result holds beside the value: frames, an exception.
constexpr std::size_t kMaxEnvelopeBytes = 1 << 20;
/// The cpu time of a box is looked at no more often than this.
constexpr auto kCpuCheck = 20ms;
/// A box that computes on a machine that is busy with others has so many times its wall limit.
constexpr int kMaxWalls = 8;
/// And its memory, where there is no cgroup: at a gigabyte a second, ten megabytes.
constexpr milliseconds kMemoryCheck{10};
/// A sleep of the worker's own.
constexpr std::chrono::nanoseconds kLongestWait = 60s;
/// Between two looks at who waits in front of a peer that keeps clients out, in real time.
constexpr auto kGateCheck = 2ms;
/// What is due by now, and waits for the box to read, is not tried all the time.
constexpr std::chrono::nanoseconds kLongestPause = 1ms;
constexpr std::chrono::nanoseconds kShortestPause = 100us;
/// Rounds of the peer between two looks at the output: a box that floods it must not keep us here.
/// A look at the clock is dear beside most rounds, hence the second number.
constexpr int kMaxPumps = 1'000;
constexpr int kPumpsPerLook = 16;
/// Reasons are words of the runner's, unless a candidate sent them.
constexpr std::size_t kMaxReason = 200;

class CaseLoop {
 public:
  CaseLoop(RunnerLine& line, HostBox& box, Peer& peer, const Job& job)
      : line_(line),
        box_(box),
        peer_(peer),
        job_(job),
        out_(std::move(box.out), job.limits.output_bytes),
        err_(std::move(box.err), job.limits.output_bytes),
        now_(job.now),
        end_of_time_(job.now + milliseconds(job.limits.virtual_ms)),
        waits_(job.now) {}

  CaseRecord run(const std::string& job_bytes) {
    record_.went = steady_clock::now();
    wall_end_ = record_.went + milliseconds(job_.limits.wall_ms);
    if (job_.real_time > 0) wall_end_ += milliseconds(job_.limits.virtual_ms) / job_.real_time;
    next_cpu_check_ = record_.went + time_to_cpu_limit(0ns);
    next_memory_check_ = record_.went + kMemoryCheck;
    send_job(job_bytes);
    record_.sent = steady_clock::now();
    while (stage_ == Stage::kRunning && !box_.end && !line_.broken()) step();
    // Its end can be known before its last words are read.
    while (stage_ == Stage::kRunning && box_.end && take_channel_message()) {
    }
    record_.finished = steady_clock::now();
    while (!box_.end && !line_.broken() && !gave_up_) leave();
    record_.gone = steady_clock::now();
    collect();
    return std::move(record_);
  }

 private:
  enum class Stage { kRunning, kLeaving, kKilled };

  // ---- ends

  void end(OutcomeKind kind, std::string detail) {
    if (stage_ == Stage::kKilled) return;
    record_.ended = model::Outcome{.kind = kind, .detail = std::move(detail)};
    stage_ = Stage::kKilled;
    // Before the kill: the ends of file that it causes are not the candidate's own timeouts.
    finish_peer();
    box_.kill();
    patience_end_ = steady_clock::now() + kDeathPatience;
  }

  void finish_peer() {
    if (!std::exchange(peer_finished_, true)) peer_.finish(now_);
  }

  void not_a_result() { end(OutcomeKind::kPolicy, "the box sent something that is not a result"); }

  // ---- the job

  void send_job(std::string_view bytes) {
    for (bool last = false; !last && stage_ == Stage::kRunning;) {
      const auto piece = bytes.substr(0, protocol::kMaxPiece);
      bytes.remove_prefix(piece.size());
      last = bytes.empty();
      const std::string payload = wire::Writer().u8(last ? 1 : 0).text(piece).bytes();
      while (stage_ == Stage::kRunning) {
        const auto sent = wire::send(box_.channel.get(), MessageType::kJob, payload, {}, false);
        if (sent == wire::Send::kSent) break;
        if (sent == wire::Send::kClosed) return;  // its end will be told
        pollfd writable{box_.channel.get(), POLLOUT, 0};
        ::poll(&writable, 1, static_cast<int>(kCpuCheck.count()));
        check_wall();
      }
    }
  }

  // ---- the loop

  void step() {
    fds_.clear();
    fds_.push_back({line_.control(), POLLIN, 0});
    fds_.push_back({box_.channel.get(), POLLIN, 0});
    fds_.push_back({out_.fd(), POLLIN, 0});
    fds_.push_back({err_.fd(), POLLIN, 0});
    if (real_time_) peer_.poll_fds(fds_);
    const timespec timeout = wait_at_most();
    const int count = ::ppoll(fds_.data(), fds_.size(), &timeout, nullptr);
    if (count < 0 && errno != EINTR) ASSAY_ASSERT(false, "poll failed");
    drain();
    if (count > 0 && fds_[1].revents != 0) take_channel_message();
    if (real_time_ && stage_ == Stage::kRunning) serve_in_real_time();
    if (count > 0 && fds_[0].revents != 0) line_.take_message();
    check_wall();
    check_cpu();
    check_memory();
  }

  timespec wait_at_most() const {
    SteadyTime until = std::min({wall_end(), next_cpu_check_, next_memory_check_});
    if (real_time_) {
      VirtualTime next = end_of_time_;
      if (const auto event = peer_.next_event()) next = std::min(next, *event);
      until = std::min(until, real_start_ + (next - real_start_clock_) / speed());
      // Who gave up waiting for a connection is told by no descriptor.
      if (peer_.shuts_out()) until = std::min(until, steady_clock::now() + kGateCheck);
    }
    const auto pause = std::max(kLongestPause / speed(), kShortestPause);
    const auto left =
        std::clamp<std::chrono::nanoseconds>(until - steady_clock::now(), pause, kLongestWait);
    return {.tv_sec = left / 1s, .tv_nsec = left % 1s / 1ns};
  }

  /// Of the clock in real time.
  int speed() const { return std::max(job_.real_time, 1); }

  /// True where there is more to be read at once.
  bool drain() {
    const bool more_out = out_.drain();
    const bool more_err = err_.drain();
    if (out_.over_limit() || err_.over_limit()) too_much_output();
    return more_out || more_err;
  }

  void too_much_output() {
    end(OutcomeKind::kOutput, std::string(out_.over_limit() ? "stdout" : "stderr") +
                                  " is longer than " + std::to_string(job_.limits.output_bytes) +
                                  " bytes");
  }

  SteadyTime wall_end() const { return wall_end_ + peer_.work_time(); }

  void check_wall() {
    if (stage_ != Stage::kRunning || steady_clock::now() < wall_end()) return;
    if (!real_time_ && sleeps_outside()) {
      record_.notes.push_back(
          std::string(kNoteOutsideVirtualTime) +
          ": it sleeps in a system call of its own, which its clock cannot end");
    } else if (!real_time_ && is_starved()) {
      wall_end_ += milliseconds(job_.limits.wall_ms);
      return;
    }
    end(OutcomeKind::kWallTime,
        "not done after " + std::to_string(job_.limits.wall_ms) + " ms of real time");
  }

  /// In lockstep, that it sleeps and asks for nothing: it waits by a call that is not interposed.
  /// No word of it can be on its way, for words of a process that sleeps have been sent.
  bool sleeps_outside() const {
    if (!box_.channel || !box_.all_asleep()) return false;
    pollfd word{box_.channel.get(), POLLIN, 0};
    return ::poll(&word, 1, 0) == 0;
  }

  /// In lockstep, that it computes, or would, and the host is too busy to give it the cpu time that
  /// it may have by now. Then that is the limit to end it, so that the same code ends in the same
  /// way on a busy machine.
  bool is_starved() {
    constexpr int kLeastShare = 20;  // of the time that passed; less is no computing
    constexpr int kMostWaits = 2;    // half of it: with what it had of a cpu, it was kept waiting
    const milliseconds wall(job_.limits.wall_ms);
    const auto used = box_.cpu_used(), used_before = std::exchange(cpu_at_wall_end_, used);
    const auto waited = box_.waited_for_cpu();
    const auto waited_since = waited - std::exchange(waited_at_wall_end_, waited);
    return ++walls_passed_ < kMaxWalls &&
           ((used - used_before) * kLeastShare > wall || waited_since * kMostWaits > wall);
  }

  /// How long the box can take to reach its cpu limit at the soonest.
  std::chrono::nanoseconds time_to_cpu_limit(std::chrono::nanoseconds used) const {
    static const auto kCores = std::max(1u, std::thread::hardware_concurrency());
    const std::chrono::nanoseconds left = milliseconds(job_.limits.cpu_ms) - used;
    return std::max<std::chrono::nanoseconds>(left / kCores, kCpuCheck);
  }

  void check_cpu() {
    const auto now = steady_clock::now();
    if (stage_ != Stage::kRunning || now < next_cpu_check_) return;
    const auto used = box_.cpu_used();
    if (used >= milliseconds(job_.limits.cpu_ms))
      return end(OutcomeKind::kCpuTime, out_of_cpu_time(job_.limits));
    next_cpu_check_ = now + time_to_cpu_limit(used);
  }

  /// Of the box as a whole: each of its processes has limits of its own, for which memory that is
  /// made read-only does not count, and a cgroup of version 1 spares some when the kernel ends one.
  void check_memory() {
    if (stage_ != Stage::kRunning || steady_clock::now() < next_memory_check_) return;
    const auto most = job_.limits.memory_bytes + box::kOverheadBytes;
    if (const auto overrun = box_.memory_overrun(most)) {
      record_.peak_memory_bytes = overrun->bytes;
      return end(OutcomeKind::kMemory, beyond_memory(job_.limits, overrun->how));
    }
    next_memory_check_ = steady_clock::now() + kMemoryCheck;
  }

  // ---- what the box says

  /// False where there was none, or is none any more.
  bool take_channel_message() {
    if (stage_ != Stage::kRunning || !box_.channel) return false;
    wire::Message message;
    switch (wire::receive(box_.channel.get(), message, /*wait=*/false)) {
      case wire::Receive::kNothingYet:
        return false;
      case wire::Receive::kClosed:
        box_.channel.reset();  // silence; init will say how it ended
        return false;
      case wire::Receive::kBroken:
        not_a_result();
        return false;
      case wire::Receive::kMessage:
        break;
    }
    // What it wrote before it said this belongs before it.
    while (drain() && stage_ == Stage::kRunning) {
    }
    if (stage_ == Stage::kRunning) act_on(message);
    return true;
  }

  void act_on(const wire::Message& message) {
    wire::Reader reader(message.payload);
    switch (static_cast<MessageType>(message.type)) {
      case MessageType::kResult:
        return take_result_piece(reader);
      case MessageType::kBlocked:
        return blocked(reader);
      case MessageType::kWaits:
        return waits(reader);
      case MessageType::kPhase:
        return phase(reader);
      case MessageType::kRealTime:
        return begin_real_time(reader);
      case MessageType::kOrderNotFixed:
        return order_not_fixed(reader);
      default:
        return not_a_result();
    }
  }

  void take_result_piece(wire::Reader& reader) {
    const bool last = reader.u8() != 0;
    if (!reader.ok()) return not_a_result();
    result_ += reader.rest();
    const auto limit = static_cast<std::size_t>(job_.limits.value_bytes) + kMaxEnvelopeBytes;
    if (result_.size() > limit) return not_a_result();
    if (!last) return;
    record_.result = std::move(result_);
    if (real_time_) now_ = std::min(real_now(), end_of_time_);
    stage_ = Stage::kLeaving;
    patience_end_ = steady_clock::now() + kLeavePatience;
  }

  /// The box's clock goes forwards only, by its own reads of it; beyond its limit it is over. False
  /// where that ended the case.
  bool accept_clock(wire::Reader& reader) {
    const VirtualTime theirs = virtual_time_from_ns(reader.i64());
    if (!reader.ok()) {
      not_a_result();
      return false;
    }
    if (!real_time_) now_ = std::max(now_, std::min(theirs, end_of_time_));
    if (theirs <= end_of_time_) return true;
    out_of_time();
    return false;
  }

  void out_of_time() {
    now_ = end_of_time_;
    end(OutcomeKind::kVirtualTime,
        "not done after " + std::to_string(job_.limits.virtual_ms) + " ms of virtual time");
  }

  void grant() {
    const auto sent = wire::send(box_.channel.get(), MessageType::kGrant,
                                 wire::Writer().i64(to_ns(now_)).bytes(), {}, /*wait=*/false);
    // It asks for grants and does not take them.
    if (sent == wire::Send::kFull) not_a_result();
  }

  bool pump() {
    int round = 0;
    while (round < kMaxPumps && peer_.pump(now_)) {
      if (++round % kPumpsPerLook == 0 && steady_clock::now() >= wall_end()) break;
    }
    return round > 0;
  }

  void blocked(wire::Reader& reader) {
    if (real_time_ && job_.real_time == 0) return not_a_result();
    if (!accept_clock(reader)) return;
    const std::int64_t deadline = reader.i64();
    if (!reader.ok()) return not_a_result();
    waits(reader);
    if (stage_ != Stage::kRunning) return;
    if (real_time_) {
      serve_in_real_time();
      if (stage_ == Stage::kRunning) grant();
      return;
    }
    for (;;) {
      if (pump()) return grant();
      auto event = peer_.next_event();
      // Due by now and not done: it waits for the box to read. No reason for the clock to stand
      // still.
      if (event && *event <= now_) event.reset();
      if (!event && deadline == kNever) {
        for_good_ = true;
        return end(OutcomeKind::kVirtualTime,
                   "all is blocked for good: nothing is on its way and nothing has a deadline");
      }
      const VirtualTime theirs = virtual_time_from_ns(deadline);
      const bool deadline_first = !event || theirs <= *event;
      const VirtualTime next = deadline_first ? theirs : *event;
      if (next > end_of_time_) return out_of_time();
      now_ = std::max(now_, next);
      if (!deadline_first) continue;
      pump();  // what is due at the same time is there when the box looks
      return grant();
    }
  }

  void waits(wire::Reader& reader) {
    if (!waits_.take(reader, end_of_time_)) not_a_result();
  }

  void phase(wire::Reader& reader) {
    if (std::exchange(in_call_, true)) return not_a_result();
    if (!accept_clock(reader)) return;
    pump();  // what was sent while importing belongs to the import
    peer_.enter_call();
    if (!real_time_ || job_.real_time > 0) grant();
  }

  void begin_real_time(wire::Reader& reader) {
    if (real_time_) return not_a_result();
    if (!accept_clock(reader)) return;
    note(kNoteRealTime, reader);
    pump();
    grant();
    waits_.close(now_);
    real_time_ = true;
    real_start_ = steady_clock::now();
    real_start_clock_ = now_;
  }

  void order_not_fixed(wire::Reader& reader) {
    if (std::exchange(told_order_, true)) return not_a_result();
    note(kNoteOrderNotFixed, reader);
  }

  void note(std::string_view what, wire::Reader& reader) {
    const std::string why = reader.rest().substr(0, kMaxReason);
    record_.notes.push_back(std::string(what) + ": " + to_valid_utf8(why));
  }

  // ---- real time

  VirtualTime real_now() const {
    return real_start_clock_ +
           std::chrono::duration_cast<Duration>(steady_clock::now() - real_start_) * speed();
  }

  void serve_in_real_time() {
    now_ = std::max(now_, std::min(real_now(), end_of_time_));
    pump();
    if (now_ >= end_of_time_) out_of_time();
  }

  // ---- after the last word

  /// The box has sent its result or was killed; only its output and its end are of interest now.
  void leave() {
    const auto left = std::chrono::ceil<milliseconds>(patience_end_ - steady_clock::now());
    if (left.count() <= 0) {
      gave_up_ = stage_ == Stage::kKilled;
      stage_ = Stage::kKilled;
      patience_end_ = steady_clock::now() + kDeathPatience;
      return box_.kill();
    }
    pollfd fds[] = {{line_.control(), POLLIN, 0}, {out_.fd(), POLLIN, 0}, {err_.fd(), POLLIN, 0}};
    const int count = ::poll(fds, 3, static_cast<int>(left.count()));
    drain();
    if (count > 0 && fds[0].revents != 0) line_.take_message();
  }

  void collect() {
    while (drain()) {
    }
    finish_peer();
    record_.runner_broke = !box_.end;
    record_.output_bytes = out_.bytes() + err_.bytes();
    record_.out = out_.take();
    record_.err = err_.take();
    record_.clock = now_;
    const auto open = for_good_ ? WaitRecord::Open::kForEver : WaitRecord::Open::kLasted;
    record_.waits = waits_.finish(now_, open, record_.notes);
    if (box_.cgroup) {
      record_.out_of_memory = box_.cgroup->ran_out_of_memory();
      record_.peak_memory_bytes = box_.cgroup->peak_memory_bytes().value_or(0);
      record_.processes_at_most = box_.cgroup->processes_at_most();
    }
    if (record_.peak_memory_bytes == 0 && box_.end)
      record_.peak_memory_bytes = box_.end->peak_resident_kib * 1024;
  }

  RunnerLine& line_;
  HostBox& box_;
  Peer& peer_;
  const Job& job_;
  Output out_;
  Output err_;
  CaseRecord record_;
  Stage stage_ = Stage::kRunning;
  std::string result_;
  VirtualTime now_;
  VirtualTime end_of_time_;
  WaitRecord waits_;
  SteadyTime wall_end_;
  int walls_passed_ = 0;
  std::chrono::nanoseconds cpu_at_wall_end_{};
  std::chrono::nanoseconds waited_at_wall_end_{};
  SteadyTime next_cpu_check_, next_memory_check_;
  SteadyTime patience_end_;
  bool gave_up_ = false;  ///< a box outlived its kill
  bool in_call_ = false;
  bool peer_finished_ = false;
  bool told_order_ = false;
  bool for_good_ = false;  ///< all was blocked, with nothing to come
  bool real_time_ = false;
  SteadyTime real_start_;
  VirtualTime real_start_clock_;
  std::vector<pollfd> fds_;
};

}  // namespace

std::string beyond_memory(const model::Limits& limits, const char* how) {
  constexpr std::int64_t kMiB = 1 << 20;
  const std::int64_t bytes = limits.memory_bytes;
  const std::string limit =
      bytes % kMiB == 0 ? std::to_string(bytes / kMiB) + " MiB" : std::to_string(bytes) + " bytes";
  return "it reached its limit of " + limit + ": " + how;
}

std::string out_of_cpu_time(const model::Limits& limits) {
  return "not done after " + std::to_string(limits.cpu_ms) + " ms of cpu time";
}

CaseRecord run_case(RunnerLine& line, HostBox& box, Peer& peer, const Job& job,
                    const std::string& job_bytes) {
  return CaseLoop(line, box, peer, job).run(job_bytes);
}

}  // namespace assay::sandbox
