#include "harness/report/reader.h"

#include <doctest/doctest.h>

#include "harness/report/format.h"
#include "harness/report/summary.h"
#include "tests/support/scratch.h"
#include "tests/unit/report/fixture.h"

namespace assay::report {
namespace {

/// A file that is gone when the test is.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) { scratch_.write(kName, std::string(bytes)); }
  std::string path() const { return scratch_.path(kName); }

 private:
  static constexpr const char* kName = "report.json";
  testing::Scratch scratch_;
};

TEST_CASE("a report that was written is read back as it was") {
  for (const model::Report& report :
       {fixture::sound(), fixture::hostile(), fixture::not_gradable()}) {
    const std::string text = find_format("json")->render(Json(report), {});
    const TemporaryFile file(text);
    const auto read = read_report(file.path());
    REQUIRE_MESSAGE(read.ok(), read.error().to_string());
    CHECK_EQ(find_format("json")->render(*read, {}), text);
  }
}

TEST_CASE("what is no report is an error that says so") {
  for (const std::string_view text :
       {"", "[]", "{}", "{\"schema\": 1}", "{\"schema\": \"assay.report/9\"}"}) {
    CAPTURE(text);
    const TemporaryFile file(text);
    const auto read = read_report(file.path());
    REQUIRE_FALSE(read.ok());
    CHECK_EQ(read.error().kind, ErrorKind::kInput);
  }
  CHECK_FALSE(read_report("/no/such/report.json").ok());
}

TEST_CASE("a file that is no JSON is no report, in words that do not come from a parser") {
  for (const auto& [text, why] : {std::pair("def f():\n    return {}\n", "no JSON, or not all of"),
                                  {"{\"schema\": \"assay.report/1\"", "no JSON, or not all of"},
                                  {"", "it is empty"}}) {
    CAPTURE(text);
    const TemporaryFile file(text);
    const std::string told = read_report(file.path()).error().to_string();
    CHECK(told.starts_with(file.path() + ": this is no report of Assay: it is "));
    CHECK_NE(told.find(why), std::string::npos);
    CHECK_EQ(told.find("parse"), std::string::npos);
    CHECK_NE(told.find("DIR/<submission>/report.json"), std::string::npos);
  }
}

TEST_CASE("a report that was changed by hand is an error that says where") {
  Json report = fixture::sound();
  report["graded"]["cases"][2]["outcome"]["kind"] = "pased";
  const TemporaryFile file(dump_json(report));
  const auto read = read_report(file.path());
  REQUIRE_FALSE(read.ok());
  CHECK_NE(read.error().to_string().find("/graded/cases/2/outcome/kind"), std::string::npos);
}

Json whole_summary() {
  return summarise({entry_of(Json(fixture::sound())), entry_of(Json(fixture::not_gradable())),
                    failed_entry("gone", "It could not be read.")});
}

TEST_CASE("a summary that was written is read back as it was") {
  for (const Json& summary : {whole_summary(), summarise({failed_entry("gone", "No file.")})}) {
    const TemporaryFile file(dump_json(summary));
    const auto read = read_summary(file.path());
    REQUIRE_MESSAGE(read.ok(), read.error().to_string());
    CHECK_EQ(summarise(entries_of(*read)), summary);
  }
}

TEST_CASE("what no grading could have summed up is an error that says so") {
  Json short_of_a_verdict = whole_summary();
  short_of_a_verdict["indicators"].erase(0);
  Json of_no_exercise = whole_summary();
  of_no_exercise.erase("exercise");
  Json of_nobody = whole_summary();
  of_nobody["submissions"][0].erase("id");
  for (const std::string& text :
       {std::string("[]"), std::string("{\"x\": 1}"), dump_json(Json(fixture::sound())),
        std::string("{\"submissions\": [{}], \"indicators\": []}"), dump_json(short_of_a_verdict),
        dump_json(of_no_exercise), dump_json(of_nobody)}) {
    CAPTURE(text);
    const TemporaryFile file(text);
    const auto read = read_summary(file.path());
    REQUIRE_FALSE(read.ok());
    CHECK_EQ(read.error().kind, ErrorKind::kInput);
    CHECK(read.error().place.file.starts_with(file.path()));
  }
}

}  // namespace
}  // namespace assay::report
