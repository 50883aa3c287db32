#include "rubrics/unprompted.h"

#include <algorithm>
#include <map>
#include <string>

namespace assay::rubrics {
namespace {

/// A client that reads no more of a good answer than it needs has got it all the same.
bool was_good(const Exchange& e) {
  const bool left = e.given_up && e.fault.empty() && e.status;
  return e.served() || (left && *e.status >= 200 && *e.status < 300);
}

/// A page that fails is a reason to ask for its query anew (evidence/things.h).
std::string group_of(const Exchange& e) {
  return e.operation.starts_with("query ") ? e.operation : std::to_string(e.thing);
}

/// The most requests for one thing, those left out before which something had failed.
int most_unprompted(const TrafficFact& traffic) {
  std::map<int, int> requests;                     // by thing
  std::map<int, std::size_t> last_asked;           // by thing, from 1
  std::map<std::string, std::size_t> last_failed;  // by group, from 1
  int most = 0;
  for (std::size_t i = 1; const Exchange& e : traffic.exchanges) {
    if (e.redirects()) continue;  // a client that follows it asks nothing anew
    const std::string group = group_of(e);
    if (!last_asked.contains(e.thing) || last_failed[group] < last_asked[e.thing])
      most = std::max(most, ++requests[e.thing]);
    last_asked[e.thing] = i;
    if (!was_good(e)) last_failed[group] = i;
    ++i;
  }
  return most;
}

}  // namespace

Unprompted unprompted_in(const FactSet& facts, const Labels& quiet) {
  Unprompted most;
  for (const CaseFact* c : facts.of_labels(quiet)) {
    const int requests = c->ran ? most_unprompted(facts.traffic(*c)) : 0;
    if (requests > most.requests) most = {c, requests};
  }
  return most;
}

Again asked_again(const TrafficFact& traffic, const Unprompted& unprompted) {
  std::map<int, int> requests;  // by thing
  for (const Exchange& e : traffic.exchanges)
    if (!e.redirects()) ++requests[e.thing];
  int most = 0;
  for (const Try& t : traffic.tries()) most = std::max(most, requests[t.again->thing]);
  if (most == 0) return Again::kNot;
  return most > unprompted.requests ? Again::kPrompted : Again::kAlike;
}

}  // namespace assay::rubrics
