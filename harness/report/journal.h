#pragma once

// The journal of a served warehouse, read back and rendered for a terminal.
//
// In: the path of a file that `assay warehouse` wrote, or any other. Out: Json that satisfies
// journal.schema.json line by line, put together, or an input error; a page. Used from one thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/json.h"
#include "harness/report/format.h"

namespace assay::report {

inline constexpr std::string_view kJournalSchema = "assay.journal/1";
/// Behind the fault of a request that no rule of the script answered: a person put it in.
inline constexpr std::string_view kPutIn = " (put in by hand)";
/// Of one that a person put in and that had nothing to change.
std::string words_of_idle_fault(std::string_view fault);
inline constexpr std::size_t kMaxJournalBytes = 512 << 20;

/// Whether the file begins as a journal does.
bool is_journal(const std::string& path);

/// {"exercise", "started_at", "runs": [{"case", "requests": […], "ended_us"?}], "cut"?, "held"?}.
/// `cut` is true where the last line was not written to its end, and is left out; `held` where
/// somebody still writes to the file. A request has "refusal" where its line has it.
Result<Json> read_journal(const std::string& path);

/// Every run of it, with its requests on a line of time.
std::string render_journal(const Json& journal, const RenderOptions& options);

}  // namespace assay::report
