#include "harness/serve/control/fault_menu.h"

#include <algorithm>
#include <string>

#include "harness/base/assert.h"
#include "mock_warehouse/fault.h"
#include "mock_warehouse/schema.h"

namespace assay::serve {
namespace {

/// What every step may have beside its fault; `times` is asked for with every fault alike.
constexpr std::string_view kOfSteps[] = {"fault", "times", "until_ms", "delay_ms", "connection"};

/// The schema behind a reference to one of the definitions.
Json resolved(const Json& schema, const Json& definitions) {
  if (!schema.contains("$ref")) return schema;
  const auto target = schema.at("$ref").get<std::string>();
  return definitions.at(target.substr(target.rfind('/') + 1));
}

std::string_view kind_of(const Json& schema) {
  if (schema.contains("const") && schema.at("const") == true) return "flag";
  if (schema.contains("enum")) return "choice";
  const Json type = schema.value("type", Json());
  if (type == "integer") return "integer";
  if (type == "boolean") return "yes_no";
  if (type == "string") return "text";
  return "json";
}

Json field_of(const std::string& name, const Json& schema, const Json& form) {
  const bool required = std::ranges::any_of(form.value("required", Json::array()),
                                            [&](const Json& each) { return each == name; });
  Json field = {{"name", name},
                {"description", schema.value("description", "")},
                {"kind", kind_of(schema)},
                {"required", required}};
  if (schema.contains("enum")) field["choices"] = schema.at("enum");
  if (schema.contains("minimum")) field["min"] = schema.at("minimum");
  if (schema.contains("maximum")) field["max"] = schema.at("maximum");
  return field;
}

}  // namespace

Json fault_menu() {
  const auto schema = parse_json(warehouse::script_schema_text(), "script.schema.json");
  ASSAY_ASSERT(schema.ok(), "the schema of scripts is no JSON");
  const Json& definitions = schema->at("definitions");
  Json faults = Json::array();
  for (const warehouse::Fault* fault : warehouse::all_faults()) {
    const Json& form = definitions.at(std::string(fault->name));
    Json fields = Json::array();
    for (const auto& [name, property] : form.at("properties").items())
      if (std::ranges::find(kOfSteps, name) == std::end(kOfSteps))
        fields.push_back(field_of(name, resolved(property, definitions), form));
    faults.push_back({{"name", fault->name},
                      {"description", form.at("properties").at("fault").at("description")},
                      {"for_connections", fault->entrance != warehouse::Entrance::kOpen},
                      {"fields", std::move(fields)}});
  }
  return {{"faults", std::move(faults)},
          {"operations", definitions.at("match").at("properties").at("operation").at("enum")}};
}

}  // namespace assay::serve
