#include "harness/report/repeated.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/cited.h"
#include "harness/report/fields.h"
#include "harness/report/joined.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

/// Names of cases in a sentence.
constexpr std::size_t kMaxNamed = 4;

bool is_of_same_case(const Json& cite, const Json& varying) {
  return cite.contains("case") && cite.at("case") == varying.at("case") &&
         is_of_draft(cite) == is_of_draft(varying);
}

Json place_of(const Json& varying) {
  Json place = {{"case", varying.at("case")}};
  if (is_of_draft(varying)) place["of"] = varying.at("of");
  return place;
}

/// In the order of `repeated`.
Json cases_under(const Json& graded, const Json& indicator, const Json& varying) {
  Json under = Json::array();
  const auto facts = facts_of(graded, indicator);
  for (const Json& each : varying) {
    const bool rests = std::ranges::any_of(facts, [&](const Json* fact) {
      return std::ranges::any_of(fact->at("cites"),
                                 [&](const Json& cite) { return is_of_same_case(cite, each); });
    });
    if (rests) under.push_back(place_of(each));
  }
  return under;
}

std::vector<std::string> names_of(const Json& places) {
  std::vector<std::string> names;
  for (const Json& place : places) names.push_back(name_of_varying(place));
  return names;
}

}  // namespace

void name_what_varies(Json& report) {
  const auto repeated = report.find("repeated");
  if (repeated == report.end()) return;
  Json indicators = Json::array();
  const Json& graded = report.at("graded");
  for (const Json& indicator : graded.at("indicators")) {
    Json cases = cases_under(graded, indicator, repeated->at("cases"));
    if (!cases.empty())
      indicators.push_back({{"rubric", indicator.at("rubric")},
                            {"id", indicator.at("id")},
                            {"cases", std::move(cases)}});
  }
  (*repeated)["indicators"] = std::move(indicators);
}

std::vector<std::string> varying_under(const Json& report, const Json& indicator) {
  std::vector<std::string> names;
  const auto repeated = report.find("repeated");
  if (repeated == report.end()) return names;
  for (const Json& each : repeated->at("indicators"))
    if (each.at("id") == indicator.at("id") && each.at("rubric") == indicator.at("rubric"))
      for (const Json& place : each.at("cases")) names.push_back(name_of_varying(place));
  return names;
}

std::string words_of_varying_under(const Json& report, const Json& indicator) {
  const auto names = varying_under(report, indicator);
  if (names.empty()) return {};
  return "It rests on " + joined(names, kMaxNamed) + ", which " +
         (names.size() == 1 ? "varies" : "vary") + " from run to run.";
}

std::string words_of_repeated(const Json& report) {
  const auto repeated = report.find("repeated");
  if (repeated == report.end()) return {};
  const std::size_t varying = repeated->at("cases").size();
  const Json& graded = report.at("graded");
  std::size_t all = graded.at("cases").size();
  if (graded.contains("draft")) all += graded.at("draft").at("cases").size();
  std::string words = "Each case was run " + std::to_string(repeated->at("runs").get<int>()) +
                      " times, with other orders of sets, folders and threads: ";
  const std::size_t lost = repeated->contains("lost") ? repeated->at("lost").size() : 0;
  std::string left_out =
      lost == 0 ? "" : " The harness failed in " + count_of(lost, "run") + ", not compared here.";
  if (repeated->contains("not_compared"))
    left_out +=
        " What went by the machine's clock or in its turns, and differs, is not compared: " +
        joined(names_of(repeated->at("not_compared")), kMaxNamed) + ".";
  if (varying == 0) return words + "none varies." + left_out;
  words += std::to_string(varying) + " of " + count_of(all, "case") +
           (varying == 1 ? " varies" : " vary");
  const std::size_t resting = repeated->at("indicators").size();
  if (resting > 0)
    words += ", and " + count_of(resting, "verdict") + (resting == 1 ? " rests" : " rest") +
             (varying == 1 ? " on it" : " on them");
  return words + "." + left_out;
}

const Json& varying_cases(const Json& report) {
  static const Json kNone = Json::array();
  const auto repeated = report.find("repeated");
  return repeated == report.end() ? kNone : repeated->at("cases");
}

const Json* varying_case(const Json& report, std::string_view case_id, bool of_draft) {
  const Json& cases = varying_cases(report);
  const auto found = std::ranges::find_if(cases, [&](const Json& varying) {
    return text_at(varying, "case") == case_id && is_of_draft(varying) == of_draft;
  });
  return found == cases.end() ? nullptr : &*found;
}

std::string words_of_varying(const Json& varying) {
  std::string parts, examples;
  for (const Json& part : varying.at("in"))
    parts += (parts.empty() ? "" : ", ") + part.get<std::string>();
  for (const Json& example : varying.at("examples"))
    examples += (examples.empty() ? "run " : ", run ") +
                std::to_string(example.at("run").get<int>()) + " " +
                std::string(text_at(example, "words"));
  return parts + ": " + examples;
}

std::string name_of_varying(const Json& varying) {
  return (is_of_draft(varying) ? "draft: " : "") + std::string(text_at(varying, "case"));
}

}  // namespace assay::report
