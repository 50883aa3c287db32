// The border cases of each indicator of production_readiness, one by one; of pauses in
// readiness_pauses_test.cpp, of retries in readiness_retries_test.cpp.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::OutcomeKind;
using model::Request;
using std::chrono::milliseconds;

TEST_CASE("a patient client has all that its journal can show") {
  const auto j = ready(patient({1000, 2000, 4000}, may_pass));
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"sets_timeout", "observed"},
      {"retries_transient", "observed"},
      {"retries_permanent", "not_observed"},
      {"backs_off", "observed"},
      {"honours_retry_after", "not_exercised"},
      {"bounds_total_wait", "observed"},
      {"needless_requests", "not_observed"},
      {"reads_all_pages", "not_exercised"},
      {"leaks_token", "not_observed"}};
  for (const auto& [id, wanted] : expected) CHECK_MESSAGE(verdict(j, id) == wanted, id);
  CHECK(indicator(j, "backs_off").rubric == "production_readiness");
}

TEST_CASE("evidence of readiness cites lines of the journal") {
  const auto j = ready(patient({1000, 2000, 4000}, may_pass));
  const std::string id = indicator(j, "backs_off").evidence.at(0);
  for (const auto& fact : j.evidence) {
    if (fact.id != id) continue;
    CHECK(fact.cites.size() == 4);
    CHECK(fact.cites[3].request == 4);
    CHECK(fact.statement.find("asked again, after 1 s, 2 s and 4 s") != std::string::npos);
  }
}

TEST_CASE("one attempt is bounded and needs no pause, and earns nothing else by it") {
  const auto j = ready(patient({}, never));
  CHECK(verdict(j, "retries_transient") == "not_observed");
  CHECK(verdict(j, "retries_permanent") == "not_observed");
  CHECK(verdict(j, "backs_off") == "not_exercised");
  CHECK(verdict(j, "honours_retry_after") == "not_exercised");
  CHECK(verdict(j, "bounds_total_wait") == "observed");
}

TEST_CASE("who never reached the API has no positive indicator, and no negative one either") {
  const auto j = ready([](const Case& c) {
    return c.label == "loading" ? sound()(c) : unasked(returned(c, nullptr));
  });
  REQUIRE(j.gradable.ok);
  for (const auto& i : j.indicators)
    if (i.rubric == "production_readiness" && i.id != "leaks_token")
      CHECK_MESSAGE(i.verdict == model::Verdict::kNotExercised, i.id);
}

TEST_CASE("a harness fault leaves readiness undetermined, and what was seen stays seen") {
  const auto fault = [](const Candidate& otherwise) {
    return [=](const Case& c) { return c.id == "server" ? harness_fault(c) : otherwise(c); };
  };
  CHECK(ready(fault(patient({1000, 2000}, may_pass)), "bounds_total_wait") == "undetermined");
  CHECK(ready(fault(patient({1000, 2000}, may_pass)), "retries_permanent") == "undetermined");
  CHECK(ready(fault(patient({1000}, fails)), "retries_permanent") == "observed");
}

// ---- sets_timeout

TEST_CASE("a hang that only the end of the case ends shows that there is no timeout") {
  CHECK(ready(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900), "sets_timeout") == "not_observed");
  // What the end of the case closed, the client did not.
  CHECK(ready(ending(OutcomeKind::kVirtualTime, {{0, 900}}, 900), "sets_timeout") ==
        "not_observed");
  CHECK(ready(ending(OutcomeKind::kReturned, {{0, 10}}, 10), "sets_timeout") == "observed");
}

TEST_CASE("a wait that nothing can ever end shows that there is no timeout") {
  CHECK(ready(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 0), "sets_timeout") == "not_observed");
  const auto second = ending(OutcomeKind::kVirtualTime, {{0, 10}, {12, 0}}, 12);
  CHECK(ready(second, "sets_timeout") == "not_observed");
}

TEST_CASE("the end of the case may fall into a wait that has a timeout") {
  CHECK(ready(ending(OutcomeKind::kVirtualTime, {{0, 10}, {30, 10}, {895, 0}}, 900),
              "sets_timeout") == "observed");
  CHECK(ready(ending(OutcomeKind::kVirtualTime, {{0, 10}, {30, 0}}, 900), "sets_timeout") ==
        "not_observed");
}

TEST_CASE("a function that goes on without the answer has given it up, and is told of the socket") {
  const auto j = ready(ending(OutcomeKind::kReturned, {{0, 0}}, 5));
  CHECK(verdict(j, "sets_timeout") == "observed");
  CHECK(mentions(indicator(j, "sets_timeout").notes, "left the connection open"));
  CHECK(ready(ending(OutcomeKind::kExited, {{0, 0}}, 5), "sets_timeout") == "observed");
}

TEST_CASE("a hang is one also where its step has other faults beside it") {
  for (const char* joined : {"latency + hang", "hang + page", "page + latency + hang"}) {
    CAPTURE(joined);
    const auto held =
        ready(combined("hang", joined, ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900)));
    CHECK(verdict(held, "sets_timeout") == "not_observed");
    CHECK(verdict(held, "bounds_total_wait") == "observed");
    for (const model::RuleTerm& term : held.overall.rule)
      if (term.id == "T6") CHECK(term.holds == false);
    for (const model::Fact& fact : held.evidence)
      if (fact.id == "traffic:hang")
        CHECK(fact.statement.find("got no answer and was open to the end") != std::string::npos);
    CHECK(ready(combined("hang", joined, ending(OutcomeKind::kReturned, {{0, 10}}, 10)),
                "sets_timeout") == "observed");
  }
  // Another fault, whose name has those letters.
  CHECK(ready(combined("hang", "latency + change", ending(OutcomeKind::kReturned, {{0, 0}}, 5)),
              "sets_timeout") == "not_exercised");
}

TEST_CASE("without a hang nothing shows a timeout") {
  model::Plan calm = readiness_plan();
  std::erase_if(calm.cases, [](const Case& c) { return c.family == "hang"; });
  CHECK(verdict(judged_by_both(calm, patient({1000}, may_pass)), "sets_timeout") ==
        "not_exercised");
}

// ---- bounds_total_wait

TEST_CASE(
    "waiting has a bound in time and in tries, and a hang without a timeout is no part of it") {
  const auto bounds = [](const Candidate& candidate) {
    return ready(candidate, "bounds_total_wait");
  };
  CHECK(bounds(patient(std::vector<int>(11, 1000), may_pass)) == "observed");
  CHECK(bounds(patient(std::vector<int>(12, 1000), may_pass)) == "not_observed");
  CHECK(bounds(patient({300'000, 299'000}, [](const Case& c) { return c.family == "server"; })) ==
        "observed");
  CHECK(bounds(patient({300'000, 301'000}, may_pass)) == "not_observed");
  CHECK(bounds(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900)) == "observed");
  CHECK(bounds(ending(OutcomeKind::kVirtualTime, {{0, 10}, {30, 10}, {895, 0}}, 900)) ==
        "not_observed");
  const auto crashes = [](const Case& c) {
    return with(ended(c, OutcomeKind::kSignaled), {failure(c, milliseconds(0))}, milliseconds(1));
  };
  CHECK(bounds(but_in("server", crashes)) == "observed");
}

// ---- needless_requests, reads_all_pages

TEST_CASE(
    "asking again for what was answered is needless, and a second operation is for a person") {
  const auto asks = [](std::vector<std::pair<const char*, const char*>> operations) {
    return ready(
        [=](const Case& c) {
          if (fails(c) || c.label == "missing_data") return patient({}, never)(c);
          std::vector<Request> requests;
          for (const auto& [operation, target] : operations) {
            requests.push_back(asked(c, 200, milliseconds(0)));
            requests.back().operation = operation;
            requests.back().target = target;
          }
          return with(sound()(c), requests, milliseconds(1));
        },
        "needless_requests");
  };
  CHECK(asks({{"get_partition", "/p"}}) == "not_observed");
  CHECK(asks({{"get_partition", "/p"}, {"get_partition", "/p"}}) == "observed");
  CHECK(asks({{"list_partitions", "/l"}, {"list_partitions", "/l?page_token=2"}}) ==
        "not_observed");
  CHECK(asks({{"get_table", "/t"}, {"get_partition", "/p"}}) == "needs_human");
}

TEST_CASE("what was not answered well may be asked for again, and what was not, never") {
  const auto asks = [](std::vector<int> statuses) {
    return ready(
        [=](const Case& c) {
          if (fails(c) || c.label == "missing_data") return patient({}, never)(c);
          std::vector<Request> requests;
          for (const int status : statuses) requests.push_back(asked(c, status, milliseconds(0)));
          return with(sound()(c), requests, milliseconds(1));
        },
        "needless_requests");
  };
  CHECK(asks({503, 200}) == "not_observed");
  CHECK(asks({200, 503}) == "observed");
  CHECK(asks({503, 503}) == "not_exercised");
  const auto gives_nothing = [](const Case& c) {
    const bool fine = fails(c) || c.label == "missing_data";
    auto o = fine ? patient({}, never)(c) : ended(c, OutcomeKind::kExited);
    return fine ? o : with(o, {asked(c, 200, milliseconds(0))}, milliseconds(1));
  };
  CHECK(ready(gives_nothing, "needless_requests") == "not_exercised");
}

static Candidate lists(bool reads_on, bool right) {
  return [=](const Case& c) {
    auto o = patient({}, never)(c);
    if (c.label != "healthy" && c.label != "low_volume") return o;
    o.requests[0].operation = "list_partitions";
    o.requests[0].next_page = true;
    if (reads_on) {
      o.requests.push_back(o.requests[0]);
      o.requests[1].target += "?page_token=2";
      o.requests[1].next_page = false;
      o.requests[1].seq = 2;
    }
    if (!right) o.value["actual_rows"] = nullptr;
    return o;
  };
}

TEST_CASE("a further page is asked for, unless the count was found before it") {
  CHECK(ready(lists(true, true), "reads_all_pages") == "observed");
  CHECK(ready(lists(true, false), "reads_all_pages") == "observed");
  CHECK(ready(lists(false, false), "reads_all_pages") == "not_observed");
  CHECK(ready(lists(false, true), "reads_all_pages") == "not_exercised");
}

TEST_CASE("pages that a fault makes are pages, alone and beside what else is harmless") {
  const auto faulty = [](const std::string& fault, bool reads_on) {
    const Candidate honest = lists(reads_on, false);
    return ready(
        [=](const Case& c) {
          auto o = honest(c);
          for (Request& r : o.requests) r.fault = fault;
          return o;
        },
        "reads_all_pages");
  };
  for (const char* fault : {"page", "latency + page", "oversized_body", "stale_metadata"}) {
    CAPTURE(fault);
    CHECK(faulty(fault, true) == "observed");
    CHECK(faulty(fault, false) == "not_observed");
  }
  CHECK(faulty("page + truncated_body", false) == "not_exercised");
}

TEST_CASE("each page that names a further one is followed, by the same operation") {
  const auto reads = [](std::function<void(std::vector<Request>&)> change) {
    return ready(
        [=](const Case& c) {
          auto o = patient({}, never)(c);
          if (c.label != "healthy") return o;
          o.value["actual_rows"] = nullptr;
          std::vector<Request> requests(3, o.requests[0]);
          for (Request& r : requests) r.operation = "list_partitions";
          requests[0].next_page = requests[1].next_page = true;
          requests[1].target += "?page_token=2";
          requests[2].target += "?page_token=3";
          change(requests);
          return with(o, requests, milliseconds(1));
        },
        "reads_all_pages");
  };
  CHECK(reads([](auto&) {}) == "observed");
  CHECK(reads([](auto& r) { r.pop_back(); }) == "not_observed");
  CHECK(reads([](auto& r) { r[2].operation = "get_table"; }) == "not_observed");
  CHECK(reads([](auto& r) { r[2].target = r[1].target; }) == "not_observed");
  CHECK(reads([](auto& r) { r[1].next_page = false; }) == "observed");
  CHECK(reads([](auto& r) {
          r.resize(1);
          r[0].status = 503;
        }) == "not_exercised");
}

// ---- harness faults

TEST_CASE("a harness fault leaves open what it could turn, and nothing else") {
  const auto in_calm = [](std::vector<std::string> targets) {
    return [=](const Case& c) {
      auto o = patient({}, never)(c);
      if (c.label != "healthy") return o;
      std::vector<Request> requests(targets.size(), o.requests[0]);
      for (std::size_t i = 0; i < targets.size(); ++i) {
        requests[i].target = targets[i];
        requests[i].next_page = i == 0;
      }
      o.value["actual_rows"] = nullptr;
      return with(o, requests, milliseconds(1));
    };
  };
  const auto waiting = [](int pause_ms) {
    return but_in("rate", [=](const Case& c) {
      std::vector<Request> requests(2, asked(c, 429, milliseconds(0), "rate_limited"));
      for (Request& r : requests) r.retry_after = "30";
      requests[1].at = milliseconds(pause_ms);
      return with(sound()(c), requests, milliseconds(60'000));
    });
  };
  const auto tells = changed([](const Case&, Json& r) { r["message"] = kToken; });
  struct Row {
    std::string id;
    Candidate candidate;
    std::string verdict;
  };
  const std::vector<Row> rows = {
      {"sets_timeout", ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900), "not_observed"},
      {"sets_timeout", patient({}, never), "undetermined"},
      {"retries_transient", patient({1000}, may_pass), "observed"},
      {"retries_transient", patient({}, never), "undetermined"},
      {"backs_off", patient({1000, 2000}, may_pass), "observed"},
      {"backs_off", patient({1000}, may_pass), "undetermined"},
      {"honours_retry_after", waiting(29'000), "not_observed"},
      {"honours_retry_after", waiting(30'000), "undetermined"},
      {"bounds_total_wait", patient(std::vector<int>(12, 1000), may_pass), "not_observed"},
      {"needless_requests", in_calm({"/a", "/a"}), "observed"},
      {"needless_requests", in_calm({"/a", "/b"}), "undetermined"},
      {"reads_all_pages", in_calm({"/a"}), "not_observed"},
      {"reads_all_pages", in_calm({"/a", "/b"}), "undetermined"},
      {"leaks_token", tells, "observed"},
      {"leaks_token", sound(), "undetermined"}};
  for (const Row& row : rows) {
    const auto faulted = [&](const Case& c) {
      return c.id == "healthy~twin" || c.id == "body~twin" ? harness_fault(c) : row.candidate(c);
    };
    CHECK_MESSAGE(ready(faulted, row.id) == row.verdict, row.id, " ", row.verdict);
  }
}

TEST_CASE("what a retry would have changed is asked only where something failed") {
  const auto asks = [](int status, const std::string& fault) {
    const auto once = [=](const Case& c) {
      return with(sound()(c), {asked(c, status, std::chrono::milliseconds(0), fault)},
                  std::chrono::milliseconds(5));
    };
    const auto j = judged(once);
    for (const auto& question : indicator(j, "cannot_explain").questions)
      if (question.text.find("what a retry would have changed") != std::string::npos) return true;
    return false;
  };
  CHECK(asks(503, "http_error"));
  CHECK_FALSE(asks(200, ""));
  CHECK_FALSE(asks(200, "wrong_content_type"));
}

}  // namespace assay::evidence::testing
