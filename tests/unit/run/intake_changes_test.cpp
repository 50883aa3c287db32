// Submissions that change while they are read.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
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

constexpr std::size_t kNumberBytes = sizeof(std::uint32_t);

/// The same number from the first byte to the last. No text comes twice: of one that does, two
/// readings may agree with each other and with no moment.
std::string text_of(std::uint32_t number, std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t at = 0; at + kNumberBytes <= bytes; at += kNumberBytes)
    std::memcpy(text.data() + at, &number, kNumberBytes);
  return text;
}

/// The writer below goes from the first byte to the last with one number, then with the next: at
/// every moment the file has one number, or up to some place the one that comes after the rest's.
bool was_there_at_one_moment(const std::string& bytes) {
  std::uint32_t old = 0;
  if (bytes.size() < kNumberBytes) return false;
  std::memcpy(&old, bytes.data() + bytes.size() - kNumberBytes, kNumberBytes);
  const std::string before = text_of(old, bytes.size());
  const std::string after = text_of(old + 1, bytes.size());
  const auto written = std::ranges::mismatch(bytes, after).in1 - bytes.begin();
  return bytes == before ||
         std::equal(bytes.begin() + written, bytes.end(), before.begin() + written);
}

TEST_CASE("what was there at one moment is known from what was not") {
  const std::string seven = text_of(7, 400), eight = text_of(8, 400), nine = text_of(9, 400);
  for (const std::string& there :
       {seven, eight.substr(0, 100) + seven.substr(100), eight.substr(0, 101) + seven.substr(101)})
    CHECK(was_there_at_one_moment(there));
  for (const std::string& torn :
       {seven.substr(0, 100) + eight.substr(100), nine.substr(0, 100) + seven.substr(100),
        eight.substr(0, 100) + seven.substr(100, 100) + eight.substr(200, 100) + seven.substr(300),
        std::string()})
    CHECK_FALSE(was_there_at_one_moment(torn));
}

TEST_CASE("a submission that is written meanwhile is taken as it was at one moment") {
  const Scratch scratch;
  constexpr std::size_t kBytes = 900'000;  // many pieces of a reader's
  const std::string path = scratch.write("ada/solution.py", text_of(0, kBytes));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    for (std::uint32_t number = 1; !done; ++number) {
      const std::string piece = text_of(number, kBytes / 100);
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
