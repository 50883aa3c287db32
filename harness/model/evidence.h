#pragma once

// Facts with citations. harness/evidence derives them from plan, observations and source
// inspection; checks read nothing else.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::model {

/// Where a fact can be seen. Exactly one form: {case}, {case, request}, {case, stream} or
/// {file, line, end_line}; each of the submission or, with "of": "draft", of the draft.
struct Citation {
  std::string case_id;
  std::optional<int> request;  ///< seq in the case's journal
  std::string stream;          ///< "value", "stdout", "stderr", "exception"
  std::string file;
  int line = 0;
  int end_line = 0;
  bool of_draft = false;

  static Citation of_case(std::string case_id);
  static Citation of_request(std::string case_id, int seq);
  static Citation of_stream(std::string case_id, std::string stream);
  static Citation of_source(std::string file, int line, int end_line);
  bool operator==(const Citation&) const = default;
};

struct Fact {
  std::string id;         ///< "e1", "e2", … in the order of the report
  std::string kind;       ///< see rubrics/facts.h
  std::string statement;  ///< one plain sentence that a candidate could read
  Json data;              ///< what checks read; its shape goes with `kind`
  std::vector<Citation> cites;
};

void to_json(Json&, const Citation&);
void to_json(Json&, const Fact&);  ///< with kind and data: a report leaves these two out

}  // namespace assay::model
