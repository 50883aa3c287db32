// The head of the page: who, what came out in words, what that rests on, and what it does not.

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"

namespace assay::report {
namespace {

/// A line with the sign, what it is about, and in words how it stands.
void write_standing(HtmlWriter& html, std::string_view anchor, std::string_view title,
                    const VerdictWords& words) {
  const auto item = html.open("li", {{"class", css_class(words.tone)}});
  html.element("span", {{"class", "symbol"}, {"aria-hidden", "true"}}, words.symbol);
  const auto line = html.open("span");
  html.link(anchor, title);
  html.text(": ");
  html.element("b", words.words);
}

std::string_view symbol_of_anchor(std::string_view anchor) {
  switch (tone_of_anchor(anchor)) {
    case Tone::kGood:
      return "✓";
    case Tone::kBad:
      return "✗";
    default:
      return "–";
  }
}

/// "Below the level mid"
std::string sentence_of_anchor(const Page& page, std::string_view anchor) {
  std::string words(words_of_anchor(anchor));
  if (anchor != "not_gradable")
    words += " the level " + std::string(text_at(page.graded.at("exercise"), "level"));
  return words;
}

/// Every indicator that the result may rest on, with how it stands: the page in one look.
void write_board(HtmlWriter& html, const Page& page) {
  constexpr std::pair<std::string_view, std::string_view> kSides[] = {
      {"positive", "What the rubric wants to see"}, {"negative", "What it warns of"}};
  const std::string_view rubric = text_at(page.graded.at("rubrics").at(0), "id");
  const auto board = html.open("div", {{"class", "board"}});
  for (const auto& [polarity, title] : kSides) {
    const auto side = html.open("div");
    html.element("h2", {{"class", "small"}}, title);
    const auto list = html.open("ul", {{"class", "standing"}});
    const Json& indicators = page.graded.at("indicators");
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      if (text_at(indicators[i], "rubric") != rubric) continue;
      if (text_at(indicators[i], "polarity") != polarity) continue;
      const VerdictWords words = words_of_decision(page, indicators[i]);
      write_standing(html, HtmlIndex::indicator_anchor(i), text_at(indicators[i], "label"), words);
    }
  }
}

/// Whether the result rests on the term: on those required, and where it exceeds the level on those
/// asked for beside them.
bool is_rested_on(const Json& term, bool exceeds) {
  return term.at("required").get<bool>() || (exceeds && term.at("exceeding").get<bool>());
}

/// The terms of the rule that the result rests on, each with how it stands.
void write_what_it_rests_on(HtmlWriter& html, const Page& page) {
  const Json rule = rule_as_it_stands(page.report);
  const bool exceeds = text_at(page.report.at("final"), "anchor") == "exceeds";
  if (std::ranges::none_of(rule, [&](const Json& term) { return is_rested_on(term, exceeds); }))
    return;
  html.element("h2", {{"class", "small"}}, "It rests on");
  const auto list = html.open("ul", {{"class", "standing rests"}});
  for (std::size_t i = 0; i < rule.size(); ++i) {
    if (!is_rested_on(rule[i], exceeds)) continue;
    write_standing(html, "t" + std::to_string(i + 1), text_at(rule[i], "term"),
                   words_of_holds(rule[i].at("holds")));
  }
}

/// What people's marks changed, where they changed anything.
void write_final(HtmlWriter& html, const Page& page) {
  std::size_t standing = 0;
  for (const Json& mark : page.report.at("marks")) standing += mark.at("state") == "stands" ? 1 : 0;
  if (standing == 0) return;
  const std::string_view machine = text_at(page.graded.at("overall"), "anchor");
  std::string words = "With " + count_of(standing, "decision") + " by people. ";
  if (machine == text_at(page.report.at("final"), "anchor"))
    words += "The machine alone came to the same.";
  else
    words += "The machine alone came to: " + sentence_of_anchor(page, machine) + ".";
  html.element("p", {{"class", "hint"}}, words);
}

/// Where to go from here.
void write_next(HtmlWriter& html, const Page& page) {
  const std::size_t questions = count_of_questions(page.graded);
  const std::size_t cases = page.graded.at("cases").size();
  if (questions + cases == 0) return;
  const auto line = html.open("p", {{"class", "next"}});
  if (questions > 0) html.link("questions", count_of(questions, "question") + " to ask");
  html.text(" ");
  if (cases > 0) html.link("cases", "What it answered in " + count_of(cases, "case"));
}

void write_result(HtmlWriter& html, const Page& page) {
  const Json& final_result = page.report.at("final");
  const std::string_view anchor = text_at(final_result, "anchor");
  const bool provisional = text_at(final_result, "status") == "provisional";
  const std::string classes = "result " + std::string(css_class(tone_of_anchor(anchor)));
  const auto result = html.open("div", {{"class", classes}, {"id", "result"}});
  {
    const auto words = html.open("p", {{"class", "anchor"}});
    html.element("span", {{"class", "seal"}, {"aria-hidden", "true"}}, symbol_of_anchor(anchor));
    html.element("strong", sentence_of_anchor(page, anchor));
    if (provisional) {
      html.text(" ");
      write_chip(html, {"?", "provisional", Tone::kAsk});
    }
  }
  html.element("p", {{"class", "because"}}, text_at(final_result, "because"));
  if (!page.graded.at("gradable").at("ok").get<bool>())
    html.element("p", {{"class", "because"}}, text_at(page.graded.at("gradable"), "reason"));
  if (provisional) html.element("p", {{"class", "hint"}}, kProvisional);
  if (const std::string repeated = words_of_repeated(page.report); !repeated.empty())
    html.element("p", {{"class", varying_cases(page.report).empty() ? "hint" : "because"}},
                 repeated);
  write_final(html, page);
  write_what_it_rests_on(html, page);
  write_board(html, page);
  write_next(html, page);
}

/// What a machine's report is not.
void write_limits(HtmlWriter& html, const Page& page) {
  const std::size_t others =
      page.graded.at("indicators").size() - anchor_indicators(page.graded).size();
  std::string words =
      "Evidence, not a decision: this says what the code did in the cases that were run.";
  if (others > 0)
    words += " " + count_of(others, "indicator") +
             " of another rubric stand apart below and have no part in the result.";
  html.element("p", {{"class", "hint"}}, words);
}

}  // namespace

void write_top(HtmlWriter& html, const Page& page) {
  const Json& exercise = page.graded.at("exercise");
  const auto header = html.open("header", {{"class", "top"}});
  html.element("p", {{"class", "brand"}}, "Assay report");
  html.element("h1", text_at(page.graded.at("submission"), "id"));
  std::string subject = std::string(text_at(exercise, "title")) + " · " +
                        std::string(text_at(exercise, "variant")) + " · level " +
                        std::string(text_at(exercise, "level"));
  if (const std::string_view draft = words_of_draft(page.graded); !draft.empty())
    subject += " · " + std::string(draft);
  html.element("p", {{"class", "subject"}}, subject);
  if (const std::string unchanged = words_of_unchanged(page.graded); !unchanged.empty())
    html.element("p", {{"class", "banner ask"}}, unchanged);
  if (is_unsandboxed(page.report)) html.element("p", {{"class", "banner alarm"}}, kUnsandboxed);
  if (const std::string words = words_of_real_time(page.report); !words.empty())
    html.element("p", {{"class", "banner alarm"}}, words);
  write_result(html, page);
  write_limits(html, page);
}

}  // namespace assay::report
