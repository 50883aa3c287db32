#include "harness/marks/target.h"

#include <algorithm>
#include <set>

#include "harness/base/sha256.h"
#include "harness/model/marks.h"

namespace assay::marks {
namespace {

using model::Verdict;

std::string text_of(const Json& object, const char* key) {
  return object.at(key).get<std::string>();
}

/// Null where there is none.
const Json* with_member(const Json& list, const char* key, const Json& value) {
  const auto it =
      std::ranges::find_if(list, [&](const Json& item) { return item.at(key) == value; });
  return it == list.end() ? nullptr : &*it;
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

/// What stands where a fact points to.
Json record_of(const Json& graded, const Json& cite) {
  const bool of_draft = cite.contains("of") && cite.at("of") == "draft" && graded.contains("draft");
  if (cite.contains("case")) {
    const Json& cases = of_draft ? graded.at("draft").at("cases") : graded.at("cases");
    const Json* found = with_member(cases, "id", cite.at("case"));
    return found == nullptr ? Json() : *found;
  }
  const Json& files =
      of_draft ? graded.at("draft").at("files") : graded.at("submission").at("files");
  const Json* found = with_member(files, "path", cite.at("file"));
  return found == nullptr ? Json() : Json(cited_lines(*found, cite));
}

/// Ids of all facts that the indicator names; those of the suggestion are the machine's affair.
std::set<std::string> fact_ids(const Json& indicator) {
  std::set<std::string> ids;
  const auto add = [&](const Json& holder) {
    for (const Json& id : holder.at("evidence")) ids.insert(id.get<std::string>());
  };
  add(indicator);
  for (const Json& term : indicator.at("terms")) add(term);
  if (indicator.contains("questions"))
    for (const Json& question : indicator.at("questions")) add(question);
  return ids;
}

/// Facts by content, in an order of their own: numbers move when another indicator cites more.
std::vector<std::string> facts_of(const Json& graded, const Json& indicator) {
  std::vector<std::string> facts;
  for (const std::string& id : fact_ids(indicator)) {
    const Json* fact = with_member(graded.at("evidence"), "id", id);
    if (fact == nullptr) continue;
    std::string content = dump_json(fact->at("statement"));
    for (const Json& cite : fact->at("cites"))
      content += "\n" + dump_json(cite) + "\n" + dump_json(record_of(graded, cite));
    facts.push_back(sha256_hex(content));
  }
  std::ranges::sort(facts);
  return facts;
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
  Json content = Json::object();
  content["submission"] = graded.at("submission").at("sha256");
  content["label"] = target.label;
  // A term says nothing of what it was decided from, so it rests on everything.
  if (target.indicator == nullptr)
    content["cases"] = sha256_hex(dump_json(graded.at("cases")));
  else
    content["facts"] = facts_of(graded, *target.indicator);
  return sha256_hex(dump_json(content));
}

}  // namespace assay::marks
