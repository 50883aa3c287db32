#pragma once

// The words that every rendered format uses for what a report says, so that they are the same in
// all. Texts of candidates come out as they are: whoever lays them out makes them harmless.

#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::report {

/// What a verdict means for the candidate, whatever the indicator's polarity.
enum class Tone { kGood, kBad, kOpen, kAsk, kFault };

struct VerdictWords {
  std::string_view symbol;  ///< one column; never the only sign
  std::string_view words;   ///< "not observed"
  Tone tone = Tone::kOpen;
};
VerdictWords words_of_verdict(const Json& indicator);

/// "Meets"
std::string_view words_of_anchor(std::string_view anchor);
Tone tone_of_anchor(std::string_view anchor);

/// "Rests on what the code did."
std::string_view words_of_basis(std::string_view basis);

/// How a term stands: "holds", "does not hold", "not shown".
VerdictWords words_of_holds(const Json& holds);

/// What a label says of the world; empty for one that is not of the usual set.
std::string_view words_of_label(std::string_view label);

/// Its most derived type. A box may be taken over by the code in it, and then names none.
std::string type_of_exception(const Json& exception);

/// "returned", "raised IncompleteRead", "killed by signal 11"
std::string words_of_outcome(const Json& outcome);

/// What there is to say beside that of a solution's case: its detail and, where memory ended it,
/// the most that it had. Empty where there is nothing.
std::string words_of_end(const Json& report, const Json& test_case);

/// "TZ=UTC0, NAME is not set"; empty where the case has the exercise's environment as it is.
std::string words_of_environment(const Json& test_case);

/// What a solution's case used of the machine: "14 ms; cpu 8 ms user, 3 ms system; 9.2 MiB of
/// memory at most; …". Empty where the report does not tell it.
std::string words_of_use(const Json& report, const Json& test_case);

/// The call as Python writes it, each argument at most `limit` bytes: "f('2026-03-13', 1000)"
std::string words_of_call(const Json& graded, const Json& test_case, std::size_t limit);

/// What was returned in one line: values alone where it is a dict or alike. Empty without a value.
std::string words_of_value(const Json& test_case, std::size_t limit);

/// "healthy", "healthy, request 1", "healthy, its stdout", "solution.py:13-25"; with "draft: "
/// before it where it is of the draft.
std::string words_of_citation(const Json& citation);
bool is_of_draft(const Json& citation);

/// "beside the draft that everybody was given", …; empty for a variant without a draft.
std::string_view words_of_draft(const Json& graded);

/// "The draft was handed in unchanged: …"; empty where the solution is another, or there is none.
std::string words_of_unchanged(const Json& graded);

/// How an answer went: "500, 312 bytes", "no answer; the client closed after 5.000 s"
std::string words_of_answer(const Json& request);

/// Why there is an answer like that: "http_error (rule 1, step 2)"; empty where the world
/// answered.
std::string words_of_fault(const Json& request);

/// Whether the run had no sandbox, and the sentence that says so.
bool is_unsandboxed(const Json& report);
inline constexpr std::string_view kUnsandboxed =
    "Not sandboxed: this code ran as a plain process of this machine, with its files and its "
    "network.";

/// The sentence that says that a run was in real time; empty for one in virtual time.
std::string words_of_real_time(const Json& report);

inline constexpr std::string_view kProvisional =
    "Provisional: an indicator that this rests on still needs a person's decision.";

}  // namespace assay::report
