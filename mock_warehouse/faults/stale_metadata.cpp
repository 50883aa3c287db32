#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "row counts and times as they were before the last load, so that they disagree with the rows; a rule that matches one operation makes table, listing and partition disagree with one another",
  "properties": {
    "rows_percent": {"description": "of the right row_count, rounded down; absent: 50", "type": "integer", "minimum": 0, "maximum": 1000},
    "age_s": {"description": "so many seconds earlier than it was is last_modified; absent: a day", "type": "integer", "minimum": 0, "maximum": 315360000},
    "date": {"description": "the partition; absent: all", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
  }
})";

constexpr int kDayInSeconds = 86'400;

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  View view = reply.view;
  view.stale = View::Stale{.date = parameters.value("date", ""),
                           .rows_percent = parameters.value("rows_percent", 50),
                           .age = std::chrono::seconds(parameters.value("age_s", kDayInSeconds))};
  return context.see(reply, std::move(view));
}

}  // namespace

extern const Fault k_stale_metadata{"stale_metadata", kParameters, always<Part::kMetadata>, apply};

}  // namespace assay::warehouse
