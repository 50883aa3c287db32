#include "harness/report/notebook.h"

#include <doctest/doctest.h>

#include <string>

namespace assay::report {
namespace {

const std::string kSource =
    "# cell 2\nimport json\n\n# cell 5\ndef f():\n    # cell 3\n    return json\n";

Json graded(const Json& intake, const std::string& path = "solution.py") {
  return {{"intake", intake},
          {"submission", {{"files", Json::array({{{"path", path}, {"text", kSource}}})}}}};
}

const Json kTaken = {
    {"path", "week/analysis.ipynb"},
    {"note", "its code cells are taken, as a .py file; 1 line is a comment there"}};
const Json kRenamed = {{"path", "week/analysis.py"}, {"note", "taken as solution.py"}};

std::string cell(const Json& of, int line, int end_line, const std::string& file = "solution.py") {
  return words_of_cell(of, {{"file", file}, {"line", line}, {"end_line", end_line}});
}

TEST_CASE("a line of a notebook is told by its cell") {
  const Json of = graded(Json::array({kTaken, kRenamed}));
  CHECK_EQ(cell(of, 2, 2), "cell 2, line 1 of analysis.ipynb");
  CHECK_EQ(cell(of, 5, 7), "cell 5, lines 1-3 of analysis.ipynb");
  CHECK_EQ(cell(of, 6, 6), "cell 5, line 2 of analysis.ipynb");  // a comment like the others
  CHECK_EQ(cell(of, 4, 4), "cell 5 of analysis.ipynb");
  CHECK_EQ(cell(of, 1, 7), "cells 2-5 of analysis.ipynb");
  CHECK_EQ(cell(of, 8, 8), "");
  CHECK_EQ(words_of_place(of, {{"file", "solution.py"}, {"line", 5}, {"end_line", 5}}),
           "cell 5, line 1 of analysis.ipynb (solution.py:5)");
  CHECK_EQ(cell(graded(Json::array({kTaken}), "analysis.py"), 2, 2, "analysis.py"),
           "cell 2, line 1 of analysis.ipynb");
}

TEST_CASE("where names were taken away the notebook has none") {
  const Json of = graded({{{"path", "file 1"}, {"note", kTaken["note"]}},
                          {{"path", "file 2"}, {"note", "taken as solution.py"}}});
  CHECK_EQ(cell(of, 2, 2), "cell 2, line 1 of a notebook");
}

TEST_CASE("what came of no notebook has no cells") {
  CHECK_EQ(cell(graded(Json::array()), 2, 2), "");
  CHECK_EQ(cell(graded(Json::array({kTaken, kRenamed}), "other.py"), 2, 2, "other.py"), "");
  const Json of = graded(Json::array({kTaken, kRenamed}));
  CHECK_EQ(words_of_cell(of, {{"case", "one"}}), "");
  CHECK_EQ(
      words_of_cell(of, {{"file", "solution.py"}, {"line", 2}, {"end_line", 2}, {"of", "draft"}}),
      "");
}

}  // namespace
}  // namespace assay::report
