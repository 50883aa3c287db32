#include "harness/run/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "harness/run/results.h"
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

TEST_CASE("what others have in a result folder is at its place throughout, the very same file") {
  const Scratch scratch;
  const std::string marks = scratch.write("ada/marks.jsonl", "a mark\n");
  scratch.write("ada/superseded/1.json", "before");
  const UniqueFd opened(::open(marks.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  REQUIRE(write_result_folder(scratch.path(), "ada", {{"report.json", "new"}}, kOurs).ok());
  REQUIRE(::write(opened.get(), "another\n", 8) == 8);
  CHECK(scratch.read("ada/marks.jsonl") == "a mark\nanother\n");
  CHECK(scratch.read("ada/superseded/1.json") == "before");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("a file in the place of a result folder is an error and stays") {
  const Scratch scratch;
  scratch.write("ada", "notes of a grader");
  const auto status = write_result_folder(scratch.path(), "ada", {{"report.json", "{}"}}, kOurs);
  REQUIRE(!status.ok());
  CHECK(status.error().kind == ErrorKind::kInput);
  CHECK(scratch.read("ada") == "notes of a grader");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("what a killed run left is removed, and nothing else is") {
  const Scratch scratch;
  const std::string own = ".ada.assay-partial-7", other = ".ada.partial-7",
                    odd = ".x.assay-partial-";
  scratch.write("ada/report.json", "whole");
  scratch.write(own + "/report.json", "half");
  scratch.write("ada/.report.json.assay-partial-7", "half");
  scratch.write("ada/superseded/.1.json.assay-partial-7", "half");
  scratch.write(".summary.json.assay-partial-12", "half");
  scratch.write(other + "/report.json", "somebody's");
  scratch.write(odd, "somebody's");
  scratch.write("theirs/.report.json.assay-partial-7", "somebody's");
  CHECK(remove_leftovers(scratch.path(), kOurs).empty());
  CHECK(entries_in(scratch.path()) == 4);
  CHECK(scratch.read("ada/report.json") == "whole");
  CHECK(entries_in(scratch.path("ada")) == 2);
  CHECK(entries_in(scratch.path("ada/superseded")) == 0);
  for (const std::string& path :
       {other + "/report.json", odd, std::string("theirs/.report.json.assay-partial-7")})
    CHECK(scratch.read(path) == "somebody's");
}

TEST_CASE("leftovers of one file are removed, and no other beside it") {
  const Scratch scratch;
  scratch.write(".a.json.assay-partial-7", "half");
  scratch.write(".b.json.assay-partial-7", "half");
  remove_leftovers_of(scratch.path(), "a.json");
  CHECK(entries_in(scratch.path()) == 1);
  CHECK(scratch.read(".b.json.assay-partial-7") == "half");
}

TEST_CASE("a temporary that is being written is no leftover") {
  const Scratch scratch;
  const std::string path = scratch.write(".summary.json.assay-partial-12", "half");
  {
    const UniqueFd writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    REQUIRE(::flock(writer.get(), LOCK_EX) == 0);
    CHECK(remove_leftovers(scratch.path(), kOurs).empty());
    CHECK(entries_in(scratch.path()) == 1);
  }
  CHECK(remove_leftovers(scratch.path(), kOurs).empty());
  CHECK(entries_in(scratch.path()) == 0);
}

TEST_CASE("a leftover that holds marks gives them back before it goes") {
  const Scratch scratch;
  scratch.write("ada/report.json", "new");
  scratch.write("ada/superseded/2.json", "second");
  scratch.write(".ada.assay-partial-7/report.json", "old");
  scratch.write(".ada.assay-partial-7/marks.jsonl", "a mark\n");
  scratch.write(".ada.assay-partial-7/superseded/1.json", "first");
  CHECK(remove_leftovers(scratch.path(), kOurs).empty());
  CHECK(scratch.read("ada/report.json") == "new");
  CHECK(scratch.read("ada/marks.jsonl") == "a mark\n");
  CHECK(scratch.read("ada/superseded/1.json") == "first");
  CHECK(scratch.read("ada/superseded/2.json") == "second");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("a leftover with a file that is another in the result folder stays, and is named") {
  const Scratch scratch;
  scratch.write("ada/report.json", "new");
  scratch.write("ada/notes.txt", "of Monday");
  scratch.write(".ada.assay-partial-7/notes.txt", "of Friday");
  const auto notices = remove_leftovers(scratch.path(), kOurs);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].find(".ada.assay-partial-7") != std::string::npos);
  CHECK(scratch.read("ada/notes.txt") == "of Monday");
  CHECK(scratch.read(".ada.assay-partial-7/notes.txt") == "of Friday");
}

TEST_CASE("a folder that had stepped aside when the run was killed goes back to its place") {
  const Scratch scratch;
  scratch.write(".ada.assay-partial-7.old/report.json", "old");
  scratch.write(".ada.assay-partial-7.old/marks.jsonl", "a mark\n");
  scratch.write(".ada.assay-partial-7/report.json", "new");
  scratch.write(".ada.assay-partial-7/marks.jsonl", "a mark\n");
  CHECK(remove_leftovers(scratch.path(), kOurs).empty());
  CHECK(scratch.read("ada/report.json") == "old");
  CHECK(scratch.read("ada/marks.jsonl") == "a mark\n");
  CHECK(entries_in(scratch.path()) == 1);
}

TEST_CASE("one grading at a time has an output folder, and a lock that was left holds nobody up") {
  const Scratch scratch;
  {
    const auto lock = OutputLock::take(scratch.path());
    REQUIRE(lock.ok());
    const auto second = OutputLock::take(scratch.path());
    REQUIRE(!second.ok());
    CHECK(second.error().kind == ErrorKind::kInput);
    CHECK(second.error().message.find("another `assay grade`") == 0);
  }
  CHECK(entries_in(scratch.path()) == 0);
  scratch.write(".grading.lock", "");
  CHECK(OutputLock::take(scratch.path()).ok());
  CHECK(entries_in(scratch.path()) == 0);
}

/// Replaces the results again and again, until it is killed.
[[noreturn]] void replace_for_ever(const std::string& root) {
  for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    const std::string bytes(5'000, letter);
    if (!write_result_folder(root, "ada", {{"report.json", bytes}, {"report.html", bytes}}, kOurs)
             .ok() ||
        !write_result_file(root, {"summary.json", bytes}).ok())
      ::_exit(1);
  }
}

TEST_CASE(
    "killed at any moment, a writer leaves whole results of one time, and marks in their place") {
  const Scratch scratch;
  const std::string bytes(5'000, 'z');
  for (const char* name : {"ada/report.json", "ada/report.html", "summary.json"})
    scratch.write(name, bytes);
  scratch.write("ada/marks.jsonl", "a mark\n");
  scratch.write("ada/superseded/1.json", "before");
  // So many that a kill while they come along is a likely one.
  constexpr std::size_t kNotes = 200;
  for (std::size_t i = 0; i < kNotes; ++i) scratch.write("ada/note-" + std::to_string(i), "n");
  const std::size_t in_result = entries_in(scratch.path("ada"));
  std::minstd_rand random(1);
  const auto is_whole = [&](const std::string& name) {
    const std::string text = scratch.read(name);
    return text.size() == bytes.size() && text.find_first_not_of(text[0]) == std::string::npos;
  };
  for (int kill = 0; kill < 200; ++kill) {
    CAPTURE(kill);
    const pid_t writer = ::fork();
    if (writer == 0) replace_for_ever(scratch.path());
    // Any moment is as good; nothing is expected to have happened by it.
    ::usleep(random() % 5'000);
    REQUIRE(::kill(writer, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(writer, &status, 0) == writer);
    REQUIRE(WIFSIGNALED(status));
    for (const char* name : {"ada/report.json", "ada/report.html", "summary.json"})
      CHECK(is_whole(name));
    CHECK(scratch.read("ada/report.json") == scratch.read("ada/report.html"));
    CHECK(scratch.read("ada/marks.jsonl") == "a mark\n");
    CHECK(scratch.read("ada/superseded/1.json") == "before");
    REQUIRE(entries_in(scratch.path("ada")) == in_result);
    CHECK(remove_leftovers(scratch.path(), kOurs).empty());
    REQUIRE(entries_in(scratch.path()) == 2);
    REQUIRE(entries_in(scratch.path("ada")) == in_result);
  }
}

TEST_CASE("an output folder that is there is fine, and a file in its place is an error") {
  const Scratch scratch;
  CHECK(make_output_folder(scratch.path("a/b")).ok());
  CHECK(make_output_folder(scratch.path("a/b")).ok());
  const auto status = make_output_folder(scratch.write("file", "") + "/out");
  REQUIRE(!status.ok());
  CHECK(status.error().hint.find("--out") != std::string::npos);
}

/// What is told of a path below an output folder with reports of five submissions.
std::string told_of(const Scratch& scratch, const std::string& below) {
  for (const char* name : {"ada", "bert", "cem", "dora", "eve"})
    scratch.write("rx/" + std::string(name) + "/report.json", "{}");
  scratch.write("rx/eve/superseded/1.json", "{}");
  const auto one = find_one_result(scratch.path(below));
  return one.ok() ? one->name : one.error().to_string();
}

TEST_CASE("where one report is wanted, a whole run names some of its own") {
  const Scratch scratch;
  const std::string rx = scratch.path("rx");
  CHECK(told_of(scratch, "rx/ada") == "ada");
  CHECK(told_of(scratch, "rx/ada/report.json") == "ada");
  CHECK(told_of(scratch, "rx") ==
        rx + ": there are 5 reports of Assay here\n  Name one of them: " + rx + "/ada, " + rx +
            "/bert, " + rx + "/cem, " + rx + "/dora and 1 more.");
}

TEST_CASE("where one report is wanted and none is, those beside it are told") {
  const Scratch scratch;
  const std::string rx = scratch.path("rx");
  CHECK(told_of(scratch, "rx/berd/") ==
        rx + "/berd/: there is no report of Assay here\n  Did you mean " + rx + "/bert?");
  const std::string beside = told_of(scratch, "rx/nobody");
  CHECK(beside.starts_with(rx + "/nobody: there is no report of Assay here"));
  CHECK(beside.find("Reports are in " + rx + "/ada, ") != std::string::npos);
  CHECK(told_of(scratch, "ry").find("Name a report.json, or one submission's folder") !=
        std::string::npos);
}

}  // namespace
}  // namespace assay::run
