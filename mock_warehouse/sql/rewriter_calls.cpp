// Calls: what is particular about some functions, and what is not supported.

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::size_t kMaxQuantiles = 1'000;

/// Statements of scripts, by their first words.
constexpr std::array<std::string_view, 10> kStatements = {
    "ASSERT", "BEGIN", "CALL", "DECLARE", "EXECUTE", "EXPORT", "FOR", "LOOP", "REPEAT", "WHILE"};

/// Functions that take more arguments in GoogleSQL than here.
constexpr std::array<std::string_view, 10> kTakesMore = {"APPROX_COUNT_DISTINCT",
                                                         "DATE",
                                                         "DATETIME",
                                                         "INSTR",
                                                         "REGEXP_EXTRACT",
                                                         "ROUND",
                                                         "TIME",
                                                         "STRING",
                                                         "DATE_TRUNC",
                                                         "DATETIME_TRUNC"};

/// Words before a function that is one of GoogleSQL's.
constexpr std::array<std::string_view, 5> kFamilies = {"AEAD.", "HLL_COUNT.", "KEYS.", "NET.",
                                                       "ML."};

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

}  // namespace

void Rewriter::not_found(std::size_t i, const std::string& function) {
  const std::string capitals = in_capitals(function);
  const bool family = std::ranges::any_of(
      kFamilies, [&](std::string_view prefix) { return capitals.starts_with(prefix); });
  if (family || capitals.starts_with("ST_") || is_in_googlesql(capitals))
    return fail(i, "Unsupported: function " + capitals);
  fail(i, "Function not found: " + function);
}

/// Arguments, without the IGNORE NULLS that some functions do anyway.
std::vector<Range> Rewriter::call_arguments(Range inside) const {
  if (inside.empty()) return {};
  auto arguments = split(inside, ",");
  Range& last = arguments.back();
  const Token& function = at(inside.begin - 2);
  const bool ignores = function.is("PERCENTILE_CONT") || function.is("PERCENTILE_DISC") ||
                       function.is("APPROX_QUANTILES");
  if (ignores && last.end - last.begin > 2 && at(last.end - 2).is("IGNORE") &&
      at(last.end - 1).is("NULLS"))
    last.end -= 2;
  return arguments;
}

/// Whether the call was refused for what it is given.
bool Rewriter::refuse_call(const Function& function, const std::vector<Range>& arguments,
                           std::size_t i) {
  const std::string name(function.name);
  const auto count = static_cast<int>(arguments.size());
  if (count < function.min_arguments || count > function.max_arguments) {
    if (count > function.max_arguments &&
        std::ranges::find(kTakesMore, function.name) != kTakesMore.end()) {
      fail(i, "Unsupported: " + name + " with " + std::to_string(count) + " arguments");
      return true;
    }
    fail(i, "Number of arguments does not match for function " + name +
                ". Supported signature takes " + std::to_string(function.min_arguments) +
                (function.max_arguments > function.min_arguments ? " or more" : "") + ", given " +
                std::to_string(count));
    return true;
  }
  const std::size_t behind_call = behind(i + 1);
  if (needs_window(function.name) && !at(behind_call).is("OVER"))
    fail(i, "Analytic function " + name + " cannot be called without an OVER clause");
  if (function.name.starts_with("PERCENTILE_"))
    for (std::size_t k = i + 2; k < at(i + 1).match; k = behind(k))
      if (at(k).is("RESPECT")) fail(k, "Unsupported: RESPECT NULLS in " + name);
  if (function.literal > 0) {
    const Range literal = arguments[static_cast<std::size_t>(function.literal) - 1];
    if (literal.end != literal.begin + 1 || at(literal.begin).kind != Token::Kind::kString)
      fail(literal.begin, "Unsupported: argument " + std::to_string(function.literal) + " of " +
                              name + " that is not a string literal");
  }
  if (function.interval > 0 && !failed()) {
    const Range interval = arguments[static_cast<std::size_t>(function.interval) - 1];
    if (!at(interval.begin).is("INTERVAL"))
      fail(interval.begin, "No matching signature for function " + name +
                               ": argument 2 must be INTERVAL int64_expression date_part");
    else if (at(interval.end - 1).kind == Token::Kind::kWord &&
             date_part(at(interval.end - 1).text) &&
             !takes_part(function.parts, at(interval.end - 1).text))
      fail(interval.end - 1,
           name + " does not support the " + at(interval.end - 1).text + " date part");
  }
  if (function.format > 0 && !failed())
    refuse_format(function, arguments[static_cast<std::size_t>(function.format) - 1],
                  arguments.size());
  return failed();
}

bool Rewriter::refuse_format(const Function& function, Range format, std::size_t arguments) {
  const Token& first = at(format.begin);
  const bool written = function.name.starts_with("FORMAT_");
  if (!written && first.kind == Token::Kind::kString &&
      (first.value.find("%s") != std::string::npos ||
       first.value.find("%c") != std::string::npos)) {
    fail(format.begin,
         "Unsupported: " + std::string(first.value.find("%s") != std::string::npos ? "%s" : "%c") +
             " in the format of " + std::string(function.name));
    return true;
  }
  if (!written) return false;
  if (format.end != format.begin + 1 || first.kind != Token::Kind::kString) {
    fail(format.begin,
         "Unsupported: a format in " + std::string(function.name) + " that is no string literal");
    return true;
  }
  const bool in_utc = function.name == "FORMAT_TIMESTAMP" && arguments == 2;
  const std::string_view element = unsupported_element(first.value, in_utc);
  if (element.empty()) return false;
  fail(format.begin, "Unsupported: " + std::string(element) + " in the format of " +
                         std::string(function.name) + (arguments == 3 ? " with a time zone" : ""));
  return true;
}

/// A date part, or WEEK(MONDAY) and its like. Fails where it is none that the function takes.
std::optional<DatePart> Rewriter::part_of(const Function& function, Range range) {
  const Token& word = at(range.begin);
  const bool on_day =
      word.is("WEEK") && range.end == range.begin + 4 && at(range.begin + 1).is("(");
  const auto known = on_day ? weeks_from(at(range.begin + 2).text) : date_part(word.text);
  if (!known || (range.end != range.begin + 1 && !on_day)) {
    fail(range.begin, "A valid date part name is required but found " + word.value);
    return std::nullopt;
  }
  if (takes_part(function.parts, word.text)) return known;
  fail(range.begin,
       std::string(function.name) + " does not support the " + word.text + " date part");
  return std::nullopt;
}

/// What stands behind a $ in a form.
void Rewriter::fill_piece(const Function& function, const std::vector<Range>& arguments,
                          std::string_view piece, std::size_t place, TracedText& out) {
  switch (piece[0]) {
    case 'D':
    case 'T':
    case 'Z':
    case 'P':
      return typed_argument(function, arguments[static_cast<std::size_t>(piece[1] - '1')], piece[0],
                            place, out);
    case '+':
    case '|':
      return joined(arguments, piece[0] == '|', out);
    case 'g':
      return pattern_group(arguments[1], out);
    case 'q':
      return quantiles(arguments[1], out);
    default:
      return argument(function, arguments, static_cast<std::size_t>(piece[0] - '1'), out);
  }
}

/// Whether the call writes seconds with as many digits as they need.
bool Rewriter::writes_fraction(const Function& function,
                               const std::vector<Range>& arguments) const {
  if (function.format == 0 || !function.name.starts_with("FORMAT_")) return false;
  const Range format = arguments[static_cast<std::size_t>(function.format) - 1];
  return !format.empty() && at(format.begin).value.find("%E*S") != std::string::npos;
}

/// A literal becomes what is asked for; anything else must be it.
void Rewriter::typed_argument(const Function& function, Range range, char type, std::size_t place,
                              TracedText& out) {
  if (range.empty()) return unexpected(range.begin);
  const Token& first = at(range.begin);
  const bool literal =
      range.end == range.begin + 1 &&
      (first.kind == Token::Kind::kString || first.kind == Token::Kind::kParameter ||
       first.kind == Token::Kind::kPositional || first.is("NULL"));
  const std::string_view target = type == 'T' ? "TIMESTAMP" : type == 'Z' ? "TIMESTAMPTZ" : "DATE";
  const std::string_view check = type == 'T'   ? "google_datetime("
                                 : type == 'Z' ? "google_timestamp("
                                 : type == 'D' ? "google_date("
                                               : "(";
  out.put(literal ? "CAST(" : check, first.place);
  // For its refusal.
  if (!literal && type != 'P')
    out.put("'" + std::string(function.name) + " " + std::to_string(place) + "',", first.place);
  expression(range, out);
  out.put(literal ? "AS " + std::string(target) + ")" : ")", first.place);
}

void Rewriter::joined(const std::vector<Range>& arguments, bool as_texts, TracedText& out) {
  bool first = true;
  for (const Range range : arguments) {
    if (range.empty()) return unexpected(range.begin);
    const std::size_t place = at(range.begin).place;
    if (!first) out.put("||", place);
    first = false;
    const bool text = range.end == range.begin + 1 && at(range.begin).kind == Token::Kind::kString;
    out.put(as_texts && !text ? "google_to_text(" : "(", place);
    expression(range, out);
    out.put(")", place);
  }
}

/// From the least value to the greatest, in so many steps.
void Rewriter::quantiles(Range count, TracedText& out) {
  const Token& number = at(count.begin);
  const bool literal = count.end == count.begin + 1 && number.kind == Token::Kind::kNumber &&
                       number.text.size() <= 4;
  const std::size_t steps = literal ? static_cast<std::size_t>(std::atoi(number.text.c_str())) : 0;
  if (steps == 0 || steps > kMaxQuantiles)
    return fail(count.begin,
                "Unsupported: APPROX_QUANTILES of a number that is not a literal of 1 "
                "to 1000");
  std::string list = "[0e0";
  for (std::size_t i = 1; i <= steps; ++i)
    list += ", " + std::to_string(i) + "e0/" + std::to_string(steps) + "e0";
  out.put(list + "]", number.place);
}

void Rewriter::pattern_group(Range pattern, TracedText& out) {
  const int groups = capturing_groups(at(pattern.begin).value);
  if (groups > 1)
    return fail(pattern.begin,
                "Regular expression has more than one capturing group, which is not allowed here");
  out.put(std::to_string(groups), at(pattern.begin).place);
}

/// ARRAY_AGG(x IGNORE NULLS …) and with RESPECT NULLS. False for anything else.
bool Rewriter::list_without_nulls(Range inside, std::size_t i, TracedText& out) {
  if (!at(i).is("ARRAY_AGG")) return false;
  std::size_t words = inside.begin;
  while (words < inside.end && !at(words).is("IGNORE") && !at(words).is("RESPECT"))
    words = behind(words);
  if (words + 1 >= inside.end || !at(words + 1).is("NULLS")) return false;
  const bool ignore = at(words).is("IGNORE");
  if (ignore && at(inside.end + 1).is("OVER")) {
    fail(words, "Unsupported: IGNORE NULLS in ARRAY_AGG with OVER");
    return true;
  }
  out.put(ignore ? "nullif(list_filter(array_agg(" : "array_agg(", at(i).place);
  expression({inside.begin, words}, out);
  expression({words + 2, inside.end}, out);
  out.put(ignore ? "), lambda google_v: google_v IS NOT NULL), [])" : ")", at(inside.end).place);
  return true;
}

/// ARRAY_AGG(… LIMIT n). False for anything else.
bool Rewriter::first_of_list(Range inside, std::size_t i, TracedText& out) {
  std::size_t limit = inside.begin;
  while (limit < inside.end && !at(limit).is("LIMIT")) limit = behind(limit);
  if (!at(i).is("ARRAY_AGG") || limit >= inside.end || at(inside.end + 1).is("OVER")) return false;
  const Token& count = at(limit + 1);
  if (limit + 2 != inside.end || count.kind != Token::Kind::kNumber) {
    unexpected(limit + 1);
    return true;
  }
  const Range rest{inside.begin, limit};
  out.put("list_slice(", at(i).place);
  if (!list_without_nulls(rest, i, out)) {
    out.put("array_agg(", at(i).place);
    expression(rest, out);
    out.put(")", at(inside.end).place);
  }
  out.put(", 1, " + count.text + ")", count.place);
  return true;
}

/// ANY_VALUE(x HAVING MAX y). False for anything else.
bool Rewriter::value_beside(Range inside, std::size_t i, TracedText& out) {
  std::size_t having = inside.begin;
  while (having < inside.end && !at(having).is("HAVING")) having = behind(having);
  if (!at(i).is("ANY_VALUE") || having + 2 >= inside.end) return false;
  const Token& word = at(having + 1);
  if (!word.is("MAX") && !word.is("MIN")) return false;
  out.put(word.is("MAX") ? "arg_max(" : "arg_min(", at(i).place);
  expression({inside.begin, having}, out);
  out.put(",", word.place);
  expression({having + 2, inside.end}, out);
  out.put(")", at(inside.end).place);
  return true;
}

/// Of more digits than sums within the engine's literals can overflow with, an INT64.
void Rewriter::integer(std::size_t i, bool negative, TracedText& out) {
  constexpr std::size_t kShort = 8;
  const std::string& text = at(i).text;
  if (text.size() <= kShort) return out.put(text, at(i).place);
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (read.ec != std::errc() || value > most + (negative ? 1 : 0))
    return fail(i, "Invalid integer literal: " + text);
  out.put(value > most ? text : "CAST(" + text + " AS BIGINT)", at(i).place);
}

/// Forms of GoogleSQL that no clause below reads.
void Rewriter::refuse_unsupported() {
  if (at(0).kind == Token::Kind::kWord &&
      std::ranges::find(kStatements, at(0).text) != kStatements.end())
    return fail(0, "Unsupported: statement " + at(0).text);
  for (std::size_t i = 0; i + 1 < tokens_.size() && !failed(); ++i) {
    const Token& token = at(i);
    const bool bracket = at(i + 1).is("(");
    const bool behind_table = i > 0 && (at(i - 1).is_name() || at(i - 1).is(")"));
    if (bracket && behind_table && (token.is("PIVOT") || token.is("UNPIVOT")))
      fail(i, "Unsupported: " + token.text);
    if (token.is("|>") || (i == 0 && token.is("FROM"))) fail(i, "Unsupported: pipe syntax");
    if (token.is("@@")) fail(i, "Unsupported: system variables");
    if (token.is("LIKE") && (at(i + 1).is("ANY") || at(i + 1).is("SOME") || at(i + 1).is("ALL")))
      fail(i, "Unsupported: LIKE " + at(i + 1).text);
    if (token.is("TABLESAMPLE")) fail(i, "Unsupported: TABLESAMPLE");
    if (token.is("STRUCT") && at(i + 1).is("<"))
      fail(i, "Unsupported: STRUCT with the types of its fields; STRUCT(… AS name) is supported");
    if (token.is("SELECT") && at(i + 1).is("AS"))
      fail(i, "Unsupported: SELECT AS; ARRAY_AGG(STRUCT(…)) is supported");
  }
}

}  // namespace assay::warehouse::sql
