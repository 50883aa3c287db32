#include "mock_warehouse/schema.h"

#include <string>

#include "assay_warehouse_embedded.h"
#include "harness/authored/schema.h"
#include "harness/base/assert.h"
#include "mock_warehouse/fault.h"
#include "mock_warehouse/server.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {
namespace {

Json parsed(std::string_view text, std::string_view source) {
  Result<Json> json = parse_json(text, source);
  ASSAY_ASSERT(json.ok(), json.error().to_string());
  return std::move(json).value();
}

/// A step with this fault: its own parameters, and those that every step has.
Json step_schema(const Fault& fault, const Json& common) {
  Json step = parsed(fault.parameters, fault.name);
  Json properties;
  properties["fault"]["const"] = fault.name;
  if (step.contains("properties"))
    for (const auto& [name, schema] : step["properties"].items()) properties[name] = schema;
  for (const auto& [name, schema] : common.items()) properties[name] = schema;
  Json required = Json::array({"fault"});
  if (step.contains("required"))
    for (const Json& name : step["required"]) required.push_back(name);
  step["type"] = "object";
  step["properties"] = std::move(properties);
  step["required"] = std::move(required);
  step["additionalProperties"] = false;
  return step;
}

std::string compose_script_schema() {
  Json schema = parsed(embedded::k_rule_schema_json, "rule.schema.json");
  Json& definitions = schema["definitions"];
  const Json common = definitions["common"]["properties"];
  definitions.erase("common");
  for (const auto& [name, shape] : common.items())
    definitions["answer"]["properties"][name] = shape;
  Json forms = Json::array({Json{{"$ref", "#/definitions/answer"}}});
  for (const Fault* fault : all_faults()) {
    const std::string name(fault->name);
    definitions[name] = step_schema(*fault, common);
    forms.push_back(Json{{"$ref", "#/definitions/" + name}});
  }
  definitions["step"]["oneOf"] = std::move(forms);
  return dump_json(schema, 2) + "\n";
}

/// Findings have their place below `root`, as a JSON pointer.
Status check_shape(const Schema& schema, const Json& json, const std::string& root) {
  const auto findings = schema.check(json);
  if (findings.empty()) return success();
  return findings_error(findings,
                        [&](const Finding& finding) { return Place{root + finding.pointer}; });
}

}  // namespace

std::string_view world_schema_text() { return embedded::k_world_schema_json; }

std::string_view rule_schema_text() { return embedded::k_rule_schema_json; }

const std::string& script_schema_text() {
  static const std::string kText = compose_script_schema();
  return kText;
}

Status check(const Json& world, const Json& script) {
  static const Schema kWorld(world_schema_text());
  static const Schema kScript(script_schema_text());
  ASSAY_CHECK(check_shape(kWorld, world, "/world"));
  ASSAY_CHECK(check_shape(kScript, script, "/script"));
  auto read = World::from_json(world, "/world");
  if (!read.ok()) return std::move(read).error();
  return success();
}

}  // namespace assay::warehouse
