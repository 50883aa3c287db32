#pragma once

// The parts of report.html, each a <section>. In: the writer, the report's Json and its index.

#include "harness/model/json.h"
#include "harness/report/html/index.h"
#include "harness/report/html/writer.h"
#include "harness/report/words.h"

namespace assay::report {

void write_verdicts(HtmlWriter& html, const Json& graded, const HtmlIndex& index);
void write_questions(HtmlWriter& html, const Json& graded, const HtmlIndex& index);
void write_rule(HtmlWriter& html, const Json& graded);
void write_cases(HtmlWriter& html, const Json& graded, const HtmlIndex& index);
void write_source(HtmlWriter& html, const Json& graded, const HtmlIndex& index);
void write_evidence(HtmlWriter& html, const Json& graded, const HtmlIndex& index);
void write_run(HtmlWriter& html, const Json& report);

/// Shared by the parts.
std::string_view css_class(Tone tone);
/// Symbol and words in the colour of the tone.
void write_chip(HtmlWriter& html, const VerdictWords& words);
/// Links to facts by their ids; those that are not in the report stay text.
void write_fact_links(HtmlWriter& html, const std::vector<std::string>& ids,
                      const HtmlIndex& index);
/// The statements of facts, with links to what they cite.
void write_facts(HtmlWriter& html, const Json& ids, const HtmlIndex& index);
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
