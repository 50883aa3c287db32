#pragma once

// What a client waited for between its requests, in words.
//
// In: a case of a report, or one of its waits. Out: text. Pure functions, on any thread.

#include <string>

#include "harness/model/json.h"

namespace assay::report {

/// The waits of a case, by their beginning; empty where it has none.
const Json& waits_of(const Json& test_case);

/// Whether what was waited for did not come by the time that the client had set.
bool is_timeout(const Json& wait);
bool is_sleep(const Json& wait);

/// "sleeps 2 s", "waits 5 s for an answer: timeout"; "thread 2 sleeps 2 s" of one that is not the
/// first.
std::string words_of_wait(const Json& wait);

/// All of them at a glance: "slept 1 s, 2 s and 4 s; timeouts after 5 s and 5 s". Empty where there
/// was neither.
std::string words_of_waits(const Json& test_case);

}  // namespace assay::report
