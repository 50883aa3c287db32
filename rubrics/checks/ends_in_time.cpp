// kind: ends_in_time. However the API fails, the function ends within a bound of time and tries. A
// request that hung and was never given up is no matter of this one. Where most clients have no
// bound, an excess is a gap. For a positive indicator.

#include <algorithm>

#include "harness/base/count.h"
#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "However the API fails, the function ends within a bound of time and tries. A request that hung and was never given up is no matter of this one. Where most clients have no bound, an excess is a gap. For a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["labels", "longest_seconds", "most_tries"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "beside": {
      "description": "Labels of cases that are looked at as well, and in which an excess is a gap and decides nothing.",
      "type": "array", "items": {"type": "string"}},
    "longest_seconds": {
      "description": "The longest that a function may take.",
      "type": "integer", "minimum": 1},
    "most_tries": {
      "description": "The most requests for one and the same thing.",
      "type": "integer", "minimum": 1}}})";

bool ends_by_itself(const CaseFact& c) { return c.answered() || c.outcome == "exited"; }

/// Ended because it went on too long: not by a crash, which says nothing of time.
bool went_on(const CaseFact& c) {
  return c.outcome == "virtual_time" || c.outcome == "wall_time" || c.outcome == "cpu_time";
}

/// The function was in its first and only wait when the case ended.
bool held_by_hang(const CaseFact& c, const TrafficFact& traffic) {
  if (ends_by_itself(c)) return false;
  const auto hung = [](const Exchange& e) { return e.hangs(); };
  const auto gave_up = [](const Exchange& e) { return e.given_up; };
  return std::any_of(traffic.exchanges.begin(), traffic.exchanges.end(), hung) &&
         std::none_of(traffic.exchanges.begin(), traffic.exchanges.end(), gave_up);
}

struct Bounds {
  std::int64_t longest_us = 0;
  int most_tries = 0;
};

/// What cases of some labels show.
struct Seen {
  std::optional<bool> in_time, few;
  std::vector<std::string> late, often;  ///< facts that show an excess
  std::vector<std::string> because;
  const CaseFact* longest = nullptr;
  bool passed_over =
      false;  ///< a case that a hang held until it was ended, which another check judges
};

Seen look(const FactSet& facts, const Labels& labels, const Bounds& bounds) {
  Seen seen;
  for (const CaseFact* c : facts.of_labels(labels)) {
    const TrafficFact& traffic = facts.traffic(*c);
    // What came to a good end shows no bound, unless it took longer than any.
    const bool shows = traffic.failed() || traffic.over_us > bounds.longest_us;
    if (!c->ran || !c->reached || !shows) continue;
    if (held_by_hang(*c, traffic)) {
      seen.passed_over = true;
      continue;
    }
    if (!ends_by_itself(*c) && !went_on(*c)) continue;
    const bool in_time = ends_by_itself(*c) && traffic.over_us <= bounds.longest_us;
    const bool few = c->repeats <= bounds.most_tries;
    if (!in_time || !few)
      seen.because.push_back(in_quotes(c->title) + " was asked for " +
                             count_of(static_cast<std::size_t>(c->repeats), "time") + " in " +
                             seconds(traffic.over_us) +
                             (ends_by_itself(*c) ? "" : ", and there was no end to it"));
    if (!in_time && seen.late.size() < 4) cite(seen.late, traffic.id);
    if (!few && seen.often.size() < 4) cite(seen.often, traffic.id);
    seen.in_time = seen.in_time.value_or(true) && in_time;
    seen.few = seen.few.value_or(true) && few;
    if (seen.longest == nullptr || traffic.over_us > facts.traffic(*seen.longest).over_us)
      seen.longest = c;
  }
  return seen;
}

std::string in_words(const Seen& seen) {
  std::string text = seen.because.front();
  if (seen.because.size() > 1)
    text += "; so it was in " + count_of(seen.because.size() - 1, "further case");
  return text;
}

/// What decides nothing, as a term and a gap.
void add_beside(const FactSet& facts, const Seen& seen, Decision& d) {
  if (!seen.in_time) return;
  Term term{"the same where most clients have no bound", *seen.in_time && *seen.few, seen.late};
  for (const std::string& id : seen.often) cite(term.evidence, id);
  if (term.evidence.empty()) cite(term.evidence, facts.traffic(*seen.longest).id);
  for (const std::string& id : term.evidence) cite(d.evidence, id);
  if (term.holds == false && d.verdict == Verdict::kObserved)
    d.gaps.push_back("not where most clients have no bound either: " + in_words(seen));
  d.terms.push_back(std::move(term));
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const Bounds bounds{parameters.at("longest_seconds").get<std::int64_t>() * 1'000'000,
                      parameters.at("most_tries")};
  const Seen seen = look(facts, labels, bounds);
  const Seen beside = look(facts, labels_of(parameters, "beside"), bounds);
  Term time{"the function ends within the time that a caller can wait", seen.in_time, seen.late};
  Term tries{"nothing is asked for too often", seen.few, seen.often};
  if (seen.longest != nullptr && time.evidence.empty())
    cite(time.evidence, facts.traffic(*seen.longest).id);
  d.terms = {std::move(time), std::move(tries)};
  for (const Term& term : d.terms)
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  if (!seen.because.empty()) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = in_words(seen) + ".";
  } else if (seen.longest != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation =
        std::string(seen.passed_over          ? "Where it got an answer it came to an end"
                    : !beside.because.empty() ? "Where most clients have a bound it came to an end"
                                              : "It always came to an end") +
        ": the longest, " + in_quotes(seen.longest->title) + ", took " +
        seconds(facts.traffic(*seen.longest).over_us) + ".";
    if (seen.passed_over)
      d.gaps.push_back(
          "not where nothing comes: it waited there without an end, for want of a timeout");
  } else {
    d.explanation = "No failure reached the function, so nothing shows how long it would go on.";
  }
  add_beside(facts, beside, d);
  return with_faults(std::move(d), facts, labels, !seen.because.empty());
}

}  // namespace

extern const Check k_ends_in_time{"ends_in_time", kSchema, decide};

}  // namespace assay::rubrics
