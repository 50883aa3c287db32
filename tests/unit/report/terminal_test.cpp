#include <doctest/doctest.h>

#include "harness/base/utf8.h"
#include "harness/report/format.h"
#include "harness/report/terminal_case.h"
#include "harness/report/text.h"
#include "harness/report/words.h"
#include "tests/support/golden.h"
#include "tests/unit/report/fixture.h"

namespace assay::report {
namespace {

const std::vector<model::Report>& all_reports() {
  static const std::vector<model::Report> kReports{fixture::sound(), fixture::hostile(),
                                                   fixture::not_gradable(), fixture::with_draft()};
  return kReports;
}

/// Every page that a terminal may be sent of a report.
std::vector<std::string> pages(const Json& report, const RenderOptions& options) {
  std::vector<std::string> all{find_format("terminal")->render(report, options)};
  for (const Json& item : report.at("graded").at("cases"))
    all.push_back(render_case(report, item.at("id").get<std::string>(), options).value());
  return all;
}

/// Takes out the sequences that only select a style.
std::string without_styles(std::string text) {
  for (std::size_t at; (at = text.find("\x1b[")) != std::string::npos;) {
    const std::size_t end = text.find_first_not_of("0123456789;", at + 2);
    REQUIRE_LT(end, text.size());
    REQUIRE_EQ(text[end], 'm');
    text.erase(at, end + 1 - at);
  }
  return text;
}

TEST_CASE("no line is wider than the terminal") {
  for (const model::Report& report : all_reports()) {
    for (const int width : {60, 80, 132}) {
      for (const std::string& page : pages(report, {.width = width})) {
        for (const std::string_view line : lines_of(page)) {
          CAPTURE(line);
          CHECK_LE(display_width(line), static_cast<std::size_t>(width));
        }
      }
    }
  }
}

TEST_CASE(
    "no control character but the line end reaches a terminal, and no bidirectional control") {
  for (const model::Report& report : all_reports()) {
    for (const std::string& page : pages(report, {})) {
      for (std::size_t at = 0; at < page.size();) {
        const CodePoint c = code_point_at(page, at);
        const bool control =
            (c.value < 0x20 && c.value != '\n') || (c.value >= 0x7F && c.value < 0xA0);
        CHECK_FALSE(control);
        const bool bidirectional =
            (c.value >= 0x202A && c.value <= 0x202E) || (c.value >= 0x2066 && c.value <= 0x2069);
        CHECK_FALSE(bidirectional);
        at += c.length;
      }
    }
  }
}

TEST_CASE("colour adds styles and changes nothing else") {
  for (const model::Report& report : all_reports()) {
    const auto plain = pages(report, {});
    const auto coloured = pages(report, {.colour = true});
    REQUIRE_EQ(plain.size(), coloured.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      CHECK_NE(coloured[i].find("\x1b["), std::string::npos);
      CHECK_EQ(without_styles(coloured[i]), plain[i]);
    }
  }
}

TEST_CASE("a run without a sandbox says so in red before anything else") {
  const std::string page =
      find_format("terminal")->render(Json(fixture::hostile()), {.colour = true});
  const std::size_t alarm = page.find("\x1b[1;37;41mNot sandboxed");
  REQUIRE_NE(alarm, std::string::npos);
  CHECK_LT(alarm, page.find("BELOW"));
  const std::string boxed = find_format("terminal")->render(Json(fixture::sound()), {});
  CHECK_EQ(boxed.find("Not sandboxed"), std::string::npos);
}

TEST_CASE("a suggestion of a machine is not shown beside the verdict that a person is to give") {
  for (const std::string& page : pages(Json(fixture::sound()), {}))
    CHECK_EQ(page.find("only broken transfers lack a result"), std::string::npos);
}

TEST_CASE("a case is shown with its requests in virtual time as the golden file has it") {
  for (const std::string id : {"fails-twice", "hang", "truncated"})
    testing::check_golden("case_" + id + ".terminal",
                          render_case(Json(fixture::sound()), id, {}).value());
  testing::check_golden("case_hostile.terminal",
                        render_case(Json(fixture::hostile()), "hostile", {}).value());
}

TEST_CASE("a case of a report with a draft tells what the draft did in it") {
  const auto page = render_case(Json(fixture::with_draft()), "missing", {});
  REQUIRE(page.ok());
  const std::size_t at = page->find("The draft in this case");
  REQUIRE_NE(at, std::string::npos);
  CHECK_NE(page->find("'unhealthy'", at), std::string::npos);
  CHECK_EQ(render_case(Json(fixture::sound()), "missing", {}).value().find("draft"),
           std::string::npos);
}

TEST_CASE("the report's page tells where a draft answered otherwise, and only there") {
  const std::string page = find_format("terminal")->render(Json(fixture::with_draft()), {});
  const std::size_t at = page.find("The draft in the same cases");
  REQUIRE_NE(at, std::string::npos);
  CHECK_NE(page.find("It answered otherwise in 5 of 9 cases", at), std::string::npos);
  CHECK_EQ(page.find("at-minimum", at), std::string::npos);

  model::Report same = fixture::with_draft();
  same.draft->observations = same.observations;
  CHECK_NE(find_format("terminal")->render(Json(same), {}).find("in every case"),
           std::string::npos);
}

TEST_CASE("whose draft it is stands at the top, and so does that none was kept") {
  model::Report report = fixture::with_draft();
  CHECK_NE(find_format("terminal")->render(Json(report), {}).find("every candidate was given"),
           std::string::npos);
  report.draft_kind = model::DraftKind::kOwn;
  report.draft.reset();
  CHECK_NE(find_format("terminal")->render(Json(report), {}).find("not kept"), std::string::npos);
}

TEST_CASE("a case that is not in the report is an error that names the one that may be meant") {
  const auto page = render_case(Json(fixture::sound()), "helthy", {});
  REQUIRE_FALSE(page.ok());
  CHECK_EQ(page.error().kind, ErrorKind::kInput);
  CHECK_NE(page.error().message.find("'helthy'"), std::string::npos);
  CHECK_EQ(page.error().hint, "did you mean healthy?");
}

TEST_CASE("where none is near, cases are listed up to ten, and beyond it is told where they are") {
  Json report = fixture::sound();
  const auto few = render_case(report, "quite-another-one", {});
  REQUIRE_FALSE(few.ok());
  CHECK_NE(few.error().hint.find("it has: healthy healthy~twin"), std::string::npos);
  Json& cases = report["graded"]["cases"];
  while (cases.size() < 11) cases.push_back(cases.back());
  const auto many = render_case(report, "quite-another-one", {});
  REQUIRE_FALSE(many.ok());
  CHECK_EQ(many.error().hint, "it has 11: `assay show` without a case lists them");
}

TEST_CASE("an answer in words tells the wait that it asked for and that a page follows") {
  const Json request = {{"status", 429},
                        {"bytes_sent", 10},
                        {"end", "keep_alive"},
                        {"retry_after", "30"},
                        {"next_page", true}};
  CHECK_EQ(words_of_answer(request), "429, 10 bytes, Retry-After: 30, a further page follows");
}

TEST_CASE("a case that memory ended names the limit and the peak") {
  model::Report report = fixture::hostile();
  for (model::Observation& observation : report.observations) {
    if (observation.outcome.kind != model::OutcomeKind::kMemory) continue;
    observation.outcome.detail = "it reached its limit of 64 MiB: the kernel gave it no more";
    observation.run.peak_memory_bytes = (112 << 20) - 4096;
  }
  const std::string page = without_styles(render_case(report, "memory", {.width = 132}).value());
  CHECK(page.find(
            "it reached its limit of 64 MiB: the kernel gave it no more; the peak was 112 MiB") !=
        std::string::npos);
  const std::string html = find_format("html")->render(report, {});
  CHECK(html.find("the kernel gave it no more; the peak was 112 MiB") != std::string::npos);
  const Json json = report;
  const Json* other = &json.at("graded").at("cases").at(0);
  CHECK(words_of_end(json, *other) == other->at("outcome").value("detail", ""));
}

}  // namespace
}  // namespace assay::report
