#include "mock_warehouse/view.h"

namespace assay::warehouse {

std::string earlier(const std::string& time, Duration age) {
  const auto parsed = parse_utc(time);
  return parsed ? format_utc(*parsed - age) : time;
}

Told told_of(const Partition& partition, const View& view) {
  if (!view.stale || (!view.stale->date.empty() && view.stale->date != partition.date))
    return {partition.told_row_count, partition.last_modified};
  return {partition.told_row_count / 100 * view.stale->rows_percent +
              partition.told_row_count % 100 * view.stale->rows_percent / 100,
          earlier(partition.last_modified, view.stale->age)};
}

bool is_hidden(const View& view, std::string_view date) {
  return view.hidden && (view.hidden->date.empty() || view.hidden->date == date);
}

}  // namespace assay::warehouse
