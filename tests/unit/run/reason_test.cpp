// What a report says of a submission that cannot be graded, by what became of its files.

#include <doctest/doctest.h>

#include "harness/evidence/gradable.h"
#include "harness/run/grading.h"
#include "harness/run/intake.h"
#include "tests/unit/run/taken.h"

namespace assay::run {
namespace {

using namespace testing;

/// What a report says of a submission without a file of the entry's name.
std::string reason_of(const model::Submission& submission,
                      const std::string& reason =
                          "f cannot be called: no file solution.py was "
                          "handed in. Is it there under another name?") {
  model::Judgement judgement;
  judgement.gradable = {false, reason};
  judgement.indicators.resize(2);
  judgement.indicators[0].explanation = reason;
  judgement.indicators[1].explanation = "It is for a person.";
  name_what_was_not_taken(judgement, kEntry, submission);
  CHECK(judgement.indicators[0].explanation == judgement.gradable.reason);
  CHECK(judgement.indicators[1].explanation == "It is for a person.");
  return judgement.gradable.reason;
}

TEST_CASE("an empty file is told as empty, and no other name is asked for") {
  model::Submission submission;
  submission.files = {{kEntry, "\r\n \n", ""}};
  const char* missing = "f cannot be called: it defines no f. Is it there under another name?";
  CHECK(reason_of(submission, missing) ==
        std::string(kEntry) + " is empty. Did the candidate mean to hand in another file?");
  submission.files[0].bytes = "x = 1\n";
  CHECK(reason_of(submission, missing) == missing);
}

TEST_CASE("what was refused is why nothing can be graded, and not another name") {
  model::Submission submission;
  CHECK(reason_of(submission).starts_with("What was handed in is empty, or has nothing in it"));
  submission.intake = {{"notes.md", "it is a symbolic link"},
                       {"lib/._main.py", "hidden files and folders are not taken"},
                       {"ada.ipynb", "it is no notebook"}};
  const std::string refused =
      "ada.ipynb was handed in and could not be taken: it is no notebook. Can it be had";
  CHECK(reason_of(submission).starts_with(refused));
  submission.files = {{"README.md", "", ""}};
  CHECK(reason_of(submission).starts_with(refused));
  submission.intake.pop_back();
  CHECK(reason_of(submission).ends_with("Is it there under another name?"));
  submission.files.clear();
  CHECK(reason_of(submission).starts_with("notes.md was handed in and could not be taken"));
}

TEST_CASE("with the entry file there, what else was refused is not why") {
  model::Submission submission;
  submission.files = {{kEntry, "x = 1\n", ""}};
  submission.intake = {{"ada.ipynb", "it is no notebook"}};
  const std::string reason =
      "f cannot be called: solution.py defines no function f. Is it there "
      "under another name?";
  CHECK(reason_of(submission, reason) == reason);
  submission.intake = {{kEntry, "several entries have this name"}};
  CHECK(reason_of(submission, reason) ==
        "solution.py was handed in and could not be taken: several entries have this name. " +
            reason);
}

TEST_CASE("that Assay itself failed is told whatever the intake says") {
  model::Submission submission;
  submission.notes = {{"a.py", std::string(model::kMayBeTheEntry)},
                      {"b.py", std::string(model::kMayBeTheEntry)}};
  submission.intake = {{"ada.ipynb", "it is no notebook"}};
  const std::string ours = std::string(evidence::kOurFault) + " in every case.";
  CHECK(reason_of(submission, ours) == ours);
  CHECK(reason_of(submission).starts_with("Several files may be the solution: a.py, b.py."));
}

}  // namespace
}  // namespace assay::run
