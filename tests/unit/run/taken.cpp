#include "tests/unit/run/taken.h"

#include <doctest/doctest.h>

namespace assay::run::testing {

Intake taken(const Names& paths, const IntakeLimits& limits, Unpacker* unpacker) {
  auto intake = take_in(paths, {.entry_file = kEntry, .limits = limits, .unpacker = unpacker});
  REQUIRE_MESSAGE(intake.ok(), intake.error().to_string());
  return *intake;
}

Names paths_of(const model::Submission& submission) {
  Names paths;
  for (const auto& file : submission.files) paths.push_back(file.path);
  return paths;
}

Names ids_of(const Intake& intake) {
  Names ids;
  for (const auto& submission : intake.submissions) ids.push_back(submission.id);
  return ids;
}

std::string refusal_of(const model::Submission& submission, const std::string& path) {
  for (const auto& refusal : submission.intake)
    if (refusal.path == path) return refusal.refused;
  return "(taken)";
}

}  // namespace assay::run::testing
