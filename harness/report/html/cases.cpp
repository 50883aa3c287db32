// The cases, in a table for each true state of the world: what was asked, how it ended, and its
// requests over virtual time. Each row opens to all that was seen.

#include <algorithm>
#include <map>

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/parts.h"
#include "harness/report/html/timeline.h"
#include "harness/report/repeated.h"
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

/// " · varies · 2 requests · stdout"; one request is what the drawing shows anyway.
std::string title_of_body(const Page& page, const Json& test_case) {
  std::string title;
  const std::string_view id = text_at(test_case, "id");
  if (varying_case(page.report, id, false) != nullptr) title += " · varies";
  if (varying_case(page.report, id, true) != nullptr) title += " · draft varies";
  if (const std::size_t requests = test_case.at("requests").size();
      page.has_requests && requests != 1)
    title += " · " + count_of(requests, "request");
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
  const std::int64_t took = test_case.at("virtual_us").get<std::int64_t>();
  if (took < kInstant) {
    html.element("span", {{"class", "quiet"}}, "at once");
    return;
  }
  const auto words = html.open("span");
  html.text(brief_seconds(took));
  html.element("span", {{"class", "scale"}},
               " of " + words_of_scale(timeline_of(test_case).scale_us));
}

void write_case(HtmlWriter& html, const Page& page, std::size_t position) {
  const Json& test_case = page.graded.at("cases").at(position);
  const Json* draft = page.index.draft_of_case(position);
  const std::string anchor = HtmlIndex::case_anchor(position);
  const bool has_drafts = page.graded.contains("draft");
  const bool instant = test_case.at("virtual_us").get<std::int64_t>() < kInstant;
  {
    const auto row =
        html.open("tr", {{"id", anchor}, {"class", instant ? "case instant" : "case"}});
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

void write_state(HtmlWriter& html, const Page& page, const State& state) {
  {
    const auto title = html.open("h3", {{"class", "state"}, {"id", state.anchor}});
    html.text(title_of_id(state.label) + " ");
    std::string words = count_of(state.cases.size(), "case");
    if (!words_of_label(state.label).empty())
      words += ": " + std::string(words_of_label(state.label));
    html.element("span", words);
  }
  const auto table =
      html.open("table", {{"class", page.graded.contains("draft") ? "cases with-draft" : "cases"},
                          {"aria-labelledby", state.anchor}});
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
      column("c-took", "Took");
    }
  }
  const auto body = html.open("tbody");
  for (const std::size_t position : state.cases) write_case(html, page, position);
}

/// In the order of the plan.
std::vector<State> states_of(const Json& cases) {
  std::vector<State> states;
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string_view label = text_at(cases[i], "label");
    const auto [place, is_new] = places.try_emplace(label, states.size());
    if (is_new) states.push_back({label, "s" + std::to_string(states.size() + 1), {}});
    states[place->second].cases.push_back(i);
  }
  return states;
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
                 "By the true state of the world, and below, case by case. All times are virtual, "
                 "as the candidate's code saw them.");
  } else {
    html.element("p", {{"class", "hint"}}, "By label, and below, case by case.");
  }
  const std::vector<State> states = states_of(cases);
  write_states(html, page, states);
  if (page.has_requests) write_timeline_key(html);
  for (const State& state : states) write_state(html, page, state);
}

}  // namespace assay::report
