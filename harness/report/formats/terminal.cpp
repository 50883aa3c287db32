// A report for reading in a terminal: what matters first, and nothing wider than the window.

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/format.h"
#include "harness/report/notebook.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

using Facts = std::map<std::string, const Json*>;  // by id

/// Places of evidence named under an indicator, and gaps and notes shown there.
constexpr std::size_t kMaxPlaces = 6;
constexpr std::size_t kMaxListed = 4;
/// Columns of a verdict's words behind its symbol.
constexpr std::size_t kVerdictWidth = 15;
constexpr std::size_t kIndent = 4 + kVerdictWidth;
/// Columns of the table of cases.
constexpr std::size_t kIdWidth = 26;
constexpr std::size_t kRequestsWidth = 3;
constexpr std::size_t kSpentWidth = 10;

std::string upper(std::string_view ascii) {
  std::string text(ascii);
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

void write_head(TerminalPage& page, const Json& report) {
  const Json& graded = report.at("graded");
  const Json& exercise = graded.at("exercise");
  page.row({{text_at(graded.at("submission"), "id"), Style::kBold}});
  page.paragraph({},
                 std::string(text_at(exercise, "title")) + " · " +
                     std::string(text_at(exercise, "variant")) + ", level " +
                     std::string(text_at(exercise, "level")),
                 Style::kDim);
  if (const std::string_view draft = words_of_draft(graded); !draft.empty())
    page.paragraph({}, draft, Style::kDim);
  if (const std::string unchanged = words_of_unchanged(graded); !unchanged.empty())
    page.paragraph({}, unchanged, Style::kAsk);
  if (is_unsandboxed(report)) {
    page.blank();
    page.paragraph({}, kUnsandboxed, Style::kAlarm);
  }
  if (const std::string words = words_of_real_time(report); !words.empty()) {
    page.blank();
    page.paragraph({}, words, Style::kAlarm);
  }
  page.blank();
  const Json& outcome = report.at("final");
  const std::string_view anchor = text_at(outcome, "anchor");
  std::string words = upper(words_of_anchor(anchor));
  const bool provisional = text_at(outcome, "status") == "provisional";
  if (provisional) words += " (provisional)";
  page.row({{words, style_of(tone_of_anchor(anchor))}});
  page.paragraph({}, text_at(outcome, "because"));
  if (provisional) page.paragraph({}, kProvisional, Style::kDim);
  if (const std::string repeated = words_of_repeated(report); !repeated.empty())
    page.paragraph({}, repeated, varying_cases(report).empty() ? Style::kDim : Style::kAsk);
  if (!graded.at("gradable").at("ok").get<bool>())
    page.paragraph({}, text_at(graded.at("gradable"), "reason"));
}

/// Where the evidence of an indicator can be seen, each place once. The facts themselves are in
/// report.html: in a terminal they would bury the verdicts.
void write_places(TerminalPage& page, const Json& graded, const Json& ids, const Facts& facts) {
  std::vector<std::string> places;
  for (const Json& id : ids) {
    const auto fact = facts.find(id.get_ref<const std::string&>());
    if (fact == facts.end()) continue;
    for (const Json& cite : fact->second->at("cites")) {
      // A case once, whatever of it is cited.
      std::string place = words_of_place(graded, cite);
      if (cite.contains("case"))
        place = (is_of_draft(cite) ? "draft: " : "") + std::string(text_at(cite, "case"));
      if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
    }
  }
  if (places.empty()) return;
  std::string text;
  for (std::size_t i = 0; i < std::min(places.size(), kMaxPlaces); ++i)
    text += (text.empty() ? "" : ", ") + cut(visible(places[i]), page.width() / 2);
  if (places.size() > kMaxPlaces)
    text += " and " + std::to_string(places.size() - kMaxPlaces) + " more";
  page.paragraph({std::string(kIndent, ' ') + "see: ", Style::kDim}, text, Style::kDim);
}

void write_list(TerminalPage& page, Cell lead, std::string_view noun, const Json& texts) {
  const std::size_t shown = texts.size() <= kMaxListed + 1 ? texts.size() : kMaxListed;
  for (std::size_t i = 0; i < shown; ++i)
    page.paragraph(lead, texts[i].get_ref<const std::string&>());
  if (shown < texts.size())
    page.paragraph(lead, "and " + count_of(texts.size() - shown, "more " + std::string(noun)),
                   Style::kDim);
}

/// What people decided on the indicator or term of that id, the marks that count no more included.
void write_marks(TerminalPage& page, const Json& report, const Json& rubric, std::string_view id) {
  for (const Json& mark : report.at("marks")) {
    if (text_at(mark, "indicator") != id || mark.at("rubric") != rubric) continue;
    const std::string_view state = text_at(mark, "state");
    std::string human(text_at(mark, "human"));
    std::ranges::replace(human, '_', ' ');
    std::string text = human + ", by " + std::string(text_at(mark, "by")) + " (" +
                       std::string(text_at(mark, "role")) + ") on " +
                       std::string(text_at(mark, "at")) + ", " +
                       std::string(text_at(mark, "reason_code"));
    if (!text_at(mark, "text").empty()) text += ": " + std::string(text_at(mark, "text"));
    if (state == "replaced") text += " (replaced by a later mark)";
    if (state == "reopened") text += " (reopened: what it rested on has changed)";
    page.paragraph({std::string(kIndent, ' ') + "mark: ", Style::kAsk}, text,
                   state == "stands" ? Style::kPlain : Style::kDim);
  }
}

void write_indicators(TerminalPage& page, const Json& report,
                      const std::vector<const Json*>& indicators, std::string_view polarity,
                      const Facts& facts) {
  const std::string indent(kIndent, ' ');
  for (const Json* each : indicators) {
    const Json& indicator = *each;
    if (text_at(indicator, "polarity") != polarity) continue;
    const VerdictWords words = words_of_verdict(as_it_stands(report, indicator));
    const std::string lead = "  " + std::string(words.symbol) + " " + std::string(words.words);
    page.paragraph({lead, style_of(words.tone), kIndent}, text_at(indicator, "label"),
                   Style::kBold);
    if (standing_mark(report, indicator) != nullptr)
      page.paragraph({indent + "the machine: "}, words_of_verdict(indicator).words, Style::kDim);
    page.paragraph({indent}, text_at(indicator, "explanation"));
    write_marks(page, report, indicator.at("rubric"), text_at(indicator, "id"));
    write_list(page, {indent + "gap: ", Style::kAsk}, "gap", indicator.at("gaps"));
    write_list(page, {indent + "note: "}, "note", indicator.at("notes"));
    if (const std::string varies = words_of_varying_under(report, indicator); !varies.empty())
      page.paragraph({indent + "varies: ", Style::kAsk}, varies);
    write_places(page, report.at("graded"), indicator.at("evidence"), facts);
  }
}

constexpr std::array<std::string_view, 2> kPolarities = {"positive", "negative"};

bool has_any(const std::vector<const Json*>& indicators, std::string_view polarity) {
  return std::ranges::any_of(indicators, [&](const Json* indicator) {
    return text_at(*indicator, "polarity") == polarity;
  });
}

void write_verdicts(TerminalPage& page, const Json& report, const Facts& facts) {
  const Json& graded = report.at("graded");
  const auto indicators = anchor_indicators(graded);
  for (const std::string_view polarity : kPolarities) {
    if (!has_any(indicators, polarity)) continue;
    page.heading(polarity == "positive" ? "Positive indicators" : "Negative indicators");
    write_indicators(page, report, indicators, polarity, facts);
  }
  for (const Json* rubric : further_rubrics(graded)) {
    const auto apart = indicators_of(graded, *rubric);
    page.heading(text_at(*rubric, "title"));
    page.paragraph({}, kJudgedApart, Style::kDim);
    for (const std::string_view polarity : kPolarities) {
      if (!has_any(apart, polarity)) continue;
      page.blank();
      page.paragraph({}, polarity == "positive" ? "Positive" : "Negative", Style::kDim);
      write_indicators(page, report, apart, polarity, facts);
    }
  }
  page.blank();
  page.paragraph({}, "assay show REPORT CASE shows one case; report.html has all the evidence.",
                 Style::kDim);
}

void write_questions(TerminalPage& page, const Json& graded) {
  std::size_t number = 0;
  for (const Json& indicator : graded.at("indicators")) {
    if (!indicator.contains("questions")) continue;
    for (const Json& question : indicator.at("questions")) {
      if (number == 0) page.heading("Questions to ask");
      page.paragraph({fit("  " + std::to_string(++number) + ".", 6)}, text_at(question, "text"));
    }
  }
}

void write_rule(TerminalPage& page, const Json& report) {
  const Json& graded = report.at("graded");
  const Json rule = rule_as_it_stands(report);
  if (rule.empty()) return;  // as where nothing could be graded
  page.heading("The rule for level " + std::string(text_at(graded.at("exercise"), "level")));
  for (const Json& term : rule) {
    const VerdictWords words = words_of_holds(term.at("holds"));
    const bool required = term.at("required").get<bool>();
    const std::string lead = "  " + std::string(words.symbol) + " " + std::string(words.words);
    std::string text = std::string(text_at(term, "id")) + " " + std::string(text_at(term, "term"));
    text += required ? " (required)" : "";
    page.paragraph({lead, required ? style_of(words.tone) : Style::kDim, kIndent}, text);
    if (!text_at(term, "because").empty())
      page.paragraph({std::string(kIndent, ' ')}, text_at(term, "because"), Style::kDim);
    write_marks(page, report, graded.at("rubrics").front().at("id"),
                "overall." + std::string(text_at(term, "id")));
  }
}

void write_case(TerminalPage& page, const Json& test_case) {
  const std::string outcome = words_of_outcome(test_case.at("outcome"));
  const bool returned = test_case.at("outcome").at("kind") == "returned";
  const std::string requests =
      right(std::to_string(test_case.at("requests").size()), kRequestsWidth);
  const std::string spent =
      right(seconds(test_case.at("virtual_us").get<std::int64_t>()), kSpentWidth);
  const std::size_t rest =
      page.width() - (2 + 1 + kIdWidth + 1 + kRequestsWidth + 1 + kSpentWidth + 1);
  const std::string result = returned ? words_of_value(test_case, rest) : outcome;
  page.row({{" ", Style::kPlain, 1},
            {text_at(test_case, "id"), Style::kPlain, kIdWidth},
            {requests, Style::kPlain, kRequestsWidth},
            {spent, Style::kDim, kSpentWidth},
            {result, returned ? Style::kPlain : Style::kBad, rest}});
}

void write_table(TerminalPage& page, const std::vector<const Json*>& cases) {
  std::vector<std::string_view> labels;  // in the order of the plan
  std::map<std::string_view, std::vector<const Json*>> by_label;
  for (const Json* test_case : cases) {
    const std::string_view label = text_at(*test_case, "label");
    if (by_label[label].empty()) labels.push_back(label);
    by_label[label].push_back(test_case);
  }
  page.row({{" ", Style::kDim, 1},
            {"case", Style::kDim, kIdWidth},
            {"req", Style::kDim, kRequestsWidth},
            {"   virtual", Style::kDim, kSpentWidth},
            {"what came back", Style::kDim}});
  for (const std::string_view label : labels) {
    page.paragraph({" " + std::string(label) + "  ", Style::kBold}, words_of_label(label),
                   Style::kDim);
    for (const Json* test_case : by_label[label]) write_case(page, *test_case);
  }
}

void write_cases(TerminalPage& page, const Json& graded) {
  std::vector<const Json*> cases;
  for (const Json& test_case : graded.at("cases")) cases.push_back(&test_case);
  page.heading("Cases (" + std::to_string(cases.size()) + ")");
  write_table(page, cases);
}

/// The cases in which the draft answered otherwise than the solution: the rest are in the table
/// above.
void write_draft(TerminalPage& page, const Json& graded) {
  if (!graded.contains("draft")) return;
  const Json& solved = graded.at("cases");
  const Json& drafted = graded.at("draft").at("cases");
  std::vector<const Json*> other;
  for (std::size_t i = 0; i < drafted.size(); ++i) {
    const auto same = [&](const char* key) {
      return drafted[i].value(key, Json()) == solved[i].value(key, Json());
    };
    if (!same("outcome") || !same("value")) other.push_back(&drafted[i]);
  }
  page.heading("The draft in the same cases");
  if (other.empty()) return page.paragraph({}, "It answered as the solution does, in every case.");
  page.paragraph({}, "It answered otherwise in " + std::to_string(other.size()) + " of " +
                         count_of(drafted.size(), "case") + ":");
  write_table(page, other);
}

void write_varying(TerminalPage& page, const Json& report) {
  const Json& varying = varying_cases(report);
  if (varying.empty()) return;
  page.heading("Cases that vary (" + std::to_string(varying.size()) + ")");
  page.paragraph({}, kWhatVaries, Style::kDim);
  for (const Json& each : varying)
    page.paragraph({fit("  " + visible(name_of_varying(each)), kIndent), Style::kBold},
                   words_of_varying(each));
}

/// What a layer says, as one paragraph: how to get it stands on lines of its own for `assay
/// doctor`.
std::string words_of_layer(const Json& layer) {
  std::string text(text_at(layer, "name"));
  const std::string_view detail = text_at(layer, "detail");
  if (!detail.empty()) text += ": ";
  for (const char c : detail) {
    if (c == '\n' && std::isalnum(static_cast<unsigned char>(text.back())) != 0) text += '.';
    const bool space = c == '\n' || c == ' ';
    if (!space || text.back() != ' ') text += space ? ' ' : c;
  }
  return text;
}

void write_isolation(TerminalPage& page, const Json& report) {
  page.heading("Isolation of this run");
  if (is_unsandboxed(report)) page.paragraph({}, kUnsandboxed, Style::kAlarm);
  for (const Json& layer : report.at("run").at("sandbox").at("layers")) {
    const std::string_view state = text_at(layer, "state");
    page.paragraph({"  " + std::string(state), state == "on" ? Style::kGood : Style::kAsk, 15},
                   words_of_layer(layer));
  }
  for (const Json& retry : report.at("run").at("retries"))
    page.paragraph({"  run again    "}, retry.get_ref<const std::string&>());
}

/// What of the submission was not taken, and what was taken otherwise than as it is.
void write_intake(TerminalPage& page, const Json& graded) {
  const Json& intake = graded.at("intake");
  if (intake.empty()) return;
  page.blank();
  page.row({{"Intake", Style::kBold}});
  const std::size_t shown = intake.size() <= kMaxListed + 1 ? intake.size() : kMaxListed;
  for (std::size_t i = 0; i < shown; ++i) {
    const Json& entry = intake[i];
    const bool refused = entry.contains("refused");
    page.paragraph({refused ? "  not taken  " : "  taken      ", Style::kDim},
                   cut(visible(text_at(entry, "path")), page.width() / 2) + ": " +
                       std::string(text_at(entry, refused ? "refused" : "note")));
  }
  if (shown < intake.size())
    page.paragraph({"  "}, "and " + count_of(intake.size() - shown, "more file") +
                               ", all of them in report.json");
}

std::string render(const Json& report, const RenderOptions& options) {
  const Json& graded = report.at("graded");
  Facts facts;
  for (const Json& fact : graded.at("evidence")) facts[fact.at("id")] = &fact;
  TerminalPage page(options);
  write_head(page, report);
  write_verdicts(page, report, facts);
  write_questions(page, graded);
  write_rule(page, report);
  write_cases(page, graded);
  write_draft(page, graded);
  write_varying(page, report);
  write_intake(page, graded);
  write_isolation(page, report);
  return page.take();
}

}  // namespace

extern const Format k_terminal;
const Format k_terminal{.name = "terminal", .file_name = "report.txt", .render = render};

}  // namespace assay::report
