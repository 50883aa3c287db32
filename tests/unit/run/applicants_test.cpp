#include "harness/run/applicants.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/scratch.h"

namespace assay::run {
namespace {

using testing::Scratch;
using Names = std::vector<std::string>;

Intake intake_of(const std::vector<std::string>& origins) {
  Intake intake;
  for (const std::string& origin : origins) {
    intake.submissions.emplace_back();
    intake.submissions.back().origin = origin;
  }
  return intake;
}

Names names_of(const Result<ApplicantTable>& table) {
  REQUIRE_MESSAGE(table.ok(), table.error().to_string());
  Names files;
  for (const ApplicantRow& row : table->rows) files.push_back(row.file);
  return files;
}

TEST_CASE("a table is read by the names of its columns, quotes and line ends of any system") {
  const auto table = parse_applicants(
      "\xef\xbb\xbf"
      "application_id,name,file\r\n"
      "4711,\"King, \"\"Ada\"\"\nLovelace\",ada.zip\r\n\r\n 12 ,Bob,\"monday/b,ob/\"",
      "who.csv");
  REQUIRE(names_of(table) == Names{"ada.zip", "monday/b,ob"});
  CHECK(table->rows[0].applicant == model::Applicant{"", "4711"});
  CHECK(table->rows[1].applicant.application_id == "12");
  CHECK(table->rows[1].line == 5);
  CHECK(table->notices.empty());
}

TEST_CASE("a column that is near a known one and none is told, and others are passed over") {
  const auto told = [](const std::string& head) {
    const auto table = parse_applicants(head + "\n", "who.csv");
    REQUIRE_MESSAGE(table.ok(), table.error().to_string());
    return table->notices;
  };
  CHECK(told("file,candidate_ref,applicaton_id") ==
        Names{"who.csv:1: the column \"applicaton_id\" is not used; did you mean "
              "application_id?"});
  for (const char* near : {"Application ID", "applicationId", "application-ids", "APPLICATION_ID"})
    CHECK_MESSAGE(told(std::string("file,candidate_ref,") + near).size() == 1, near);
  for (const char* other : {"name", "candidate_name", "application_date", "title", "id", ""})
    CHECK_MESSAGE(told(std::string("file,application_id,") + other).empty(), other);
  CHECK(told("file,candidate_ref,application_id,applicaton_id").empty());
}

TEST_CASE("rows whose cells are all empty are passed over, also where a cell is missing") {
  CHECK(names_of(parse_applicants("file,candidate_ref,x\nada.zip,c-1,\n,,\n \t, ,\n,\n\"\",,\n"
                                  "bob.zip,c-2,\n",
                                  "who.csv")) == Names{"ada.zip", "bob.zip"});
}

TEST_CASE("what is wrong with a table is told with its line and its column") {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "who.csv: the table is empty"},
      {"name,candidate_ref\n", "who.csv:1:1: there is no column \"file\""},
      {"file,name\n", "who.csv:1:1: there is no column \"candidate_ref\""},
      {"file;candidate_ref\nada.zip;c-1\n",
       "who.csv:1:1: there is no column \"file\": the columns are separated by semicolons\n"
       "  Save the table as CSV with commas between the columns."},
      {"file\tcandidate_ref\n",
       "who.csv:1:1: there is no column \"file\": the columns are separated by tabs\n"},
      {"candidate_ref,files\n",
       "who.csv:1:15: there is no column \"file\"; did you mean file by \"files\"?\n"},
      {"file,Candidate Reff\n",
       "who.csv:1:6: there is no column \"candidate_ref\" and no \"application_id\"; did you mean "
       "candidate_ref by \"Candidate Reff\"?\n"},
      {"file,candidate_ref,file\n", "who.csv:1:20: there are two columns"},
      {"file,candidate_ref\nada.zip\n", "who.csv:2:1: this line has 1 cell, and"},
      {"file,candidate_ref\n\"\xc3\xa9\",\n", "who.csv:2:5: there is no candidate_ref here"},
      {"file,candidate_ref\n ,c-1\n", "who.csv:2:1: no file is named here"},
      {"file,candidate_ref\nada.zip,\"c-1\n", "who.csv:2:9: this quote is not closed"},
      {"file,candidate_ref\n\"ada\".zip,c-1\n",
       "who.csv:2:6: there is text behind a closing quote"},
      {"file,candidate_ref\nada\xff.zip,c-1\n", "who.csv:2:1: this cell is not UTF-8"}};
  for (const auto& [text, message] : wrong) {
    CAPTURE(text);
    const auto table = parse_applicants(text, "who.csv");
    REQUIRE_FALSE(table.ok());
    CHECK(table.error().to_string().find(message) == 0);
  }
  const auto large = parse_applicants("file,candidate_ref\n" + std::string(501, 'x') + ",1", "w");
  CHECK_FALSE(large.ok());
}

TEST_CASE("rows find their submissions by the end of a path, and who is missing is told") {
  const Scratch scratch;
  const std::string table = scratch.write(
      "who.csv",
      "file,candidate_ref,application_id\nada.zip,c-1,4711\nmonday/bob,c-2,4712\nzoe.py,c-3,1\n");
  Intake intake = intake_of({"in/ada.zip", "in/monday//bob/", "in/friday/bob", "in/xada.zip"});
  const Status status = add_applicants(table, intake);
  REQUIRE_MESSAGE(status.ok(), status.error().to_string());
  CHECK(intake.submissions[0].applicant == model::Applicant{"c-1", "4711"});
  CHECK(intake.submissions[1].applicant == model::Applicant{"c-2", "4712"});
  CHECK(intake.submissions[2].applicant == model::Applicant{});
  REQUIRE(intake.notices.size() == 3);
  CHECK(intake.notices[0] == table + ":4:1: no submission is called zoe.py");
  CHECK(intake.notices[1].starts_with("in/friday/bob: no line of "));
  CHECK(intake.notices[2].starts_with("in/xada.zip: no line of "));
}

TEST_CASE("where more than three submissions have no line they are told together") {
  const Scratch scratch;
  const std::string table = scratch.write("who.csv", "file,candidate_ref\nn.py,c-1\n");
  Intake intake = intake_of({"in/n.py", "in/a.py", "in/b.py", "in/c.py", "in/d.py", "in/e.py"});
  for (model::Submission& submission : intake.submissions)
    submission.id = submission.origin.substr(3, 1);
  Intake more = intake;
  more.submissions.push_back({.id = "f", .origin = "in/f.py"});
  REQUIRE(add_applicants(table, intake).ok());
  CHECK(intake.notices == Names{"5 of 6 submissions have no line in " + table +
                                ", so their reports have no ids: a, b, c, d and e"});
  REQUIRE(add_applicants(table, more).ok());
  CHECK(more.notices == Names{"6 of 7 submissions have no line in " + table +
                              ", so their reports have no ids: a, b, c, d, e and 1 more"});
}

TEST_CASE("a row that may mean two submissions, and two rows of one, are errors at their place") {
  const Scratch scratch;
  const std::string table =
      scratch.write("who.csv", "candidate_ref,file\nc-1,bob\nc-2,monday/bob\n");
  Intake two = intake_of({"in/monday/bob", "in/friday/bob"});
  const Status either = add_applicants(table, two);
  REQUIRE_FALSE(either.ok());
  CHECK(either.error().place.to_string() == table + ":2:5");
  Intake one = intake_of({"in/monday/bob"});
  const Status twice = add_applicants(table, one);
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().place.to_string() == table + ":3:5");
  CHECK(twice.error().message.find("line 2") != std::string::npos);
}

}  // namespace
}  // namespace assay::run
