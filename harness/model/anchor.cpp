#include "harness/model/anchor.h"

namespace assay::model {
namespace {

/// The anchor where open terms count as `open_meets` and `open_exceeds`.
Anchor anchor_if(const std::vector<RuleTerm>& rule, bool open_meets, bool open_exceeds) {
  bool meets = true, exceeds = true;
  for (const RuleTerm& term : rule) {
    if (term.required) meets = meets && term.holds.value_or(open_meets);
    if (term.required || term.exceeding) exceeds = exceeds && term.holds.value_or(open_exceeds);
  }
  if (!meets) return Anchor::kBelow;
  return exceeds ? Anchor::kExceeds : Anchor::kMeets;
}

/// "tells missing from low (T1a); returns a structured status (T2)"
std::string in_words(const std::vector<const RuleTerm*>& terms) {
  std::string text;
  for (const RuleTerm* term : terms)
    text += (text.empty() ? "" : "; ") + term->term + " (" + term->id + ")";
  return text;
}

std::string reason(const Anchored& anchored, const std::vector<RuleTerm>& rule, Level level) {
  std::vector<const RuleTerm*> failing, open;
  for (const RuleTerm& term : rule) {
    const bool counts = term.required || (anchored.anchor != Anchor::kBelow && term.exceeding);
    if (!counts) continue;
    if (term.holds == false) failing.push_back(&term);
    if (!term.holds) open.push_back(&term);
  }
  const std::string at = " the level " + std::string(to_string(level));
  std::string text;
  switch (anchored.anchor) {
    case Anchor::kExceeds:
      text = "Everything holds that exceeding" + at + " asks for.";
      break;
    case Anchor::kMeets:
      text = "Nothing that meeting" + at + " asks for fails.";
      if (!failing.empty()) text += " Missing for exceeding it: " + in_words(failing) + ".";
      break;
    default:
      text = "Missing for meeting" + at + ": " + in_words(failing) + ".";
      break;
  }
  if (anchored.provisional) text += " Still to be decided: " + in_words(open) + ".";
  return text;
}

}  // namespace

Anchored anchor_of(const std::vector<RuleTerm>& rule, Level level) {
  Anchored anchored;
  // A term that nobody has decided yet lowers nobody, and raises nobody above `meets`.
  anchored.anchor = anchor_if(rule, true, false);
  anchored.provisional = anchor_if(rule, false, false) != anchor_if(rule, true, true);
  anchored.because = reason(anchored, rule, level);
  return anchored;
}

std::optional<bool> term_holds(Polarity polarity, Verdict verdict) {
  if (verdict == Verdict::kNeedsHuman || verdict == Verdict::kUndetermined) return std::nullopt;
  return verdict == (polarity == Polarity::kPositive ? Verdict::kObserved : Verdict::kNotObserved);
}

}  // namespace assay::model
