#include "harness/report/html/summary_page.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "assay_report_embedded.h"
#include "harness/base/count.h"
#include "harness/report/fields.h"
#include "harness/report/html/document.h"
#include "harness/report/html/heat_map.h"
#include "harness/report/html/parts.h"
#include "harness/report/summary.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

/// Submissions of a group that are in view at first.
constexpr std::size_t kMaxInView = 25;
/// Columns shown of why something is not gradable or has no report.
constexpr std::size_t kMaxReason = 600;

struct Run {
  const Json& summary;
  const Json& submissions;
  const Json& indicators;
  Json said_once;  ///< ids of the indicators that a person decides for everyone
  std::map<std::string, std::string> labels;  ///< of indicators, by id
};

/// The way from the page to a report: one component of a path, so that it needs no more than this.
std::string href_of(std::string_view id) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string href = "./";
  for (const char c : id) {
    if (kPlain.find(c) != std::string_view::npos) {
      href += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    href += '%';
    href += kDigits[byte >> 4];
    href += kDigits[byte & 15];
  }
  return href + "/report.html";
}

void write_name(HtmlWriter& html, const Json& submission) {
  const auto cell = html.open("th", {{"scope", "row"}});
  const std::string_view id = text_at(submission, "id");
  if (submission.contains("failed"))
    html.text(id);
  else
    html.element("a", {{"href", href_of(id)}}, id);
}

void write_result(HtmlWriter& html, const Json& submission) {
  const auto cell = html.open("td", {{"class", "anchor-of"}, {"data-head", "Result"}});
  if (submission.contains("failed")) {
    write_chip(html, {"!", "no report", Tone::kFault});
    return;
  }
  const std::string_view anchor = text_at(submission, "anchor");
  html.text(words_of_anchor(anchor));
  std::string rest;
  if (has_result(submission)) rest += ", " + std::to_string(against_of(submission)) + " against";
  if (submission.at("provisional").get<bool>()) rest += ", provisional";
  if (!rest.empty()) html.element("span", {{"class", "quiet"}}, rest);
}

VerdictWords words_of(const Json& indicator, const Json& verdict) {
  return words_of_verdict({{"polarity", indicator.at("polarity")}, {"verdict", verdict}});
}

// Who needs attention.

/// Submissions that need attention for the same reason.
struct Group {
  std::string_view anchor, title, hint, head;
  std::function<bool(const Json&)> is_in;
  std::function<void(HtmlWriter&, const Json&)> write_why;
};

void write_rows(HtmlWriter& html, const Group& group, const std::vector<const Json*>& submissions) {
  const auto table = html.open("table", {{"class", "attention"}});
  {
    const auto row_group = html.open("thead");
    const auto row = html.open("tr");
    html.element("th", {{"scope", "col"}}, "Submission");
    html.element("th", {{"scope", "col"}}, group.head);
  }
  const auto body = html.open("tbody");
  for (const Json* submission : submissions) {
    const auto row = html.open("tr");
    write_name(html, *submission);
    const auto cell = html.open("td", {{"data-head", group.head}});
    group.write_why(html, *submission);
  }
}

std::vector<const Json*> members_of(const Run& run, const Group& group) {
  std::vector<const Json*> members;
  for (const Json& submission : run.submissions)
    if (group.is_in(submission)) members.push_back(&submission);
  return members;
}

/// The first of them in full view, and what is left a key away: the groups below are to be seen.
void write_group(HtmlWriter& html, const Run& run, const Group& group) {
  std::vector<const Json*> members = members_of(run, group);
  if (members.empty()) return;
  html.element("h3", {{"id", group.anchor}},
               std::string(group.title) + " (" + std::to_string(members.size()) + ")");
  html.element("p", {{"class", "hint"}}, group.hint);
  const auto shown = static_cast<std::ptrdiff_t>(std::min(members.size(), kMaxInView));
  write_rows(html, group, {members.begin(), members.begin() + shown});
  members.erase(members.begin(), members.begin() + shown);
  if (members.empty()) return;
  const auto details = html.open("details", {{"class", "behind"}});
  html.element("summary", "The other " + std::to_string(members.size()));
  write_rows(html, group, members);
}

/// Ids of a kind of the deciding rubric and of those apart.
Json all_of(const Json& submission, const char* kind) {
  Json ids = submission.at(kind);
  for (const Json& apart : submission.at("apart"))
    for (const Json& id : apart.at(kind)) ids.push_back(id);
  return ids;
}

void write_labels(HtmlWriter& html, const Run& run, const Json& ids) {
  const auto list = html.open("ul", {{"class", "labels"}});
  for (const Json& id : ids) {
    const auto label = run.labels.find(id);
    html.element("li", label == run.labels.end() ? id.get<std::string>() : label->second);
  }
}

/// In the order in which they need it.
std::vector<Group> groups_of(const Run& run) {
  const auto failed = [](const Json& s) { return s.contains("failed"); };
  return {
      {"no-report", "No report", "What was handed in could not be taken in or graded.", "Why",
       failed,
       [](HtmlWriter& html, const Json& s) {
         html.text(cut(visible(text_at(s, "failed")), kMaxReason));
       }},
      {"not-gradable", "Not gradable",
       "Not a low result: the code could not be called, or never asked the warehouse.",
       "Why, and what to ask", [=](const Json& s) { return !failed(s) && !has_result(s); },
       [](HtmlWriter& html, const Json& s) {
         html.text(cut(visible(text_at(s, "reason")), kMaxReason));
       }},
      {"unchanged", "The draft, unchanged",
       "The draft was handed in as the solution. Ask whether another file was meant.", "What is so",
       [](const Json& s) { return s.contains("unchanged_draft"); },
       [](HtmlWriter& html, const Json& s) { html.text(text_at(s, "unchanged_draft")); }},
      {"undetermined", "Not decided, the harness failed",
       "No fault of the candidate's. Grade these again.", "Indicators",
       [=](const Json& s) { return !failed(s) && !all_of(s, "undetermined").empty(); },
       [&run](HtmlWriter& html, const Json& s) {
         write_labels(html, run, all_of(s, "undetermined"));
       }},
      {"varying", "Varies from run to run",
       "The same code in the same cases did not do the same in every order of sets, folders and "
       "threads.",
       "Cases, and the verdicts that rest on them",
       [](const Json& s) { return !words_of_varying_cases(s).empty(); },
       [](HtmlWriter& html, const Json& s) { html.text(words_of_varying_cases(s)); }},
      {"person", "A person decides",
       "Beyond what a person decides for everyone. Each report has the questions.", "Indicators",
       [=, &run](const Json& s) {
         return !failed(s) && has_result(s) &&
                !without(all_of(s, "needs_human"), run.said_once).empty();
       },
       [&run](HtmlWriter& html, const Json& s) {
         write_labels(html, run, without(all_of(s, "needs_human"), run.said_once));
       }}};
}

void write_attention(HtmlWriter& html, const Run& run, const std::vector<Group>& groups) {
  const auto section =
      html.open("section", {{"id", "attention"}, {"aria-labelledby", "attention-h"}});
  html.element("h2", {{"id", "attention-h"}}, "Needs attention");
  if (std::ranges::all_of(groups,
                          [&](const Group& group) { return members_of(run, group).empty(); }))
    html.element("p", "Nothing beyond what a person decides for everyone.");
  for (const Group& group : groups) write_group(html, run, group);
  if (run.said_once.empty()) return;
  html.element("h3", "For everyone");
  html.element("p", {{"class", "hint"}}, "A person decides these for every submission.");
  write_labels(html, run, run.said_once);
}

// The map, and the table behind it.

std::vector<std::optional<Tone>> tones_of(const Run& run, const Json& submission) {
  std::vector<std::optional<Tone>> tones(run.indicators.size());
  if (submission.contains("failed")) return tones;
  for (std::size_t i = 0; i < tones.size(); ++i)
    if (const Json& verdict = submission.at("verdicts").at(i); !verdict.is_null())
      tones[i] = words_of(run.indicators[i], verdict).tone;
  return tones;
}

/// "5 for it, 2 against it, 1 for a person"
std::string words_of_tones(const std::vector<std::optional<Tone>>& tones) {
  constexpr std::array<std::pair<Tone, std::string_view>, 5> kWords{
      {{Tone::kGood, "for it"},
       {Tone::kBad, "against it"},
       {Tone::kAsk, "for a person"},
       {Tone::kOpen, "not exercised"},
       {Tone::kFault, "undetermined"}}};
  std::string words;
  for (const auto& [tone, what] : kWords) {
    const auto number = std::ranges::count(tones, tone);
    if (number == 0) continue;
    words += (words.empty() ? "" : ", ") + std::to_string(number) + " " + std::string(what);
  }
  return words.empty() ? "no verdict" : words;
}

void write_map_key(HtmlWriter& html) {
  constexpr std::array<std::pair<Tone, std::string_view>, 5> kSigns{
      {{Tone::kGood, "speaks for it"},
       {Tone::kBad, "speaks against it"},
       {Tone::kAsk, "a person decides"},
       {Tone::kOpen, "not exercised"},
       {Tone::kFault, "undetermined"}}};
  const HeatMapColumns one({"one"});
  const auto list = html.open("ul", {{"class", "key"}, {"aria-label", "Signs of the map"}});
  for (const auto& [tone, words] : kSigns) {
    const auto item = html.open("li");
    write_heat_row(html, one, {tone}, words);
    html.element("span", {{"aria-hidden", "true"}}, words);
  }
}

void write_map(HtmlWriter& html, const Run& run) {
  std::vector<std::string> groups, names;
  for (const Json& indicator : run.indicators) {
    groups.push_back(std::string(text_at(indicator, "rubric")) + " " +
                     std::string(text_at(indicator, "polarity")));
    names.push_back(title_of_id(text_at(indicator, "id")));
  }
  const HeatMapColumns columns(groups);
  const auto box = html.open("div", {{"class", "scroll map"},
                                     {"role", "region"},
                                     {"tabindex", "0"},
                                     {"aria-label", "Map of submissions by indicators"}});
  const auto table = html.open("table", {{"class", "heat-map kept"}});
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    html.element("th", {{"scope", "col"}}, "Submission");
    html.element("th", {{"scope", "col"}}, "Result");
    const auto cell = html.open("th", {{"scope", "col"}});
    html.element("span", {{"class", "unseen"}}, "Verdicts");
    write_heat_head(html, columns, names);
  }
  const auto body = html.open("tbody");
  for (const Json& submission : run.submissions) {
    const auto row = html.open("tr");
    write_name(html, submission);
    write_result(html, submission);
    const auto cell = html.open("td");
    const auto tones = tones_of(run, submission);
    write_heat_row(html, columns, tones, words_of_tones(tones));
  }
}

void write_table(HtmlWriter& html, const Run& run) {
  const auto details = html.open("details", {{"class", "behind"}});
  html.element("summary", "The same as a table of words");
  const auto box = html.open("div", {{"class", "scroll"},
                                     {"role", "region"},
                                     {"tabindex", "0"},
                                     {"aria-label", "Verdicts of every submission"}});
  const auto table = html.open("table", {{"id", "verdict-table"}, {"class", "kept"}});
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    html.element("th", {{"scope", "col"}}, "Submission");
    for (const Json& indicator : run.indicators)
      html.element("th", {{"scope", "col"}}, text_at(indicator, "label"));
  }
  const auto body = html.open("tbody");
  for (const Json& submission : run.submissions) {
    const auto row = html.open("tr");
    write_name(html, submission);
    for (std::size_t i = 0; i < run.indicators.size(); ++i) {
      const auto cell = html.open("td");
      if (submission.contains("failed") || submission.at("verdicts").at(i).is_null()) {
        html.text("none");
        continue;
      }
      const VerdictWords words = words_of(run.indicators[i], submission.at("verdicts").at(i));
      html.text(std::string(words.symbol) + " " + std::string(words.words));
    }
  }
}

void write_all(HtmlWriter& html, const Run& run) {
  const auto section = html.open("section", {{"id", "all"}, {"aria-labelledby", "all-h"}});
  html.element("h2", {{"id", "all-h"}}, "Every submission by every indicator");
  html.element(
      "p", {{"class", "hint"}},
      "In the order above, then by name. Nothing is ranked: how many signs of a kind a row "
      "has is no measure of a person.");
  if (run.indicators.empty()) {
    html.element("p", "No submission has a verdict.");
    return;
  }
  write_map_key(html);
  write_map(html, run);
  write_table(html, run);
}

/// Whether there is anything to tell apart by results.
bool has_results(const Run& run) { return std::ranges::count_if(run.submissions, has_result) > 1; }

/// Who came to the same, by how much speaks against it.
void write_results(HtmlWriter& html, const Run& run) {
  if (!has_results(run)) return;
  const auto section = html.open("section", {{"id", "results"}, {"aria-labelledby", "results-h"}});
  html.element("h2", {{"id", "results-h"}}, "By result");
  html.element("p", {{"class", "hint"}}, kNoRank);
  const auto table = html.open("table", {{"class", "by-result"}});
  {
    const auto head = html.open("thead");
    const auto row = html.open("tr");
    for (const char* title : {"Result", "Against", "Submissions"})
      html.element("th", {{"scope", "col"}}, title);
  }
  const auto body = html.open("tbody");
  for (const ResultGroup& group : group_by_result(run.submissions)) {
    const auto row = html.open("tr");
    html.element("th", {{"scope", "row"}}, words_of_anchor(group.anchor));
    html.element("td", {{"data-head", "Against"}}, std::to_string(group.against));
    const auto cell = html.open("td", {{"data-head", "Submissions"}});
    const auto list = html.open("ul", {{"class", "names"}});
    for (const Json* submission : group.submissions) {
      const auto item = html.open("li");
      html.element("a", {{"href", href_of(text_at(*submission, "id"))}},
                   text_at(*submission, "id"));
    }
  }
}

void write_contents(HtmlWriter& html, const Run& run, const std::vector<Group>& groups) {
  const auto nav = html.open("nav", {{"aria-label", "Parts of this summary"}});
  const auto list = html.open("ul");
  const auto entry = [&](std::string_view anchor, std::string_view title) {
    const auto item = html.open("li");
    html.link(anchor, title);
  };
  entry("attention", "Needs attention");
  for (const Group& group : groups)
    if (const std::size_t members = members_of(run, group).size(); members > 0)
      entry(group.anchor, std::string(group.title) + " (" + std::to_string(members) + ")");
  if (has_results(run)) entry("results", "By result");
  entry("all", "Every submission (" + std::to_string(run.submissions.size()) + ")");
}

/// How many came to what: "Exceeds 4, Meets 3, Below 19". Numbers of a run, and no rank of anybody.
std::string words_of_results(const Json& submissions) {
  std::string words;
  for (const std::string_view anchor : {"exceeds", "meets", "below"}) {
    const auto number = std::ranges::count_if(submissions, [&](const Json& s) {
      return !s.contains("failed") && text_at(s, "anchor") == anchor;
    });
    if (number > 0)
      words += (words.empty() ? "" : ", ") + std::string(words_of_anchor(anchor)) + " " +
               std::to_string(number);
  }
  return words;
}

void write_top(HtmlWriter& html, const Run& run) {
  const auto header = html.open("header", {{"class", "top"}});
  html.element("p", {{"class", "brand"}}, "Assay summary");
  html.element("h1", count_of(run.submissions.size(), "submission"));
  if (run.summary.contains("exercise")) {
    const Json& exercise = run.summary.at("exercise");
    html.element("p", {{"class", "subject"}},
                 std::string(text_at(exercise, "title")) + " · " +
                     std::string(text_at(exercise, "variant")) + " · level " +
                     std::string(text_at(exercise, "level")));
  }
  if (!run.summary.at("sandboxed").get<bool>())
    html.element("p", {{"class", "banner alarm"}}, kUnsandboxed);
  if (const std::string words = words_of_real_time_in(run.submissions); !words.empty())
    html.element("p", {{"class", "banner alarm"}}, words);
  const std::string total = words_of_total(run.submissions);
  html.element("p", {{"class", "total"}}, total.substr(total.find(": ") + 2));
  if (const std::string results = words_of_results(run.submissions); !results.empty())
    html.element("p", {{"class", "results"}}, results);
  if (const std::string kept = words_of_kept(run.summary); !kept.empty())
    html.element("p", {{"class", "hint"}}, kept);
  html.element("p", {{"class", "hint"}},
               "Evidence, not a decision. A submission's name leads to its report.");
}

}  // namespace

std::string render_summary_html(const Json& summary) {
  const Json& submissions = summary.at("submissions");
  Run run{summary, submissions, summary.at("indicators"), open_for_all(submissions), {}};
  for (const Json& indicator : run.indicators)
    run.labels.emplace(indicator.at("id"), indicator.at("label"));
  HtmlWriter html;
  {
    const auto root = html.open("html", {{"lang", "en"}});
    write_document_head(html,
                        "Summary of " + count_of(submissions.size(), "submission") + " (Assay)",
                        {k_palette_css, k_base_css, k_summary_css, k_narrow_css, k_print_css});
    const auto body = html.open("body");
    html.element("a", {{"class", "skip"}, {"href", "#attention"}}, "Skip to what needs attention");
    write_top(html, run);
    const auto layout = html.open("div", {{"class", "layout"}});
    const std::vector<Group> groups = groups_of(run);
    write_contents(html, run, groups);
    const auto main = html.open("main");
    write_attention(html, run, groups);
    write_results(html, run);
    write_all(html, run);
  }
  return html.take();
}

}  // namespace assay::report
