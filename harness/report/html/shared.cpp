#include <algorithm>
#include <map>
#include <set>

#include "harness/report/fields.h"
#include "harness/report/html/parts.h"

namespace assay::report {
namespace {

/// Lines of source quoted under a fact; more are a link away.
constexpr std::size_t kMaxQuoted = 8;

/// The lines that a fact cites, in the order of their files, as they stand there.
void write_quotes(HtmlWriter& html, const Json& fact, const Page& page) {
  std::map<const std::vector<std::string_view>*, std::set<std::size_t>> cited;
  std::vector<const std::vector<std::string_view>*> files;
  for (const Json& citation : fact.at("cites")) {
    const auto [first, last] = page.index.lines_cited(citation);
    if (first == 0) continue;
    const auto* file = page.index.file_cited(citation);
    if (!cited.contains(file)) files.push_back(file);
    const std::size_t end = std::min(last, first + kMaxQuoted);
    for (std::size_t line = first; line <= end; ++line) cited[file].insert(line);
  }
  for (const auto* file : files) {
    const auto block = html.open("pre", {{"class", "quote"}});
    std::size_t shown = 0;
    for (const std::size_t line : cited[file]) {
      if (shown++ == kMaxQuoted) break;
      html.element("span", {{"class", "no"}}, std::to_string(line));
      html.element("code", (*file)[line - 1]);
    }
    if (shown > kMaxQuoted) html.element("span", {{"class", "no"}}, "…");
  }
}

}  // namespace

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

std::string anchor_of_further_rubric(std::size_t position) {
  return "rubric" + std::to_string(position + 2);
}

std::string title_of_id(std::string_view id) {
  std::string title(id);
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

std::vector<std::string> ids_of(const Json& ids) { return ids.get<std::vector<std::string>>(); }

void write_fact_links(HtmlWriter& html, const std::vector<std::string>& ids, const Page& page) {
  for (const std::string& id : ids) {
    html.text(" ");
    html.link(page.index.fact(id) != nullptr ? id : std::string(), id, "fact");
  }
}

void write_indicator_links(HtmlWriter& html, const std::vector<std::size_t>& positions,
                           const Page& page) {
  for (const std::size_t position : positions) {
    const Json& indicator = page.index.indicator(position);
    const VerdictWords words = words_of_decision(page, indicator);
    std::string name(text_at(indicator, "id"));
    std::ranges::replace(name, '_', ' ');
    html.text(" ");
    const auto link = html.open("a", {{"href", "#" + HtmlIndex::indicator_anchor(position)},
                                      {"class", "to-verdict " + std::string(css_class(words.tone))},
                                      {"title", std::string(text_at(indicator, "label")) + ": " +
                                                    std::string(words.words)}});
    html.element("span", {{"aria-hidden", "true"}}, words.symbol);
    html.text(" " + name);
  }
}

void write_cites(HtmlWriter& html, const Json& fact, const Page& page) {
  const auto cites = html.open("span", {{"class", "cites"}});
  for (const Json& citation : fact.at("cites")) {
    html.text(" ");
    html.link(page.index.anchor_of(citation), words_of_citation(citation), "cite");
  }
}

void write_facts(HtmlWriter& html, const std::vector<std::string>& ids, const Page& page) {
  const auto list = html.open("ul", {{"class", "facts"}});
  for (const std::string& id : ids) {
    const Json* fact = page.index.fact(id);
    const auto item = html.open("li");
    write_fact_links(html, {id}, page);
    if (fact == nullptr) continue;
    html.text(" ");
    html.text(text_at(*fact, "statement"));
    write_cites(html, *fact, page);
    write_quotes(html, *fact, page);
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
