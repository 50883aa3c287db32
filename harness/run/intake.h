#pragma once

// Takes submissions in: from paths that a grader names to files in memory, so that nothing is
// opened by name later on.
//
// In: paths. A path that the grader names is trusted and may be a symbolic link; all that lies
// below it is a candidate's and is read through descriptors of its folders, never through a link,
// and only where it is a regular file. Out: one Submission for each candidate, also where nothing
// could be taken (the report then says so). What was left out is a Refusal of the submission, never
// an Error. One thread; owns nothing after it returns.
//
// What counts as a submission:
//   x.py                  the file, taken as the entry file
//   x/ with solution.py   the folder, all of it
//                         A draft (draft.py) stands for no entry file, by itself or as the one file
//                         of a folder.
//   x/ otherwise          a folder of those: each .py file and each folder in it is one submission.
//                         Archives are refused by name; other files there are no submissions and
//                         are mentioned in `notices`.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/submission.h"

namespace assay::run {

struct IntakeLimits {
  std::size_t files = 200;            ///< of a submission
  std::size_t file_bytes = 1 << 20;   ///< of one file
  std::size_t total_bytes = 8 << 20;  ///< of a submission
  int depth = 8;                      ///< folders inside one another, the submission's own being 1
  std::size_t folder_entries = 10'000;  ///< of one folder; one with more is refused whole
  std::size_t refusals = 100;           ///< recorded for a submission
  std::size_t submissions = 5'000;      ///< of a run
};

struct Intake {
  std::vector<model::Submission> submissions;  ///< in the order of the paths, then by name
  std::vector<std::string> notices;            ///< for the grader's eyes, one sentence each
};

/// An input error where a path does not exist, is neither a file nor a folder, or cannot be read.
Result<Intake> take_in(const std::vector<std::string>& paths, const std::string& entry_file,
                       const IntakeLimits& limits = {});

/// The draft and the review in a submission; null where there is none. The review is found whatever
/// the case of its name, as Markdown or as plain text.
const model::SourceFile* draft_in(const model::Submission& submission);
const model::SourceFile* review_in(const model::Submission& submission);

/// `name` as one path component that is safe to create and to print: no separators, control or
/// invisible characters, no leading dot or dash, at most 100 bytes; "submission" where nothing is
/// left.
std::string safe_id(std::string_view name);

}  // namespace assay::run
