// The candidate's report as a page: one file that loads and runs nothing.

#include "assay_report_embedded.h"
#include "harness/base/count.h"
#include "harness/report/candidate/view.h"
#include "harness/report/html/document.h"

namespace assay::report {
namespace {

using Kind = CandidateIndicator::Kind;

std::string_view css_class(Kind kind) {
  if (kind == Kind::kGood) return "good";
  if (kind == Kind::kBad) return "bad";
  return "open";
}

std::string anchor_of(std::size_t position) { return "case-" + std::to_string(position + 1); }

void write_indicator(HtmlWriter& html, const CandidateView& view,
                     const CandidateIndicator& indicator) {
  const auto item = html.open("li", {{"class", css_class(indicator.kind)}});
  html.element("h3", indicator.label);
  html.element("p", {{"class", "verdict"}}, verdict_sentence(indicator));
  if (indicator.kind != Kind::kBad) return;
  if (!indicator.asks.empty()) html.element("p", "You were asked: " + indicator.asks);
  if (indicator.cases.empty() && indicator.lines.empty()) {
    html.element("p", kNothingDisclosed);
    return;
  }
  if (indicator.only_near) html.element("p", kOnlyNear);
  const auto list = html.open("ul");
  for (const std::size_t at : indicator.cases) {
    const auto entry = html.open("li");
    html.link(anchor_of(at), view.cases[at].title);
    html.text(": your function ");
    html.element("code", view.cases[at].result);
  }
  for (const CandidateLine& line : indicator.lines) {
    const auto entry = html.open("li");
    html.text(line.place + " ");
    html.element("code", line.text);
  }
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
  const auto result = html.open("p");
  html.text("Your function ");
  html.element("code", each.result);
}

void write_body(HtmlWriter& html, const CandidateView& view) {
  const auto body = html.open("body");
  const auto main = html.open("main");
  html.element("h1", "Your report: " + view.exercise);
  html.element("p", {{"class", "meta"}}, "Reference " + view.reference);
  if (!view.gradable) html.element("p", kNotGraded);
  if (!view.indicators.empty()) {
    html.element("h2", "What was looked at");
    const auto list = html.open("ul", {{"class", "indicators"}});
    for (const CandidateIndicator& indicator : view.indicators)
      write_indicator(html, view, indicator);
  }
  if (!view.cases.empty()) html.element("h2", "The open cases");
  for (std::size_t i = 0; i < view.cases.size(); ++i) write_case(html, view.cases[i], i);
  html.element("h2", "If you think that a verdict is wrong");
  const auto list = html.open("ul");
  for (const std::string& sentence : how_to_contest(view)) html.element("li", sentence);
}

}  // namespace

std::string render_candidate_html(const CandidateView& view) {
  HtmlWriter html;
  {
    const auto root = html.open("html", {{"lang", "en"}});
    write_document_head(html, "Your report: " + view.exercise, {k_candidate_css});
    write_body(html, view);
  }
  return html.take() + "\n";
}

}  // namespace assay::report
