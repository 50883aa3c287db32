// What rests on the difference between a draft and the solution that was made from it.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {
namespace {

using model::Case;
using model::Observation;

const std::vector<std::string> kFour = {"sees_oversimplification", "state_differentiation",
                                        "contract_improved", "accepts_generic_handling"};

/// "unhealthy" wherever something is wrong, with 0 rows where nothing is known, and a key of its
/// own where all is well.
Candidate typical_draft() {
  return changed([](const Case& c, Json& record) {
    if (record["status"] != "ok") record["status"] = "unhealthy";
    if (c.label == "missing_data" || c.label == "api_failure") record["actual_rows"] = 0;
    if (c.label == "healthy")
      record["loaded"] = {{"$type", "object"}, {"class", "d"}, {"repr", c.id}};
  });
}

const int kLine = 12;
const std::vector<std::string> kBroken = {"missing_data", "api_failure"};

/// The typical draft, whose broad handler made the answers for missing and failing days.
Reworked typical() {
  Reworked reworked;
  reworked.draft = through(kLine, kBroken, typical_draft());
  reworked.draft_inspection = with_handler(separated(), kLine, "d");
  reworked.review = "- `except Exception` says unhealthy of a 404 and of a 500\n";
  return reworked;
}

std::string four(const Reworked& reworked) {
  const auto judgement = judged(reworked);
  std::string text;
  for (const std::string& id : kFour) text += verdict(judgement, id) + " ";
  return text;
}

std::string of(const Reworked& reworked, const std::string& id) {
  return verdict(judged(reworked), id);
}

TEST_CASE("a sound rework of a typical draft gets all of them") {
  CHECK(four(typical()) == "needs_human observed observed not_observed ");
}

TEST_CASE("where no draft was kept nothing that rests on it is exercised") {
  Reworked reworked = typical();
  reworked.draft.reset();
  CHECK(four(reworked) == "not_exercised not_exercised not_exercised not_exercised ");
  CHECK(indicator(judged(reworked), "state_differentiation").explanation.find("kept") !=
        std::string::npos);
}

TEST_CASE("where the draft had it all nothing is exercised, and nothing is negative") {
  Reworked reworked = typical();
  reworked.draft = sound();
  CHECK(four(reworked) == "not_exercised not_exercised not_exercised not_exercised ");
}

TEST_CASE("a draft that cannot be called is nothing to compare with") {
  Reworked reworked = typical();
  reworked.draft = [](const Case& c) {
    return unasked(raised(c, "assay.EntryPointMissing", false));
  };
  CHECK(four(reworked) == "not_exercised not_exercised not_exercised not_exercised ");
  CHECK(indicator(judged(reworked), "contract_improved").explanation.find("cannot be called") !=
        std::string::npos);
}

TEST_CASE(
    "a draft in which Assay itself failed leaves them undetermined where it could turn them") {
  Reworked reworked = typical();
  reworked.draft = except([](const Case& c) { return c.label == "missing_data"; }, harness_fault);
  CHECK(of(reworked, "state_differentiation") == "undetermined");
  CHECK(of(reworked, "contract_improved") == "undetermined");
  // What is merged already stays merged.
  reworked = typical();
  reworked.draft = [draft = typical_draft()](const Case& c) {
    return c.id == "missing~twin" ? harness_fault(c) : draft(c);
  };
  CHECK(of(reworked, "state_differentiation") == "observed");
}

TEST_CASE("the draft's facts are cited as the draft's") {
  const auto judgement = judged(typical());
  const auto& evidence = indicator(judgement, "state_differentiation").evidence;
  bool of_draft = false, of_solution = false;
  for (const model::Fact& fact : judgement.evidence) {
    if (std::find(evidence.begin(), evidence.end(), fact.id) == evidence.end()) continue;
    for (const model::Citation& cite : fact.cites) (cite.of_draft ? of_draft : of_solution) = true;
    const bool says_draft = fact.statement.find("the draft returned") != std::string::npos;
    if (fact.kind == "case") CHECK(says_draft == fact.cites[0].of_draft);
  }
  CHECK(of_draft);
  CHECK(of_solution);
}

// --- state_differentiation

TEST_CASE("states that the solution still merges are not told apart") {
  Reworked reworked = typical();
  reworked.solution = worded({{"missing_data", "error"}, {"api_failure", "error"}});
  CHECK(of(reworked, "state_differentiation") == "not_observed");
  reworked.solution = worded({{"missing_data", "low"}});
  CHECK(of(reworked, "state_differentiation") == "not_observed");
}

TEST_CASE("a solution that loses what the draft told apart is no gain, and its loss is a note") {
  Reworked reworked = typical();
  reworked.draft = sound();
  reworked.solution = worded({{"missing_data", "low"}});
  const auto judgement = judged(reworked);
  CHECK(verdict(judgement, "state_differentiation") == "not_exercised");
  CHECK(mentions(indicator(judgement, "state_differentiation").notes, "'low'"));
  CHECK(verdict(judgement, "conflates_failures") == "observed");
}

TEST_CASE("a draft that never returned merged nothing") {
  Reworked reworked = typical();
  reworked.draft = [](const Case& c) { return raised(c, "ValueError", false); };
  CHECK(of(reworked, "state_differentiation") == "not_exercised");
}

// --- contract_improved

/// A draft whose contract is the sound one but for `change`.
std::string contract(const Candidate& draft, const Candidate& solution = sound()) {
  Reworked reworked;
  reworked.draft = draft;
  reworked.solution = solution;
  return of(reworked, "contract_improved");
}

/// A change to the answer of failing cases.
Candidate in_failures(std::function<void(Json&)> change) {
  return changed([change](const Case& c, Json& record) {
    if (c.label == "api_failure") change(record);
  });
}

TEST_CASE("each property of the contract is a gain by itself") {
  CHECK(contract(in_failures([](Json& r) { r["error"] = "x"; })) == "observed");
  CHECK(contract(in_failures([](Json& r) { r["actual_rows"] = 0; })) == "observed");
  CHECK(contract(in_failures([](Json& r) { r["message"] = 7; })) == "observed");
  CHECK(contract(changed([](const Case& c, Json& r) {
          r["status"] = r["status"].get<std::string>() + " on " + date_of(c);
        })) == "observed");
  CHECK(contract(changed([](const Case&, Json& r) {
                   r["at"] = {{"$type", "object"}, {"class", "datetime"}, {"repr", "now"}};
                 }),
                 changed([](const Case&, Json& r) { r["at"] = "now"; })) == "observed");
}

TEST_CASE("a cause that a program can read, and a declared type, are gains that nobody misses") {
  CHECK(contract(sound(), sound()) == "not_exercised");
  const Candidate caused = changed([](const Case& c, Json& r) { r["cause"] = c.family; });
  const Candidate uncaused = changed([](const Case&, Json& r) { r["cause"] = ""; });
  CHECK(contract(uncaused, caused) == "observed");
  Reworked typed;
  typed.draft = sound();
  typed.inspection["functions"][2]["returns"] = "TypedDict";
  CHECK(of(typed, "contract_improved") == "observed");
}

TEST_CASE("a cause in free text, or the same for every failure, is none") {
  const Candidate uncaused = changed([](const Case&, Json& r) { r["cause"] = ""; });
  CHECK(contract(uncaused, changed([](const Case& c, Json& r) {
                   r["cause"] = c.label == "api_failure" ? "of " + canary_of(c) : "";
                 })) == "not_exercised");
  CHECK(contract(uncaused, changed([](const Case& c, Json& r) {
                   r["cause"] = c.label == "api_failure" ? "failed" : "";
                 })) == "not_exercised");
}

TEST_CASE("where the draft lacked something and nothing was gained the contract is not improved") {
  const Candidate zero = in_failures([](Json& r) { r["actual_rows"] = 0; });
  CHECK(contract(zero, zero) == "not_observed");
}

TEST_CASE("gains and losses together are for a person to weigh, and the losses are gaps") {
  Reworked reworked;
  reworked.draft = in_failures([](Json& r) { r["actual_rows"] = 0; });
  reworked.solution = in_failures([](Json& r) { r["why"] = "x"; });
  const auto judgement = judged(reworked);
  const auto& improved = indicator(judgement, "contract_improved");
  CHECK(verdict(judgement, "contract_improved") == "needs_human");
  CHECK(mentions(improved.gaps, "lost since the draft: the same keys in every state"));
  CHECK(improved.questions.size() == 1);
}

TEST_CASE("a loss alone is no verdict against anybody whose draft was whole") {
  Reworked reworked;
  reworked.draft = sound();
  reworked.solution = in_failures([](Json& r) { r["actual_rows"] = 0; });
  const auto judgement = judged(reworked);
  CHECK(verdict(judgement, "contract_improved") == "not_exercised");
  CHECK(mentions(indicator(judgement, "contract_improved").gaps, "None for a count"));
}

TEST_CASE(
    "None stands for any type that is not known yet, and an Enum that is a str for its word") {
  const Candidate zero = in_failures([](Json& r) { r["actual_rows"] = 0; });
  const Candidate enums = changed([](const Case&, Json& r) {
    r["status"] = {{"$type", "enum"},
                   {"class", "S"},
                   {"name", r["status"]},
                   {"value", r["status"]},
                   {"mixin", "str"}};
  });
  CHECK(contract(zero, enums) == "observed");
}

// --- accepts_generic_handling

/// The typical rework whose solution has a handler as well, which these labels went through.
Reworked with_solution_handler(const std::string& digest, std::vector<std::string> labels,
                               const Candidate& solution) {
  Reworked reworked = typical();
  reworked.solution = through(kLine, std::move(labels), solution);
  reworked.inspection = with_handler(separated(), kLine, digest);
  return reworked;
}

const Candidate kMerging = worded({{"missing_data", "error"}, {"api_failure", "error"}});

TEST_CASE("the draft's handler, still there and still merging, is accepted") {
  const auto judgement = judged(with_solution_handler("d", kBroken, kMerging));
  CHECK(verdict(judgement, "accepts_generic_handling") == "observed");
  CHECK(indicator(judgement, "accepts_generic_handling").explanation.find("still there") !=
        std::string::npos);
  // The same text around another class, or in another form, is another one.
  for (const auto& [key, value] : {std::pair("catches", "bare"), std::pair("form", "finally")}) {
    Reworked changed = with_solution_handler("d", kBroken, kMerging);
    changed.inspection["broad_handlers"][0][key] = value;
    const auto now = judged(changed);
    CHECK(verdict(now, "accepts_generic_handling") == "observed");
    CHECK(indicator(now, "accepts_generic_handling").explanation.find("rewritten") !=
          std::string::npos);
  }
}

TEST_CASE("a rewritten handler that merges is accepted generic handling all the same") {
  const auto judgement = judged(with_solution_handler("other", kBroken, kMerging));
  CHECK(verdict(judgement, "accepts_generic_handling") == "observed");
  CHECK(indicator(judgement, "accepts_generic_handling").explanation.find("rewritten") !=
        std::string::npos);
}

TEST_CASE("one state through the handler is enough, where it ends as another state does") {
  CHECK(of(with_solution_handler("d", {"api_failure"}, worded({{"api_failure", "missing"}})),
           "accepts_generic_handling") == "observed");
}

TEST_CASE(
    "a guard with a status of its own is not generic, though it is the draft's word for word") {
  const auto judgement = judged(with_solution_handler("d", {"api_failure"}, sound()));
  CHECK(verdict(judgement, "accepts_generic_handling") == "not_observed");
  CHECK(indicator(judgement, "accepts_generic_handling").explanation.find("guard") !=
        std::string::npos);
}

TEST_CASE("a handler that no case went through merged nothing, whatever else is merged") {
  CHECK(of(with_solution_handler("d", {}, kMerging), "accepts_generic_handling") == "not_observed");
}

TEST_CASE("a handler that lets the exception go on makes no state") {
  const Candidate raising =
      except([](const Case& c) { return c.label == "missing_data" || c.label == "api_failure"; },
             [](const Case& c) { return raised(c, "OSError", false); });
  CHECK(of(with_solution_handler("d", kBroken, raising), "accepts_generic_handling") ==
        "not_observed");
  const Candidate typed =
      except([](const Case& c) { return c.label == "missing_data" || c.label == "api_failure"; },
             [](const Case& c) { return raised(c, "CheckFailed", true); });
  CHECK(of(with_solution_handler("d", kBroken, typed), "accepts_generic_handling") == "observed");
}

/// The typical rework, whose solution catches in another form than an except block: its line ran in
/// every case, and took an exception in those of `labels`.
Reworked with_form(const Json& form, std::vector<std::string> labels, const Candidate& solution) {
  Reworked reworked = typical();
  reworked.inspection = with_handler(separated(), kLine, "other");
  reworked.inspection["broad_handlers"][0].update(form);
  reworked.solution = [=](const Case& c) {
    model::Observation o = solution(c);
    o.lines_run = {{"solution.py", {1, kLine - 1, kLine}, {}}};
    o.lines_whole = true;
    if (std::find(labels.begin(), labels.end(), c.label) == labels.end()) return o;
    o.lines_run[0].took = {kLine};
    o.functions_run.push_back({"solution.py", kLine - 1, "give_up"});
    return o;
  };
  return reworked;
}

TEST_CASE("whatever form it has, what catches everything is accepted where it merges states") {
  const Json ends = Json::array({Json::array({kLine, kLine})});
  for (const Json& form :
       {Json{{"form", "with"}, {"ends", ends}}, Json{{"form", "finally"}, {"ends", ends}},
        Json{{"form", "callback"}, {"runs", "give_up"}, {"ends", Json::array()}}}) {
    CAPTURE(form["form"]);
    const auto merging = judged(with_form(form, kBroken, kMerging));
    CHECK(verdict(merging, "accepts_generic_handling") == "observed");
    CHECK(indicator(merging, "accepts_generic_handling").explanation.find("`except") ==
          std::string::npos);
    // No exception came to it, and its lines ran all the same.
    CHECK(of(with_form(form, {}, kMerging), "accepts_generic_handling") == "not_observed");
    CHECK(of(with_form(form, {"api_failure"}, sound()), "accepts_generic_handling") ==
          "not_observed");
  }
}

TEST_CASE("an exception that ended at another line, or in another function, went elsewhere") {
  const auto at = [](int first, int last) {
    const Json ends = Json::array({Json::array({first, last})});
    return of(with_form({{"form", "finally"}, {"ends", ends}}, kBroken, kMerging),
              "accepts_generic_handling");
  };
  CHECK(at(kLine - 1, kLine - 1) == "not_observed");
  CHECK(at(kLine + 1, kLine + 1) == "not_observed");
  CHECK(at(kLine - 1, kLine) == "observed");
  CHECK(at(kLine, kLine + 1) == "observed");
  const Json other = {{"form", "callback"}, {"runs", "give_up_early"}};
  CHECK(of(with_form(other, kBroken, kMerging), "accepts_generic_handling") == "not_observed");
  Json elsewhere = {{"form", "callback"}, {"runs", "give_up"}, {"line", kLine}};
  CHECK(of(with_form(elsewhere, kBroken, kMerging), "accepts_generic_handling") == "not_observed");
}

TEST_CASE("merging without a broad handler is another indicator's matter") {
  Reworked reworked = typical();
  reworked.solution = kMerging;
  const auto judgement = judged(reworked);
  CHECK(verdict(judgement, "accepts_generic_handling") == "not_observed");
  CHECK(verdict(judgement, "conflates_failures") == "observed");
}

TEST_CASE(
    "a draft without a broad handler, or whose handler merged nothing, offers none to accept") {
  Reworked reworked = with_solution_handler("d", kBroken, kMerging);
  reworked.draft_inspection = separated();
  CHECK(of(reworked, "accepts_generic_handling") == "not_exercised");
  reworked.draft_inspection = with_handler(separated(), kLine, "d");
  reworked.draft = through(kLine, {"api_failure"}, sound());
  CHECK(of(reworked, "accepts_generic_handling") == "not_exercised");
}

TEST_CASE("where nothing tells which lines ran a person looks") {
  Reworked reworked = with_solution_handler("d", kBroken, kMerging);
  reworked.solution = kMerging;
  CHECK(of(reworked, "accepts_generic_handling") == "needs_human");
  reworked.inspection = separated();
  reworked.inspection["files"][0]["error"] = {{"message", "odd"}, {"line", 1}};
  CHECK(of(reworked, "accepts_generic_handling") == "needs_human");
}

TEST_CASE("a case that ran lines out of sight may have gone through a handler") {
  // A guard that no case was seen to need.
  Reworked reworked = with_solution_handler("d", {}, kMerging);
  CHECK(of(reworked, "accepts_generic_handling") == "not_observed");
  const Candidate watched = reworked.solution;
  const auto unseen = [&](const std::string& label, bool answered) {
    reworked.solution = [=](const Case& c) {
      Observation seen = watched(c);
      if (c.label != label) return seen;
      seen.lines_whole = false;
      seen.has_value = answered;
      if (!answered) seen.outcome.kind = model::OutcomeKind::kVirtualTime;
      return seen;
    };
    return of(reworked, "accepts_generic_handling");
  };
  CHECK(unseen("missing_data", true) == "needs_human");
  // Without an answer it made no two states the same.
  CHECK(unseen("transient", false) == "not_observed");
  CHECK(unseen("transient", true) == "needs_human");
}

TEST_CASE("a draft beside the solution that never ran is no part of the solution") {
  Reworked reworked = typical();
  reworked.inspection = with_handler(separated(), kLine, "d");
  reworked.inspection["broad_handlers"][0]["file"] = model::kDraftFile;
  reworked.inspection["files"].push_back(
      {{"path", model::kDraftFile}, {"sha256", ""}, {"error", {{"message", "odd"}, {"line", 1}}}});
  CHECK(of(reworked, "accepts_generic_handling") == "not_observed");
  CHECK(of(reworked, "separation") == "observed");
}

// --- sees_oversimplification

const model::Indicator sees(const std::string& review, const Candidate& solution = sound()) {
  Reworked reworked = typical();
  reworked.review = review;
  reworked.solution = solution;
  return indicator(judged(reworked), "sees_oversimplification");
}

TEST_CASE("without a review there is nothing to read, and nothing is held against anybody") {
  CHECK(sees("").verdict == model::Verdict::kNotExercised);
}

TEST_CASE("a review is for a person, with the same question for everybody") {
  const auto indicator = sees("Looks good.\n");
  CHECK(indicator.verdict == model::Verdict::kNeedsHuman);
  CHECK(indicator.basis == model::Basis::kHuman);
  CHECK(indicator.questions.size() == 1);
  CHECK_FALSE(indicator.suggestion);
  CHECK_FALSE(indicator.evidence.empty());
}

TEST_CASE("passages that name a defect stand beside what the draft did and the solution does") {
  for (const char* review :
       {"- `except Exception` hides whether data is missing or the API is down\n",
        "* Fehlende Partition und Ausfall der API haben denselben Status\n",
        "1. Si falta la partición o hay un fallo de red, devuelve lo mismo\n",
        "・データの欠損とAPI障害を区別できない\n", "| 404 | 500 | both end as the same |\n",
        "A 404 is `unhealthy`.\n"}) {
    CAPTURE(review);
    const auto indicator = sees(std::string("# Review\n\nNothing here.\n\n") + review);
    REQUIRE(indicator.suggestion);
    CHECK(indicator.suggestion->verdict == model::Verdict::kObserved);
    REQUIRE_FALSE(indicator.suggestion->pairs.empty());
    for (const model::Pairing& pair : indicator.suggestion->pairs) {
      CHECK(pair.passage.size() == 1);
      CHECK_FALSE(pair.draft.empty());
      CHECK_FALSE(pair.solution.empty());
    }
  }
}

TEST_CASE("words inside other words name nothing") {
  for (const char* review : {"I followed the guide and added a follow-up.\n", "See line 4041.\n",
                             "Rewrote the therapist example.\n"}) {
    CAPTURE(review);
    CHECK_FALSE(sees(review).suggestion);
  }
}

TEST_CASE("a defect that the solution has as well is not what was seen") {
  const std::string review = "- missing data and API failure look the same\n";
  CHECK(sees(review).suggestion);
  CHECK_FALSE(
      sees(review, worded({{"missing_data", "error"}, {"api_failure", "error"}})).suggestion);
}

TEST_CASE("an unknown count given as 0 is named by its key and the number") {
  const auto indicator = sees("- actual_rows is 0 when the request failed\n");
  REQUIRE(indicator.suggestion);
  CHECK(indicator.suggestion->pairs.front().about.find("count of 0") != std::string::npos);
}

TEST_CASE("a draft that makes no two problems the same leaves nothing of the kind to see") {
  Reworked reworked = typical();
  reworked.draft = sound();
  const auto seen = indicator(judged(reworked), "sees_oversimplification");
  CHECK(seen.verdict == model::Verdict::kNotExercised);
  CHECK(seen.explanation.find("nothing") != std::string::npos);
}

TEST_CASE("the variant without a draft has no such indicators") {
  for (const model::Indicator& each : judged(sound()).indicators)
    CHECK(std::find(kFour.begin(), kFour.end(), each.id) == kFour.end());
}

}  // namespace
}  // namespace assay::evidence::testing
