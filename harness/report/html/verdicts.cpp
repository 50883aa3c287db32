// A verdict for each indicator: the label in the rubric's words, what was found beside it, and all
// that it rests on behind it.

#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"

namespace assay::report {
namespace {

/// Gaps of an indicator that show without a click.
constexpr std::size_t kMaxGapsShown = 2;

void write_items(HtmlWriter& html, std::string_view css, std::string_view lead, const Json& texts,
                 std::size_t first, std::size_t last) {
  if (first >= last) return;
  const auto list = html.open("ul", {{"class", css}});
  for (std::size_t i = first; i < last; ++i) {
    const auto item = html.open("li");
    html.element("b", lead);
    html.text(" ");
    html.text(texts[i].get_ref<const std::string&>());
  }
}

/// The symbols of terms have no colour: whether it is good news that one holds is the verdict's to
/// say.
void write_terms(HtmlWriter& html, const Json& terms, const Page& page) {
  if (terms.empty()) return;
  html.element("h5", "Its terms");
  const auto list = html.open("ul", {{"class", "terms"}});
  for (const Json& term : terms) {
    const auto item = html.open("li");
    VerdictWords words = words_of_holds(term.at("holds"));
    words.tone = Tone::kOpen;
    write_chip(html, words);
    html.text(" ");
    html.text(text_at(term, "term"));
    write_fact_links(html, ids_of(term.at("evidence")), page);
  }
}

/// What the candidate wrote beside what the draft did and what the solution does instead.
void write_pairs(HtmlWriter& html, const Json& suggestion, const Page& page) {
  if (!suggestion.contains("pairs")) return;
  constexpr std::pair<const char*, std::string_view> kColumns[] = {
      {"passage", "What the review says"},
      {"draft", "What the draft does"},
      {"solution", "What the solution does"}};
  for (const Json& pair : suggestion.at("pairs")) {
    html.element("h5", text_at(pair, "about"));
    const auto columns = html.open("div", {{"class", "columns"}});
    for (const auto& [key, title] : kColumns) {
      const auto column = html.open("div");
      html.element("p", {{"class", "meta"}}, title);
      write_facts(html, ids_of(pair.at(key)), page);
    }
  }
}

/// Closed, so that who decides can do so before reading it.
/// Whoever still has to decide is not to be led: a suggestion is shown beside a mark that stands.
void write_suggestion(HtmlWriter& html, const Json& indicator, const Page& page) {
  if (!indicator.contains("suggestion")) return;
  if (standing_mark(page.report, indicator) == nullptr) {
    html.element("p", {{"class", "hint"}},
                 "A machine's suggestion is shown once a person has decided.");
    return;
  }
  const Json& suggestion = indicator.at("suggestion");
  const auto details = html.open("details", {{"class", "suggestion"}});
  html.element("summary", "What a machine suggested");
  {
    const auto words = html.open("p");
    Json as_indicator = indicator;
    as_indicator["verdict"] = suggestion.at("verdict");
    write_chip(html, words_of_verdict(as_indicator));
    html.text(" ");
    html.text(text_at(suggestion, "because"));
    write_fact_links(html, ids_of(suggestion.at("evidence")), page);
  }
  write_pairs(html, suggestion, page);
}

void write_varying_under(HtmlWriter& html, const Json& indicator, const Page& page) {
  const std::string words = words_of_varying_under(page.report, indicator);
  if (words.empty()) return;
  const auto list = html.open("ul", {{"class", "gaps"}});
  const auto item = html.open("li");
  html.element("b", "Varies:");
  html.text(" " + words + " ");
  html.link("varying", "See how");
}

/// Facts of the verdict, and those that only its terms name.
std::vector<std::string> facts_of(const Json& indicator) {
  std::vector<std::string> ids;
  const auto add = [&ids](const Json& more) {
    for (const Json& id : more)
      if (std::ranges::find(ids, id.get_ref<const std::string&>()) == ids.end()) ids.push_back(id);
  };
  add(indicator.at("evidence"));
  for (const Json& term : indicator.at("terms")) add(term.at("evidence"));
  return ids;
}

/// "3 facts, 2 terms, 1 gap"
std::string title_of_body(const Json& indicator, std::size_t facts) {
  std::string title;
  const auto add = [&title](std::size_t n, std::string_view noun) {
    if (n > 0) title += (title.empty() ? "" : ", ") + count_of(n, noun);
  };
  add(facts, "fact");
  add(indicator.at("terms").size(), "term");
  add(indicator.at("gaps").size(), "gap");
  add(indicator.at("notes").size(), "note");
  return title;
}

void write_body(HtmlWriter& html, const Json& indicator, const Page& page) {
  const std::vector<std::string> facts = facts_of(indicator);
  const std::string title = title_of_body(indicator, facts.size());
  const Json& gaps = indicator.at("gaps");
  write_varying_under(html, indicator, page);
  write_items(html, "gaps", "Gap:", gaps, 0, std::min(gaps.size(), kMaxGapsShown));
  if (!title.empty()) {
    const auto details = html.open("details", {{"class", "why"}});
    {
      const auto summary = html.open("summary");
      html.text("Why: " + title);
      // Many of them on a page, and each link of a list of them should say where it leads.
      html.element("span", {{"class", "unseen"}},
                   ", for " + std::string(text_at(indicator, "label")));
    }
    if (gaps.size() > kMaxGapsShown) {
      html.element("h5", "Its other gaps");
      write_items(html, "gaps", "Gap:", gaps, kMaxGapsShown, gaps.size());
    }
    write_terms(html, indicator.at("terms"), page);
    if (!facts.empty()) {
      html.element("h5", "Its evidence");
      write_facts(html, facts, page);
    }
    const Json& notes = indicator.at("notes");
    if (!notes.empty()) html.element("h5", "Worth knowing, and of no weight");
    write_items(html, "notes", "Note:", notes, 0, notes.size());
  }
  write_marks(html, page, indicator);
  write_suggestion(html, indicator, page);
  const auto meta = html.open("p", {{"class", "meta"}});
  html.text(words_of_basis(text_at(indicator, "basis")));
  if (indicator.contains("questions")) {
    html.text(" ");
    html.link("questions", count_of(indicator.at("questions").size(), "question") + " to ask");
  }
  if (text_at(indicator, "asks").empty()) return;
  html.text(" The statement asks: ");
  html.element("q", text_at(indicator, "asks"));
}

void write_indicator(HtmlWriter& html, std::size_t position, const Page& page) {
  const Json& indicator = page.index.indicator(position);
  const VerdictWords words = words_of_decision(page, indicator);
  const std::string classes = "verdict " + std::string(css_class(words.tone));
  const auto card =
      html.open("article", {{"class", classes}, {"id", HtmlIndex::indicator_anchor(position)}});
  {
    const auto head = html.open("div", {{"class", "label"}});
    html.element("h4", text_at(indicator, "label"));
    write_chip(html, words);
  }
  const auto found = html.open("div", {{"class", "found"}});
  html.element("p", {{"class", "explanation"}}, text_at(indicator, "explanation"));
  write_body(html, indicator, page);
}

void write_polarity(HtmlWriter& html, const Page& page, const Json& rubric,
                    std::string_view polarity, std::string_view title, std::string_view hint) {
  const auto is_ours = [&](const Json& indicator) {
    return indicator.at("rubric") == rubric.at("id") && text_at(indicator, "polarity") == polarity;
  };
  const Json& indicators = page.graded.at("indicators");
  if (std::ranges::none_of(indicators, is_ours)) return;
  html.element("h3", title);
  html.element("p", {{"class", "hint"}}, hint);
  const auto cards = html.open("div", {{"class", "verdicts"}});
  for (std::size_t i = 0; i < indicators.size(); ++i)
    if (is_ours(indicators[i])) write_indicator(html, i, page);
}

}  // namespace

void write_verdicts(HtmlWriter& html, const Page& page) {
  const auto section =
      html.open("section", {{"id", "verdicts"}, {"aria-labelledby", "verdicts-h"}});
  html.element("h2", {{"id", "verdicts-h"}}, "Verdicts");
  const Json& rubric = page.graded.at("rubrics").at(0);
  write_polarity(html, page, rubric, "positive", "Positive indicators",
                 "What the rubric wants to see, in its own words. Observed speaks for it.");
  write_polarity(html, page, rubric, "negative", "Negative indicators",
                 "What the rubric warns of, in its own words. Observed speaks against it.");
}

void write_other_rubrics(HtmlWriter& html, const Page& page) {
  const auto further = further_rubrics(page.graded);
  for (std::size_t i = 0; i < further.size(); ++i) {
    const Json& rubric = *further[i];
    const std::string anchor = anchor_of_further_rubric(i);
    const auto section = html.open(
        "section", {{"id", anchor}, {"class", "apart"}, {"aria-labelledby", anchor + "-h"}});
    html.element("h2", {{"id", anchor + "-h"}}, text_at(rubric, "title"));
    html.element("p", {{"class", "hint"}}, kJudgedApart);
    if (indicators_of(page.graded, rubric).empty())
      html.element("p", "None of its indicators was decided.");
    write_polarity(html, page, rubric, "positive", "Positive indicators",
                   "Observed speaks for it.");
    write_polarity(html, page, rubric, "negative", "Negative indicators",
                   "Observed speaks against it.");
  }
}

}  // namespace assay::report
