#pragma once

// The part of a report that tells which cases vary: what rests on them, and how every format says
// so.
//
// In: a report's JSON. Out: JSON, and sentences whose texts of candidates come out as they are.
// Pure, on any thread. A report whose cases were run once has no such part: then there is nothing
// to say, and every function here says nothing.

#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::report {

/// Puts into `repeated` which indicators rest on cases that vary, by what they cite now. For
/// whoever makes a report, or judges one anew.
void name_what_varies(Json& report);

/// Ids of the varying cases that an indicator rests on, "draft: missing" for the draft's.
std::vector<std::string> varying_under(const Json& report, const Json& indicator);

/// "It rests on missing, which varies from run to run."; empty where it does not.
std::string words_of_varying_under(const Json& report, const Json& indicator);

/// "Each case was run 3 times, in other orders …: 2 of 41 cases vary."; empty where each was run
/// once.
std::string words_of_repeated(const Json& report);

/// The cases that vary; empty where none does.
const Json& varying_cases(const Json& report);
/// The one of them that is of this case; null where it does not vary.
const Json* varying_case(const Json& report, std::string_view case_id, bool of_draft);

inline constexpr std::string_view kWhatVaries =
    "A program that is right is right in every order. What is judged is the first run.";

/// "value: run 1 returned 'a', run 3 returned 'b'"
std::string words_of_varying(const Json& varying);

/// "missing", "draft: missing"
std::string name_of_varying(const Json& varying);

}  // namespace assay::report
