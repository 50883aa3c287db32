#include "harness/report/format.h"

namespace assay::report {
namespace {

std::string render(const Json& report, const RenderOptions&) { return dump_json(report, 1) + "\n"; }

}  // namespace

extern const Format k_json;
const Format k_json{.name = "json", .file_name = "report.json", .render = render};

}  // namespace assay::report
