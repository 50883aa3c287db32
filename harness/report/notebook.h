#pragma once

// Where a line of a submission stood before it was taken in: the cell of a notebook, which is what
// its author knows. In: `graded` of a report, and a citation. Out: words. Pure.

#include <string>

#include "harness/model/json.h"

namespace assay::report {

/// "cell 3, lines 2-5 of analysis.ipynb"; empty for lines that came of no notebook.
std::string words_of_cell(const Json& graded, const Json& citation);

/// As words_of_citation, with the cell in front where there is one: "cell 3, line 2 of
/// analysis.ipynb (solution.py:14)".
std::string words_of_place(const Json& graded, const Json& citation);

}  // namespace assay::report
