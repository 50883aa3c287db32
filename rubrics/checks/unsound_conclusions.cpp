// kind: unsound_conclusions. Where the world is odd, the function gives an answer that it does not
// bear, or none: the status of a state that it is not in, an exception of somebody else's, a value
// that is no record. A status that no known state has is the function's own, and sound. For a
// negative indicator.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Where the world is odd, the function gives an answer that it does not bear, or none: the status of a state that it is not in, an exception of somebody else's, a value that is no record. A status that no known state has is the function's own, and sound. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["states", "rules"],
  "properties": {
    "states": {
      "description": "Labels of the states whose status means just that state.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "rules": {
      "description": "What is sound under which label.",
      "type": "array", "minItems": 1, "items": {
        "description": "A label, and what may be concluded there.",
        "type": "object", "additionalProperties": false, "required": ["label", "sound"],
        "properties": {
          "label": {"description": "The label.", "type": "string"},
          "sound": {
            "description": "States whose status is sound there, beside one of its own.",
            "type": "array", "items": {"type": "string"}},
          "may_fail": {
            "description": "Whether an exception of somebody else's, or no answer, is left to other indicators.",
            "type": "boolean"},
          "enough_rows": {
            "description": "Only cases are looked at whose true count reaches the minimum (true), or does not (false).",
            "type": "boolean"}}}}}})";

struct Rule {
  std::string label;
  Labels sound;
  bool may_fail = false;
  std::optional<bool> enough_rows;

  bool takes(const CaseFact& c) const {
    if (c.label != label || !c.ran || !c.reached) return false;
    if (!enough_rows) return true;
    return c.rows && *enough_rows == (*c.rows >= c.minimum.value_or(0));
  }
};

std::vector<Rule> rules_of(const Json& parameters) {
  std::vector<Rule> rules;
  for (const Json& j : parameters.at("rules")) {
    Rule& rule = rules.emplace_back(
        Rule{j.at("label"), labels_of(j, "sound"), j.value("may_fail", false), std::nullopt});
    if (j.contains("enough_rows")) rule.enough_rows = j["enough_rows"].get<bool>();
  }
  return rules;
}

/// Whether it has a status that could be a word for a state.
bool has_word(const CaseFact& c) { return c.status_kind != "bool" && c.status_kind != "absent"; }

class Judge {
 public:
  Judge(const FactSet& facts, const Json& parameters)
      : facts_(facts), states_(labels_of(parameters, "states")), rules_(rules_of(parameters)) {
    for (const CaseFact* c : facts.of_labels(states_)) {
      known_ = known_ || !c->key.empty();
      words_ = words_ || (c->returned() && has_word(*c));
    }
  }

  Decision decide() {
    if (known_)
      for (const Rule& rule : rules_) look(rule);
    for (const Term& term : d_.terms)
      for (const std::string& id : term.evidence) cite(d_.evidence, id);
    if (!because_.empty()) {
      d_.verdict = Verdict::kObserved;
      d_.explanation = sentence(because_, 3);
    } else if (std::ranges::any_of(d_.terms, [](const Term& t) { return t.holds.has_value(); })) {
      d_.verdict = Verdict::kNotObserved;
      d_.explanation = "Where something was odd, no answer said more than was known.";
    } else {
      d_.explanation =
          "No case was odd, or too little was answered to tell a conclusion by its status.";
    }
    Labels labels;
    for (const Rule& rule : rules_) cite(labels, rule.label);
    return with_faults(std::move(d_), facts_, labels, !because_.empty());
  }

 private:
  void look(const Rule& rule) {
    Term& term = term_of(rule.label);
    for (const CaseFact& c : facts_.cases()) {
      if (!rule.takes(c)) continue;
      const std::string found = problem(rule, c);
      if (!found.empty() && term.holds != true) {
        term.evidence.clear();  // what is unsound is what tells
        because_.push_back(in_quotes(c.title) + " " + found);
      }
      if (!found.empty() || !term.holds) cite(term.evidence, c.id);
      term.holds = term.holds.value_or(false) || !found.empty();
    }
  }

  /// One for each label, though several rules may speak of it.
  Term& term_of(const std::string& label) {
    const std::string text = "an unsound conclusion is drawn from " + words(label);
    for (Term& term : d_.terms)
      if (term.term == text) return term;
    return d_.terms.emplace_back(Term{text, std::nullopt, {}});
  }

  /// What is unsound about the answer; empty where nothing is.
  std::string problem(const Rule& rule, const CaseFact& c) const {
    if (c.answer == "nothing") return rule.may_fail ? "" : "gave no answer";
    if (c.answer == "raised")
      return c.deliberate || rule.may_fail ? "" : "let through " + c.exception;
    // Free text tells neither way.
    if (has_word(c) ? !c.status_closed : c.key_open) return "";
    if (has_status_of(rule.sound, c)) return "";
    for (const std::string& state : states_)
      if (has_status_of({state}, c)) return "was answered like " + words(state) + ", " + c.shown;
    // Where words are given, anything else is no status of its own.
    return words_ && !has_word(c) ? "gave " + c.shown : "";
  }

  bool has_status_of(const Labels& labels, const CaseFact& c) const {
    return std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
      return facts_.keys(label).contains(c.key);
    });
  }

  const FactSet& facts_;
  const Labels states_;
  const std::vector<Rule> rules_;
  bool known_ = false;  ///< some state was answered at all
  bool words_ = false;  ///< with a record that has a word for it
  Decision d_;
  std::vector<std::string> because_;
};

Decision decide(const FactSet& facts, const Json& parameters) {
  return Judge(facts, parameters).decide();
}

}  // namespace

extern const Check k_unsound_conclusions{"unsound_conclusions", kSchema, decide, true};

}  // namespace assay::rubrics
