// kind: expected_value. The cases of some labels return what their `expect.value` says: exactly,
// within a tolerance, or with lists in any order, as each case has it.

#include "rubrics/expected.h"

namespace assay::rubrics {
namespace {

constexpr std::string_view kSchema = R"({
  "description": "The cases of some labels return what their `expect.value` says: exactly, within a tolerance, or with lists in any order, as each case has it.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at; those that expect no value are passed over.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "observed_where": {
      "description": "all_right, for a positive indicator: observed where every case returned what it must. any_wrong, for a negative one: observed where one did not. all_right unless given.",
      "enum": ["all_right", "any_wrong"]},
    "answers_in": {
      "description": "Labels in which some case must have returned what it expects; where none did, nothing is exercised. So what is wrong everywhere is held against a solution once.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

Decision decide(const FactSet& facts, const Json& parameters) {
  return decide_expected(facts, parameters, "value");
}

}  // namespace

extern const Check k_expected_value{"expected_value", kSchema, decide};

}  // namespace assay::rubrics
