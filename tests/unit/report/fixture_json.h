#pragma once

// Reports as Json, for what no grading writes by itself: marks of people, and a rubric beside the
// first.

#include "harness/model/json.h"

namespace assay::fixture {

/// with_draft() after people marked it, with indicators of a second rubric and a case that the
/// harness failed.
Json decided();

/// with_draft() with each case run three times, some of which vary, in texts that attack whoever
/// shows them.
Json varying();

/// sound() with so many cases more, `requests` requests in each.
Json with_cases(std::size_t cases, std::size_t requests);

}  // namespace assay::fixture
