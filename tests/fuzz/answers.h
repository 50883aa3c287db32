#pragma once

// Reads what a warehouse answered as a client of RFC 9112 does, and takes nothing else.
//
// In: all bytes of one connection, and its journal, which tells what was asked. Out: a failed
// invariant where they are no answers to these requests.

#include <string>
#include <string_view>
#include <vector>

#include "harness/model/observation.h"

namespace assay::fuzz {

/// Takes each "100 Continue" out of `answers` and says how many there were.
std::size_t without_continues(std::string& answers);

/// One answer a record, each whole but the last; nothing is left over behind them.
void check_answers(std::string_view answers, const std::vector<model::Request>& journal);

}  // namespace assay::fuzz
