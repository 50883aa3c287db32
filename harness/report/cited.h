#pragma once

// What an indicator rests on, followed through a report: from its facts to the records and files
// that their citations point to.
//
// In: `graded` of a report's JSON, and parts of it. Out: pointers into it, which must not outlive
// it. Pure, on any thread.

#include <vector>

#include "harness/model/json.h"

namespace assay::report {

/// Adds the facts that the "evidence" of an indicator, term or question names and that are not
/// among them.
void add_facts(const Json& graded, const Json& holder, std::vector<const Json*>& facts);

/// Those of an indicator's verdict, the most telling first, then those that only its terms name.
std::vector<const Json*> facts_of(const Json& graded, const Json& indicator);

/// The case or the file that a citation points to, of the submission or of the draft. Null where
/// the report has none such.
const Json* cited_in(const Json& graded, const Json& cite);

}  // namespace assay::report
