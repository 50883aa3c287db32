// The submission's files line by line, with those marked that evidence cites and links to the
// verdicts that rest on them; beside the draft, where there is one.

#include <algorithm>
#include <optional>

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

void write_line(HtmlWriter& html, const Page& page, std::size_t file, std::size_t number,
                Side side) {
  const std::string anchor = HtmlIndex::line_anchor(file, number, side);
  const bool cited = page.index.is_cited(file, number, side);
  const auto row = html.open("div", {{"class", cited ? "line cited" : "line"}, {"id", anchor}});
  html.element("span", {{"class", "no"}}, std::to_string(number));
  write_code(html, page, file, number, side);
}

std::string words_of_file(const Json& file, const SourceFile& shown) {
  std::string words = count_of(file.at("bytes").get<std::size_t>(), "byte") + ", SHA-256 " +
                      std::string(text_at(file, "sha256"));
  const bool cut = file.at("cut").get<bool>();
  if (cut) words += "; only its beginning is kept";
  if (shown.left_out > 0)
    words += "; this page has no room for " +
             (cut ? "the last " + count_of(shown.left_out, "line") + " of that"
                  : "its last " + count_of(shown.left_out, "line")) +
             ", which report.json has";
  return words;
}

bool is_any_line_cited(const Page& page, std::size_t file, Side side) {
  for (std::size_t line = 1; line <= page.index.file(file, side).lines.size(); ++line)
    if (page.index.is_cited(file, line, side)) return true;
  return false;
}

/// Open at first where it is the file that is called, or where evidence cites it. A file in one
/// line, since there may be many.
void write_file(HtmlWriter& html, const Page& page, const Json& file, std::size_t position,
                Side side) {
  const std::string_view path = text_at(file, "path");
  const std::string title = (side == Side::kDraft ? "Draft: " : "") + std::string(path);
  html.element("h3", {{"class", "path"}}, title);
  const SourceFile& shown = page.index.file(position, side);
  const std::size_t lines = shown.lines.size();
  if (lines == 0) {
    html.element("p", {{"class", "hint hash"}}, words_of_file(file, shown));
    return;
  }
  const bool entry =
      side == Side::kSolution && path == text_at(page.graded.at("exercise").at("entry"), "file");
  const auto details = html.open(
      "details", {{"open", entry || is_any_line_cited(page, position, side) ? "open" : ""}});
  {
    const auto summary = html.open("summary");
    html.text(count_of(lines, "line"));
    html.element("span", {{"class", "unseen"}}, " of " + title);
  }
  html.element("p", {{"class", "hint hash"}}, words_of_file(file, shown));
  const auto source = html.open("div", {{"class", "source"}});
  for (std::size_t i = 1; i <= lines; ++i) write_line(html, page, position, i, side);
}

/// The entries of the intake that have a sentence under that key.
void write_intake(HtmlWriter& html, const Json& intake, const char* key, std::string_view title) {
  const auto has = [&](const Json& entry) { return entry.contains(key); };
  if (std::ranges::none_of(intake, has)) return;
  html.element("h3", title);
  const auto list = html.open("ul", {{"class", "refusals"}});
  for (const Json& entry : intake) {
    if (!has(entry)) continue;
    const auto item = html.open("li");
    html.element("code", text_at(entry, "path"));
    html.text(": ");
    html.text(text_at(entry, key));
  }
}

/// Positions of the draft's file and of the solution's file that are shown beside one another: the
/// entry file, and the draft's file of that name or its only one.
struct Pair {
  std::size_t draft, solution;
};

/// Position of the submission's file that is called.
std::optional<std::size_t> entry_of(const Json& graded) {
  const std::string_view entry = text_at(graded.at("exercise").at("entry"), "file");
  const Json& files = graded.at("submission").at("files");
  for (std::size_t i = 0; i < files.size(); ++i)
    if (text_at(files[i], "path") == entry) return i;
  return {};
}

std::optional<Pair> pair_of(const Json& graded) {
  const std::optional<std::size_t> solution = entry_of(graded);
  if (!graded.contains("draft") || !solution) return {};
  const std::string_view entry = text_at(graded.at("exercise").at("entry"), "file");
  const Json& drafts = graded.at("draft").at("files");
  for (std::size_t i = 0; i < drafts.size(); ++i)
    if (text_at(drafts[i], "path") == entry || drafts.size() == 1) return Pair{i, *solution};
  return {};
}

}  // namespace

void write_code(HtmlWriter& html, const Page& page, std::size_t file, std::size_t line, Side side) {
  write_source_text(html, page.index.file(file, side), line);
  const auto& facts = page.index.facts_from_line(file, line, side);
  if (facts.empty()) return;
  const auto links = html.open("span", {{"class", "line-facts"}});
  const auto indicators = page.index.indicators_on(facts);
  if (indicators.empty())
    write_fact_links(html, facts, page);
  else
    write_indicator_links(html, indicators, page);
}

void write_source(HtmlWriter& html, const Page& page) {
  const auto section = html.open("section", {{"id", "source"}, {"aria-labelledby", "source-h"}});
  const std::optional<Pair> pair = pair_of(page.graded);
  html.element("h2", {{"id", "source-h"}}, pair ? "Draft and solution" : "Source");
  html.element("p", {{"class", "hint"}},
               "Marked lines are cited; the links beside them lead to the verdicts.");
  const Json& files = page.graded.at("submission").at("files");
  if (files.empty()) html.element("p", "No file was taken in.");
  if (pair) write_side_by_side(html, page, pair->draft, pair->solution);
  const std::optional<std::size_t> entry = entry_of(page.graded);
  if (entry && !pair) write_file(html, page, files[*entry], *entry, Side::kSolution);
  for (std::size_t i = 0; i < files.size(); ++i)
    if (i != entry) write_file(html, page, files[i], i, Side::kSolution);
  if (page.graded.contains("draft")) {
    const Json& drafts = page.graded.at("draft").at("files");
    for (std::size_t i = 0; i < drafts.size(); ++i)
      if (!pair || i != pair->draft) write_file(html, page, drafts[i], i, Side::kDraft);
  }
  write_intake(html, page.graded.at("intake"), "refused", "Not taken in");
  write_intake(html, page.graded.at("intake"), "note", "Taken in otherwise");
}

}  // namespace assay::report
