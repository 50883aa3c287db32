#include "harness/marks/target.h"

#include <algorithm>
#include <set>

#include "harness/base/sha256.h"
#include "harness/model/marks.h"
#include "harness/report/cited.h"
#include "harness/report/words.h"

namespace assay::marks {
namespace {

using model::Verdict;

std::string text_of(const Json& object, const char* key) {
  return object.at(key).get<std::string>();
}

/// The lines of a file from the first to the last cited, of any line ends.
std::string cited_lines(const Json& file, const Json& cite) {
  const auto& text = file.at("text").get_ref<const std::string&>();
  const auto first = cite.at("line").get<std::int64_t>();
  const auto last = cite.at("end_line").get<std::int64_t>();
  std::string lines;
  std::int64_t line = 1;
  for (const char c : text) {
    if (line > last) break;
    if (line >= first) lines += c;
    if (c == '\n') ++line;
  }
  return lines;
}

/// What was called and what came of it, and the state that it stands for. How an author words and
/// sorts the case is no part of it.
Json record_of(const Json& test_case) {
  Json record = test_case;
  for (const char* key : {"title", "family", "visibility", "twin_of"}) record.erase(key);
  return record;
}

Json records_of(const Json& cases) {
  Json records = Json::array();
  for (const Json& test_case : cases) records.push_back(record_of(test_case));
  return records;
}

Json hashes_of(const Json& files) {
  Json hashes = Json::array();
  for (const Json& file : files) hashes.push_back({file.at("path"), file.at("sha256")});
  return hashes;
}

/// A place that a fact points to, with what stands there. Whatever of a case is cited, all of it is
/// there for a person to look at.
Json evidence_at(const Json& graded, const Json& cite) {
  const Json* found = report::cited_in(graded, cite);
  Json evidence = {{"of", report::is_of_draft(cite) ? "draft" : "submission"}};
  if (cite.contains("case")) {
    evidence["case"] = cite.at("case");
    evidence["record"] = found == nullptr ? Json() : record_of(*found);
  } else {
    for (const char* key : {"file", "line", "end_line"}) evidence[key] = cite.at(key);
    evidence["lines"] = found == nullptr ? Json() : Json(cited_lines(*found, cite));
  }
  return evidence;
}

/// All places that the facts of an indicator point to, each once and in an order of their own:
/// which fact points where is the machine's affair, and so are the facts of its suggestion.
std::set<std::string> cited_by(const Json& graded, const Json& indicator) {
  std::vector<const Json*> facts = report::facts_of(graded, indicator);
  if (indicator.contains("questions"))
    for (const Json& question : indicator.at("questions"))
      report::add_facts(graded, question, facts);
  std::set<std::string> cited;
  for (const Json* fact : facts)
    for (const Json& cite : fact->at("cites"))
      cited.insert(sha256_hex(dump_json(evidence_at(graded, cite))));
  return cited;
}

/// What the machine says of a term that it decides by itself.
Verdict verdict_of_term(const Json& holds) {
  if (holds.is_null()) return Verdict::kUndetermined;
  return holds.get<bool>() ? Verdict::kObserved : Verdict::kNotObserved;
}

}  // namespace

std::vector<Target> targets_of(const Json& graded) {
  std::vector<Target> targets;
  for (const Json& indicator : graded.at("indicators"))
    targets.push_back({.rubric = text_of(indicator, "rubric"),
                       .id = text_of(indicator, "id"),
                       .label = text_of(indicator, "label"),
                       .polarity = indicator.at("polarity") == "positive"
                                       ? model::Polarity::kPositive
                                       : model::Polarity::kNegative,
                       .machine = *model::verdict_from(text_of(indicator, "verdict")),
                       .indicator = &indicator});
  if (!graded.at("gradable").at("ok").get<bool>() || graded.at("rubrics").empty()) return targets;
  for (const Json& term : graded.at("overall").at("rule")) {
    if (term.contains("indicator")) continue;
    targets.push_back({.rubric = text_of(graded.at("rubrics").front(), "id"),
                       .id = std::string(model::kTermPrefix) + text_of(term, "id"),
                       .label = text_of(term, "term"),
                       .machine = verdict_of_term(term.at("holds")),
                       .term = &term});
  }
  return targets;
}

const Target* find_target(const std::vector<Target>& targets, std::string_view rubric,
                          std::string_view id) {
  const auto it = std::ranges::find_if(targets, [&](const Target& target) {
    return target.id == id && (rubric.empty() || target.rubric == rubric);
  });
  return it == targets.end() ? nullptr : &*it;
}

std::string evidence_sha256(const Json& graded, const Target& target) {
  Json content = {{"submission", graded.at("submission").at("sha256")}};
  const bool has_draft = graded.contains("draft");
  if (has_draft) content["draft"] = hashes_of(graded.at("draft").at("files"));
  if (target.indicator != nullptr) {
    content["cited"] = cited_by(graded, *target.indicator);
    return sha256_hex(dump_json(content));
  }
  // A term says nothing of what it was decided from, so it rests on everything.
  content["cases"] = records_of(graded.at("cases"));
  if (has_draft) content["draft_cases"] = records_of(graded.at("draft").at("cases"));
  return sha256_hex(dump_json(content));
}

}  // namespace assay::marks
