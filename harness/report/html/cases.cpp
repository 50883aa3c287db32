// The cases, in a table for each true state of the world: what was asked, how it ended, and its
// requests over virtual time. Each row opens to all that was seen.

#include <algorithm>
#include <map>

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/html/timeline.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Columns shown of what was returned.
constexpr std::size_t kMaxResult = 110;

void write_ended(HtmlWriter& html, const Json& ran, std::string_view head) {
  const Json& outcome = ran.at("outcome");
  const auto cell = html.open("td", {{"class", "ended"}, {"data-head", head}});
  const std::string_view kind = text_at(outcome, "kind");
  if (kind == "returned") {
    html.element("code", cut(visible(words_of_value(ran, kMaxResult * 2)), kMaxResult));
  } else {
    html.element("span", {{"class", kind == "harness_fault" ? "harness" : "badly"}},
                 words_of_outcome(outcome));
  }
}

/// "missing · 2 requests · stdout · hidden"
std::string title_of_body(const Page& page, const Json& test_case) {
  std::string title;
  if (page.has_requests) title += " · " + count_of(test_case.at("requests").size(), "request");
  for (const char* stream : {"stdout", "stderr"})
    if (!text_at(test_case.at(stream), "text").empty()) title += " · " + std::string(stream);
  for (const Json& note : test_case.at("notes")) {
    const std::string_view text = note.get_ref<const std::string&>();
    title += " · " + title_of_id(text.substr(0, text.find(':')));
  }
  return title;
}

void write_time(HtmlWriter& html, const Json& test_case) {
  {
    const auto cell = html.open("td", {{"class", "time"}, {"data-head", "Requests"}});
    write_strip(html, test_case);
  }
  const auto cell = html.open("td", {{"class", "number"}, {"data-head", "Took"}});
  html.text(seconds(test_case.at("virtual_us").get<std::int64_t>()));
  html.element("span", {{"class", "scale"}},
               " of " + words_of_scale(timeline_of(test_case).scale_us));
}

void write_case(HtmlWriter& html, const Page& page, std::size_t position) {
  const Json& test_case = page.graded.at("cases").at(position);
  const Json* draft = page.index.draft_of_case(position);
  const std::string anchor = HtmlIndex::case_anchor(position);
  const bool has_drafts = page.graded.contains("draft");
  {
    const auto row = html.open("tr", {{"id", anchor}, {"class", "case"}});
    html.element("th", {{"scope", "row"}}, text_at(test_case, "title"));
    write_ended(html, test_case, has_drafts ? "Solution" : "Ended with");
    if (draft != nullptr) {
      write_ended(html, *draft, "Draft");
    } else if (has_drafts) {
      html.element("td", {{"class", "ended quiet"}, {"data-head", "Draft"}}, "not run");
    }
    if (page.has_requests) write_time(html, test_case);
  }
  const auto row = html.open("tr", {{"class", "more"}});
  const int columns = 2 + (has_drafts ? 1 : 0) + (page.has_requests ? 2 : 0);
  const auto cell = html.open("td", {{"colspan", std::to_string(columns)}});
  const auto details = html.open("details");
  {
    const auto summary = html.open("summary");
    html.element("code", text_at(test_case, "id"));
    html.text(title_of_body(page, test_case));
    const std::size_t verdicts =
        page.index.indicators_on(page.index.facts_of_case(test_case.at("id"))).size();
    if (verdicts > 0) html.text(" · " + count_of(verdicts, "verdict"));
  }
  write_case_body(html, page, position);
}

void write_label(HtmlWriter& html, const Page& page, std::string_view label,
                 const std::vector<std::size_t>& positions, const std::string& anchor) {
  {
    const auto title = html.open("h3", {{"class", "state"}, {"id", anchor}});
    html.element("code", label);
    html.text(" ");
    std::string words = count_of(positions.size(), "case");
    if (!words_of_label(label).empty()) words += ": " + std::string(words_of_label(label));
    html.element("span", words);
  }
  const auto table =
      html.open("table", {{"class", page.graded.contains("draft") ? "cases with-draft" : "cases"},
                          {"aria-labelledby", anchor}});
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    const auto column = [&](std::string_view css, std::string_view words) {
      html.element("th", {{"scope", "col"}, {"class", css}}, words);
    };
    const bool has_drafts = page.graded.contains("draft");
    column("c-case", "Case");
    column("c-ended", has_drafts ? "Solution ended with" : "Ended with");
    if (has_drafts) column("c-ended", "Draft ended with");
    if (page.has_requests) {
      column("c-time", "Requests over virtual time");
      column("c-took", "Took, of scale");
    }
  }
  const auto body = html.open("tbody");
  for (const std::size_t position : positions) write_case(html, page, position);
}

}  // namespace

void write_cases(HtmlWriter& html, const Page& page) {
  const Json& cases = page.graded.at("cases");
  const auto section = html.open("section", {{"id", "cases"}, {"aria-labelledby", "cases-h"}});
  html.element("h2", {{"id", "cases-h"}}, "Cases");
  if (cases.empty()) {
    html.element("p", {{"class", "hint"}}, "None was run.");
    return;
  }
  if (page.has_requests) {
    html.element("p", {{"class", "hint"}},
                 "By the true state of the world. All times are virtual, as the candidate's code "
                 "saw them: waits are as long as they are drawn, and cost nobody any.");
    write_timeline_key(html);
  } else {
    html.element("p", {{"class", "hint"}}, "By label, in the order of the exercise.");
  }
  std::vector<std::string_view> labels;  // in the order of the plan
  std::map<std::string_view, std::vector<std::size_t>> by_label;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string_view label = text_at(cases[i], "label");
    if (by_label[label].empty()) labels.push_back(label);
    by_label[label].push_back(i);
  }
  const auto anchor_of = [](std::size_t i) { return "s" + std::to_string(i + 1); };
  {
    const auto list = html.open("ul", {{"class", "states"}, {"aria-label", "States of the world"}});
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto item = html.open("li");
      html.link(anchor_of(i), title_of_id(labels[i]));
      html.text(" " + std::to_string(by_label[labels[i]].size()));
    }
  }
  for (std::size_t i = 0; i < labels.size(); ++i)
    write_label(html, page, labels[i], by_label[labels[i]], anchor_of(i));
}

}  // namespace assay::report
