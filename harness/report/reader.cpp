#include "harness/report/reader.h"

#include "assay_report_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/model/report.h"
#include "harness/report/summary.h"

namespace assay::report {
namespace {

/// What one kind of file is, for its messages.
struct Form {
  std::string_view noun;
  std::string_view name;  ///< of its schema
  std::string_view schema;
  std::string_view hint;
  std::size_t max_bytes;
};

Result<Json> read_checked(const std::string& path, const Form& form) {
  ASSAY_TRY(const std::string text, read_text_file(path, form.max_bytes));
  const auto none = [&](const std::string& why) {
    return input_error("this is no " + std::string(form.noun) + " of Assay: " + why, {path},
                       std::string(form.hint));
  };
  // What the parser expected, and where, says nothing of a file that never was one.
  auto parsed = parse_json(text, path);
  if (!parsed.ok()) return none(text.empty() ? "it is empty" : "it is no JSON, or not all of it");
  Json document = std::move(parsed).value();
  const auto schema = document.is_object() ? document.find("schema") : document.end();
  if (schema == document.end() || *schema != form.name)
    return none("its \"schema\" is not \"" + std::string(form.name) + "\"");
  const auto findings = Schema(form.schema).check(document);
  if (!findings.empty())
    return findings_error(
        findings, [&](const Finding& finding) { return Place{path + "#" + finding.pointer}; });
  return document;
}

}  // namespace

Result<Json> read_report(const std::string& path) {
  return read_checked(
      path, {"report", model::kReportSchema, k_report_schema_json,
             "assay grade writes reports as DIR/<submission>/report.json", kMaxReportBytes});
}

Result<Json> read_summary(const std::string& path) {
  ASSAY_TRY(Json summary, read_checked(path, {"summary", kSummarySchema, k_summary_schema_json,
                                              "Grade again, or move it away.", kMaxSummaryBytes}));
  // What a schema cannot say.
  const std::size_t columns = summary.at("indicators").size();
  for (std::size_t i = 0; i < summary.at("submissions").size(); ++i) {
    const Json& submission = summary.at("submissions")[i];
    if (submission.contains("failed")) continue;
    if (!summary.contains("exercise") || submission.at("verdicts").size() != columns)
      return input_error("expected an exercise and a verdict for each of the summary's indicators",
                         {path + "#/submissions/" + std::to_string(i)},
                         "Grade again, or move it away.");
  }
  return summary;
}

}  // namespace assay::report
