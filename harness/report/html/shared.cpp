#include "harness/report/html/parts.h"

namespace assay::report {

std::string_view css_class(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "good";
    case Tone::kBad:
      return "bad";
    case Tone::kAsk:
      return "ask";
    case Tone::kFault:
      return "fault";
    case Tone::kOpen:
      return "open";
  }
  return {};
}

void write_chip(HtmlWriter& html, const VerdictWords& words) {
  const std::string classes = "chip " + std::string(css_class(words.tone));
  const auto chip = html.open("span", {{"class", classes}});
  html.element("span", {{"class", "symbol"}, {"aria-hidden", "true"}}, words.symbol);
  html.text(words.words);
}

void write_fact_links(HtmlWriter& html, const std::vector<std::string>& ids,
                      const HtmlIndex& index) {
  for (const std::string& id : ids) {
    html.text(" ");
    html.link(index.fact(id) != nullptr ? id : std::string(), id, "fact");
  }
}

void write_facts(HtmlWriter& html, const Json& ids, const HtmlIndex& index) {
  const auto list = html.open("ul", {{"class", "facts"}});
  for (const Json& id_json : ids) {
    const std::string id = id_json;
    const Json* fact = index.fact(id);
    const auto item = html.open("li");
    write_fact_links(html, {id}, index);
    if (fact == nullptr) continue;
    html.text(" ");
    html.text(fact->at("statement").get_ref<const std::string&>());
    const auto cites = html.open("span", {{"class", "cites"}});
    for (const Json& citation : fact->at("cites")) {
      html.text(" ");
      html.link(index.anchor_of(citation), words_of_citation(citation), "cite");
    }
  }
}

ScrollingTable::ScrollingTable(HtmlWriter& html, std::string_view label,
                               std::initializer_list<std::string_view> heads)
    : box_(html.open(
          "div",
          {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", label}})),
      table_(html.open("table")) {
  const auto head = html.open("thead");
  const auto row = html.open("tr");
  for (const std::string_view name : heads) html.element("th", {{"scope", "col"}}, name);
}

}  // namespace assay::report
