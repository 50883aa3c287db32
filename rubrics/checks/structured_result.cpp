// kind: structured_result. A record with the keys that were asked for, a closed status, an honest
// count and a message that helps; for a positive indicator.

#include <algorithm>
#include <map>
#include <set>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A record with the keys that were asked for, a closed status, an honest count and a message that helps. For a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["known", "low", "missing", "failure", "core_families", "tolerated_families"],
  "properties": {
    "known": {
      "description": "Labels in which the answer is known.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "low": {"description": "The one of them in which the message must hold both numbers.", "type": "string"},
    "missing": {"description": "The one of them without a count.", "type": "string"},
    "failure": {"description": "The label of failures.", "type": "string"},
    "core_families": {
      "description": "Families of failure that must have the keys as well.",
      "type": "array", "items": {"type": "string"}},
    "tolerated_families": {
      "description": "How many of the other families may lack them; with more a person decides.",
      "type": "integer", "minimum": 0}}})";

struct Parameters {
  Labels known;
  std::string low, missing, failure;
  Labels core_families;
  std::size_t tolerated_families;
};

Parameters read(const Json& j) {
  return {labels_of(j, "known"),
          j.at("low"),
          j.at("missing"),
          j.at("failure"),
          labels_of(j, "core_families"),
          j.at("tolerated_families")};
}

/// What keeps a case from being a full record; empty where nothing does.
std::string shape_problem(const CaseFact& c) {
  if (!c.answered()) return "gave no answer";
  if (c.answer == "raised") return (c.deliberate ? "raised " : "let through ") + c.exception;
  if (c.answer != "record") return "returned " + c.shown;
  if (!c.missing_keys.empty()) return "has no " + listed(c.missing_keys);
  return "";
}

std::string status_problem(const CaseFact& c) {
  if (c.answer != "record" || c.status_kind == "absent") return "";
  if (c.status_yes_no || c.status_kind == "bool") return "has a yes or no as its status";
  if (c.status_kind != "text" && c.status_kind != "enum") return "has a status that is no word";
  if (!c.status_closed) return "has free text as its status";
  return "";
}

/// The cases that must be whole, and the rest of the failures by family.
struct Parts {
  std::vector<const CaseFact*> core;
  std::map<std::string, std::vector<const CaseFact*>> others;
};

Parts parts_of(const FactSet& facts, const Parameters& p) {
  Parts parts;
  for (const CaseFact& c : facts.cases()) {
    if (!c.ran || !c.reached) continue;
    const bool known = std::find(p.known.begin(), p.known.end(), c.label) != p.known.end();
    const bool core = std::find(p.core_families.begin(), p.core_families.end(), c.family) !=
                      p.core_families.end();
    if (known || (c.label == p.failure && core))
      parts.core.push_back(&c);
    else if (c.label == p.failure)
      parts.others[c.family].push_back(&c);
  }
  return parts;
}

class Judge {
 public:
  Judge(const FactSet& facts, const Parameters& p)
      : facts_(facts), p_(p), parts_(parts_of(facts, p)) {}

  Decision decide() {
    look_at_keys();
    look_at_status();
    look_at_unknown_counts();
    look_at_low_messages();
    look_at_failure_messages();
    look_at_other_families();
    add_notes();
    for (const Term& term : d_.terms)
      if (term.holds == false)
        for (const std::string& id : term.evidence) cite(d_.evidence, id);
    settle();
    return std::move(d_);
  }

 private:
  /// A term that fails for each case that `problem` finds something in.
  template <class Problem>
  void each(const char* text, const std::vector<const CaseFact*>& cases, Problem problem) {
    Term term{text, std::nullopt, {}};
    for (const CaseFact* c : cases) {
      const std::string found = problem(*c);
      if (!found.empty()) {
        if (term.holds != false) because_.push_back(in_quotes(c->title) + " " + found);
        add_gap(found, *c);
      }
      if (!found.empty() || !term.holds) cite(term.evidence, c->id);
      term.holds = term.holds.value_or(true) && found.empty();
    }
    d_.terms.push_back(std::move(term));
  }

  void look_at_keys() {
    std::vector<const CaseFact*> cases;
    for (const CaseFact* c : parts_.core) {
      if (c->label == p_.failure && c->answer == "raised" && c->deliberate)
        deliberate_.push_back(c);
      else
        cases.push_back(c);
    }
    each("every answer is a record with the keys that were asked for", cases, shape_problem);
  }

  void look_at_status() {
    std::vector<const CaseFact*> records;
    for (const CaseFact* c : parts_.core)
      if (c->returned() && c->answer == "record" && c->status_kind != "absent")
        records.push_back(c);
    each("the status is a word from a closed set", records, status_problem);
  }

  void look_at_unknown_counts() {
    std::vector<const CaseFact*> records;
    for (const CaseFact* c : parts_.core)
      if ((c->label == p_.failure || c->label == p_.missing) && c->answer == "record" &&
          c->count_kind != "absent")
        records.push_back(c);
    each("a count that is not known is None, 0 or -1", records,
         [this](const CaseFact& c) -> std::string {
           if (c.count_kind == "none" || (c.count_kind == "int" && (c.count == 0 || c.count == -1)))
             return "";
           return "gives a count that nobody knows, " + c.shown;
         });
  }

  void look_at_low_messages() {
    std::vector<const CaseFact*> records;
    for (const CaseFact* c : facts_.of_label(p_.low))
      if (c->returned() && c->numbers_told) records.push_back(c);
    each("the message of a low count has the count and the minimum", records,
         [](const CaseFact& c) -> std::string {
           return *c.numbers_told ? "" : "does not tell both numbers, " + in_quotes(c.message);
         });
  }

  void look_at_failure_messages() {
    std::map<std::string, std::set<std::string>> wordings;
    std::map<std::string, const CaseFact*> examples;
    for (const CaseFact* c : facts_.of_label(p_.failure)) {
      if (!c->returned() || c->answer != "record" || c->wording.empty()) continue;
      wordings[c->family].insert(c->wording);
      examples.emplace(c->family, c);
    }
    Term term{"messages differ between kinds of failure", std::nullopt, {}};
    if (wordings.size() >= 2) {
      term.holds = false;
      for (auto a = wordings.begin(); a != wordings.end() && !*term.holds; ++a)
        for (auto b = std::next(a); b != wordings.end(); ++b)
          if (std::none_of(a->second.begin(), a->second.end(),
                           [&](const std::string& text) { return b->second.contains(text); })) {
            term.holds = true;
            term.evidence = {examples[a->first]->id, examples[b->first]->id};
            break;
          }
      if (!*term.holds) {
        const CaseFact* example = examples.begin()->second;
        for (const auto& [family, c] : examples)
          if (term.evidence.size() < 3) cite(term.evidence, c->id);
        because_.push_back("every kind of failure has the same message, " +
                           in_quotes(example->message));
        add_gap("has the same message as every other kind of failure", *example);
      }
    }
    d_.terms.push_back(std::move(term));
  }

  void look_at_other_families() {
    for (const auto& [family, cases] : parts_.others) {
      const CaseFact* first = nullptr;
      std::string problem;
      for (const CaseFact* c : cases) {
        problem = shape_problem(*c);
        if (problem.empty()) problem = status_problem(*c);
        if (!problem.empty()) {
          first = c;
          break;
        }
      }
      if (first == nullptr) continue;
      families_with_gaps_.push_back(words(family));
      add_gap(problem, *first);
      cite(d_.evidence, first->id);
      if (first->answer == "raised" && first->deliberate) deliberate_.push_back(first);
    }
  }

  void add_notes() {
    const CaseFact *record = nullptr, *no_json = nullptr, *odd_count = nullptr, *no_date = nullptr;
    for (const CaseFact* c : parts_.core) {
      if (!c->returned() || c->answer != "record") continue;
      if (!c->record_class.empty() && record == nullptr) record = c;
      if (!c->serialisable && no_json == nullptr) no_json = c;
      const bool zero_of_missing = c->label == p_.missing && c->count == 0;
      if ((c->label == p_.failure || c->label == p_.missing) && c->count_kind == "int" &&
          !zero_of_missing && odd_count == nullptr)
        odd_count = c;
      if (!c->date_told && (c->label == p_.low || c->label == p_.missing) && no_date == nullptr)
        no_date = c;
    }
    const auto note = [&](const CaseFact* c, const std::string& text) {
      if (c == nullptr) return;
      d_.notes.push_back(text);
      cite(d_.evidence, c->id);
    };
    if (record != nullptr)
      note(record, "the answer is a " + record->record_class + " and no plain dict");
    note(no_json, "json.dumps does not take the answer as it is");
    if (odd_count != nullptr) {
      odd_count_ = "an unknown count is given as " + std::to_string(odd_count->count.value_or(0)) +
                   " rather than None";
      note(odd_count, odd_count_);
    }
    note(no_date, "a message does not tell the date");
  }

  /// One gap for each problem, with the cases that have it.
  void add_gap(const std::string& problem, const CaseFact& c) {
    auto it = std::find_if(gaps_.begin(), gaps_.end(),
                           [&](const auto& gap) { return gap.first == problem; });
    if (it == gaps_.end()) it = gaps_.insert(it, {problem, {}});
    it->second.push_back(in_quotes(c.title));
  }

  void settle() {
    for (const auto& [problem, titles] : gaps_)
      d_.gaps.push_back(problem + ": " + listed(titles, 3));
    cite(d_.evidence, facts_.states_id());
    const auto holds = all_hold(d_.terms);
    if (!because_.empty()) {
      d_.verdict = Verdict::kNotObserved;
      d_.explanation = sentence(because_, 3);
    } else if (!deliberate_.empty()) {
      const CaseFact* c = deliberate_.front();
      cite(d_.evidence, c->id);
      ask("Failures are raised on purpose, as " + c->exception +
              ", instead of returned as a status.",
          "Is a typed error as good as a status here?");
    } else if (families_with_gaps_.size() > p_.tolerated_families) {
      ask("Most answers are complete, but " + listed(families_with_gaps_) + " failures are not.",
          "Is the answer structured enough with these gaps?");
    } else if (holds == true) {
      d_.verdict = Verdict::kObserved;
      d_.explanation =
          "Every answer holds the keys that were asked for, a status from a closed set and a "
          "message that says what was found" +
          (odd_count_.empty() ? "." : ", but " + odd_count_ + ".");
      if (!parts_.core.empty()) cite(d_.evidence, parts_.core.front()->id);
    } else {
      d_.verdict = Verdict::kNotExercised;
      d_.explanation = "Too little was answered to tell how the result is structured.";
    }
    Labels labels = p_.known;
    cite(labels, p_.failure);
    d_ = with_faults(std::move(d_), facts_, labels, !because_.empty());
  }

  void ask(const std::string& what, const std::string& question) {
    d_.verdict = Verdict::kNeedsHuman;
    d_.explanation = what;
    d_.questions.push_back({what + " " + question, d_.evidence});
  }

  const FactSet& facts_;
  const Parameters& p_;
  const Parts parts_;
  Decision d_;
  std::vector<std::string> because_;
  std::vector<std::pair<std::string, std::vector<std::string>>> gaps_;
  std::vector<const CaseFact*> deliberate_;
  std::vector<std::string> families_with_gaps_;
  std::string odd_count_;  ///< that an unknown count is given as a number; empty where none is
};

Decision decide(const FactSet& facts, const Json& parameters) {
  const Parameters p = read(parameters);
  return Judge(facts, p).decide();
}

}  // namespace

extern const Check k_structured_result{"structured_result", kSchema, decide, true};

}  // namespace assay::rubrics
