#include "harness/marks/page.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/report/cited.h"
#include "harness/report/fields.h"
#include "harness/report/notebook.h"
#include "harness/report/terminal_page.h"
#include "harness/report/text.h"
#include "harness/report/words.h"

namespace assay::marks {
namespace {

using report::Cell;
using report::Style;
using report::TerminalPage;
using report::text_at;

constexpr std::size_t kIndent = 4;
constexpr std::size_t kMaxFacts = 12;
constexpr std::size_t kMaxLines = 60;  ///< of source, for one fact
constexpr std::size_t kMaxWords = 400;

/// The facts that a target's indicator cites, each once, the most telling first.
std::vector<const Json*> facts_of(const Json& graded, const Target& target) {
  if (target.indicator == nullptr) return {};
  return report::facts_of(graded, *target.indicator);
}

std::string places_of(const Json& graded, const Json& fact) {
  std::string places;
  for (const Json& cite : fact.at("cites"))
    places += (places.empty() ? "" : ", ") +
              std::string(report::is_of_draft(cite) ? "the draft's " : "") +
              report::words_of_place(graded, cite);
  return places;
}

void write_list(TerminalPage& page, std::string_view heading, const Json& texts) {
  if (texts.empty()) return;
  page.heading(heading);
  for (const Json& text : texts) page.paragraph({"  - "}, text.get_ref<const std::string&>());
}

void write_questions(TerminalPage& page, const Json& indicator) {
  if (!indicator.contains("questions")) return;
  page.heading("Questions to ask");
  std::size_t number = 0;
  for (const Json& question : indicator.at("questions")) {
    const std::string lead = "  " + std::to_string(++number) + ". ";
    page.paragraph({lead}, text_at(question, "text"));
  }
}

void write_facts(TerminalPage& page, const Json& graded, const std::vector<const Json*>& facts) {
  if (facts.empty()) return;
  page.heading("What the run shows");
  for (std::size_t i = 0; i < std::min(facts.size(), kMaxFacts); ++i) {
    page.paragraph({"  - "}, text_at(*facts[i], "statement"));
    page.paragraph({std::string(kIndent, ' ') + "see "}, places_of(graded, *facts[i]), Style::kDim);
  }
  if (facts.size() > kMaxFacts)
    page.paragraph({"  - "}, "and " + std::to_string(facts.size() - kMaxFacts) + " more",
                   Style::kDim);
}

void write_source(TerminalPage& page, const Json& graded, const Json& cite) {
  const Json* file = report::cited_in(graded, cite);
  if (file == nullptr) return;
  const auto lines = report::lines_of(text_at(*file, "text"));
  const auto first =
      static_cast<std::size_t>(std::max(cite.at("line").get<std::int64_t>(), std::int64_t{1}));
  const auto last =
      std::min(static_cast<std::size_t>(cite.at("end_line").get<std::int64_t>()), lines.size());
  for (std::size_t line = first; line <= last && line < first + kMaxLines; ++line)
    page.row({{report::right(std::to_string(line), 6), Style::kDim, 6}, {lines[line - 1]}});
}

void write_case(TerminalPage& page, const Json& graded, const Json& cite) {
  const Json* found = report::cited_in(graded, cite);
  if (found == nullptr) return;
  const std::string result = report::words_of_value(*found, kMaxWords);
  page.paragraph({"      "}, report::words_of_call(graded, *found, kMaxWords) + " with " +
                                 count_of(found->at("requests").size(), "request") + ": " +
                                 report::words_of_outcome(found->at("outcome")) +
                                 (result.empty() ? "" : " " + result));
  page.block("      ", text_at(found->at("stdout"), "text"), 5);
}

void write_statements(TerminalPage& page, const Json& graded, const Json& ids) {
  for (const Json& id : ids)
    if (const Json* fact = report::find_by(graded.at("evidence"), "id", id))
      page.paragraph({"  - "},
                     std::string(text_at(*fact, "statement")) + " See " + places_of(graded, *fact));
}

void write_suggestion(TerminalPage& page, const Json& graded, const Target& target) {
  const Json& suggestion = target.indicator->at("suggestion");
  const auto verdict = model::verdict_from(std::string(text_at(suggestion, "verdict")));
  page.paragraph({"The machine would have said: "},
                 verdict_in_words(target.polarity, *verdict) + ", because " +
                     std::string(text_at(suggestion, "because")));
  write_statements(page, graded, suggestion.at("evidence"));
  if (!suggestion.contains("pairs")) return;
  for (const Json& pair : suggestion.at("pairs")) {
    page.paragraph({"  "}, text_at(pair, "about"), Style::kBold);
    for (const char* side : {"passage", "draft", "solution"})
      write_statements(page, graded, pair.at(side));
  }
}

}  // namespace

std::string verdict_in_words(model::Polarity polarity, model::Verdict verdict) {
  const bool bad_if = polarity == model::Polarity::kNegative;
  switch (verdict) {
    case model::Verdict::kObserved:
      return bad_if ? "observed, which is bad news" : "observed";
    case model::Verdict::kNotObserved:
      return bad_if ? "not observed, which is good news" : "not observed";
    case model::Verdict::kNotExercised:
      return "not exercised";
    case model::Verdict::kNeedsHuman:
      return "left to somebody else";
    case model::Verdict::kUndetermined:
      return "undetermined";
  }
  return "";
}

std::string render_target(const Json& graded, const Target& target, const std::string& head,
                          const report::RenderOptions& how) {
  TerminalPage page(how);
  page.blank();
  page.paragraph({}, head, Style::kDim);
  page.paragraph({}, target.label, Style::kBold);
  if (target.indicator == nullptr) {
    page.paragraph({}, "A term of the overall rule, which the machine decided: " +
                           verdict_in_words(target.polarity, target.machine) + ".");
    page.paragraph({}, text_at(*target.term, "because"));
    return page.take();
  }
  const Json& indicator = *target.indicator;
  page.paragraph({},
                 target.polarity == model::Polarity::kPositive
                     ? "A positive indicator: observed is good news."
                     : "A negative indicator: observed is bad news.",
                 Style::kDim);
  if (!target.needs_person())
    page.paragraph(
        {}, "The machine decided: " + verdict_in_words(target.polarity, target.machine) + ".");
  page.paragraph({}, text_at(indicator, "explanation"));
  if (!text_at(indicator, "asks").empty())
    page.paragraph({"The statement asks: "}, text_at(indicator, "asks"), Style::kDim);
  write_questions(page, indicator);
  write_facts(page, graded, facts_of(graded, target));
  write_list(page, "Gaps", indicator.at("gaps"));
  write_list(page, "Notes", indicator.at("notes"));
  return page.take();
}

std::string render_evidence(const Json& graded, const Target& target,
                            const report::RenderOptions& how) {
  TerminalPage page(how);
  const auto facts = facts_of(graded, target);
  page.blank();
  if (facts.empty()) page.paragraph({}, "Nothing is cited here. report.html has the whole run.");
  for (const Json* fact : facts) {
    page.paragraph({"  - "}, text_at(*fact, "statement"));
    for (const Json& cite : fact->at("cites")) {
      page.paragraph(
          {std::string(kIndent, ' ')},
          (report::is_of_draft(cite) ? "the draft's " : "") + report::words_of_place(graded, cite),
          Style::kDim);
      if (cite.contains("file"))
        write_source(page, graded, cite);
      else
        write_case(page, graded, cite);
    }
  }
  return page.take();
}

std::string render_saved(const Json& graded, const Target& target, const SavedMark& saved,
                         const report::RenderOptions& how) {
  TerminalPage page(how);
  page.blank();
  page.paragraph({"Saved: ", Style::kGood},
                 verdict_in_words(target.polarity, saved.mark.human) + ".");
  for (const std::string& notice : saved.notices) page.paragraph({"Note: ", Style::kAsk}, notice);
  if (target.indicator != nullptr && target.indicator->contains("suggestion"))
    write_suggestion(page, graded, target);
  else if (target.needs_person())
    page.paragraph({}, "The machine has nothing to suggest here.", Style::kDim);
  for (const model::Mark& other : saved.by_others)
    page.paragraph({}, other.by + " (" + other.role + ") had marked it " +
                           verdict_in_words(target.polarity, other.human) + " on " + other.at +
                           "; the latest mark counts, and both are kept.");
  return page.take();
}

}  // namespace assay::marks
