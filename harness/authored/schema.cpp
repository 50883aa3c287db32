#include "harness/authored/schema.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <exception>

#include "harness/authored/explain.h"

namespace assay {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

/// Points every reference at the one bundled document: those to other files, by their names, and
/// those of a bundled file (`home`) to itself.
void bundle_references(Json& schema, const std::string& home,
                       const std::vector<NamedSchema>& references) {
  if (schema.is_array()) {
    for (Json& item : schema) bundle_references(item, home, references);
    return;
  }
  if (!schema.is_object()) return;
  for (auto& [key, value] : schema.items()) {
    if (key != "$ref" || !value.is_string()) {
      bundle_references(value, home, references);
      continue;
    }
    const std::string target = value.get<std::string>();
    const std::size_t hash = std::min(target.find('#'), target.size());
    const std::string inside = hash < target.size() ? target.substr(hash + 1) : "";
    std::string file = target.substr(0, hash);
    file = file.substr(file.rfind('/') + 1);
    if (file.empty()) file = home;
    const auto named = [&](const NamedSchema& reference) { return reference.name == file; };
    ASSAY_ASSERT(file.empty() || std::any_of(references.begin(), references.end(), named),
                 "a schema refers to one that is not given: " + target);
    value = file.empty() ? "#" + inside : "#/definitions/" + file + inside;
  }
}

/// Moves every schema under propertyNames to the definitions. valijson 1.0 files it under the path
/// of the schema around it (schema_parser.hpp hands makePropertyNamesConstraint the path as it is),
/// so where that one was filed before, by a reference, names are checked by the wrong schema. A
/// reference is filed under its target.
void hoist_property_names(Json& schema, Json& hoisted) {
  if (schema.is_array())
    for (Json& item : schema) hoist_property_names(item, hoisted);
  if (!schema.is_object()) return;
  for (auto& [key, value] : schema.items()) {
    hoist_property_names(value, hoisted);
    if (key != "propertyNames" || !value.is_object() || value.contains("$ref")) continue;
    const std::string name = "names-" + std::to_string(hoisted.size());
    hoisted[name] = std::move(value);
    value = {{"$ref", "#/definitions/" + name}};
  }
}

Json parse_schema(std::string_view text) {
  Result<Json> parsed = parse_json(text, "schema");
  ASSAY_ASSERT(parsed.ok(), parsed.error().to_string());
  return std::move(parsed).value();
}

std::string last_resort(const valijson::ValidationResults::Error& error) {
  return "does not fit the schema: " + error.description;
}

/// valijson writes a context as "<root>", "[key]", "[0]", …
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const std::string& part : context)
    if (part.size() >= 2 && part.front() == '[') pointer += "/" + part.substr(1, part.size() - 2);
  return pointer;
}

}  // namespace

struct Schema::Compiled {
  Json document;
  valijson::Schema schema;
};

Schema::Schema(std::string_view text, const std::vector<NamedSchema>& references)
    : compiled_(std::make_unique<Compiled>()) {
  Json document = parse_schema(text);
  bundle_references(document, "", references);
  for (const NamedSchema& reference : references) {
    Json other = parse_schema(reference.text);
    bundle_references(other, std::string(reference.name), references);
    document["definitions"][std::string(reference.name)] = std::move(other);
  }
  Json hoisted = Json::object();
  hoist_property_names(document, hoisted);
  if (!hoisted.empty()) document["definitions"].update(hoisted);
  try {
    const nlohmann::json plain = document;
    valijson::SchemaParser parser;
    parser.populateSchema(NlohmannJsonAdapter(plain), compiled_->schema);
  } catch (const std::exception& e) {
    ASSAY_ASSERT(false, std::string("not a JSON Schema: ") + e.what());
  }
  compiled_->document = std::move(document);
}

Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;

std::vector<Finding> Schema::check(const Json& value) const {
  const nlohmann::json plain = value;
  valijson::ValidationResults results;
  valijson::Validator validator;
  try {
    if (validator.validate(compiled_->schema, NlohmannJsonAdapter(plain), &results)) return {};
  } catch (const std::exception& e) {
    ASSAY_ASSERT(false, std::string("the validator gave up: ") + e.what());
  }
  std::vector<Finding> findings = explain(compiled_->document, value);
  if (!findings.empty()) return findings;
  // A keyword that explain() does not know: the validator's own words are better than none, and the
  // innermost place is the nearest to the cause.
  ASSAY_ASSERT(results.numErrors() > 0, "the validator refused a value without a reason");
  const auto innermost = std::max_element(
      results.begin(), results.end(),
      [](const auto& a, const auto& b) { return a.context.size() < b.context.size(); });
  return {{pointer_of(innermost->context), false, last_resort(*innermost)}};
}

}  // namespace assay
