#include "rubrics/unprompted.h"

#include <algorithm>
#include <map>
#include <string>

namespace assay::rubrics {
namespace {

/// Where all is well, only a fault of the script is a failure: a client that leaves a good answer
/// unread has got it all the same, and one that is refused what it should not have sent knows why.
bool was_good(const Exchange& e) { return e.fault.empty() || e.served(); }

/// A page that fails is a reason to ask for its query anew (evidence/things.h).
std::string group_of(const Exchange& e) {
  return e.operation.starts_with("query ") ? e.operation : std::to_string(e.thing);
}

void count_unprompted(const CaseFact& c, const TrafficFact& traffic, Unprompted& most) {
  std::map<int, int> requests;                     // by thing
  std::map<int, std::size_t> last_asked;           // by thing, from 1
  std::map<std::string, std::size_t> last_failed;  // by group, from 1
  for (std::size_t i = 1; const Exchange& e : traffic.exchanges) {
    if (e.redirects()) continue;  // a client that follows it asks nothing anew
    const std::string group = group_of(e);
    if (!last_asked.contains(e.thing) || last_failed[group] < last_asked[e.thing]) {
      const int times = ++requests[e.thing];
      if (Most& known = most[e.operation]; times > known.requests) known = {&c, times};
    }
    last_asked[e.thing] = i;
    if (!was_good(e)) last_failed[group] = i;
    ++i;
  }
}

}  // namespace

Unprompted unprompted_in(const FactSet& facts, const Labels& quiet) {
  Unprompted most;
  for (const CaseFact* c : facts.of_labels(quiet))
    if (c->ran) count_unprompted(*c, facts.traffic(*c), most);
  return most;
}

Again asked_again(const TrafficFact& traffic, const Unprompted& unprompted) {
  std::map<int, int> requests;  // by thing
  for (const Exchange& e : traffic.exchanges)
    if (!e.redirects()) ++requests[e.thing];
  Again again;
  for (const Try& t : traffic.tries()) {
    again.tried = true;
    const auto known = unprompted.find(t.again->operation);
    const Most most = known != unprompted.end() ? known->second : Most{};
    again.prompted = again.prompted || requests[t.again->thing] > most.requests;
    if (again.as_often_as.test_case == nullptr) again.as_often_as = most;
  }
  return again;
}

}  // namespace assay::rubrics
