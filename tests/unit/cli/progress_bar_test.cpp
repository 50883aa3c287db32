#include "harness/cli/progress_bar.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

ProgressState state(std::size_t done, std::chrono::milliseconds elapsed) {
  return {.submissions = 12,
          .submissions_done = 3,
          .cases = 600,
          .cases_done = done,
          .elapsed = elapsed};
}

TEST_CASE("the bar names cases, submissions, rate and time left") {
  CHECK(bar_text(state(150, std::chrono::seconds(3)), 80) ==
        "[######------------------] 150/600 cases, 3/12 submissions, 50 cases/s, 9 s left");
}

TEST_CASE("the bar never is wider than the terminal, however narrow") {
  for (int width = 1; width <= 200; ++width)
    CHECK(bar_text(state(150, std::chrono::hours(3)), width).size() <=
          static_cast<std::size_t>(width));
}

TEST_CASE("a bar is full at the end and empty at the start, and nothing is divided by zero") {
  CHECK(bar_text(state(600, {}), 100).find('-') == std::string::npos);
  CHECK(bar_text(state(0, {}), 100).find('#') == std::string::npos);
  CHECK(bar_text({}, 80).find("0/0 cases") != std::string::npos);
}

TEST_CASE("while submissions are read their number grows, and nobody knows of how many") {
  CHECK(reading_text(1'200) == "Reading submissions: 1200 so far");
}

TEST_CASE("no rate is told before there is one") {
  CHECK(plain_text(state(0, std::chrono::seconds(3))) == "0 of 600 cases, 3 of 12 submissions");
  CHECK(plain_text(state(9, std::chrono::milliseconds(10))).find("left") == std::string::npos);
  CHECK(plain_text(state(6, std::chrono::seconds(3))) ==
        "6 of 600 cases, 3 of 12 submissions, 2.0 cases/s, 4 min 57 s left");
}

}  // namespace
}  // namespace assay::cli
