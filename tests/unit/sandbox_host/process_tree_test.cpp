#include "sandboxes/process_tree.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>

namespace assay::sandbox {
namespace {

using std::chrono::steady_clock;

/// A child that has a child; both do the same.
class Family {
 public:
  template <class Work>
  explicit Family(Work work) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    ::fork();
    for (;;) work();
  }
  ~Family() {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  int pid() const { return pid_; }

 private:
  pid_t pid_;
};

ProcessTree tree_of(const Family& family) { return ProcessTree({family.pid()}); }

/// A defect needs the patience, nothing else does.
template <class Condition>
bool comes_true(Condition condition) {
  const auto end = steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (steady_clock::now() > end) return false;
  }
  return true;
}

TEST_CASE("the cpu time of a tree grows where it computes, and a tree that waits is asleep") {
  const Family busy([] {});
  CHECK(comes_true([&] { return tree_of(busy).cpu_usage() > std::chrono::milliseconds(30); }));
  CHECK_FALSE(tree_of(busy).all_asleep());
  const Family waiting([] { ::pause(); });
  CHECK(comes_true([&] { return tree_of(waiting).all_asleep(); }));
  CHECK(comes_true([&] {
    return tree_of(busy).cpu_usage() >
           10 * tree_of(waiting).cpu_usage() + std::chrono::milliseconds(30);
  }));
}

TEST_CASE("a tree with one process that computes is not asleep") {
  const pid_t parent = ::getpid();
  const Family half([&] {
    if (::getppid() == parent) ::pause();
  });
  CHECK(comes_true([&] { return tree_of(half).cpu_usage() > std::chrono::milliseconds(30); }));
  CHECK_FALSE(tree_of(half).all_asleep());
}

TEST_CASE("memory that parent and child share is counted twice, or shared out between them") {
  constexpr std::int64_t kMiB = 1 << 20;
  std::string block(static_cast<std::size_t>(64 * kMiB), 'x');
  const Family family([] { ::pause(); });
  CHECK(comes_true([&] { return tree_of(family).resident_memory() > 2 * 64 * kMiB; }));
  CHECK(comes_true([&] { return tree_of(family).size() == 2; }));
  // This process has a third of the block.
  const std::int64_t share = tree_of(family).shared_out_memory();
  CHECK(share > 64 * kMiB / 2);
  CHECK(share < 96 * kMiB);
}

TEST_CASE("a process that is below two roots counts once") {
  const Family family([] { ::pause(); });
  CHECK(comes_true([&] { return tree_of(family).size() == 2; }));
  const std::string pid = std::to_string(family.pid());
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  int child = 0;
  REQUIRE(static_cast<bool>(children >> child));
  CHECK(ProcessTree({family.pid(), child}).size() == 2);
  CHECK(ProcessTree({child, family.pid()}).size() == 2);
  CHECK(ProcessTree({child, child}).size() == 1);
}

TEST_CASE("a process that is gone has no memory") {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  CHECK(ProcessTree({pid}).resident_memory() == 0);
  CHECK(ProcessTree({pid}).shared_out_memory() == 0);
}

}  // namespace
}  // namespace assay::sandbox
