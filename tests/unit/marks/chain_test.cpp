#include "harness/marks/chain.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tests/unit/marks/support.h"

namespace assay::marks {
namespace {

using model::Verdict;

model::Mark append_to(const std::string& folder, Verdict human, const std::string& by = "ada") {
  auto chain = LockedChain::open(folder);
  REQUIRE(chain.ok());
  auto saved = chain->append(mark_on(sound_report(), decision("cannot_explain", human), by));
  REQUIRE(saved.ok());
  return *saved;
}

/// Three marks, and the file's lines.
std::vector<std::string> three_lines(const testing::Scratch& scratch) {
  append_to(scratch.path(), Verdict::kObserved);
  append_to(scratch.path(), Verdict::kNotObserved);
  append_to(scratch.path(), Verdict::kObserved, "bob");
  std::vector<std::string> lines;
  std::string text = scratch.read("marks.jsonl");
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    lines.push_back(text.substr(at, end - at + 1));
  REQUIRE_EQ(lines.size(), 3);
  return lines;
}

Error broken(const testing::Scratch& scratch, const std::string& bytes) {
  scratch.write("marks.jsonl", bytes);
  auto chain = read_chain(scratch.path());
  REQUIRE_FALSE(chain.ok());
  CHECK_FALSE(LockedChain::open(scratch.path()).ok());
  return chain.error();
}

TEST_CASE("no file is no marks, and the first mark makes it") {
  const testing::Scratch scratch;
  CHECK_EQ(read_chain(scratch.path())->marks.size(), 0);
  append_to(scratch.path(), Verdict::kObserved);
  const auto chain = read_chain(scratch.path());
  REQUIRE_EQ(chain->marks.size(), 1);
  CHECK_EQ(chain->marks[0].prev_sha256, std::nullopt);
}

TEST_CASE("each line follows from the one before") {
  const testing::Scratch scratch;
  three_lines(scratch);
  const auto chain = read_chain(scratch.path());
  REQUIRE(chain.ok());
  CHECK(chain->marks[1].prev_sha256);
  CHECK_NE(chain->marks[1].prev_sha256, chain->marks[2].prev_sha256);
}

TEST_CASE("a line that was changed, taken out, put elsewhere or spoilt is named") {
  const testing::Scratch scratch;
  const auto lines = three_lines(scratch);
  std::string changed = lines[1];
  changed.replace(changed.find("not_observed"), 12, "not_exercise");
  CHECK_EQ(broken(scratch, lines[0] + changed + lines[2]).place.line, 2);  // no verdict
  changed = lines[1];
  changed.replace(changed.find("\"ada\""), 5, "\"eve\"");
  const Error error = broken(scratch, lines[0] + changed + lines[2]);
  CHECK_EQ(error.place.line, 3);
  CHECK_NE(error.message.find("line 2 was changed"), std::string::npos);
  CHECK_EQ(broken(scratch, lines[0] + lines[2]).place.line, 2);
  CHECK_EQ(broken(scratch, lines[1] + lines[2]).place.line, 1);
  CHECK_EQ(broken(scratch, lines[1] + lines[0] + lines[2]).place.line, 1);
  CHECK_EQ(broken(scratch, lines[0] + "\n" + lines[1]).place.line, 2);
  CHECK_EQ(broken(scratch, lines[0] + "{}\n").place.line, 2);
  CHECK_EQ(broken(scratch, lines[0] + lines[0]).place.line, 2);
}

TEST_CASE("what a crash left of a line is passed over, and goes with the next mark") {
  const testing::Scratch scratch;
  const auto lines = three_lines(scratch);
  scratch.write("marks.jsonl", lines[0] + lines[1] + lines[2].substr(0, 40));
  REQUIRE_EQ(read_chain(scratch.path())->marks.size(), 2);
  append_to(scratch.path(), Verdict::kNotExercised);
  const auto chain = read_chain(scratch.path());
  REQUIRE(chain.ok());
  REQUIRE_EQ(chain->marks.size(), 3);
  CHECK_EQ(chain->marks[2].human, Verdict::kNotExercised);
}

TEST_CASE("a report shows where lines were taken off the end or changed there") {
  const testing::Scratch scratch;
  const auto lines = three_lines(scratch);
  Json report = sound_report();
  apply(report, read_chain(scratch.path())->marks);
  CHECK(check_repeated(report, *read_chain(scratch.path()), scratch.path()).ok());
  append_to(scratch.path(), Verdict::kObserved);  // a report may lag behind
  CHECK(check_repeated(report, *read_chain(scratch.path()), scratch.path()).ok());

  scratch.write("marks.jsonl", lines[0] + lines[1]);
  auto status = check_repeated(report, *read_chain(scratch.path()), scratch.path());
  REQUIRE_FALSE(status.ok());
  CHECK_EQ(status.error().place.line, 3);
  std::string changed = lines[2];
  changed.replace(changed.find("\"bob\""), 5, "\"eve\"");
  scratch.write("marks.jsonl", lines[0] + lines[1] + changed);
  status = check_repeated(report, *read_chain(scratch.path()), scratch.path());
  REQUIRE_FALSE(status.ok());
  CHECK_EQ(status.error().place.line, 3);
}

TEST_CASE("many who mark at once leave one chain with a line of each") {
  const testing::Scratch scratch;
  constexpr int kWriters = 4, kEach = 25;
  std::vector<pid_t> writers;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t pid = ::fork();
    REQUIRE_GE(pid, 0);
    if (pid == 0) {
      bool fine = true;
      for (int n = 0; fine && n < kEach; ++n) {
        auto chain = LockedChain::open(scratch.path());
        fine =
            chain.ok() &&
            chain->append(mark_on(sound_report(), decision("cannot_explain", Verdict::kObserved)))
                .ok();
      }
      ::_exit(fine ? 0 : 1);
    }
    writers.push_back(pid);
  }
  for (const pid_t pid : writers) {
    int status = 0;
    REQUIRE_EQ(::waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
  }
  const auto chain = read_chain(scratch.path());
  REQUIRE(chain.ok());
  CHECK_EQ(chain->marks.size(), kWriters * kEach);
}

TEST_CASE("a link in the place of the file is not followed") {
  const testing::Scratch scratch;
  scratch.link("/etc/hostname", "marks.jsonl");
  CHECK_FALSE(read_chain(scratch.path()).ok());
  CHECK_FALSE(LockedChain::open(scratch.path()).ok());
}

}  // namespace
}  // namespace assay::marks
