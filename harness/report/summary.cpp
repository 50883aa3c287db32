#include "harness/report/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/joined.h"
#include "harness/report/repeated.h"
#include "harness/report/standing.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

constexpr std::array<const char*, 5> kVerdicts{"observed", "not_observed", "not_exercised",
                                               "needs_human", "undetermined"};

/// One rubric's indicators as summary.json has them, those that are positive first, each with what
/// was decided of it.
std::vector<Json> decided(const Json& report, const Json& rubric) {
  std::vector<Json> list;
  for (const char* polarity : {"positive", "negative"})
    for (const Json* indicator : indicators_of(report.at("graded"), rubric))
      if (text_at(*indicator, "polarity") == polarity)
        list.push_back({{"rubric", indicator->at("rubric")},
                        {"id", indicator->at("id")},
                        {"label", indicator->at("label")},
                        {"polarity", polarity},
                        {"verdict", as_it_stands(report, *indicator).at("verdict")}});
  return list;
}

/// How many of the indicators of a polarity have each verdict.
Json counts(const std::vector<Json>& indicators, std::string_view polarity) {
  Json counted = Json::object();
  for (const char* verdict : kVerdicts)
    counted[verdict] = std::ranges::count_if(indicators, [&](const Json& indicator) {
      return text_at(indicator, "polarity") == polarity && text_at(indicator, "verdict") == verdict;
    });
  return counted;
}

Json ids_with(const std::vector<Json>& indicators, std::string_view verdict) {
  Json ids = Json::array();
  for (const Json& indicator : indicators)
    if (text_at(indicator, "verdict") == verdict) ids.push_back(indicator.at("id"));
  return ids;
}

/// What the verdicts of one rubric come to.
void tally(const std::vector<Json>& indicators, Json& entry) {
  entry["positive"] = counts(indicators, "positive");
  entry["negative"] = counts(indicators, "negative");
  entry["needs_human"] = ids_with(indicators, "needs_human");
  entry["undetermined"] = ids_with(indicators, "undetermined");
}

/// How many cases vary, and which indicators rest on them.
Json varying_of(const Json& report) {
  const Json& repeated = report.at("repeated");
  Json ids = Json::array();
  for (const Json& indicator : repeated.at("indicators")) ids.push_back(indicator.at("id"));
  return {{"runs", repeated.at("runs")},
          {"cases", repeated.at("cases").size()},
          {"indicators", std::move(ids)}};
}

/// Submissions without a report, then those that are not gradable, then the rest.
int group(const Json& submission) {
  if (submission.contains("failed")) return 0;
  return has_result(submission) ? 2 : 1;
}

bool comes_before(const Json& a, const Json& b) {
  const auto key = [](const Json& submission) {
    const std::size_t open =
        submission.contains("needs_human")
            ? submission.at("needs_human").size() + submission.at("undetermined").size()
            : 0;
    return std::tuple(group(submission), -static_cast<std::ptrdiff_t>(open),
                      text_at(submission, "id"));
  };
  return key(a) < key(b);
}

/// Of the indicators of one rubric: those that speak for a submission and those that speak against.
std::pair<std::size_t, std::size_t> for_and_against(const Json& tally) {
  const Json& positive = tally.at("positive");
  const Json& negative = tally.at("negative");
  const auto of = [](const Json& counted, const char* verdict) {
    return counted.at(verdict).get<std::size_t>();
  };
  return {of(positive, "observed") + of(negative, "not_observed"),
          of(positive, "not_observed") + of(negative, "observed")};
}

/// Ids in a sentence.
std::string listed_ids(const Json& ids) { return joined(ids.get<std::vector<std::string>>()); }

constexpr std::size_t kResultWidth = 19;  // "Exceeds provisional"
constexpr std::size_t kNumberWidth = 7;
constexpr std::size_t kMinNameWidth = 16;
constexpr std::size_t kMaxNameWidth = 40;
constexpr std::string_view kDetailIndent = "      ";

std::string column_of(std::size_t number) { return right(std::to_string(number), kNumberWidth); }

/// "apart, production readiness: 5 for, 2 against, 1 open"
void write_apart(TerminalPage& page, const Json& submission) {
  for (const Json& apart : submission.at("apart")) {
    const auto [good, bad] = for_and_against(apart);
    const std::size_t open = apart.at("needs_human").size() + apart.at("undetermined").size();
    page.paragraph({std::string(kDetailIndent) + "apart: ", Style::kDim},
                   std::string(text_at(apart, "title")) + ", " + std::to_string(good) + " for, " +
                       std::to_string(bad) + " against, " + std::to_string(open) + " open",
                   Style::kDim);
  }
}

void write_result(TerminalPage& page, const Json& submission, const Json& said_once,
                  std::size_t name_width) {
  const std::string_view anchor = text_at(submission, "anchor");
  std::string result(words_of_anchor(anchor));
  if (submission.at("provisional").get<bool>()) result += " provisional";
  const auto [good, bad] = for_and_against(submission);
  const std::string person = listed_ids(without(submission.at("needs_human"), said_once));
  const std::string undetermined = listed_ids(submission.at("undetermined"));
  if (!has_result(submission)) {
    page.row({{" ", Style::kPlain, 1},
              {text_at(submission, "id"), Style::kBold, name_width},
              {result, style_of(tone_of_anchor(anchor))}});
    page.paragraph({kDetailIndent}, text_at(submission, "reason"));
  } else {
    page.row({{" ", Style::kPlain, 1},
              {text_at(submission, "id"), Style::kBold, name_width},
              {result, style_of(tone_of_anchor(anchor)), kResultWidth},
              {column_of(good), Style::kGood, kNumberWidth},
              {column_of(bad), bad > 0 ? Style::kBad : Style::kPlain, kNumberWidth},
              {column_of(submission.at("needs_human").size()), Style::kAsk, kNumberWidth}});
    if (!person.empty())
      page.paragraph({std::string(kDetailIndent) + "a person decides: ", Style::kDim}, person,
                     Style::kDim);
  }
  if (submission.contains("unchanged_draft"))
    page.paragraph({std::string(kDetailIndent)}, text_at(submission, "unchanged_draft"),
                   Style::kAsk);
  if (has_result(submission)) write_apart(page, submission);
  if (const std::string varying = words_of_varying_cases(submission); !varying.empty())
    page.paragraph({std::string(kDetailIndent) + "varies: ", Style::kAsk}, varying);
  if (!undetermined.empty())
    page.paragraph(
        {std::string(kDetailIndent) + "not decided, the harness failed: ", Style::kFault},
        undetermined);
}

/// Who has the same result, where there is more than one to tell apart.
void write_groups(TerminalPage& page, const Json& submissions) {
  constexpr std::size_t kMaxNamed = 12;
  const std::vector<ResultGroup> groups = group_by_result(submissions);
  if (std::ranges::count_if(submissions, has_result) < 2) return;
  page.blank();
  for (const ResultGroup& group : groups) {
    std::vector<std::string> names;
    for (const Json* submission : group.submissions)
      names.emplace_back(visible(text_at(*submission, "id")));
    const std::string result(words_of_anchor(group.anchor));
    page.paragraph({fit("  " + result + ", " + std::to_string(group.against) + " against", 23),
                    style_of(tone_of_anchor(group.anchor))},
                   joined(names, kMaxNamed));
  }
  page.paragraph({}, kNoRank, Style::kDim);
}

/// All indicators of a run, each once, with their positions by rubric and id: rubric by rubric as
/// they first come, the positive ones of each before the negative ones.
class Columns {
 public:
  explicit Columns(const std::vector<SummaryEntry>& entries) {
    std::vector<std::pair<std::pair<std::size_t, bool>, Json>> found;
    std::map<std::string, std::size_t> rubrics;
    std::set<std::pair<std::string, std::string>> known;
    for (const SummaryEntry& entry : entries) {
      for (const Json& indicator : entry.indicators) {
        if (!known.insert(key_of(indicator)).second) continue;
        const std::size_t rubric =
            rubrics.emplace(indicator.at("rubric"), rubrics.size()).first->second;
        found.emplace_back(std::pair(rubric, text_at(indicator, "polarity") == "negative"),
                           indicator);
        found.back().second.erase("verdict");
      }
    }
    std::ranges::stable_sort(found, {}, [](const auto& each) { return each.first; });
    for (auto& [group, indicator] : found) {
      positions_.emplace(key_of(indicator), list_.size());
      list_.push_back(std::move(indicator));
    }
  }

  std::size_t position_of(const Json& indicator) const { return positions_.at(key_of(indicator)); }
  const Json& list() const { return list_; }

 private:
  static std::pair<std::string, std::string> key_of(const Json& indicator) {
    return {indicator.at("rubric"), indicator.at("id")};
  }

  Json list_ = Json::array();
  std::map<std::pair<std::string, std::string>, std::size_t> positions_;
};

/// The entry as summary.json has it, but for its verdicts.
Json listed(const SummaryEntry& entry) {
  if (!entry.failed.empty()) return {{"id", entry.id}, {"failed", entry.failed}};
  return entry.graded;
}

}  // namespace

std::size_t against_of(const Json& submission) { return for_and_against(submission).second; }

std::vector<ResultGroup> group_by_result(const Json& submissions) {
  std::vector<ResultGroup> groups;
  for (const std::string_view anchor : {"exceeds", "meets", "below"}) {
    std::map<std::size_t, std::vector<const Json*>> by_number;
    for (const Json& submission : submissions)
      if (has_result(submission) && text_at(submission, "anchor") == anchor)
        by_number[against_of(submission)].push_back(&submission);
    for (auto& [against, members] : by_number) {
      std::ranges::sort(members, {}, [](const Json* each) { return text_at(*each, "id"); });
      groups.push_back({anchor, against, std::move(members)});
    }
  }
  return groups;
}

bool has_result(const Json& submission) {
  return !submission.contains("failed") && submission.at("anchor") != "not_gradable";
}

Json without(const Json& ids, const Json& left_out) {
  Json kept = Json::array();
  for (const Json& id : ids)
    if (std::ranges::find(left_out, id) == left_out.end()) kept.push_back(id);
  return kept;
}

Json open_for_all(const Json& submissions) {
  Json common;
  for (const Json& submission : submissions) {
    if (!has_result(submission)) continue;
    const Json& open = submission.at("needs_human");
    common = common.is_null() ? open : without(common, without(common, open));
  }
  return common.is_null() ? Json::array() : common;
}

std::string words_of_total(const Json& submissions) {
  std::array<std::size_t, 3> groups{};
  for (const Json& submission : submissions) ++groups[static_cast<std::size_t>(group(submission))];
  std::string text =
      count_of(submissions.size(), "submission") + ": " + std::to_string(groups[2]) + " graded";
  if (groups[1] > 0) text += ", " + std::to_string(groups[1]) + " not gradable";
  if (groups[0] > 0) text += ", " + std::to_string(groups[0]) + " failed";
  return text;
}

std::string words_of_kept(const Json& summary) {
  if (!summary.contains("kept")) return "";
  const auto kept = summary.at("kept").get<std::size_t>();
  const std::string who = kept == summary.at("submissions").size()
                              ? (kept == 1 ? "It was" : "All of them were")
                              : std::to_string(kept) + (kept == 1 ? " was" : " were");
  return who + " kept from before, since what " + (kept == 1 ? "it was" : "they were") +
         " made from is the same.";
}

std::string words_of_real_time_in(const Json& submissions) {
  constexpr std::size_t kMaxNamed = 6;
  std::vector<std::string> names;
  std::set<int> speeds;
  for (const Json& submission : submissions) {
    if (!submission.contains("real_time")) continue;
    names.emplace_back(text_at(submission, "id"));
    speeds.insert(submission.at("real_time").get<int>());
  }
  if (names.empty()) return "";
  std::string words = "In real time";
  if (speeds.size() == 1 && *speeds.begin() != 1)
    words += ", " + std::to_string(*speeds.begin()) + " times as fast";
  words += names.size() == submissions.size() ? "" : ": " + joined(names, kMaxNamed);
  return words + ". How busy the machine was is in " +
         (names.size() == submissions.size() ? "these results" : "their results") +
         ", and they may be otherwise the next time.";
}

std::string words_of_varying_cases(const Json& submission) {
  if (!submission.contains("varying")) return "";
  const Json& varying = submission.at("varying");
  const auto cases = varying.at("cases").get<std::size_t>();
  if (cases == 0) return "";
  const std::string rests = listed_ids(varying.at("indicators"));
  return count_of(cases, "case") + " of " + std::to_string(varying.at("runs").get<int>()) +
         " runs each" + (rests.empty() ? "" : ", on which rest: " + rests);
}

SummaryEntry entry_of(const Json& report) {
  const Json& graded = report.at("graded");
  const Json& exercise = graded.at("exercise");
  const Json& submission = graded.at("submission");
  SummaryEntry entry;
  entry.id = submission.at("id");
  entry.exercise = {{"id", exercise.at("id")},
                    {"title", exercise.at("title")},
                    {"variant", exercise.at("variant")},
                    {"level", exercise.at("level")}};
  entry.sandboxed = !is_unsandboxed(report);
  entry.graded = {{"id", entry.id},
                  {"sha256", submission.at("sha256")},
                  {"anchor", report.at("final").at("anchor")},
                  {"provisional", report.at("final").at("status") == "provisional"}};
  entry.indicators = decided(report, graded.at("rubrics").at(0));
  tally(entry.indicators, entry.graded);
  entry.graded["apart"] = Json::array();
  for (const Json* rubric : further_rubrics(graded)) {
    const std::vector<Json> indicators = decided(report, *rubric);
    Json apart = {{"rubric", rubric->at("id")}, {"title", rubric->at("title")}};
    tally(indicators, apart);
    entry.graded["apart"].push_back(std::move(apart));
    entry.indicators.insert(entry.indicators.end(), indicators.begin(), indicators.end());
  }
  if (const std::string unchanged = words_of_unchanged(graded); !unchanged.empty())
    entry.graded["unchanged_draft"] = unchanged;
  if (report.at("run").contains("real_time"))
    entry.graded["real_time"] = report.at("run").at("real_time");
  if (report.contains("repeated")) entry.graded["varying"] = varying_of(report);
  entry.graded["reason"] = report.at("graded").at("gradable").at("reason");
  return entry;
}

SummaryEntry failed_entry(std::string id, std::string why) {
  ASSAY_ASSERT(!why.empty(), "a submission failed for no reason");
  SummaryEntry entry;
  entry.id = std::move(id);
  entry.failed = to_valid_utf8(why);
  return entry;
}

Json summarise(std::vector<SummaryEntry> entries) {
  std::ranges::stable_sort(entries, [](const SummaryEntry& a, const SummaryEntry& b) {
    return comes_before(listed(a), listed(b));
  });
  Json summary = Json::object();
  summary["schema"] = kSummarySchema;
  bool sandboxed = true;
  for (const SummaryEntry& entry : entries) {
    if (!entry.failed.empty()) continue;
    if (!summary.contains("exercise")) summary["exercise"] = entry.exercise;
    sandboxed = sandboxed && entry.sandboxed;
  }
  const Columns columns(entries);
  summary["sandboxed"] = sandboxed;
  summary["indicators"] = columns.list();
  summary["submissions"] = Json::array();
  for (const SummaryEntry& entry : entries) {
    summary["submissions"].push_back(listed(entry));
    if (!entry.failed.empty()) continue;
    Json verdicts(columns.list().size(), nullptr);
    for (const Json& indicator : entry.indicators)
      verdicts[columns.position_of(indicator)] = indicator.at("verdict");
    summary["submissions"].back()["verdicts"] = std::move(verdicts);
  }
  return summary;
}

std::vector<SummaryEntry> entries_of(const Json& summary) {
  std::vector<SummaryEntry> entries;
  const Json& columns = summary.at("indicators");
  for (const Json& submission : summary.at("submissions")) {
    if (submission.contains("failed")) {
      entries.push_back(failed_entry(submission.at("id"), submission.at("failed")));
      continue;
    }
    SummaryEntry& entry = entries.emplace_back();
    entry.id = submission.at("id");
    entry.graded = submission;
    entry.graded.erase("verdicts");
    entry.exercise = summary.at("exercise");
    entry.sandboxed = summary.at("sandboxed");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Json& verdict = submission.at("verdicts").at(i);
      if (verdict.is_null()) continue;
      entry.indicators.push_back(columns[i]);
      entry.indicators.back()["verdict"] = verdict;
    }
  }
  return entries;
}

std::string render_summary_terminal(const Json& summary, const RenderOptions& options) {
  const Json& submissions = summary.at("submissions");
  TerminalPage page(options);
  const std::size_t most = page.width() - (2 + 1 + kResultWidth + 1 + 3 * (kNumberWidth + 1));
  std::size_t name_width = kMinNameWidth;
  for (const Json& submission : submissions)
    name_width = std::max(name_width, display_width(visible(text_at(submission, "id"))));
  name_width = std::min({name_width, most, kMaxNameWidth});
  page.row({{" ", Style::kDim, 1},
            {"submission", Style::kDim, name_width},
            {"result", Style::kDim, kResultWidth},
            {"    for", Style::kDim, kNumberWidth},
            {"against", Style::kDim, kNumberWidth},
            {"   open", Style::kDim, kNumberWidth}});
  const Json said_once = open_for_all(submissions);
  for (const Json& submission : submissions) {
    if (!submission.contains("failed")) {
      write_result(page, submission, said_once, name_width);
      continue;
    }
    page.row({{" ", Style::kPlain, 1},
              {text_at(submission, "id"), Style::kBold, name_width},
              {"No report", Style::kFault}});
    page.paragraph({kDetailIndent}, text_at(submission, "failed"));
  }
  write_groups(page, submissions);
  page.blank();
  page.paragraph({}, words_of_total(submissions), Style::kBold);
  if (const std::string kept = words_of_kept(summary); !kept.empty()) page.paragraph({}, kept);
  if (const std::string words = words_of_real_time_in(submissions); !words.empty())
    page.paragraph({}, words, Style::kAlarm);
  page.paragraph({},
                 "for, against: indicators that speak for or against it; open: a person decides.",
                 Style::kDim);
  if (!said_once.empty())
    page.paragraph({}, "A person decides for every submission: " + listed_ids(said_once) + ".",
                   Style::kDim);
  return page.take();
}

}  // namespace assay::report
