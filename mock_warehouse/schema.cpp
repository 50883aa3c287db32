#include "mock_warehouse/schema.h"

#include <string>

#include "assay_warehouse_embedded.h"
#include "harness/authored/schema.h"
#include "harness/base/assert.h"
#include "mock_warehouse/changes.h"
#include "mock_warehouse/fault.h"
#include "mock_warehouse/script.h"
#include "mock_warehouse/server.h"

namespace assay::warehouse {
namespace {

Json parsed(std::string_view text, std::string_view source) {
  Result<Json> json = parse_json(text, source);
  ASSAY_ASSERT(json.ok(), json.error().to_string());
  return std::move(json).value();
}

/// A mapping with this fault: its own parameters, and what else may stand beside them.
Json fault_schema(const Fault& fault, const Json& others) {
  Json form = parsed(fault.parameters, fault.name);
  Json properties;
  properties["fault"]["description"] = form.at("description");
  properties["fault"]["const"] = fault.name;
  if (form.contains("properties"))
    for (const auto& [name, schema] : form["properties"].items()) properties[name] = schema;
  for (const auto& [name, schema] : others.items()) properties[name] = schema;
  Json required = Json::array({"fault"});
  if (form.contains("required"))
    for (const Json& name : form["required"]) required.push_back(name);
  form["type"] = "object";
  form["properties"] = std::move(properties);
  form["required"] = std::move(required);
  form["additionalProperties"] = false;
  return form;
}

/// A step is a mapping with one fault, or with a list of them, or with none; what every step may
/// have stands in it, and not in the list.
std::string compose_script_schema() {
  Json schema = parsed(embedded::k_rule_schema_json, "rule.schema.json");
  Json& definitions = schema["definitions"];
  const Json common = definitions["common"]["properties"];
  definitions.erase("common");
  for (const char* form : {"answer", "faults"})
    for (const auto& [name, shape] : common.items()) definitions[form]["properties"][name] = shape;
  Json steps = Json::array({Json{{"$ref", "#/definitions/answer"}}});
  Json parts = Json::array();
  for (const Fault* fault : all_faults()) {
    const std::string name(fault->name);
    // Before there is a connection there is nothing to delay or to close.
    const Json others =
        fault->entrance == Entrance::kOpen ? common : Json{{"times", common["times"]}};
    definitions[name] = fault_schema(*fault, others);
    definitions["with_" + name] = fault_schema(*fault, Json::object());
    steps.push_back(Json{{"$ref", "#/definitions/" + name}});
    parts.push_back(Json{{"$ref", "#/definitions/with_" + name}});
  }
  steps.push_back(Json{{"$ref", "#/definitions/faults"}});
  definitions["step"]["oneOf"] = std::move(steps);
  definitions["with"]["oneOf"] = std::move(parts);
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

Status check_script(const Json& script, const std::string& root) {
  static const Schema kScript(script_schema_text());
  ASSAY_CHECK(check_shape(kScript, script, root));
  return check_faults(script, root);
}

Status check(const Json& world, const Json& script) {
  static const Schema kWorld(world_schema_text());
  ASSAY_CHECK(check_shape(kWorld, world, "/world"));
  ASSAY_CHECK(check_script(script, "/script"));
  auto read = Stages::from_json(world, "/world");
  if (!read.ok()) return std::move(read).error();
  return success();
}

}  // namespace assay::warehouse
