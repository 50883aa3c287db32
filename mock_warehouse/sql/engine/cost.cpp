#include "mock_warehouse/sql/engine/cost.h"

#include <algorithm>

#include "harness/base/ascii.h"
#include "mock_warehouse/rows.h"

namespace assay::warehouse::sql {
namespace {

/// "Projections" and their like are a text where there is one, else a list.
std::vector<std::string> texts_of(const Json& value) {
  std::vector<std::string> texts;
  if (value.is_string() && !value.get<std::string>().empty())
    texts.push_back(value.get<std::string>());
  if (value.is_array())
    for (const Json& item : value)
      if (item.is_string()) texts.push_back(item.get<std::string>());
  return texts;
}

void collect(const Json& node, const std::vector<std::string>& filters,
             const std::vector<std::string>& named, std::vector<PlannedScan>& scans) {
  if (!node.is_object()) return;
  const Json* info = find_in(node, "/extra_info");
  if (info != nullptr && !info->is_object()) info = nullptr;
  const std::string function = info != nullptr ? info->value("Function", "") : "";
  if (!function.empty()) {
    scans.push_back({lower_ascii(function), {}, filters, named});
    if (info->contains("Projections")) scans.back().columns = texts_of(info->at("Projections"));
  }
  const std::string name = node.value("name", "");
  std::vector<std::string> own;
  if (name == "FILTER" && info != nullptr && info->contains("Expression"))
    own = texts_of(info->at("Expression"));
  // Where columns are marked, a condition that can fail stays above.
  std::vector<std::string> below;
  if (name == "PROJECTION") below = filters;
  if (name == "FILTER") below = named;
  const Json* children = find_in(node, "/children");
  if (children == nullptr) return;
  for (const Json& child : *children) collect(child, own, below, scans);
}

}  // namespace

std::vector<PlannedScan> scans_of(const Json& plan) {
  std::vector<PlannedScan> scans;
  if (plan.is_array())
    for (const Json& node : plan) collect(node, {}, {}, scans);
  return scans;
}

std::int64_t bytes_read(const Source& source, const std::vector<Slice>& slices,
                        const std::vector<std::string>& columns) {
  std::int64_t bytes = 0;
  for (const std::string& name : columns) {
    const auto found = std::ranges::find(source.columns, name, &SourceColumn::name);
    if (found == source.columns.end() || found->pseudo) continue;
    const auto index = static_cast<std::size_t>(found - source.columns.begin());
    for (const Slice& slice : slices)
      if (const int own = (*slice.columns)[index]; own >= 0)
        bytes += column_bytes(*slice.table, *slice.partition, static_cast<std::size_t>(own));
  }
  return bytes;
}

}  // namespace assay::warehouse::sql
