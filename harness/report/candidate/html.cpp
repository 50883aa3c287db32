// The candidate's report as a page: one file that loads and runs nothing.

#include <algorithm>

#include "assay_report_embedded.h"
#include "harness/base/count.h"
#include "harness/report/candidate/view.h"
#include "harness/report/html/document.h"

namespace assay::report {
namespace {

using Kind = CandidateIndicator::Kind;

constexpr std::string_view kWhatThisIs =
    "What your code was seen to do, and what that says about each point that was looked at. It is "
    "evidence and no decision; what speaks against your code comes with where you can see it.";

struct KindLooks {
  std::string_view css, symbol;
};

KindLooks looks_of(Kind kind) {
  switch (kind) {
    case Kind::kGood:
      return {"good", "✓"};
    case Kind::kBad:
      return {"bad", "✗"};
    case Kind::kOpen:
      return {"ask", "?"};
    case Kind::kNotExercised:
      return {"open", "–"};
    case Kind::kUndetermined:
      return {"fault", "!"};
  }
  return {};
}

std::string anchor_of(std::size_t position) { return "case-" + std::to_string(position + 1); }

/// Where it can be seen that something speaks against the code.
void write_evidence(HtmlWriter& html, const CandidateView& view,
                    const CandidateIndicator& indicator) {
  if (!indicator.asks.empty()) {
    const auto asks = html.open("p");
    html.text("You were asked: ");
    html.element("q", indicator.asks);
  }
  if (indicator.on_varying) html.element("p", kOnVarying);
  if (indicator.cases.empty() && indicator.lines.empty()) {
    html.element("p", kNothingDisclosed);
    return;
  }
  if (indicator.only_near) html.element("p", kOnlyNear);
  const auto list = html.open("ul", {{"class", "shown-by"}});
  for (const std::size_t at : indicator.cases) {
    const auto entry = html.open("li");
    html.link(anchor_of(at), view.cases[at].title);
    html.text(": your function ");
    html.element("code", view.cases[at].result);
  }
  for (const CandidateLine& line : indicator.lines) {
    const auto entry = html.open("li");
    html.element("span", {{"class", "place"}}, line.place);
    html.text(" ");
    html.element("code", line.text);
  }
}

void write_indicator(HtmlWriter& html, const CandidateView& view,
                     const CandidateIndicator& indicator) {
  const KindLooks looks = looks_of(indicator.kind);
  const auto item = html.open("li", {{"class", looks.css}});
  {
    const auto label = html.open("h3");
    html.element("span", {{"class", "symbol"}, {"aria-hidden", "true"}}, looks.symbol);
    html.text(indicator.label);
  }
  html.element("p", {{"class", "verdict-words"}}, verdict_sentence(indicator));
  if (indicator.kind == Kind::kBad) write_evidence(html, view, indicator);
}

/// A part of the page, as the list of its parts names it too.
struct Part {
  std::string_view anchor, title;
  bool (*holds)(Kind);
};
constexpr Part kParts[] = {
    {"against", "Speaks against your code", [](Kind kind) { return kind == Kind::kBad; }},
    {"for", "Speaks for your code", [](Kind kind) { return kind == Kind::kGood; }},
    {"open", "Not decided", [](Kind kind) { return kind != Kind::kBad && kind != Kind::kGood; }},
};
constexpr std::string_view kCasesTitle = "The open cases";
constexpr std::string_view kContestTitle = "If you think that a verdict is wrong";

std::size_t count_in(const CandidateView& view, const Part& part) {
  return static_cast<std::size_t>(std::ranges::count_if(
      view.indicators, part.holds, [](const CandidateIndicator& each) { return each.kind; }));
}

void write_contents(HtmlWriter& html, const CandidateView& view) {
  const auto nav = html.open("nav", {{"aria-label", "Parts of this report"}});
  const auto list = html.open("ul");
  const auto entry = [&](std::string_view anchor, std::string_view title) {
    const auto item = html.open("li");
    html.link(anchor, title);
  };
  for (const Part& part : kParts)
    if (const std::size_t number = count_in(view, part); number > 0)
      entry(part.anchor, std::string(part.title) + " (" + std::to_string(number) + ")");
  if (!view.cases.empty())
    entry("cases", std::string(kCasesTitle) + " (" + std::to_string(view.cases.size()) + ")");
  entry("contest", kContestTitle);
}

void write_case(HtmlWriter& html, const CandidateCase& each, std::size_t position) {
  const auto section = html.open("section", {{"class", "case"}, {"id", anchor_of(position)}});
  html.element("h3", each.title);
  html.element("p", {{"class", "meta"}}, "Case " + each.id);
  {
    const auto call = html.open("p");
    html.element("code", each.call);
  }
  if (!each.requests.empty()) {
    const auto list = html.open("ol", {{"class", "requests"}});
    for (const CandidateRequest& request : each.requests) {
      const auto entry = html.open("li");
      html.text(request.at + " ");
      html.element("code", request.asked);
      html.text(" → " + request.answer);
    }
  }
  if (each.requests_left_out > 0)
    html.element("p", "And " + count_of(each.requests_left_out, "more request") + ".");
  {
    const auto result = html.open("p");
    html.text("Your function ");
    html.element("code", each.result);
  }
  if (each.varies) html.element("p", kVaries);
}

void write_parts(HtmlWriter& html, const CandidateView& view) {
  for (const Part& part : kParts) {
    if (count_in(view, part) == 0) continue;
    const auto section = html.open("section", {{"id", part.anchor}});
    html.element("h2", part.title);
    const auto list = html.open("ul", {{"class", "indicators"}});
    for (const CandidateIndicator& indicator : view.indicators)
      if (part.holds(indicator.kind)) write_indicator(html, view, indicator);
  }
  if (!view.cases.empty()) {
    const auto section = html.open("section", {{"id", "cases"}});
    html.element("h2", kCasesTitle);
    html.element("p", {{"class", "hint"}},
                 "What your function was asked in them, what it requested, and what came back.");
    for (std::size_t i = 0; i < view.cases.size(); ++i) write_case(html, view.cases[i], i);
  }
  const auto section = html.open("section", {{"id", "contest"}});
  html.element("h2", kContestTitle);
  const auto list = html.open("ol");
  for (const std::string& sentence : how_to_contest(view)) html.element("li", sentence);
}

void write_body(HtmlWriter& html, const CandidateView& view) {
  const auto body = html.open("body");
  html.element("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the verdicts");
  {
    const auto header = html.open("header", {{"class", "top"}});
    html.element("p", {{"class", "brand"}}, "Your Assay report");
    html.element("h1", view.exercise);
    html.element("p", {{"class", "subject"}}, "Reference " + view.reference);
    html.element("p", {{"class", "lead"}}, view.gradable ? kWhatThisIs : kNotGraded);
  }
  const auto layout = html.open("div", {{"class", "layout"}});
  write_contents(html, view);
  const auto main = html.open("main", {{"id", "main"}});
  write_parts(html, view);
}

}  // namespace

std::string render_candidate_html(const CandidateView& view) {
  HtmlWriter html;
  {
    const auto root = html.open("html", {{"lang", "en"}});
    write_document_head(html, "Your report: " + view.exercise,
                        {k_palette_css, k_base_css, k_candidate_css, k_print_css});
    write_body(html, view);
  }
  return html.take() + "\n";
}

}  // namespace assay::report
