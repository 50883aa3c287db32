#pragma once

// A kind of check: how one indicator, or one term of the overall rule, is decided from facts.
//
// One file a kind in checks/: checks/x.cpp defines `extern const Check k_x`, and a rubric names it
// as `kind: x` with parameters that fit its schema. In: facts and the parameters, already
// validated. Out: a Decision. Pure functions, on any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/verdict.h"
#include "rubrics/facts.h"

namespace assay::rubrics {

/// What a check says; the engine adds the indicator's own words.
struct Decision {
  model::Verdict verdict = model::Verdict::kNotExercised;
  model::Basis basis = model::Basis::kDynamic;
  std::string explanation;  ///< one sentence that a candidate could read
  std::vector<model::Term> terms;
  std::vector<std::string> gaps;
  std::vector<std::string> notes;
  std::vector<std::string> evidence;  ///< ids of facts, the most telling first
  std::optional<model::Suggestion> suggestion;
  std::vector<model::Question> questions;
};

struct Check {
  std::string_view kind;
  std::string_view parameters_schema;  ///< JSON Schema, draft 7
  Decision (*decide)(const FactSet& facts, const Json& parameters);
  bool needs_reads = false;  ///< only for rubrics that say what they read of a result (rubric.h)
};

/// Made from the files in checks/.
std::span<const Check* const> all_checks();

/// JSON Schema (draft 7) of a use of a check: {kind, parameters}, with every kind there is. Put
/// together from the checks; schemas/checks.schema.json is the same as a file for editors, which a
/// test keeps so.
const std::string& checks_schema_text();

/// Null where there is none.
const Check* find_check(std::string_view kind);

// ---- what checks share

using Labels = std::vector<std::string>;

/// Parameters are validated, so a missing one has a default in the check.
Labels labels_of(const Json& parameters, const char* name, Labels otherwise = {});

/// "missing_data" as "missing data".
std::string words(std::string_view label);
/// “text”, for the title of a case.
std::string in_quotes(std::string_view text);
/// "a", "a and b", "a, b and c"; at most `limit` items, then "and 4 more".
std::string listed(const std::vector<std::string>& items, std::size_t limit = 4);

/// "1 s", "0.25 s"; rounded to milliseconds.
std::string seconds(std::int64_t us);

/// Reasons put together as one sentence, a semicolon between them since each has an "and" of its
/// own, the first letter in upper case. None may begin with a name.
std::string sentence(const std::vector<std::string>& reasons, std::size_t limit = 3);

/// Adds an id once.
void cite(std::vector<std::string>& evidence, const std::string& id);

/// True where all hold, false where one does not, nothing otherwise.
std::optional<bool> all_hold(const std::vector<model::Term>& terms);

/// A decision that more evidence could turn becomes undetermined where the harness failed in a case
/// that it rests on. `settled` decisions rest on what was seen, and stay.
Decision with_faults(Decision decision, const FactSet& facts, const Labels& labels, bool settled);

/// S(a) and S(b) compared. `apart` is empty where one of them is.
struct Apart {
  std::optional<bool> apart;
  std::string shared_key;
  const CaseFact* a = nullptr;  ///< a case of each that shows it
  const CaseFact* b = nullptr;
};
Apart tell_apart(const FactSet& facts, const std::string& a, const std::string& b);

/// "“A” and “B” both gave the same status, 'error'", where the two are not told apart.
std::string shared_sentence(const Apart& apart);

}  // namespace assay::rubrics
