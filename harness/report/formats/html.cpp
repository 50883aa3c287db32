// report.html: one file that needs nothing else and runs nothing.

#include <utility>
#include <vector>

#include "assay_report_embedded.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/format.h"
#include "harness/report/html/document.h"
#include "harness/report/html/parts.h"
#include "harness/report/repeated.h"

namespace assay::report {
namespace {

void write_contents(HtmlWriter& html, const Page& page) {
  const Json& graded = page.graded;
  std::vector<std::pair<std::string, std::string>> entries = {
      {"result", "Result"},
      {"verdicts", "Verdicts"},
      {"questions", "Questions (" + std::to_string(count_of_questions(graded)) + ")"}};
  const auto further = further_rubrics(graded);
  for (std::size_t i = 0; i < further.size(); ++i)
    entries.emplace_back(anchor_of_further_rubric(i), std::string(text_at(*further[i], "title")));
  entries.emplace_back("rule", "How the result follows");
  entries.emplace_back("cases", "Cases (" + std::to_string(graded.at("cases").size()) + ")");
  if (const std::size_t varying = varying_cases(page.report).size(); varying > 0)
    entries.emplace_back("varying", "Cases that vary (" + std::to_string(varying) + ")");
  entries.emplace_back("source", graded.contains("draft") ? "Draft and solution" : "Source");
  entries.emplace_back("evidence",
                       "Evidence (" + std::to_string(graded.at("evidence").size()) + ")");
  entries.emplace_back("run", "How it was run");
  const auto nav = html.open("nav", {{"aria-label", "Parts of this report"}});
  const auto list = html.open("ul");
  for (const auto& [anchor, title] : entries) {
    const auto item = html.open("li");
    html.link(anchor, title);
  }
}

std::string render(const Json& report, const RenderOptions&) {
  const Page page(report);
  HtmlWriter html;
  {
    const auto root = html.open("html", {{"lang", "en"}});
    write_document_head(html,
                        std::string(text_at(page.graded.at("submission"), "id")) + ": " +
                            std::string(text_at(page.graded.at("exercise"), "title")) + " (Assay)",
                        {k_palette_css, k_base_css, k_report_css, k_narrow_css, k_print_css});
    const auto body = html.open("body");
    html.element("a", {{"class", "skip"}, {"href", "#verdicts"}}, "Skip to the verdicts");
    write_top(html, page);
    const auto layout = html.open("div", {{"class", "layout"}});
    write_contents(html, page);
    const auto main = html.open("main");
    write_verdicts(html, page);
    write_questions(html, page);
    write_other_rubrics(html, page);
    write_rule(html, page);
    write_cases(html, page);
    write_varying(html, page);
    write_source(html, page);
    write_evidence(html, page);
    write_run(html, page);
  }
  return html.take();
}

}  // namespace

extern const Format k_html;
const Format k_html{.name = "html", .file_name = "report.html", .render = render};

}  // namespace assay::report
