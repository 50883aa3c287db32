#include "mock_warehouse/sql/engine/cost.h"

#include <algorithm>
#include <array>
#include <optional>

#include "harness/base/ascii.h"
#include "mock_warehouse/rows.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::array<std::string_view, 5> kComparisons = {"=", "<", "<=", ">", ">="};

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

void collect(const Json& node, const std::string& filter, std::vector<PlannedScan>& scans) {
  if (!node.is_object()) return;
  const Json& info = node.value("extra_info", Json::object());
  const std::string function = info.is_object() ? info.value("Function", "") : "";
  if (!function.empty()) {
    scans.push_back({lower_ascii(function), {}, filter});
    if (info.contains("Projections")) scans.back().columns = texts_of(info.at("Projections"));
  }
  std::string own;
  if (node.value("name", "") == "FILTER" && info.is_object() && info.contains("Expression"))
    for (const std::string& text : texts_of(info.at("Expression")))
      own += (own.empty() ? "" : " AND ") + text;
  for (const Json& child : node.value("children", Json::array())) collect(child, own, scans);
}

/// A condition as a range of tokens.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Conditions {
 public:
  Conditions(const Source& source, const std::string& text, std::vector<Token> tokens)
      : source_(source), text_(text), tokens_(std::move(tokens)) {
    const auto type =
        std::ranges::find(source.columns, source.partition_column, &SourceColumn::name);
    by_instant_ = type != source.columns.end() && type->type != SqlType::kDate;
  }

  std::vector<PartitionFilter> read() {
    add({0, tokens_.size() - 1});
    return std::move(filters_);
  }

 private:
  std::size_t behind(std::size_t i) const {
    const bool opens = tokens_[i].is("(") || tokens_[i].is("[");
    return (opens ? tokens_[i].match : i) + 1;
  }

  Part inside_brackets(Part part) const {
    while (part.begin < part.end && tokens_[part.begin].is("(") &&
           tokens_[part.begin].match + 1 == part.end)
      part = {part.begin + 1, part.end - 1};
    return part;
  }

  void add(Part part) {
    part = inside_brackets(part);
    std::vector<Part> parts = {{part.begin, part.begin}};
    bool between = false;  // whose own AND joins no conditions
    for (std::size_t i = part.begin; i < part.end; i = behind(i)) {
      if (tokens_[i].is("BETWEEN")) between = true;
      if (tokens_[i].is("AND") && !between) {
        parts.push_back({i + 1, i + 1});
        continue;
      }
      if (tokens_[i].is("AND")) between = false;
      parts.back().end = behind(i);
    }
    if (parts.size() > 1) {
      for (const Part& each : parts) add(each);
    } else if (auto filter = read_filter(part)) {
      filters_.push_back(*std::move(filter));
    }
  }

  /// What stands for the column in a filter.
  struct Subject {
    std::string_view plain;
    bool instant = false;  ///< only days are known of it
    bool on_partition = false;
  };

  std::optional<Subject> subject(const Token& token) const {
    const std::string& name = token.kind == Token::Kind::kString ? token.value : token.text;
    const auto same = [&](std::string_view other) {
      return lower_ascii(token.kind == Token::Kind::kWord ? token.value : name) ==
             lower_ascii(other);
    };
    if (token.kind != Token::Kind::kWord) return std::nullopt;
    if (!source_.partition_column.empty() && same(source_.partition_column))
      return Subject{SliceColumns::kDay, by_instant_, true};
    if (source_.by_ingestion && same(kPartitionDate))
      return Subject{SliceColumns::kDay, false, true};
    if (source_.by_ingestion && same(kPartitionTime))
      return Subject{SliceColumns::kStart, false, true};
    if (source_.wildcard && same(kTableSuffix)) return Subject{SliceColumns::kSuffix, false, false};
    return std::nullopt;
  }

  bool is_comparison(std::size_t i) const {
    return tokens_[i].kind == Token::Kind::kSymbol &&
           std::ranges::find(kComparisons, tokens_[i].text) != kComparisons.end();
  }

  /// Names of other columns and calls are in it: the condition is on more than partitions.
  bool has_other_names(Part part) const {
    static constexpr std::array<std::string_view, 12> kWords = {
        "AND", "OR",   "NOT",       "IN",   "BETWEEN", "CAST",
        "AS",  "DATE", "TIMESTAMP", "WITH", "TIME",    "ZONE"};
    for (std::size_t i = part.begin; i < part.end; ++i)
      if (tokens_[i].kind == Token::Kind::kWord && !subject(tokens_[i]) &&
          std::ranges::find(kWords, tokens_[i].text) == kWords.end() && !tokens_[i].is("VARCHAR") &&
          !tokens_[i].is("COMPARE"))
        return true;
    return false;
  }

  std::string text_of(std::size_t begin, std::size_t end) const {
    if (begin >= end) return "";
    const std::size_t from = tokens_[begin].place;
    return text_.substr(from, tokens_[end].place - from);
  }

  std::optional<PartitionFilter> read_filter(Part part) const {
    if (part.begin >= part.end || has_other_names(part)) return std::nullopt;
    PartitionFilter filter;
    std::size_t copied = part.begin;
    bool found = false;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      auto named = subject(tokens_[i]);
      if (!named) continue;
      found = true;
      filter.on_partition |= named->on_partition;
      std::size_t first = i;
      std::size_t last = i;
      // CAST(column AS DATE) is as good as the column.
      if (i >= part.begin + 2 && tokens_[i - 1].is("(") && tokens_[i - 2].is("CAST") &&
          tokens_[i + 1].is("AS") && tokens_[i + 2].is("DATE") && tokens_[i + 3].is(")")) {
        first = i - 2;
        last = i + 3;
        named = Subject{SliceColumns::kDay, false, true};
      }
      const std::size_t next = last + 1;
      const bool before = next < part.end && (is_comparison(next) || tokens_[next].is("BETWEEN") ||
                                              tokens_[next].is("IN"));
      const bool after = first > part.begin && is_comparison(first - 1);
      if (!before && !after) return std::nullopt;
      filter.text += text_of(copied, first);
      if (!named->instant) {
        filter.text += std::string(named->plain) + " ";
        copied = next;
        continue;
      }
      auto spread = by_day(part, i);
      if (!spread) return std::nullopt;
      filter.text += *spread;
      copied = part.end;
      break;
    }
    if (!found) return std::nullopt;
    filter.text += text_of(copied, part.end);
    return filter;
  }

  /// A comparison of an instant, as what it says of the day in which the instant lies.
  std::optional<std::string> by_day(Part part, std::size_t column) const {
    if (column != part.begin) return std::nullopt;
    const std::size_t op = column + 1;
    const std::string value = text_of(op + 1, part.end);
    const std::string start = SliceColumns::kStart;
    const std::string end = SliceColumns::kEnd;
    const std::string& sign = tokens_[op].text;
    if (sign == "=") return "(" + start + " <= " + value + " AND " + value + " < " + end + ")";
    if (sign == "<" || sign == "<=") return start + " " + sign + " " + value;
    if (sign == ">" || sign == ">=") return end + " > " + value;
    if (sign != "BETWEEN") return std::nullopt;
    std::size_t conjunction = op + 1;
    while (conjunction < part.end && !tokens_[conjunction].is("AND"))
      conjunction = behind(conjunction);
    if (conjunction >= part.end) return std::nullopt;
    return "(" + end + " > " + text_of(op + 1, conjunction) + " AND " + start +
           " <= " + text_of(conjunction + 1, part.end) + ")";
  }

  const Source& source_;
  const std::string& text_;
  std::vector<Token> tokens_;
  bool by_instant_ = false;
  std::vector<PartitionFilter> filters_;
};

}  // namespace

std::vector<PlannedScan> scans_of(const Json& plan) {
  std::vector<PlannedScan> scans;
  if (plan.is_array())
    for (const Json& node : plan) collect(node, "", scans);
  return scans;
}

std::vector<PartitionFilter> partition_filters(const Source& source, const std::string& filter) {
  auto tokens = tokenize(filter);
  auto* list = std::get_if<std::vector<Token>>(&tokens);
  if (list == nullptr) return {};
  return Conditions(source, filter, std::move(*list)).read();
}

Source slices_as_rows(const Source& source) {
  const auto type = std::ranges::find(source.columns, source.partition_column, &SourceColumn::name);
  const SqlType instant = type != source.columns.end() && type->type == SqlType::kDatetime
                              ? SqlType::kDatetime
                              : SqlType::kTimestamp;
  Source rows;
  rows.columns = {{SliceColumns::kNumber, SqlType::kInt64},
                  {SliceColumns::kDay, SqlType::kDate},
                  {SliceColumns::kStart, instant},
                  {SliceColumns::kEnd, instant},
                  {SliceColumns::kSuffix, SqlType::kString}};
  std::int64_t number = 0;
  for (const Slice& slice : source.slices) {
    const bool dated = !slice.partition->date.empty();
    const std::int64_t day = dated ? days_of(slice.partition->date) : 0;
    rows.fixed.push_back({Cell{.null = false, .number = number++},
                          Cell{.null = !dated, .number = day},
                          Cell{.null = !dated, .number = day * kMicrosPerDay},
                          Cell{.null = !dated, .number = (day + 1) * kMicrosPerDay},
                          Cell{.null = false, .text = slice.suffix}});
  }
  return rows;
}

std::int64_t bytes_read(const Source& source, const std::vector<std::string>& columns) {
  std::int64_t bytes = 0;
  for (const std::string& name : columns) {
    const auto found = std::ranges::find(source.columns, name, &SourceColumn::name);
    if (found == source.columns.end() || found->pseudo) continue;
    const auto index = static_cast<std::size_t>(found - source.columns.begin());
    for (const Slice& slice : source.slices)
      if (const int own = (*slice.columns)[index]; own >= 0)
        bytes += column_bytes(*slice.table, *slice.partition, static_cast<std::size_t>(own));
  }
  return bytes;
}

}  // namespace assay::warehouse::sql
