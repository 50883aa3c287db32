// Which statuses tell states apart, and which do not.

#include <doctest/doctest.h>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;

static Json enumerated(const std::string& name, Json value, Json mixin = nullptr) {
  return {{"$type", "enum"},
          {"class", "solution.Status"},
          {"name", name},
          {"value", value},
          {"mixin", mixin}};
}

TEST_CASE("a sound solution tells all states apart") {
  const auto j = judged(sound());
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "structured_status") == "observed");
}

TEST_CASE("case and outer space of a status do not matter") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data") record["status"] = "  ERROR ";
    if (c.label == "api_failure") record["status"] = "error";
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(verdict(j, "explicit_handling") == "not_observed");
}

TEST_CASE("two-level statuses tell states apart by the second level") {
  const auto j = judged(changed([](const Case&, Json& record) {
    const std::string fine = record["status"];
    record["reason"] = fine == "ok" ? Json() : Json("R_" + fine);
    record["status"] = fine == "ok" ? "OK" : "FAIL";
  }));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "structured_status") == "observed");
}

static Candidate as_text(const Candidate& candidate) {
  return [=](const Case& c) {
    model::Observation seen = candidate(c);
    if (seen.has_value) seen.value = dump_json(seen.value);
    return seen;
  };
}

TEST_CASE("a record in a text of JSON tells its states, and is no record that was asked for") {
  const auto sound_text = judged([](const Case& c) {
    model::Observation seen = as_text(sound())(c);
    if (seen.has_value) seen.value = " \n" + seen.value.get<std::string>();
    return seen;
  });
  CHECK(verdict(sound_text, "conflates_failures") == "not_observed");
  CHECK(verdict(sound_text, "explicit_handling") == "observed");
  CHECK(verdict(sound_text, "structured_status") == "not_observed");
  const auto merged = as_text(worded({{"missing_data", "error"}, {"api_failure", "error"}}));
  CHECK(verdict(judged(merged), "conflates_failures") == "observed");
}

TEST_CASE("a text of JSON that stands for another value, or is nested without end, is a text") {
  const auto tagged = [](const Case& c) {
    model::Observation seen = sound()(c);
    if (seen.has_value)
      seen.value =
          dump_json(Json{{"$type", "dataclass"}, {"class", "m.C"}, {"fields", seen.value}});
    return seen;
  };
  CHECK(verdict(judged(tagged), "explicit_handling") != "observed");
  const auto nested = [](int depth) {
    return verdict(judged(as_text(changed([=](const Case&, Json& record) {
                     Json inner = Json::object();
                     for (int i = 0; i < depth; ++i) inner = Json{{"a", std::move(inner)}};
                     record["inner"] = std::move(inner);
                   }))),
                   "explicit_handling");
  };
  CHECK(nested(3) == "observed");
  CHECK(nested(40) != "observed");
}

TEST_CASE("a failure that says that all is well escapes, in a record or in a text of JSON") {
  const auto ok = changed([](const Case& c, Json& record) {
    const bool failed = c.label == "api_failure";
    if (failed) record["status"] = "ok";
    record["detail"] = failed ? "request failed" : "of " + std::to_string(minimum_of(c));
  });
  CHECK(verdict(judged(ok), "no_api_error_handling") == "observed");
  CHECK(verdict(judged(as_text(ok)), "no_api_error_handling") == "observed");
}

/// Says OK or FAIL, with the cause in a record beside it, and when it looked.
static Candidate with_details(bool causes) {
  return changed([=](const Case& c, Json& record) {
    const std::string fine = record["status"];
    record["status"] = fine == "ok" ? "OK" : "FAIL";
    record["details"] = Json::object();
    if (fine != "ok") record["details"]["expected"] = minimum_of(c);
    if (fine != "ok" && causes) record["details"]["reason"] = "R_" + fine;
    record["looked_at"] = date_of(c) + "T06:00:00Z";
  });
}

TEST_CASE("a cause in a record beside the status tells states apart") {
  const auto j = judged(with_details(true));
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "conflates_failures") == "not_observed");
}

TEST_CASE("a status of its own beside free text is told as that status") {
  const auto j = judged(with_details(false));
  CHECK(verdict(j, "conflates_failures") == "observed");
  const std::string& told = indicator(j, "conflates_failures").explanation;
  CHECK_MESSAGE(told.find("both gave the same status, 'fail'") != std::string::npos, told);
  CHECK_MESSAGE(told.find("a status in free text") == std::string::npos, told);
}

/// Says OK or FAIL, and beside it what comes out alike every time for each state.
static Candidate with_beside(const std::string& name, const Json& low, const Json& missing,
                             const Json& failed) {
  return changed([=](const Case& c, Json& record) {
    if (record["status"] == "ok") return;
    record["status"] = "FAIL";
    record[name] = c.label == "missing_data" ? missing : c.label == "api_failure" ? failed : low;
  });
}

TEST_CASE("a count of tries beside one status tells no states apart") {
  for (const auto& candidate : {with_beside("tries", 1, 2, 3), with_beside("took_s", 0.5, 1.5, 2.5),
                                with_beside("info", Json::array(), Json::object(), nullptr)}) {
    const auto j = judged(candidate);
    CHECK(verdict(j, "conflates_failures") == "observed");
    CHECK(verdict(j, "explicit_handling") == "not_observed");
  }
}

TEST_CASE("a number that is called a code tells states apart") {
  const auto j = judged(with_beside("error_code", 1, 404, 503));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "explicit_handling") == "observed");
}

TEST_CASE("a second level in free text tells no states apart") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (record["status"] == "ok") return;
    record["detail"] = record["message"].get<std::string>() + " " + canary_of(c);
    record["status"] = "FAIL";
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(mentions({indicator(j, "conflates_failures").explanation}, "'fail'"));
}

TEST_CASE("a time stamp or an echo of the arguments is no second level") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data" || c.label == "low_volume") record["status"] = "bad";
    record["checked_at"] = date_of(c) + "T06:00:0" + std::to_string(c.id.size() % 10) + "Z";
    record["partition_date"] = date_of(c);
    record["expected_min_rows"] = minimum_of(c);
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
}

TEST_CASE("echoes beside good statuses do no harm") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    record["partition_date"] = date_of(c);
    record["expected_min_rows"] = minimum_of(c);
    record["shortfall"] = std::max<std::int64_t>(0, minimum_of(c) - rows_of(c));
  }));
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "structured_status") == "observed");
  CHECK(verdict(j, "hardcoded_thresholds") == "not_observed");
}

TEST_CASE("thousands of entries beside a status are neither all compared nor all in its key") {
  std::size_t longest = 0;
  const auto run = changed([](const Case&, Json& record) {
    for (int i = 0; i < 5'000; ++i) record["z" + std::to_string(10'000 + i)] = i;
  });
  const auto j = judged(run);
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "explicit_handling") == "observed");
  for (const auto& fact : j.evidence)
    if (fact.data.contains("key"))
      longest = std::max(longest, fact.data.at("key").get_ref<const std::string&>().size());
  CHECK(longest > 0);
  CHECK(longest < 2'000);
}

TEST_CASE("statuses may be finer than states") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "api_failure") record["status"] = "failed_" + c.family;
    if (c.label == "healthy" && rows_of(c) > 1000000) record["status"] = "ok_large";
  }));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "explicit_handling") == "observed");
  CHECK(verdict(j, "structured_status") == "observed");
}

TEST_CASE("one coarse status anywhere merges two states") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.id == "body~twin") record["status"] = "missing";
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
}

TEST_CASE("everything merged into one word") {
  const auto j = judged(
      worded({{"low_volume", "error"}, {"missing_data", "error"}, {"api_failure", "error"}}));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(verdict(j, "explicit_handling") == "not_observed");
  CHECK(verdict(j, "hardcoded_thresholds") == "not_observed");
}

TEST_CASE("a free-text status is neither closed nor a state") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "api_failure" || c.label == "missing_data")
      record["status"] = "error: " + c.family + " said " + canary_of(c);
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(verdict(j, "structured_status") == "not_observed");
  CHECK(mentions(indicator(j, "structured_status").gaps, "free text"));
}

TEST_CASE("a status that repeats the numbers is free text, and its words beside are not") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "low_volume") record["status"] = "only " + std::to_string(rows_of(c));
  }));
  CHECK(verdict(j, "structured_status") == "not_observed");
  CHECK(verdict(j, "conflates_failures") == "not_observed");
}

TEST_CASE("an Enum counts by its value, plain or mixed with str") {
  for (const bool mixed : {false, true}) {
    const auto j = judged(changed([mixed](const Case&, Json& record) {
      const std::string word = record["status"];
      record["status"] = enumerated("S_" + word, word, mixed ? Json("str") : Json());
    }));
    CHECK(verdict(j, "structured_status") == "observed");
    CHECK(verdict(j, "conflates_failures") == "not_observed");
    CHECK(mentions(indicator(j, "structured_status").notes, "json.dumps") == !mixed);
  }
}

TEST_CASE("an Enum of numbers is no yes or no") {
  const std::map<std::string, int> numbers = {
      {"ok", 0}, {"low", 1}, {"missing", 2}, {"api_error", 3}, {"not_ready", 4}};
  const auto j = judged(changed([&](const Case&, Json& record) {
    const std::string word = record["status"];
    record["status"] = enumerated(word, numbers.at(word));
  }));
  CHECK(verdict(j, "structured_status") == "observed");
  CHECK(verdict(j, "ambiguous_boolean") == "not_observed");
}

TEST_CASE("a hard-coded threshold does not make a status free text") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (record["status"] == "ok" || record["status"] == "low")
      record["status"] = rows_of(c) < 1000 ? "low" : "ok";
  }));
  CHECK(verdict(j, "hardcoded_thresholds") == "observed");
  CHECK(mentions({indicator(j, "hardcoded_thresholds").explanation}, "minimum"));
}

TEST_CASE("a failure that was raised on purpose is a state of its own") {
  const auto j =
      judged(except([](const Case& c) { return c.label == "api_failure"; },
                    [](const Case& c) { return raised(c, "solution.WarehouseDown", true); }));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "no_api_error_handling") == "not_observed");
  CHECK(verdict(j, "structured_status") == "needs_human");
  CHECK(verdict(j, "explicit_handling") == "observed");
}

TEST_CASE("the same error for missing and for failure is a merged state") {
  const auto j = judged(
      except([](const Case& c) { return c.label == "api_failure" || c.label == "missing_data"; },
             [](const Case& c) { return raised(c, "solution.Problem", true); }));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(verdict(j, "explicit_handling") == "not_observed");
}

TEST_CASE("exceptions that get through are no states") {
  const auto j = judged(
      except([](const Case& c) { return c.label == "api_failure" || c.label == "missing_data"; },
             [](const Case& c) { return raised(c, "urllib.error.HTTPError", false); }));
  CHECK(verdict(j, "conflates_failures") == "observed");
  CHECK(verdict(j, "no_api_error_handling") == "observed");
}

}  // namespace assay::evidence::testing
