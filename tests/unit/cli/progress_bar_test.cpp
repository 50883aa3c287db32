#include "harness/cli/progress_bar.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

ProgressState state(std::size_t done, std::chrono::milliseconds elapsed) {
  return {.submissions = 12,
          .submissions_done = 3,
          .cases = 600,
          .cases_done = done,
          .elapsed = elapsed,
          .recent_cases = done,
          .recent = elapsed};
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

TEST_CASE("the time left goes by what ended lately, and not by the average since the start") {
  RecentCases recent;
  ProgressState now{.submissions = 6, .cases = 600};
  const auto pass = [&](int seconds, std::size_t cases_a_second) {
    for (int i = 0; i < 4 * seconds; ++i) {
      now.elapsed += std::chrono::milliseconds(250);
      if (i % 4 == 3) now.cases_done += cases_a_second;
      recent.look_at(now);
    }
  };
  pass(5, 100);
  CHECK(plain_text(now) == "500 of 600 cases, 0 of 6 submissions, 100 cases/s, 1 s left");
  pass(20, 1);
  CHECK(plain_text(now) == "520 of 600 cases, 0 of 6 submissions, 1.0 cases/s, 1 min 20 s left");
  CHECK(now.recent >= std::chrono::seconds(10));
  CHECK(now.recent <= std::chrono::seconds(11));
  pass(12, 0);
  CHECK(plain_text(now) == "520 of 600 cases, 0 of 6 submissions");
}

}  // namespace
}  // namespace assay::cli
