// kind: expected_exception. The cases of some labels raise what their `expect.raises` says.

#include "rubrics/expected.h"

namespace assay::rubrics {
namespace {

constexpr std::string_view kSchema = R"({
  "description": "The cases of some labels raise what their `expect.raises` says.",
  "type": "object", "additionalProperties": false, "required": ["labels", "answers_in"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at; those that expect no exception are passed over.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "observed_where": {
      "description": "all_right, for a positive indicator: observed where every case raised what it must. any_wrong, for a negative one: observed where one did not. all_right unless given.",
      "enum": ["all_right", "any_wrong"]},
    "answers_in": {
      "description": "Labels in which some case must have returned what it expects; where none did, nothing is exercised. So a function that always fails gets no credit for failing.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

Decision decide(const FactSet& facts, const Json& parameters) {
  return decide_expected(facts, parameters, "exception");
}

}  // namespace

extern const Check k_expected_exception{"expected_exception", kSchema, decide};

}  // namespace assay::rubrics
