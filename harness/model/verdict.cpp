#include "harness/model/verdict.h"

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr std::pair<Polarity, std::string_view> kPolarities[] = {{Polarity::kPositive, "positive"},
                                                                 {Polarity::kNegative, "negative"}};
constexpr std::pair<Verdict, std::string_view> kVerdicts[] = {
    {Verdict::kObserved, "observed"},
    {Verdict::kNotObserved, "not_observed"},
    {Verdict::kNotExercised, "not_exercised"},
    {Verdict::kNeedsHuman, "needs_human"},
    {Verdict::kUndetermined, "undetermined"}};
constexpr std::pair<Basis, std::string_view> kBases[] = {
    {Basis::kDynamic, "dynamic"}, {Basis::kStatic, "static"}, {Basis::kHuman, "human"}};
constexpr std::pair<Anchor, std::string_view> kAnchors[] = {{Anchor::kExceeds, "exceeds"},
                                                            {Anchor::kMeets, "meets"},
                                                            {Anchor::kBelow, "below"},
                                                            {Anchor::kNotGradable, "not_gradable"}};
constexpr std::pair<Level, std::string_view> kLevels[] = {{Level::kJunior, "junior"},
                                                          {Level::kMid, "mid"},
                                                          {Level::kSenior, "senior"},
                                                          {Level::kPrincipal, "principal"}};

}  // namespace

std::string_view to_string(Polarity polarity) { return enum_name(polarity, kPolarities); }
std::string_view to_string(Verdict verdict) { return enum_name(verdict, kVerdicts); }
std::string_view to_string(Basis basis) { return enum_name(basis, kBases); }
std::string_view to_string(Anchor anchor) { return enum_name(anchor, kAnchors); }
std::string_view to_string(Level level) { return enum_name(level, kLevels); }
std::optional<Level> level_from(std::string_view text) { return enum_named(text, kLevels); }
std::optional<Verdict> verdict_from(std::string_view text) { return enum_named(text, kVerdicts); }
std::optional<Anchor> anchor_from(std::string_view text) { return enum_named(text, kAnchors); }

void to_json(Json& json, const Term& term) {
  json = {{"term", term.term}, {"holds", nullptr}, {"evidence", term.evidence}};
  write_if(json, "holds", term.holds);
}

void to_json(Json& json, const Pairing& pairing) {
  json = {{"about", pairing.about},
          {"passage", pairing.passage},
          {"draft", pairing.draft},
          {"solution", pairing.solution}};
}

void to_json(Json& json, const Suggestion& suggestion) {
  json = {{"verdict", to_string(suggestion.verdict)},
          {"because", suggestion.because},
          {"evidence", suggestion.evidence}};
  if (!suggestion.pairs.empty()) json["pairs"] = suggestion.pairs;
}

void to_json(Json& json, const Question& question) {
  json = {{"text", question.text}, {"evidence", question.evidence}};
}

void to_json(Json& json, const Indicator& indicator) {
  json = {{"rubric", indicator.rubric},
          {"id", indicator.id},
          {"label", indicator.label},
          {"polarity", to_string(indicator.polarity)},
          {"verdict", to_string(indicator.verdict)},
          {"basis", to_string(indicator.basis)},
          {"explanation", indicator.explanation},
          {"asks", indicator.asks},
          {"terms", indicator.terms},
          {"gaps", indicator.gaps},
          {"notes", indicator.notes},
          {"evidence", indicator.evidence}};
  write_if(json, "suggestion", indicator.suggestion);
  if (!indicator.questions.empty()) json["questions"] = indicator.questions;
}

void to_json(Json& json, const RuleTerm& term) {
  json = {{"id", term.id},
          {"term", term.term},
          {"holds", nullptr},
          {"required", term.required},
          {"exceeding", term.exceeding},
          {"because", term.because}};
  write_if(json, "holds", term.holds);
  if (!term.indicator.empty()) json["indicator"] = term.indicator;
}

void to_json(Json& json, const Overall& overall) {
  json = {{"anchor", to_string(overall.anchor)},
          {"provisional", overall.provisional},
          {"because", overall.because},
          {"rule", overall.rule}};
}

void to_json(Json& json, const Gradable& gradable) {
  json = {{"ok", gradable.ok}, {"reason", gradable.reason}};
}

}  // namespace assay::model
