#include "rubrics/check.h"

#include <algorithm>

#include "harness/base/assert.h"
#include "harness/base/count.h"
#include "harness/model/json.h"

namespace assay::rubrics {

namespace {

constexpr std::string_view kDefinitions = "#/definitions/";

/// References to a check's own definitions point to `prefix` and the name: all checks share one
/// document.
void rename_references(Json& schema, const std::string& prefix) {
  if (schema.is_array())
    for (Json& item : schema) rename_references(item, prefix);
  if (!schema.is_object()) return;
  for (auto& [key, value] : schema.items()) {
    if (key != "$ref" || !value.is_string()) {
      rename_references(value, prefix);
      continue;
    }
    const auto reference = value.get<std::string>();
    ASSAY_ASSERT(reference.starts_with(kDefinitions),
                 "a check refers to what is not its own: " + reference);
    value = std::string(kDefinitions) + prefix + reference.substr(kDefinitions.size());
  }
}

/// A use of this check, as a rubric writes it. What its parameters define is added to
/// `definitions`.
Json use_schema(const Check& check, Json& definitions) {
  Result<Json> parameters = parse_json(check.parameters_schema, check.kind);
  ASSAY_ASSERT(parameters.ok(), parameters.error().to_string());
  const std::string prefix = std::string(check.kind) + ".";
  rename_references(*parameters, prefix);
  if (parameters->contains("definitions")) {
    for (const auto& [name, definition] : (*parameters)["definitions"].items())
      definitions[prefix + name] = definition;
    parameters->erase("definitions");
  }
  Json schema;
  schema["description"] = parameters->value("description", "");
  parameters->erase("description");
  schema["type"] = "object";
  schema["required"] = {"kind"};
  if (parameters->contains("required")) schema["required"].push_back("parameters");
  schema["additionalProperties"] = false;
  schema["properties"]["kind"] = {{"description", "How it is decided."}, {"const", check.kind}};
  schema["properties"]["parameters"] = {{"description", "What the check wants to know."}};
  schema["properties"]["parameters"].update(*parameters);
  return schema;
}

std::string compose_checks_schema() {
  Json schema;
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "A check";
  schema["description"] = "How an indicator, or a term of the overall rule, is decided from facts.";
  schema["oneOf"] = Json::array();
  for (const Check* check : all_checks()) {
    schema["oneOf"].push_back({{"$ref", "#/definitions/" + std::string(check->kind)}});
    Json use = use_schema(*check, schema["definitions"]);
    schema["definitions"][std::string(check->kind)] = std::move(use);
  }
  return dump_json(schema, 2) + "\n";
}

}  // namespace

const std::string& checks_schema_text() {
  static const std::string kText = compose_checks_schema();
  return kText;
}

const Check* find_check(std::string_view kind) {
  for (const Check* check : all_checks())
    if (check->kind == kind) return check;
  return nullptr;
}

Labels labels_of(const Json& parameters, const char* name, Labels otherwise) {
  const auto it = parameters.find(name);
  return it == parameters.end() ? std::move(otherwise) : it->get<Labels>();
}

std::string words(std::string_view label) {
  std::string text(label);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string in_quotes(std::string_view text) { return "“" + std::string(text) + "”"; }

std::string listed(const std::vector<std::string>& items, std::size_t limit) {
  std::string text;
  const std::size_t shown = std::min(items.size(), limit);
  const bool more = shown < items.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == shown && !more ? " and " : ", ";
    text += items[i];
  }
  if (more) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

std::string seconds(std::int64_t us) {
  const std::int64_t ms = (us + 500) / 1'000;
  std::string text = std::to_string(ms / 1'000);
  if (std::string rest = std::to_string(1'000 + ms % 1'000).substr(1); rest != "000") {
    rest.erase(rest.find_last_not_of('0') + 1);
    text += "." + rest;
  }
  return text + " s";
}

std::string sentence(const std::vector<std::string>& reasons, std::size_t limit) {
  const std::size_t shown = std::min(reasons.size(), limit);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? "; " : "") + reasons[i];
  if (shown < reasons.size()) text += "; and " + std::to_string(reasons.size() - shown) + " more";
  text += ".";
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

void cite(std::vector<std::string>& evidence, const std::string& id) {
  if (!id.empty() && std::find(evidence.begin(), evidence.end(), id) == evidence.end())
    evidence.push_back(id);
}

std::optional<bool> all_hold(const std::vector<model::Term>& terms) {
  bool known = true;
  for (const model::Term& term : terms) {
    if (term.holds == false) return false;
    known = known && term.holds.has_value();
  }
  return known ? std::optional(true) : std::nullopt;
}

Decision with_faults(Decision decision, const FactSet& facts, const Labels& labels, bool settled) {
  const auto faulted = facts.faulted(labels);
  if (faulted.empty() || settled) return decision;
  std::vector<std::string> titles;
  for (const CaseFact* c : faulted) {
    titles.push_back(in_quotes(c->title));
    cite(decision.evidence, c->id);
  }
  decision.verdict = model::Verdict::kUndetermined;
  decision.suggestion.reset();
  decision.explanation = "Assay itself failed in " + count_of(faulted.size(), "case") + " (" +
                         listed(titles) +
                         "), so this cannot be told; that says nothing about the submission.";
  return decision;
}

Apart tell_apart(const FactSet& facts, const std::string& a, const std::string& b) {
  Apart result;
  const auto keys_a = facts.keys(a);
  const auto keys_b = facts.keys(b);
  if (keys_a.empty() || keys_b.empty()) return result;
  result.apart = true;
  result.a = keys_a.begin()->second;
  result.b = keys_b.begin()->second;
  for (const auto& [key, c] : keys_a) {
    const auto it = keys_b.find(key);
    if (it == keys_b.end()) continue;
    result.apart = false;
    result.shared_key = key;
    result.a = c;
    result.b = it->second;
    break;
  }
  return result;
}

std::string shared_sentence(const Apart& apart) {
  std::string what = "the same status, " + apart.shared_key;
  if (apart.shared_key == kEscaped) what = "an exception that it did not raise itself";
  if (apart.shared_key == kNoAnswer) what = "no answer at all";
  if (apart.shared_key.find(kFreeText) != std::string::npos)
    what = "a status in free text, which a program cannot tell apart";
  // "'unhealthy', checked_at (free text)": the status comes first, in quotes where it is closed.
  if (const std::size_t end = apart.shared_key.find("', ");
      apart.shared_key.starts_with("'") && end < apart.shared_key.find(kFreeText))
    what = "the same status, " + apart.shared_key.substr(0, end + 1) +
           ", and nothing beside it that a program could go by";
  return in_quotes(apart.a->title) + " and " + in_quotes(apart.b->title) + " both gave " + what;
}

}  // namespace assay::rubrics
