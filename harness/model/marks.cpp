#include "harness/model/marks.h"

#include <algorithm>

#include "harness/model/read.h"

namespace assay::model {
namespace {

constexpr ReasonCode kReasons[] = {
    {"conversation", "what the candidate said when asked"},
    {"written_answer", "what the candidate wrote when asked"},
    {"source", "reading what was handed in"},
    {"record", "reading what the cases did"},
    {"unusual_right", "right in a way that the check does not know", true},
    {"check_wrong", "the check misread the evidence", true},
    {"contested", "decided anew after the candidate contested it", true},
    {"second_opinion", "a second person decides otherwise", true},
    {"other", "something else, as the text says", true},
};

constexpr std::pair<MarkState, std::string_view> kStates[] = {{MarkState::kStands, "stands"},
                                                              {MarkState::kReplaced, "replaced"},
                                                              {MarkState::kReopened, "reopened"}};

Verdict verdict_of(const Json& text) {
  const auto& name = text.get_ref<const std::string&>();
  if (const auto verdict = verdict_from(name)) return *verdict;
  throw nlohmann::json::other_error::create(501, "unknown verdict '" + name + "'", &text);
}

std::string_view status_of(const Final& final) {
  if (final.anchor == Anchor::kNotGradable) return "not_gradable";
  return final.provisional ? "provisional" : "complete";
}

}  // namespace

std::span<const ReasonCode> reason_codes() { return kReasons; }

const ReasonCode* find_reason(std::string_view code) {
  const auto it = std::ranges::find(kReasons, code, &ReasonCode::code);
  return it == std::end(kReasons) ? nullptr : &*it;
}

std::string_view to_string(MarkState state) { return enum_name(state, kStates); }

void to_json(Json& json, const Mark& mark) {
  json = {{"rubric", mark.rubric},
          {"indicator", mark.indicator},
          {"machine", to_string(mark.machine)},
          {"human", to_string(mark.human)},
          {"by", mark.by},
          {"role", mark.role},
          {"at", mark.at},
          {"reason_code", mark.reason_code},
          {"text", mark.text},
          {"evidence_sha256", mark.evidence_sha256},
          {"prev_sha256", nullptr}};
  write_if(json, "prev_sha256", mark.prev_sha256);
}

void from_json(const Json& json, Mark& mark) {
  json.at("rubric").get_to(mark.rubric);
  json.at("indicator").get_to(mark.indicator);
  mark.machine = verdict_of(json.at("machine"));
  mark.human = verdict_of(json.at("human"));
  json.at("by").get_to(mark.by);
  json.at("role").get_to(mark.role);
  json.at("at").get_to(mark.at);
  json.at("reason_code").get_to(mark.reason_code);
  json.at("text").get_to(mark.text);
  json.at("evidence_sha256").get_to(mark.evidence_sha256);
  (void)json.at("prev_sha256");
  read_if(json, "prev_sha256", mark.prev_sha256);
}

void to_json(Json& json, const AppliedMark& applied) {
  json = applied.mark;
  json["state"] = to_string(applied.state);
}

void to_json(Json& json, const Final& final) {
  json = {{"anchor", to_string(final.anchor)},
          {"status", status_of(final)},
          {"because", final.because},
          {"open", final.open}};
}

void to_json(Json& json, const Moved& moved) {
  json = {{"rubric", moved.rubric},
          {"indicator", moved.indicator},
          {"from", moved.from},
          {"to", moved.to},
          {"because", moved.because}};
}

void to_json(Json& json, const Lineage& lineage) {
  json = {
      {"supersedes", lineage.supersedes}, {"cause", lineage.cause}, {"changed", lineage.changed}};
}

}  // namespace assay::model
