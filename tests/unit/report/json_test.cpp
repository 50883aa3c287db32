#include <doctest/doctest.h>

#include "harness/report/format.h"
#include "tests/unit/report/fixture.h"

namespace assay::report {
namespace {

TEST_CASE("graded says nothing of the run, of the host or of where the exercise lay") {
  model::Report a = fixture::sound();
  model::Report b = fixture::sound();
  b.run = {};
  b.run.host = "elsewhere";
  b.exercise.folder = "/another/place";
  for (model::Observation& observation : b.observations) observation.run = {};
  CHECK_EQ(dump_json(Json(a)["graded"]), dump_json(Json(b)["graded"]));
  CHECK_NE(dump_json(Json(a)["run"]), dump_json(Json(b)["run"]));
  CHECK_EQ(dump_json(Json(a)).find("/somewhere/"), std::string::npos);
}

TEST_CASE("what checks read of a fact stays out of the report") {
  model::Report report = fixture::sound();
  report.judgement.evidence[0].data = {{"secret", "expectation"}};
  const Json fact = Json(report)["graded"]["evidence"][0];
  CHECK_EQ(fact.size(), 3);
  CHECK_EQ(dump_json(fact).find("expectation"), std::string::npos);
}

TEST_CASE("expectations and scripts of a case stay out of the report") {
  model::Report report = fixture::sound();
  report.cases[0].expect = {{"actual_rows", 424242}};
  report.cases[0].script = {{{"steps", 424242}}};
  report.cases[0].world = {{"rows", 424242}};
  CHECK_EQ(dump_json(Json(report)).find("424242"), std::string::npos);
}

TEST_CASE("a time is in whole microseconds") {
  model::Report report = fixture::sound();
  report.observations[0].requests[0].at = Duration(1'234'567'899);
  CHECK_EQ(dump_json(Json(report)["graded"]["cases"][0]["requests"][0]["at_us"]), "1234567");
}

TEST_CASE("source that is not UTF-8 or too long is in the report as far as it can be") {
  model::Report report = fixture::sound();
  report.submission.files[0].bytes = "caf\xe9" + std::string(300 << 10, 'x');
  const Json file = Json(report)["graded"]["submission"]["files"][0];
  CHECK_EQ(file["text"].get<std::string>().substr(0, 7), "caf\uFFFDx");
  CHECK_EQ(file["bytes"], 4 + (300 << 10));
  CHECK_EQ(file["cut"], true);
  CHECK_EQ(Json(fixture::sound())["graded"]["submission"]["files"][0]["cut"], false);
}

TEST_CASE("final follows the anchor") {
  const auto final_of = [](const model::Report& report) {
    const Json final = Json(report)["final"];
    CHECK_EQ(final["because"], report.judgement.overall.because);
    return final["anchor"].get<std::string>() + " " + final["status"].get<std::string>() + " " +
           dump_json(final["open"]);
  };
  CHECK_EQ(final_of(fixture::sound()),
           R"(meets provisional ["structured_status","cannot_explain","retries_permanent"])");
  CHECK_EQ(final_of(fixture::hostile()), "below complete []");
  CHECK_EQ(final_of(fixture::not_gradable()), "not_gradable not_gradable []");
}

TEST_CASE("a report read back and written again is the same bytes") {
  for (const auto& report :
       {fixture::sound(), fixture::hostile(), fixture::not_gradable(), fixture::with_draft()}) {
    const std::string text = find_format("json")->render(Json(report), {});
    const Result<Json> read = parse_json(text, "report.json");
    REQUIRE(read.ok());
    CHECK_EQ(find_format("json")->render(*read, {}), text);
  }
}

TEST_CASE("a report of a variant without a draft speaks of none") {
  const Json graded = Json(fixture::sound())["graded"];
  CHECK_FALSE(graded.contains("draft"));
  CHECK_FALSE(graded["exercise"].contains("draft"));
  CHECK_FALSE(graded["exercise"].contains("draft_sha256"));
}

TEST_CASE("only the package's own draft has a hash in the exercise") {
  model::Report report = fixture::with_draft();
  CHECK_EQ(Json(report)["graded"]["exercise"]["draft"], "package");
  CHECK_EQ(Json(report)["graded"]["exercise"]["draft_sha256"], report.exercise.draft->sha256);
  CHECK_EQ(Json(report)["graded"]["draft"]["cases"].size(), report.cases.size());
  report.draft_kind = report.draft->kind = model::DraftKind::kOwn;
  CHECK_EQ(Json(report)["graded"]["exercise"]["draft"], "own");
  CHECK_FALSE(Json(report)["graded"]["exercise"].contains("draft_sha256"));
  report.draft.reset();
  CHECK_EQ(Json(report)["graded"]["exercise"]["draft"], "own");
  CHECK_FALSE(Json(report)["graded"].contains("draft"));
}

TEST_CASE("a format that does not exist is not found") {
  CHECK_EQ(find_format("pdf"), nullptr);
  REQUIRE_NE(find_format("json"), nullptr);
  CHECK_EQ(find_format("json")->file_name, "report.json");
}

}  // namespace
}  // namespace assay::report
