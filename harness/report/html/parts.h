#pragma once

// The parts of report.html, each a <section>, and what they share. In: the writer, and the page
// with the report's Json and its index.

#include "harness/model/json.h"
#include "harness/report/html/index.h"
#include "harness/report/html/writer.h"
#include "harness/report/words.h"

namespace assay::report {

/// What every part reads. `report` is as of format.h and outlives the page.
struct Page {
  explicit Page(const Json& whole) : report(whole), graded(whole.at("graded")), index(graded) {
    for (const Json& test_case : graded.at("cases"))
      has_requests = has_requests || !test_case.at("requests").empty();
  }

  const Json& report;
  const Json& graded;
  HtmlIndex index;
  bool has_requests = false;  ///< no case has any where the exercise has no warehouse
};

void write_top(HtmlWriter& html, const Page& page);  ///< the <header>: result and what it rests on
void write_verdicts(HtmlWriter& html, const Page& page);
void write_other_rubrics(HtmlWriter& html, const Page& page);
void write_questions(HtmlWriter& html, const Page& page);
void write_rule(HtmlWriter& html, const Page& page);
void write_cases(HtmlWriter& html, const Page& page);
void write_varying(HtmlWriter& html, const Page& page);  ///< nothing where no case varies
void write_source(HtmlWriter& html, const Page& page);
void write_evidence(HtmlWriter& html, const Page& page);
void write_run(HtmlWriter& html, const Page& page);

/// Parts of parts, each in a file of its own.

/// All that a case's row opens to: its setting, what ran in it, and what rests on it.
void write_case_body(HtmlWriter& html, const Page& page, std::size_t position);
/// Draft and solution line by line, in one table.
void write_side_by_side(HtmlWriter& html, const Page& page, std::size_t draft_file,
                        std::size_t file);
/// A state of the world, or another label, and its cases.
struct State {
  std::string_view label;
  std::string anchor;
  std::vector<std::size_t> cases;  ///< positions
};
/// What came of each of them, in a table.
void write_states(HtmlWriter& html, const Page& page, const std::vector<State>& states);
/// A line of a file, counted from 1: a <code> whose comments, strings and keywords are set off.
void write_source_text(HtmlWriter& html, const SourceFile& file, std::size_t line);
/// The same, and links to the verdicts that rest on it, inside an element that is open.
void write_code(HtmlWriter& html, const Page& page, std::size_t file, std::size_t line, Side side);
/// What people decided about an indicator, or about a term of the overall rule.
void write_marks(HtmlWriter& html, const Page& page, const Json& indicator);
void write_marks_of_term(HtmlWriter& html, const Page& page, const Json& term);

/// Shared by the parts.

std::string_view css_class(Tone tone);
/// Symbol and words in the colour of the tone.
void write_chip(HtmlWriter& html, const VerdictWords& words);
/// Of the mark about it that stands, as far as there is one, else of the machine's verdict.
VerdictWords words_of_decision(const Page& page, const Json& indicator);
/// Counted from 0 among those that have no part in the result.
std::string anchor_of_further_rubric(std::size_t position);
/// "api_failure" → "API failure"
std::string title_of_id(std::string_view id);
std::size_t count_of_questions(const Json& graded);
/// Links to facts by their ids; those that are not in the report stay text.
void write_fact_links(HtmlWriter& html, const std::vector<std::string>& ids, const Page& page);
/// Links to indicators, each with the sign of its verdict.
void write_indicator_links(HtmlWriter& html, const std::vector<std::size_t>& positions,
                           const Page& page);
/// Links to all that a fact cites.
void write_cites(HtmlWriter& html, const Json& fact, const Page& page);
/// The statements of facts, with links to what they cite, and the cited lines themselves.
void write_facts(HtmlWriter& html, const std::vector<std::string>& ids, const Page& page);
std::vector<std::string> ids_of(const Json& ids);

/// A table in a box that scrolls by itself where it is too wide, by keyboard too. On a narrow
/// screen its rows are lists, in which a cell's "data-head" stands for the head of its column.
class ScrollingTable {
 public:
  ScrollingTable(HtmlWriter& html, std::string_view label,
                 std::initializer_list<std::string_view> heads);

 private:
  HtmlWriter::Element box_;
  HtmlWriter::Element table_;
};

}  // namespace assay::report
