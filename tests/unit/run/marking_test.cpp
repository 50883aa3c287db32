// What becomes of a mark once it is in the chain, whatever lies beside it.

#include "harness/run/marking.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/marks/chain.h"
#include "harness/report/summary.h"
#include "harness/run/grade.h"
#include "tests/support/scratch.h"
#include "tests/unit/report/fixture.h"

namespace assay::run {
namespace {

using testing::Scratch;

const marks::Marker kMarker{"ada", "marker"};

marks::Decision decision(const std::string& indicator) {
  return {.rubric = "",
          .indicator = indicator,
          .human = model::Verdict::kObserved,
          .reason_code = "conversation",
          .text = "seen"};
}

/// An output folder with one report in it.
class Output {
 public:
  Output() { put(Json(fixture::sound())); }

  void put(const Json& report) { scratch_.write("sound/report.json", dump_json(report)); }
  void put_summary(const Json& summary) { scratch_.write("summary.json", dump_json(summary)); }

  const ResultFolder& folder() const { return folder_; }
  Json report() const {
    auto report = read_result(folder_);
    REQUIRE_MESSAGE(report.ok(), report.error().to_string());
    return *report;
  }
  Json summary() const {
    auto summary = parse_json(scratch_.read("summary.json"), "summary.json");
    REQUIRE(summary.ok());
    return *summary;
  }
  std::size_t lines() const { return marks::read_chain(folder_.path).value().marks.size(); }

  marks::SavedMark mark(const std::string& indicator = "cannot_explain") const {
    auto saved = save_mark(folder_, decision(indicator), kMarker, graded_sha256(report()));
    REQUIRE_MESSAGE(saved.ok(), saved.error().to_string());
    return *saved;
  }

 private:
  Scratch scratch_;
  ResultFolder folder_{scratch_.path() + "/sound", "sound"};
};

TEST_CASE("a mark is in the chain, the report and the summary") {
  Output output;
  output.put_summary(report::summarise({report::entry_of(output.report())}));
  CHECK(output.mark().notices.empty());
  CHECK_EQ(output.lines(), 1);
  CHECK(output.report().at("marks")[0].at("state") == "stands");
  const Json open = output.summary().at("submissions")[0].at("needs_human");
  CHECK(std::ranges::find(open, Json("cannot_explain")) == open.end());
}

TEST_CASE("a mark is saved, and says so, where the summary is none of ours") {
  Output output;
  Json without_verdicts = report::summarise({report::entry_of(output.report())});
  without_verdicts["submissions"][0]["verdicts"].erase(0);
  Json without_exercise = report::summarise({report::entry_of(output.report())});
  without_exercise.erase("exercise");
  Json without_id = report::summarise({report::entry_of(output.report())});
  without_id["submissions"][0].erase("id");
  const std::vector<Json> odd = {Json::parse(R"({"x": 1})"),
                                 Json::parse(R"({"submissions": [{}], "indicators": []})"),
                                 Json::parse(R"({"schema": "assay.summary/1", "sandboxed": true,
                                                 "submissions": [{}], "indicators": []})"),
                                 Json::array(),
                                 without_verdicts,
                                 without_exercise,
                                 without_id};
  for (std::size_t i = 0; i < odd.size(); ++i) {
    CAPTURE(i);
    output.put_summary(odd[i]);
    const auto notices = output.mark().notices;
    REQUIRE_EQ(notices.size(), 1);
    CHECK(notices[0].starts_with("the mark is saved; the summary could not be renewed: "));
    CHECK(notices[0].find("summary.json") != std::string::npos);
    CHECK(notices[0].find('\n') == std::string::npos);
    CHECK_EQ(output.lines(), i + 1);
    CHECK_EQ(output.report().at("marks").size(), i + 1);
    CHECK(output.summary() == odd[i]);
  }
}

TEST_CASE("a mark is saved, and says so, where the report can be renewed no more") {
  Output output;
  const Json report = output.report();
  const auto saved = output.mark();
  output.put(Json::object());
  const auto notices = renew_with_marks(output.folder(), {saved.mark}, graded_sha256(report));
  REQUIRE_EQ(notices.size(), 1);
  CHECK(notices[0].starts_with("the mark is saved; the report could not be renewed: "));
}

TEST_CASE("a report that took the place of the one that was marked is not undone") {
  Output output;
  const std::string marked = graded_sha256(output.report());
  const auto saved = output.mark();
  Json fresh = Json(fixture::sound());
  SUBCASE("and the mark stands where its evidence is the same") {
    fresh["graded"]["overall"]["because"] = "Judged anew.";
    output.put(fresh);
    CHECK_EQ(
        renew_with_marks(output.folder(), {saved.mark}, marked),
        std::vector<std::string>{"the submission was graded anew meanwhile; the mark is saved, "
                                 "and in the new report it stands"});
    CHECK(output.report().at("marks")[0].at("state") == "stands");
  }
  SUBCASE("and the mark is reopened where it is not") {
    fresh["graded"]["submission"]["sha256"] = std::string(64, '0');
    output.put(fresh);
    CHECK_EQ(
        renew_with_marks(output.folder(), {saved.mark}, marked),
        std::vector<std::string>{"the submission was graded anew meanwhile; the mark is saved, "
                                 "and in the new report it is reopened, since what it rests "
                                 "on has changed"});
    CHECK(output.report().at("marks")[0].at("state") == "reopened");
  }
  CHECK(output.report().at("graded") == fresh.at("graded"));
}

TEST_CASE("a mark on a report that is another by now is refused before it is saved") {
  Output output;
  const auto refused =
      save_mark(output.folder(), decision("cannot_explain"), kMarker, std::string(64, '0'));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("is not saved") != std::string::npos);
  CHECK_EQ(output.lines(), 0);
}

}  // namespace
}  // namespace assay::run
