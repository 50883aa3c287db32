// The questions to ask, the rule of the anchor, and the facts that all of it rests on.

#include "harness/report/fields.h"
#include "harness/report/html/parts.h"

namespace assay::report {

void write_questions(HtmlWriter& html, const Page& page) {
  const auto section =
      html.open("section", {{"id", "questions"}, {"aria-labelledby", "questions-h"}});
  html.element("h2", {{"id", "questions-h"}}, "Questions to ask");
  const Json& indicators = page.graded.at("indicators");
  bool any = false;
  for (const Json& indicator : indicators) any = any || indicator.contains("questions");
  if (!any) {
    html.element("p", {{"class", "hint"}}, "This report leaves none.");
    return;
  }
  html.element("p", {{"class", "hint"}},
               "What a person decides, with the answers of the candidate.");
  const auto list = html.open("ol", {{"class", "questions"}});
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    if (!indicators[i].contains("questions")) continue;
    for (const Json& question : indicators[i].at("questions")) {
      const auto item = html.open("li");
      html.element("p", text_at(question, "text"));
      const auto meta = html.open("p", {{"class", "meta"}});
      html.text("For: ");
      html.link(HtmlIndex::indicator_anchor(i), text_at(indicators[i], "label"));
      write_fact_links(html, ids_of(question.at("evidence")), page);
    }
  }
}

void write_rule(HtmlWriter& html, const Page& page) {
  const Json& overall = page.graded.at("overall");
  const auto section = html.open("section", {{"id", "rule"}, {"aria-labelledby", "rule-h"}});
  html.element("h2", {{"id", "rule-h"}}, "How the result follows");
  html.element("p", text_at(overall, "because"));
  if (!page.report.at("marks").empty())
    html.element("p", {{"class", "hint"}}, "As the machine alone came to it, before any mark.");
  const Json& rule = overall.at("rule");
  if (rule.empty()) return;
  html.element("p", {{"class", "hint"}},
               "The rule and what it requires at level " +
                   std::string(text_at(page.graded.at("exercise"), "level")) +
                   " are written in the rubric " +
                   std::string(text_at(page.graded.at("rubrics").at(0), "id")) + ".");
  const ScrollingTable table(html, "The rule, term by term",
                             {"Term", "What it says", "Stands", "At this level", "Because"});
  const auto body = html.open("tbody");
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const Json& term = rule[i];
    const bool required = term.at("required").get<bool>();
    const auto row = html.open(
        "tr", {{"id", "t" + std::to_string(i + 1)}, {"class", required ? "" : "not-required"}});
    html.element("th", {{"scope", "row"}, {"class", "short"}}, text_at(term, "id"));
    html.element("td", {{"data-head", "Says"}}, text_at(term, "term"));
    {
      const auto cell = html.open("td", {{"data-head", "Stands"}});
      write_chip(html, words_of_holds(term.at("holds")));
    }
    const std::string_view at_level = required                           ? "required"
                                      : term.at("exceeding").get<bool>() ? "to exceed it"
                                                                         : "not required";
    html.element("td", {{"class", "short"}, {"data-head", "At this level"}}, at_level);
    const auto cell = html.open("td", {{"data-head", "Because"}});
    html.element("div", text_at(term, "because"));
    write_marks_of_term(html, page, term);
  }
}

void write_evidence(HtmlWriter& html, const Page& page) {
  const auto section =
      html.open("section", {{"id", "evidence"}, {"aria-labelledby", "evidence-h"}});
  html.element("h2", {{"id", "evidence-h"}}, "Evidence");
  const Json& facts = page.graded.at("evidence");
  if (facts.empty()) {
    html.element("p", {{"class", "hint"}}, "There is none.");
    return;
  }
  html.element("p", {{"class", "hint"}},
               "Every fact, where it can be seen, and the verdicts that rest on it.");
  const auto list = html.open("dl", {{"class", "evidence"}});
  for (const Json& fact : facts) {
    const std::string id = fact.at("id");
    html.element("dt", {{"id", id}}, id);
    const auto item = html.open("dd");
    html.text(text_at(fact, "statement"));
    write_cites(html, fact, page);
    write_indicator_links(html, page.index.indicators_on({id}), page);
  }
}

}  // namespace assay::report
