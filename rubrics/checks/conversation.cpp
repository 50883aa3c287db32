// kind: conversation. A person decides; the machine prepares questions: the same first one for
// everybody, then some from this run's own evidence, with values quoted.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A person decides. The machine prepares questions: the same first one for everybody, then some from this run's own evidence, with values quoted.",
  "type": "object", "additionalProperties": false, "required": ["first", "at_most", "from_evidence"],
  "properties": {
    "first": {"description": "The question that everybody is asked.", "type": "string", "minLength": 1},
    "at_most": {"description": "How many of the others, at most.", "type": "integer", "minimum": 0, "maximum": 8},
    "from_evidence": {
      "description": "Questions in order; each is asked where the run has a case for it. Beside its text it has one of merged, escaped, answered, retried and not_retried.",
      "type": "array", "items": {
        "description": "A question, and which cases it is about.",
        "type": "object", "additionalProperties": false, "required": ["text"],
        "minProperties": 2, "maxProperties": 2,
        "properties": {
          "text": {
            "description": "The question. {title}, {value} and {requests} are the case's title, answer and number of requests; {other_title} and {other_value} those of the second case of merged.",
            "type": "string", "minLength": 1},
          "merged": {
            "description": "Two labels whose cases got the same status.",
            "type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
          "escaped": {
            "description": "Labels of failures that left the function as they came.",
            "type": "array", "items": {"type": "string"}, "minItems": 1},
          "answered": {
            "description": "Labels of cases that were answered.",
            "type": "array", "items": {"type": "string"}, "minItems": 1},
          "retried": {
            "description": "Labels of cases in which the same thing was asked for again.",
            "type": "array", "items": {"type": "string"}, "minItems": 1},
          "not_retried": {
            "description": "Labels of cases that were answered, and in which nothing was asked for again.",
            "type": "array", "items": {"type": "string"}, "minItems": 1}}}}}})";

std::string replace(std::string text, std::string_view name, const std::string& value) {
  const std::string hole = "{" + std::string(name) + "}";
  // One pass from left to right: a value is never searched for holes.
  for (std::size_t at = text.find(hole); at != std::string::npos;
       at = text.find(hole, at + value.size()))
    text.replace(at, hole.size(), value);
  return text;
}

std::string shown(const CaseFact& c) {
  if (c.answer == "nothing") return "nothing";
  return c.answer == "raised" ? "raised " + c.shown : "returned " + c.shown;
}

/// Fills {title}, {value}, {requests}, and for a second case {other_title}, {other_value}.
/// Candidate's values go in last, so what they contain is not read as a hole.
std::string fill(std::string text, const CaseFact& c, const CaseFact* other) {
  text = replace(std::move(text), "title", c.title);
  if (other != nullptr) text = replace(std::move(text), "other_title", other->title);
  text = replace(std::move(text), "requests", std::to_string(c.requests));
  // Both at once, from the back, for the same reason.
  const std::size_t second = text.rfind("{other_value}");
  if (other != nullptr && second != std::string::npos)
    text.replace(second, std::string_view("{other_value}").size(), shown(*other));
  const std::size_t first = text.find("{value}");
  if (first != std::string::npos && (second == std::string::npos || first < second))
    text.replace(first, std::string_view("{value}").size(), shown(c));
  return text;
}

const CaseFact* pick(const FactSet& facts, const Json& rule, const std::vector<std::string>& used) {
  for (const std::string_view how : {"escaped", "answered", "retried", "not_retried"}) {
    const auto it = rule.find(how);
    if (it == rule.end()) continue;
    for (const CaseFact* c : facts.of_labels(it->get<Labels>())) {
      if (!c->answered() || std::find(used.begin(), used.end(), c->case_id) != used.end()) continue;
      if (how == "escaped" && !c->escaped) continue;
      if (how == "retried" && c->repeats < 2) continue;
      // Where nothing failed a retry would have changed nothing.
      if (how == "not_retried" && (c->repeats >= 2 || !facts.traffic(*c).failed())) continue;
      return c;
    }
  }
  return nullptr;
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  d.verdict = Verdict::kNeedsHuman;
  d.basis = model::Basis::kHuman;
  d.explanation = "This needs a conversation, or written answers; the questions rest on this run.";
  d.questions.push_back({parameters.at("first").get<std::string>(), {}});
  const std::size_t most = parameters.at("at_most").get<std::size_t>() + 1;
  std::vector<std::string> used;
  for (const Json& rule : parameters.at("from_evidence")) {
    if (d.questions.size() >= most) break;
    const CaseFact* c = nullptr;
    const CaseFact* other = nullptr;
    if (rule.contains("merged")) {
      const Apart apart = tell_apart(facts, rule.at("merged")[0], rule.at("merged")[1]);
      if (apart.apart == false && apart.a->answered() && apart.b->answered()) {
        c = apart.a;
        other = apart.b;
      }
    } else {
      c = pick(facts, rule, used);
    }
    if (c == nullptr) continue;
    model::Question question{fill(rule.at("text").get<std::string>(), *c, other), {c->id}};
    used.push_back(c->case_id);
    if (other != nullptr) {
      cite(question.evidence, other->id);
      used.push_back(other->case_id);
    }
    for (const std::string& id : question.evidence) cite(d.evidence, id);
    d.questions.push_back(std::move(question));
  }
  return d;
}

}  // namespace

extern const Check k_conversation{"conversation", kSchema, decide};

}  // namespace assay::rubrics
