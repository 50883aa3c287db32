#include "harness/report/reader.h"

#include "assay_report_embedded.h"
#include "harness/authored/document.h"
#include "harness/authored/schema.h"
#include "harness/model/report.h"

namespace assay::report {

Result<Json> read_report(const std::string& path) {
  ASSAY_TRY(const std::string text, read_text_file(path, kMaxReportBytes));
  ASSAY_TRY(Json report, parse_json(text, path));
  const auto schema = report.is_object() ? report.find("schema") : report.end();
  if (schema == report.end() || *schema != model::kReportSchema)
    return input_error("this is no report of Assay: its \"schema\" is not \"" +
                           std::string(model::kReportSchema) + "\"",
                       {path}, "assay grade writes reports as DIR/<submission>/report.json");
  const auto findings = Schema(k_report_schema_json).check(report);
  if (!findings.empty())
    return findings_error(
        findings, [&](const Finding& finding) { return Place{path + "#" + finding.pointer}; });
  return report;
}

}  // namespace assay::report
