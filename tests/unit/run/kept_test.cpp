#include "harness/run/kept.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "harness/base/unique_fd.h"
#include "tests/support/scratch.h"

namespace assay::run {
namespace {

using testing::Scratch;

PoolOptions options_for(const std::string& runner) {
  PoolOptions options;
  options.assay = ASSAY_FAKE_WORKER;
  options.runner = runner;
  return options;
}

TEST_CASE("a worker tells the versions that results depend on, also at the second try") {
  const Scratch scratch;
  for (const std::string& runner : {std::string("fine"), "cannot-once " + scratch.path("tried")}) {
    CAPTURE(runner);
    const auto tool = tool_of_worker(options_for(runner), {});
    REQUIRE_MESSAGE(tool.ok(), tool.error().to_string());
    CHECK(tool->python == "3.11.2");
    CHECK(tool->packages.at("requests") == "2.28.1");
  }
}

TEST_CASE("where no worker can work the reason is told") {
  const auto cannot = tool_of_worker(options_for("cannot"), {});
  REQUIRE(!cannot.ok());
  CHECK(cannot.error().message == "no user namespaces here");
  const auto gone = tool_of_worker(options_for("gone"), {});
  REQUIRE(!gone.ok());
  CHECK(gone.error().message.find("exit code 9") != std::string::npos);
}

TEST_CASE("a stop is heard while a worker has not said anything, and no other is started") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd stop(ends[0]);
  const UniqueFd stopper(ends[1]);
  REQUIRE(::write(stopper.get(), "x", 1) == 1);
  PoolOptions options = options_for("silent");
  options.stop_fd = stop.get();
  const auto began = std::chrono::steady_clock::now();
  const auto tool = tool_of_worker(options, {});
  REQUIRE(!tool.ok());
  CHECK(tool.error().message == "stopped");
  CHECK(std::chrono::steady_clock::now() - began < kWorkerStartTimeout / 2);
}

model::Submission ada() {
  model::Submission submission;
  submission.id = "ada";
  return submission;
}

TEST_CASE("where nothing is, nothing is kept, and no worker is asked for that") {
  const Scratch scratch;
  Keeper keeper(scratch.path(), {}, []() -> Result<model::Tool> {
    FAIL("a worker was asked");
    return environment_error("");
  });
  const auto found = keeper.look_for(ada());
  REQUIRE(found.ok());
  CHECK(!found->report);
  CHECK(found->why_not.empty());
}

TEST_CASE("a report that cannot be read is not kept, and that is said") {
  const Scratch scratch;
  scratch.write("ada/report.json", "{\"schema\": \"assay.report/1\"");
  Keeper keeper(scratch.path(), {}, [] { return Result<model::Tool>(model::Tool{}); });
  const auto found = keeper.look_for(ada());
  REQUIRE(found.ok());
  CHECK(!found->report);
  CHECK(found->why_not == "their reports cannot be read");
}

}  // namespace
}  // namespace assay::run
