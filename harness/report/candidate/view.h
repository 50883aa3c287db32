#pragma once

// What a candidate may see of their report.
//
// Made by picking, never by leaving out: from cases that may be disclosed, what they were called
// with and what came back; from the candidate's own files, lines; the labels, the sentences of the
// statement, the verdicts that count. No sentence that a check wrote goes in, since those quote
// whatever case they rest on; nor do questions, notes, terms, gaps, the anchor and its rule, what
// people wrote with their marks, nor anything that the function printed or returned in a case that
// stays undisclosed. Renderers get this and never the report, so none of them can tell more.
//
// In: a report's Json. Out: values, all text of which may be shown; what is from the candidate is
// not harmless yet. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/model/json.h"

namespace assay::report {

struct CandidateRequest {
  std::string at;      ///< "0.4 s"
  std::string asked;   ///< "GET /v1/…"
  std::string answer;  ///< "503, 120 bytes"
};

struct CandidateCase {
  std::string id;
  std::string title;
  std::string call;    ///< "check_pipeline_health('2026-03-13', 1000)"
  std::string result;  ///< "returned {…}", "raised HTTPError: …"
  std::vector<CandidateRequest> requests;
  std::size_t requests_left_out = 0;
  bool varies = false;  ///< from run to run; what is shown is the first
};

struct CandidateLine {
  std::string place;  ///< "solution.py:13"
  std::string text;
};

struct CandidateIndicator {
  enum class Kind { kGood, kBad, kOpen, kNotExercised, kUndetermined };
  Kind kind = Kind::kNotExercised;
  std::string label;
  std::string verdict;  ///< "observed", "not observed", …
  bool positive = true;
  bool by_person = false;
  std::string asks;
  std::vector<std::size_t> cases;  ///< in CandidateView::cases; of bad ones
  bool only_near = false;  ///< no open case shows it; these put the function in the same state
  std::vector<CandidateLine> lines;  ///< the same
  bool on_varying = false;           ///< it rests on a case that varies, which may stay undisclosed
};

struct CandidateView {
  std::string exercise;
  std::string reference;  ///< to name this grading by
  bool gradable = true;
  std::vector<CandidateIndicator> indicators;  ///< bad ones first, each kind in the report's order
  std::vector<CandidateCase> cases;
  std::string contact;  ///< where to write to; empty: whoever sent it
};

CandidateView candidate_view(const Json& report, std::string contact);

/// Words that every rendering has.
std::string_view words_of_kind(CandidateIndicator::Kind);
std::string verdict_sentence(const CandidateIndicator& indicator);
/// How to contest a verdict, one sentence each.
std::vector<std::string> how_to_contest(const CandidateView& view);

std::string render_candidate_html(const CandidateView& view);
std::string render_candidate_markdown(const CandidateView& view);
std::string render_candidate_terminal(const CandidateView& view, bool colour, int width);

inline constexpr std::string_view kNothingDisclosed =
    "This rests on cases that stay undisclosed, since others are still to be asked them. Contest "
    "it, "
    "and a person looks at them for you.";
inline constexpr std::string_view kOnlyNear =
    "This rests on cases that stay undisclosed, since others are still to be asked them. The open "
    "cases "
    "nearest to them are these; what came back there may well be right.";
inline constexpr std::string_view kOnVarying =
    "It rests on a case that did not go the same way each time that it was run, with sets, files "
    "or threads in other orders. Contest it if you think that another run shows your code better.";
inline constexpr std::string_view kVaries =
    "Run again with sets, files or threads in another order, it went otherwise; this is the first "
    "run.";
inline constexpr std::string_view kNotGraded =
    "Your code could not be graded: no verdict was reached, which is not the same as a bad one. "
    "What "
    "came back in the open cases is below.";

}  // namespace assay::report
