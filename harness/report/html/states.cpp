// What came of each state of the world, a line each: the whole run at a glance, and the way into
// the cases. Beside the draft's answers where there is one.

#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/gist.h"
#include "harness/report/html/parts.h"

namespace assay::report {
namespace {

/// Kinds of answers shown of one state.
constexpr std::size_t kMaxKinds = 4;

void write_answers(HtmlWriter& html, std::string_view head, const std::vector<std::string>& gists) {
  const auto cell = html.open("td", {{"data-head", head}});
  if (gists.empty()) {
    html.element("span", {{"class", "quiet"}}, "not run");
    return;
  }
  const std::vector<std::string> kinds = counted(gists);
  const auto list = html.open("ul", {{"class", "answers"}});
  for (std::size_t i = 0; i < std::min(kinds.size(), kMaxKinds); ++i) {
    const auto item = html.open("li");
    html.element("code", kinds[i]);
  }
  if (kinds.size() > kMaxKinds)
    html.element("li", {{"class", "quiet"}},
                 "and " + count_of(kinds.size() - kMaxKinds, "other kind") + " of answer");
}

}  // namespace

void write_states(HtmlWriter& html, const Page& page, const std::vector<State>& states) {
  std::vector<const Json*> ran, drafts;
  for (const State& state : states)
    for (const std::size_t position : state.cases) {
      ran.push_back(&page.graded.at("cases").at(position));
      if (const Json* draft = page.index.draft_of_case(position)) drafts.push_back(draft);
    }
  const Gist gist(ran, states.size()), gist_of_draft(drafts, states.size());
  const bool has_drafts = page.graded.contains("draft");
  const auto table =
      html.open("table", {{"class", "states"}, {"aria-label", "Answers by state of the world"}});
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    html.element("th", {{"scope", "col"}}, page.has_requests ? "State of the world" : "Label");
    html.element("th", {{"scope", "col"}}, "Cases");
    html.element("th", {{"scope", "col"}}, has_drafts ? "Solution answered" : "Answered");
    if (has_drafts) html.element("th", {{"scope", "col"}}, "Draft answered");
  }
  const auto body = html.open("tbody");
  for (const State& state : states) {
    std::vector<std::string> answers, answers_of_draft;
    for (const std::size_t position : state.cases) {
      answers.push_back(gist.of(page.graded.at("cases").at(position)));
      if (const Json* draft = page.index.draft_of_case(position))
        answers_of_draft.push_back(gist_of_draft.of(*draft));
    }
    const auto row = html.open("tr");
    {
      const auto cell = html.open("th", {{"scope", "row"}});
      html.link(state.anchor, title_of_id(state.label));
      if (const std::string_view words = words_of_label(state.label); !words.empty())
        html.element("div", {{"class", "quiet"}}, words);
    }
    html.element("td", {{"class", "number"}, {"data-head", "Cases"}},
                 std::to_string(state.cases.size()));
    write_answers(html, has_drafts ? "Solution" : "Answered", answers);
    if (has_drafts) write_answers(html, "Draft", answers_of_draft);
  }
}

}  // namespace assay::report
