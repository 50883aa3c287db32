#include "harness/report/html/timeline.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/text.h"
#include "harness/report/waits.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
/// Few scales, so that most cases of a page are drawn on the same.
constexpr std::array<std::int64_t, 6> kScales{kSecond,       10 * kSecond,  60 * kSecond,
                                              180 * kSecond, 900 * kSecond, 3'600 * kSecond};
/// Of a drawing's length, what a letter above it takes on the narrowest of pages.
constexpr std::int64_t kLetterUnits = 200;
/// And what the marks at its ends take.
constexpr std::int64_t kBesideUnits = 300;
/// Requests told one by one in the words of a drawing.
constexpr std::size_t kMaxTold = 12;
/// Short sleeps nearer to one another than this are drawn as one.
constexpr std::int64_t kSeamUnits = 30;

std::int64_t scale_for(std::int64_t virtual_us) {
  for (const std::int64_t scale : kScales)
    if (virtual_us < scale + kInstant) return scale;
  const std::int64_t hours = virtual_us / kScales.back() + 1;
  return hours * kScales.back();
}

/// "37.5%", exact, and the same in every locale.
std::string percent(std::int64_t units) {
  const std::int64_t hundredths = units * 10'000 / kScaleUnits;
  std::string text = std::to_string(hundredths / 100);
  if (const std::int64_t rest = hundredths % 100; rest != 0) {
    text += rest < 10 ? ".0" : ".";
    text += std::to_string(rest % 10 == 0 ? rest / 10 : rest);
  }
  return text + "%";
}

/// What tells two requests for the same thing from two different ones.
std::string asked_for(const Json& request) {
  std::string key =
      std::string(text_at(request, "method")) + " " + std::string(text_at(request, "target"));
  if (request.contains("body_sha256")) key += " " + std::string(text_at(request, "body_sha256"));
  return key;
}

/// Requests of a strip that share a mark.
struct Cluster {
  std::int64_t from = 0, to = 0;
  std::size_t requests = 0;
  bool fault = false;
  bool again = false;  ///< none in it is the first of its kind
};

std::vector<Cluster> clusters_of(const Timeline& timeline) {
  std::vector<Cluster> clusters;
  for (const TimelineMark& mark : timeline.marks) {
    if (clusters.empty() || mark.from - clusters.back().from >= kMarkUnits)
      clusters.push_back({mark.from, mark.to, 0, false, true});
    Cluster& cluster = clusters.back();
    cluster.to = std::max(cluster.to, mark.to);
    ++cluster.requests;
    cluster.fault = cluster.fault || mark.fault;
    cluster.again = cluster.again && mark.again != 0;
  }
  return clusters;
}

/// A disc or, for a fault, a square on its corner; hollow where the same was asked before. Drawn
/// around a point of the scale by the style sheet.
void write_mark(HtmlWriter& html, std::int64_t at, bool fault, bool again, int y) {
  const std::string css = std::string(fault ? "fault" : "fine") + (again ? " again" : "");
  if (fault) {
    html.shape("rect", {{"class", css},
                        {"x", percent(at)},
                        {"y", std::to_string(y)},
                        {"width", "8"},
                        {"height", "8"}});
  } else {
    html.shape("circle",
               {{"class", css}, {"cx", percent(at)}, {"cy", std::to_string(y + 4)}, {"r", "4.5"}});
  }
}

void write_line(HtmlWriter& html, std::string_view css, std::int64_t from, std::int64_t to,
                std::string_view y) {
  html.shape("line",
             {{"class", css}, {"x1", percent(from)}, {"y1", y}, {"x2", percent(to)}, {"y2", y}});
}

std::string words_of_request(const Json& request, const TimelineMark& mark) {
  std::string words =
      std::to_string(mark.seq) + " at " + brief_seconds(request.at("at_us").get<std::int64_t>());
  if (mark.wait_us >= kInstant) words += " after a wait of " + brief_seconds(mark.wait_us);
  if (mark.again != 0) words += ", again what " + std::to_string(mark.again) + " asked";
  const std::string fault = words_of_fault(request);
  if (!fault.empty()) words += ", fault " + fault;
  return words + ", " + words_of_answer(request);
}

TimelineWait::Kind kind_of(const Json& wait) {
  if (is_sleep(wait)) return TimelineWait::Kind::kSleep;
  const std::string_view what = text_at(wait, "for");
  return what == "read" || what == "connect" ? TimelineWait::Kind::kAnswer
                                             : TimelineWait::Kind::kOther;
}

/// The sleeps of a strip, short ones without a gap between them as one, of no length that is told.
std::vector<TimelineWait> sleeps_of(const Timeline& timeline) {
  std::vector<TimelineWait> sleeps;
  for (const TimelineWait& wait : timeline.waits) {
    if (wait.kind != TimelineWait::Kind::kSleep) continue;
    const bool alone = wait.to - wait.from >= kMarkUnits;
    if (sleeps.empty() || alone || wait.from > sleeps.back().to + kSeamUnits) {
      sleeps.push_back(wait);
    } else {
      sleeps.back().to = std::max(sleeps.back().to, wait.to);
      sleeps.back().us = 0;
    }
  }
  return sleeps;
}

/// Where what was waited for had not come, an x; those that would lie on one another are one.
void write_timeouts(HtmlWriter& html, const Timeline& timeline, std::string_view y) {
  std::int64_t last = -kScaleUnits;
  for (const TimelineWait& wait : timeline.waits) {
    if (!wait.timeout || wait.to < last + kMarkUnits / 2) continue;
    last = wait.to;
    html.element("text", {{"class", "timeout"}, {"x", percent(wait.to)}, {"y", y}}, "×");
  }
}

}  // namespace

Timeline timeline_of(const Json& test_case) {
  const Json& requests = test_case.at("requests");
  const std::int64_t total =
      std::max<std::int64_t>(test_case.at("virtual_us").get<std::int64_t>(), 0);
  Timeline timeline;
  timeline.scale_us = scale_for(total);
  const auto scaled = [&](std::int64_t us) {
    // As a double: a candidate may have moved its clock by centuries. 53 bits are plenty here.
    const double units = static_cast<double>(us) * static_cast<double>(kScaleUnits) /
                         static_cast<double>(timeline.scale_us);
    return std::min(static_cast<std::int64_t>(units), kScaleUnits);
  };
  timeline.end = scaled(total);
  std::map<std::string, int> first_of;
  std::int64_t over = 0;  // when all requests before were
  for (const Json& request : requests) {
    const std::int64_t at =
        std::clamp<std::int64_t>(request.at("at_us").get<std::int64_t>(), 0, total);
    const std::int64_t end =
        std::clamp<std::int64_t>(request.value("ended_at_us", total), at, total);
    TimelineMark mark;
    mark.seq = request.at("seq");
    mark.from = scaled(at);
    mark.to = scaled(end);
    mark.waited_from = scaled(std::min(over, at));
    mark.wait_us = std::max<std::int64_t>(at - over, 0);
    mark.answer_us = end - at;
    mark.fault = request.contains("fault");
    const auto [first, is_first] = first_of.emplace(asked_for(request), mark.seq);
    if (!is_first) mark.again = first->second;
    over = std::max(over, end);
    timeline.marks.push_back(mark);
  }
  for (const Json& wait : waits_of(test_case)) {
    const std::int64_t at =
        std::clamp<std::int64_t>(wait.at("at_us").get<std::int64_t>(), 0, total);
    const std::int64_t end =
        std::clamp<std::int64_t>(wait.at("ended_at_us").get<std::int64_t>(), at, total);
    timeline.waits.push_back({kind_of(wait), scaled(at), scaled(end), end - at, is_timeout(wait)});
  }
  return timeline;
}

std::string words_of_scale(std::int64_t scale_us) {
  const std::int64_t s = scale_us / kSecond;
  if (s >= 3'600) return std::to_string(s / 3'600) + " h";
  return s > 60 ? std::to_string(s / 60) + " min" : std::to_string(s) + " s";
}

std::string words_of_timeline(const Json& test_case) {
  const Json& requests = test_case.at("requests");
  const Timeline timeline = timeline_of(test_case);
  std::string words = count_of(requests.size(), "request") + " in " +
                      brief_seconds(test_case.at("virtual_us").get<std::int64_t>());
  const std::size_t told = std::min(requests.size(), kMaxTold);
  for (std::size_t i = 0; i < told; ++i)
    words += (i == 0 ? ": " : "; ") + words_of_request(requests[i], timeline.marks[i]);
  if (told < requests.size()) words += "; and " + std::to_string(requests.size() - told) + " more";
  if (const std::string waits = words_of_waits(test_case); !waits.empty()) words += "; " + waits;
  return words;
}

/// How long something took, above it, where there is room for the words.
void write_length(HtmlWriter& html, std::int64_t from, std::int64_t to, std::int64_t us) {
  constexpr std::int64_t kTenth = kSecond / 10;
  const std::string words = brief_seconds(us < kSecond ? us : (us + kTenth / 2) / kTenth * kTenth);
  if (to - from < kBesideUnits + static_cast<std::int64_t>(words.size()) * kLetterUnits) return;
  html.element("text", {{"class", "length"}, {"x", percent((from + to) / 2)}, {"y", "9"}}, words);
}

void write_strip(HtmlWriter& html, const Json& test_case) {
  const Timeline timeline = timeline_of(test_case);
  const bool instant = test_case.at("virtual_us").get<std::int64_t>() < kInstant;
  const auto svg = html.open("svg", {{"class", instant ? "strip" : "strip scaled"},
                                     {"role", "img"},
                                     {"height", "30"},
                                     {"aria-label", words_of_timeline(test_case)}});
  write_line(html, "span", 0, timeline.end, "20");
  std::int64_t over = 0;
  for (const TimelineMark& mark : timeline.marks) {
    if (mark.from > over) {
      write_line(html, "wait", over, mark.from, "20");
      write_length(html, over, mark.from, mark.wait_us);
    }
    if (mark.to > mark.from) {
      write_line(html, "busy", mark.from, mark.to, "20");
      if (mark.from >= over) write_length(html, mark.from, mark.to, mark.answer_us);
    }
    over = std::max(over, mark.to);
  }
  for (const TimelineWait& sleep : sleeps_of(timeline)) {
    write_line(html, "sleep", sleep.from, sleep.to, "20");
    // Behind the last request no gap has a length, and a sleep during an answer is none.
    if (sleep.from >= over && sleep.us > 0) write_length(html, sleep.from, sleep.to, sleep.us);
  }
  html.shape("line", {{"class", "end"},
                      {"x1", percent(timeline.end)},
                      {"y1", "13"},
                      {"x2", percent(timeline.end)},
                      {"y2", "27"}});
  for (const Cluster& cluster : clusters_of(timeline)) {
    write_mark(html, cluster.from, cluster.fault, cluster.again, 16);
    if (cluster.requests > 1)
      html.element("text", {{"class", "times"}, {"x", percent(cluster.from)}, {"y", "9"}},
                   "×" + std::to_string(cluster.requests));
  }
  write_timeouts(html, timeline, "25");
}

void write_lane(HtmlWriter& html, const Timeline& timeline, const TimelineMark& mark) {
  const auto svg =
      html.open("svg", {{"class", "lane scaled"}, {"height", "20"}, {"aria-hidden", "true"}});
  write_line(html, "span", 0, timeline.end, "10");
  if (mark.from > mark.waited_from) write_line(html, "wait", mark.waited_from, mark.from, "10");
  if (mark.to > mark.from) write_line(html, "busy", mark.from, mark.to, "10");
  write_mark(html, mark.from, mark.fault, mark.again != 0, 6);
}

void write_lane(HtmlWriter& html, const Timeline& timeline, const TimelineWait& wait) {
  const auto svg =
      html.open("svg", {{"class", "lane scaled"}, {"height", "20"}, {"aria-hidden", "true"}});
  write_line(html, "span", 0, timeline.end, "10");
  using Kind = TimelineWait::Kind;
  const std::string_view css = wait.kind == Kind::kSleep    ? "sleep"
                               : wait.kind == Kind::kAnswer ? "busy"
                                                            : "wait";
  write_line(html, css, wait.from, wait.to, "10");
  if (wait.timeout)
    html.element("text", {{"class", "timeout"}, {"x", percent(wait.to)}, {"y", "15"}}, "×");
}

void write_timeline_key(HtmlWriter& html) {
  const auto list = html.open("ul", {{"class", "key"}, {"aria-label", "Signs of the timelines"}});
  const auto entry = [&](const auto& draw, std::string_view words) {
    const auto item = html.open("li");
    {
      const auto svg =
          html.open("svg", {{"width", "28"}, {"height", "16"}, {"aria-hidden", "true"}});
      draw();
    }
    html.text(words);
  };
  constexpr std::int64_t kMiddle = kScaleUnits / 2;
  entry([&] { write_mark(html, kMiddle, false, false, 4); }, "a request");
  entry([&] { write_mark(html, kMiddle, true, false, 4); }, "a request met by a fault");
  entry(
      [&] {
        write_mark(html, kMiddle * 3 / 5, false, true, 4);
        write_mark(html, kMiddle * 8 / 5, true, true, 4);
      },
      "the same asked again");
  entry([&] { write_line(html, "busy", 0, kScaleUnits, "8"); }, "waiting for an answer");
  entry([&] { write_line(html, "sleep", 0, kScaleUnits, "8"); }, "asleep");
  entry([&] { write_line(html, "wait", 0, kScaleUnits, "8"); }, "nothing asked for");
  entry(
      [&] {
        html.element("text", {{"class", "timeout"}, {"x", "50%"}, {"y", "13"}}, "×");
      },
      "a timeout of its own");
  entry(
      [&] {
        html.shape("line",
                   {{"class", "end"}, {"x1", "50%"}, {"y1", "1"}, {"x2", "50%"}, {"y2", "15"}});
      },
      "the end of the case");
}

}  // namespace assay::report
