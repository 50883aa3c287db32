// Verdicts by indicator, the questions, the rule of the anchor, and the facts that all of it rests
// on.

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Gaps and notes of an indicator that show without a click.
constexpr std::size_t kMaxListed = 5;

std::vector<std::string> ids_of(const Json& ids) { return ids.get<std::vector<std::string>>(); }

void write_items(HtmlWriter& html, std::string_view css, std::string_view lead, const Json& texts,
                 std::size_t first, std::size_t last) {
  const auto list = html.open("ul", {{"class", css}});
  for (std::size_t i = first; i < last; ++i) {
    const auto item = html.open("li");
    html.element("b", lead);
    html.text(" ");
    html.text(texts[i].get_ref<const std::string&>());
  }
}

/// The first of `texts`, and the others where they are asked for.
void write_list(HtmlWriter& html, std::string_view css, std::string_view lead,
                std::string_view noun, const Json& texts) {
  if (texts.empty()) return;
  // One too many is not worth a place of its own to hide it in.
  const std::size_t shown = texts.size() <= kMaxListed + 1 ? texts.size() : kMaxListed;
  write_items(html, css, lead, texts, 0, shown);
  if (shown == texts.size()) return;
  const auto details = html.open("details");
  html.element("summary", count_of(texts.size() - shown, "more " + std::string(noun)));
  write_items(html, css, lead, texts, shown, texts.size());
}

void write_terms(HtmlWriter& html, const Json& terms, const HtmlIndex& index) {
  if (terms.empty()) return;
  html.element("h5", "Decided by these terms");
  const auto list = html.open("ul", {{"class", "terms"}});
  for (const Json& term : terms) {
    const auto item = html.open("li");
    write_chip(html, words_of_holds(term.at("holds")));
    html.text(" ");
    html.text(text_at(term, "term"));
    write_fact_links(html, ids_of(term.at("evidence")), index);
  }
}

/// Closed, so that who decides can do so before reading it.
void write_suggestion(HtmlWriter& html, const Json& indicator, const HtmlIndex& index) {
  if (!indicator.contains("suggestion")) return;
  const Json& suggestion = indicator.at("suggestion");
  const auto details = html.open("details", {{"class", "suggestion"}});
  html.element("summary", "A machine's suggestion: decide first, then open");
  const auto words = html.open("p");
  Json as_indicator = indicator;
  as_indicator["verdict"] = suggestion.at("verdict");
  write_chip(html, words_of_verdict(as_indicator));
  html.text(" ");
  html.text(text_at(suggestion, "because"));
  write_fact_links(html, ids_of(suggestion.at("evidence")), index);
}

/// "Evidence: 3 facts, 2 terms"
std::string evidence_title(const Json& indicator) {
  const std::size_t facts = indicator.at("evidence").size(), terms = indicator.at("terms").size();
  std::string title = "Evidence: ";
  if (facts > 0) title += count_of(facts, "fact");
  if (facts > 0 && terms > 0) title += ", ";
  if (terms > 0) title += count_of(terms, "term");
  return title;
}

void write_indicator(HtmlWriter& html, const Json& indicator, const HtmlIndex& index) {
  const VerdictWords words = words_of_verdict(indicator);
  const std::string classes = "card " + std::string(css_class(words.tone));
  const auto card = html.open("article", {{"class", classes}});
  {
    const auto head = html.open("div", {{"class", "card-head"}});
    html.element("h4", text_at(indicator, "label"));
    write_chip(html, words);
  }
  html.element("p", {{"class", "explanation"}}, text_at(indicator, "explanation"));
  write_list(html, "gaps", "Gap:", "gap", indicator.at("gaps"));
  write_list(html, "notes", "Note:", "note", indicator.at("notes"));
  if (!indicator.at("terms").empty() || !indicator.at("evidence").empty()) {
    const auto details = html.open("details");
    html.element("summary", evidence_title(indicator));
    if (!indicator.at("evidence").empty()) write_facts(html, indicator.at("evidence"), index);
    write_terms(html, indicator.at("terms"), index);
  }
  write_suggestion(html, indicator, index);
  const auto meta = html.open("p", {{"class", "meta"}});
  html.text(words_of_basis(text_at(indicator, "basis")));
  if (text_at(indicator, "asks").empty()) return;
  html.text(" The statement asks for it: ");
  html.element("q", text_at(indicator, "asks"));
}

void write_cards(HtmlWriter& html, const std::vector<const Json*>& indicators,
                 const HtmlIndex& index, std::string_view polarity) {
  const auto cards = html.open("div", {{"class", "cards"}});
  for (const Json* indicator : indicators)
    if (text_at(*indicator, "polarity") == polarity) write_indicator(html, *indicator, index);
}

}  // namespace

void write_verdicts(HtmlWriter& html, const Json& graded, const HtmlIndex& index) {
  const auto section =
      html.open("section", {{"id", "verdicts"}, {"aria-labelledby", "verdicts-h"}});
  html.element("h2", {{"id", "verdicts-h"}}, "Verdicts");
  const auto indicators = anchor_indicators(graded);
  html.element("h3", "Positive indicators");
  html.element("p", {{"class", "hint"}},
               "What the interview kit wants to see. Observed speaks for the submission.");
  write_cards(html, indicators, index, "positive");
  html.element("h3", "Negative indicators");
  html.element("p", {{"class", "hint"}},
               "What the interview kit warns of. Observed speaks against the submission.");
  write_cards(html, indicators, index, "negative");
  for (const Json* rubric : further_rubrics(graded)) {
    html.element("h3", text_at(*rubric, "title"));
    html.element("p", {{"class", "hint"}}, kJudgedApart);
    const auto apart = indicators_of(graded, *rubric);
    write_cards(html, apart, index, "positive");
    write_cards(html, apart, index, "negative");
  }
}

void write_questions(HtmlWriter& html, const Json& graded, const HtmlIndex& index) {
  const auto section =
      html.open("section", {{"id", "questions"}, {"aria-labelledby", "questions-h"}});
  html.element("h2", {{"id", "questions-h"}}, "Questions to ask");
  bool any = false;
  for (const Json& indicator : graded.at("indicators"))
    any = any || indicator.contains("questions");
  if (!any) {
    html.element("p", {{"class", "hint"}}, "This report leaves none.");
    return;
  }
  html.element("p", {{"class", "hint"}},
               "What a person decides, with the answers of the candidate.");
  const auto list = html.open("ol", {{"class", "questions"}});
  for (const Json& indicator : graded.at("indicators")) {
    if (!indicator.contains("questions")) continue;
    for (const Json& question : indicator.at("questions")) {
      const auto item = html.open("li");
      html.element("p", text_at(question, "text"));
      const auto meta = html.open("p", {{"class", "meta"}});
      html.text("For: " + std::string(text_at(indicator, "label")));
      write_fact_links(html, ids_of(question.at("evidence")), index);
    }
  }
}

void write_rule(HtmlWriter& html, const Json& graded) {
  const Json& overall = graded.at("overall");
  const auto section = html.open("section", {{"id", "rule"}, {"aria-labelledby", "rule-h"}});
  html.element("h2", {{"id", "rule-h"}}, "How the result follows");
  html.element("p", text_at(overall, "because"));
  if (overall.at("rule").empty()) return;
  html.element("p", {{"class", "hint"}},
               "The rule and what it requires at level " +
                   std::string(text_at(graded.at("exercise"), "level")) +
                   " are written in the rubric; they are Assay's own, not the kit's.");
  const ScrollingTable table(html, "The rule, term by term",
                             {"Term", "What it says", "Stands", "At this level", "Because"});
  const auto body = html.open("tbody");
  for (const Json& term : overall.at("rule")) {
    const auto row = html.open("tr");
    html.element("th", {{"scope", "row"}}, text_at(term, "id"));
    html.element("td", {{"data-head", "Says"}}, text_at(term, "term"));
    {
      const auto cell = html.open("td", {{"data-head", "Stands"}});
      write_chip(html, words_of_holds(term.at("holds")));
    }
    html.element("td", {{"class", "short"}, {"data-head", "At this level"}},
                 term.at("required").get<bool>() ? "required" : "not required");
    html.element("td", {{"data-head", "Because"}}, text_at(term, "because"));
  }
}

void write_evidence(HtmlWriter& html, const Json& graded, const HtmlIndex& index) {
  const auto section =
      html.open("section", {{"id", "evidence"}, {"aria-labelledby", "evidence-h"}});
  html.element("h2", {{"id", "evidence-h"}}, "Evidence");
  if (graded.at("evidence").empty()) {
    html.element("p", {{"class", "hint"}}, "There is none.");
    return;
  }
  html.element("p", {{"class", "hint"}},
               "Every fact that a verdict rests on, and where it can be seen.");
  const auto list = html.open("dl", {{"class", "evidence"}});
  for (const Json& fact : graded.at("evidence")) {
    html.element("dt", {{"id", text_at(fact, "id")}}, text_at(fact, "id"));
    const auto item = html.open("dd");
    html.text(text_at(fact, "statement"));
    const auto cites = html.open("span", {{"class", "cites"}});
    for (const Json& citation : fact.at("cites")) {
      html.text(" ");
      html.link(index.anchor_of(citation), words_of_citation(citation), "cite");
    }
  }
}

}  // namespace assay::report
