#include "rubrics/rubric.h"

#include <algorithm>
#include <set>

#include "assay_rubrics_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/base/sha256.h"

namespace assay::rubrics {
namespace {

std::string text_at(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it == json.end() ? std::string() : it->get<std::string>();
}

Reads read_reads(const Json& document) {
  Reads reads;
  if (!document.contains("reads")) return reads;
  const Json& json = document.at("reads");
  reads.status = json.at("status");
  reads.count = json.at("count");
  reads.message = json.at("message");
  reads.minimum = json.at("minimum");
  reads.date = text_at(json, "date");
  reads.states = json.at("states").get<std::vector<std::string>>();
  reads.healthy = json.at("healthy").get<std::vector<std::string>>();
  reads.failure = json.at("failure");
  reads.low = json.at("low");
  return reads;
}

/// The check at `pointer`; the schema has vouched for its kind and parameters.
Result<CheckUse> read_check(const AuthoredDocument& document, const Json& json,
                            const std::string& pointer) {
  const auto kind = json.at("kind").get<std::string>();
  const Check* check = find_check(kind);
  ASSAY_ASSERT(check != nullptr, "the schema of checks lists a kind that there is not: " + kind);
  if (check->needs_reads && !document.value.contains("reads"))
    return input_error("the check \"" + kind + "\" compares states, and the rubric has no `reads`",
                       document.place_of(pointer + "/kind"),
                       "say there what a result's parts are called, or take a check such as "
                       "expected_value");
  return CheckUse{check, json.value("parameters", Json::object())};
}

Result<std::vector<IndicatorRule>> read_indicators(const AuthoredDocument& document) {
  std::vector<IndicatorRule> rules;
  std::set<std::string> ids;
  const Json& list = document.value.at("indicators");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string pointer = "/indicators" + pointer_step(i);
    IndicatorRule rule;
    rule.id = list[i].at("id");
    rule.label = list[i].at("label");
    rule.polarity = list[i].at("polarity") == "positive" ? model::Polarity::kPositive
                                                         : model::Polarity::kNegative;
    rule.asks = list[i].value("asks", std::vector<std::string>());
    rule.variants = list[i].value("variants", std::vector<std::string>());
    if (!ids.insert(rule.id).second)
      return input_error("found a second indicator \"" + rule.id + "\", expected each id once",
                         document.place_of(pointer + "/id"));
    ASSAY_TRY(rule.use, read_check(document, list[i].at("check"), pointer + "/check"));
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<std::vector<OverallTerm>> read_terms(const AuthoredDocument& document,
                                            const std::vector<IndicatorRule>& indicators) {
  std::vector<OverallTerm> terms;
  std::set<std::string> ids;
  const Json& list = document.value.at("overall").at("terms");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string pointer = "/overall/terms" + pointer_step(i);
    OverallTerm term;
    term.id = list[i].at("id");
    term.term = list[i].at("term");
    term.indicator = text_at(list[i], "indicator");
    term.no_gaps = list[i].value("no_gaps", false);
    if (!ids.insert(term.id).second)
      return input_error("found a second term \"" + term.id + "\", expected each id once",
                         document.place_of(pointer + "/id"));
    const auto named = std::ranges::find(indicators, term.indicator, &IndicatorRule::id);
    if (!term.indicator.empty() && named == indicators.end())
      return input_error("found \"" + term.indicator + "\", expected the id of an indicator above",
                         document.place_of(pointer + "/indicator"));
    if (!term.indicator.empty() && !named->variants.empty())
      return input_error("found \"" + term.indicator +
                             "\", which is not of every variant, as the terms of the rule are",
                         document.place_of(pointer + "/indicator"));
    if (list[i].contains("check")) {
      ASSAY_TRY(term.use, read_check(document, list[i].at("check"), pointer + "/check"));
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

Result<std::vector<std::string>> read_term_ids(const AuthoredDocument& document, const Json& list,
                                               const std::string& pointer,
                                               const std::vector<OverallTerm>& terms) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (std::none_of(terms.begin(), terms.end(),
                     [&](const OverallTerm& t) { return t.id == list[i]; }))
      return input_error(
          "found \"" + list[i].get<std::string>() + "\", expected the id of a term above",
          document.place_of(pointer + pointer_step(i)));
  return list.get<std::vector<std::string>>();
}

Result<std::map<model::Level, LevelRule>> read_levels(const AuthoredDocument& document,
                                                      const std::vector<OverallTerm>& terms) {
  std::map<model::Level, LevelRule> levels;
  for (const auto& [name, json] : document.value.at("overall").at("levels").items()) {
    const auto level = model::level_from(name);
    ASSAY_ASSERT(level, "the schema of rubrics lists a level that the model does not have");
    const std::string pointer = "/overall/levels" + pointer_step(name);
    LevelRule rule;
    ASSAY_TRY(rule.meets, read_term_ids(document, json.at("meets"), pointer + "/meets", terms));
    ASSAY_TRY(rule.exceeds,
              read_term_ids(document, json.at("exceeds"), pointer + "/exceeds", terms));
    levels.emplace(*level, std::move(rule));
  }
  return levels;
}

}  // namespace

std::string_view rubric_schema_text() { return k_rubric_schema_json; }

Rubric for_variant(Rubric rubric, const std::string& variant) {
  std::erase_if(rubric.indicators, [&](const IndicatorRule& rule) {
    return !rule.variants.empty() &&
           std::ranges::find(rule.variants, variant) == rule.variants.end();
  });
  return rubric;
}

Result<Rubric> load_rubric(const std::string& path) {
  ASSAY_TRY(const std::string bytes, read_text_file(path, kMaxAuthoredBytes));
  ASSAY_TRY(
      const AuthoredDocument document,
      parse_authored(path, bytes,
                     Schema(k_rubric_schema_json, {{"checks.schema.json", checks_schema_text()}})));
  Rubric rubric;
  rubric.id = document.value.at("id");
  rubric.version = document.value.at("version");
  rubric.title = document.value.at("title");
  rubric.sha256 = sha256_hex(bytes);
  rubric.reads = read_reads(document.value);
  ASSAY_TRY(rubric.indicators, read_indicators(document));
  if (document.value.contains("overall")) {
    ASSAY_TRY(rubric.terms, read_terms(document, rubric.indicators));
    ASSAY_TRY(rubric.levels, read_levels(document, rubric.terms));
  }
  return rubric;
}

}  // namespace assay::rubrics
