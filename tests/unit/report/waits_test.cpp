#include "harness/report/waits.h"

#include <doctest/doctest.h>

namespace assay::report {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

Json wait(const char* what, std::int64_t at, std::int64_t seconds, const char* end,
          std::int64_t deadline = -1, int thread = 1) {
  Json json = {{"thread", thread},
               {"for", what},
               {"at_us", at * kSecond},
               {"ended_at_us", (at + seconds) * kSecond},
               {"end", end}};
  if (deadline >= 0) json["deadline_us"] = deadline * kSecond;
  return json;
}

TEST_CASE("a wait in words says for how long, for what, and how it ended") {
  const struct {
    Json wait;
    const char* words;
  } rows[] = {
      {wait("sleep", 0, 2, "deadline", 2), "sleeps 2 s"},
      {wait("sleep", 0, 2, "deadline", 2, 3), "thread 3 sleeps 2 s"},
      {wait("sleep", 1, 2, "signal", 11), "sleeps 2 s of 10 s, until a signal"},
      {wait("sleep", 0, 60, "cut", 100), "sleeps 60 s of 100 s, until the case ended"},
      {wait("read", 0, 5, "deadline", 5), "waits 5 s for an answer: timeout"},
      {wait("read", 0, 3, "done", 5), "waits 3 s for an answer, until it came"},
      {wait("read", 4, 0, "cut"), "waits for an answer without end"},
      {wait("connect", 0, 5, "deadline", 5), "waits 5 s for a connection: timeout"},
      {wait("lock", 0, 5, "done", 5), "waits 5 s for another thread, until it came"},
      {wait("events", 0, 2, "deadline", 2), "waits 2 s in its event loop, until a time of its own"},
      {wait("events", 0, 2, "done"), "waits 2 s in its event loop, until something came"},
  };
  for (const auto& row : rows) CHECK_EQ(words_of_wait(row.wait), row.words);
}

TEST_CASE("all waits of a case are told at a glance") {
  const Json retries = {{"waits",
                         {wait("read", 0, 3, "done", 10), wait("sleep", 3, 1, "deadline", 4),
                          wait("sleep", 4, 2, "deadline", 6), wait("sleep", 6, 4, "deadline", 10),
                          wait("read", 10, 5, "deadline", 15)}}};
  CHECK_EQ(words_of_waits(retries), "slept 1 s, 2 s and 4 s; timeout after 5 s");
  CHECK_EQ(words_of_waits(Json::object()), "");
  Json many = {{"waits", Json::array()}};
  for (int i = 0; i < 100; ++i) many["waits"].push_back(wait("sleep", i, 1, "deadline", i + 1));
  CHECK(words_of_waits(many).ends_with(", 1 s and 89 times more"));
}

TEST_CASE("what an event loop waited for is no timeout that anybody could tell") {
  CHECK_FALSE(is_timeout(wait("events", 0, 2, "deadline", 2)));
  CHECK_FALSE(is_timeout(wait("sleep", 0, 2, "deadline", 2)));
  CHECK(is_timeout(wait("lock", 0, 2, "deadline", 2)));
}

}  // namespace
}  // namespace assay::report
