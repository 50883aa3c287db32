#include "mock_warehouse/bigquery/tabledata.h"

#include <algorithm>
#include <vector>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/tables.h"
#include "mock_warehouse/bigquery/types.h"
#include "mock_warehouse/rows.h"

namespace assay::warehouse::bigquery {
namespace {

/// The partitions that a listing shows, one after another.
std::vector<const Partition*> partitions_of(const Table& table, const std::string& date,
                                            const View& view) {
  std::vector<const Partition*> partitions;
  if (table.whole) partitions.push_back(&*table.whole);
  for (const auto& [day, partition] : table.partitions)
    if (!is_hidden(view, day) && (date.empty() || day == date)) partitions.push_back(&partition);
  return partitions;
}

/// By selectedFields, in the table's order; all where it is absent. Nothing where a name is of no
/// column.
std::optional<std::vector<std::size_t>> selected_columns(const Table& table,
                                                         const std::string& names) {
  std::vector<bool> chosen(table.columns.size(), names.empty());
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string_view name = std::string_view(names).substr(begin, end - begin);
    const auto found = std::ranges::find_if(
        table.columns, [&](const Column& column) { return same_name(column.name, name); });
    if (found == table.columns.end()) return std::nullopt;
    chosen[static_cast<std::size_t>(found - table.columns.begin())] = true;
    begin = end + 1;
  }
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) columns.push_back(i);
  return columns;
}

/// Writes rows of one partition after another until the page is full.
class PageWriter {
 public:
  PageWriter(const Table& table, std::vector<std::size_t> columns, TimestampForm timestamps)
      : table_(table), columns_(std::move(columns)), timestamps_(timestamps) {}

  Json write(const std::vector<const Partition*>& partitions, Paging& page) {
    std::size_t first = 0;  // of the partition, counted through all of them
    for (const Partition* partition : partitions) {
      const Rows rows(table_, *partition);
      const auto count = static_cast<std::size_t>(rows.count());
      for (std::size_t at = std::max(page.begin(), first); at < std::min(page.end(), first + count);
           ++at) {
        Json row = write_row(rows, *partition, static_cast<std::int64_t>(at - first));
        bytes_ += dump_json(row).size();
        if (bytes_ > kMaxPageBytes && !written_.empty()) {
          page.end_before(at);
          break;
        }
        written_.push_back(std::move(row));
      }
      first += count;
    }
    return std::move(written_);
  }

 private:
  Json write_row(const Rows& rows, const Partition& partition, std::int64_t row) {
    Json cells = Json::array();
    for (const std::size_t column : columns_) {
      rows.cell(column, row, cell_);
      cells.push_back({{"v", cell_value(table_.columns[column].type, cell_, timestamps_)}});
    }
    // SQL knows a table without columns by its partition column.
    if (table_.columns.empty() && table_.partitioned() && !table_.by_ingestion())
      cells.push_back({{"v", partition.date}});
    return {{"f", std::move(cells)}};
  }

  const Table& table_;
  const std::vector<std::size_t> columns_;
  const TimestampForm timestamps_;
  Cell cell_;
  std::size_t bytes_ = 0;
  Json written_ = Json::array();
};

}  // namespace

Answer tabledata_list(const Call& call) {
  const auto named = named_table(call);
  if (const auto* refusal = std::get_if<Answer>(&named)) return *refusal;
  const auto& [table, date] = std::get<NamedTable>(named);
  const std::string names = text_parameter(call, "selectedFields");
  auto columns = selected_columns(table, names);
  if (!columns) return invalid("selectedFields", "the table has no such field");
  const auto partitions = partitions_of(table, date, call.view);
  std::size_t total = 0;
  for (const Partition* partition : partitions)
    total += static_cast<std::size_t>(partition->row_count);
  auto cut = Paging::of(call, "data of " + table.id + "$" + date, total, total);
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  auto& page = std::get<Paging>(cut);
  Json rows = PageWriter(table, *std::move(columns), timestamp_form(call)).write(partitions, page);
  Json json;
  json["kind"] = "bigquery#tableDataList";
  json["etag"] = etag_of(rows);
  json["totalRows"] = std::to_string(total);
  if (const std::string next = page.next_token(); !next.empty()) json["pageToken"] = next;
  if (!rows.empty()) json["rows"] = std::move(rows);
  Answer answer = resource_answer(std::move(json));
  answer.page = page.page();
  return answer;
}

}  // namespace assay::warehouse::bigquery
