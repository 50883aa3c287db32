// Submissions that change while they are read.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "harness/base/unique_fd.h"
#include "tests/support/scratch.h"
#include "tests/unit/run/taken.h"

namespace assay::run {
namespace {

using namespace testing;
using assay::testing::Scratch;

TEST_CASE("a submission that changes while it is read is never taken torn") {
  // A file of the kernel's that is another at each reading.
  const Scratch scratch;
  const std::string restless = "/proc/sys/kernel/random/uuid";
  scratch.link(restless, "ada.py");
  const Intake intake = taken({scratch.path("ada.py")});
  REQUIRE(ids_of(intake) == Names{"ada"});
  CHECK(paths_of(intake.submissions[0]).empty());
  CHECK(refusal_of(intake.submissions[0], kEntry).find("it changed whenever it was read") == 0);
  REQUIRE(intake.notices.size() == 1);
  CHECK(intake.notices[0].find("ada.py: it changed") != std::string::npos);
}

/// The writer below goes from the first byte to the last with one letter, then with the next: at
/// every moment the file has one letter, or up to some place the one that comes after the rest's.
bool was_there_at_one_moment(const std::string& bytes) {
  const std::size_t change = bytes.find_first_not_of(bytes[0]);
  if (change == std::string::npos) return true;
  const char next = bytes[change] == 'z' ? 'a' : static_cast<char>(bytes[change] + 1);
  return bytes[0] == next && bytes.find_first_not_of(bytes[change], change) == std::string::npos;
}

TEST_CASE("a submission that is written meanwhile is taken as it was at one moment") {
  const Scratch scratch;
  constexpr std::size_t kBytes = 900'000;  // many pieces of a reader's
  const std::string path = scratch.write("ada/solution.py", std::string(kBytes, 'a'));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    for (char letter = 'b'; !done; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
      const std::string piece(kBytes / 100, letter);
      for (std::size_t at = 0; at < kBytes; at += piece.size())
        if (::pwrite(file.get(), piece.data(), piece.size(), static_cast<off_t>(at)) <= 0) return;
    }
  });
  for (int i = 0; i < 20; ++i) {
    const Intake intake = taken({scratch.path("ada")});
    for (const auto& file : intake.submissions[0].files) CHECK(was_there_at_one_moment(file.bytes));
  }
  done = true;
  writer.join();
  const Intake after = taken({scratch.path("ada")});
  CHECK(paths_of(after.submissions[0]) == Names{kEntry});
}

}  // namespace
}  // namespace assay::run
