#pragma once

// A package in a temporary folder, for tests: files are added one by one, the whole is gone at the
// end.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace assay::plan {

class TemporaryPackage {
 public:
  TemporaryPackage()
      : root_(std::filesystem::temp_directory_path() /
              ("assay_plan_test_" + std::to_string(::getpid()) + "_" + std::to_string(next_++))),
        folder_(root_ / "tiny") {
    add("exercise.yaml", exercise());
    add("statement.md", "# Tiny\n\nSay *which* problem\nit is.\n");
    add("starter/helper.py", "x = 1\n");
    add("cases/a.yaml", "cases:\n  - {id: one, title: One, label: healthy}\n");
  }
  ~TemporaryPackage() { std::filesystem::remove_all(root_); }
  TemporaryPackage(const TemporaryPackage&) = delete;
  TemporaryPackage& operator=(const TemporaryPackage&) = delete;

  void add(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  void remove(const std::string& path) { std::filesystem::remove_all(folder_ / path); }
  std::string folder() const { return folder_.string(); }

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
  static inline int next_ = 0;
  std::filesystem::path root_;
  std::filesystem::path folder_;
};

}  // namespace assay::plan
