#pragma once

// One verdict for each indicator of a rubric, and the overall anchor.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/evidence.h"
#include "harness/model/json.h"

namespace assay::model {

enum class Polarity { kPositive, kNegative };
enum class Verdict { kObserved, kNotObserved, kNotExercised, kNeedsHuman, kUndetermined };
enum class Basis { kDynamic, kStatic, kHuman };
enum class Anchor { kExceeds, kMeets, kBelow, kNotGradable };
enum class Level { kJunior, kMid, kSenior, kPrincipal };

std::string_view to_string(Polarity);
std::string_view to_string(Verdict);
std::string_view to_string(Basis);
std::string_view to_string(Anchor);
std::string_view to_string(Level);
std::optional<Level> level_from(std::string_view);
std::optional<Verdict> verdict_from(std::string_view);
std::optional<Anchor> anchor_from(std::string_view);

/// A part of an indicator's decision.
struct Term {
  std::string term;                   ///< what must hold, in words
  std::optional<bool> holds;          ///< none: nothing in this run could show it
  std::vector<std::string> evidence;  ///< ids of facts
};

/// A passage that a candidate wrote, beside what it seems to speak of. All are ids of facts.
struct Pairing {
  std::string about;  ///< what the draft did, in one sentence
  std::vector<std::string> passage;
  std::vector<std::string> draft;
  std::vector<std::string> solution;
};

/// What a machine would say where a person decides; never a mark by itself.
struct Suggestion {
  Verdict verdict = Verdict::kNeedsHuman;
  std::string because;
  std::vector<std::string> evidence;
  std::vector<Pairing> pairs;
};

struct Question {
  std::string text;
  std::vector<std::string> evidence;
};

struct Indicator {
  std::string rubric;
  std::string id;
  std::string label;  ///< the kit's own words
  Polarity polarity = Polarity::kPositive;
  Verdict verdict = Verdict::kNotExercised;
  Basis basis = Basis::kDynamic;
  std::string explanation;  ///< one sentence in plain words
  std::string asks;         ///< the sentence of the statement that asks for it
  std::vector<Term> terms;
  std::vector<std::string> gaps;
  std::vector<std::string> notes;  ///< worth knowing, and of no weight
  std::vector<std::string> evidence;
  std::optional<Suggestion> suggestion;
  std::vector<Question> questions;
};

struct RuleTerm {
  std::string id;    ///< "T1"
  std::string term;  ///< in words
  std::optional<bool> holds;
  bool required = false;  ///< at this level
  std::string because;
  bool exceeding = false;  ///< asked for beside the required ones, to exceed this level
  std::string indicator;   ///< id of the one that it follows; empty: decided from facts of its own
};

struct Overall {
  Anchor anchor = Anchor::kNotGradable;
  bool provisional = false;
  std::vector<RuleTerm> rule;
  std::string because;  ///< one sentence
};

struct Gradable {
  bool ok = true;
  std::string reason;  ///< one sentence and a question for a person, where not ok
};

/// All that judging yields for one submission.
struct Judgement {
  Gradable gradable;
  std::vector<Fact> evidence;
  std::vector<Indicator> indicators;
  Overall overall;
};

void to_json(Json&, const Term&);
void to_json(Json&, const Pairing&);
void to_json(Json&, const Suggestion&);
void to_json(Json&, const Question&);
void to_json(Json&, const Indicator&);
void to_json(Json&, const RuleTerm&);
void to_json(Json&, const Overall&);
void to_json(Json&, const Gradable&);

}  // namespace assay::model
