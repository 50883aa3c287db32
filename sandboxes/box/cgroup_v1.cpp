// Version 1: a hierarchy for each controller, and a folder of the box's in each.

#include <cerrno>

#include "sandboxes/box/cgroup_files.h"
#include "sandboxes/box/cgroup_limits.h"
#include "sandboxes/box/cgroup_versions.h"

namespace assay::sandbox::box {
namespace {

using namespace cgroup_files;

constexpr const char* kMostProcesses = "pids.peak";  // since Linux 6.1

class CgroupV1 : public Cgroup {
 public:
  CgroupV1(Folder memory, Folder pids, std::optional<Folder> cpu)
      : memory_(std::move(memory)), pids_(std::move(pids)), cpu_(std::move(cpu)) {}

  Status prepare(std::int64_t memory_bytes, std::int64_t processes) override {
    ASSAY_CHECK(memory_.write("memory.limit_in_bytes", memory_bytes + kOverheadBytes));
    // Else what is beyond the limit goes to the host's swap, where there is some.
    if (memory_.has("memory.swappiness")) ASSAY_CHECK(memory_.write("memory.swappiness", 0));
    ASSAY_CHECK(memory_.write("memory.max_usage_in_bytes", 0));
    if (pids_.has(kMostProcesses)) ASSAY_CHECK(pids_.renew());
    ASSAY_CHECK(pids_.write("pids.max", processes));
    kills_before_ = kills();
    cpu_before_ = cpu_ns();
    return success();
  }

  Status add(pid_t process) override {
    ASSAY_CHECK(memory_.write("cgroup.procs", process));
    if (cpu_) ASSAY_CHECK(cpu_->write("cgroup.procs", process));
    return pids_.write("cgroup.procs", process);
  }

  bool ran_out_of_memory() const override { return kills() > kills_before_; }

  std::optional<std::int64_t> peak_memory_bytes() const override {
    return read_number(memory_.file("memory.max_usage_in_bytes"));
  }

  std::optional<std::chrono::nanoseconds> cpu_used() const override {
    if (!cpu_) return std::nullopt;
    return std::chrono::nanoseconds(cpu_ns() - cpu_before_);
  }

  std::optional<std::int64_t> processes_at_most() const override {
    return read_number(pids_.file(kMostProcesses));
  }

 private:
  std::int64_t kills() const {
    return read_counter(memory_.file("memory.oom_control"), "oom_kill").value_or(0);
  }
  std::int64_t cpu_ns() const {
    return cpu_ ? read_number(cpu_->file("cpuacct.usage")).value_or(0) : 0;
  }

  Folder memory_;
  Folder pids_;
  std::optional<Folder> cpu_;
  std::int64_t kills_before_ = 0;
  std::int64_t cpu_before_ = 0;
};

/// The folders of this process's own cgroups, below which boxes get theirs.
class CgroupsV1 : public Cgroups {
 public:
  CgroupsV1(std::string memory, std::string pids, std::optional<std::string> cpu)
      : memory_(std::move(memory)), pids_(std::move(pids)), cpu_(std::move(cpu)) {}

  Result<std::unique_ptr<Cgroup>> make() override {
    ASSAY_TRY(Folder memory, Folder::make(memory_));
    ASSAY_TRY(Folder pids, Folder::make(pids_));
    std::optional<Folder> cpu;
    if (cpu_) {
      ASSAY_TRY(cpu, Folder::make(*cpu_));
    }
    return std::unique_ptr<Cgroup>(
        new CgroupV1(std::move(memory), std::move(pids), std::move(cpu)));
  }

  Status admit(uid_t) override { return success(); }  // nobody but this process puts one in

  std::string describe() const override {
    return cpu_ ? "v1: memory, processes and cpu time of a box"
                : "v1: memory and processes of a box";
  }

 private:
  std::string memory_;
  std::string pids_;
  std::optional<std::string> cpu_;
};

}  // namespace

std::unique_ptr<Cgroups> open_cgroups_v1(const CgroupTables& tables) {
  const auto own = [&](std::string_view controller) -> std::optional<std::string> {
    const auto hierarchy = find_hierarchy(tables.mountinfo, "cgroup", controller);
    if (!hierarchy) return std::nullopt;
    std::string folder = own_folder(tables.own, *hierarchy, controller);
    // Making one is what tells whether it is allowed: a mount may be read-only, for root as well.
    if (!Folder::make(folder).ok()) return std::nullopt;
    return folder;
  };
  auto memory = own("memory");
  auto pids = own("pids");
  if (!memory || !pids) return nullptr;
  return std::make_unique<CgroupsV1>(std::move(*memory), std::move(*pids), own("cpuacct"));
}

}  // namespace assay::sandbox::box
