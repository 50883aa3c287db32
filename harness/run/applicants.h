#pragma once

// Which submission is whose in an applicant system, from a table that such a system exports.
//
// In: a CSV (RFC 4180, UTF-8, with or without a byte order mark) whose first line names its
// columns, in any order: `file`, and `candidate_ref`, `application_id` or both. Other columns are
// passed over, and so are rows whose cells are all empty. A file is named by the end of the path
// that it was taken from: "ada.zip", or "monday/ada.zip" where there are several. Out: the ids, in
// the submissions; and notices of columns that may be misspelt, of rows without a submission and of
// submissions without a row. One thread.

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/intake.h"

namespace assay::run {

/// A line of the table with its ids.
struct ApplicantRow {
  int line = 0;    ///< where it begins
  int column = 0;  ///< of `file`
  std::string file;
  model::Applicant applicant;
};

struct ApplicantTable {
  std::vector<ApplicantRow> rows;
  std::vector<std::string> notices;  ///< of columns that are near a known one, and are none
};

/// An error gives file, line and column: of a quote that is not closed, of a line with another
/// number of cells than the first, of a cell that is empty or no text.
Result<ApplicantTable> parse_applicants(std::string_view text, const std::string& path);

/// Reads the table and adds what it says to the submissions. An error as well where two rows are of
/// one submission, or one row is of several.
Status add_applicants(const std::string& path, Intake& intake);

}  // namespace assay::run
