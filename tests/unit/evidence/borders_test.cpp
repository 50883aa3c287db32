// Borders that the rules of the kit's indicators name, beside those of indicators_test.cpp: each
// tried on both of its sides.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;
using model::Observation;
using model::OutcomeKind;

static std::function<bool(const Case&)> of_label(const std::string& label) {
  return [=](const Case& c) { return c.label == label; };
}

static std::function<bool(const Case&)> of_family(const std::string& family) {
  return [=](const Case& c) { return c.label == "api_failure" && c.family == family; };
}

static Candidate raises(const std::string& type, bool own) {
  return [=](const Case& c) { return raised(c, type, own); };
}

static Candidate ends(OutcomeKind kind) {
  return [=](const Case& c) { return ended(c, kind); };
}

/// A plan with one more case, like the usual one but for what `change` does to it.
static model::Plan plan_with(const std::function<void(Case&)>& change) {
  model::Plan p = plan();
  Case extra = p.cases.front();
  extra.id = "extra";
  extra.title = "Case extra";
  change(extra);
  p.cases.push_back(extra);
  return p;
}

// ---- state keys

TEST_CASE("a canary alone, whatever its case, makes a value free text") {
  for (const bool upper : {false, true}) {
    const auto j = judged(changed([=](const Case& c, Json& record) {
      if (c.label != "api_failure") return;
      std::string canary = canary_of(c);
      if (upper)
        for (char& letter : canary) letter = static_cast<char>(letter - 32);
      record["status"] = "said " + canary;
    }));
    CHECK(verdict(j, "structured_status") == "not_observed");
    CHECK(mentions(indicator(j, "structured_status").gaps, "free text"));
  }
}

TEST_CASE("inner space and letters of a status do matter") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data") record["status"] = "not there";
    if (c.label == "api_failure") record["status"] = "not  there";
  }));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
}

TEST_CASE("an extra key that is the same in all states tells none apart") {
  const auto j = judged(changed([](const Case&, Json& record) {
    if (record["status"] != "ok") record["status"] = "bad";
    record["version"] = "v1";
  }));
  CHECK(verdict(j, "conflates_failures") == "observed");
}

TEST_CASE("an extra key that is only there in one state tells it apart by its closed value") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data" || c.label == "api_failure") record["status"] = "bad";
    if (c.label == "api_failure") record["retry"] = true;
  }));
  CHECK(verdict(j, "conflates_failures") == "not_observed");
  CHECK(verdict(j, "explicit_handling") == "observed");
}

// ---- explicit_handling

TEST_CASE("each pair of healthy, low and missing must differ, and low may share with failure") {
  const auto handling = [](std::map<std::string, std::string> statuses) {
    return verdict(judged(worded(std::move(statuses))), "explicit_handling");
  };
  CHECK(handling({{"healthy", "x"}, {"low_volume", "x"}}) == "not_observed");
  CHECK(handling({{"healthy", "x"}, {"missing_data", "x"}}) == "not_observed");
  CHECK(handling({{"low_volume", "x"}, {"missing_data", "x"}}) == "not_observed");
  CHECK(handling({{"missing_data", "x"}, {"api_failure", "x"}}) == "not_observed");
  CHECK(handling({{"low_volume", "x"}, {"api_failure", "x"}}) == "observed");
}

TEST_CASE("nothing is raised for a day that is healthy, low or missing, on purpose or not") {
  for (const char* label : {"healthy", "low_volume", "missing_data"}) {
    CAPTURE(label);
    for (const bool own : {true, false})
      CHECK(verdict(judged(except(of_label(label), raises("solution.Odd", own))),
                    "explicit_handling") == "not_observed");
    CHECK(verdict(judged(except(of_label(label), ends(OutcomeKind::kExited))),
                  "explicit_handling") == "not_observed");
  }
  CHECK(verdict(judged(except(of_label("api_failure"), raises("solution.Odd", true))),
                "explicit_handling") == "observed");
}

TEST_CASE("one wrong count in one low case is enough, and a wrong one elsewhere is not looked at") {
  const auto wrong_in = [](const std::string& id) {
    return verdict(judged(changed([=](const Case& c, Json& record) {
                     if (c.id == id) record["actual_rows"] = 7;
                   })),
                   "explicit_handling");
  };
  CHECK(wrong_in("low~twin") == "not_observed");
  CHECK(wrong_in("threshold-2-1") == "not_observed");
  CHECK(wrong_in("missing") == "observed");
}

// ---- structured_status

TEST_CASE("the keys must be there in each state and in core failures, and elsewhere mostly") {
  const auto lacks_in = [](const std::function<bool(const Case&)>& where) {
    return verdict(judged(changed([=](const Case& c, Json& record) {
                     if (where(c)) record.erase("message");
                   })),
                   "structured_status");
  };
  for (const char* label : {"healthy", "boundary", "low_volume", "missing_data"})
    CHECK_MESSAGE(lacks_in(of_label(label)) == "not_observed", label);
  for (const char* family : {"server", "connection", "body"})
    CHECK_MESSAGE(lacks_in(of_family(family)) == "not_observed", family);
  for (const char* family : {"hang", "auth", "broken_transfer"})
    CHECK_MESSAGE(lacks_in(of_family(family)) == "observed", family);
  CHECK(lacks_in([](const Case& c) { return c.family == "hang" || c.family == "auth"; }) ==
        "needs_human");
  CHECK(lacks_in(of_label("bad_data")) == "observed");  // no state, so no demand
}

TEST_CASE("one core case that raises on purpose is for a person, one that does not is a flaw") {
  const auto in_body = [](bool own) {
    return verdict(judged(except(of_family("body"), raises("solution.Odd", own))),
                   "structured_status");
  };
  CHECK(in_body(true) == "needs_human");
  CHECK(in_body(false) == "not_observed");
}

TEST_CASE("-1 of a missing partition is a note, and a made-up count is not") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "missing_data") record["actual_rows"] = -1;
  }));
  CHECK(verdict(j, "structured_status") == "observed");
  CHECK(mentions(indicator(j, "structured_status").notes, "-1 rather than None"));
  CHECK(verdict(judged(changed([](const Case& c, Json& record) {
                  if (c.label == "missing_data") record["actual_rows"] = minimum_of(c);
                })),
                "structured_status") == "not_observed");
}

TEST_CASE(
    "the message of a low count may be in any language and script, but not without a number") {
  const auto says = [](const std::string& before, bool tells_minimum) {
    return verdict(judged(changed([=](const Case& c, Json& record) {
                     if (c.label != "low_volume") return;
                     record["message"] = before + std::to_string(rows_of(c)) + " / " +
                                         (tells_minimum ? std::to_string(minimum_of(c)) : "?");
                   })),
                   "structured_status");
  };
  CHECK(says("行数が足りません: ", true) == "observed");
  CHECK(says("عدد الصفوف قليل ", true) == "observed");
  CHECK(says("行数が足りません: ", false) == "not_observed");
}

TEST_CASE("a message that differs in its numbers and dates alone is the same for every failure") {
  const auto j = judged(changed([](const Case& c, Json& record) {
    if (c.label == "api_failure")
      record["message"] = "failed on " + date_of(c) + ", wanted " + std::to_string(minimum_of(c));
  }));
  CHECK(verdict(j, "structured_status") == "not_observed");
}

// ---- ambiguous_boolean

TEST_CASE("bare answers are ambiguous where they are most of the answers") {
  const auto bare = [](const Json& value, const std::function<bool(const Case&)>& where) {
    return verdict(judged(except(where, [=](const Case& c) { return returned(c, value); })),
                   "ambiguous_boolean");
  };
  const auto every = [](const Case&) { return true; };
  for (const Json& value : {Json(), Json(1), Json(1.5), Json("missing")})
    CHECK_MESSAGE(bare(value, every) == "observed", value.dump());
  // 12 of the 25 cases that count are failures: less than half is not most.
  const auto is_failure = of_label("api_failure");
  CHECK(bare(nullptr, is_failure) == "not_observed");
  CHECK(bare(nullptr, [=](const Case& c) { return is_failure(c) || c.id == "low"; }) == "observed");
  // One bool is one too many.
  CHECK(bare(false, [](const Case& c) { return c.id == "server"; }) == "observed");
}

// ---- no_api_error_handling, conflates_failures

TEST_CASE("an escape outside the core families is a gap alone, and so is one that is no answer") {
  for (const char* family : {"hang", "auth", "broken_transfer"}) {
    CAPTURE(family);
    const auto j = judged(except(of_family(family), raises("http.client.BadStatusLine", false)));
    CHECK(verdict(j, "no_api_error_handling") == "not_observed");
    CHECK(mentions(indicator(j, "no_api_error_handling").gaps, "BadStatusLine"));
  }
  const auto exits = judged(except(of_family("server"), ends(OutcomeKind::kExited)));
  CHECK(verdict(exits, "no_api_error_handling") == "needs_human");
}

TEST_CASE("a core family that lets through one of its cases is for a person") {
  const auto j = judged(except([](const Case& c) { return c.id == "server~twin"; },
                               raises("urllib.error.HTTPError", false)));
  CHECK(verdict(j, "no_api_error_handling") == "needs_human");
  CHECK_FALSE(indicator(j, "no_api_error_handling").questions.empty());
}

TEST_CASE("an exception of the candidate's own type that a library raised is not handled") {
  const auto on_import = [](const Case& c) {
    Observation o = raised(c, "solution.Down", true);
    o.outcome.exception->during_import = true;
    return o;
  };
  const auto is_failure = of_label("api_failure");
  CHECK(verdict(judged(except(is_failure, on_import)), "no_api_error_handling") == "observed");
  CHECK(verdict(judged(except(is_failure, raises("solution.Down", false))),
                "no_api_error_handling") == "observed");
}

TEST_CASE(
    "any two of missing, low and failure that share a key are told, healthy is no part of it") {
  const auto merged = [](std::map<std::string, std::string> statuses) {
    return verdict(judged(worded(std::move(statuses))), "conflates_failures");
  };
  CHECK(merged({{"low_volume", "x"}, {"missing_data", "x"}}) == "observed");
  CHECK(merged({{"low_volume", "x"}, {"api_failure", "x"}}) == "observed");
  CHECK(merged({{"missing_data", "x"}, {"api_failure", "x"}}) == "observed");
  CHECK(merged({{"healthy", "x"}, {"missing_data", "x"}}) == "not_observed");
}

// ---- hardcoded_thresholds

TEST_CASE(
    "a margin around the minimum still follows it, where the minimum moves across the count") {
  const auto margin = [](std::int64_t percent) {
    return verdict(judged(changed([=](const Case& c, Json& record) {
                     if (record["status"] != "ok" && record["status"] != "low") return;
                     const bool low = rows_of(c) * 100 < minimum_of(c) * percent;
                     record["status"] = low ? "low" : "ok";
                   })),
                   "hardcoded_thresholds");
  };
  CHECK(margin(100) == "not_observed");
  CHECK(margin(50) == "observed");  // 1500 of 1501 read as enough
}

TEST_CASE("who raises where rows are too few follows the minimum, and who always raises does not") {
  const auto raises_in = [](std::vector<std::string> labels) {
    return judged(
        except([=](const Case& c) { return std::ranges::find(labels, c.label) != labels.end(); },
               [](const Case& c) { return raised(c, "LowVolume", true); }));
  };
  CHECK(verdict(raises_in({"low_volume"}), "hardcoded_thresholds") == "not_observed");
  CHECK(verdict(raises_in({"low_volume", "healthy", "boundary"}), "hardcoded_thresholds") ==
        "not_exercised");
  // Of one pair of counts both raise, and the others show that the minimum is followed.
  const auto by_chance = judged(except([](const Case& c) { return rows_of(c) == 2; },
                                       [](const Case& c) { return raised(c, "DataError", true); }));
  CHECK(verdict(by_chance, "hardcoded_thresholds") == "not_observed");
  const auto crashes = judged(except([](const Case& c) { return c.label == "low_volume"; },
                                     [](const Case& c) { return raised(c, "KeyError", false); }));
  CHECK(verdict(crashes, "hardcoded_thresholds") == "not_exercised");
}

// ---- conclusions that no world allows are notes

TEST_CASE("an answer that is right is not noted for one that is wrongly alike") {
  const auto text = plan_with([](Case& c) { c.label = "numeric_text"; });
  const auto noted = [&](const std::string& of_missing, const std::string& of_extra) {
    const auto j = judged_in(text, changed([=](const Case& c, Json& record) {
                               if (c.label == "missing_data") record["status"] = of_missing;
                               if (c.id == "extra") record["status"] = of_extra;
                             }));
    return mentions(indicator(j, "explicit_handling").notes, "Case extra");
  };
  CHECK_FALSE(noted("ok", "ok"));
  CHECK(noted("missing", "missing"));
}

static bool notes(const model::Plan& p, const std::string& status, const std::string& piece) {
  const auto j = judged_in(p, changed([=](const Case& c, Json& record) {
                             if (c.id == "extra") record["status"] = status;
                           }));
  CHECK(verdict(j, "explicit_handling") == "observed");
  return mentions(indicator(j, "explicit_handling").notes, piece);
}

TEST_CASE("a failure that passes must not read as missing, nor as low where there is enough") {
  const auto enough = plan_with([](Case& c) { c.label = "transient"; });
  CHECK(notes(enough, "missing", "(missing data)"));
  CHECK(notes(enough, "low", "(low volume)"));
  CHECK_FALSE(notes(enough, "ok", "Case extra"));
  CHECK_FALSE(notes(enough, "api_error", "Case extra"));
  const auto few = plan_with([](Case& c) {
    c.label = "transient";
    c.expect["actual_rows"] = 320;
    c.variables["rows"] = 320;
  });
  CHECK_FALSE(notes(few, "low", "Case extra"));
}

TEST_CASE("what each odd world must not read as is noted, and what it may is not") {
  struct Row {
    std::string label;
    std::vector<std::string> never, fine;
  };
  const std::vector<Row> rows = {
      {"late", {"low"}, {"missing", "ok"}},
      {"dripping", {"low", "missing"}, {"ok", "api_error", "own"}},
      {"bad_data", {"ok"}, {"api_error", "own"}},
      {"numeric_text", {"low", "missing"}, {"ok", "api_error", "own"}},
      {"not_found_other", {"ok", "low"}, {"missing", "api_error", "own"}},
      {"empty", {"ok"}, {"low", "missing", "own"}},
      {"empty_min0", {"low"}, {"ok", "missing", "own"}},
      {"loading", {"ok"}, {"low", "missing", "own"}},
      {"invalid_input", {"ok"}, {"api_error", "own"}}};
  for (const Row& row : rows) {
    CAPTURE(row.label);
    const auto p = plan_with([&](Case& c) { c.label = row.label; });
    for (const std::string& status : row.never) CHECK_MESSAGE(notes(p, status, "extra"), status);
    for (const std::string& status : row.fine)
      CHECK_MESSAGE(!notes(p, status, "Case extra”"), status);
  }
}

}  // namespace assay::evidence::testing
