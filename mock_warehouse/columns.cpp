#include "mock_warehouse/columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

#include "harness/base/time.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {
namespace {

struct TypeFacts {
  SqlType type;
  std::string_view name;
  int width;
};
constexpr std::array kTypes = {
    TypeFacts{SqlType::kInt64, "INT64", 8},       TypeFacts{SqlType::kFloat64, "FLOAT64", 8},
    TypeFacts{SqlType::kNumeric, "NUMERIC", 16},  TypeFacts{SqlType::kBool, "BOOL", 1},
    TypeFacts{SqlType::kString, "STRING", 2},     TypeFacts{SqlType::kDate, "DATE", 8},
    TypeFacts{SqlType::kDatetime, "DATETIME", 8}, TypeFacts{SqlType::kTimestamp, "TIMESTAMP", 8}};

/// Largest NUMERIC that its 64 bits of units hold, in whole numbers.
constexpr double kMaxNumeric = 9e9;

const TypeFacts& facts(SqlType type) { return *std::ranges::find(kTypes, type, &TypeFacts::type); }

Error wrong_value(SqlType type, const Json& json, const std::string& pointer) {
  return input_error("found " + dump_json(json) + ", which is no " + std::string(to_string(type)),
                     {pointer});
}

std::optional<std::int64_t> micros_of(const std::string& text) {
  const auto time = parse_utc(text.ends_with("Z") ? text : text + "Z");
  if (!time) return std::nullopt;
  return to_ns(*time) / 1000;
}

std::optional<double> decimal_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto text = json.get<std::string>();
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_time(SqlType type) { return type == SqlType::kDatetime || type == SqlType::kTimestamp; }

/// What a column holds for which the world says nothing.
Values usual_values(SqlType type) {
  Values values;
  if (type == SqlType::kBool) values.high = 1;
  if (type == SqlType::kInt64) values.high = 999'999;
  if (type == SqlType::kFloat64 || type == SqlType::kNumeric) values.high = 999;
  if (is_time(type)) values.high = 86'399;
  return values;
}

class ColumnReader {
 public:
  ColumnReader(const std::vector<Column>& before, const std::string& pointer)
      : before_(before), pointer_(pointer) {}

  Result<Column> read(const Json& json) {
    Column column;
    column.name = json.at("name").get<std::string>();
    column.type = *sql_type_from(json.at("type").get<std::string>());
    column.required = json.value("mode", "NULLABLE") == "REQUIRED";
    for (const Column& other : before_)
      if (other.name == column.name)
        return input_error("found a second column \"" + column.name + "\"", {pointer_ + "/name"});
    ASSAY_TRY(column.values, read_values(column.type, json.value("values", Json::object())));
    if (column.required && column.values.null_every > 0)
      return input_error("a REQUIRED column has no NULL; expected no null_every",
                         {pointer_ + "/values/null_every"});
    return column;
  }

 private:
  Result<Values> read_values(SqlType type, const Json& json) {
    Values values = usual_values(type);
    values.null_every = json.value("null_every", std::int64_t{0});
    for (const auto& [key, kind] :
         {std::pair{"cycle", Values::Kind::kCycle}, std::pair{"pick", Values::Kind::kPick}})
      if (json.contains(key)) {
        values.kind = kind;
        ASSAY_CHECK(read_items(type, json.at(key), pointer_ + "/values/" + key, values));
      }
    if (json.contains("sequence")) {
      values.kind = Values::Kind::kSequence;
      ASSAY_CHECK(needs_number(type, "sequence"));
      values.low = json["sequence"].value("start", std::int64_t{0});
      values.step = json["sequence"].value("step", std::int64_t{1});
    }
    if (json.contains("uniform")) {
      ASSAY_CHECK(needs_number(type, "uniform"));
      values.low = json["uniform"].at("min").get<std::int64_t>();
      values.high = json["uniform"].at("max").get<std::int64_t>();
      if (values.low > values.high)
        return input_error("min is larger than max", {pointer_ + "/values/uniform"});
    }
    if (json.contains("arrival")) ASSAY_CHECK(read_arrival(type, json["arrival"], values));
    return values;
  }

  Status needs_number(SqlType type, const std::string& key) const {
    if (type != SqlType::kString && type != SqlType::kBool && type != SqlType::kDate)
      return success();
    return input_error(key + " is for numbers and times; expected cycle or pick for a " +
                           std::string(to_string(type)),
                       {pointer_ + "/values/" + key});
  }

  static Status read_items(SqlType type, const Json& json, const std::string& pointer,
                           Values& values) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      ASSAY_TRY(Cell cell, read_cell(type, json[i], pointer + "/" + std::to_string(i)));
      values.items.push_back(std::move(cell));
    }
    return success();
  }

  Status read_arrival(SqlType type, const Json& json, Values& values) const {
    const std::string of = json.at("of").get<std::string>();
    const auto found = std::ranges::find(before_, of, &Column::name);
    if (found == before_.end() || !is_time(found->type) || !is_time(type))
      return input_error("found \"" + of +
                             "\", expected a column of times that stands before this one, and "
                             "this one to be of times as well",
                         {pointer_ + "/values/arrival/of"});
    values.kind = Values::Kind::kArrival;
    values.of = static_cast<std::size_t>(found - before_.begin());
    values.low = json.value("delay_s", std::int64_t{0});
    return success();
  }

  const std::vector<Column>& before_;
  const std::string pointer_;
};

}  // namespace

std::string_view to_string(SqlType type) { return facts(type).name; }

std::optional<SqlType> sql_type_from(std::string_view name) {
  const auto found = std::ranges::find(kTypes, name, &TypeFacts::name);
  if (found == kTypes.end()) return std::nullopt;
  return found->type;
}

int base_width(SqlType type) { return facts(type).width; }

Result<std::vector<Column>> read_columns(const Json& json, const std::string& pointer) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < json.size(); ++i) {
    ASSAY_TRY(Column column,
              ColumnReader(columns, pointer + "/" + std::to_string(i)).read(json[i]));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<Cell> read_cell(SqlType type, const Json& json, const std::string& pointer) {
  Cell cell{.null = false};
  switch (type) {
    case SqlType::kInt64:
      if (!json.is_number_integer()) return wrong_value(type, json, pointer);
      cell.number = json.get<std::int64_t>();
      return cell;
    case SqlType::kFloat64:
      // JSON has no numbers for these.
      if (json == "NaN" || json == "Infinity" || json == "-Infinity") {
        const double size = std::numeric_limits<double>::infinity();
        cell.real = json == "NaN" ? std::nan("") : json == "Infinity" ? size : -size;
        return cell;
      }
      if (!json.is_number()) return wrong_value(type, json, pointer);
      cell.real = json.get<double>();
      return cell;
    case SqlType::kNumeric: {
      const auto value = decimal_of(json);
      if (!value || std::abs(*value) > kMaxNumeric) return wrong_value(type, json, pointer);
      cell.number = std::llround(*value * static_cast<double>(kNumericUnits));
      return cell;
    }
    case SqlType::kBool:
      if (!json.is_boolean()) return wrong_value(type, json, pointer);
      cell.number = json.get<bool>() ? 1 : 0;
      return cell;
    case SqlType::kString:
      if (!json.is_string()) return wrong_value(type, json, pointer);
      cell.text = json.get<std::string>();
      return cell;
    case SqlType::kDate:
      if (!json.is_string() || !is_iso_date(json.get<std::string>()))
        return wrong_value(type, json, pointer);
      cell.number = days_of(json.get<std::string>());
      return cell;
    case SqlType::kDatetime:
    case SqlType::kTimestamp: {
      const auto micros = json.is_string() ? micros_of(json.get<std::string>()) : std::nullopt;
      if (!micros) return wrong_value(type, json, pointer);
      cell.number = *micros;
      return cell;
    }
  }
  ASSAY_ASSERT(false, "a type without a form");
}

std::int64_t days_of(std::string_view iso_date) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(iso_date.data() + at, iso_date.data() + at + digits, value);
    return value;
  };
  using namespace std::chrono;
  const sys_days day = year(number(0, 4)) / month(static_cast<unsigned>(number(5, 2))) /
                       std::chrono::day(static_cast<unsigned>(number(8, 2)));
  return day.time_since_epoch().count();
}

std::string iso_date_of(std::int64_t days) {
  using namespace std::chrono;
  const year_month_day date{sys_days(std::chrono::days(days))};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace assay::warehouse
