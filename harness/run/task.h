#pragma once

// From a plan and a submission to what goes into a box, and whether what came out is to be
// believed. Pure functions.

#include <string>
#include <vector>

#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/submission.h"
#include "sandboxes/sandbox.h"

namespace assay::run {

/// The seed of a case: that of the plan, apart for each case, and the same for a case and its twin,
/// which may differ in nothing but their values.
std::uint64_t case_seed(std::uint64_t plan_seed, const model::Case& the_case);

/// The submission beside those files of the starter, and the exercise's draft, that it lacks; the
/// entry file is never the starter's.
std::vector<model::SourceFile> files_in_box(const model::Plan& plan,
                                            const model::Submission& submission);

/// The exercise's entry point, in the submission's own entry file where it has one.
model::EntryPoint entry_of(const model::Plan& plan, const model::Submission& submission);

sandbox::Job call_job(const model::Plan& plan, const model::Submission& submission,
                      const model::Case& the_case);
sandbox::Job inspection_job(const model::Plan& plan, const model::Submission& submission);

/// What an observation keeps of a journal: a candidate may send requests by the thousand, each with
/// kilobytes of headers, in every case, and all of it would end in one report.
inline constexpr std::size_t kMaxKeptRequests = 500;
inline constexpr std::size_t kMaxKeptRequestBytes = 512 << 10;

/// The journal's first requests within these limits. What was cut is told in `notes`.
std::vector<model::Request> bounded_journal(const std::vector<model::Request>& journal,
                                            std::vector<std::string>& notes);

/// What an observation keeps of the rest, as JSON text, in which a control character takes six
/// bytes: there are as many observations as cases, and all of them go into one report.
inline constexpr std::size_t kMaxKeptStreamBytes = 64 << 10;  ///< of stdout and of stderr, each
inline constexpr std::size_t kMaxKeptValueBytes = 256 << 10;
inline constexpr std::size_t kMaxKeptAccountBytes = 256 << 10;  ///< exception, functions, callers

/// Cuts what is longer than these limits. A value that is cut is one of no use, and a note says so.
void bound(model::Observation& seen);

/// Ids of the cases that keep clients out, which nothing but a box can do.
std::vector<std::string> cases_that_need_box(const model::Plan& plan);

/// Why a case should be run once more, in words; empty where it should not. A wall limit counts as
/// starved where the case used little of the cpu time that it could have used meanwhile.
std::string reason_to_retry(const model::Observation& seen, const model::Limits& limits);

/// The limits of that second try. In virtual time nobody waits for the wall clock but a starved
/// host, which gets more of it; in real time a candidate may wait on purpose, and gets no more.
model::Limits limits_of_retry(const model::Observation& seen, const model::Limits& limits);
inline constexpr std::int64_t kRetryWallFactor = 4;

}  // namespace assay::run
