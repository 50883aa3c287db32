// Hostile archives, each taken in through a box of its own: what is taken and what is refused, and
// why, is as the script that makes them says; nothing is left on the host, and the next one is not
// touched.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "harness/run/intake.h"
#include "harness/run/unpack.h"
#include "tests/sandbox_support/host_state.h"
#include "tests/sandbox_support/support.h"
#include "tests/support/scratch.h"

namespace assay::sandbox::testing {
namespace {

using assay::testing::Scratch;

constexpr int kPatienceMs = 60'000;  // only a defect needs it
constexpr const char* kEntry = "solution.py";

std::unique_ptr<run::Unpacker> unpacker() {
  return run::make_box_unpacker({.runner = options().runner, .entry = {kEntry, "main"}});
}

Json expectations_in(const Scratch& scratch) {
  const std::string command =
      "/usr/bin/python3 -B -W ignore tests/attacks/archives/make.py " + scratch.path();
  REQUIRE(std::system(command.c_str()) == 0);
  auto read = parse_json(scratch.read("expectations.json"), "expectations.json");
  REQUIRE(read.ok());
  return *read;
}

model::Submission taken(const std::string& path, run::Unpacker& by) {
  auto intake = run::take_in({path}, {.entry_file = kEntry, .unpacker = &by});
  REQUIRE_MESSAGE(intake.ok(), intake.error().to_string());
  REQUIRE(intake->submissions.size() == 1);
  return std::move(intake->submissions[0]);
}

void check_expectation(const Json& expected, const model::Submission& submission) {
  Json files = Json::array();
  for (const auto& file : submission.files) files.push_back(file.path);
  CHECK(dump_json(files) == dump_json(expected.at("files")));
  CAPTURE(dump_json(Json(submission.intake)));
  for (const auto& [path, why] : expected.at("refused").items()) {
    CAPTURE(path);
    const std::string name = path.empty() ? expected.at("archive").get<std::string>() : path;
    CHECK(std::ranges::any_of(submission.intake, [&](const model::Refusal& refusal) {
      return refusal.path == name && refusal.refused.find(why) != std::string::npos;
    }));
  }
}

TEST_CASE("hostile archives come to nothing but their own refusal") {
  const Scratch scratch;
  const Json expectations = expectations_in(scratch);
  REQUIRE(expectations.size() > 20);
  const auto by = unpacker();
  // Makes the runner, and the box that is made ahead.
  const Json& first = expectations[0];
  const std::string first_path = scratch.path(first.at("archive").get<std::string>());
  const Json record(taken(first_path, *by));
  const HostState before = look_at_host();
  for (const Json& expected : expectations) {
    const auto name = expected.at("archive").get<std::string>();
    CAPTURE(name);
    check_expectation(expected, taken(scratch.path(name), *by));
    CHECK(Json(taken(first_path, *by)) == record);
  }
  const HostState after = look_until(before, kPatienceMs);
  CHECK_MESSAGE(after == before, "was " << before.to_string() << " is " << after.to_string());
}

TEST_CASE("an archive that is larger than the limit never reaches a box") {
  const Scratch scratch;
  const std::string path = scratch.write("large.zip", std::string((32 << 20) + 1, 'x'));
  const auto by = unpacker();
  const HostState before = look_at_host();
  const model::Submission submission = taken(path, *by);
  CHECK(submission.files.empty());
  REQUIRE(submission.intake.size() == 1);
  CHECK(submission.intake[0].refused == "it is larger than 32 MiB");
  CHECK(look_at_host() == before);
}

TEST_CASE("an archive of the limit's size is read") {
  const Scratch scratch;
  // Stored, not compressed, and with a comment for the rest: its directory is found all the same.
  const std::string command =
      "/usr/bin/python3 -B -c \"import sys, zipfile, os\n"
      "with zipfile.ZipFile(sys.argv[1], 'w') as f:\n"
      "    f.writestr('solution.py', 'x = 1'); f.writestr('noise.bin', os.urandom((32 << 20) - "
      "1000))\n"
      "\" " +
      scratch.path("ada.zip");
  REQUIRE(std::system(command.c_str()) == 0);
  const auto by = unpacker();
  const model::Submission submission = taken(scratch.path("ada.zip"), *by);
  REQUIRE(submission.files.size() == 1);
  CHECK(submission.files[0].bytes == "x = 1");
  REQUIRE(submission.intake.size() == 1);
  CHECK(submission.intake[0].refused == "it is larger than 1024 KiB");
}

}  // namespace
}  // namespace assay::sandbox::testing
