// The border cases of each indicator, one by one.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;
using model::OutcomeKind;

static bool is_failure(const Case& c) { return c.label == "api_failure"; }
static bool is_core(const Case& c) {
  return is_failure(c) && (c.family == "server" || c.family == "connection" || c.family == "body");
}

static Json tagged(const char* type, const Json& record) {
  if (std::string_view(type) == "mapping") {
    Json items = Json::array();
    for (const auto& [key, value] : record.items()) items.push_back(Json::array({key, value}));
    return {{"$type", type}, {"class", "solution.Result"}, {"items", items}};
  }
  return {{"$type", type}, {"class", "solution.Result"}, {"fields", record}};
}

TEST_CASE("every verdict has an explanation, and every citation a fact") {
  for (const auto& candidate : {sound(), worded({{"missing_data", "low"}})}) {
    const auto j = judged(candidate);
    REQUIRE(j.gradable.ok);
    REQUIRE(j.indicators.size() == 8);
    for (const auto& i : j.indicators) {
      CHECK_MESSAGE(!i.explanation.empty(), i.id);
      for (const std::string& id : i.evidence)
        CHECK(std::any_of(j.evidence.begin(), j.evidence.end(),
                          [&](const auto& f) { return f.id == id; }));
    }
    for (std::size_t k = 0; k < j.evidence.size(); ++k) {
      CHECK(j.evidence[k].id == "e" + std::to_string(k + 1));
      CHECK_FALSE(j.evidence[k].cites.empty());
      CHECK_FALSE(j.evidence[k].statement.empty());
    }
    CHECK(indicator(j, "separation").asks == "keep them apart");
  }
}

TEST_CASE("the same observations give the same judgement") {
  const auto as_text = [](const model::Judgement& j) {
    Json json = Json::array();
    for (const auto& i : j.indicators) json.push_back(i);
    for (const auto& f : j.evidence) json.push_back(f);
    return json.dump();
  };
  CHECK(as_text(judged(sound())) == as_text(judged(sound())));
}

// ---- structured_status

TEST_CASE("a dataclass, a Mapping and a named tuple count as records, with a note") {
  for (const char* type : {"dataclass", "mapping", "namedtuple"}) {
    const auto j =
        judged([type](const Case& c) { return returned(c, tagged(type, sound_record(c))); });
    CHECK(verdict(j, "structured_status") == "observed");
    CHECK(verdict(j, "explicit_handling") == "observed");
    CHECK(verdict(j, "ambiguous_boolean") == "not_observed");
    CHECK(mentions(indicator(j, "structured_status").notes, type));
  }
}

TEST_CASE("a missing key in a core case is not structured") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data") record.erase("actual_rows");
  }));
  CHECK(verdict(j, "structured_status") == "not_observed");
  CHECK(mentions(indicator(j, "structured_status").gaps, "actual_rows"));
}

TEST_CASE("one other family with a gap is tolerated, two are for a person") {
  const auto broken = [](std::vector<std::string> families) {
    return except(
        [families](const Case& c) {
          return is_failure(c) &&
                 std::find(families.begin(), families.end(), c.family) != families.end();
        },
        [](const Case& c) { return raised(c, "http.client.IncompleteRead", false); });
  };
  const auto one = judged(broken({"broken_transfer"}));
  CHECK(verdict(one, "structured_status") == "observed");
  CHECK(mentions(indicator(one, "structured_status").gaps, "IncompleteRead"));
  CHECK(verdict(one, "no_api_error_handling") == "not_observed");
  CHECK(mentions(indicator(one, "no_api_error_handling").gaps, "handled 10 of 12 failures"));
  CHECK(verdict(judged(broken({"broken_transfer", "hang"})), "structured_status") == "needs_human");
  CHECK(verdict(judged(broken({"server"})), "structured_status") == "not_observed");
}

TEST_CASE("one problem of many cases is one gap, and names some of them") {
  const auto j =
      judged(changed([](const Case& c, Json& record) { record["status"] = "x " + canary_of(c); }));
  const auto& gaps = indicator(j, "structured_status").gaps;
  REQUIRE(gaps.size() == 1);
  CHECK(mentions(gaps, "more"));
}

TEST_CASE("an unknown count of -1 or 0 is a note, another one is made up") {
  for (const int count : {-1, 0}) {
    const auto j = judged(changed([count](const Case& c, Json& record) {
      if (is_failure(c)) record["actual_rows"] = count;
    }));
    const model::Indicator& structured = indicator(j, "structured_status");
    CHECK(structured.verdict == model::Verdict::kObserved);
    CHECK(mentions(structured.notes, "rather than None"));
    // No line of the report says that it gives None there.
    CHECK(structured.explanation.ends_with("but an unknown count is given as " +
                                           std::to_string(count) + " rather than None."));
    CHECK(std::ranges::none_of(structured.terms, [](const model::Term& term) {
      return term.term == "a count that is not known is None";
    }));
  }
  for (const Json& count : {Json(1500), Json("unknown")}) {
    const auto j = judged(changed([count](const Case& c, Json& record) {
      if (is_failure(c)) record["actual_rows"] = count;
    }));
    CHECK(verdict(j, "structured_status") == "not_observed");
  }
}

TEST_CASE("0 rows of a missing partition is true") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data") record["actual_rows"] = 0;
  }));
  CHECK(verdict(j, "structured_status") == "observed");
  CHECK_FALSE(mentions(indicator(j, "structured_status").notes, "rather than None"));
}

TEST_CASE("a low count's message must tell both numbers") {
  const auto told = judged(changed([](const Case& c, Json& record) {
    if (c.label != "low_volume") return;
    std::string rows = std::to_string(rows_of(c)), least = std::to_string(minimum_of(c));
    if (least.size() > 3) least.insert(least.size() - 3, "\u202F");
    record["message"] = "Solo " + rows + " filas de " + least;
  }));
  CHECK(verdict(told, "structured_status") == "observed");
  CHECK(mentions(indicator(told, "structured_status").notes, "date"));
  const auto silent = judged(changed([](const Case& c, Json& record) {
    if (c.label == "low_volume") record["message"] = "only " + std::to_string(rows_of(c)) + " rows";
  }));
  CHECK(verdict(silent, "structured_status") == "not_observed");
}

TEST_CASE("messages must differ between kinds of failure, the canary aside") {
  const auto same = judged(changed([](const Case& c, Json& record) {
    if (is_failure(c)) record["message"] = "API failure, " + date_of(c) + " " + canary_of(c);
  }));
  CHECK(verdict(same, "structured_status") == "not_observed");
  const auto two = judged(changed([](const Case& c, Json& record) {
    if (is_failure(c)) record["message"] = c.family == "server" ? "HTTP 500" : "no usable answer";
  }));
  CHECK(verdict(two, "structured_status") == "observed");
}

TEST_CASE("an occasional None is a gap of structured_status and no boolean") {
  const auto j = judged(except([](const Case& c) { return c.family == "auth"; },
                               [](const Case& c) { return returned(c, nullptr); }));
  CHECK(verdict(j, "structured_status") == "observed");
  CHECK(mentions(indicator(j, "structured_status").gaps, "None"));
  CHECK(verdict(j, "ambiguous_boolean") == "not_observed");
}

// ---- ambiguous_boolean

TEST_CASE("a bool, or a status that stands for one, is ambiguous") {
  for (const auto& [good, bad] : std::vector<std::pair<Json, Json>>{
           {true, false}, {"true", "false"}, {" True", "FALSE "}, {1, 0}}) {
    const auto j = judged(changed([good = good, bad = bad](const Case&, Json& record) {
      record["status"] = record["status"] == "ok" ? good : bad;
    }));
    CHECK(verdict(j, "ambiguous_boolean") == "observed");
    CHECK(verdict(j, "structured_status") == "not_observed");
  }
  const auto bare =
      judged([](const Case& c) { return returned(c, sound_record(c)["status"] == "ok"); });
  CHECK(verdict(bare, "ambiguous_boolean") == "observed");
  CHECK(verdict(bare, "conflates_failures") == "observed");
  CHECK(verdict(bare, "no_api_error_handling") == "not_observed");
  CHECK(verdict(bare, "hardcoded_thresholds") == "not_observed");
}

TEST_CASE("exit codes from 0 to 3 are no yes or no, and no words") {
  const std::map<std::string, int> codes = {
      {"ok", 0}, {"low", 1}, {"missing", 2}, {"api_error", 3}, {"not_ready", 4}};
  const auto j = judged(changed([&](const Case&, Json& record) {
    record["status"] = codes.at(record["status"].get<std::string>());
  }));
  CHECK(verdict(j, "ambiguous_boolean") == "not_observed");
  CHECK(verdict(j, "structured_status") == "not_observed");
  CHECK(verdict(j, "conflates_failures") == "not_observed");
}

TEST_CASE("mostly bare texts are ambiguous, and still may tell states apart") {
  const auto j = judged([](const Case& c) { return returned(c, sound_record(c)["status"]); });
  CHECK(verdict(j, "ambiguous_boolean") == "observed");
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "structured_status") == "not_observed");
}

// ---- explicit_handling

TEST_CASE("a wrong count in one healthy case is not explicit") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.id == "healthy~twin") record["actual_rows"] = 1500;
  }));
  CHECK(verdict(j, "explicit_handling") == "not_observed");
}

TEST_CASE("a wrong boundary is a gap, bars exceeding, and flips nothing") {
  const auto wrong = changed([](const Case& c, Json& record) {
    if (c.label == "boundary") record["status"] = "low";
  });
  const auto j = judged(wrong);
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "hardcoded_thresholds") == "not_observed");
  CHECK(mentions(indicator(j, "explicit_handling").gaps, "exactly the minimum"));
  CHECK(anchor(sound(), model::Level::kMid) == "exceeds");
  CHECK(anchor(wrong, model::Level::kMid) == "meets");
}

TEST_CASE("a boundary that no case exercises bars exceeding, and is no gap") {
  model::Plan without = plan();
  std::erase_if(without.cases, [](const Case& c) { return c.label == "boundary"; });
  const auto j = judged_in(without, sound());
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(indicator(j, "explicit_handling").gaps.empty());
  CHECK(j.overall.anchor == model::Anchor::kMeets);
  CHECK_FALSE(j.overall.provisional);
}

TEST_CASE("bad data that reads as healthy is a note") {
  const auto j = judged(worded({{"bad_data", "ok"}, {"transient", "missing"}}));
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(mentions(indicator(j, "explicit_handling").notes, "(healthy): "));
  CHECK(mentions(indicator(j, "explicit_handling").notes, "(missing data): "));
}

TEST_CASE("a healthy day that is refused or answered without asking is not explicit") {
  const auto here = [](const Case& c) { return c.id == "threshold-2-1"; };
  for (const bool refused : {true, false}) {
    const auto j = judged(except(here, [=](const Case& c) {
      return unasked(refused ? raised(c, "builtins.ValueError", true)
                             : returned(c, sound_record(c)));
    }));
    CHECK(verdict(j, "explicit_handling") == "not_observed");
    CHECK(indicator(j, "explicit_handling")
              .explanation.starts_with(refused ? "“Case threshold-2-1” raised ValueError"
                                               : "“Case threshold-2-1” was answered without"));
  }
}

TEST_CASE("an answer without the count is not the right count") {
  const auto j = judged(changed([](const Case&, Json& record) { record.erase("actual_rows"); }));
  CHECK(verdict(j, "explicit_handling") == "not_observed");
  CHECK(verdict(j, "structured_status") == "not_observed");
}

// ---- no_api_error_handling

TEST_CASE("all core families escape, some do, none does") {
  const auto escaping = [](std::vector<std::string> families) {
    return except(
        [families](const Case& c) {
          return is_core(c) &&
                 std::find(families.begin(), families.end(), c.family) != families.end();
        },
        [](const Case& c) { return raised(c, "urllib.error.URLError", false); });
  };
  CHECK(verdict(judged(escaping({"server", "connection", "body"})), "no_api_error_handling") ==
        "observed");
  CHECK(verdict(judged(escaping({"body"})), "no_api_error_handling") == "needs_human");
  CHECK(verdict(judged(escaping({})), "no_api_error_handling") == "not_observed");
}

TEST_CASE("a failure that comes back as healthy escapes as well") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (is_core(c)) record["status"] = "ok";
  }));
  CHECK(verdict(j, "no_api_error_handling") == "observed");
}

TEST_CASE(
    "a failure with the status of a healthy day is none that was handled, whatever is beside it") {
  const auto with_cause = [](const std::string& failed) {
    return changed([=](const Case& c, Json& record) {
      record["cause"] = is_failure(c) ? Json(c.family) : Json();
      if (is_failure(c)) record["status"] = failed;
    });
  };
  CHECK(verdict(judged(with_cause("ok")), "no_api_error_handling") == "observed");
  CHECK(verdict(judged(with_cause("failed")), "no_api_error_handling") == "not_observed");
  // A status that says no more than that there is an answer says nothing of how things are.
  const auto j = judged(changed([](const Case&, Json& record) {
    record["verdict"] = record["status"];
    record["status"] = "done";
  }));
  CHECK(verdict(j, "no_api_error_handling") == "not_observed");
}

TEST_CASE("a failure that never ends is not handled") {
  const auto j = judged(except([](const Case& c) { return c.family == "hang" && is_failure(c); },
                               [](const Case& c) { return ended(c, OutcomeKind::kVirtualTime); }));
  CHECK(verdict(j, "no_api_error_handling") == "not_observed");
  CHECK(mentions(indicator(j, "no_api_error_handling").gaps, "the case's clock reached its limit"));
  for (const model::Fact& fact : j.evidence)
    CHECK(fact.statement.find("virtual_time") == std::string::npos);
}

TEST_CASE("an error that the starter's client raises was not raised on purpose") {
  model::Plan with_starter = plan();
  with_starter.starter = {{"warehouse.py", "…", "aa"}};
  Json inspection = separated();
  inspection["files"].push_back(
      {{"path", "warehouse.py"}, {"sha256", "aa"}, {"lines", 9}, {"error", nullptr}});
  const auto lets_through = except(is_core, [](const Case& c) {
    auto o = raised(c, "warehouse.WarehouseHTTPError", true);
    o.outcome.exception->traceback.push_back({"warehouse.py", 78, "WarehouseClient._get"});
    return o;
  });
  CHECK(verdict(judged_in(with_starter, lets_through, inspection), "no_api_error_handling") ==
        "observed");
  CHECK(verdict(judged_in(with_starter, lets_through, Json()), "no_api_error_handling") ==
        "observed");
  inspection["files"][1]["sha256"] = "bb";  // changed, and so the candidate's own
  CHECK(verdict(judged_in(with_starter, lets_through, inspection), "no_api_error_handling") ==
        "not_observed");
}

// ---- hardcoded_thresholds

TEST_CASE("a threshold is hard-coded wherever the verdict stays") {
  for (const std::int64_t fixed : {2, 500, 1000, 100000, 1000000}) {
    const auto j = judged(changed([fixed](const Case& c, Json& record) {
      if (record["status"] == "ok" || record["status"] == "low")
        record["status"] = rows_of(c) < fixed ? "low" : "ok";
    }));
    CHECK_MESSAGE(verdict(j, "hardcoded_thresholds") == "observed", fixed);
    const std::string& told = indicator(j, "hardcoded_thresholds").explanation;
    CHECK_MESSAGE(told.starts_with("With "), told);
    CHECK_MESSAGE(told.find(", With ") == std::string::npos, told);
    CHECK_MESSAGE(told.ends_with(": the verdict does not follow the caller's minimum."), told);
  }
}

TEST_CASE("without a case that reads healthy nothing is known of thresholds") {
  const auto j = judged([](const Case& c) {
    Json record = sound_record(c);
    record["status"] = "error";
    return returned(c, record);
  });
  CHECK(verdict(j, "hardcoded_thresholds") == "not_exercised");
}

TEST_CASE("a verdict that follows shows that healthy was read, whatever shares its status") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data" || c.label == "api_failure") record["status"] = "ok";
  }));
  CHECK(verdict(j, "hardcoded_thresholds") == "not_observed");
}

TEST_CASE("a literal in the source is cited beside, and only where the verdict stays") {
  Json inspection = separated();
  inspection["literals"].push_back(
      {{"function", 1}, {"file", "solution.py"}, {"line", 23}, {"value", 1000}});
  const auto fixed = judged(changed([](const Case& c, Json& record) {
                              if (record["status"] == "ok" || record["status"] == "low")
                                record["status"] = rows_of(c) < 1000 ? "low" : "ok";
                            }),
                            inspection);
  CHECK(mentions(indicator(fixed, "hardcoded_thresholds").notes, "line 23"));
  CHECK(verdict(judged(sound(), inspection), "hardcoded_thresholds") == "not_observed");
  CHECK(indicator(judged(sound(), inspection), "hardcoded_thresholds").notes.empty());
}

// ---- cannot_explain

TEST_CASE("questions begin with the same one, and quote this run") {
  const auto j = judged(worded({{"missing_data", "error"}, {"api_failure", "error"}}));
  const auto& questions = indicator(j, "cannot_explain").questions;
  CHECK(verdict(j, "cannot_explain") == "needs_human");
  REQUIRE(questions.size() >= 3);
  CHECK(questions.size() <= 5);
  CHECK(questions[0].text == indicator(judged(sound()), "cannot_explain").questions[0].text);
  CHECK(questions[1].text.find("'error'") != std::string::npos);
  for (std::size_t i = 1; i < questions.size(); ++i) {
    CHECK_FALSE(questions[i].evidence.empty());
    CHECK(questions[i].text.find('{') == questions[i].text.find("{'"));
  }
}

TEST_CASE("a value with braces is quoted as it is") {
  const auto j = judged(
      changed([](const Case&, Json& record) { record["message"] = "{other_value} {title}"; }));
  for (const auto& question : indicator(j, "cannot_explain").questions)
    if (!question.evidence.empty()) CHECK(question.text.find("{title}") != std::string::npos);
}

}  // namespace assay::evidence::testing
