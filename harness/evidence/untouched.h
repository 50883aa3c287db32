#pragma once

// A submission whose entry file is the starter's: nothing of the candidate's own is there to judge.
//
// In: the files that were handed in, and those that were given. Out: whether it is so, and a
// judgement that cites it and asks for the file that was meant. Pure, on any thread.

#include <optional>
#include <string>
#include <vector>

#include "harness/model/exercise.h"
#include "harness/model/submission.h"
#include "harness/model/verdict.h"
#include "rubrics/rubric.h"

namespace assay::evidence {

/// An entry file that is the starter's as it was given.
struct UntouchedStarter {
  int lines = 0;
  std::vector<std::string> others;  ///< sources that are not the starter's: the work may be there
};

/// Nothing where something was written into it. Line ends, blanks behind lines and empty lines are
/// no work.
std::optional<UntouchedStarter> find_untouched_starter(
    const std::string& entry_file, const std::vector<model::SourceFile>& handed_in,
    const std::vector<model::SourceFile>& starter);

/// Not gradable, whatever the cases showed.
model::Judgement judge_untouched(const model::Exercise& exercise,
                                 const std::vector<rubrics::Rubric>& rubrics, model::Level level,
                                 const UntouchedStarter& untouched);

}  // namespace assay::evidence
