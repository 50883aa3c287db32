#include "harness/marks/decision.h"

#include <algorithm>

#include "harness/marks/chain.h"

namespace assay::marks {
namespace {

using model::Verdict;

constexpr Verdict kHumanVerdicts[] = {Verdict::kObserved, Verdict::kNotObserved,
                                      Verdict::kNotExercised, Verdict::kNeedsHuman};

std::string codes_in_words() {
  std::string text;
  for (const model::ReasonCode& reason : model::reason_codes())
    text += "\n  " + std::string(reason.code) + ": " + std::string(reason.words);
  return text;
}

std::string ids_in_words(const std::vector<Target>& targets) {
  std::string text;
  for (const Target& target : targets) text += (text.empty() ? "" : ", ") + target.id;
  return text;
}

Status check_name(const std::string& name, const std::string& what, const std::string& option) {
  const bool blank = std::ranges::all_of(name, [](char c) { return c == ' '; });
  const bool control =
      std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (blank || control || name.size() > kMaxMarkName || to_valid_utf8(name) != name)
    return input_error(
        what + " must be one line of 1 to " + std::to_string(kMaxMarkName) + " bytes", {},
        "Give it by " + option + ".");
  return success();
}

}  // namespace

Status check_marker(const Marker& marker) {
  ASSAY_CHECK(check_name(marker.by, "who marks", "--by"));
  return check_name(marker.role, "the role of who marks", "--role");
}

Result<Verdict> human_verdict_from(std::string_view name) {
  std::string known;
  for (const Verdict verdict : kHumanVerdicts) {
    if (to_string(verdict) == name) return verdict;
    known += (known.empty() ? "" : ", ") + std::string(to_string(verdict));
  }
  return input_error("no person can mark " + to_valid_utf8(name), {},
                     "A mark is one of " + known + ".");
}

bool needs_text(const Target& target, Verdict human, const model::ReasonCode& reason) {
  const bool overrides = !target.needs_person() && human != target.machine;
  return overrides || reason.needs_text;
}

Result<model::Mark> mark_of(const Json& graded, const Decision& decision, const Marker& marker,
                            std::string at) {
  ASSAY_CHECK(check_marker(marker));
  const std::vector<Target> targets = targets_of(graded);
  const Target* target = find_target(targets, decision.rubric, decision.indicator);
  if (target == nullptr)
    return input_error("the report has no indicator " + to_valid_utf8(decision.indicator), {},
                       "It has " + ids_in_words(targets) + ".");
  const model::ReasonCode* reason = model::find_reason(decision.reason_code);
  if (reason == nullptr)
    return input_error(decision.reason_code.empty()
                           ? "a mark needs a reason"
                           : "there is no reason " + to_valid_utf8(decision.reason_code),
                       {}, "The reasons are" + codes_in_words());
  const std::string text = to_valid_utf8(decision.text);
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (blank && needs_text(*target, decision.human, *reason))
    return input_error("the reason " + decision.reason_code + " and what it overrides need a text",
                       {}, "Say in a sentence why, by --text.");
  if (text.size() > kMaxMarkText)
    return input_error("the text of a mark has at most " + std::to_string(kMaxMarkText) + " bytes");
  return model::Mark{.rubric = target->rubric,
                     .indicator = target->id,
                     .machine = target->machine,
                     .human = decision.human,
                     .by = marker.by,
                     .role = marker.role,
                     .at = std::move(at),
                     .reason_code = decision.reason_code,
                     .text = blank ? "" : text,
                     .evidence_sha256 = evidence_sha256(graded, *target),
                     .prev_sha256 = std::nullopt};
}

}  // namespace assay::marks
