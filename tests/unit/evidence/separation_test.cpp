// Separation of API call and validation: from the inspection, of what ran.

#include <doctest/doctest.h>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;

/// An inspection in which the entry point does these things itself, beside a comparison in line 35.
static Json entry_does(std::vector<int> requests, std::vector<int> reads, std::vector<int> looks) {
  Json inspection = all_in_one();
  inspection["functions"][0]["requests"] = requests;
  inspection["functions"][0]["reads"] = reads;
  inspection["functions"][0]["status_looks"] = looks;
  return inspection;
}

static std::string separation(const Json& inspection, const Candidate& candidate = sound()) {
  return verdict(judged(candidate, inspection), "separation");
}

TEST_CASE("an API function and a comparison of their own are separated") {
  const auto j = judged(sound(), separated());
  CHECK(verdict(j, "separation") == "observed");
  CHECK(indicator(j, "separation").basis == model::Basis::kStatic);
  CHECK(indicator(j, "separation").explanation ==
        "The API is asked in fetch (solution.py, line 8), and the count is judged in judge "
        "(solution.py, line 22).");
  bool cites_source = false;
  for (const auto& fact : j.evidence)
    for (const auto& cite : fact.cites)
      cites_source = cites_source || (cite.file == "solution.py" && cite.line == 22);
  CHECK(cites_source);
}

TEST_CASE("request, parsing and comparison in one function are not") {
  CHECK(separation(all_in_one()) == "not_observed");
}

TEST_CASE("a part of it beside a comparison is for a person") {
  CHECK(separation(entry_does({31}, {}, {})) == "needs_human");
  CHECK(separation(entry_does({}, {32}, {})) == "needs_human");
  CHECK(separation(entry_does({}, {}, {33})) == "needs_human");
}

TEST_CASE("a comparison that did not run does not count") {
  Json inspection = separated();
  // A dead function that does it all in one.
  Json dead = all_in_one()["functions"][0];
  dead["name"] = "old_version";
  dead["line"] = 50;
  dead["end_line"] = 60;
  inspection["functions"].push_back(dead);
  inspection["comparisons"].push_back(
      {{"function", 3}, {"line", 55}, {"parameters", inspection["comparisons"][0]["parameters"]}});
  CHECK(separation(inspection) == "observed");
  const auto runs_it = [](const Case& c) {
    auto o = sound()(c);
    o.functions_run.push_back({"solution.py", 50, "old_version"});
    return o;
  };
  CHECK(separation(inspection, runs_it) == "not_observed");
}

TEST_CASE("a comparison of another parameter is none with the minimum") {
  Json inspection = all_in_one();
  inspection["comparisons"][0]["parameters"][0]["index"] = 0;
  CHECK(separation(inspection) == "needs_human");  // the verdict follows the minimum, but where?
}

TEST_CASE("a comparison with a literal counts where there is no other") {
  Json inspection = all_in_one();
  inspection["comparisons"] = Json::array();
  inspection["literals"] = Json::array({{{"function", 0}, {"line", 35}, {"value", 1000}}});
  CHECK(separation(inspection) == "not_observed");
}

TEST_CASE("calling the starter's client beside a comparison is for a person") {
  model::Plan with_starter = plan();
  with_starter.starter = {{"warehouse.py", "…", "aa"}};
  Json inspection = entry_does({}, {}, {});
  Json get = separated()["functions"][0];
  get["file"] = "warehouse.py";
  get["name"] = "WarehouseClient.get";
  inspection["functions"].push_back(get);
  inspection["functions"][0]["calls"] = Json::array({{{"function", 1}, {"line", 33}}});
  inspection["files"].push_back(
      {{"path", "warehouse.py"}, {"sha256", "aa"}, {"lines", 9}, {"error", nullptr}});
  CHECK(verdict(judged_in(with_starter, sound(), inspection), "separation") == "needs_human");
  SUBCASE("a changed client is the candidate's own, and calling it makes no API function") {
    inspection["files"][1]["sha256"] = "bb";
    const auto runs_it = [](const Case& c) {
      auto o = sound()(c);
      o.functions_run.push_back({"warehouse.py", 5, "WarehouseClient.get"});
      return o;
    };
    CHECK(verdict(judged_in(with_starter, runs_it, inspection), "separation") == "observed");
  }
}

TEST_CASE("a function that was seen to send is an API function, whatever its source looks like") {
  const auto sends = [](const Case& c) {
    auto o = sound()(c);
    o.network_callers = {{"solution.py", 30, "check_pipeline_health"}};
    return o;
  };
  CHECK(separation(entry_does({}, {}, {}), sends) == "needs_human");
  CHECK(separation(entry_does({}, {32}, {}), sends) == "not_observed");
}

TEST_CASE("that a function was seen to send cites the cases it was seen in") {
  std::vector<std::string> hung;
  const auto sends = [&](const Case& c) {
    auto o = sound()(c);
    const model::Frame frame{"solution.py", 30, "check_pipeline_health"};
    if (c.family == "hang") {
      o.network_callers = {frame, frame};
      hung.push_back(c.id);
    }
    return o;
  };
  const auto j = judged(sends, entry_does({}, {}, {}));
  std::vector<std::string> cited;
  for (const auto& fact : j.evidence)
    if (fact.statement.find("was seen to use the network") != std::string::npos)
      for (const auto& cite : fact.cites)
        if (!cite.case_id.empty()) cited.push_back(cite.case_id);
  REQUIRE_FALSE(hung.empty());
  CHECK(cited == hung);
}

TEST_CASE("a lambda belongs to the function around it") {
  Json inspection = separated();
  Json lambda = separated()["functions"][0];
  lambda["name"] = "check_pipeline_health.<locals>.<lambda>";
  lambda["line"] = 33;
  lambda["end_line"] = 33;
  lambda["part_of"] = 2;
  lambda["requests"] = Json::array();
  lambda["reads"] = Json::array();
  inspection["functions"].push_back(lambda);
  const auto sends = [](const Case& c) {
    auto o = sound()(c);
    o.network_callers = {{"solution.py", 33, "check_pipeline_health.<locals>.<lambda>"}};
    return o;
  };
  inspection["comparisons"][0]["function"] = 2;
  CHECK(separation(inspection, sends) == "needs_human");
}

TEST_CASE("an entry point with star arguments, or a bound method, still has its minimum") {
  Json inspection = all_in_one();
  inspection["functions"][0]["positional"] = 0;
  inspection["functions"][0]["vararg"] = 0;
  inspection["comparisons"][0]["parameters"][0]["index"] = 0;
  CHECK(separation(inspection) == "not_observed");
  inspection = all_in_one();
  inspection["functions"][0]["positional"] = 3;
  inspection["exports"][0]["functions"] = Json::array();
  inspection["exports"][0]["methods"] = Json::array({0});
  inspection["comparisons"][0]["parameters"][0]["index"] = 2;
  CHECK(separation(inspection) == "not_observed");
}

TEST_CASE("source that could not be read is for a person") {
  Json inspection = separated();
  inspection["files"][0]["error"] = {
      {"kind", "too_deep"}, {"message", "nested too deeply"}, {"line", 0}};
  CHECK(separation(inspection) == "needs_human");
  CHECK(separation(Json()) == "needs_human");
}

TEST_CASE("why a source was not read is said, in no words of its own") {
  const auto explained = [](const char* ended_by) {
    return indicator(judged(sound(), Json{{"ended_by", ended_by}}), "separation").explanation;
  };
  CHECK(explained("cpu_time").find("while it was read, it reached its limit of cpu time") !=
        std::string::npos);
  CHECK(explained("<b>").find("it was not read at all") != std::string::npos);
}

TEST_CASE("a comparison that nobody is seen to use is left to a person where the API is asked") {
  const auto idle_in = [](Json inspection, int function) {
    Json idle = inspection["comparisons"][0];
    idle["function"] = function;
    idle["how"] = "idle";
    inspection["comparisons"].push_back(std::move(idle));
    return separation(inspection);
  };
  REQUIRE(separation(separated()) == "observed");
  CHECK(idle_in(separated(), 0) == "needs_human");
  CHECK(idle_in(separated(), 1) == "observed");
  CHECK(idle_in(separated(), 2) == "observed");
  CHECK(idle_in(all_in_one(), 0) == "not_observed");
}

TEST_CASE("an inspection of any shape is only data") {
  for (const Json& odd :
       {Json("x"), Json::array({1}), Json{{"functions", 7}},
        Json{{"functions", Json::array({1, "x"})}},
        Json{{"functions", Json::array({{{"part_of", 99}, {"calls", Json::array({1})}}})},
             {"exports", Json::array({{{"functions", Json::array({-1, 99})}}})},
             {"comparisons", Json::array({{{"function", 99}, {"parameters", 3}}})}}})
    CHECK_MESSAGE(separation(odd) != "observed", odd.dump());
}

TEST_CASE("without validation there is nothing to separate") {
  Json inspection = separated();
  inspection["comparisons"] = Json::array();
  const auto always = changed([](const Case&, Json& record) { record["status"] = "done"; });
  CHECK(separation(inspection, always) == "not_exercised");
}

}  // namespace assay::evidence::testing
