// kind: follows_parameter. Metamorphic: the same count with the minimum moved across it must move
// the verdict. `observed` where it does not: the threshold is not the caller's. For a negative
// indicator.

#include <map>

#include "harness/base/count.h"
#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The same count with the minimum moved across it must move the verdict. For a negative indicator: observed where it does not, so the threshold is not the caller's.",
  "type": "object", "additionalProperties": false, "required": ["above", "below", "other"],
  "properties": {
    "above": {"description": "The label of cases whose count lies above the minimum.", "type": "string"},
    "below": {"description": "The label of cases whose count lies below it.", "type": "string"},
    "other": {
      "description": "Labels of states that are not healthy: what looks like these was not read as healthy.",
      "type": "array", "items": {"type": "string"}}}})";

struct Group {
  std::vector<const CaseFact*> above, below;
};

std::map<std::int64_t, Group> groups_of(const FactSet& facts, const std::string& above,
                                        const std::string& below) {
  std::map<std::int64_t, Group> groups;
  for (const CaseFact& c : facts.cases()) {
    // Who raises on purpose has judged as well.
    if (!(c.returned() || (c.answered() && c.deliberate)) || !c.rows) continue;
    if (c.label == above) groups[*c.rows].above.push_back(&c);
    if (c.label == below) groups[*c.rows].below.push_back(&c);
  }
  return groups;
}

/// Whether healthy partitions were read at all: they look unlike every state in which nothing is.
bool read_healthy(const FactSet& facts, const std::string& above, const Labels& other) {
  for (const auto& [key, c] : facts.keys(above)) {
    if (!c->returned()) continue;
    bool elsewhere = false;
    for (const std::string& label : other) elsewhere = elsewhere || facts.keys(label).contains(key);
    if (!elsewhere) return true;
  }
  return false;
}

std::string told(const CaseFact& c) {
  return "minimum " + std::to_string(c.minimum.value_or(0)) + (c.returned() ? " gave " : ": it ") +
         c.key;
}

Term judge_group(std::int64_t rows, const Group& group, std::vector<std::string>& because) {
  Term term{"with " + count_of(static_cast<std::size_t>(rows), "row") +
                " the verdict stays when the minimum moves across the count",
            std::nullopt,
            {}};
  for (const CaseFact* a : group.above) {
    for (const CaseFact* b : group.below) {
      const bool same = a->key == b->key;
      // Two free texts tell neither way, and an exception may be raised for something else.
      if (same && (a->key_open || !a->returned())) continue;
      if (same && term.holds != true)
        because.push_back("with " + std::to_string(rows) + " rows, " + told(*a) + " and " +
                          told(*b));
      if (same || !term.holds) {
        cite(term.evidence, a->id);
        cite(term.evidence, b->id);
      }
      term.holds = term.holds.value_or(false) || same;
    }
  }
  return term;
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const auto above = parameters.at("above").get<std::string>();
  const auto below = parameters.at("below").get<std::string>();
  std::vector<std::string> because;
  std::size_t known = 0, stays = 0, open = 0;
  for (const auto& [rows, group] : groups_of(facts, above, below)) {
    if (group.above.empty() || group.below.empty()) continue;
    Term term = judge_group(rows, group, because);
    known += term.holds.has_value();
    stays += term.holds == true;
    open += !term.holds.has_value();
    for (const std::string& id : term.evidence) cite(d.evidence, id);
    d.terms.push_back(std::move(term));
  }
  // A verdict that follows shows by itself that something was read as healthy.
  if ((stays > 0 || known == 0) && !read_healthy(facts, above, labels_of(parameters, "other"))) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "No case was read as healthy, so nothing shows which minimum is used.";
  } else if (stays > 0) {
    d.verdict = Verdict::kObserved;
    d.explanation = sentence(because, 2);
    d.explanation.back() = ':';
    d.explanation += " the verdict does not follow the caller's minimum.";
    for (const FunctionFact& f : facts.functions())
      if (!f.literals.empty()) {
        d.notes.push_back(f.name + " compares the count with a literal, in line " +
                          std::to_string(f.literals.front()));
        cite(d.evidence, f.id);
      }
  } else if (known > 0) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "The verdict follows the caller's minimum, tried with " +
                    count_of(known, known == 1 ? "count" : "different count") + ".";
  } else if (open > 0) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation =
        "The status is free text, so whether it follows the minimum is for a person to read.";
    d.questions.push_back(
        {"Does the answer follow the caller's minimum in these cases?", d.evidence});
  } else {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "No two answers can be compared that differ in the minimum alone.";
  }
  return with_faults(std::move(d), facts, {above, below}, stays > 0);
}

}  // namespace

extern const Check k_follows_parameter{"follows_parameter", kSchema, decide, true};

}  // namespace assay::rubrics
