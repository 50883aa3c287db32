#include "mock_warehouse/sql/functions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/base/ascii.h"

namespace assay::warehouse::sql {
namespace {

constexpr int kMany = 1'000;

constexpr std::array kFunctions = {
    // aggregates
    Function{"ANY_VALUE", 1, 1, "any_value(*)"},
    // Exactly, as the service's sketch is for few values. DuckDB's is off from the first dozens on.
    Function{"APPROX_COUNT_DISTINCT", 1, 1, "count(DISTINCT $1)"},
    Function{"APPROX_QUANTILES", 2, 2, "quantile_disc($1, $q)"},
    Function{"ARRAY_AGG", 1, 1, "array_agg(*)"},
    // With a window, the engine's: one of ours would be given states that are not there.
    Function{"AVG", 1, 1, "google_average(*)"},
    Function{"AVG OVER", 1, 1, "avg(*)"},
    Function{"CORR", 2, 2, "corr(*)"},
    Function{"COUNT", 1, 1, "count(*)"},
    Function{"COUNTIF", 1, 1, "count(nullif(google_bool($1), FALSE))"},
    Function{"LOGICAL_AND", 1, 1, "bool_and(*)"},
    Function{"LOGICAL_OR", 1, 1, "bool_or(*)"},
    Function{"MAX", 1, 1, "max(*)"},
    Function{"MAX_BY", 2, 2, "arg_max(*)"},
    Function{"MIN", 1, 1, "min(*)"},
    Function{"MIN_BY", 2, 2, "arg_min(*)"},
    Function{"STDDEV", 1, 1, "stddev_samp(*)"},
    Function{"STDDEV_POP", 1, 1, "stddev_pop(*)"},
    Function{"STDDEV_SAMP", 1, 1, "stddev_samp(*)"},
    Function{"STRING_AGG", 1, 2, "string_agg(*)"},
    Function{"SUM", 1, 1, "google_sum(*)"},
    Function{"SUM OVER", 1, 1, "sum(*)"},
    Function{"VARIANCE", 1, 1, "var_samp(*)"},
    Function{"VAR_POP", 1, 1, "var_pop(*)"},
    Function{"VAR_SAMP", 1, 1, "var_samp(*)"},
    // windows
    Function{"CUME_DIST", 0, 0, "cume_dist(*)"},
    Function{"DENSE_RANK", 0, 0, "dense_rank(*)"},
    Function{"FIRST_VALUE", 1, 1, "first_value(*)"},
    Function{"LAG", 1, 3, "lag(*)"},
    Function{"LAST_VALUE", 1, 1, "last_value(*)"},
    Function{"LEAD", 1, 3, "lead(*)"},
    Function{"NTH_VALUE", 2, 2, "nth_value(*)"},
    Function{"NTILE", 1, 1, "ntile(*)"},
    Function{"PERCENTILE_CONT", 2, 2, "quantile_cont(*)"},
    Function{"PERCENTILE_DISC", 2, 2, "quantile_disc(*)"},
    Function{"PERCENT_RANK", 0, 0, "percent_rank(*)"},
    Function{"RANK", 0, 0, "rank(*)"},
    Function{"ROW_NUMBER", 0, 0, "row_number(*)"},
    // conditions
    Function{"COALESCE", 1, kMany, "coalesce(*)"},
    Function{"IF", 3, 3, "CASE WHEN google_bool($1) THEN $2 ELSE $3 END"},
    Function{"IFNULL", 2, 2, "coalesce(*)"},
    Function{"NULLIF", 2, 2, "nullif(*)"},
    // numbers
    Function{"ABS", 1, 1, "abs(*)"},
    Function{"CEIL", 1, 1, "ceil(*)"},
    Function{"CEILING", 1, 1, "ceil(*)"},
    Function{"DIV", 2, 2, "google_div(*)"},
    Function{"EXP", 1, 1, "exp(*)"},
    Function{"FLOOR", 1, 1, "floor(*)"},
    Function{"GREATEST", 1, kMany,
             "list_transform([[*]], lambda google_v: CASE WHEN list_count(google_v) = "
             "len(google_v) THEN list_max(google_v) END)[1]"},
    Function{"IEEE_DIVIDE", 2, 2, "google_ieee_division(*)"},
    Function{"LEAST", 1, kMany,
             "list_transform([[*]], lambda google_v: CASE WHEN list_count(google_v) = "
             "len(google_v) THEN list_min(google_v) END)[1]"},
    Function{"LN", 1, 1, "ln(*)"},
    Function{"LOG10", 1, 1, "log10(*)"},
    Function{"MOD", 2, 2, "google_mod(*)"},
    Function{"POW", 2, 2, "google_power(*)"},
    Function{"POWER", 2, 2, "google_power(*)"},
    Function{"ROUND", 1, 1, "round(google_rounded(*))"},
    Function{"ROUND", 2, 2, "round(google_rounded($1), CAST($2 AS INTEGER))"},
    Function{"SAFE_ADD", 2, 2, "TRY(($1) + ($2))"},
    Function{"SAFE_DIVIDE", 2, 2, "google_safe_division(*)"},
    Function{"SAFE_MULTIPLY", 2, 2, "TRY(google_product(*))"},
    Function{"SAFE_NEGATE", 1, 1, "TRY(-($1))"},
    Function{"SAFE_SUBTRACT", 2, 2, "TRY(($1) - ($2))"},
    Function{"SIGN", 1, 1, "google_sign(*)"},
    Function{"SQRT", 1, 1, "google_root(*)"},
    Function{"TRUNC", 1, 1, "trunc(google_rounded(*))"},
    Function{"TRUNC", 2, 2, "trunc(google_rounded($1), CAST($2 AS INTEGER))"},
    // text
    Function{"CHAR_LENGTH", 1, 1, "length(*)"},
    Function{"CONCAT", 1, kMany, "CAST($| AS VARCHAR)"},
    Function{"ENDS_WITH", 2, 2, "ends_with(*)"},
    Function{"INSTR", 2, 2, "instr(*)"},
    Function{"LEFT", 2, 2, "left($1, google_count('LEFT', $2))"},
    Function{"LENGTH", 1, 1, "length(*)"},
    Function{"LOWER", 1, 1, "lower(*)"},
    Function{"LPAD", 2, 2, "lpad($1, CAST($2 AS INTEGER), ' ')"},
    Function{"LPAD", 3, 3, "lpad($1, CAST($2 AS INTEGER), $3)"},
    Function{"LTRIM", 1, 2, "ltrim(*)"},
    Function{"REGEXP_CONTAINS", 2, 2, "regexp_matches(*)"},
    Function{"REGEXP_EXTRACT", 2, 2,
             "list_transform([$1], lambda google_v: CASE WHEN regexp_matches(google_v, $2) THEN "
             "regexp_extract(google_v, $2, $g) END)[1]",
             0, 0, Parts::kAll, 0, 2},
    Function{"REGEXP_EXTRACT_ALL", 2, 2, "regexp_extract_all($1, $2, $g)", 0, 0, Parts::kAll, 0, 2},
    Function{"REGEXP_REPLACE", 3, 3, "regexp_replace($1, $2, $3, 'g')"},
    Function{"REPEAT", 2, 2, "repeat($1, google_count('REPEAT', $2))"},
    Function{"REPLACE", 3, 3, "replace(*)"},
    Function{"REVERSE", 1, 1, "reverse(*)"},
    Function{"RIGHT", 2, 2, "right($1, google_count('RIGHT', $2))"},
    Function{"RPAD", 2, 2, "rpad($1, CAST($2 AS INTEGER), ' ')"},
    Function{"RPAD", 3, 3, "rpad($1, CAST($2 AS INTEGER), $3)"},
    Function{"RTRIM", 1, 2, "rtrim(*)"},
    Function{"SPLIT", 1, 1, "string_split($1, ',')"},
    Function{"SPLIT", 2, 2, "string_split(*)"},
    Function{"STARTS_WITH", 2, 2, "starts_with(*)"},
    Function{"STRPOS", 2, 2, "strpos(*)"},
    Function{"SUBSTR", 2, 3, "google_substr(*)"},
    Function{"SUBSTRING", 2, 3, "google_substr(*)"},
    Function{"TRIM", 1, 2, "trim(*)"},
    Function{"UPPER", 1, 1, "upper(*)"},
    // lists
    Function{"ARRAY_CONCAT", 1, kMany, "($+)"},
    Function{"ARRAY_LENGTH", 1, 1, "len(*)"},
    Function{"ARRAY_REVERSE", 1, 1, "list_reverse(*)"},
    Function{"ARRAY_TO_STRING", 2, 2, "array_to_string(*)"},
    Function{"ARRAY_TO_STRING", 3, 3,
             "array_to_string(list_transform($1, lambda google_v: coalesce(google_v, $3)), $2)"},
    Function{"GENERATE_ARRAY", 2, 3, "generate_series(*)"},
    Function{"GENERATE_DATE_ARRAY", 2, 2,
             "CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), INTERVAL 1 DAY) "
             "AS DATE[])"},
    Function{"GENERATE_DATE_ARRAY", 3, 3,
             "CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), $3) AS DATE[])"},
    Function{"GENERATE_TIMESTAMP_ARRAY", 3, 3, "generate_series($Z1, $Z2, $3)"},
    // dates
    Function{"DATE", 1, 1, "CAST($1 AS DATE)"},
    Function{"DATE", 2, 2, "CAST(timezone($2, $1) AS DATE)"},
    Function{"DATE", 3, 3, "make_date(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))"},
    Function{"DATE_ADD", 2, 2, "CAST($D1 + $2 AS DATE)", 0, 0, Parts::kOfDates, 2},
    Function{"DATE_SUB", 2, 2, "CAST($D1 - $2 AS DATE)", 0, 0, Parts::kOfDates, 2},
    Function{"DATE_DIFF", 3, 3, "date_diff('$d', date_trunc('$d', $D2$w), date_trunc('$d', $D1$w))",
             3, 0, Parts::kOfDates},
    Function{"DATE_TRUNC", 2, 2,
             "list_transform([$P1], lambda google_v: cast_to_type(date_trunc('$d', google_v$w)$v, "
             "google_v))[1]",
             2, 0, Parts::kOfDates},
    Function{"DATE_FROM_UNIX_DATE", 1, 1, "(DATE '1970-01-01' + CAST($1 AS INTEGER))"},
    Function{"FORMAT_DATE", 2, 2, "strftime($D2, $1)", 0, 1},
    Function{"LAST_DAY", 1, 1, "last_day($P1)"},
    Function{"LAST_DAY", 2, 2,
             "CAST(date_trunc('$d', $P1$w)$v + INTERVAL '1 $d' - INTERVAL 1 DAY AS DATE)", 2, 0,
             Parts::kOfDates},
    Function{"PARSE_DATE", 2, 2, "CAST(strptime($2, $1) AS DATE)", 0, 1},
    Function{"UNIX_DATE", 1, 1, "(CAST($1 AS DATE) - DATE '1970-01-01')"},
    // times
    Function{"DATETIME", 1, 1, "CAST($1 AS TIMESTAMP)"},
    Function{"DATETIME", 2, 2, "timezone($2, $1)"},
    Function{"DATETIME", 6, 6,
             "make_timestamp(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), "
             "CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS DOUBLE))"},
    Function{"DATETIME_ADD", 2, 2, "($T1 + $2)", 0, 0, Parts::kAll, 2},
    Function{"DATETIME_SUB", 2, 2, "($T1 - $2)", 0, 0, Parts::kAll, 2},
    Function{"DATETIME_DIFF", 3, 3,
             "date_diff('$d', date_trunc('$d', $T2$w), date_trunc('$d', $T1$w))", 3},
    Function{"DATETIME_TRUNC", 2, 2, "CAST(date_trunc('$d', $T1$w)$v AS TIMESTAMP)", 2},
    Function{"FORMAT_DATETIME", 2, 2, "strftime($T2, $1)", 0, 1},
    Function{"FORMAT_TIMESTAMP", 2, 2, "strftime($Z2, $1)", 0, 1},
    Function{"FORMAT_TIMESTAMP", 3, 3, "strftime(timezone($3, $Z2), $1)", 0, 1},
    Function{"PARSE_DATETIME", 2, 2, "CAST(strptime($2, $1) AS TIMESTAMP)", 0, 1},
    Function{"PARSE_TIMESTAMP", 2, 2, "CAST(strptime($2, $1) AS TIMESTAMPTZ)", 0, 1},
    Function{"PARSE_TIMESTAMP", 3, 3, "timezone($3, CAST(strptime($2, $1) AS TIMESTAMP))", 0, 1},
    Function{"STRING", 1, 1, "CAST($1 AS VARCHAR)"},
    Function{"TIME", 1, 1, "CAST(CAST($1 AS TIMESTAMP) AS TIME)"},
    Function{"TIME", 2, 2, "CAST(timezone($2, $Z1) AS TIME)"},
    Function{"TIME", 3, 3, "make_time(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS DOUBLE))"},
    Function{"TIMESTAMP", 1, 1, "CAST($1 AS TIMESTAMPTZ)"},
    Function{"TIMESTAMP", 2, 2, "timezone($2, CAST($1 AS TIMESTAMP))"},
    Function{"TIMESTAMP_ADD", 2, 2, "($Z1 + $2)", 0, 0, Parts::kOfInstants, 2},
    Function{"TIMESTAMP_SUB", 2, 2, "($Z1 - $2)", 0, 0, Parts::kOfInstants, 2},
    Function{"TIMESTAMP_DIFF", 3, 3, "date_sub('$d', $Z2, $Z1)", 3, 0, Parts::kOfInstants},
    Function{"TIMESTAMP_TRUNC", 2, 2, "(date_trunc('$d', $Z1$w)$v)", 2},
    Function{"TIMESTAMP_TRUNC", 3, 3,
             "timezone($3, CAST(date_trunc('$d', timezone($3, $Z1)$w)$v AS TIMESTAMP))", 2, 0,
             Parts::kAll, 0, 3},
    Function{"TIMESTAMP_SECONDS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT) * 1000000)"},
    Function{"TIMESTAMP_MILLIS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT) * 1000)"},
    Function{"TIMESTAMP_MICROS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT))"},
    Function{"UNIX_SECONDS", 1, 1, "(epoch_us($Z1) // 1000000)"},
    Function{"UNIX_MILLIS", 1, 1, "(epoch_us($Z1) // 1000)"},
    Function{"UNIX_MICROS", 1, 1, "epoch_us($Z1)"},
};

/// Which need an OVER clause.
constexpr std::array<std::string_view, 13> kWindowed = {"CUME_DIST",       "DENSE_RANK",
                                                        "FIRST_VALUE",     "LAG",
                                                        "LAST_VALUE",      "LEAD",
                                                        "NTH_VALUE",       "NTILE",
                                                        "PERCENTILE_CONT", "PERCENTILE_DISC",
                                                        "PERCENT_RANK",    "RANK",
                                                        "ROW_NUMBER"};

/// GoogleSQL's, of which there is no row above.
constexpr std::string_view kUnsupported =
    " ACOS ACOSH APPENDS APPROX_TOP_COUNT APPROX_TOP_SUM ARRAY_AVG ARRAY_CONCAT_AGG ARRAY_FILTER "
    "ARRAY_FIRST ARRAY_INCLUDES ARRAY_INCLUDES_ALL ARRAY_INCLUDES_ANY ARRAY_IS_DISTINCT ARRAY_LAST "
    "ARRAY_MAX ARRAY_MIN ARRAY_SLICE ARRAY_SUM ARRAY_TRANSFORM ASCII ASIN ASINH ATAN ATAN2 ATANH "
    "BIT_AND BIT_COUNT BIT_OR BIT_XOR BOOL BYTE_LENGTH CBRT CHANGES CHARACTER_LENGTH CHR "
    "CODE_POINTS_TO_BYTES CODE_POINTS_TO_STRING COLLATE CONTAINS_SUBSTR COS COSH COSINE_DISTANCE "
    "COT COTH COVAR_POP COVAR_SAMP CSC CSCH CURRENT_USER DATE_BUCKET DATETIME_BUCKET EDIT_DISTANCE "
    "ERROR EUCLIDEAN_DISTANCE EXTERNAL_QUERY FARM_FINGERPRINT FLOAT64 FORMAT FORMAT_TIME "
    "FROM_BASE32 FROM_BASE64 FROM_HEX GAP_FILL GENERATE_RANGE_ARRAY GENERATE_UUID GROUPING "
    "HLL_COUNT "
    "INITCAP INT64 IS_INF IS_NAN JSON_ARRAY JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_EXTRACT "
    "JSON_EXTRACT_ARRAY JSON_EXTRACT_SCALAR JSON_EXTRACT_STRING_ARRAY JSON_KEYS JSON_OBJECT "
    "JSON_QUERY JSON_QUERY_ARRAY JSON_REMOVE JSON_SET JSON_STRIP_NULLS JSON_TYPE JSON_VALUE "
    "JSON_VALUE_ARRAY JUSTIFY_DAYS JUSTIFY_HOURS JUSTIFY_INTERVAL LAX_BOOL LAX_FLOAT64 LAX_INT64 "
    "LAX_STRING LOG MAKE_INTERVAL MD5 NORMALIZE NORMALIZE_AND_CASEFOLD NULLIFZERO OCTET_LENGTH "
    "PARSE_BIGNUMERIC PARSE_JSON PARSE_NUMERIC PARSE_TIME RAND RANGE RANGE_BUCKET RANGE_CONTAINS "
    "RANGE_END RANGE_INTERSECT RANGE_OVERLAPS RANGE_SESSIONIZE RANGE_START REGEXP_INSTR "
    "REGEXP_SUBSTR SAFE_CONVERT_BYTES_TO_STRING SEARCH SEC SECH SESSION_USER SHA1 SHA256 SHA512 "
    "SIN "
    "SINH SOUNDEX TAN TANH TIME_ADD TIME_DIFF TIME_SUB TIME_TRUNC TIMESTAMP_BUCKET TO_BASE32 "
    "TO_BASE64 TO_CODE_POINTS TO_HEX TO_JSON TO_JSON_STRING TRANSLATE TYPEOF UNICODE "
    "VECTOR_SEARCH ZEROIFNULL ";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kParts = {
    {{"MICROSECOND", "microsecond"},
     {"MILLISECOND", "millisecond"},
     {"SECOND", "second"},
     {"MINUTE", "minute"},
     {"HOUR", "hour"},
     {"DAY", "day"},
     {"ISOWEEK", "week"},
     {"WEEK", "week"},
     {"MONTH", "month"},
     {"QUARTER", "quarter"},
     {"YEAR", "year"},
     {"ISOYEAR", "isoyear"},
     {"DAYOFWEEK", ""},
     {"DAYOFYEAR", ""}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kExtractions = {
    {{"DATE", "CAST($1 AS DATE)"},
     {"DATETIME", "CAST($1 AS TIMESTAMP)"},
     {"DAY", "extract(day FROM $1)"},
     {"DAYOFWEEK", "(extract(dayofweek FROM $1) + 1)"},
     {"DAYOFYEAR", "extract(doy FROM $1)"},
     {"HOUR", "extract(hour FROM $1)"},
     {"ISOWEEK", "extract(week FROM $1)"},
     {"ISOYEAR", "extract(isoyear FROM $1)"},
     {"MICROSECOND", "(extract(microsecond FROM $1) % 1000000)"},
     {"MILLISECOND", "(extract(millisecond FROM $1) % 1000)"},
     {"MINUTE", "extract(minute FROM $1)"},
     {"MONTH", "extract(month FROM $1)"},
     {"QUARTER", "extract(quarter FROM $1)"},
     {"SECOND", "extract(second FROM $1)"},
     {"TIME", "CAST(CAST($1 AS TIMESTAMP) AS TIME)"},
     {"WEEK", "CAST(strftime($1, '%U') AS BIGINT)"},
     {"WEEK(MONDAY)", "CAST(strftime($1, '%W') AS BIGINT)"},
     {"YEAR", "extract(year FROM $1)"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kFormats = {
    {{"%F", "%Y-%m-%d"},
     {"%T", "%H:%M:%S"},
     {"%R", "%H:%M"},
     {"%D", "%m/%d/%y"},
     {"%x", "%m/%d/%y"},
     {"%X", "%H:%M:%S"},
     {"%h", "%b"},
     {"%e", "%-d"},
     {"%E4Y", "%Y"},
     {"%E*S", "%S.%f\x01"},
     {"%E6S", "%S.%f"},
     {"%E3S", "%S.%g"},
     // Times are written in UTC.
     {"%Ez", "+00:00"},
     {"%z", "+0000"},
     {"%Z", "UTC"}}};

/// As both have them.
constexpr std::string_view kSameElements = "AaBbdGHIjMmpSUuVWwYy%";
constexpr std::array<std::string_view, 3> kOfZones = {"%Ez", "%z", "%Z"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes = {
    {{"INT64", "BIGINT"},
     {"INT", "BIGINT"},
     {"INTEGER", "BIGINT"},
     {"BIGINT", "BIGINT"},
     {"SMALLINT", "BIGINT"},
     {"TINYINT", "BIGINT"},
     {"BYTEINT", "BIGINT"},
     {"FLOAT64", "DOUBLE"},
     {"NUMERIC", "DECIMAL(38,9)"},
     {"DECIMAL", "DECIMAL(38,9)"},
     {"BIGNUMERIC", "DECIMAL(38,18)"},
     {"BIGDECIMAL", "DECIMAL(38,18)"},
     {"BOOL", "BOOLEAN"},
     {"BOOLEAN", "BOOLEAN"},
     {"STRING", "VARCHAR"},
     {"BYTES", "BLOB"},
     {"DATE", "DATE"},
     {"DATETIME", "TIMESTAMP"},
     {"TIMESTAMP", "TIMESTAMPTZ"},
     {"TIME", "TIME"}}};

template <class Table>
std::string_view second_of(const Table& table, std::string_view first) {
  const auto found = std::ranges::find(table, first, [](const auto& pair) { return pair.first; });
  return found == table.end() ? std::string_view() : found->second;
}

}  // namespace

std::span<const Function> all_functions() { return kFunctions; }

const Function* find_function(std::string_view name, int arguments) {
  const Function* any = nullptr;
  for (const Function& function : kFunctions) {
    if (function.name != name) continue;
    if (arguments >= function.min_arguments && arguments <= function.max_arguments)
      return &function;
    any = &function;
  }
  return any;
}

bool is_in_googlesql(std::string_view name) {
  return find_function(name, 0) != nullptr ||
         kUnsupported.find(" " + std::string(name) + " ") != std::string_view::npos;
}

bool needs_window(std::string_view name) {
  return std::ranges::find(kWindowed, name) != kWindowed.end();
}

std::optional<DatePart> date_part(std::string_view word) {
  const std::string_view name = second_of(kParts, word);
  if (name.empty()) return std::nullopt;
  return DatePart{std::string(name), word == "WEEK" ? 1 : 0};
}

std::optional<DatePart> weeks_from(std::string_view day) {
  constexpr std::array<std::string_view, 7> kDays = {"MONDAY",   "SUNDAY",    "SATURDAY", "FRIDAY",
                                                     "THURSDAY", "WEDNESDAY", "TUESDAY"};
  const auto found = std::ranges::find(kDays, day);
  if (found == kDays.end()) return std::nullopt;
  return DatePart{"week", static_cast<int>(found - kDays.begin())};
}

bool takes_part(Parts parts, std::string_view word) {
  constexpr std::array<std::string_view, 5> kShort = {"MICROSECOND", "MILLISECOND", "SECOND",
                                                      "MINUTE", "HOUR"};
  if (parts == Parts::kAll || word == "DAY") return true;
  const bool is_short = std::ranges::find(kShort, word) != kShort.end();
  return is_short == (parts == Parts::kOfInstants);
}

std::string_view extraction(std::string_view part) { return second_of(kExtractions, part); }

namespace {

/// The element at the front of a format, or one letter; and what it is to DuckDB.
std::pair<std::string_view, std::string_view> front_of(std::string_view format) {
  for (const auto& [element, engine] : kFormats)
    if (format.starts_with(element)) return {element, engine};
  const std::size_t taken = format[0] == '%' && format.size() > 1 ? 2 : 1;
  return {format.substr(0, taken), format.substr(0, taken)};
}

}  // namespace

std::string translate_format(std::string_view format, bool written) {
  std::string translated;
  while (!format.empty()) {
    auto [element, engine] = front_of(format);
    if (!written && std::ranges::find(kOfZones, element) != kOfZones.end())
      engine = element == "%Z" ? "%Z" : "%z";
    if (!written && engine.ends_with(kFractionEnd)) engine.remove_suffix(1);
    translated += engine;
    format.remove_prefix(element.size());
  }
  return translated;
}

int capturing_groups(std::string_view pattern) {
  int groups = 0;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (in_class) {
      in_class = pattern[i] != ']';
    } else if (pattern[i] == '[') {
      in_class = true;
      // A bracket that comes first, behind a ^ as well, is one of the class.
      if (pattern.substr(i + 1).starts_with('^')) ++i;
      if (pattern.substr(i + 1).starts_with(']')) ++i;
    } else if (pattern[i] == '(') {
      const std::string_view rest = pattern.substr(i + 1);
      groups += !rest.starts_with('?') || rest.starts_with("?P<") ? 1 : 0;
    }
  }
  return groups;
}

std::string_view unsupported_element(std::string_view format, bool in_utc) {
  while (!format.empty()) {
    const auto [element, engine] = front_of(format);
    const bool translated = element.data() != engine.data();
    const bool of_zone = std::ranges::find(kOfZones, element) != kOfZones.end();
    // A day of one digit has a blank before it there.
    if ((of_zone && !in_utc) || element == "%e") return element;
    if (!translated && element[0] == '%' &&
        (element.size() < 2 || kSameElements.find(element[1]) == std::string_view::npos))
      return element;
    format.remove_prefix(element.size());
  }
  return {};
}

bool is_text_of(std::string_view engine_type, std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n\r"), text.size());
  text = text.substr(begin, text.find_last_not_of(" \t\n\r") + 1 - begin);
  if (engine_type == "BOOLEAN") {
    const std::string word = lower_ascii(text);
    return word == "true" || word == "false";
  }
  if (engine_type != "DATE" && engine_type != "TIMESTAMP" && engine_type != "TIMESTAMPTZ")
    return true;
  // A year of four digits, months and days of one or two; then the end, or a time of day.
  const auto digits = [&](std::size_t least, std::size_t most) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count >= least && count <= most;
  };
  const auto dash = [&] {
    const bool there = text.starts_with('-');
    if (there) text.remove_prefix(1);
    return there;
  };
  if (!digits(4, 4) || !dash() || !digits(1, 2) || !dash() || !digits(1, 2)) return false;
  const std::size_t last = text.find_last_of(")");
  return text.empty() || (last == std::string_view::npos &&
                          std::string_view(" Tt").find(text[0]) != std::string_view::npos);
}

std::string_view engine_type(std::string_view word) { return second_of(kTypes, word); }

}  // namespace assay::warehouse::sql
