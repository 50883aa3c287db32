#pragma once

// An exercise package as it was authored, validated and put into values. harness/plan/loader.h
// reads it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "harness/model/submission.h"

namespace assay::model {

struct Parameter {
  std::string name;
  std::string type;  ///< "iso_date" | "int" | "str" | …, for readers
};

/// The function that a submission must define.
struct EntryPoint {
  std::string file;      ///< "solution.py"
  std::string function;  ///< "check_pipeline_health"
  std::vector<Parameter> parameters;
};

/// Bounds on one case. A case that reaches one ends with the outcome of the same name.
struct Limits {
  std::int64_t wall_ms = 10'000;
  std::int64_t cpu_ms = 5'000;
  std::int64_t virtual_ms = 600'000;
  std::int64_t memory_bytes = 256LL << 20;
  std::int64_t processes = 64;            ///< threads count as well
  std::int64_t output_bytes = 256 << 10;  ///< of stdout and of stderr, each
  std::int64_t value_bytes = 1 << 20;     ///< of the returned value, encoded
  std::int64_t scratch_bytes = 16 << 20;  ///< of the working folder and of /tmp, each
  std::int64_t scratch_inodes = 1'024;    ///< the same

  bool operator==(const Limits&) const = default;
};

/// What a rubric asks of a submission, as one sentence that the statement contains word for word.
struct Ask {
  std::string id;
  std::string sentence;
};

struct Exercise {
  std::string id;
  std::string version;
  std::string title;
  std::string folder;  ///< where it was read from; never part of an artefact
  std::string sha256;  ///< of every authored file that a plan rests on
  std::vector<std::string> variants;
  EntryPoint entry;
  std::map<std::string, std::string> environment;  ///< of the candidate's process
  bool needs_warehouse = true;
  Limits limits;
  std::vector<std::string> rubrics;  ///< names, or paths in the package; in the report's order
  std::string statement;             ///< of the variant, Markdown
  std::vector<SourceFile> starter;   ///< what a candidate is given; beside the submission in a box
  std::optional<SourceFile> draft;   ///< of the variant: the code that a candidate is to rework
  std::vector<Ask> asks;
};

void to_json(Json&, const Parameter&);
void from_json(const Json&, Parameter&);
void to_json(Json&, const EntryPoint&);
void from_json(const Json&, EntryPoint&);
void to_json(Json&, const Limits&);
void from_json(const Json&, Limits&);

}  // namespace assay::model
