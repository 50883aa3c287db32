#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a field of the answer holds something else",
  "properties": {
    "path": {
      "description": "a JSON pointer in which '*' stands for every item or key, or a bare name: that field wherever it occurs",
      "type": "string", "minLength": 1, "maxLength": 256
    },
    "value": {"description": "any JSON"},
    "literal": {
      "description": "this text as it is, JSON or not: NaN, 1e9, -Infinity",
      "type": "string", "minLength": 1, "maxLength": 1024
    },
    "missing": {"description": "the field is left out", "const": true},
    "as": {
      "description": "the right number as a string of digits, with a fraction, or below zero",
      "enum": ["text", "float", "negative"]
    }
  },
  "required": ["path"],
  "oneOf": [
    {"required": ["value"]}, {"required": ["literal"]}, {"required": ["missing"]}, {"required": ["as"]}
  ]
})";

// Stands in the document for a literal. No name of a world holds such characters, and a whole
// string of them comes from nowhere else.
constexpr std::string_view kLiteral = "<literal>";

/// One change of one field, made wherever the path leads.
class Editor {
 public:
  explicit Editor(const Json& parameters) : parameters_(parameters) {}

  void edit(Json& document) {
    const std::string path = parameters_.at("path").get<std::string>();
    if (path.starts_with('/')) {
      along(document, std::string_view(path).substr(1));
    } else {
      everywhere(document, path);
    }
  }
  bool edited() const { return edited_; }

 private:
  void along(Json& node, std::string_view path) {
    const std::size_t slash = path.find('/');
    const std::string token(path.substr(0, slash));
    std::vector<std::string> keys;
    if (node.is_object())
      for (const auto& [key, value] : node.items())
        if (token == "*" || token == key) keys.push_back(key);
    for (const std::string& key : keys) {
      if (slash == std::string_view::npos) {
        change(node, key);
      } else {
        along(node[key], path.substr(slash + 1));
      }
    }
    if (!node.is_array() || slash == std::string_view::npos) return;
    for (std::size_t i = 0; i < node.size(); ++i)
      if (token == "*" || token == std::to_string(i)) along(node[i], path.substr(slash + 1));
  }

  void everywhere(Json& node, const std::string& name) {
    if (node.is_array())
      for (Json& child : node) everywhere(child, name);
    if (!node.is_object()) return;
    // What was just put there is not looked into: it may have a field of that name.
    for (auto& [key, child] : node.items())
      if (key != name) everywhere(child, name);
    if (node.contains(name)) change(node, name);
  }

  void change(Json& object, const std::string& key) {
    edited_ = true;
    if (parameters_.contains("missing")) {
      object.erase(key);
    } else if (parameters_.contains("value")) {
      object[key] = parameters_["value"];
    } else if (parameters_.contains("literal")) {
      object[key] = kLiteral;
    } else if (object[key].is_number_integer()) {
      const std::string as = parameters_.at("as").get<std::string>();
      const auto number = object[key].get<std::int64_t>();
      if (as == "text") object[key] = std::to_string(number);
      if (as == "float") object[key] = static_cast<double>(number);
      if (as == "negative") object[key] = -number;
    }
  }

  const Json& parameters_;
  bool edited_ = false;
};

bool apply(FaultContext& context, Reply& reply) {
  Answer& answer = reply.answer;
  Editor editor(context.parameters);
  editor.edit(answer.document);
  if (!editor.edited()) return false;
  answer.body = dump_json(answer.document);
  if (!context.parameters.contains("literal")) return true;
  const std::string literal = context.parameters["literal"].get<std::string>();
  const std::string stand_in = "\"" + std::string(kLiteral) + "\"";
  for (std::size_t at = 0; (at = answer.body.find(stand_in, at)) != std::string::npos;
       at += literal.size())
    answer.body.replace(at, stand_in.size(), literal);
  return true;
}

}  // namespace

extern const Fault k_value{"value", kParameters, always<Part::kJson>, apply};

}  // namespace assay::warehouse
