// kind: gained_contract. Properties of the returned record that programs rely on: the solution has
// one that the draft had not; for a positive indicator. What was lost is listed, and where
// something was both gained and lost a person weighs it.

#include <algorithm>
#include <map>
#include <set>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Properties of the returned record that programs rely on: the solution has one that the draft had not. What was lost is listed, and where something was both gained and lost a person weighs it. For a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["known", "failure", "core_families", "beyond"],
  "properties": {
    "known": {"type": "array", "minItems": 1, "items": {"type": "string"},
              "description": "Labels of the states in which the answer is known."},
    "failure": {"description": "Label of the failures.", "type": "string"},
    "core_families": {"description": "Families of failures that are looked at; the others may differ.", "type": "array", "items": {"type": "string"}},
    "beyond": {"type": "array", "uniqueItems": true, "items": {
                 "enum": ["same_keys", "serialisable", "stable_types", "closed_status",
                          "unknown_count", "cause", "typed"]},
               "description": "Properties worth a gain that the task does not ask for: a draft without them is whole."}}})";

struct Property {
  const char* id;
  const char* words;
  std::optional<bool> holds;
  std::string example;  ///< id of a case that shows it, or that breaks it
};

using Cases = std::vector<const CaseFact*>;

/// The states in which the answer is known, and the core failures.
Cases cases_of_states(const FactSet& facts, const Json& parameters) {
  const Labels known = labels_of(parameters, "known");
  const Labels core = labels_of(parameters, "core_families");
  Cases cases;
  for (const CaseFact& c : facts.cases()) {
    const bool is_known = std::ranges::find(known, c.label) != known.end();
    const bool is_core =
        c.label == parameters.at("failure") && std::ranges::find(core, c.family) != core.end();
    if (c.ran && c.reached && (is_known || is_core)) cases.push_back(&c);
  }
  return cases;
}

template <class Is>
Cases those(const Cases& cases, Is is) {
  Cases found;
  for (const CaseFact* c : cases)
    if (is(*c)) found.push_back(c);
  return found;
}

/// Looks at one side's answers.
class Contract {
 public:
  Contract(const FactSet& facts, const Json& parameters)
      : facts_(facts),
        failure_(parameters.at("failure").get<std::string>()),
        cases_(cases_of_states(facts, parameters)),
        returned_(those(cases_, [](const CaseFact& c) { return c.returned(); })),
        records_(those(returned_, [](const CaseFact& c) { return c.answer == "record"; })) {}

  std::vector<Property> properties() const {
    return {same_keys(),     serialisable(), stable_types(), closed_status(),
            unknown_count(), cause(),        typed()};
  }

 private:
  /// Whether it holds in all of `cases`; nothing where there are none.
  template <class Holds>
  static Property each(const char* id, const char* words, const Cases& cases, Holds holds) {
    Property property{id, words, std::nullopt, ""};
    for (const CaseFact* c : cases) {
      const bool fine = holds(*c);
      if (!fine && property.holds != false) property.example = c->id;
      if (property.example.empty()) property.example = c->id;
      property.holds = property.holds.value_or(true) && fine;
    }
    return property;
  }

  Property same_keys() const {
    const auto names_of = [](const CaseFact& c) {
      std::set<std::string> names;
      for (const auto& [name, type] : c.fields) names.insert(name);
      return names;
    };
    const auto all = records_.empty() ? std::set<std::string>() : names_of(*records_.front());
    return each("same_keys", "the same keys in every state", cases_, [&](const CaseFact& c) {
      return c.returned() && c.answer == "record" && names_of(c) == all;
    });
  }

  Property serialisable() const {
    return each("serialisable", "a result that json.dumps takes", returned_,
                [](const CaseFact& c) { return c.serialisable; });
  }

  /// None stands for any type that is not known yet.
  Property stable_types() const {
    std::map<std::string, std::string> types;
    return each("stable_types", "one type for each key", returned_, [&](const CaseFact& c) {
      if (c.answer != "record") return false;
      for (const auto& [name, type] : c.fields) {
        if (type == "NoneType") continue;
        if (types.emplace(name, type).first->second != type) return false;
      }
      return true;
    });
  }

  Property closed_status() const {
    return each("closed_status", "a status from a closed set of words", returned_,
                [](const CaseFact& c) {
                  return c.answer == "record" && c.status_closed && !c.status_yes_no &&
                         (c.status_kind == "text" || c.status_kind == "enum");
                });
  }

  Property unknown_count() const {
    const Cases failing = those(cases_, [this](const CaseFact& c) { return c.label == failure_; });
    return each("unknown_count", "None for a count that nobody knows", failing,
                [](const CaseFact& c) { return c.returned() && c.count_kind == "none"; });
  }

  /// Closed values that differ between two kinds of failure.
  Property cause() const {
    Property property{"cause", "a cause of failure that a program can read", std::nullopt, ""};
    std::map<std::string, const CaseFact*> first;  // by family
    for (const CaseFact* c : facts_.of_label(failure_)) {
      if (!c->returned() || c->answer != "record") continue;
      property.holds = property.holds.value_or(false);
      if (property.example.empty()) property.example = c->id;
      if (c->key_open) continue;
      for (const auto& [family, other] : first)
        if (family != c->family && other->key != c->key && !*property.holds) {
          property.holds = true;
          property.example = c->id;
        }
      first.emplace(c->family, c);
    }
    if (!property.holds && !cases_.empty() && !returned_.empty()) property.holds = false;
    return property;
  }

  Property typed() const {
    Property property{"typed", "a declared type", std::nullopt, ""};
    if (returned_.empty()) return property;
    property.holds = !facts_.source().declares.empty();
    property.example = *property.holds ? facts_.source().id : returned_.front()->id;
    if (*property.holds) return property;
    const bool by_value = std::ranges::all_of(returned_, [](const CaseFact* c) {
      const bool declared = c->record_class == "dataclass" || c->record_class == "namedtuple";
      return c->answer == "record" && (declared || c->status_kind == "enum");
    });
    property.holds = by_value;
    return property;
  }

  const FactSet& facts_;
  std::string failure_;
  Cases cases_, returned_, records_;
};

struct Change {
  std::vector<std::string> gained, lost, lacking;  ///< in words
  bool comparable = false;
};

Change compare(const std::vector<Property>& before, const std::vector<Property>& now,
               const Labels& beyond, Decision& d) {
  Change change;
  for (std::size_t i = 0; i < now.size(); ++i) {
    Term term{std::string(now[i].words) + (before[i].holds == true    ? ", as in the draft"
                                           : before[i].holds == false ? ", which the draft had not"
                                                                      : ""),
              now[i].holds,
              {}};
    cite(term.evidence, before[i].example);
    cite(term.evidence, now[i].example);
    if (before[i].holds && now[i].holds) {
      change.comparable = true;
      const bool wanted = std::ranges::find(beyond, now[i].id) == beyond.end();
      if (!*before[i].holds && wanted) change.lacking.push_back(now[i].words);
      if (!*before[i].holds && *now[i].holds) change.gained.push_back(now[i].words);
      if (*before[i].holds && !*now[i].holds) change.lost.push_back(now[i].words);
      if (*before[i].holds != *now[i].holds)
        for (const std::string& id : term.evidence) cite(d.evidence, id);
    }
    d.terms.push_back(std::move(term));
  }
  return change;
}

void settle(const Change& change, Decision& d) {
  for (const std::string& what : change.lost) d.gaps.push_back("lost since the draft: " + what);
  const std::string gained = listed(change.gained, 8), lost = listed(change.lost, 8);
  if (!change.comparable) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "Draft or solution answered too little to compare what they return.";
  } else if (!change.gained.empty() && !change.lost.empty()) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = "Beyond the draft, the solution's result has " + gained +
                    "; what it has no longer is " + lost + ".";
    d.questions.push_back(
        {d.explanation + " Is it the better contract for a program that reads it?", d.evidence});
  } else if (!change.gained.empty()) {
    d.verdict = Verdict::kObserved;
    d.explanation = "Beyond the draft, the solution's result has " + gained + ".";
  } else if (change.lacking.empty()) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "The draft's contract was whole already, so nothing had to be added.";
  } else {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "The draft's result lacked " + listed(change.lacking, 8) +
                    ", and the solution adds nothing to its contract.";
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const FactSet* draft = facts.origin().draft;
  if (draft == nullptr) {
    d.explanation = facts.origin().no_draft;
    return d;
  }
  const auto before = Contract(*draft, parameters).properties();
  const auto now = Contract(facts, parameters).properties();
  settle(compare(before, now, labels_of(parameters, "beyond"), d), d);
  if (d.evidence.empty())
    for (const Term& term : d.terms)
      for (const std::string& id : term.evidence) cite(d.evidence, id);
  Labels labels = labels_of(parameters, "known");
  cite(labels, parameters.at("failure").get<std::string>());
  // Every property is of all cases, so one that nobody saw may turn any of them.
  d = with_faults(std::move(d), *draft, labels, false);
  return with_faults(std::move(d), facts, labels, d.verdict == Verdict::kUndetermined);
}

}  // namespace

extern const Check k_gained_contract{"gained_contract", kSchema, decide, true};

}  // namespace assay::rubrics
