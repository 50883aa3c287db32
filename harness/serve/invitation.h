#pragma once

// How to ask a warehouse that is served: what a person copies into another terminal.
//
// In: the case and the URL. Out: lines of a POSIX shell, quoted, and harmless for a terminal. Pure
// functions.

#include <string>

#include "harness/serve/served_case.h"

namespace assay::serve {

/// The token that the world asks for; empty where it asks for none.
std::string token_of(const ServedCase& served);

/// One request that the world has an answer to.
std::string curl_line(const ServedCase& served, const std::string& url);

/// Calls the entry point in the working folder as the case does, with the exercise's environment;
/// what stands there for the warehouse in a box is the URL.
std::string python_line(const ServedCase& served, const std::string& url);

}  // namespace assay::serve
