#include "harness/report/terminal_case.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/base/nearest_word.h"
#include "harness/model/value.h"
#include "harness/report/fields.h"
#include "harness/report/notebook.h"
#include "harness/report/repeated.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/report/timeline_page.h"
#include "harness/report/waits.h"
#include "harness/report/words.h"

namespace assay::report {
namespace {

/// Lines shown of a stream or of a source file's traceback.
constexpr std::size_t kMaxLines = 40;
/// Bytes shown of one entry of the returned value.
constexpr std::size_t kMaxValueText = 800;
/// Entries shown of that value.
constexpr std::size_t kMaxEntries = 40;

void write_head(TerminalPage& page, const Json& report, const Json& test_case) {
  page.row({{text_at(test_case, "id"), Style::kBold}});
  page.paragraph({}, text_at(test_case, "title"));
  if (is_unsandboxed(report)) page.paragraph({}, kUnsandboxed, Style::kAlarm);
  if (const std::string words = words_of_real_time(report); !words.empty())
    page.paragraph({}, words, Style::kAlarm);
  page.blank();
  std::string world(text_at(test_case, "label"));
  if (test_case.contains("family")) world += " (" + std::string(text_at(test_case, "family")) + ")";
  if (const std::string_view words = words_of_label(text_at(test_case, "label")); !words.empty())
    world += ": " + std::string(words);
  page.paragraph({"world  ", Style::kDim}, world);
  page.paragraph({"call   ", Style::kDim},
                 words_of_call(report.at("graded"), test_case, kMaxValueText));
  page.paragraph({"clock  ", Style::kDim}, "starts at " + std::string(text_at(test_case, "now")));
  if (const std::string words = words_of_environment(test_case); !words.empty())
    page.paragraph({"set    ", Style::kDim}, words);
  std::string kind(text_at(test_case, "visibility"));
  if (test_case.contains("twin_of"))
    kind += "; repeats " + std::string(text_at(test_case, "twin_of")) + " with other values";
  page.paragraph({"case   ", Style::kDim}, kind);
  for (const Json& note : test_case.at("notes"))
    page.paragraph({"note   ", Style::kAsk}, note.get_ref<const std::string&>());
}

void write_time_line(TerminalPage& page, const Json& report, const Json& test_case) {
  page.heading("In virtual time");
  if (const std::string words = words_of_waits(test_case); !words.empty())
    page.paragraph({std::string(kTimeWidth + 4, ' ')}, "in all: " + words, Style::kBold);
  const std::int64_t end = test_case.at("virtual_us");
  const std::int64_t last = write_moments(page, test_case.at("requests"), waits_of(test_case));
  write_gap(page, end - last, test_case.at("requests").empty() ? "without a request" : "more");
  const Json& outcome = test_case.at("outcome");
  page.paragraph({right(seconds(end), kTimeWidth) + " └─ "}, words_of_outcome(outcome),
                 text_at(outcome, "kind") == "returned" ? Style::kBold : Style::kBad);
  if (const std::string words = words_of_end(report, test_case); !words.empty())
    page.paragraph({std::string(kTimeWidth + 4, ' ')}, words);
  if (const std::string words = words_of_use(report, test_case); !words.empty())
    page.paragraph({std::string(kTimeWidth + 4, ' '), Style::kDim}, words, Style::kDim);
}

void write_value(TerminalPage& page, const Json& test_case) {
  if (!test_case.contains("value")) return;
  const Json& value = test_case.at("value");
  page.heading("Returned " + std::string(model::python_type(value)));
  const auto entries = model::entries(value);
  if (!entries) return page.paragraph({"  "}, model::describe(value, kMaxValueText));
  for (std::size_t i = 0; i < std::min(entries->size(), kMaxEntries); ++i) {
    const auto& [key, entry] = (*entries)[i];
    page.paragraph({"  " + cut(visible(key), 30) + ": ", Style::kDim},
                   model::describe(*entry, kMaxValueText));
  }
  if (entries->size() > kMaxEntries)
    page.paragraph({"  "}, "and " + std::to_string(entries->size() - kMaxEntries) +
                               " more, which report.json has");
}

void write_exception(TerminalPage& page, const Json& graded, const Json& outcome) {
  if (!outcome.contains("exception")) return;
  const Json& exception = outcome.at("exception");
  page.heading("Raised");
  page.paragraph({"  "}, type_of_exception(exception), Style::kBad);
  page.block("  ", text_at(exception, "message"), kMaxLines);
  for (const Json& cause : exception.at("cause_types"))
    page.paragraph({"  because of ", Style::kDim}, cause.get_ref<const std::string&>());
  if (exception.at("during_import").get<bool>())
    page.paragraph({"  "}, "It left the file while that was imported.");
  page.paragraph({"  "}, exception.at("own_raise").get<bool>()
                             ? "A raise statement of the submission raised it."
                             : "Nothing in the submission raised it by a statement of its own.");
  for (const Json& frame : exception.at("traceback"))
    page.paragraph({"  at ", Style::kDim},
                   words_of_place(graded, {{"file", frame.at("file")},
                                           {"line", frame.at("line")},
                                           {"end_line", frame.at("line")}}) +
                       " in " + std::string(text_at(frame, "function")));
}

void write_stream(TerminalPage& page, const Json& test_case, const char* name) {
  const Json& stream = test_case.at(name);
  if (text_at(stream, "text").empty()) return;
  std::string title =
      std::string(name) + ", " + count_of(stream.at("bytes").get<std::size_t>(), "byte");
  if (stream.at("cut").get<bool>()) title += ", cut";
  page.heading(title);
  page.block("  ", text_at(stream, "text"), kMaxLines);
}

void write_cited_by(TerminalPage& page, const Json& graded, std::string_view case_id) {
  bool first = true;
  for (const Json& fact : graded.at("evidence")) {
    const bool cites = std::ranges::any_of(fact.at("cites"), [&](const Json& citation) {
      return citation.contains("case") && citation.at("case") == case_id;
    });
    if (!cites) continue;
    if (first) page.heading("Facts that rest on this case");
    first = false;
    page.paragraph({fit("  " + std::string(text_at(fact, "id")), 7), Style::kDim},
                   text_at(fact, "statement"));
  }
}

/// What the draft did in the same case, without its requests.
void write_draft(TerminalPage& page, const Json& graded, std::size_t position) {
  if (!graded.contains("draft")) return;
  const Json& test_case = graded.at("draft").at("cases").at(position);
  const Json& outcome = test_case.at("outcome");
  page.heading("The draft in this case");
  page.paragraph({"  "}, words_of_outcome(outcome) + " after " +
                             count_of(test_case.at("requests").size(), "request") + " and " +
                             seconds(test_case.at("virtual_us").get<std::int64_t>()));
  if (test_case.contains("value"))
    page.paragraph({"  "}, model::describe(test_case.at("value"), kMaxValueText));
  if (outcome.contains("exception"))
    page.paragraph({"  "}, text_at(outcome.at("exception"), "message"));
}

void write_how_it_varies(TerminalPage& page, const Json& report, std::string_view case_id) {
  bool first = true;
  for (const Json& varying : varying_cases(report)) {
    if (text_at(varying, "case") != case_id) continue;
    if (first) page.heading("It varies from run to run");
    first = false;
    page.paragraph({is_of_draft(varying) ? "  draft: " : "  "}, words_of_varying(varying));
  }
}

Error no_such_case(const Json& cases, std::string_view case_id) {
  constexpr std::size_t kMaxNamed = 10;
  std::vector<std::string> ids;
  std::string list;
  for (const Json& test_case : cases) {
    ids.push_back(visible(text_at(test_case, "id")));
    list += " " + ids.back();
  }
  const std::string near = nearest_word(visible(case_id), ids);
  std::string hint = "it has:" + list;
  if (!near.empty())
    hint = "did you mean " + near + "?";
  else if (ids.size() > kMaxNamed)
    hint = "it has " + std::to_string(ids.size()) + ": `assay show` without a case lists them";
  return input_error("the report has no case '" + visible(case_id) + "'", {}, hint);
}

}  // namespace

Result<std::string> render_case(const Json& report, std::string_view case_id,
                                const RenderOptions& options) {
  const Json& graded = report.at("graded");
  const Json& cases = graded.at("cases");
  const Json* found = find_by(cases, "id", case_id);
  if (found == nullptr) return no_such_case(cases, case_id);
  TerminalPage page(options);
  write_head(page, report, *found);
  write_time_line(page, report, *found);
  write_value(page, *found);
  write_exception(page, graded, found->at("outcome"));
  write_stream(page, *found, "stdout");
  write_stream(page, *found, "stderr");
  write_draft(page, graded, static_cast<std::size_t>(found - &cases.front()));
  write_how_it_varies(page, report, case_id);
  write_cited_by(page, graded, case_id);
  return page.take();
}

}  // namespace assay::report
