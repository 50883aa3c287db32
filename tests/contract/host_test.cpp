// What sandbox.h promises of the host: what it needs of it, and what it leaves there.

#include <doctest/doctest.h>

#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/host_state.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;

constexpr int kPatienceMs = 60'000;  // only a defect needs it

TEST_CASE_TEMPLATE("nothing is left on the host after a job", T, EACH_BACKEND) {
  Sandbox& sandbox = T::one_at_a_time();
  const auto job = call("import pathlib\ndef main():\n    pathlib.Path('left').write_text('x')\n");
  run(sandbox, job);
  const HostState before = look_at_host();
  run(sandbox, job);
  const HostState after = look_until(before, kPatienceMs);
  CHECK_MESSAGE(after == before, after.to_string());
}

TEST_CASE("the box lists its layers and the plain process has none") {
  CHECK(ProcessBackend::sandbox().layers().empty());
  const auto& layers = BoxBackend::sandbox().layers();
  CHECK(layers.size() >= 10);
  for (const auto& layer : layers) {
    CAPTURE(layer.name);
    CHECK((layer.state == "on" || !layer.detail.empty()));
  }
}

TEST_CASE("probing tries each layer and leaves this process as it was") {
  const auto found = probe_layers(options());
  CHECK(found.size() >= 10);
  for (const auto& layer : found) {
    CAPTURE(layer.name);
    CAPTURE(layer.detail);
    CHECK((layer.state == "on" || layer.name == "cgroup" || layer.name == "Landlock"));
  }
}

TEST_CASE("a runner that is not there is an error that names it") {
  const auto sandbox = open_box_sandbox({.runner = "/nowhere/assay-runner"});
  REQUIRE_FALSE(sandbox.ok());
  CHECK(sandbox.error().kind == ErrorKind::kEnvironment);
  CHECK(sandbox.error().message.find("/nowhere/assay-runner") != std::string::npos);
}

/// In a user namespace in which no other can be made, as where a host forbids them.
Result<std::string> open_without_namespaces() {
  const box::OuterIds ids{::geteuid(), ::getegid()};
  // With a host name of its own: map_ids tries whether it has rights over what it made.
  if (::unshare(CLONE_NEWUSER | CLONE_NEWUTS) != 0) return box::errno_error("unshare");
  ASSAY_CHECK(box::map_ids(ids));
  ASSAY_CHECK(box::write_file("/proc/sys/user/max_user_namespaces", "0"));
  ASSAY_TRY(const auto sandbox, open_box_sandbox(options()));
  return std::string("a box without namespaces");
}

TEST_CASE("a host without user namespaces is an error that says how to get them") {
  const auto seen = box::try_in_child("open", open_without_namespaces);
  CAPTURE(seen.detail);
  CHECK(seen.state == "unavailable");
  CHECK(seen.detail.find("making user namespaces") != std::string::npos);
  CHECK(seen.detail.find("sysctl -w user.max_user_namespaces") != std::string::npos);
}

void kill_children(int signal) {
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (int child = 0; children >> child;) ::kill(child, signal);
  }
}

TEST_CASE_TEMPLATE("a runner that died is a fault of the harness once, and started anew", T,
                   EACH_BACKEND) {
  const auto job = call("def main():\n    return 1\n");
  CHECK(run(T::sandbox(), job).value == 1);
  kill_children(SIGKILL);
  CHECK(run(T::sandbox(), job).outcome.kind == OutcomeKind::kHarnessFault);
  CHECK(run(T::sandbox(), job).value == 1);
  // Whatever comes next finds both whole.
  run(BoxBackend::sandbox(), job);
  run(ProcessBackend::sandbox(), job);
}

}  // namespace
}  // namespace assay::sandbox::testing
