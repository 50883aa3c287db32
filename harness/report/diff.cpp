#include "harness/report/diff.h"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <set>

#include "harness/base/count.h"
#include "harness/report/cited.h"
#include "harness/report/fields.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

constexpr std::size_t kMaxValue = 60;
constexpr std::size_t kMaxCases = 6;
constexpr std::string_view kAbsent = "absent";

const Json* indicator_in(const Json& report, const Json& like) {
  const Json& indicators = report.at("graded").at("indicators");
  const auto it = std::ranges::find_if(indicators, [&](const Json& indicator) {
    return indicator.at("id") == like.at("id") && indicator.at("rubric") == like.at("rubric");
  });
  return it == indicators.end() ? nullptr : &*it;
}

/// A case of the submission or of the draft.
struct CitedCase {
  bool of_draft = false;
  std::string id;

  auto operator<=>(const CitedCase&) const = default;
};

/// The cases that an indicator's facts point to.
void add_cited_cases(const Json& report, const Json& indicator, std::set<CitedCase>& cited) {
  for (const Json* fact : facts_of(report.at("graded"), indicator))
    for (const Json& cite : fact->at("cites"))
      if (cite.contains("case"))
        cited.insert(CitedCase{is_of_draft(cite), std::string(text_at(cite, "case"))});
}

/// Null where the report has none such.
const Json* case_in(const Json& report, const CitedCase& cited) {
  Json cite = {{"case", cited.id}};
  if (cited.of_draft) cite["of"] = "draft";
  return cited_in(report.at("graded"), cite);
}

std::string result_of(const Json& test_case) {
  const std::string value = words_of_value(test_case, kMaxValue);
  return words_of_outcome(test_case.at("outcome")) + (value.empty() ? "" : " " + value) +
         " after " + count_of(test_case.at("requests").size(), "request");
}

/// How the later report's side is told: of another submission nothing came to be "now" otherwise.
struct Telling {
  std::string now = "now ";
  std::string new_gap = "New gap: ";
  std::string gone_gap = "Gap that is gone: ";
  std::string alike = "The cases that it cites went as before";
  bool same_submission = true;
};

Telling telling_of(const Json& a, const Json& b) {
  const auto id = [](const Json& report) { return report.at("graded").at("submission").at("id"); };
  if (id(a) == id(b)) return {};
  return {"in the second: ", "Gap in the second alone: ", "Gap in the first alone: ",
          "The cases that it cites went alike in both", false};
}

/// Cases that both reports have and that went otherwise.
std::vector<std::string> cases_that_differ(const Json& a, const Json& b,
                                           const std::set<CitedCase>& cited,
                                           const Telling& telling) {
  std::vector<std::string> texts;
  for (const CitedCase& each : cited) {
    const Json* was = case_in(a, each);
    const Json* is = case_in(b, each);
    const std::string name = (each.of_draft ? "draft's case " : "case ") + each.id;
    if (was == nullptr && is == nullptr) continue;
    if (was == nullptr || is == nullptr) {
      texts.push_back("The " + name + (was == nullptr ? " is new." : " is gone."));
      continue;
    }
    bool same = true;
    for (const char* key : {"label", "arguments", "outcome", "value", "requests", "virtual_us"})
      same = same && was->contains(key) == is->contains(key) &&
             (!was->contains(key) || was->at(key) == is->at(key));
    if (!same)
      texts.push_back((each.of_draft ? "The " + name : "Case " + each.id) + ": " + result_of(*was) +
                      "; " + telling.now + result_of(*is) + ".");
  }
  if (texts.size() > kMaxCases) {
    const std::size_t more = texts.size() - kMaxCases;
    texts.resize(kMaxCases);
    texts.push_back("And " + count_of(more, "more case") + ".");
  }
  return texts;
}

std::string words_of(const Json& holds) { return std::string(words_of_holds(holds).words); }

void add_terms(const Json& was, const Json& is, const Telling& telling,
               std::vector<std::string>& why) {
  for (const Json& term : is.at("terms")) {
    const Json* before = find_by(was.at("terms"), "term", term.at("term"));
    const std::string quoted = "“" + std::string(text_at(term, "term")) + "”";
    if (before == nullptr)
      why.push_back("The term " + quoted + " is new, and " + words_of(term.at("holds")) + ".");
    else if (before->at("holds") != term.at("holds"))
      why.push_back("The term " + quoted + ": " + words_of(before->at("holds")) + "; " +
                    telling.now + words_of(term.at("holds")) + ".");
  }
  for (const Json& gap : is.at("gaps"))
    if (std::ranges::find(was.at("gaps"), gap) == was.at("gaps").end())
      why.push_back(telling.new_gap + gap.get<std::string>());
  for (const Json& gap : was.at("gaps"))
    if (std::ranges::find(is.at("gaps"), gap) == is.at("gaps").end())
      why.push_back(telling.gone_gap + gap.get<std::string>());
}

void add_condition(std::vector<std::string>& conditions, const std::string& what, const Json& a,
                   const Json& b) {
  if (a == b) return;
  const auto shown = [](const Json& value) {
    if (value.is_string() && value.get_ref<const std::string&>().size() == 64)
      return value.get<std::string>().substr(0, 12);
    return value.is_string() ? value.get<std::string>() : dump_json(value);
  };
  conditions.push_back(what + ": " + shown(a) + " and " + shown(b));
}

/// The hash of what a rework is held against.
Json draft_of(const Json& graded) {
  if (!graded.contains("draft") || graded.at("draft").at("files").empty()) return "none";
  return graded.at("draft").at("files").front().at("sha256");
}

Json clock_of(const Json& report) {
  const Json& run = report.at("run");
  if (!run.contains("real_time")) return "virtual time";
  return "real time, " + std::to_string(run.at("real_time").get<int>()) + " times as fast";
}

std::vector<std::string> conditions_of(const Json& a, const Json& b) {
  std::vector<std::string> found;
  const Json &ga = a.at("graded"), &gb = b.at("graded");
  const Json &ea = ga.at("exercise"), &eb = gb.at("exercise");
  add_condition(found, "submission", ga.at("submission").at("id"), gb.at("submission").at("id"));
  add_condition(found, "files handed in", ga.at("submission").at("sha256"),
                gb.at("submission").at("sha256"));
  add_condition(found, "level", ea.at("level"), eb.at("level"));
  add_condition(found, "version of the exercise", ea.at("version"), eb.at("version"));
  add_condition(found, "files of the exercise", ea.at("sha256"), eb.at("sha256"));
  add_condition(found, "seed", ga.at("seed"), gb.at("seed"));
  add_condition(found, "draft", draft_of(ga), draft_of(gb));
  for (const Json& rubric : gb.at("rubrics")) {
    const std::string name = "rubric " + rubric.at("id").get<std::string>();
    const Json* before = find_by(ga.at("rubrics"), "id", rubric.at("id"));
    if (before == nullptr) {
      found.push_back(name + ": only in the second");
      continue;
    }
    add_condition(found, "version of the " + name, before->at("version"), rubric.at("version"));
    add_condition(found, "file of the " + name, before->at("sha256"), rubric.at("sha256"));
  }
  for (const Json& rubric : ga.at("rubrics"))
    if (find_by(gb.at("rubrics"), "id", rubric.at("id")) == nullptr)
      found.push_back("rubric " + rubric.at("id").get<std::string>() + ": only in the first");
  for (const char* key : {"version", "python", "packages"})
    add_condition(found, std::string(key) == "version" ? "Assay" : key, ga.at("tool").at(key),
                  gb.at("tool").at(key));
  const auto cohort = [](const Json& report) {
    const Json& context = report.at("context");
    return context.contains("cohort_id") ? context.at("cohort_id") : Json("none");
  };
  add_condition(found, "cohort", cohort(a), cohort(b));
  add_condition(found, "clock", clock_of(a), clock_of(b));
  return found;
}

/// What each of the two says of its case, where either knows that it varies.
std::vector<std::string> cases_that_vary(const Json& a, const Json& b) {
  std::vector<std::string> texts;
  const auto add = [&](const Json& varying, std::string_view where) {
    texts.push_back(name_of_varying(varying) + std::string(where) + words_of_varying(varying));
  };
  const auto in = [](const Json& report, const Json& varying) {
    return varying_case(report, text_at(varying, "case"), is_of_draft(varying)) != nullptr;
  };
  for (const Json& varying : varying_cases(b))
    add(varying, in(a, varying) ? ", in both, now: " : ", in the second: ");
  for (const Json& varying : varying_cases(a))
    if (!in(b, varying)) add(varying, ", in the first: ");
  return texts;
}

/// A verdict that rests on such a case may have moved by that alone.
void add_what_varies(const Json& a, const Json& b, const Json& was, const Json& is,
                     std::vector<std::string>& why) {
  const std::string before = words_of_varying_under(a, was), now = words_of_varying_under(b, is);
  if (!now.empty()) why.push_back(before == now ? now : "In the second report: " + now);
  if (!before.empty() && before != now) why.push_back("In the first report: " + before);
}

MovedVerdict moved_verdict(const Json& a, const Json& b, const Json* was, const Json* is,
                           const std::vector<std::string>& conditions) {
  const Json& either = is != nullptr ? *is : *was;
  MovedVerdict verdict;
  verdict.label = text_at(either, "label");
  verdict.moved.rubric = text_at(either, "rubric");
  verdict.moved.indicator = text_at(either, "id");
  verdict.moved.from = was == nullptr ? kAbsent : text_at(*was, "verdict");
  verdict.moved.to = is == nullptr ? kAbsent : text_at(*is, "verdict");
  verdict.moved.because =
      is == nullptr ? "The rubric has it no more." : std::string(text_at(*is, "explanation"));
  if (was == nullptr || is == nullptr) return verdict;
  std::set<CitedCase> cited;
  add_cited_cases(a, *was, cited);
  add_cited_cases(b, *is, cited);
  const Telling telling = telling_of(a, b);
  verdict.why = cases_that_differ(a, b, cited, telling);
  const bool same_record = verdict.why.empty();
  add_what_varies(a, b, *was, *is, verdict.why);
  add_terms(*was, *is, telling, verdict.why);
  // Of two submissions, that they are two explains enough.
  if (same_record && (verdict.why.empty() || telling.same_submission))
    verdict.why.push_back(
        conditions.empty()
            ? "All that is cited went as before, and so did the conditions."
            : telling.alike + "; what differs: " + boost::algorithm::join(conditions, "; ") + ".");
  return verdict;
}

std::string final_words(const Json& report) {
  const Json& final = report.at("final");
  std::string words(words_of_anchor(text_at(final, "anchor")));
  if (text_at(final, "status") == "provisional") words += ", provisional";
  return words;
}

/// The anchor as the machine alone has it.
void add_overall(const Json& a, const Json& b, ReportDiff& diff) {
  const Json& was = a.at("graded").at("overall");
  const Json& is = b.at("graded").at("overall");
  if (was.at("anchor") == is.at("anchor") && was.at("provisional") == is.at("provisional")) return;
  const auto words = [](const Json& overall) {
    return std::string(text_at(overall, "anchor")) +
           (overall.at("provisional").get<bool>() ? ", provisional" : "");
  };
  MovedVerdict verdict;
  verdict.label = "Overall, by the machine";
  verdict.moved = {"", "overall", words(was), words(is), std::string(text_at(is, "because"))};
  for (const Json& term : is.at("rule")) {
    const Json* before = find_by(was.at("rule"), "id", term.at("id"));
    if (before != nullptr && before->at("holds") == term.at("holds") &&
        before->at("required") == term.at("required"))
      continue;
    std::string text = "The term " + std::string(text_at(term, "id")) + " (" +
                       std::string(text_at(term, "term")) + "): ";
    if (before != nullptr && before->at("holds") != term.at("holds"))
      text +=
          words_of(before->at("holds")) + "; " + telling_of(a, b).now + words_of(term.at("holds"));
    else
      text +=
          words_of(term.at("holds")) + (before == nullptr ? ", and is new" : "") +
          (term.at("required").get<bool>() ? ", and is required now" : ", and is not required now");
    verdict.why.push_back(text + ".");
  }
  diff.verdicts.push_back(std::move(verdict));
}

Json human_verdict(const Json& report, const Json* indicator) {
  const Json* mark = indicator == nullptr ? nullptr : standing_mark(report, *indicator);
  return mark == nullptr ? Json("no mark") : mark->at("human");
}

void add_decided(const Json& a, const Json& b, const Json* was, const Json* is, ReportDiff& diff) {
  const Json before = human_verdict(a, was), after = human_verdict(b, is);
  if (before == after) return;
  const Json& either = is != nullptr ? *is : *was;
  MovedVerdict verdict;
  verdict.label = text_at(either, "label");
  verdict.moved = {std::string(text_at(either, "rubric")), std::string(text_at(either, "id")),
                   before.get<std::string>(), after.get<std::string>(), ""};
  if (is != nullptr && after == "no mark")
    verdict.moved.because = "What the mark rested on has changed, or it was never brought here.";
  else if (is != nullptr)
    verdict.moved.because = "Marked by " + std::string(text_at(*standing_mark(b, *is), "by")) +
                            " (" + std::string(text_at(*standing_mark(b, *is), "reason_code")) +
                            ").";
  diff.decided.push_back(std::move(verdict));
}

std::string spaced(std::string verdict) {
  std::ranges::replace(verdict, '_', ' ');
  return verdict;
}

std::string from_to(const MovedVerdict& verdict) {
  return spaced(verdict.moved.from) + " → " + spaced(verdict.moved.to);
}

/// One line for each, so that what moved is seen at once.
void write_list(TerminalPage& page, const std::vector<MovedVerdict>& verdicts) {
  for (const MovedVerdict& verdict : verdicts)
    page.paragraph({"  "}, verdict.label + ": " + from_to(verdict));
}

/// "Case low" of "Case low: returned …"; empty for a sentence of anything else.
std::string case_of(const std::string& sentence) {
  if (!sentence.starts_with("Case ") && !sentence.starts_with("The draft's case ")) return "";
  return sentence.substr(0, sentence.find(':'));
}

/// Why a verdict moved. A case that was told of under another one is only named again.
void write_reasons(TerminalPage& page, const MovedVerdict& verdict, std::set<std::string>& told) {
  page.paragraph({"  "}, verdict.label, Style::kBold);
  page.paragraph({"    "}, from_to(verdict) + ". " + verdict.moved.because);
  std::vector<std::string> again;
  for (const std::string& why : verdict.why) {
    const std::string of_case = case_of(why);
    if (told.insert(why).second || of_case.empty())
      page.paragraph({"    - "}, why, Style::kDim);
    else
      again.push_back(of_case);
  }
  if (!again.empty())
    page.paragraph({"    - "}, "As told above: " + boost::algorithm::join(again, ", ") + ".",
                   Style::kDim);
}

void write_result(TerminalPage& page, const ReportDiff& diff) {
  if (!diff.moved())
    page.paragraph({"  "}, "No verdict moved, and neither did the result: " + diff.final_to + ".");
  else if (diff.final_from == diff.final_to)
    page.paragraph({"  "}, "The result stays: " + diff.final_to + ".");
  else
    page.paragraph({"  "}, "The result: " + diff.final_from + " → " + diff.final_to + ".",
                   Style::kBold);
}

}  // namespace

Result<ReportDiff> compare_reports(const Json& a, const Json& b) {
  const Json &ea = a.at("graded").at("exercise"), &eb = b.at("graded").at("exercise");
  for (const char* key : {"id", "variant"})
    if (ea.at(key) != eb.at(key))
      return input_error(
          "the two reports are not of one exercise and variant: " + std::string(text_at(ea, key)) +
              " and " + std::string(text_at(eb, key)),
          {}, "There is nothing in them to compare.");
  ReportDiff diff;
  diff.conditions = conditions_of(a, b);
  diff.varying = cases_that_vary(a, b);
  const auto look = [&](const Json* was, const Json* is) {
    const bool same = was != nullptr && is != nullptr && was->at("verdict") == is->at("verdict");
    if (!same) diff.verdicts.push_back(moved_verdict(a, b, was, is, diff.conditions));
    add_decided(a, b, was, is, diff);
  };
  for (const Json& is : b.at("graded").at("indicators")) look(indicator_in(a, is), &is);
  for (const Json& was : a.at("graded").at("indicators"))
    if (indicator_in(b, was) == nullptr) look(&was, nullptr);
  add_overall(a, b, diff);
  diff.final_from = final_words(a);
  diff.final_to = final_words(b);
  return diff;
}

std::string render_diff(const ReportDiff& diff, std::string_view name, const RenderOptions& how) {
  TerminalPage page(how);
  page.row({{name, Style::kBold}});
  write_result(page, diff);
  for (const std::string& condition : diff.conditions)
    page.paragraph({"  not the same: ", Style::kAsk}, condition);
  if (!diff.verdicts.empty()) page.heading("Verdicts of the machine that moved");
  write_list(page, diff.verdicts);
  if (!diff.decided.empty()) page.heading("What people decided otherwise");
  write_list(page, diff.decided);
  if (!diff.varying.empty()) page.heading("Cases that vary from run to run");
  for (const std::string& varying : diff.varying) page.paragraph({"  "}, varying);
  if (!diff.verdicts.empty() || !diff.decided.empty()) page.heading("Why, one by one");
  std::set<std::string> told;
  for (const auto* verdicts : {&diff.verdicts, &diff.decided})
    for (const MovedVerdict& verdict : *verdicts) write_reasons(page, verdict, told);
  return page.take();
}

model::Lineage lineage_of(const Json& earlier, const Json& later, std::string supersedes,
                          std::string cause) {
  model::Lineage lineage{std::move(supersedes), std::move(cause), {}};
  const Result<ReportDiff> diff = compare_reports(earlier, later);
  if (!diff.ok())
    return lineage;  // another exercise under the same name: nothing moved, all is new
  for (const MovedVerdict& verdict : diff->verdicts) lineage.changed.push_back(verdict.moved);
  return lineage;
}

}  // namespace assay::report
