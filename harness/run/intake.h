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
//   x.ipynb               its code cells, likewise
//   x.zip, x.tar.gz, …    the folder that is in it, or is it
//   x/ with solution.py   the folder, all of it; so too with the file that the grader names
//   x/ otherwise          a folder of those: each .py file, notebook, archive and folder in it is
//                         one submission. Other files there are no submissions and are mentioned in
//                         `notices`.
//
// A submission without the entry file gets it by another name where there is just one candidate for
// it: the one file that defines the function, or the only source there is. A draft (draft.py) is
// none. What has to be read for that, notebooks and archives are read in a box (run/unpack.h), and
// what comes out is held against the same rules as a folder's files.

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/submission.h"
#include "harness/run/intake_limits.h"
#include "harness/run/progress.h"
#include "harness/run/unpack.h"

namespace assay::run {

struct Intake {
  std::vector<model::Submission> submissions;  ///< in the order of the paths, then by name
  std::vector<std::string> notices;            ///< for the grader's eyes, one sentence each
};

struct IntakeOptions {
  std::string entry_file;  ///< the exercise's
  std::string
      named_entry;  ///< the grader's word for it in submissions that have none; may be empty
  IntakeLimits limits;
  /// Borrowed. May be null where every submission is a source or a folder with the entry file:
  /// others stay as they are then, and archives are refused.
  Unpacker* unpacker = nullptr;
  Progress* progress = nullptr;  ///< borrowed; told of each submission; may be null
};

/// An input error where a path does not exist, is no submission, or cannot be read.
Result<Intake> take_in(const std::vector<std::string>& paths, const IntakeOptions& options);

/// The draft and the review in a submission; null where there is none. The review is found whatever
/// the case of its name, as Markdown or as plain text.
const model::SourceFile* draft_in(const model::Submission& submission);
const model::SourceFile* review_in(const model::Submission& submission);

/// Whether a solution may be in a file of that name: a source, a notebook, or an archive of any
/// kind. What systems leave beside files ("._x.py") and drafts are none.
bool may_hold_solution(std::string_view path);

/// `name` as one path component that is safe to create and to print: no separators, control or
/// invisible characters, no leading dot or dash, at most 100 bytes; "submission" where nothing is
/// left.
std::string safe_id(std::string_view name);

}  // namespace assay::run
