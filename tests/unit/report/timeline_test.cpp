#include "harness/report/html/timeline.h"

#include <doctest/doctest.h>

namespace assay::report {
namespace {

struct Sent {
  std::int64_t at_us;
  std::int64_t ended_at_us;
  std::string target = "/a";
  std::string fault;
};

Json case_of(std::int64_t virtual_us, const std::vector<Sent>& sent) {
  Json requests = Json::array();
  for (const Sent& each : sent) {
    Json request = {{"seq", requests.size() + 1},
                    {"at_us", each.at_us},
                    {"method", "GET"},
                    {"target", each.target},
                    {"bytes_sent", 10},
                    {"end", "fin"},
                    {"status", 200}};
    if (each.ended_at_us >= 0) request["ended_at_us"] = each.ended_at_us;
    if (!each.fault.empty()) request["fault"] = each.fault;
    requests.push_back(std::move(request));
  }
  return {{"id", "a"}, {"virtual_us", virtual_us}, {"requests", requests}};
}

constexpr std::int64_t kSecond = 1'000'000;

TEST_CASE("a wait of four seconds is drawn four times as long as one of one second") {
  const Timeline timeline =
      timeline_of(case_of(5 * kSecond, {{0, 0}, {kSecond, kSecond}, {5 * kSecond, 5 * kSecond}}));
  REQUIRE_EQ(timeline.marks.size(), 3);
  const auto length = [&](std::size_t i) {
    return timeline.marks[i].from - timeline.marks[i].waited_from;
  };
  CHECK_EQ(length(1), kScaleUnits / 10);
  CHECK_EQ(length(2), 4 * length(1));
  CHECK_EQ(timeline.marks[2].wait_us, 4 * kSecond);
}

TEST_CASE("what computing took beside a minute of waiting does not make it one of three") {
  const Timeline timeline = timeline_of(case_of(60 * kSecond + 407, {{0, 60 * kSecond + 407}}));
  CHECK_EQ(timeline.scale_us, 60 * kSecond);
  CHECK_EQ(timeline.end, kScaleUnits);
  CHECK_EQ(timeline.marks[0].to, kScaleUnits);
  CHECK_EQ(timeline_of(case_of(61 * kSecond, {})).scale_us, 180 * kSecond);
}

TEST_CASE("equal times are equally long in cases of the same scale") {
  const Timeline one = timeline_of(case_of(2 * kSecond, {{0, 0}, {2 * kSecond, 2 * kSecond}}));
  const Timeline other =
      timeline_of(case_of(9 * kSecond, {{kSecond, kSecond}, {3 * kSecond, 3 * kSecond}}));
  CHECK_EQ(one.scale_us, 10 * kSecond);
  CHECK_EQ(other.scale_us, one.scale_us);
  CHECK_EQ(one.marks[1].from - one.marks[1].waited_from,
           other.marks[1].from - other.marks[1].waited_from);
}

TEST_CASE("a request that is never answered lasts to the end of its case") {
  const Timeline timeline = timeline_of(case_of(10 * kSecond, {{5 * kSecond, -1}}));
  CHECK_EQ(timeline.marks[0].from, kScaleUnits / 2);
  CHECK_EQ(timeline.marks[0].to, kScaleUnits);
  CHECK_EQ(timeline.end, kScaleUnits);
}

TEST_CASE("the same asked again is known by what it asks, not by its answer") {
  const Timeline timeline =
      timeline_of(case_of(0, {{0, 0, "/a", "http_error"}, {0, 0, "/b"}, {0, 0, "/a"}}));
  CHECK(timeline.marks[0].fault);
  CHECK_EQ(timeline.marks[0].again, 0);
  CHECK_EQ(timeline.marks[1].again, 0);
  CHECK_EQ(timeline.marks[2].again, 1);
}

TEST_CASE("requests under way at once leave no wait between them") {
  const Timeline timeline =
      timeline_of(case_of(4 * kSecond, {{0, 3 * kSecond}, {kSecond, 2 * kSecond}}));
  CHECK_EQ(timeline.marks[1].wait_us, 0);
  CHECK_EQ(timeline.marks[1].waited_from, timeline.marks[1].from);
}

TEST_CASE("times outside of the case, and of centuries, stay inside of the drawing") {
  const std::int64_t century = 100LL * 365 * 86'400 * kSecond;
  for (const std::int64_t total : {std::int64_t{0}, std::int64_t{1}, kSecond, century}) {
    const Timeline timeline = timeline_of(case_of(total, {{-5, 3}, {century * 2, century * 3}}));
    CHECK_GE(timeline.scale_us + kInstant, total);
    for (const TimelineMark& mark : timeline.marks) {
      CHECK_GE(mark.waited_from, 0);
      CHECK_LE(mark.waited_from, mark.from);
      CHECK_LE(mark.from, mark.to);
      CHECK_LE(mark.to, kScaleUnits);
    }
  }
}

TEST_CASE("a drawing has the same in words, and not without end") {
  const std::string words = words_of_timeline(
      case_of(3 * kSecond, {{0, 0, "/a", "http_error"}, {3 * kSecond, 3 * kSecond}}));
  CHECK_EQ(words,
           "2 requests in 3 s: 1 at 0 s, fault http_error, 200, 10 bytes; "
           "2 at 3 s after a wait of 3 s, again what 1 asked, 200, 10 bytes");
  const std::string many = words_of_timeline(case_of(0, std::vector<Sent>(500, Sent{0, 0})));
  CHECK_NE(many.find("; and 488 more"), std::string::npos);
}

std::string strip_of(const Json& test_case) {
  HtmlWriter html;
  write_strip(html, test_case);
  return html.take();
}

TEST_CASE("a drawing says how long its waits were, where there is room for the words") {
  const std::string retries = strip_of(case_of(
      7 * kSecond,
      {{0, 0}, {kSecond, kSecond}, {3 * kSecond, 3 * kSecond}, {7 * kSecond, 7 * kSecond}}));
  CHECK_NE(retries.find(">1 s</text>"), std::string::npos);
  CHECK_NE(retries.find(">2 s</text>"), std::string::npos);
  CHECK_NE(retries.find(">4 s</text>"), std::string::npos);
  const std::string hang = strip_of(case_of(10 * kSecond + 311, {{0, 10 * kSecond + 311}}));
  CHECK_NE(hang.find(">10 s</text>"), std::string::npos);
  const std::string jitter = strip_of(case_of(kSecond, {{0, 0}, {523'000, 523'000}}));
  CHECK_NE(jitter.find(">0.523 s</text>"), std::string::npos);
  CHECK_EQ(strip_of(case_of(60 * kSecond, {{0, 0}, {kSecond, kSecond}})).find(">1 s<"),
           std::string::npos);
}

Json waiting(Json test_case, const std::vector<Json>& waits) {
  test_case["waits"] = waits;
  return test_case;
}

Json wait(const char* what, std::int64_t at_us, std::int64_t ended_at_us, const char* end) {
  return {
      {"thread", 1}, {"for", what}, {"at_us", at_us}, {"ended_at_us", ended_at_us}, {"end", end}};
}

constexpr std::string_view kTimeout = R"(class="timeout")";

std::size_t count_in(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_CASE("sleeps are drawn as such, and the last one says how long it was as the others do") {
  const Json test_case = waiting(
      case_of(7 * kSecond, {{0, 0}, {kSecond, kSecond}}),
      {wait("sleep", 0, kSecond, "deadline"), wait("sleep", kSecond, 3 * kSecond, "deadline"),
       wait("sleep", 5 * kSecond, 7 * kSecond, "deadline")});
  const std::string drawing = strip_of(test_case);
  CHECK_NE(drawing.find(R"(<line class="sleep" x1="50%")"), std::string::npos);
  CHECK_NE(drawing.find(R"(x2="70%")"), std::string::npos);
  CHECK_EQ(count_in(drawing, ">1 s</text>"), 1);
  CHECK_EQ(count_in(drawing, ">2 s</text>"), 2);
  CHECK_EQ(count_in(drawing, kTimeout), 0);
  CHECK(words_of_timeline(test_case).ends_with("; slept 1 s, 2 s and 2 s"));
}

TEST_CASE("a timeout is drawn where it came, and many at one place are one") {
  const Json late = wait("read", 0, 5 * kSecond, "deadline");
  const Json hang = case_of(10 * kSecond, {{0, 5 * kSecond}});
  CHECK_NE(strip_of(waiting(hang, {late})).find(R"(class="timeout" x="50%")"), std::string::npos);
  CHECK_EQ(count_in(strip_of(waiting(hang, std::vector<Json>(50, late))), kTimeout), 1);
  CHECK_EQ(count_in(strip_of(waiting(hang, {wait("read", 0, kSecond, "done")})), kTimeout), 0);
}

TEST_CASE("a thousand sleeps behind one another are one line") {
  std::vector<Json> sleeps;
  for (int i = 0; i < 1'000; ++i)
    sleeps.push_back(wait("sleep", i * kSecond, (i + 1) * kSecond, "deadline"));
  CHECK_LT(strip_of(waiting(case_of(1'000 * kSecond, {}), sleeps)).size(), 3'000);
}

TEST_CASE("waits outside of the case, and of centuries, stay inside of the drawing") {
  const std::int64_t century = 100LL * 365 * 86'400 * kSecond;
  const Timeline timeline = timeline_of(waiting(
      case_of(kSecond, {}), {wait("sleep", -5, century, "cut"), wait("lock", century, 0, "cut")}));
  for (const TimelineWait& each : timeline.waits) {
    CHECK_GE(each.from, 0);
    CHECK_LE(each.from, each.to);
    CHECK_LE(each.to, kScaleUnits);
  }
}

TEST_CASE("a case that took no time has no scale behind it") {
  CHECK_EQ(strip_of(case_of(31, {{0, 31}})).find("scaled"), std::string::npos);
  CHECK_NE(strip_of(case_of(kInstant, {{0, 31}})).find("scaled"), std::string::npos);
}

TEST_CASE("a line of a thousand requests has few marks, and says how many each stands for") {
  HtmlWriter html;
  write_strip(html, case_of(kSecond, std::vector<Sent>(1'000, Sent{0, 0})));
  const std::string drawing = html.take();
  CHECK_NE(drawing.find("×1000"), std::string::npos);
  CHECK_LT(drawing.size(), 3'000);
}

}  // namespace
}  // namespace assay::report
