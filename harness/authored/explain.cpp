#include "harness/authored/explain.h"

#include <algorithm>
#include <cmath>
#include <regex>

#include "harness/authored/document.h"
#include "harness/base/assert.h"
#include "harness/base/nearest_word.h"

namespace assay {
namespace {

/// Bytes of a found value, of a list of choices and of a description that a message quotes.
constexpr std::size_t kMaxQuoted = 60;
constexpr std::size_t kMaxChoices = 40;
constexpr std::size_t kMaxDescription = 140;
/// References followed one after the other; a schema that needs more refers to itself.
constexpr int kMaxReferences = 32;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

/// Line breaks and the other controls of ASCII below the blank are escaped as YAML does in quotes.
std::string quote(std::string_view text) {
  return dump_json(
      Json(std::string(cut_utf8(text, kMaxQuoted)) + (text.size() > kMaxQuoted ? "…" : "")));
}

/// A value as an author would name it.
std::string name_of(const Json& value) {
  if (value.is_null()) return "nothing (null)";
  if (value.is_boolean()) return value.get<bool>() ? "the boolean true" : "the boolean false";
  if (value.is_string()) return quote(value.get_ref<const std::string&>());
  if (value.is_number_integer()) return "the integer " + dump_json(value);
  if (value.is_number()) return "the number " + dump_json(value);
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  return value.empty() ? "an empty mapping" : "a mapping";
}

std::string choice(const Json& value) {
  return value.is_string() ? quote(value.get_ref<const std::string&>()) : dump_json(value);
}

std::string name_of_type(std::string_view type) {
  if (type == "object") return "a mapping";
  if (type == "array") return "a list";
  if (type == "string") return "a string";
  if (type == "integer") return "an integer";
  if (type == "number") return "a number";
  if (type == "boolean") return "true or false";
  return "null";
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return number == std::trunc(number);
  }
  return value.is_number_integer();
}

std::vector<std::string> types_of(const Json& schema) {
  if (!schema.is_object() || !schema.contains("type")) return {};
  const Json& type = schema["type"];
  if (type.is_string()) return {type.get<std::string>()};
  return type.get<std::vector<std::string>>();
}

std::string join(const std::vector<std::string>& words, std::string_view between,
                 std::string_view before_last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? before_last : between;
    text += words[i];
  }
  return text;
}

std::string list_choices(std::vector<std::string> words) {
  if (words.size() > kMaxChoices) {
    const std::size_t left = words.size() - kMaxChoices;
    words.resize(kMaxChoices);
    words.push_back("… (" + std::to_string(left) + " more)");
  }
  return join(words, ", ", ", ");
}

/// The first sentence of a schema's description.
std::string description_of(const Json& schema) {
  if (!schema.is_object() || !schema.contains("description")) return {};
  std::string text = schema["description"].get<std::string>();
  if (const std::size_t end = text.find(". "); end != std::string::npos) text.resize(end);
  if (!text.empty() && text.back() == '.') text.pop_back();
  if (text.size() > kMaxDescription) text = text.substr(0, text.rfind(' ', kMaxDescription)) + " …";
  return text;
}

class Explainer {
 public:
  explicit Explainer(const Json& root) : root_(root) {}

  std::vector<Finding> explain(const Json& schema, const Json& value, const std::string& pointer) {
    std::vector<Finding> findings;
    walk(schema, value, pointer, findings);
    return findings;
  }

 private:
  using Findings = std::vector<Finding>;

  const Json& resolve(const Json& schema) const {
    const Json* at = &schema;
    for (int i = 0; at->is_object() && at->contains("$ref"); ++i) {
      ASSAY_ASSERT(i < kMaxReferences, "a schema refers to itself");
      const std::string target = (*at)["$ref"].get<std::string>();
      at = &root_.at(Json::json_pointer(target.substr(1)));
    }
    return *at;
  }

  /// "key: " or "key[2]: ", the words by which an author finds the value in its line.
  static std::string subject(const std::string& pointer) {
    std::string rest = pointer, indexes;
    while (!rest.empty()) {
      const std::size_t slash = rest.rfind('/');
      const std::string token = rest.substr(slash + 1);
      rest.resize(slash);
      if (token.find_first_not_of("0123456789") != std::string::npos)
        return (std::ranges::any_of(token, is_control) ? quote(token) : token) + indexes + ": ";
      indexes = "[" + token + "]" + indexes;
    }
    return {};
  }

  static void add(Findings& findings, const std::string& pointer, const std::string& message) {
    findings.push_back({pointer, false, subject(pointer) + message});
  }

  void walk(const Json& unresolved, const Json& value, const std::string& pointer,
            Findings& findings) {
    const Json& schema = resolve(unresolved);
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) add(findings, pointer, "nothing is allowed here");
      return;
    }
    if (!type_fits(schema, value, pointer, findings)) return;
    const std::size_t before = findings.size();
    choices(schema, value, pointer, findings);
    if (value.is_string()) string(schema, value, pointer, findings);
    if (value.is_number()) number(schema, value, pointer, findings);
    if (value.is_array()) list(schema, value, pointer, findings);
    if (value.is_object()) object(schema, value, pointer, findings);
    if (findings.size() == before) combinations(schema, value, pointer, findings);
  }

  static bool type_fits(const Json& schema, const Json& value, const std::string& pointer,
                        Findings& findings) {
    const std::vector<std::string> types = types_of(schema);
    if (types.empty()) return true;
    std::vector<std::string> names;
    for (const std::string& type : types) {
      if (has_type(value, type)) return true;
      names.push_back(name_of_type(type));
    }
    std::string message = "expected " + join(names, ", ", " or ") + ", found " + name_of(value);
    const bool text_wanted = std::find(types.begin(), types.end(), "string") != types.end();
    if (text_wanted && (value.is_number() || value.is_boolean()))
      message += "; quote it: \"" + dump_json(value) + "\"";
    add(findings, pointer, message);
    return false;
  }

  static void choices(const Json& schema, const Json& value, const std::string& pointer,
                      Findings& findings) {
    if (schema.contains("const") && schema["const"] != value)
      add(findings, pointer, "expected " + choice(schema["const"]) + ", found " + name_of(value));
    if (!schema.contains("enum")) return;
    std::vector<std::string> words, shown;
    for (const Json& allowed : schema["enum"]) {
      if (allowed == value) return;
      shown.push_back(choice(allowed));
      if (allowed.is_string()) words.push_back(allowed.get<std::string>());
    }
    std::string message = "expected one of " + list_choices(shown) + ", found " + name_of(value);
    if (value.is_string()) message += did_you_mean(value.get<std::string>(), words);
    add(findings, pointer, message);
  }

  static std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
    const std::string near = nearest_word(word, known);
    return near.empty() ? "" : "; did you mean " + quote(near) + "?";
  }

  static void string(const Json& schema, const Json& value, const std::string& pointer,
                     Findings& findings) {
    const std::string& text = value.get_ref<const std::string&>();
    if (schema.contains("minLength") && text.size() < schema["minLength"].get<std::size_t>())
      add(findings, pointer,
          text.empty() ? "expected some text, found an empty string"
                       : "expected at least " + dump_json(schema["minLength"]) +
                             " characters, found " + quote(text));
    if (schema.contains("maxLength") && text.size() > schema["maxLength"].get<std::size_t>())
      add(findings, pointer,
          "expected at most " + dump_json(schema["maxLength"]) + " characters, found " +
              std::to_string(text.size()));
    if (!schema.contains("pattern")) return;
    const std::string pattern = schema["pattern"].get<std::string>();
    if (std::regex_search(text, std::regex(pattern))) return;
    const std::string meaning = description_of(schema);
    add(findings, pointer,
        "found " + quote(text) + ", expected text that matches " + pattern +
            (meaning.empty() ? "" : " (" + meaning + ")"));
  }

  static void number(const Json& schema, const Json& value, const std::string& pointer,
                     Findings& findings) {
    const double number = value.get<double>();
    const auto bound = [&](const char* keyword, const char* words, auto broken) {
      if (schema.contains(keyword) && broken(schema[keyword].get<double>()))
        add(findings, pointer,
            std::string("expected a number ") + words + " " + dump_json(schema[keyword]) +
                ", found " + dump_json(value));
    };
    bound("minimum", "of at least", [&](double limit) { return number < limit; });
    bound("maximum", "of at most", [&](double limit) { return number > limit; });
    bound("exclusiveMinimum", "above", [&](double limit) { return number <= limit; });
    bound("exclusiveMaximum", "below", [&](double limit) { return number >= limit; });
  }

  void list(const Json& schema, const Json& value, const std::string& pointer, Findings& findings) {
    const auto size_is_wrong = [&](const char* words, const Json& limit) {
      add(findings, pointer,
          std::string("expected ") + words + " " + dump_json(limit) + " items, found " +
              std::to_string(value.size()));
    };
    if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>())
      size_is_wrong("at least", schema["minItems"]);
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
      size_is_wrong("at most", schema["maxItems"]);
    if (schema.contains("items") && !schema["items"].is_array())
      for (std::size_t i = 0; i < value.size(); ++i)
        walk(schema["items"], value[i], pointer + pointer_step(i), findings);
    if (schema.value("uniqueItems", false)) {
      for (std::size_t i = 1; i < value.size(); ++i)
        if (std::find(value.begin(), value.begin() + i, value[i]) != value.begin() + i)
          add(findings, pointer + pointer_step(i), name_of(value[i]) + " is listed twice");
    }
  }

  void object(const Json& schema, const Json& value, const std::string& pointer,
              Findings& findings) {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema["properties"] : kNone;
    if (schema.contains("minProperties") &&
        value.size() < schema["minProperties"].get<std::size_t>())
      add(findings, pointer,
          "expected at least " + dump_json(schema["minProperties"]) + " keys, found " +
              name_of(value));
    if (schema.contains("required"))
      for (const Json& key : schema["required"])
        if (!value.contains(key.get<std::string>()))
          missing_key(properties, key.get<std::string>(), pointer, findings);
    for (const auto& [key, inner] : value.items()) {
      const std::string at = pointer + pointer_step(key);
      if (schema.contains("propertyNames")) key_name(schema["propertyNames"], key, at, findings);
      if (properties.contains(key)) {
        walk(properties[key], inner, at, findings);
      } else if (const Json* by_pattern = pattern_property(schema, key)) {
        walk(*by_pattern, inner, at, findings);
      } else if (schema.contains("additionalProperties")) {
        const Json& others = schema["additionalProperties"];
        if (others == false)
          findings.push_back({at, true, unknown_key(properties, value, key)});
        else
          walk(others, inner, at, findings);
      }
    }
  }

  void missing_key(const Json& properties, const std::string& key, const std::string& pointer,
                   Findings& findings) const {
    std::string meaning;
    if (properties.contains(key)) {
      meaning = description_of(properties[key]);
      if (meaning.empty()) meaning = description_of(resolve(properties[key]));
    }
    add(findings, pointer,
        "the key " + quote(key) + " is missing" + (meaning.empty() ? "" : " (" + meaning + ")"));
  }

  static std::string unknown_key(const Json& properties, const Json& value,
                                 const std::string& key) {
    std::vector<std::string> known, shown;
    for (const auto& [name, unused] : properties.items()) {
      if (value.contains(name)) continue;  // already there: not what was meant
      known.push_back(name);
      shown.push_back(quote(name));
    }
    const std::string near = nearest_word(key, known);
    if (!near.empty()) return "unknown key " + quote(key) + "; did you mean " + quote(near) + "?";
    if (shown.empty()) return "unknown key " + quote(key) + "; no other key is known here";
    return "unknown key " + quote(key) + "; expected one of " + list_choices(shown);
  }

  static const Json* pattern_property(const Json& schema, const std::string& key) {
    if (!schema.contains("patternProperties")) return nullptr;
    for (const auto& [pattern, inner] : schema["patternProperties"].items())
      if (std::regex_search(key, std::regex(pattern))) return &inner;
    return nullptr;
  }

  void key_name(const Json& schema, const std::string& key, const std::string& at,
                Findings& findings) {
    Findings inner;
    walk(schema, Json(key), at, inner);
    for (Finding& finding : inner) {
      finding.at_key = true;
      findings.push_back(std::move(finding));
    }
  }

  void combinations(const Json& schema, const Json& value, const std::string& pointer,
                    Findings& findings) {
    if (schema.contains("allOf"))
      for (const Json& part : schema["allOf"]) walk(part, value, pointer, findings);
    if (schema.contains("if")) {
      const char* branch = explain(schema["if"], value, pointer).empty() ? "then" : "else";
      if (schema.contains(branch)) walk(schema[branch], value, pointer, findings);
    }
    if (schema.contains("not") && explain(schema["not"], value, pointer).empty()) {
      const std::string meaning = description_of(schema["not"]);
      add(findings, pointer,
          name_of(value) + " is not allowed here" + (meaning.empty() ? "" : " (" + meaning + ")"));
    }
    if (schema.contains("anyOf")) one_branch(schema["anyOf"], value, pointer, false, findings);
    if (schema.contains("oneOf")) one_branch(schema["oneOf"], value, pointer, true, findings);
  }

  /// A branch of anyOf or oneOf, and how near the value comes to it.
  struct Branch {
    const Json* schema = nullptr;
    Findings findings;
    bool type_fits = false;
    bool named = false;  ///< a key whose value is fixed in this branch has that value
    std::size_t required_there = 0;

    bool nearer_than(const Branch& other) const {
      if (type_fits != other.type_fits) return type_fits;
      if (named != other.named) return named;
      if (required_there != other.required_there) return required_there > other.required_there;
      return findings.size() < other.findings.size();
    }
  };

  Branch measure(const Json& unresolved, const Json& value, const std::string& pointer) {
    Branch branch{&resolve(unresolved)};
    branch.findings = explain(*branch.schema, value, pointer);
    Findings unused;
    branch.type_fits =
        !branch.schema->is_object() || type_fits(*branch.schema, value, pointer, unused);
    if (!value.is_object() || !branch.schema->is_object()) return branch;
    if (branch.schema->contains("required"))
      for (const Json& key : (*branch.schema)["required"])
        if (value.contains(key.get<std::string>())) ++branch.required_there;
    if (branch.schema->contains("properties"))
      for (const auto& [key, property] : (*branch.schema)["properties"].items())
        if (property.is_object() && property.contains("const") && value.contains(key) &&
            value[key] == property["const"])
          branch.named = true;
    return branch;
  }

  void one_branch(const Json& branches, const Json& value, const std::string& pointer, bool exactly,
                  Findings& findings) {
    std::vector<Branch> measured;
    std::size_t fitting = 0;
    for (const Json& schema : branches) {
      measured.push_back(measure(schema, value, pointer));
      if (measured.back().findings.empty()) ++fitting;
    }
    if (fitting == 1 || (fitting > 1 && !exactly)) return;
    if (fitting > 1) {
      add(findings, pointer, "fits more than one of the forms that exclude one another here");
      return;
    }
    if (no_branch_has_the_type(measured, value, pointer, findings)) return;
    if (no_branch_has_the_name(measured, value, pointer, findings)) return;
    const auto best =
        std::min_element(measured.begin(), measured.end(),
                         [](const Branch& a, const Branch& b) { return a.nearer_than(b); });
    findings.insert(findings.end(), best->findings.begin(), best->findings.end());
  }

  static bool no_branch_has_the_type(const std::vector<Branch>& branches, const Json& value,
                                     const std::string& pointer, Findings& findings) {
    std::vector<std::string> names;
    for (const Branch& branch : branches) {
      if (branch.type_fits) return false;
      for (const std::string& type : types_of(*branch.schema)) {
        const std::string name = name_of_type(type);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
    add(findings, pointer, "expected " + join(names, ", ", " or ") + ", found " + name_of(value));
    return true;
  }

  /// Where every mapping among the branches fixes the same key to a word of its own, as in
  /// {"fault": "hang"} and {"fault": "value"}, and the value has another word there: the words are
  /// what to tell.
  static bool no_branch_has_the_name(const std::vector<Branch>& branches, const Json& value,
                                     const std::string& pointer, Findings& findings) {
    if (!value.is_object()) return false;
    for (const auto& [key, found] : value.items()) {
      std::vector<std::string> words, shown;
      for (const Branch& branch : branches) {
        if (!branch.schema->is_object() || !branch.schema->contains("properties")) continue;
        const Json& properties = (*branch.schema)["properties"];
        if (!properties.contains(key) || !properties[key].is_object() ||
            !properties[key].contains("const"))
          continue;
        if (properties[key]["const"] == found) return false;
        shown.push_back(choice(properties[key]["const"]));
        if (properties[key]["const"].is_string())
          words.push_back(properties[key]["const"].get<std::string>());
      }
      if (words.empty()) continue;
      std::string message = "expected one of " + list_choices(shown) + ", found " + name_of(found);
      if (found.is_string()) message += did_you_mean(found.get<std::string>(), words);
      add(findings, pointer + pointer_step(key), message);
      return true;
    }
    return false;
  }

  const Json& root_;
};

}  // namespace

std::vector<Finding> explain(const Json& root, const Json& value) {
  return Explainer(root).explain(root, value, "");
}

}  // namespace assay
