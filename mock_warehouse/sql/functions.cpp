#include "mock_warehouse/sql/functions.h"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::warehouse::sql {
namespace {

constexpr int kMany = 1'000;

constexpr std::array kFunctions = {
    // aggregates
    Function{"ANY_VALUE", 1, 1, "any_value(*)"},
    // Exactly, as the service's sketch is for few values. DuckDB's is off from the first dozens on.
    Function{"APPROX_COUNT_DISTINCT", 1, 1, "count(DISTINCT $1)"},
    Function{"ARRAY_AGG", 1, 1, "array_agg(*)"},
    Function{"AVG", 1, 1, "avg(*)"},
    Function{"CORR", 2, 2, "corr(*)"},
    Function{"COUNT", 1, 1, "count(*)"},
    Function{"COUNTIF", 1, 1, "count_if(*)"},
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
    Function{"SUM", 1, 1, "sum(*)"},
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
    Function{"PERCENT_RANK", 0, 0, "percent_rank(*)"},
    Function{"RANK", 0, 0, "rank(*)"},
    Function{"ROW_NUMBER", 0, 0, "row_number(*)"},
    // conditions
    Function{"COALESCE", 1, kMany, "coalesce(*)"},
    Function{"IF", 3, 3, "CASE WHEN $1 THEN $2 ELSE $3 END"},
    Function{"IFNULL", 2, 2, "coalesce(*)"},
    Function{"NULLIF", 2, 2, "nullif(*)"},
    // numbers
    Function{"ABS", 1, 1, "abs(*)"},
    Function{"CEIL", 1, 1, "ceil(*)"},
    Function{"CEILING", 1, 1, "ceil(*)"},
    Function{"DIV", 2, 2, "(($1) // google_divisor($2))"},
    Function{"EXP", 1, 1, "exp(*)"},
    Function{"FLOOR", 1, 1, "floor(*)"},
    Function{"GREATEST", 1, kMany, "greatest(*)"},
    Function{"IEEE_DIVIDE", 2, 2, "divide(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE))"},
    Function{"LEAST", 1, kMany, "least(*)"},
    Function{"LN", 1, 1, "ln(*)"},
    Function{"LOG10", 1, 1, "log10(*)"},
    Function{"MOD", 2, 2, "(($1) % google_divisor($2))"},
    Function{"POW", 2, 2, "pow(*)"},
    Function{"POWER", 2, 2, "pow(*)"},
    Function{"ROUND", 1, 1, "round(*)"},
    Function{"ROUND", 2, 2, "round($1, CAST($2 AS INTEGER))"},
    Function{"SAFE_DIVIDE", 2, 2, "divide(CAST($1 AS DOUBLE), nullif(CAST($2 AS DOUBLE), 0))"},
    Function{"SIGN", 1, 1, "sign(*)"},
    Function{"SQRT", 1, 1, "sqrt(*)"},
    Function{"TRUNC", 1, 1, "trunc(*)"},
    // text
    Function{"CHAR_LENGTH", 1, 1, "length(*)"},
    Function{"CONCAT", 1, kMany, "concat(*)"},
    Function{"ENDS_WITH", 2, 2, "ends_with(*)"},
    Function{"INSTR", 2, 2, "instr(*)"},
    Function{"LEFT", 2, 2, "left(*)"},
    Function{"LENGTH", 1, 1, "length(*)"},
    Function{"LOWER", 1, 1, "lower(*)"},
    Function{"LPAD", 2, 2, "lpad($1, CAST($2 AS INTEGER), ' ')"},
    Function{"LPAD", 3, 3, "lpad($1, CAST($2 AS INTEGER), $3)"},
    Function{"LTRIM", 1, 2, "ltrim(*)"},
    Function{"REGEXP_CONTAINS", 2, 2, "regexp_matches(*)"},
    Function{"REGEXP_EXTRACT", 2, 2, "nullif(regexp_extract($1, $2, $g), '')"},
    Function{"REGEXP_REPLACE", 3, 3, "regexp_replace($1, $2, $3, 'g')"},
    Function{"REPEAT", 2, 2, "repeat(*)"},
    Function{"REPLACE", 3, 3, "replace(*)"},
    Function{"REVERSE", 1, 1, "reverse(*)"},
    Function{"RIGHT", 2, 2, "right(*)"},
    Function{"RPAD", 2, 2, "rpad($1, CAST($2 AS INTEGER), ' ')"},
    Function{"RPAD", 3, 3, "rpad($1, CAST($2 AS INTEGER), $3)"},
    Function{"RTRIM", 1, 2, "rtrim(*)"},
    Function{"SPLIT", 1, 1, "string_split($1, ',')"},
    Function{"SPLIT", 2, 2, "string_split(*)"},
    Function{"STARTS_WITH", 2, 2, "starts_with(*)"},
    Function{"STRPOS", 2, 2, "strpos(*)"},
    Function{"SUBSTR", 2, 3, "substr(*)"},
    Function{"SUBSTRING", 2, 3, "substr(*)"},
    Function{"TRIM", 1, 2, "trim(*)"},
    Function{"UPPER", 1, 1, "upper(*)"},
    // lists
    Function{"ARRAY_CONCAT", 2, 2, "list_concat(*)"},
    Function{"ARRAY_LENGTH", 1, 1, "len(*)"},
    Function{"ARRAY_REVERSE", 1, 1, "list_reverse(*)"},
    Function{"ARRAY_TO_STRING", 2, 2, "array_to_string(*)"},
    Function{"GENERATE_ARRAY", 2, 3, "generate_series(*)"},
    Function{"GENERATE_DATE_ARRAY", 2, 2,
             "CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), INTERVAL 1 DAY) "
             "AS DATE[])"},
    Function{"GENERATE_DATE_ARRAY", 3, 3,
             "CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), $3) AS DATE[])"},
    Function{"GENERATE_TIMESTAMP_ARRAY", 3, 3, "generate_series(*)"},
    // dates
    Function{"DATE", 1, 1, "CAST($1 AS DATE)"},
    Function{"DATE", 2, 2, "CAST(timezone($2, $1) AS DATE)"},
    Function{"DATE", 3, 3, "make_date(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))"},
    Function{"DATE_ADD", 2, 2, "CAST(CAST($1 AS DATE) + $2 AS DATE)"},
    Function{"DATE_SUB", 2, 2, "CAST(CAST($1 AS DATE) - $2 AS DATE)"},
    Function{"DATE_DIFF", 3, 3,
             "date_diff('$d', date_trunc('$d', CAST($2 AS DATE)$w), date_trunc('$d', CAST($1 AS "
             "DATE)$w))",
             3},
    Function{"DATE_TRUNC", 2, 2, "CAST(date_trunc('$d', CAST($1 AS DATE)$w)$v AS DATE)", 2},
    Function{"DATE_FROM_UNIX_DATE", 1, 1, "(DATE '1970-01-01' + CAST($1 AS INTEGER))"},
    Function{"FORMAT_DATE", 2, 2, "strftime(CAST($2 AS DATE), $1)", 0, 1},
    Function{"LAST_DAY", 1, 1, "last_day(CAST($1 AS DATE))"},
    Function{"PARSE_DATE", 2, 2, "CAST(strptime($2, $1) AS DATE)", 0, 1},
    Function{"UNIX_DATE", 1, 1, "(CAST($1 AS DATE) - DATE '1970-01-01')"},
    // times
    Function{"DATETIME", 1, 1, "CAST($1 AS TIMESTAMP)"},
    Function{"DATETIME", 2, 2, "timezone($2, $1)"},
    Function{"DATETIME_ADD", 2, 2, "(CAST($1 AS TIMESTAMP) + $2)"},
    Function{"DATETIME_SUB", 2, 2, "(CAST($1 AS TIMESTAMP) - $2)"},
    Function{"DATETIME_DIFF", 3, 3,
             "date_diff('$d', date_trunc('$d', CAST($2 AS TIMESTAMP)$w), "
             "date_trunc('$d', CAST($1 AS TIMESTAMP)$w))",
             3},
    Function{"DATETIME_TRUNC", 2, 2, "(date_trunc('$d', CAST($1 AS TIMESTAMP)$w)$v)", 2},
    Function{"FORMAT_DATETIME", 2, 2, "strftime(CAST($2 AS TIMESTAMP), $1)", 0, 1},
    Function{"FORMAT_TIMESTAMP", 2, 2, "strftime(CAST($2 AS TIMESTAMPTZ), $1)", 0, 1},
    Function{"FORMAT_TIMESTAMP", 3, 3, "strftime(timezone($3, CAST($2 AS TIMESTAMPTZ)), $1)", 0, 1},
    Function{"PARSE_DATETIME", 2, 2, "CAST(strptime($2, $1) AS TIMESTAMP)", 0, 1},
    Function{"PARSE_TIMESTAMP", 2, 2, "CAST(strptime($2, $1) AS TIMESTAMPTZ)", 0, 1},
    Function{"STRING", 1, 1, "CAST($1 AS VARCHAR)"},
    Function{"TIMESTAMP", 1, 1, "CAST($1 AS TIMESTAMPTZ)"},
    Function{"TIMESTAMP", 2, 2, "timezone($2, CAST($1 AS TIMESTAMP))"},
    Function{"TIMESTAMP_ADD", 2, 2, "(CAST($1 AS TIMESTAMPTZ) + $2)"},
    Function{"TIMESTAMP_SUB", 2, 2, "(CAST($1 AS TIMESTAMPTZ) - $2)"},
    Function{"TIMESTAMP_DIFF", 3, 3,
             "date_sub('$d', CAST($2 AS TIMESTAMPTZ), CAST($1 AS TIMESTAMPTZ))", 3},
    Function{"TIMESTAMP_TRUNC", 2, 2, "(date_trunc('$d', CAST($1 AS TIMESTAMPTZ)$w)$v)", 2},
    Function{"TIMESTAMP_SECONDS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT) * 1000000)"},
    Function{"TIMESTAMP_MILLIS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT) * 1000)"},
    Function{"TIMESTAMP_MICROS", 1, 1, "make_timestamptz(CAST($1 AS BIGINT))"},
    Function{"UNIX_SECONDS", 1, 1, "(epoch_us(CAST($1 AS TIMESTAMPTZ)) // 1000000)"},
    Function{"UNIX_MILLIS", 1, 1, "(epoch_us(CAST($1 AS TIMESTAMPTZ)) // 1000)"},
    Function{"UNIX_MICROS", 1, 1, "epoch_us(CAST($1 AS TIMESTAMPTZ))"},
};

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

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kExtractions = {
    {{"DATE", "CAST($1 AS DATE)"},
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
     {"WEEK", "CAST(strftime($1, '%U') AS BIGINT)"},
     {"YEAR", "extract(year FROM $1)"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kFormats = {
    {{"%F", "%Y-%m-%d"},
     {"%T", "%H:%M:%S"},
     {"%R", "%H:%M"},
     {"%D", "%m/%d/%y"},
     {"%e", "%-d"},
     {"%E4Y", "%Y"},
     {"%E*S", "%S.%f"},
     {"%E6S", "%S.%f"},
     {"%E3S", "%S.%g"},
     {"%Ez", "%z"}}};

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

std::optional<DatePart> date_part(std::string_view word) {
  const std::string_view name = second_of(kParts, word);
  if (name.empty()) return std::nullopt;
  return DatePart{std::string(name), word == "WEEK"};
}

std::string_view extraction(std::string_view part) { return second_of(kExtractions, part); }

std::string translate_format(std::string_view format) {
  std::string translated;
  while (!format.empty()) {
    std::size_t taken = format[0] == '%' && format.size() > 1 ? 2 : 1;
    std::string_view meant = format.substr(0, taken);
    for (const auto& [element, engine] : kFormats)
      if (format.starts_with(element)) {
        taken = element.size();
        meant = engine;
      }
    translated += meant;
    format.remove_prefix(taken);
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

std::string_view engine_type(std::string_view word) { return second_of(kTypes, word); }

}  // namespace assay::warehouse::sql
