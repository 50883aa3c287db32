#include "harness/evidence/traffic.h"

#include <algorithm>
#include <charconv>

#include "harness/evidence/http_date.h"
#include "harness/evidence/things.h"
#include "rubrics/check.h"

namespace assay::evidence {
namespace {

using rubrics::Exchange;
using rubrics::TrafficFact;
using rubrics::Try;

constexpr std::size_t kMaxCited = 12;
constexpr std::size_t kMaxPauses = 6;

std::int64_t to_us(Duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

/// What a Retry-After asks for: seconds, or a date that is so far off when the answer is over.
void read_retry_after(const std::string& text, VirtualTime at, Exchange& exchange) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds);
  constexpr std::int64_t kMostSeconds = 366LL * 86'400;  // more than a year asks for no wait
  if (parsed.ec == std::errc() && parsed.ptr == end && seconds >= 0 && seconds <= kMostSeconds) {
    exchange.asked_us = seconds * 1'000'000;
  } else if (const auto date = parse_http_date(text)) {
    exchange.asked_us = std::max<std::int64_t>(0, to_us(*date - at));
    exchange.asked_by_date = true;
  }
}

std::string end_of(const model::Observation& observation, Duration longest) {
  switch (observation.outcome.kind) {
    case model::OutcomeKind::kReturned:
    case model::OutcomeKind::kRaised:
    case model::OutcomeKind::kExited:
    case model::OutcomeKind::kSignaled:
      return "itself";
    case model::OutcomeKind::kVirtualTime:
      // Where nothing can ever wake the candidate, the case ends without waiting for the limit.
      return observation.virtual_time < longest ? "blocked" : "limit";
    case model::OutcomeKind::kWallTime:
    case model::OutcomeKind::kCpuTime:
      return "limit";
    default:
      return "cut";
  }
}

/// "after 1 s and 2 s"; or, where it is not seen when a request was given up, "at 10 s and 22 s".
std::string when_again(const std::vector<Try>& tries) {
  const bool waited =
      std::any_of(tries.begin(), tries.end(), [](const Try& t) { return t.before->given_up; });
  std::vector<std::string> times;
  for (const Try& t : tries)
    times.push_back(rubrics::seconds(waited ? t.again->at_us : t.pause_us()));
  return (waited ? "at " : "after ") + rubrics::listed(times, kMaxPauses);
}

std::string end_in_words(const TrafficFact& traffic) {
  if (traffic.end == "itself") return "over after " + rubrics::seconds(traffic.over_us);
  if (traffic.end == "limit") return "not over after " + rubrics::seconds(traffic.over_us);
  if (traffic.end == "blocked") return "it would have waited for ever";
  return "it did not end by itself";
}

/// "request 1 got no answer and was given up after 10 s", of those that hung or dripped.
std::string end_of_waits(const TrafficFact& traffic) {
  std::string text;
  for (const Exchange& e : traffic.exchanges) {
    if (!e.hangs() && !e.drips()) continue;
    const std::string request = "; request " + std::to_string(e.seq) +
                                (e.hangs() ? " got no answer" : " was answered in drips");
    if (!e.given_up && !e.ended_us) return request + " and was open to the end";
    const std::string after = rubrics::seconds(e.ended_us.value_or(e.at_us) - e.at_us);
    if (text.empty())
      text = request + (e.given_up ? " and was given up after " : " and was over after ") + after;
  }
  return text;
}

std::string sentence_of(const TrafficFact& traffic, const std::string& title) {
  std::string text =
      "Requests of " + rubrics::in_quotes(title) + ": " +
      (traffic.exchanges.empty() ? "none" : std::to_string(traffic.exchanges.size()));
  const std::vector<Try> tries = traffic.tries();
  if (!tries.empty())
    text += ", " + std::to_string(tries.size()) + " of them asked again, " + when_again(tries);
  for (const Exchange& e : traffic.exchanges)
    if (e.asked_us) {
      text += "; an answer asked to wait " + rubrics::seconds(*e.asked_us);
      break;
    }
  return text + end_of_waits(traffic) + "; " + end_in_words(traffic) + ".";
}

}  // namespace

TrafficFact look_at_traffic(const model::Case& the_case, const model::Observation& observation,
                            const model::Limits& limits) {
  TrafficFact traffic;
  traffic.case_id = the_case.id;
  traffic.over_us = to_us(observation.virtual_time);
  traffic.end = end_of(observation, std::chrono::milliseconds(limits.virtual_ms));
  Things things;
  for (const model::Request& request : observation.requests) {
    if (request.phase != model::Phase::kCall) continue;
    Exchange& e = traffic.exchanges.emplace_back();
    e.seq = request.seq;
    Things::Asked asked = things.of(request);
    e.operation = std::move(asked.operation);
    e.thing = asked.thing;
    e.fault = request.fault;
    e.status = request.status;
    e.at_us = to_us(request.at);
    if (request.ended_at) e.ended_us = to_us(*request.ended_at);
    // What is closed because a limit ended the case was given up by nobody.
    e.given_up = request.end == model::WireEnd::kClientClosed && request.ended_at &&
                 (traffic.end == "itself" || *request.ended_at < observation.virtual_time);
    e.next_page = request.next_page;
    if (!request.retry_after.empty() && request.ended_at)
      read_retry_after(request.retry_after, the_case.now + *request.ended_at, e);
  }
  return traffic;
}

model::Fact fact_of(const TrafficFact& traffic, const std::string& title) {
  model::Fact fact{
      "traffic:" + traffic.case_id, "traffic", sentence_of(traffic, title), traffic, {}};
  for (const Exchange& e : traffic.exchanges)
    if (fact.cites.size() < kMaxCited)
      fact.cites.push_back(model::Citation::of_request(traffic.case_id, e.seq));
  if (fact.cites.empty()) fact.cites.push_back(model::Citation::of_case(traffic.case_id));
  return fact;
}

}  // namespace assay::evidence
