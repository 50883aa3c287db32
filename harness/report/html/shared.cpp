#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/notebook.h"

namespace assay::report {
namespace {

/// Words of ids that are letters to spell.
constexpr std::array<std::string_view, 3> kSpelt{"ai", "api", "sql"};
/// Lines of source quoted under a fact; more are a link away.
constexpr std::size_t kMaxQuoted = 8;

std::string_view css_class(Syntax syntax) {
  switch (syntax) {
    case Syntax::kPlain:
      return {};
    case Syntax::kComment:
      return "c";
    case Syntax::kString:
      return "s";
    case Syntax::kNumber:
      return "n";
    case Syntax::kKeyword:
      return "k";
    case Syntax::kDecorator:
      return "d";
    case Syntax::kDefinition:
      return "f";
  }
  return {};
}

/// Whether the fact cites a request or an output of the case that this cites as a whole: then that
/// is the better place to look at.
bool is_cited_closer(const Json& fact, const Json& citation) {
  if (!citation.contains("case") || citation.contains("request") || citation.contains("stream"))
    return false;
  return std::ranges::any_of(fact.at("cites"), [&](const Json& other) {
    return other.contains("case") && other.at("case") == citation.at("case") &&
           is_of_draft(other) == is_of_draft(citation) &&
           (other.contains("request") || other.contains("stream"));
  });
}

/// The lines that a fact cites, in the order of their files, as they stand there.
void write_quotes(HtmlWriter& html, const Json& fact, const Page& page) {
  std::map<const SourceFile*, std::set<std::size_t>> cited;
  std::vector<const SourceFile*> files;
  for (const Json& citation : fact.at("cites")) {
    const auto [first, last] = page.index.lines_cited(citation);
    if (first == 0) continue;
    const SourceFile* file = page.index.file_cited(citation);
    if (!cited.contains(file)) files.push_back(file);
    const std::size_t end = std::min(last, first + kMaxQuoted);
    for (std::size_t line = first; line <= end; ++line) cited[file].insert(line);
  }
  for (const SourceFile* file : files) {
    const auto block = html.open("pre", {{"class", "quote"}});
    std::size_t shown = 0;
    for (const std::size_t line : cited[file]) {
      if (shown++ == kMaxQuoted) break;
      html.element("span", {{"class", "no"}}, std::to_string(line));
      write_source_text(html, *file, line);
    }
    if (shown > kMaxQuoted) html.element("span", {{"class", "no"}}, "…");
  }
}

}  // namespace

void write_source_text(HtmlWriter& html, const SourceFile& file, std::size_t line) {
  const std::string_view text = file.lines[line - 1];
  const auto code = html.open("code");
  if (file.syntax.empty()) {
    html.text(text);
    return;
  }
  std::size_t at = 0;
  for (const SyntaxSpan& span : file.syntax[line - 1]) {
    const std::string_view part = text.substr(at, span.length);
    at += span.length;
    if (const std::string_view css = css_class(span.syntax); css.empty()) {
      html.text(part);
    } else {
      html.element("span", {{"class", css}}, part);
    }
  }
}

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
  const auto raise = [&title](std::size_t from, std::size_t letters) {
    for (std::size_t i = from; i < from + letters; ++i)
      if (title[i] >= 'a' && title[i] <= 'z') title[i] = static_cast<char>(title[i] - 'a' + 'A');
  };
  raise(0, title.empty() ? 0 : 1);
  for (std::size_t at = 0; at < title.size();) {
    const std::size_t end = std::min(title.find(' ', at), title.size());
    if (std::ranges::find(kSpelt, id.substr(at, end - at)) != kSpelt.end()) raise(at, end - at);
    at = end + 1;
  }
  return title;
}

std::size_t count_of_questions(const Json& graded) {
  std::size_t questions = 0;
  for (const Json& indicator : graded.at("indicators"))
    if (indicator.contains("questions")) questions += indicator.at("questions").size();
  return questions;
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
    if (is_cited_closer(fact, citation)) continue;
    html.text(" ");
    html.link(page.index.anchor_of(citation), words_of_place(page.graded, citation), "cite");
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
