#include "harness/model/repeated.h"

namespace assay::model {
namespace {

Json place_of(const std::string& case_id, bool of_draft) {
  Json json = {{"case", case_id}};
  if (of_draft) json["of"] = "draft";
  return json;
}

}  // namespace

void to_json(Json& json, const VaryingCase& varying) {
  json = place_of(varying.case_id, varying.of_draft);
  json["in"] = varying.in;
  json["runs"] = varying.runs;
  json["examples"] = Json::array();
  for (const RunExample& example : varying.examples)
    json["examples"].push_back({{"run", example.run}, {"words", example.words}});
}

void to_json(Json& json, const LostRun& lost) {
  json = place_of(lost.case_id, lost.of_draft);
  json["run"] = lost.run;
}

void to_json(Json& json, const NotCompared& left_out) {
  json = place_of(left_out.case_id, left_out.of_draft);
  json["why"] = left_out.why;
}

void to_json(Json& json, const Repeated& repeated) {
  json = {{"runs", repeated.runs}, {"cases", repeated.cases}, {"indicators", Json::array()}};
  if (!repeated.lost.empty()) json["lost"] = repeated.lost;
  if (!repeated.not_compared.empty()) json["not_compared"] = repeated.not_compared;
}

}  // namespace assay::model
