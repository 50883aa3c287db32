#include "harness/report/cited.h"

#include <algorithm>

#include "harness/report/fields.h"
#include "harness/report/words.h"

namespace assay::report {

void add_facts(const Json& graded, const Json& holder, std::vector<const Json*>& facts) {
  for (const Json& id : holder.at("evidence")) {
    const Json* fact = find_by(graded.at("evidence"), "id", id);
    if (fact != nullptr && std::ranges::find(facts, fact) == facts.end()) facts.push_back(fact);
  }
}

std::vector<const Json*> facts_of(const Json& graded, const Json& indicator) {
  std::vector<const Json*> facts;
  add_facts(graded, indicator, facts);
  for (const Json& term : indicator.at("terms")) add_facts(graded, term, facts);
  return facts;
}

const Json* cited_in(const Json& graded, const Json& cite) {
  if (is_of_draft(cite) && !graded.contains("draft")) return nullptr;
  const bool of_case = cite.contains("case");
  const Json& holder = is_of_draft(cite) ? graded.at("draft")
                       : of_case         ? graded
                                         : graded.at("submission");
  return of_case ? find_by(holder.at("cases"), "id", cite.at("case"))
                 : find_by(holder.at("files"), "path", cite.at("file"));
}

}  // namespace assay::report
