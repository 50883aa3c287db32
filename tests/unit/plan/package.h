#pragma once

// A package in a temporary folder, for tests: files are added one by one, the whole is gone at the
// end.

#include <filesystem>
#include <string>

#include "tests/support/scratch.h"

namespace assay::plan {

class TemporaryPackage {
 public:
  TemporaryPackage() {
    add("exercise.yaml", exercise());
    add("statement.md", "# Tiny\n\nSay *which* problem\nit is.\n");
    add("starter/helper.py", "x = 1\n");
    add("cases/a.yaml", "cases:\n  - {id: one, title: One, label: healthy}\n");
  }

  void add(const std::string& path, const std::string& text) {
    scratch_.write("tiny/" + path, text);
  }
  void remove(const std::string& path) {
    std::filesystem::remove_all(scratch_.path("tiny/" + path));
  }
  std::string folder() const { return scratch_.path("tiny"); }

  /// exercise.yaml, line by line; `tail` is added after it.
  static std::string exercise(const std::string& tail = "") {
    return "id: tiny\n"
           "version: '1'\n"
           "title: Tiny\n"
           "entry: {file: solution.py, function: f, parameters: [{name: day, type: iso_date}]}\n"
           "variants: {plain: {statement: statement.md, starter: starter}}\n"
           "rubrics: [some_rubric]\n"
           "defaults:\n"
           "  now: \"${date+1}T06:00:00Z\"\n"
           "  with: {date: '2026-03-13', rows: 1500, canary: heron}\n"
           "  arguments: [\"${date}\"]\n"
           "  world:\n"
           "    tables:\n"
           "      orders:\n"
           "        partition_column: order_date\n"
           "        partitions: [{date: \"${date}\", row_count: \"${rows}\"}]\n"
           "  expect: {actual_rows: \"${rows}\"}\n" +
           tail;
  }

 private:
  testing::Scratch scratch_;
};

/// The error without the folder's name.
std::string error_of(const TemporaryPackage& package, const std::string& variant = "");

}  // namespace assay::plan
