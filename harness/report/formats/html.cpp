// report.html: one file that needs nothing else and runs nothing. Its Content-Security-Policy
// forbids every load and every script, so that even a hole in the escaping would have nothing to
// work with.

#include <array>

#include "assay_report_embedded.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/format.h"
#include "harness/report/html/parts.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

void write_document_head(HtmlWriter& html, const Json& graded) {
  const auto head = html.open("head");
  html.lone("meta", {{"charset", "utf-8"}});
  html.lone("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content",
                      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                      "form-action 'none'"}});
  html.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.lone("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.element("title", std::string(text_at(graded.at("submission"), "id")) + ": " +
                            std::string(text_at(graded.at("exercise"), "title")) + " (Assay)");
  html.style_sheet(k_report_css);
}

/// How many indicators of the rubric that gives the result speak for the submission, against it, and wait for someone.
void write_tally(HtmlWriter& html, const Json& graded) {
  constexpr std::array<std::pair<Tone, std::string_view>, 5> kTallied{
      {{Tone::kGood, "speak for it"},
       {Tone::kBad, "speak against it"},
       {Tone::kAsk, "need a person"},
       {Tone::kOpen, "not exercised"},
       {Tone::kFault, "undetermined"}}};
  std::array<std::size_t, 5> numbers{};
  for (const Json* indicator : anchor_indicators(graded))
    for (std::size_t i = 0; i < kTallied.size(); ++i)
      if (words_of_verdict(*indicator).tone == kTallied[i].first) ++numbers[i];
  const auto list = html.open("ul", {{"class", "tally"}, {"aria-label", "Indicators"}});
  for (std::size_t i = 0; i < kTallied.size(); ++i) {
    if (numbers[i] == 0) continue;
    const auto item = html.open("li", {{"class", css_class(kTallied[i].first)}});
    html.element("b", std::to_string(numbers[i]));
    html.text(" ");
    html.element("span", kTallied[i].second);
  }
}

void write_result(HtmlWriter& html, const Json& report) {
  const Json& graded = report.at("graded");
  const std::string_view anchor = text_at(report.at("final"), "anchor");
  const std::string classes = "result " + std::string(css_class(tone_of_anchor(anchor)));
  const auto result = html.open("div", {{"class", classes}});
  {
    const auto words = html.open("p", {{"class", "anchor"}});
    html.element("strong", words_of_anchor(anchor));
    html.text(" ");
    if (text_at(report.at("final"), "status") == "provisional")
      html.element("span", {{"class", "chip ask"}}, "provisional");
  }
  html.element("p", {{"class", "because"}}, text_at(graded.at("overall"), "because"));
  if (text_at(report.at("final"), "status") == "provisional")
    html.element("p", {{"class", "hint"}}, kProvisional);
  if (!graded.at("gradable").at("ok").get<bool>())
    html.element("p", text_at(graded.at("gradable"), "reason"));
  write_tally(html, graded);
}

void write_header(HtmlWriter& html, const Json& report) {
  const Json& graded = report.at("graded");
  const Json& exercise = graded.at("exercise");
  const auto header = html.open("header", {{"class", "top"}});
  html.element("p", {{"class", "brand"}}, "Assay report");
  html.element("h1", text_at(graded.at("submission"), "id"));
  html.element("p", {{"class", "subject"}},
               std::string(text_at(exercise, "title")) + " · " +
                   std::string(text_at(exercise, "variant")) + " · level " +
                   std::string(text_at(exercise, "level")));
  if (is_unsandboxed(report)) html.element("p", {{"class", "banner alarm"}}, kUnsandboxed);
  write_result(html, report);
}

void write_contents(HtmlWriter& html, const Json& graded) {
  std::size_t questions = 0;
  for (const Json& indicator : graded.at("indicators"))
    if (indicator.contains("questions")) questions += indicator.at("questions").size();
  const std::pair<std::string_view, std::string> entries[] = {
      {"verdicts", "Verdicts"},
      {"questions", "Questions (" + std::to_string(questions) + ")"},
      {"rule", "How the result follows"},
      {"cases", "Cases (" + std::to_string(graded.at("cases").size()) + ")"},
      {"source", "Source"},
      {"evidence", "Evidence (" + std::to_string(graded.at("evidence").size()) + ")"},
      {"run", "How it was run"}};
  const auto nav = html.open("nav", {{"aria-label", "Parts of this report"}});
  const auto list = html.open("ul");
  for (const auto& [anchor, title] : entries) {
    const auto item = html.open("li");
    html.link(anchor, title);
  }
}

std::string render(const Json& report, const RenderOptions&) {
  const Json& graded = report.at("graded");
  const HtmlIndex index(graded);
  HtmlWriter html;
  {
    const auto root = html.open("html", {{"lang", "en"}});
    write_document_head(html, graded);
    const auto body = html.open("body");
    html.element("a", {{"class", "skip"}, {"href", "#verdicts"}}, "Skip to the verdicts");
    write_header(html, report);
    const auto layout = html.open("div", {{"class", "layout"}});
    write_contents(html, graded);
    const auto main = html.open("main");
    write_verdicts(html, graded, index);
    write_questions(html, graded, index);
    write_rule(html, graded);
    write_cases(html, graded, index);
    write_source(html, graded, index);
    write_evidence(html, graded, index);
    write_run(html, report);
  }
  return html.take();
}

}  // namespace

extern const Format k_html;
const Format k_html{.name = "html", .file_name = "report.html", .render = render};

}  // namespace assay::report
