#pragma once

// State keys: what a program that reads the result could tell a state by.
//
// Theory of operation. A key is the status together with every extra entry, of a record in the
// record as well, that could name a cause and whose value is closed. Numbers name none, but where
// the entry is called a code or the like. A value is closed where two cases that have nothing of
// their own in common (another date, minimum and count or canary) gave the same one, and it repeats
// nothing of either. That is what twins are for: the same fault with other values. A value that its
// twin did not give, or that repeats the case's own values, is open; all open values read "(free
// text)". Where a case has no twin that answered, a value is open if its field was open in another
// case of the label, and closed otherwise.
//
// In: the facts of all cases, their observations and own values. Out: `key`, `key_open`,
// `status_closed`, `escaped` and `escape` of the facts. Pure, on any thread.

#include <vector>

#include "harness/evidence/cases.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"

namespace assay::evidence {

void add_state_keys(const std::vector<model::Case>& cases,
                    const std::vector<model::Observation>& observations,
                    const std::vector<CaseValues>& values, const rubrics::Reads& reads,
                    std::vector<rubrics::CaseFact>& facts);

/// A failure escapes by an exception that is not the candidate's own, without any answer, or as
/// healthy.
void add_escapes(const rubrics::Reads& reads, std::vector<rubrics::CaseFact>& facts);

rubrics::StatesFact summarise_states(const rubrics::Reads& reads,
                                     const std::vector<rubrics::CaseFact>& facts);

}  // namespace assay::evidence
