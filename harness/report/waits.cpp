#include "harness/report/waits.h"

#include <cstdint>
#include <vector>

#include "harness/report/fields.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Durations told one by one in a sentence.
constexpr std::size_t kMaxTold = 12;

std::int64_t length_us(const Json& wait) {
  return wait.at("ended_at_us").get<std::int64_t>() - wait.at("at_us").get<std::int64_t>();
}

std::string_view awaited(std::string_view what) {
  if (what == "connect") return "for a connection";
  if (what == "read") return "for an answer";
  if (what == "write") return "for room to send";
  if (what == "lock") return "for another thread";
  if (what == "signal") return "for a signal";
  return "in its event loop";
}

/// How it ended, behind what it was; a sleep that was slept needs no more words.
std::string words_of_end(const Json& wait) {
  const std::string_view end = text_at(wait, "end");
  if (end == "signal") return ", until a signal";
  if (end == "cut") return length_us(wait) == 0 ? " without end" : ", until the case ended";
  if (is_sleep(wait)) return "";
  if (end == "deadline") return is_timeout(wait) ? ": timeout" : ", until a time of its own";
  return text_at(wait, "for") == "events" ? ", until something came" : ", until it came";
}

/// "1 s, 2 s and 4 s"
std::string in_a_row(const std::vector<std::int64_t>& durations) {
  const std::size_t told = durations.size() > kMaxTold ? kMaxTold - 1 : durations.size();
  std::string words;
  for (std::size_t i = 0; i < told; ++i) {
    if (i > 0) words += i + 1 == durations.size() ? " and " : ", ";
    words += brief_seconds(durations[i]);
  }
  if (told < durations.size())
    words += " and " + std::to_string(durations.size() - told) + " times more";
  return words;
}

}  // namespace

const Json& waits_of(const Json& test_case) {
  static const Json kNone = Json::array();
  const auto found = test_case.find("waits");
  return found == test_case.end() ? kNone : *found;
}

bool is_sleep(const Json& wait) { return text_at(wait, "for") == "sleep"; }

bool is_timeout(const Json& wait) {
  // An event loop's deadline may be that of a sleep as well, which nobody but the loop knows.
  return text_at(wait, "end") == "deadline" && !is_sleep(wait) && text_at(wait, "for") != "events";
}

std::string words_of_wait(const Json& wait) {
  std::string words;
  if (const int thread = wait.at("thread"); thread != 1)
    words = "thread " + std::to_string(thread) + " ";
  words += is_sleep(wait) ? "sleeps" : "waits";
  const std::int64_t length = length_us(wait);
  if (length > 0) words += " " + brief_seconds(length);
  const std::string_view end = text_at(wait, "end");
  if (is_sleep(wait) && (end == "signal" || end == "cut") && wait.contains("deadline_us")) {
    const std::int64_t wanted =
        wait.at("deadline_us").get<std::int64_t>() - wait.at("at_us").get<std::int64_t>();
    words += " of " + brief_seconds(wanted);
  }
  if (!is_sleep(wait)) words += " " + std::string(awaited(text_at(wait, "for")));
  return words + words_of_end(wait);
}

std::string words_of_waits(const Json& test_case) {
  std::vector<std::int64_t> sleeps, loops, timeouts;
  for (const Json& wait : waits_of(test_case)) {
    if (is_sleep(wait)) sleeps.push_back(length_us(wait));
    if (is_timeout(wait)) timeouts.push_back(length_us(wait));
    const bool own = text_at(wait, "for") == "events" && text_at(wait, "end") == "deadline";
    if (own) loops.push_back(length_us(wait));
  }
  std::string words;
  const auto add = [&](const std::vector<std::int64_t>& durations, std::string_view head) {
    if (durations.empty()) return;
    if (!words.empty()) words += "; ";
    words += std::string(head) + " " + in_a_row(durations);
  };
  add(sleeps, "slept");
  add(loops, "its event loop waited");
  add(timeouts, timeouts.size() == 1 ? "timeout after" : "timeouts after");
  return words;
}

}  // namespace assay::report
