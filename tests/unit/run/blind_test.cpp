#include "harness/run/blind.h"

#include <doctest/doctest.h>

#include "harness/base/sha256.h"
#include "tests/support/scratch.h"
#include "tests/unit/run/taken.h"

namespace assay::run {
namespace {

using namespace testing;
using assay::testing::Scratch;

model::SourceFile file(const std::string& path, const std::string& bytes) {
  return {path, bytes, sha256_hex(bytes)};
}

TEST_CASE("headers of the candidate go, those of the draft and of the starter stay") {
  const Scratch scratch;
  const std::string given = "# Written by the pipeline team.\n";
  model::Plan plan;
  plan.entry.file = kEntry;
  plan.starter = {file("client.py", given + "a = 1\n")};
  plan.draft = file("draft.py", given + "b = 2\n");
  scratch.write("ada/client.py", plan.starter[0].bytes);
  scratch.write("ada/solution.py", plan.draft->bytes);
  scratch.write("ada/own.py", "# Written by Ada.\nc = 3\n");
  Intake intake = taken({scratch.path("ada")});
  REQUIRE(make_blind(intake, plan, scratch.path("out"), scratch.path("known.json")).ok());
  const std::vector<model::SourceFile>& files = intake.submissions.at(0).files;
  REQUIRE(files.size() == 3);
  CHECK(files[0].bytes == plan.starter[0].bytes);
  CHECK(files[1].bytes == "\nc = 3\n");
  CHECK(files[2].bytes == plan.draft->bytes);
  CHECK(files[2].sha256 == plan.draft->sha256);
}

}  // namespace
}  // namespace assay::run
