#pragma once

// What came of running each case several times, in orders that Python promises nobody
// (sandboxes/variation.h). A part of a report beside `graded`: the judgement rests on the first run
// alone, so it is the same with and without the others. It is the same bytes every time as well.

#include <string>
#include <vector>

#include "harness/model/json.h"

namespace assay::model {

/// What one run of a case did, in words that go on behind "run 3": "returned 'a'".
struct RunExample {
  int run = 1;  ///< counts from 1, which is the one that is judged
  std::string words;
};

struct VaryingCase {
  std::string case_id;
  bool of_draft = false;
  std::vector<std::string> in;  ///< of kVaryingParts, in their order; at least one
  std::vector<int> runs;        ///< those that are not as the first
  std::vector<RunExample>
      examples;  ///< of the first part in `in`: the first run, and one of `runs`
};

/// Where one of them varies, the most telling first.
inline constexpr const char* kVaryingParts[] = {"outcome", "value", "requests", "output", "time"};

/// A run that could not be compared, since the harness or the host failed in it.
struct LostRun {
  std::string case_id;
  bool of_draft = false;
  int run = 1;
};

/// A case whose runs differ, and were in real time or in turns that the machine chose: whether that
/// or the order made them differ, nobody can say.
struct NotCompared {
  std::string case_id;
  bool of_draft = false;
  std::string why;  ///< the note of the first run that has one, without its words: "real_time"
};

struct Repeated {
  int runs = 1;                    ///< of each case; 1: nothing was repeated
  std::vector<VaryingCase> cases;  ///< those that vary, in the plan's order, the draft's last
  std::vector<LostRun> lost;       ///< the same
  std::vector<NotCompared> not_compared;
};

void to_json(Json&, const VaryingCase&);
void to_json(Json&, const LostRun&);
void to_json(Json&, const NotCompared&);
void to_json(Json&, const Repeated&);  ///< without what rests on it (report/repeated.h)

}  // namespace assay::model
