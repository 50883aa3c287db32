#include "harness/run/output.h"

#include <doctest/doctest.h>

#include "tests/support/scratch.h"

namespace assay::run {
namespace {

using testing::Scratch;

const std::vector<std::string> kOurs = {"report.json", "report.html"};

std::size_t entries_in(const std::string& folder) {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
  return n;
}

TEST_CASE("a result folder appears with its files and leaves nothing else") {
  const Scratch scratch;
  REQUIRE(write_result_folder(scratch.path(), "ada", {{"report.json", "{}"}}, kOurs).ok());
  CHECK(scratch.read("ada/report.json") == "{}");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("a result folder replaces the one before, and a grader's own files stay") {
  const Scratch scratch;
  scratch.write("ada/report.json", "old");
  scratch.write("ada/report.html", "of the run before");
  scratch.write("ada/notes.txt", "call her on Monday");
  REQUIRE(write_result_folder(scratch.path(), "ada", {{"report.json", "new"}}, kOurs).ok());
  CHECK(scratch.read("ada/report.json") == "new");
  CHECK(!std::filesystem::exists(scratch.path("ada/report.html")));
  CHECK(scratch.read("ada/notes.txt") == "call her on Monday");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("a link in the place of a result folder is replaced and not followed") {
  const Scratch scratch;
  scratch.write("elsewhere/report.json", "not ours");
  scratch.make_folder("out");
  scratch.link(scratch.path("elsewhere"), "out/ada");
  REQUIRE(write_result_folder(scratch.path("out"), "ada", {{"report.json", "new"}}, kOurs).ok());
  CHECK(scratch.read("elsewhere/report.json") == "not ours");
  CHECK(scratch.read("out/ada/report.json") == "new");
}

TEST_CASE("a file of the folder that cannot be written leaves the old folder as it was") {
  const Scratch scratch;
  scratch.write("ada/report.json", "old");
  const auto status = write_result_folder(scratch.path(), "ada",
                                          {{"report.json", "new"}, {"no/such/folder", "x"}}, kOurs);
  CHECK(!status.ok());
  CHECK(scratch.read("ada/report.json") == "old");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("a single file is replaced in one step") {
  const Scratch scratch;
  scratch.write("summary.json", "a longer text than the new one");
  REQUIRE(write_result_file(scratch.path(), {"summary.json", "{}"}).ok());
  CHECK(scratch.read("summary.json") == "{}");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("an output folder that is there is fine, and a file in its place is an error") {
  const Scratch scratch;
  CHECK(make_output_folder(scratch.path("a/b")).ok());
  CHECK(make_output_folder(scratch.path("a/b")).ok());
  const auto status = make_output_folder(scratch.write("file", "") + "/out");
  REQUIRE(!status.ok());
  CHECK(status.error().hint.find("--out") != std::string::npos);
}

}  // namespace
}  // namespace assay::run
