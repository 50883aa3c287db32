#include "harness/report/candidate/view.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/base/sha256.h"
#include "harness/model/value.h"
#include "harness/report/cited.h"
#include "harness/report/fields.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

using Kind = CandidateIndicator::Kind;

constexpr std::size_t kReferenceDigits = 16;
constexpr std::size_t kMaxShown = 2'000;  ///< bytes of a value or a message
constexpr std::size_t kMaxRequests = 10;  ///< of a case
constexpr std::size_t kMaxLines = 8;      ///< of source, for one indicator
constexpr std::size_t kMaxTarget = 300;

bool is_open(const Json& test_case) { return test_case.at("visibility") == "public"; }

std::string result_of(const Json& test_case) {
  const Json& outcome = test_case.at("outcome");
  std::string text = words_of_outcome(outcome);
  if (outcome.contains("exception")) {
    const std::string_view message = text_at(outcome.at("exception"), "message");
    if (!message.empty()) text += ": " + std::string(cut_utf8(message, kMaxShown));
  }
  if (test_case.contains("value")) text += " " + model::describe(test_case.at("value"), kMaxShown);
  return text;
}

CandidateCase case_of(const Json& graded, const Json& test_case) {
  CandidateCase shown;
  shown.id = text_at(test_case, "id");
  shown.title = text_at(test_case, "title");
  shown.call = words_of_call(graded, test_case, kMaxShown);
  shown.result = result_of(test_case);
  const Json& requests = test_case.at("requests");
  for (std::size_t i = 0; i < std::min(requests.size(), kMaxRequests); ++i)
    shown.requests.push_back({brief_seconds(requests[i].at("at_us").get<std::int64_t>()),
                              std::string(text_at(requests[i], "method")) + " " +
                                  std::string(cut_utf8(text_at(requests[i], "target"), kMaxTarget)),
                              words_of_answer(requests[i])});
  shown.requests_left_out = requests.size() - shown.requests.size();
  return shown;
}

/// Which open cases stand for each case: itself or its twin, either way; and which are near it, as
/// they put the function in the same state of the world.
class Disclosed {
 public:
  explicit Disclosed(const Json& graded) : cases_(graded.at("cases")) {
    for (std::size_t i = 0, shown = 0; i < cases_.size(); ++i) {
      positions_[text_at(cases_[i], "id")] = i;
      if (is_open(cases_[i])) shown_[i] = shown++;
    }
  }

  /// Positions among the open cases.
  std::set<std::size_t> standing_for(std::string_view id) const {
    return matching(id, [](const Json& cited, const Json& open) {
      return cited.at("id") == open.at("id") || are_twins(cited, open);
    });
  }
  std::set<std::size_t> near(std::string_view id) const {
    const auto label_alike = [](const Json& cited, const Json& open) {
      return cited.at("label") == open.at("label");
    };
    const auto both_alike = [&](const Json& cited, const Json& open) {
      return label_alike(cited, open) && family(cited) == family(open);
    };
    std::set<std::size_t> nearest = matching(id, both_alike);
    return nearest.empty() ? matching(id, label_alike) : nearest;
  }

 private:
  template <class Matches>
  std::set<std::size_t> matching(std::string_view id, Matches matches) const {
    std::set<std::size_t> found;
    const auto cited = positions_.find(id);
    if (cited == positions_.end()) return found;
    for (const auto& [at, shown] : shown_)
      if (matches(cases_[cited->second], cases_[at])) found.insert(shown);
    return found;
  }
  static bool are_twins(const Json& a, const Json& b) {
    return (a.contains("twin_of") && a.at("twin_of") == b.at("id")) ||
           (b.contains("twin_of") && b.at("twin_of") == a.at("id"));
  }
  static Json family(const Json& test_case) {
    return test_case.contains("family") ? test_case.at("family") : Json("");
  }

  const Json& cases_;
  std::map<std::string_view, std::size_t> positions_;
  std::map<std::size_t, std::size_t> shown_;  // open ones: their position among those
};

Kind kind_of(const Json& standing) {
  switch (words_of_verdict(standing).tone) {
    case Tone::kGood:
      return Kind::kGood;
    case Tone::kBad:
      return Kind::kBad;
    case Tone::kAsk:
      return Kind::kOpen;
    case Tone::kOpen:
      return Kind::kNotExercised;
    case Tone::kFault:
      return Kind::kUndetermined;
  }
  return Kind::kUndetermined;
}

void add_line(const Json& graded, const Json& cite, CandidateIndicator& indicator) {
  const Json* file = cited_in(graded, cite);
  if (file == nullptr) return;
  const auto lines = lines_of(text_at(*file, "text"));
  const auto line = cite.at("line").get<std::size_t>();
  if (line < 1 || line > lines.size()) return;
  CandidateLine shown{std::string(text_at(*file, "path")) + ":" + std::to_string(line),
                      std::string(lines[line - 1])};
  const bool known = std::ranges::any_of(
      indicator.lines, [&](const CandidateLine& each) { return each.place == shown.place; });
  if (!known && indicator.lines.size() < kMaxLines) indicator.lines.push_back(std::move(shown));
}

/// Facts that speak against the candidate: those of the terms that went that way. An indicator
/// cites what its other terms rest on as well, which may be to their credit. Where a person went
/// against the machine there are none: what they saw is theirs to say.
std::vector<const Json*> telling_facts(const Json& graded, const Json& indicator) {
  const bool negative = indicator.at("polarity") == "negative";
  std::vector<const Json*> facts;
  for (const Json& term : indicator.at("terms"))
    if (term.at("holds") == Json(negative)) add_facts(graded, term, facts);
  const bool by_machine = indicator.at("verdict") == (negative ? "observed" : "not_observed");
  return facts.empty() && by_machine ? facts_of(graded, indicator) : facts;
}

/// Where an indicator's evidence can be seen by its candidate.
void add_evidence(const Json& graded, const Json& indicator, const Disclosed& disclosed,
                  CandidateIndicator& shown) {
  std::set<std::size_t> cases, near;
  const auto telling = telling_facts(graded, indicator);
  for (const Json* fact : telling) {
    for (const Json& cite : fact->at("cites")) {
      if (is_of_draft(cite)) continue;  // the draft is not the candidate's doing
      if (cite.contains("file")) {
        add_line(graded, cite, shown);
        continue;
      }
      cases.merge(disclosed.standing_for(text_at(cite, "case")));
      near.merge(disclosed.near(text_at(cite, "case")));
    }
  }
  const bool unseen = cases.empty() && shown.lines.empty();
  // What else the indicator cites is as near as it gets.
  if (unseen && near.empty() && !telling.empty())
    for (const Json* fact : facts_of(graded, indicator))
      for (const Json& cite : fact->at("cites"))
        if (!is_of_draft(cite) && cite.contains("case"))
          near.merge(disclosed.standing_for(text_at(cite, "case")));
  shown.only_near = unseen && !near.empty();
  if (shown.only_near) cases = std::move(near);
  shown.cases.assign(cases.begin(), cases.end());
}

CandidateIndicator indicator_of(const Json& report, const Json& indicator,
                                const Disclosed& disclosed) {
  const Json standing = as_it_stands(report, indicator);
  CandidateIndicator shown;
  shown.kind = kind_of(standing);
  shown.label = text_at(indicator, "label");
  shown.verdict = words_of_verdict(standing).words;
  shown.positive = indicator.at("polarity") == "positive";
  shown.by_person = standing_mark(report, indicator) != nullptr;
  shown.asks = text_at(indicator, "asks");
  shown.on_varying = shown.kind == Kind::kBad && !varying_under(report, indicator).empty();
  if (shown.kind == Kind::kBad) add_evidence(report.at("graded"), indicator, disclosed, shown);
  return shown;
}

}  // namespace

CandidateView candidate_view(const Json& report, std::string contact) {
  const Json& graded = report.at("graded");
  CandidateView view;
  view.exercise = text_at(graded.at("exercise"), "title");
  view.reference = sha256_hex(dump_json(graded)).substr(0, kReferenceDigits);
  view.gradable = graded.at("gradable").at("ok").get<bool>();
  view.contact = std::move(contact);
  for (const Json& test_case : graded.at("cases"))
    if (is_open(test_case)) {
      view.cases.push_back(case_of(graded, test_case));
      view.cases.back().varies =
          varying_case(report, text_at(test_case, "id"), /*of_draft=*/false) != nullptr;
    }
  const Disclosed disclosed(graded);
  if (view.gradable)
    for (const Json& indicator : graded.at("indicators"))
      view.indicators.push_back(indicator_of(report, indicator, disclosed));
  std::ranges::stable_sort(view.indicators, {}, [](const CandidateIndicator& indicator) {
    return indicator.kind == Kind::kBad ? 0 : indicator.kind == Kind::kGood ? 1 : 2;
  });
  return view;
}

std::string_view words_of_kind(Kind kind) {
  switch (kind) {
    case Kind::kGood:
      return "speaks for your code";
    case Kind::kBad:
      return "speaks against your code";
    case Kind::kOpen:
      return "a person still decides";
    case Kind::kNotExercised:
      return "could not be seen either way";
    case Kind::kUndetermined:
      return "could not be decided, and that was not your doing";
  }
  return "";
}

std::string verdict_sentence(const CandidateIndicator& indicator) {
  std::string text = indicator.positive ? "A positive indicator, " : "A negative indicator, ";
  text += indicator.verdict + ": " + std::string(words_of_kind(indicator.kind)) + ".";
  if (indicator.by_person) text += " A person decided this.";
  return text;
}

std::vector<std::string> how_to_contest(const CandidateView& view) {
  return {
      "Write to " + (view.contact.empty() ? "whoever sent you this" : view.contact) +
          " and name the reference " + view.reference + ".",
      "Say which indicator is wrong, and by which case or line you can tell. That your way is "
      "unusual "
      "is no fault: say why it is right.",
      "A person looks at it again, and their decision is kept beside the machine's. Where the "
      "exercise "
      "was wrong, every submission is judged again from what was recorded.",
  };
}

}  // namespace assay::report
