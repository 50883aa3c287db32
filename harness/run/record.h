#pragma once

// observations.jsonl: all that judging needs of one submission's run, so that verdicts can be
// derived again without running anything.
//
// The first line says what was run and holds the inspection of the source; then a line for each
// case, with a hash of everything that the case was run with. In a variant with a draft the first
// line holds the draft as well, and its cases follow, each with "of": "draft". A later judgement
// may use an observation as long as that hash is the same: titles, labels and expectations may have
// changed since, the call, the world and its faults may not.
//
// In: a grading and a run. Out: text, and the run back. Pure but for reading the file; one thread.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/run/grading.h"

namespace assay::run {

inline constexpr std::string_view kRecordFormat = "assay.observations/1";
inline constexpr std::size_t kMaxRecordBytes = 512 << 20;

/// Of all that goes into a box, or serves it, in a case.
std::string input_sha256(const model::Plan& plan, const model::Case& the_case);

std::string record_text(const Grading& grading, const ReworkRun& rework);

/// What a record says of itself.
struct Record {
  std::string path;
  std::string exercise;
  std::string variant;
  std::uint64_t seed = 0;
  Json inspection;
  struct Seen {
    model::Observation observation;
    std::string input_sha256;
  };
  using Cases = std::map<std::string, Seen>;  // by id
  Cases cases;
  std::optional<model::DraftKind> draft_kind;  ///< nothing: the variant has no draft
  struct Draft {
    std::vector<model::SourceFile> files;
    Json inspection;
    Cases cases;
  };
  std::optional<Draft> draft;  ///< nothing where none was kept
};

Result<Record> read_record(const std::string& path);

/// The run that the record tells of, with an observation for each case of the plan; an input error
/// that names the cases which were never run as the plan has them now.
Result<ReworkRun> run_of(Record record, const model::Plan& plan);

}  // namespace assay::run
