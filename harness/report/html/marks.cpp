// What people decided, beside what the machine said. An override keeps both, and what was decided
// before stays to be seen.

#include "harness/model/marks.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/standing.h"

namespace assay::report {
namespace {

/// How something of that polarity stands with that verdict.
VerdictWords words_of(std::string_view polarity, const Json& verdict) {
  return words_of_verdict({{"verdict", verdict}, {"polarity", polarity}});
}

bool is_about(const Json& mark, const Json& indicator) {
  return mark.at("indicator") == indicator.at("id") && mark.at("rubric") == indicator.at("rubric");
}

std::string_view words_of_state(std::string_view state) {
  if (state == "replaced") return "Decided before, and replaced since: ";
  if (state == "reopened") return "Decided before; what it rested on has changed: ";
  return "A person decided: ";
}

void write_mark(HtmlWriter& html, const Json& mark, std::string_view polarity) {
  const std::string_view state = text_at(mark, "state");
  const auto block = html.open("div", {{"class", state == "stands" ? "mark" : "mark past"}});
  {
    const auto line = html.open("p");
    html.element("b", words_of_state(state));
    write_chip(html, words_of(polarity, mark.at("human")));
    if (mark.at("machine") != mark.at("human")) {
      html.text(" The machine said: ");
      write_chip(html, words_of(polarity, mark.at("machine")));
    }
  }
  if (!text_at(mark, "text").empty()) {
    const auto quote = html.open("blockquote");
    html.lines(text_at(mark, "text"));
  }
  std::string who(text_at(mark, "by"));
  if (!text_at(mark, "role").empty()) who += ", " + std::string(text_at(mark, "role"));
  who += " · " + std::string(text_at(mark, "at"));
  const std::string_view code = text_at(mark, "reason_code");
  if (const model::ReasonCode* reason = model::find_reason(code); reason != nullptr)
    who += " · " + std::string(reason->words);
  html.element("p", {{"class", "meta"}}, who);
}

}  // namespace

VerdictWords words_of_decision(const Page& page, const Json& indicator) {
  return words_of_verdict(as_it_stands(page.report, indicator));
}

void write_marks(HtmlWriter& html, const Page& page, const Json& indicator) {
  for (const Json& mark : page.report.at("marks"))
    if (is_about(mark, indicator)) write_mark(html, mark, text_at(indicator, "polarity"));
}

void write_marks_of_term(HtmlWriter& html, const Page& page, const Json& term) {
  const std::string id = std::string(model::kTermPrefix) + std::string(text_at(term, "id"));
  for (const Json& mark : page.report.at("marks"))
    if (text_at(mark, "indicator") == id) write_mark(html, mark, "positive");
}

}  // namespace assay::report
