// kind: growing_pauses. The pauses before further tries grow, seen over all cases in which nothing
// asked for a certain wait. For a positive indicator.
//
// Pauses may be random (jitter), so one case proves little: they grow where in every case none is
// shorter than the one before it and the last is longer than the first, or where the last pauses of
// all cases together are longer than the first ones by a factor.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The pauses before further tries grow, seen over all cases in which nothing asked for a certain wait. For a positive indicator. Pauses may be random (jitter), so one case proves little: they grow where in every case none is shorter than the one before it and the last is longer than the first, or where the last pauses of all cases together are longer than the first ones by a factor.",
  "type": "object", "additionalProperties": false,
  "required": ["labels", "least_ms", "grown_by", "same_within"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "least_ms": {
      "description": "A shorter pause is none, and a smaller difference is no growth.",
      "type": "integer", "minimum": 0},
    "grown_by": {
      "description": "The factor between the last pauses and the first, over all cases, from which on they grow.",
      "type": "number", "exclusiveMinimum": 1},
    "same_within": {
      "description": "The factor up to which they do not; a person decides between the two.",
      "type": "number", "minimum": 1}}})";

struct Pauses {
  const CaseFact* c = nullptr;
  std::vector<std::int64_t> us;
};

/// Of the thing that was tried most often; nothing where an answer asked for a certain wait, or
/// where a request was given up: when that was is not always seen, since clients may close late.
std::vector<std::int64_t> pauses_of(const TrafficFact& traffic) {
  for (const Exchange& e : traffic.exchanges)
    if (e.asked_us || e.given_up) return {};
  std::map<int, std::vector<std::int64_t>> by_thing;
  for (const Try& t : traffic.tries()) by_thing[t.again->thing].push_back(t.pause_us());
  std::vector<std::int64_t> most;
  for (auto& [thing, pauses] : by_thing)
    if (pauses.size() > most.size()) most = std::move(pauses);
  return most;
}

/// By more than a clock's resolution and what a scheduler adds.
bool grows_steadily(const std::vector<std::int64_t>& us, std::int64_t least_us) {
  return std::is_sorted(us.begin(), us.end()) && us.back() - us.front() >= least_us;
}

std::string shown(const Pauses& pauses) {
  std::vector<std::string> items;
  for (const std::int64_t us : pauses.us) items.push_back(seconds(us));
  return "in " + in_quotes(pauses.c->title) + " the pauses were " + listed(items, 6);
}

/// What several pauses say of their growth; nothing where they may be random.
std::optional<bool> grow(const std::vector<Pauses>& several, const Json& parameters) {
  const std::int64_t least_us = parameters.at("least_ms").get<std::int64_t>() * 1'000;
  bool steadily = true;
  double first = 0, last = 0;
  for (const Pauses& pauses : several) {
    steadily = steadily && grows_steadily(pauses.us, least_us);
    first += static_cast<double>(pauses.us.front());
    last += static_cast<double>(pauses.us.back());
  }
  const auto count = static_cast<double>(several.size());
  if (last < static_cast<double>(least_us) * count) return false;
  if (steadily || last >= first * parameters.at("grown_by").get<double>()) return true;
  if (last <= first * parameters.at("same_within").get<double>()) return false;
  return std::nullopt;
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const std::int64_t least_us = parameters.at("least_ms").get<std::int64_t>() * 1'000;
  Term waits{"there is a pause before a further try", std::nullopt, {}};
  Term grows{"the pauses grow from try to try", std::nullopt, {}};
  std::vector<Pauses> all, several;
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->ran || !c->reached) continue;
    Pauses pauses{c, pauses_of(facts.traffic(*c))};
    if (pauses.us.empty()) continue;
    const bool waited = *std::max_element(pauses.us.begin(), pauses.us.end()) >= least_us;
    Term& term = pauses.us.size() > 1 ? grows : waits;
    if (term.evidence.size() < 3) cite(term.evidence, facts.traffic(*c).id);
    waits.holds = waits.holds.value_or(false) || waited;
    if (pauses.us.size() > 1) several.push_back(pauses);
    all.push_back(std::move(pauses));
  }
  if (!several.empty()) grows.holds = grow(several, parameters);
  for (const Term* term : {&grows, &waits})
    for (const std::string& id : term->evidence) cite(d.evidence, id);
  if (all.empty()) {
    d.explanation = "Nothing was asked for again where the pause was the function's own choice.";
  } else if (waits.holds == false) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "It asks again at once: " + shown(all.front()) + ".";
  } else if (several.empty()) {
    d.explanation = "There was never more than one further try, so no pause could grow.";
  } else if (!grows.holds) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = "Whether the pauses grow is hard to tell: " + shown(several.front()) + ".";
    d.questions.push_back({"Do the pauses between the tries grow?", d.evidence});
  } else {
    d.verdict = *grows.holds ? Verdict::kObserved : Verdict::kNotObserved;
    d.explanation = (*grows.holds ? "The pauses grow: " : "The pauses do not grow: ") +
                    shown(several.front()) + ".";
  }
  d.terms = {std::move(waits), std::move(grows)};
  return with_faults(std::move(d), facts, labels, d.verdict != Verdict::kNotExercised);
}

}  // namespace

extern const Check k_growing_pauses{"growing_pauses", kSchema, decide};

}  // namespace assay::rubrics
