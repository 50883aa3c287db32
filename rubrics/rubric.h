#pragma once

// A rubric as its author wrote it: indicators with the checks that decide them, and the overall
// rule.
//
// In: a YAML file that fits schemas/rubric.schema.json; every check's parameters fit the schema of
// its kind. Out: a Rubric, or an input error with file, line and column. Values, on any thread.

#include <map>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/verdict.h"
#include "rubrics/check.h"

namespace assay::rubrics {

/// What facts are derived from: names in the returned value, in the call and in the plan. All are
/// empty in a rubric that looks at no states, only at what each case expects.
struct Reads {
  std::string status;
  std::string count;
  std::string message;
  std::string minimum;              ///< parameter of the entry point
  std::string date;                 ///< the same; empty where there is none
  std::vector<std::string> states;  ///< labels whose cases form states
  std::vector<std::string> healthy;
  std::string failure;
  std::string low;

  bool operator==(const Reads&) const = default;
};

struct CheckUse {
  const Check* check = nullptr;
  Json parameters = Json::object();
};

struct IndicatorRule {
  std::string id;
  std::string label;  ///< word for word as its source has it
  model::Polarity polarity = model::Polarity::kPositive;
  std::vector<std::string> asks;      ///< ids of the exercise's sentences
  std::vector<std::string> variants;  ///< of the exercise; empty: every one
  CheckUse use;
};

/// One term of the overall rule. Exactly one of the three sources.
struct OverallTerm {
  std::string id;
  std::string term;
  std::string indicator;  ///< holds where a positive one is observed, or a negative one is not
  CheckUse use;           ///< holds where it is observed
  bool no_gaps = false;   ///< holds where no indicator has a gap
};

struct LevelRule {
  std::vector<std::string> meets;
  std::vector<std::string> exceeds;  ///< beside those of `meets`
};

struct Rubric {
  std::string id;
  std::string version;
  std::string title;
  std::string sha256;  ///< of the file
  Reads reads;
  std::vector<IndicatorRule> indicators;
  std::vector<OverallTerm> terms;
  std::map<model::Level, LevelRule> levels;

  /// Whether it can give the anchor; otherwise it has no terms and no levels.
  bool has_overall() const { return !levels.empty(); }
};

/// JSON Schema (draft 7) of a rubric's file; refers to checks.schema.json (check.h).
std::string_view rubric_schema_text();

Result<Rubric> load_rubric(const std::string& path);

/// The rubric without the indicators that are not of this variant.
Rubric for_variant(Rubric rubric, const std::string& variant);

}  // namespace assay::rubrics
