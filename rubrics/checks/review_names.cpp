// kind: review_names. A person decides whether the review saw what the draft puts into one; the
// machine sets passages beside defects that the draft has and the solution lacks. Passages are
// found by words that the rubric lists, in any language, and by the draft's own words; prose is not
// judged.

#include <algorithm>

#include "harness/base/ascii.h"
#include "harness/base/count.h"
#include "rubrics/check.h"
#include "rubrics/handlers.h"

namespace assay::rubrics {
namespace {

using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A person decides whether the review saw what the draft puts into one; passages are set beside defects that the draft has and the solution lacks, by words in any language.",
  "type": "object", "additionalProperties": false,
  "required": ["first", "at_most", "states", "handler", "count"],
  "definitions": {"words": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}},
  "properties": {
    "first": {"type": "string", "minLength": 1, "description": "The question, the same for everybody."},
    "at_most": {"type": "integer", "minimum": 1, "maximum": 20, "description": "Passages that are shown beside a defect."},
    "states": {"description": "States, each with words that speak of it.", "type": "array", "minItems": 2, "items": {
      "type": "object", "additionalProperties": false, "required": ["labels", "words"],
      "properties": {
        "labels": {"description": "Labels of its cases.", "type": "array", "minItems": 1, "items": {"type": "string"}},
        "words": {"description": "Words that speak of it, in any language.", "$ref": "#/definitions/words"}}}},
    "handler": {"description": "Words that speak of a broad handler.", "$ref": "#/definitions/words"},
    "failure": {"type": "string", "description": "Label of the failures."},
    "count": {"description": "Words that speak of the count.", "$ref": "#/definitions/words"}}})";

using Words = std::vector<std::string>;

/// What the draft does and the solution does not.
struct Defect {
  std::string about;
  std::vector<std::string> draft, solution;  ///< ids of facts
  /// A passage names it that has a word of each list of one of these.
  std::vector<std::vector<Words>> names;
};

struct State {
  Labels labels;
  Words words;
};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// An ASCII word stands at the beginning of a word, and a number or a short word is whole; words of
/// other scripts stand anywhere.
bool holds_word(const std::string& text, const std::string& word) {
  constexpr std::size_t kShort = 3;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool ascii = is_word_character(word.front());
    const bool begins = !ascii || at == 0 || !is_word_character(text[at - 1]);
    const std::size_t end = at + word.size();
    const bool whole = word.size() > kShort || end == text.size() || !is_word_character(text[end]);
    if (begins && (whole || !ascii)) return true;
  }
  return false;
}

bool holds_any(const std::string& text, const Words& words) {
  return std::ranges::any_of(words,
                             [&](const auto& word) { return holds_word(text, lower_ascii(word)); });
}

bool names_defect(const std::string& text, const Defect& defect) {
  return std::ranges::any_of(defect.names, [&](const auto& groups) {
    return std::ranges::all_of(groups, [&](const Words& words) { return holds_any(text, words); });
  });
}

/// S(a) and S(b), of states that stand for several labels: the first pair of labels that is merged,
/// else any that is not.
Apart apart_states(const FactSet& facts, const State& a, const State& b) {
  Apart last;
  for (const std::string& x : a.labels)
    for (const std::string& y : b.labels) {
      const Apart apart = tell_apart(facts, x, y);
      if (apart.apart == false) return apart;
      if (apart.apart) last = apart;
    }
  return last;
}

class Defects {
 public:
  Defects(const FactSet& facts, const FactSet& draft, const Json& parameters)
      : facts_(facts), draft_(draft), parameters_(parameters) {
    for (const Json& state : parameters.at("states"))
      states_.push_back({state.at("labels").get<Labels>(), state.at("words").get<Words>()});
  }

  /// Finds them. `any_of_draft` tells whether the draft has one at all, also where the solution has
  /// it.
  std::vector<Defect> find(bool& any_of_draft) {
    add_merged_states();
    add_handlers();
    add_escapes();
    add_counts();
    any_of_draft = any_of_draft_;
    return std::move(defects_);
  }

 private:
  void add_merged_states() {
    for (std::size_t i = 0; i < states_.size(); ++i)
      for (std::size_t k = i + 1; k < states_.size(); ++k) {
        const Apart before = apart_states(draft_, states_[i], states_[k]);
        if (before.apart != false) continue;
        any_of_draft_ = true;
        const Apart now = apart_states(facts_, states_[i], states_[k]);
        if (now.apart != true) continue;
        const Words& a = states_[i].words;
        const Words& b = states_[k].words;
        Words either = a;
        either.insert(either.end(), b.begin(), b.end());
        Defect defect{"In the draft " + shared_sentence(before) + ".",
                      {before.a->id, before.b->id},
                      {now.a->id, now.b->id},
                      {{a, b}, {parameters_.at("handler").get<Words>(), either}}};
        if (const std::string word = quoted_word(before.shared_key); !word.empty())
          defect.names.push_back({{word}, either});
        defects_.push_back(std::move(defect));
      }
  }

  /// "unhealthy" of "'unhealthy', reason 'x'"; empty where the key has no word of its own.
  static std::string quoted_word(const std::string& key) {
    const std::size_t open = key.find('\''), close = key.find('\'', open + 1);
    if (open != 0 || close == std::string::npos) return "";
    return key.substr(1, close - 1);
  }

  std::vector<Labels> groups() const {
    std::vector<Labels> groups;
    for (const State& state : states_) groups.push_back(state.labels);
    return groups;
  }

  void add_handlers() {
    const auto before = merging_handlers(draft_, groups());
    if (before.empty()) return;
    any_of_draft_ = true;
    if (!merging_handlers(facts_, groups()).empty()) return;
    Defect defect{"The draft catches everything in one place, and so makes " +
                      in_quotes(before.front().through->title) + " the same as " +
                      in_quotes(before.front().other->title) + ".",
                  {before.front().handler->id, before.front().through->id},
                  {},
                  {{parameters_.at("handler").get<Words>()}}};
    for (const HandlerFact& handler : facts_.handlers()) cite(defect.solution, handler.id);
    add_counterpart(*before.front().through, defect);
    defects_.push_back(std::move(defect));
  }

  /// A failure that leaves the draft as an exception, as no answer or as healthy.
  void add_escapes() {
    if (!parameters_.contains("failure")) return;
    for (const CaseFact* c : draft_.of_label(parameters_.at("failure").get<std::string>())) {
      if (!c->escaped) continue;
      any_of_draft_ = true;
      const CaseFact* now = counterpart(*c);
      if (now == nullptr || !now->answered() || now->escaped) continue;
      Words names;
      if (!c->exception.empty()) names.push_back(c->exception);
      if (!c->family.empty()) names.push_back(words(c->family));
      defects_.push_back(
          {"In the draft " + in_quotes(c->title) + " gets through: " + c->escape + ".",
           {c->id},
           {now->id},
           {{names}}});
      return;  // one of them is enough to look for
    }
  }

  /// A number where nobody knows it.
  void add_counts() {
    if (!parameters_.contains("failure")) return;
    for (const CaseFact* c : draft_.of_label(parameters_.at("failure").get<std::string>())) {
      if (!c->returned() || c->count_kind != "int") continue;
      any_of_draft_ = true;
      const CaseFact* now = counterpart(*c);
      if (now == nullptr || now->count_kind != "none") continue;
      defects_.push_back({"In the draft " + in_quotes(c->title) + " is answered with a count of " +
                              std::to_string(c->count.value_or(0)) + ", which nobody knows.",
                          {c->id},
                          {now->id},
                          {{parameters_.at("count").get<Words>(),
                            {std::to_string(c->count.value_or(0)), "None", "null"}}}});
      return;
    }
  }

  const CaseFact* counterpart(const CaseFact& of_draft) const {
    const auto found = std::ranges::find(facts_.cases(), of_draft.case_id, &CaseFact::case_id);
    return found == facts_.cases().end() ? nullptr : &*found;
  }

  void add_counterpart(const CaseFact& of_draft, Defect& defect) const {
    if (const CaseFact* now = counterpart(of_draft)) cite(defect.solution, now->id);
  }

  const FactSet& facts_;
  const FactSet& draft_;
  const Json& parameters_;
  std::vector<State> states_;
  std::vector<Defect> defects_;
  bool any_of_draft_ = false;
};

void suggest(const FactSet& facts, const std::vector<Defect>& defects, std::size_t at_most,
             Decision& d) {
  model::Suggestion suggestion{Verdict::kObserved, "", {}, {}};
  for (const Defect& defect : defects) {
    model::Pairing pair{defect.about, {}, defect.draft, defect.solution};
    for (const PassageFact& passage : facts.passages())
      if (pair.passage.size() < at_most && names_defect(lower_ascii(passage.text), defect))
        pair.passage.push_back(passage.id);
    if (pair.passage.empty()) continue;
    for (const std::string& id : pair.passage) cite(suggestion.evidence, id);
    suggestion.pairs.push_back(std::move(pair));
  }
  if (suggestion.pairs.empty()) return;
  suggestion.because = "The review seems to name " + std::to_string(suggestion.pairs.size()) +
                       " of the " + count_of(defects.size(), "defect") +
                       " that the draft has and the solution has not.";
  d.suggestion = std::move(suggestion);
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  d.basis = model::Basis::kHuman;
  const Origin& origin = facts.origin();
  if (origin.draft == nullptr || !origin.has_review) {
    d.explanation = origin.draft == nullptr ? origin.no_draft
                                            : "No review was handed in, which counts for nothing.";
    return d;
  }
  bool any_of_draft = false;
  const auto defects = Defects(facts, *origin.draft, parameters).find(any_of_draft);
  if (!any_of_draft) {
    d.explanation =
        "The draft does not make different problems look the same, so there was nothing "
        "of the kind to identify.";
    return d;
  }
  d.verdict = Verdict::kNeedsHuman;
  d.explanation = "A person reads the review beside the draft and decides.";
  for (const Defect& defect : defects)
    for (const auto* ids : {&defect.draft, &defect.solution})
      for (const std::string& id : *ids) cite(d.evidence, id);
  d.questions.push_back({parameters.at("first").get<std::string>(), d.evidence});
  suggest(facts, defects, parameters.at("at_most").get<std::size_t>(), d);
  return d;
}

}  // namespace

extern const Check k_review_names{"review_names", kSchema, decide, true};

}  // namespace assay::rubrics
