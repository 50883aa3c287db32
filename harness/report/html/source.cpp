// The submission's files, line by line, with those marked that evidence cites.

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

void write_line(HtmlWriter& html, std::string_view line, std::size_t file, std::size_t number,
                const HtmlIndex& index) {
  const std::string anchor = HtmlIndex::line_anchor(file, number);
  const auto row = html.open(
      "div", {{"class", index.is_cited(file, number) ? "line cited" : "line"}, {"id", anchor}});
  html.element("a", {{"class", "no"}, {"href", "#" + anchor}}, std::to_string(number));
  html.element("code", line);
  const auto facts = index.facts_from_line(file, number);
  if (facts.empty()) return;
  const auto links = html.open("span", {{"class", "line-facts"}});
  write_fact_links(html, facts, index);
}

void write_file(HtmlWriter& html, const Json& file, std::size_t position, const HtmlIndex& index) {
  html.element("h3", {{"class", "path"}}, text_at(file, "path"));
  const std::vector<std::string_view> lines = lines_of(text_at(file, "text"));
  std::string words = count_of(file.at("bytes").get<std::size_t>(), "byte") + ", SHA-256 " +
                      std::string(text_at(file, "sha256"));
  if (file.at("cut").get<bool>()) words += "; only its beginning is shown";
  html.element("p", {{"class", "hint hash"}}, words);
  if (lines.empty()) return;
  const auto source = html.open("div", {{"class", "source"}});
  for (std::size_t i = 0; i < lines.size(); ++i) write_line(html, lines[i], position, i + 1, index);
}

}  // namespace

void write_source(HtmlWriter& html, const Json& graded, const HtmlIndex& index) {
  const auto section = html.open("section", {{"id", "source"}, {"aria-labelledby", "source-h"}});
  html.element("h2", {{"id", "source-h"}}, "Source");
  html.element("p", {{"class", "hint"}},
               "Marked lines are cited; the links beside them lead to the facts.");
  const Json& files = graded.at("submission").at("files");
  for (std::size_t i = 0; i < files.size(); ++i) write_file(html, files[i], i, index);
  const Json& intake = graded.at("intake");
  if (intake.empty()) return;
  html.element("h3", "Not taken in");
  const auto list = html.open("ul");
  for (const Json& refusal : intake) {
    const auto item = html.open("li");
    html.element("code", text_at(refusal, "path"));
    html.text(": ");
    html.text(text_at(refusal, "refused"));
  }
}

}  // namespace assay::report
