#include "harness/report/blind.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/report/fixture.h"

namespace assay::report {
namespace {

TEST_CASE("comments before the first code are emptied, line by line") {
  CHECK_EQ(
      without_header(
          "solution.py",
          "#!/usr/bin/env python3\n# Ada King, 2026\n\n  # by hand\nimport os  # Ada\n# Ada\n"),
      "\n\n\n\nimport os  # Ada\n# Ada\n");
  CHECK_EQ(without_header("a.py", "# only\r\n# this"), "\r\n");
  CHECK_EQ(without_header("a.py", "x = 1\n# Ada\n"), "x = 1\n# Ada\n");
  CHECK_EQ(without_header("a.py", ""), "");
}

TEST_CASE("a comment that names the encoding stays where Python reads it") {
  CHECK_EQ(without_header("a.py", "# Ada\n# -*- coding: latin-1 -*-\nx = 1\n"),
           "\n# -*- coding: latin-1 -*-\nx = 1\n");
  CHECK_EQ(without_header("a.py", "\n\n# coding: by Ada\nx = 1\n"), "\n\n\nx = 1\n");
  CHECK_EQ(without_header("a.py", "\xEF\xBB\xBF# Ada\nx = 1\n"), "\xEF\xBB\xBF\nx = 1\n");
}

TEST_CASE("a docstring loses what names somebody, and stays a docstring") {
  CHECK_EQ(
      without_header("a.py",
                     "\"\"\"Health of a day.\n\nAuthor: Ada King\n@author ada\nada@example.org\n"
                     "Counts rows.\n\"\"\"\nx = 1\n"),
      "\"\"\"Health of a day.\n\n\n\n\nCounts rows.\n\"\"\"\nx = 1\n");
  CHECK_EQ(without_header("a.py", "'''By Ada King'''; x = 1\n"), "''''''; x = 1\n");
  CHECK_EQ(without_header("a.py", "r'''Author: Ada\n'''\n"), "r'''\n'''\n");
  const std::string names = "\"\"\"The name of a partition by date.\nNames are dates.\n\"\"\"\n";
  CHECK_EQ(without_header("a.py", names), names);
}

TEST_CASE("what cannot be told apart from code without a parser is left alone") {
  for (const std::string text : {"\"\"\"Author: Ada \\\"\"\" x\"\"\"\n", "\"\"\"Author: Ada\n",
                                 "x = '''\nAuthor: Ada\n'''\n", "'Author: Ada'\n"})
    CHECK_EQ(without_header("a.py", text), text);
}

TEST_CASE("a text loses its front matter, and lines at its top that name somebody") {
  CHECK_EQ(without_header("REVIEW.md",
                          "---\ntitle: x\nauthor: Ada\n---\n# Review\nBy Ada King\n- a bug\n"),
           "---\n\n\n---\n# Review\n\n- a bug\n");
  CHECK_EQ(without_header("REVIEW.md", "**Name:** Ada\n- it merges states by design\n"),
           "\n- it merges states by design\n");
  const std::string rule = "---\na ruler, and nothing that ends it\n";
  CHECK_EQ(without_header("REVIEW.md", rule), rule);
  CHECK_EQ(without_header("data.csv", "author: Ada\n"), "author: Ada\n");
}

TEST_CASE("lines stay where they were") {
  const std::string text = "# a\n\n\"\"\"Author: x\n\ndate: 3\n\"\"\"\n\nx = 1\n";
  const auto lines = [](const std::string& t) { return std::count(t.begin(), t.end(), '\n'); };
  CHECK_EQ(lines(without_header("a.py", text)), lines(text));
  CHECK_EQ(lines(without_header("a.md", text)), lines(text));
}

TEST_CASE("a blind report names nobody") {
  Json report(fixture::hostile());
  report["graded"]["submission"]["id"] = "ada-king";
  report["graded"]["submission"]["files"][0]["text"] = "# Ada King\nx = 1\n";
  report["graded"]["intake"][0]["path"] = "ada-king-cv.pdf";
  report["context"] = {{"application_id", "4711-ada"}};
  const Json blind = blinded(report);
  const std::string text = dump_json(blind);
  for (const char* telling : {"ada-king", "Ada King", "4711"})
    CHECK_MESSAGE(text.find(telling) == std::string::npos, telling);
  const std::string reference = blind["graded"]["submission"]["id"];
  CHECK_EQ(reference.size(), 12);
  CHECK_EQ(reference, blind_reference(report["graded"]["submission"]["sha256"].get<std::string>()));
  CHECK_EQ(blinded(blind), blind);
  CHECK_NE(blind_reference(std::string(64, 'a')), blind_reference(std::string(64, 'b')));
}

}  // namespace
}  // namespace assay::report
