#pragma once

// Made-up journals: what a candidate of run.h asked, when, and how each answer went. Values, for
// one test at a time.

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

/// The value of WAREHOUSE_TOKEN.
inline const std::string kToken = "wh_0123456789";

/// The usual plan, with cases of a used-up quota and what a candidate's process knows.
model::Plan readiness_plan();

/// A request for the day of the case, answered at once.
model::Request asked(const model::Case&, int status, std::chrono::milliseconds at,
                     const std::string& fault = "");
/// A request that is never answered, closed by the client after `open`; never closed where that is
/// 0.
model::Request hung(const model::Case&, std::chrono::milliseconds at,
                    std::chrono::milliseconds open);
/// The observation with these requests, over at that time.
model::Observation with(model::Observation, std::vector<model::Request>,
                        std::chrono::milliseconds over);

/// Whether requests of the case fail.
bool fails(const model::Case&);
bool may_pass(const model::Case&);
bool never(const model::Case&);
/// The usual failure of a case's family.
model::Request failure(const model::Case&, std::chrono::milliseconds at);

/// One that asks `1 + pauses` times where `again` says so, with these pauses between the tries.
Candidate patient(std::vector<int> pauses_ms, std::function<bool(const model::Case&)> again);
/// The patient one, but for the cases of one family.
Candidate but_in(const std::string& family, Candidate instead,
                 Candidate otherwise = patient({1000, 2000, 4000}, may_pass));
/// The candidate, with the faults of these names joined by others, as a step with several has them.
Candidate combined(const std::string& fault, const std::string& joined, Candidate);
/// The patient one, but for hangs: requests at these times, open for so long, until `over_s`.
Candidate ending(model::OutcomeKind, std::vector<std::pair<int, int>> at_and_open_s, int over_s);

model::Judgement ready(const Candidate&);
std::string ready(const Candidate&, const std::string& id);
/// The cases that an indicator's evidence is of, in its order: "hang hang~twin ".
std::string cited(const model::Judgement&, const std::string& indicator_id);

}  // namespace assay::evidence::testing
