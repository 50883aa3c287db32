#include "harness/run/unpack.h"

#include <poll.h>

#include <optional>
#include <utility>

#include "harness/base/base64.h"
#include "harness/model/draft.h"
#include "harness/run/collector.h"
#include "harness/run/pool.h"
#include "harness/run/task.h"
#include "sandboxes/sandbox.h"

namespace assay::run {
namespace {

using model::OutcomeKind;

/// Of one unpacking. Larger than a case's: an archive may be, and its decoders keep windows.
constexpr std::int64_t kCpuMs = 10'000;
constexpr std::int64_t kWallMs = 30'000;
constexpr std::int64_t kMemoryBytes = 512LL << 20;
constexpr std::int64_t kValueBytes = 64LL << 20;

constexpr std::size_t kMaxText = 1'000;

Unpacked failure(std::string why) {
  Unpacked unpacked;
  unpacked.failed = std::move(why);
  return unpacked;
}

/// A cursor over what a box sent that remembers whether all of it was as it should be.
class Strict {
 public:
  bool ok() const { return ok_; }

  std::string text(const Json& value) {
    ok_ &= value.is_string() && value.get_ref<const std::string&>().size() <= kMaxText;
    return ok_ ? value.get<std::string>() : std::string();
  }

  std::string bytes(const Json& value) {
    ok_ &= value.is_object() && value.value("$type", Json()) == "bytes" && value.contains("base64");
    ok_ = ok_ && value.at("base64").is_string();
    if (!ok_) return {};
    auto decoded = base64_decode(value.at("base64").get_ref<const std::string&>());
    ok_ &= decoded.has_value();
    return ok_ ? std::move(*decoded) : std::string();
  }

  /// Calls `read` with each item of the list under that key.
  template <class Read>
  void each(const Json& object, const char* key, Read read) {
    ok_ = ok_ && object.is_object() && object.contains(key) && object.at(key).is_array();
    if (!ok_) return;
    for (const Json& item : object.at(key)) {
      if (ok_) read(item);
    }
  }

  /// The same, of pairs.
  template <class Read>
  void each_pair(const Json& object, const char* key, Read read) {
    each(object, key, [&](const Json& item) {
      ok_ &= item.is_array() && item.size() == 2;
      if (ok_) read(item[0], item[1]);
    });
  }

 private:
  bool ok_ = true;
};

std::string failure_of(const model::Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kMemory:
      return "unpacking it takes more than " + size_text(kMemoryBytes) + " of memory";
    case OutcomeKind::kCpuTime:
    case OutcomeKind::kWallTime:
    case OutcomeKind::kVirtualTime:
      return "unpacking it takes more than " + std::to_string(kCpuMs / 1000) + " s";
    case OutcomeKind::kRaised:
      if (outcome.exception && outcome.exception->types.front() == "MemoryError")
        return "unpacking it takes more than " + size_text(kMemoryBytes) + " of memory";
      [[fallthrough]];
    default:
      return "it cannot be unpacked: the process that tried was ended (" +
             std::string(model::to_string(outcome.kind)) + ")";
  }
}

class BoxUnpacker final : public Unpacker {
 public:
  explicit BoxUnpacker(UnpackerOptions options) : options_(std::move(options)) {}

  Result<Unpacked> unpack(const Packed& packed) override {
    if (is_readable(options_.stop_fd)) return environment_error("stopped");
    if (!sandbox_) ASSAY_CHECK(open());
    sandbox::Job job = job_of(packed);
    model::Observation seen = run(job);
    if (!reason_to_retry(seen, job.limits).empty()) {
      job.limits = limits_of_retry(seen, job.limits);
      seen = run(job);
    }
    if (seen.outcome.kind == OutcomeKind::kHarnessFault)
      return environment_error("a submission could not be unpacked: " + seen.outcome.detail,
                               "Run the same command again; `assay doctor` says what is missing.");
    if (seen.outcome.kind != OutcomeKind::kReturned) return failure(failure_of(seen.outcome));
    return unpacked_from(seen.value);
  }

 private:
  Status open() {
    const sandbox::SandboxOptions how{.runner = options_.runner, .cpu = std::nullopt};
    ASSAY_TRY(sandbox_, options_.backend == Backend::kBox ? sandbox::open_box_sandbox(how)
                                                          : sandbox::open_process_sandbox(how));
    return require_layers(options_.required_layers, sandbox_->layers());
  }

  model::Observation run(const sandbox::Job& job) {
    const auto peer = sandbox::make_silent_peer();
    return sandbox_->run(job, *peer);
  }

  sandbox::Job job_of(const Packed& packed) const {
    const IntakeLimits& limits = options_.limits;
    sandbox::Job job;
    job.kind = sandbox::Job::Kind::kUnpack;
    job.files = packed.files;
    job.entry = options_.entry;
    job.limits.cpu_ms = kCpuMs;
    job.limits.wall_ms = kWallMs;
    job.limits.memory_bytes = kMemoryBytes;
    job.limits.value_bytes = kValueBytes;
    job.unpacking = {.archive = packed.archive,
                     .named_entry = options_.named_entry,
                     .draft_file = std::string(model::kDraftFile),
                     .tool_folders = {kToolFolders.begin(), kToolFolders.end()},
                     .file_bytes = static_cast<std::int64_t>(limits.file_bytes),
                     .notebook_bytes = static_cast<std::int64_t>(limits.notebook_bytes),
                     .entries = static_cast<std::int64_t>(limits.archive_entries),
                     .unpacked_bytes = static_cast<std::int64_t>(limits.unpacked_bytes),
                     .ratio = static_cast<std::int64_t>(limits.ratio),
                     .ratio_from = static_cast<std::int64_t>(limits.ratio_from)};
    return job;
  }

  UnpackerOptions options_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
};

}  // namespace

bool is_readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

Unpacked unpacked_from(const Json& value) {
  Strict strict;
  Unpacked unpacked;
  strict.each_pair(value, "files", [&](const Json& path, const Json& bytes) {
    unpacked.files.push_back({strict.text(path), strict.bytes(bytes), {}});
  });
  strict.each_pair(value, "refused", [&](const Json& path, const Json& why) {
    unpacked.refused.push_back({strict.text(path), strict.text(why)});
  });
  strict.each_pair(value, "notes", [&](const Json& path, const Json& what) {
    unpacked.notes.push_back({strict.text(path), strict.text(what)});
  });
  for (auto& [key, list] :
       {std::pair{"left_out", &unpacked.left_out}, {"unsure", &unpacked.unsure}})
    strict.each(value, key, [&](const Json& path) { list->push_back(strict.text(path)); });
  const bool failed = strict.ok() && value.contains("failed") && !value.at("failed").is_null();
  if (failed) unpacked.failed = strict.text(value.at("failed"));
  if (strict.ok() && value.contains("failed")) return unpacked;
  return failure("it cannot be unpacked: what came of it is too much, or no submission");
}

std::unique_ptr<Unpacker> make_box_unpacker(UnpackerOptions options) {
  return std::make_unique<BoxUnpacker>(std::move(options));
}

}  // namespace assay::run
