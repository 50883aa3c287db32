#pragma once

// The summary of one run of `assay grade`: summary.json, and the table at the end of the run.
//
// In: one entry a submission, from its report or from what kept it from having one. Out: Json as of
// summary.schema.json. Both come in an order that helps whoever grades: what has no result first,
// then by how much a person has to decide, then by name. Nothing is ranked by result; who came to
// the same is told apart by how many indicators speak against it.

#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"
#include "harness/report/format.h"

namespace assay::report {

inline constexpr std::string_view kSummarySchema = "assay.summary/1";

struct SummaryEntry {
  std::string id;      ///< of the submission
  std::string failed;  ///< why there is no report; empty where there is one
  /// The entry as summary.json has it, but for its verdicts; null where there is no report.
  Json graded;
  Json exercise;                 ///< what was graded, as summary.json has it
  std::vector<Json> indicators;  ///< as summary.json has them, each with its verdict beside
  bool sandboxed = true;
};

/// `report` as of format.h.
SummaryEntry entry_of(const Json& report);
SummaryEntry failed_entry(std::string id, std::string why);

Json summarise(std::vector<SummaryEntry> entries);

/// The other way, of a summary that summarise() made; read_summary() tells whether it could have.
std::vector<SummaryEntry> entries_of(const Json& summary);

/// Whether an entry of summary.json has verdicts that say something.
bool has_result(const Json& submission);

/// Ids of the indicators that a person decides for every submission with a result.
Json open_for_all(const Json& submissions);

/// `ids` but those that are in the second list.
Json without(const Json& ids, const Json& left_out);

/// Submissions of one result, and of as many indicators of the deciding rubric that speak against.
struct ResultGroup {
  std::string_view anchor;
  std::size_t against = 0;
  std::vector<const Json*> submissions;  ///< by name
};

/// Those with a result: the anchors from exceeds to below, in each those with the fewest first.
std::vector<ResultGroup> group_by_result(const Json& submissions);

/// How many indicators of the deciding rubric speak against a submission with a result.
std::size_t against_of(const Json& submission);

inline constexpr std::string_view kNoRank =
    "Indicators of the deciding rubric that speak against it. How many they are is no measure of a "
    "person: which they are is in the report.";

/// "12 submissions: 9 graded, 2 not gradable, 1 failed"
std::string words_of_total(const Json& submissions);

/// "7 were kept from before, since what they were made from is the same."; empty where none was.
std::string words_of_kept(const Json& summary);

/// "In real time, 20 times as fast: ada, ben. How busy …"; empty where none was.
std::string words_of_real_time_in(const Json& submissions);

/// "2 cases of 3 runs each, on which rest: separation"; empty where none varies, or none was run
/// more than once.
std::string words_of_varying_cases(const Json& submission);

/// The table, and what its columns count.
std::string render_summary_terminal(const Json& summary, const RenderOptions& options);

}  // namespace assay::report
