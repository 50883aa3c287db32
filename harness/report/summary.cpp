#include "harness/report/summary.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "harness/base/count.h"
#include "harness/report/by_rubric.h"
#include "harness/report/fields.h"
#include "harness/report/standing.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"

namespace assay::report {
namespace {

constexpr std::string_view kSummarySchema = "assay.summary/1";
constexpr std::array<const char*, 5> kVerdicts{"observed", "not_observed", "not_exercised",
                                               "needs_human", "undetermined"};

/// How many indicators of a polarity have each verdict, and of which ids one of them is.
Json counts(const std::vector<const Json*>& indicators, std::string_view polarity) {
  Json counted = Json::object();
  for (const char* verdict : kVerdicts)
    counted[verdict] = std::ranges::count_if(indicators, [&](const Json* indicator) {
      return text_at(*indicator, "polarity") == polarity &&
             text_at(*indicator, "verdict") == verdict;
    });
  return counted;
}

Json ids_with(const std::vector<const Json*>& indicators, std::string_view verdict) {
  Json ids = Json::array();
  for (const Json* indicator : indicators)
    if (text_at(*indicator, "verdict") == verdict) ids.push_back(indicator->at("id"));
  return ids;
}

/// What the verdicts of one rubric come to.
void tally(const std::vector<const Json*>& indicators, Json& entry) {
  entry["positive"] = counts(indicators, "positive");
  entry["negative"] = counts(indicators, "negative");
  entry["needs_human"] = ids_with(indicators, "needs_human");
  entry["undetermined"] = ids_with(indicators, "undetermined");
}

bool has_result(const Json& submission) {
  return !submission.contains("failed") && submission.at("anchor") != "not_gradable";
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

std::string joined(const Json& ids) {
  std::string text;
  for (const Json& id : ids) text += (text.empty() ? "" : ", ") + id.get<std::string>();
  return text;
}

Json without(const Json& ids, const Json& left_out) {
  Json kept = Json::array();
  for (const Json& id : ids)
    if (std::ranges::find(left_out, id) == left_out.end()) kept.push_back(id);
  return kept;
}

/// Indicators that a person decides for every submission with a result: said once, not in each row.
Json open_for_all(const Json& submissions) {
  Json common;
  for (const Json& submission : submissions) {
    if (!has_result(submission)) continue;
    const Json& open = submission.at("needs_human");
    common = common.is_null() ? open : without(common, without(common, open));
  }
  return common.is_null() ? Json::array() : common;
}

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
  const std::string person = joined(without(submission.at("needs_human"), said_once));
  const std::string undetermined = joined(submission.at("undetermined"));
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
  if (has_result(submission)) write_apart(page, submission);
  if (!undetermined.empty())
    page.paragraph(
        {std::string(kDetailIndent) + "not decided, the harness failed: ", Style::kFault},
        undetermined);
}

/// "12 submissions: 1 failed, 2 not gradable, 9 graded"
std::string total(const Json& submissions) {
  std::array<std::size_t, 3> groups{};
  for (const Json& submission : submissions) ++groups[static_cast<std::size_t>(group(submission))];
  std::string text =
      count_of(submissions.size(), "submission") + ": " + std::to_string(groups[2]) + " graded";
  if (groups[1] > 0) text += ", " + std::to_string(groups[1]) + " not gradable";
  if (groups[0] > 0) text += ", " + std::to_string(groups[0]) + " failed";
  return text;
}

/// Rubrics and indicators of `graded`, each with the verdict that counts.
Json as_people_have_it(const Json& report) {
  Json graded = {{"rubrics", report.at("graded").at("rubrics")}, {"indicators", Json::array()}};
  for (const Json& indicator : report.at("graded").at("indicators"))
    graded["indicators"].push_back(as_it_stands(report, indicator));
  return graded;
}

}  // namespace

SummaryEntry entry_of(const Json& report) {
  const Json& submission = report.at("graded").at("submission");
  const Json graded = as_people_have_it(report);
  SummaryEntry entry;
  entry.id = submission.at("id");
  entry.graded = {{"id", entry.id},
                  {"sha256", submission.at("sha256")},
                  {"anchor", report.at("final").at("anchor")},
                  {"provisional", report.at("final").at("status") == "provisional"}};
  tally(anchor_indicators(graded), entry.graded);
  entry.graded["apart"] = Json::array();
  for (const Json* rubric : further_rubrics(graded)) {
    Json apart = {{"rubric", rubric->at("id")}, {"title", rubric->at("title")}};
    tally(indicators_of(graded, *rubric), apart);
    entry.graded["apart"].push_back(std::move(apart));
  }
  entry.graded["reason"] = report.at("graded").at("gradable").at("reason");
  return entry;
}

SummaryEntry failed_entry(std::string id, std::string why) {
  ASSAY_ASSERT(!why.empty(), "a submission failed for no reason");
  return {std::move(id), to_valid_utf8(why), nullptr};
}

Json summarise(const std::vector<SummaryEntry>& entries) {
  std::vector<Json> submissions;
  for (const SummaryEntry& entry : entries) {
    submissions.push_back(entry.failed.empty() ? entry.graded
                                               : Json{{"id", entry.id}, {"failed", entry.failed}});
  }
  std::ranges::stable_sort(submissions, comes_before);
  Json summary = Json::object();
  summary["schema"] = kSummarySchema;
  summary["submissions"] = std::move(submissions);
  return summary;
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
  page.blank();
  page.paragraph({}, total(submissions), Style::kBold);
  page.paragraph({},
                 "for, against: indicators that speak for or against it; open: a person decides.",
                 Style::kDim);
  if (!said_once.empty())
    page.paragraph({}, "A person decides for every submission: " + joined(said_once) + ".",
                   Style::kDim);
  return page.take();
}

}  // namespace assay::report
