// The candidate's report as text: for a terminal, and as Markdown for a mail or a page.

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/candidate/view.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

using Kind = CandidateIndicator::Kind;

Style style_of_kind(Kind kind) {
  if (kind == Kind::kGood) return Style::kGood;
  if (kind == Kind::kBad) return Style::kBad;
  return kind == Kind::kOpen ? Style::kAsk : Style::kDim;
}

void write_indicator(TerminalPage& page, const CandidateView& view,
                     const CandidateIndicator& indicator) {
  page.paragraph({"  "}, indicator.label, Style::kBold);
  page.paragraph({"    "}, verdict_sentence(indicator), style_of_kind(indicator.kind));
  if (indicator.kind != Kind::kBad) return;
  if (!indicator.asks.empty()) page.paragraph({"    You were asked: "}, indicator.asks);
  if (indicator.on_varying) page.paragraph({"    "}, kOnVarying);
  if (indicator.only_near) page.paragraph({"    "}, kOnlyNear);
  for (const std::size_t at : indicator.cases)
    page.paragraph({"    - "}, view.cases[at].title + " (" + view.cases[at].id +
                                   "): your function " + view.cases[at].result);
  for (const CandidateLine& line : indicator.lines)
    page.paragraph({"    - "}, line.place + "  " + line.text);
  if (indicator.cases.empty() && indicator.lines.empty())
    page.paragraph({"    "}, kNothingDisclosed);
}

void write_case(TerminalPage& page, const CandidateCase& each) {
  page.paragraph({"  "}, each.title + " (" + each.id + ")", Style::kBold);
  page.paragraph({"    "}, each.call);
  for (const CandidateRequest& request : each.requests)
    page.paragraph({"    " + right(request.at, 10) + "  "}, request.asked + " → " + request.answer,
                   Style::kDim);
  if (each.requests_left_out > 0)
    page.paragraph({"    "}, "and " + count_of(each.requests_left_out, "more request"),
                   Style::kDim);
  page.paragraph({"    "}, "Your function " + each.result + ".");
  if (each.varies) page.paragraph({"    "}, kVaries);
}

/// Inline code whose fence is longer than any run of backquotes in it.
std::string code(std::string_view text) {
  const std::string shown = visible(text);
  std::size_t longest = 0, run = 0;
  for (const char c : shown) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(longest + 1, '`');
  const std::string space = longest > 0 ? " " : "";
  return fence + space + shown + space + fence;
}

/// Text in which Markdown and HTML see nothing but text.
std::string plain(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_{}[]()#+!|<>~&";
  std::string escaped;
  for (const char c : visible(text)) {
    if (kSpecial.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void add_indicator(std::string& out, const CandidateView& view,
                   const CandidateIndicator& indicator) {
  out += "### " + plain(indicator.label) + "\n\n" + plain(verdict_sentence(indicator)) + "\n\n";
  if (indicator.kind != Kind::kBad) return;
  if (!indicator.asks.empty()) out += "You were asked: " + plain(indicator.asks) + "\n\n";
  if (indicator.on_varying) out += plain(kOnVarying) + "\n\n";
  if (indicator.only_near) out += plain(kOnlyNear) + "\n\n";
  for (const std::size_t at : indicator.cases)
    out += "- " + plain(view.cases[at].title) + " (" + code(view.cases[at].id) +
           "): your function " + code(view.cases[at].result) + "\n";
  for (const CandidateLine& line : indicator.lines)
    out += "- " + code(line.place) + " " + code(line.text) + "\n";
  if (indicator.cases.empty() && indicator.lines.empty()) out += plain(kNothingDisclosed) + "\n";
  out += "\n";
}

}  // namespace

std::string render_candidate_terminal(const CandidateView& view, bool colour, int width) {
  TerminalPage page({.colour = colour, .width = width});
  page.paragraph({}, "Your report: " + view.exercise, Style::kBold);
  page.paragraph({}, "Reference " + view.reference, Style::kDim);
  if (!view.gradable) {
    page.blank();
    page.paragraph({}, kNotGraded);
  }
  if (!view.indicators.empty()) page.heading("What was looked at");
  for (const CandidateIndicator& indicator : view.indicators)
    write_indicator(page, view, indicator);
  if (!view.cases.empty()) page.heading("The open cases");
  for (const CandidateCase& each : view.cases) write_case(page, each);
  page.heading("If you think that a verdict is wrong");
  for (const std::string& sentence : how_to_contest(view)) page.paragraph({"  - "}, sentence);
  return page.take();
}

std::string render_candidate_markdown(const CandidateView& view) {
  std::string out =
      "# Your report: " + plain(view.exercise) + "\n\nReference " + code(view.reference) + "\n\n";
  if (!view.gradable) out += plain(kNotGraded) + "\n\n";
  if (!view.indicators.empty()) out += "## What was looked at\n\n";
  for (const CandidateIndicator& indicator : view.indicators) add_indicator(out, view, indicator);
  if (!view.cases.empty()) out += "## The open cases\n\n";
  for (const CandidateCase& each : view.cases) {
    out += "### " + plain(each.title) + " (" + code(each.id) + ")\n\n" + code(each.call) + "\n\n";
    for (const CandidateRequest& request : each.requests)
      out += "- " + plain(request.at) + ": " + code(request.asked) + " → " + plain(request.answer) +
             "\n";
    if (each.requests_left_out > 0)
      out += "- and " + count_of(each.requests_left_out, "more request") + "\n";
    out += (each.requests.empty() ? "" : "\n") + std::string("Your function ") + code(each.result) +
           "\n\n";
    if (each.varies) out += plain(kVaries) + "\n\n";
  }
  out += "## If you think that a verdict is wrong\n\n";
  for (const std::string& sentence : how_to_contest(view)) out += "- " + plain(sentence) + "\n";
  return out;
}

}  // namespace assay::report
