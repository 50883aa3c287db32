#pragma once

// Taking submissions in, and what a test asks of those that were taken. One thread.

#include <string>
#include <vector>

#include "harness/run/intake.h"

namespace assay::run::testing {

using Names = std::vector<std::string>;

inline const std::string kEntry = "solution.py";

/// What is taken of these paths, with kEntry as the entry file; an error ends the test.
Intake taken(const Names& paths, const IntakeLimits& limits = {}, Unpacker* unpacker = nullptr);

Names paths_of(const model::Submission& submission);
Names ids_of(const Intake& intake);
/// Why that path was refused, or "(taken)".
std::string refusal_of(const model::Submission& submission, const std::string& path);

}  // namespace assay::run::testing
