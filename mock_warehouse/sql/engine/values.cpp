#include "mock_warehouse/sql/engine/values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "harness/base/base64.h"
#include "harness/base/utf8.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kNames = {
    {{"TINYINT", "INT64"},     {"SMALLINT", "INT64"},
     {"INTEGER", "INT64"},     {"BIGINT", "INT64"},
     {"HUGEINT", "INT64"},     {"INTEGER_LITERAL", "INT64"},
     {"INT32", "INT64"},       {"INT64", "INT64"},
     {"INT128", "INT64"},      {"UBIGINT", "INT64"},
     {"UHUGEINT", "INT64"},    {"NULL", "INT64"},
     {"\"NULL\"", "INT64"},    {"DOUBLE", "FLOAT64"},
     {"FLOAT", "FLOAT64"},     {"BOOLEAN", "BOOL"},
     {"VARCHAR", "STRING"},    {"STRING_LITERAL", "STRING"},
     {"BLOB", "BYTES"},        {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP"},
     {"TIMESTAMP", "DATETIME"}}};

std::string_view scalar_name(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOL";
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return "FLOAT64";
    case DUCKDB_TYPE_DECIMAL:
      return "NUMERIC";
    case DUCKDB_TYPE_VARCHAR:
      return "STRING";
    case DUCKDB_TYPE_BLOB:
      return "BYTES";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIME:
      return "TIME";
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "DATETIME";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP";
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    default:
      return "INT64";  // integers of any width, and the NULL of no type
  }
}

std::string time_of_day(std::int64_t micros) {
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d",
                static_cast<int>(micros / (3600 * kMicrosPerSecond)),
                static_cast<int>(micros / (60 * kMicrosPerSecond) % 60),
                static_cast<int>(micros / kMicrosPerSecond % 60));
  std::string result = text;
  if (micros % kMicrosPerSecond != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(micros % kMicrosPerSecond));
    result += text;
  }
  return result;
}

/// The days that GoogleSQL has, 0001-01-01 to 9999-12-31, counted from 1970.
constexpr std::int64_t kFirstDay = -719'162;
constexpr std::int64_t kLastDay = 2'932'896;

/// "1-2 3 4:5:6": years and months, days, hours to seconds.
std::string interval_text(const duckdb_interval& interval) {
  // The least of all has no positive of its own.
  const std::uint64_t micros = interval.micros < 0 ? -static_cast<std::uint64_t>(interval.micros)
                                                   : static_cast<std::uint64_t>(interval.micros);
  constexpr auto kSecond = static_cast<std::uint64_t>(kMicrosPerSecond);
  char text[80];
  std::snprintf(text, sizeof text, "%s%d-%d %d %s%lld:%d:%d", interval.months < 0 ? "-" : "",
                std::abs(interval.months / 12), std::abs(interval.months % 12), interval.days,
                interval.micros < 0 ? "-" : "", static_cast<long long>(micros / (3600 * kSecond)),
                static_cast<int>(micros / (60 * kSecond) % 60),
                static_cast<int>(micros / kSecond % 60));
  std::string result = text;
  if (micros % kSecond != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(micros % kSecond));
    result += text;
  }
  return result;
}

/// An integer with a point before its last `scale` digits, without trailing zeros.
std::string decimal_text(__int128 units, int scale) {
  const bool negative = units < 0;
  std::string digits;
  for (auto rest = negative ? -static_cast<unsigned __int128>(units)
                            : static_cast<unsigned __int128>(units);
       rest > 0 || static_cast<int>(digits.size()) <= scale; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  std::string text = digits.substr(0, digits.size() - static_cast<std::size_t>(scale));
  std::string fraction = digits.substr(text.size());
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) text += "." + fraction;
  return (negative ? "-" : "") + text;
}

Json number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

/// A 128-bit integer; GoogleSQL has none, so beyond INT64 it is text.
Json wide_integer(duckdb_hugeint value) {
  const __int128 wide = (static_cast<__int128>(value.upper) << 64) | value.lower;
  if (wide >= std::numeric_limits<std::int64_t>::min() &&
      wide <= std::numeric_limits<std::int64_t>::max())
    return static_cast<std::int64_t>(wide);
  return decimal_text(wide, 0);
}

/// A field of a struct; one without a name is called by its place, as in STRUCT(1).
std::string struct_field(duckdb_logical_type type, idx_t index) {
  char* const text = duckdb_struct_type_child_name(type, index);
  std::string name = text;
  duckdb_free(text);
  return name.empty() ? "_field_" + std::to_string(index + 1) : name;
}

class VectorReader {
 public:
  /// `bad` becomes true of what is found.
  VectorReader(duckdb_vector vector, Unwritable& bad)
      : vector_(vector), type_(duckdb_vector_get_column_type(vector)), bad_(&bad) {}

  Json read(idx_t row) const {
    const std::uint64_t* validity = duckdb_vector_get_validity(vector_);
    if (validity != nullptr &&
        !duckdb_validity_row_is_valid(const_cast<std::uint64_t*>(validity), row))
      return nullptr;
    switch (duckdb_get_type_id(type_.get())) {
      case DUCKDB_TYPE_BOOLEAN:
        return at<bool>(row);
      case DUCKDB_TYPE_TINYINT:
        return at<std::int8_t>(row);
      case DUCKDB_TYPE_SMALLINT:
        return at<std::int16_t>(row);
      case DUCKDB_TYPE_INTEGER:
        return at<std::int32_t>(row);
      case DUCKDB_TYPE_BIGINT:
        return at<std::int64_t>(row);
      case DUCKDB_TYPE_UBIGINT:
        return at<std::uint64_t>(row);
      case DUCKDB_TYPE_HUGEINT:
        return wide_integer(at<duckdb_hugeint>(row));
      case DUCKDB_TYPE_FLOAT:
        return number(static_cast<double>(at<float>(row)));
      case DUCKDB_TYPE_DOUBLE:
        return number(at<double>(row));
      case DUCKDB_TYPE_DECIMAL:
        return decimal(row);
      case DUCKDB_TYPE_DATE:
        return date(at<std::int32_t>(row));
      case DUCKDB_TYPE_TIME:
        return time_of_day(at<std::int64_t>(row));
      case DUCKDB_TYPE_TIMESTAMP:
        return instant(at<std::int64_t>(row), "");
      case DUCKDB_TYPE_TIMESTAMP_TZ:
        return instant(at<std::int64_t>(row), "Z");
      case DUCKDB_TYPE_INTERVAL:
        return interval_text(at<duckdb_interval>(row));
      case DUCKDB_TYPE_VARCHAR:
        return to_valid_utf8(bytes(row));
      case DUCKDB_TYPE_BLOB:
        return base64_encode(bytes(row));
      case DUCKDB_TYPE_LIST:
        return list(row);
      case DUCKDB_TYPE_STRUCT:
        return fields(row);
      default:
        return nullptr;
    }
  }

 private:
  template <class T>
  T at(idx_t row) const {
    return static_cast<const T*>(duckdb_vector_get_data(vector_))[row];
  }

  Json date(std::int64_t days) const {
    bad_->date |= days < kFirstDay || days > kLastDay;
    return bad_->date ? Json() : Json(iso_date_of(days));
  }

  Json instant(std::int64_t micros, const char* zone) const {
    const std::int64_t in_day = (micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay;
    Json day = date(micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0));
    if (day.is_null()) return day;
    return day.get<std::string>() + "T" + time_of_day(in_day) + zone;
  }

  std::string bytes(idx_t row) const {
    auto value = at<duckdb_string_t>(row);
    return {duckdb_string_t_data(&value), static_cast<std::size_t>(duckdb_string_t_length(value))};
  }

  Json decimal(idx_t row) const {
    const int scale = duckdb_decimal_scale(type_.get());
    switch (duckdb_decimal_internal_type(type_.get())) {
      case DUCKDB_TYPE_SMALLINT:
        return decimal_text(at<std::int16_t>(row), scale);
      case DUCKDB_TYPE_INTEGER:
        return decimal_text(at<std::int32_t>(row), scale);
      case DUCKDB_TYPE_BIGINT:
        return decimal_text(at<std::int64_t>(row), scale);
      default: {
        const auto wide = at<duckdb_hugeint>(row);
        return decimal_text((static_cast<__int128>(wide.upper) << 64) | wide.lower, scale);
      }
    }
  }

  Json list(idx_t row) const {
    const auto entry = at<duckdb_list_entry>(row);
    const VectorReader child(duckdb_list_vector_get_child(vector_), *bad_);
    Json items = Json::array();
    for (std::uint64_t i = 0; i < entry.length; ++i) {
      items.push_back(child.read(entry.offset + i));
      bad_->in_list |= items.back().is_null() && !bad_->date;
    }
    return items;
  }

  Json fields(idx_t row) const {
    Json object = Json::object();
    for (idx_t i = 0; i < duckdb_struct_type_child_count(type_.get()); ++i)
      object[struct_field(type_.get(), i)] =
          VectorReader(duckdb_struct_vector_get_child(vector_, i), *bad_).read(row);
    return object;
  }

  duckdb_vector vector_;
  LogicalType type_;
  Unwritable* bad_;
};

/// "a INTEGER, "b c" VARCHAR[]", the fields of a type that the engine writes down.
std::string google_fields(std::string_view list) {
  std::string fields;
  while (!list.empty()) {
    int depth = 0;
    bool quoted = false;
    std::size_t blank = 0, end = 0;
    for (; end < list.size() && (list[end] != ',' || depth > 0 || quoted); ++end) {
      if (list[end] == '"') quoted = !quoted;
      if (quoted) continue;
      if (list[end] == '(') ++depth;
      if (list[end] == ')') --depth;
      if (list[end] == ' ' && blank == 0) blank = end;
    }
    std::string_view name = list.substr(0, blank);
    if (name.size() > 1 && name.starts_with('"')) name = name.substr(1, name.size() - 2);
    fields += (fields.empty() ? "" : ", ") + std::string(name) + " " +
              google_type(list.substr(std::min(blank + 1, end), end - std::min(blank + 1, end)));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return fields;
}

bool is_field_name(std::string_view name) {
  const auto fits = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
  };
  return name.empty() || (std::ranges::all_of(name, fits) &&
                          std::isdigit(static_cast<unsigned char>(name[0])) == 0);
}

}  // namespace

std::optional<std::string> odd_field_name(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (id == DUCKDB_TYPE_LIST)
    return odd_field_name(LogicalType(duckdb_list_type_child_type(type)).get());
  if (id != DUCKDB_TYPE_STRUCT) return std::nullopt;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    const std::string name = struct_field(type, i);
    if (!is_field_name(name)) return name;
    if (auto odd = odd_field_name(LogicalType(duckdb_struct_type_child_type(type, i)).get()))
      return odd;
  }
  return std::nullopt;
}

std::string google_type(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (id == DUCKDB_TYPE_LIST) {
    const LogicalType child(duckdb_list_type_child_type(type));
    return "ARRAY<" + google_type(child.get()) + ">";
  }
  if (id != DUCKDB_TYPE_STRUCT) return std::string(scalar_name(id));
  std::string fields;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    const LogicalType child(duckdb_struct_type_child_type(type, i));
    fields += (fields.empty() ? "" : ", ") + struct_field(type, i) + " " + google_type(child.get());
  }
  return "STRUCT<" + fields + ">";
}

std::string google_type(std::string_view engine_name) {
  if (engine_name.ends_with("[]"))
    return "ARRAY<" + google_type(engine_name.substr(0, engine_name.size() - 2)) + ">";
  if (engine_name.starts_with("STRUCT(") && engine_name.ends_with(")"))
    return "STRUCT<" + google_fields(engine_name.substr(7, engine_name.size() - 8)) + ">";
  if (engine_name.starts_with("DECIMAL")) return "NUMERIC";
  for (const auto& [engine, google] : kNames)
    if (engine_name == engine) return std::string(google);
  return std::string(engine_name);
}

std::optional<Unwritable> read_chunk(duckdb_data_chunk chunk, Json& rows) {
  Unwritable bad;
  const idx_t count = duckdb_data_chunk_get_size(chunk);
  std::vector<VectorReader> columns;
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk); ++i)
    columns.emplace_back(duckdb_data_chunk_get_vector(chunk, i), bad);
  for (idx_t row = 0; row < count; ++row) {
    Json values = Json::array();
    for (const VectorReader& column : columns) {
      values.push_back(column.read(row));
      if (!bad.date && !bad.in_list) continue;
      bad.field = values.size() - 1;
      return bad;
    }
    rows.push_back(std::move(values));
  }
  return std::nullopt;
}

}  // namespace assay::warehouse::sql
