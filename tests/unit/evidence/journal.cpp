#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::Observation;
using model::OutcomeKind;
using model::Request;
using model::WireEnd;
using std::chrono::milliseconds;

model::Plan readiness_plan() {
  model::Plan p = plan();
  p.limits.virtual_ms = 900'000;
  p.environment = {{"WAREHOUSE_TOKEN", kToken}, {"MODE", "ok"}};
  for (const char* id : {"rate", "rate-date"}) {
    Case rate = p.cases.back();
    rate.id = id;
    rate.title = std::string("Case ") + id;
    rate.label = "api_failure";
    rate.family = "rate";
    rate.now = *parse_utc("2026-03-14T06:00:00Z");
    rate.expect = {{"actual_rows", nullptr}};
    p.cases.push_back(rate);
  }
  return p;
}

Request asked(const Case& c, int status, milliseconds at, const std::string& fault) {
  Request r;
  r.operation = "get_partition";
  r.method = "GET";
  r.target = "/v1/tables/orders/partitions/" + date_of(c);
  r.headers = Json::array({Json::array({"Authorization", "sha256:aa"})});
  r.at = at;
  r.ended_at = at;
  r.status = status;
  r.fault = fault;
  r.end = WireEnd::kFin;
  return r;
}

Request hung(const Case& c, milliseconds at, milliseconds open) {
  Request r = asked(c, 0, at, "hang");
  r.status.reset();
  r.end = open.count() > 0 ? WireEnd::kClientClosed : WireEnd::kOpen;
  r.ended_at.reset();
  if (open.count() > 0) r.ended_at = at + open;
  return r;
}

Observation with(Observation o, std::vector<Request> requests, milliseconds over) {
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i].seq = static_cast<int>(i) + 1;
  o.requests = std::move(requests);
  o.virtual_time = over;
  return o;
}

bool fails(const Case& c) { return c.label == "api_failure" || c.label == "transient"; }

Request failure(const Case& c, milliseconds at) {
  if (c.family == "hang") return hung(c, at, milliseconds(10'000));
  if (c.family == "auth") return asked(c, 403, at, "http_error");
  return asked(c, 503, at, c.family == "body" ? "malformed_json" : "http_error");
}

Candidate patient(std::vector<int> pauses_ms, std::function<bool(const Case&)> again) {
  return [=](const Case& c) {
    if (!fails(c)) {
      const int status = c.label == "missing_data" ? 404 : 200;
      return with(sound()(c), {asked(c, status, milliseconds(0))}, milliseconds(1));
    }
    std::vector<Request> requests{failure(c, milliseconds(0))};
    for (const int pause : pauses_ms) {
      if (!again(c)) break;
      requests.push_back(
          failure(c, std::chrono::duration_cast<milliseconds>(*requests.back().ended_at) +
                         milliseconds(pause)));
    }
    const auto over = std::chrono::duration_cast<milliseconds>(*requests.back().ended_at);
    return with(sound()(c), requests, over + milliseconds(1));
  };
}

bool may_pass(const Case& c) { return c.family != "auth"; }
bool never(const Case&) { return false; }

Candidate but_in(const std::string& family, Candidate instead, Candidate otherwise) {
  return [=](const Case& c) { return fails(c) && c.family == family ? instead(c) : otherwise(c); };
}

model::Judgement ready(const Candidate& candidate) {
  return judged_by_both(readiness_plan(), candidate);
}

std::string ready(const Candidate& candidate, const std::string& id) {
  return verdict(ready(candidate), id);
}

std::string cited(const model::Judgement& j, const std::string& indicator_id) {
  std::string cases;
  for (const std::string& id : indicator(j, indicator_id).evidence)
    for (const model::Fact& fact : j.evidence)
      if (fact.id == id) cases += fact.cites.front().case_id + " ";
  return cases;
}

Candidate combined(const std::string& fault, const std::string& joined, Candidate candidate) {
  return [=](const Case& c) {
    Observation o = candidate(c);
    for (Request& r : o.requests)
      if (r.fault == fault) r.fault = joined;
    return o;
  };
}

Candidate ending(OutcomeKind kind, std::vector<std::pair<int, int>> at_and_open_s, int over_s) {
  return but_in("hang", [=](const Case& c) {
    std::vector<Request> requests;
    for (const auto& [at, open] : at_and_open_s)
      requests.push_back(hung(c, milliseconds(at * 1000), milliseconds(open * 1000)));
    const bool returns = kind == OutcomeKind::kReturned;
    return with(returns ? sound()(c) : ended(c, kind), requests, milliseconds(over_s * 1000));
  });
}

}  // namespace assay::evidence::testing
