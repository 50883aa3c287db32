// What is read of cgroups, from tables and folders that no kernel made. For real: tests/vm/run.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sandboxes/box/cgroup_files.h"
#include "sandboxes/box/cgroup_versions.h"

namespace assay::sandbox::box {
namespace {

using namespace cgroup_files;
namespace fs = std::filesystem;

constexpr const char* kV1Mounts =
    "30 25 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro\n"
    "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:5 - cgroup2 cgroup2 rw,nsdelegate\n"
    "33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:7 - cgroup cgroup rw,cpu,cpuacct\n"
    "34 30 0:30 /docker/12ab /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
constexpr const char* kV1Own =
    "9:memory:/docker/12ab/below\n"
    "4:cpu,cpuacct:/docker/12ab\n"
    "1:name=systemd:/docker/12ab\n"
    "0::/user.slice/one.scope\n";

/// A temporary folder that stands for a hierarchy.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "assay-cgroup-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string file(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

TEST_CASE("hierarchies are told apart by their version and their controllers") {
  CHECK(find_hierarchy(kV1Mounts, "cgroup2")->mount_point == "/sys/fs/cgroup/unified");
  CHECK(find_hierarchy(kV1Mounts, "cgroup", "cpuacct")->mount_point ==
        "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(find_hierarchy(kV1Mounts, "cgroup", "memory")->root == "/docker/12ab");
  CHECK_FALSE(find_hierarchy(kV1Mounts, "cgroup", "cpuset").has_value());
  CHECK_FALSE(find_hierarchy(kV1Mounts, "cgroup", "acct").has_value());
  CHECK_FALSE(find_hierarchy("", "cgroup2").has_value());
  CHECK_FALSE(find_hierarchy("a line without a dash\n", "cgroup2").has_value());
}

TEST_CASE("the own cgroup's folder is below what the mount shows") {
  const auto folder_of = [](const char* type, const char* controller) {
    return own_folder(kV1Own, *find_hierarchy(kV1Mounts, type, controller), controller);
  };
  CHECK(folder_of("cgroup", "memory") == "/sys/fs/cgroup/memory/below");
  CHECK(folder_of("cgroup", "cpuacct") == "/sys/fs/cgroup/cpu,cpuacct/docker/12ab");
  CHECK(folder_of("cgroup2", "") == "/sys/fs/cgroup/unified/user.slice/one.scope");
  const Hierarchy all{"/sys/fs/cgroup", "/"};
  CHECK(own_folder("0::/\n", all) == "/sys/fs/cgroup");
  CHECK(own_folder("", all) == "/sys/fs/cgroup");
}

TEST_CASE("numbers, counters and words are read, and what is none is none") {
  const Scratch scratch;
  CHECK(read_number(scratch.file("memory.peak", "117440512\n")) == 117440512);
  CHECK_FALSE(read_number(scratch.file("memory.max", "max\n")).has_value());
  CHECK_FALSE(read_number((scratch.path() / "nothing").string()).has_value());
  const auto events = scratch.file("memory.events", "low 0\nmax 12\noom 3\noom_kill 2\n");
  CHECK(read_counter(events, "oom_kill") == 2);
  CHECK_FALSE(read_counter(events, "oom_group_kill").has_value());
  CHECK(read_counter(scratch.file("cpu.stat", "usage_usec 1500\nuser_usec 9\n"), "usage_usec") ==
        1500);
  const auto controllers = scratch.file("cgroup.controllers", "cpu io memory pids\n");
  CHECK(has_words(controllers, {"memory", "pids"}));
  CHECK_FALSE(has_words(scratch.file("few", "cpu pids\n"), {"memory", "pids"}));
  CHECK_FALSE(has_words(scratch.file("like", "memory_recursiveprot pids\n"), {"memory", "pids"}));
}

TEST_CASE("a folder goes with its owner, and with it what the dead left") {
  const Scratch scratch;
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  const std::string left = "assay-" + std::to_string(gone) + "-1";
  const std::string alive = "assay-" + std::to_string(::getpid()) + "-0";
  fs::create_directories(scratch.path() / left / "runner");
  fs::create_directories(scratch.path() / alive);
  fs::create_directories(scratch.path() / "assay.home");
  {
    const auto folder = Folder::make(scratch.path().string());
    REQUIRE(folder.ok());
    CHECK(fs::is_directory(folder->path()));
    CHECK_FALSE(fs::exists(scratch.path() / left));
    CHECK(fs::exists(scratch.path() / alive));
    CHECK(fs::exists(scratch.path() / "assay.home"));
  }
  CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 2);
}

TEST_CASE(
    "where a hierarchy has no controllers for memory and processes there are no cgroups, and "
    "nothing is left") {
  const Scratch scratch;
  scratch.file("cgroup.controllers", "cpu io\n");
  scratch.file("cgroup.subtree_control", "");
  const std::string mount =
      "31 30 0:27 / " + scratch.path().string() + " rw - cgroup2 cgroup2 rw\n";
  CHECK(open_cgroups_v2({mount, "0::/\n"}) == nullptr);
  CHECK(open_cgroups_v1({mount, "0::/\n"}) == nullptr);
  CHECK(open_cgroups_v2({"", ""}) == nullptr);
  CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 2);
}

}  // namespace
}  // namespace assay::sandbox::box
