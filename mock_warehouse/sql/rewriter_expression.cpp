// Expressions: calls, casts, literals, names.

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/base/ascii.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {
namespace {

/// What GoogleSQL has no use for between its tokens, and DuckDB would understand; and `^`, which is
/// an exclusive or to the one and a power to the other.
constexpr std::array<std::string_view, 7> kForeign = {"{", "}", ":", "@@", "=>", "<=>", "^"};

/// Reserved words behind which a bracket may open. Others are functions of DuckDB, some of them
/// (HASH, RANGE, CONTAINS), and none of GoogleSQL.
constexpr std::array<std::string_view, 30> kBeforeBracket = {
    "ALL",      "AND",  "ANY",    "AS",     "BETWEEN", "BY",       "CASE",    "CUBE",
    "DISTINCT", "ELSE", "ESCAPE", "EXISTS", "FROM",    "GROUPING", "HAVING",  "IN",
    "JOIN",     "LIKE", "NOT",    "ON",     "OR",      "OVER",     "QUALIFY", "ROLLUP",
    "SELECT",   "SOME", "THEN",   "USING",  "WHEN",    "WHERE"};

bool may_stand_before_bracket(std::string_view word) {
  return std::ranges::find(kBeforeBracket, word) != kBeforeBracket.end();
}

/// Whether a bracket behind this text would be taken for the call of what the text ends with.
bool ends_with_name(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  if (text.empty()) return false;
  if (text.back() == '"') return true;
  std::size_t begin = text.size();
  const auto in_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  std::string word(text.substr(begin));
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return !word.empty() && !may_stand_before_bracket(word);
}

/// Instants of the case's clock, as literals: date, time of day, both.
struct Instants {
  std::string date;
  std::string time;
};

Instants instants_of(VirtualTime now) {
  const std::int64_t micros = to_ns(now) / 1000;
  const std::int64_t days =
      (micros - (micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay) / kMicrosPerDay;
  const std::int64_t in_day = micros - days * kMicrosPerDay;
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%06d",
                static_cast<int>(in_day / (3600 * kMicrosPerSecond)),
                static_cast<int>(in_day / (60 * kMicrosPerSecond) % 60),
                static_cast<int>(in_day / kMicrosPerSecond % 60),
                static_cast<int>(in_day % kMicrosPerSecond));
  return {iso_date_of(days), text};
}

}  // namespace

void Rewriter::expression(Range range, TracedText& out) {
  std::size_t begin = 0;  // in `out`, of a value whose elements and fields may follow
  int elements = 0;
  for (std::size_t i = range.begin; i < range.end && !failed();) {
    const bool of_value = i > range.begin && at(i).is("[") && ends_operand(at(i - 1));
    const bool of_path = i > range.begin && (at(i).is(".") || at(i - 1).is("."));
    if (!of_value && !of_path) {
      begin = out.text().size();
      elements = 0;
    }
    if (!of_value) {
      i = operand(i, range, out);
      continue;
    }
    if (++elements > kMaxBrackets)
      return fail(i, "Query is too complex: expressions are nested too deeply");
    element(i, begin, out);
    i = behind(i);
  }
}

/// One token with all that belongs to it; returns the index behind.
std::size_t Rewriter::operand(std::size_t i, Range range, TracedText& out) {
  const Token& token = at(i);
  switch (token.kind) {
    case Token::Kind::kWord:
      return word(i, range, out);
    case Token::Kind::kQuoted:
      return name(i, range, out);
    case Token::Kind::kNumber: {
      // With a point it is a FLOAT64, where DuckDB would make a DECIMAL of it.
      const bool exact = token.text.find_first_of(".eE") == std::string::npos;
      const bool has_exponent = token.text.find_first_of("eE") != std::string::npos;
      if (exact) {
        integer(i, i > range.begin && at(i - 1).is("-"), out);
      } else {
        out.put(has_exponent ? token.text : token.text + "e0", token.place);
      }
      return i + 1;
    }
    case Token::Kind::kString:
      out.put(quoted_text(token.value), token.place);
      if (i > range.begin && at(i - 1).is("LIKE") && token.value.find('\\') != std::string::npos)
        out.put("ESCAPE '\\'", token.place);
      return i + 1;
    case Token::Kind::kParameter:
    case Token::Kind::kPositional:
      parameter(i, out);
      return i + 1;
    case Token::Kind::kEnd:
      unexpected(i);
      return i + 1;
    case Token::Kind::kSymbol:
      break;
  }
  if (std::ranges::find(kForeign, token.text) != kForeign.end()) {
    unexpected(i);
    return i + 1;
  }
  if (token.text == "[") {
    list(i, out);
    return behind(i);
  }
  if (token.text != "(") {
    out.put(token.text, token.place);
    return i + 1;
  }
  out.put("(", token.place);
  const Range inner{i + 1, token.match};
  if (!inner.empty() && begins_query(inner.begin)) {
    query(inner, out);
  } else {
    expression(inner, out);
  }
  out.put(")", at(token.match).place);
  return behind(i);
}

std::size_t Rewriter::word(std::size_t i, Range range, TracedText& out) {
  const Token& token = at(i);
  const bool before_bracket = i + 1 < range.end && at(i + 1).is("(");
  std::size_t next = i;
  if (current_time(i, range, next, out)) return next;
  if (token.is("INTERVAL")) return interval(i, range, out);
  if (token.is("ARRAY")) return array(i, range, out);
  const bool before_text = i + 1 < range.end && at(i + 1).kind == Token::Kind::kString;
  if (before_text && !engine_type(token.text).empty()) {
    literal(i, out);
    return i + 2;
  }
  if (token.is("SAFE") && i + 3 < range.end && at(i + 1).is(".") && at(i + 3).is("(")) {
    out.put("TRY(", token.place);
    next = call(i + 2, i + 3, out);
    out.put(")", token.place);
    return next;
  }
  if (token.is("UNNEST") && before_bracket && i > range.begin && at(i - 1).is("IN")) {
    if (ends_with_name(out.text())) {
      unexpected(i);
      return range.end;
    }
    if (constant_list({i + 2, at(i + 1).match}, out)) return behind(i + 1);
    out.put("(SELECT UNNEST(", token.place);
    expression({i + 2, at(i + 1).match}, out);
    out.put("))", token.place);
    return behind(i + 1);
  }
  const bool callable = !is_reserved(token.text) || find_function(token.text, 0) != nullptr ||
                        token.is("CAST") || token.is("EXTRACT") || token.is("STRUCT");
  if (before_bracket && callable) return call(i, i + 1, out);
  // What begins a query begins it in brackets, where query() has it.
  if (token.is("SELECT") || token.is("INTO") || (token.is("FROM") && !compares_distinct(i))) {
    unexpected(i);
    return i + 1;
  }
  const bool keyword =
      is_reserved(token.text) || (token.is("ROW") && i > range.begin && at(i - 1).is("CURRENT")) ||
      ((token.is("FIRST") || token.is("LAST")) && i > range.begin && at(i - 1).is("NULLS"));
  if (!keyword) return name(i, range, out);
  if (before_bracket && !may_stand_before_bracket(token.text)) {
    unexpected(i);
    return i + 1;
  }
  out.put(token.text, token.place);
  return i + 1;
}

std::size_t Rewriter::call(std::size_t i, std::size_t bracket, TracedText& out) {
  const Token& token = at(i);
  const std::size_t next = behind(bracket);
  if (token.is("CAST") || token.is("SAFE_CAST")) {
    cast(i, bracket, out);
    return next;
  }
  if (token.is("EXTRACT")) {
    extract(i, bracket, out);
    return next;
  }
  if (token.is("STRUCT")) {
    make_struct(i, bracket, out);
    return next;
  }
  const Range inside{bracket + 1, at(bracket).match};
  const auto arguments = call_arguments(inside);
  const auto count = static_cast<int>(arguments.size());
  const Function* function = find_function(token.text, count);
  if (at(next).is("OVER"))
    if (const Function* own = find_function(token.text + " OVER", count)) function = own;
  if (function == nullptr) {
    not_found(i, token.value);
    return next;
  }
  if (refuse_call(*function, arguments, i)) return next;
  if (first_of_list(inside, i, out) || value_beside(inside, i, out)) return next;
  // GoogleSQL has these in aggregates. That this warehouse does not is no mistake of the query's.
  for (std::size_t k = inside.begin; k < inside.end; k = behind(k)) {
    if (!at(k).is("LIMIT") && !at(k).is("HAVING")) continue;
    fail(k, "Unsupported: " + describe(at(k)) + " in the arguments of " + token.text);
    return next;
  }
  if (!list_without_nulls(inside, i, out)) fill(*function, arguments, i, out);
  return next;
}

/// Writes the function's form, with the arguments in their places.
void Rewriter::fill(const Function& function, const std::vector<Range>& arguments, std::size_t i,
                    TracedText& out) {
  const std::size_t place = at(i).place;
  std::string_view form = function.form;
  if (form.starts_with('(') && ends_with_name(out.text())) return unexpected(i);
  DatePart part;
  if (function.part > 0) {
    const auto known = part_of(function, arguments[static_cast<std::size_t>(function.part) - 1]);
    if (!known) return;
    part = *known;
  }
  const bool fraction = writes_fraction(function, arguments);
  if (fraction) out.put("regexp_replace(", place);
  std::string pending;
  const auto flush = [&] {
    if (!pending.empty()) out.put(pending, place);
    pending.clear();
  };
  for (std::size_t k = 0; k < form.size() && !failed(); ++k) {
    if (form[k] == '*' && k > 0 && (form[k - 1] == '(' || form[k - 1] == '[')) {
      flush();
      for (std::size_t a = 0; a < arguments.size(); ++a) {
        if (a > 0) out.put(",", at(arguments[a].begin).place);
        argument(function, arguments, a, out);
      }
    } else if (form[k] == '$' && k + 1 < form.size()) {
      const char what = form[++k];
      const std::string days = " INTERVAL " + std::to_string(part.shift_days) + " DAY";
      if (what == 'd') pending += part.name;
      if (what == 'w' && part.shift_days > 0) pending += " +" + days;
      if (what == 'v' && part.shift_days > 0) pending += " -" + days;
      if (what == 'd' || what == 'w' || what == 'v') continue;
      flush();
      const bool typed = std::string_view("DTZP").find(what) != std::string_view::npos;
      fill_piece(function, arguments, form.substr(k, typed ? 2 : 1), place, out);
      if (typed) ++k;
    } else {
      pending += form[k];
    }
  }
  flush();
  if (fraction) out.put(", '[.]?0*' || chr(1), '', 'g')", place);
}

void Rewriter::argument(const Function& function, const std::vector<Range>& arguments,
                        std::size_t index, TracedText& out) {
  const Range range = arguments[index];
  if (range.empty()) return unexpected(range.begin);
  const Token& first = at(range.begin);
  if (function.format == static_cast<int>(index) + 1 && first.kind == Token::Kind::kString) {
    const bool written = function.name.starts_with("FORMAT_");
    out.put(quoted_text(translate_format(first.value, written)), first.place);
    return;
  }
  if (begins_query(range.begin)) return unexpected(range.begin);
  if (first.is("*") && range.end == range.begin + 1 && function.name != "COUNT")
    return fail(range.begin, "Argument * can only be used in COUNT(*)");
  expression(range, out);
}

void Rewriter::extract(std::size_t i, std::size_t bracket, TracedText& out) {
  const Range inside{bracket + 1, at(bracket).match};
  const std::size_t word = inside.begin;
  // WEEK(MONDAY), or one word.
  const bool on_day = at(word).is("WEEK") && at(word + 1).is("(");
  const std::size_t part = on_day ? at(word + 1).match : word;
  if (inside.end < part + 3 || !at(part + 1).is("FROM")) return unexpected(part + 1);
  if (on_day && !at(word + 2).is("MONDAY") && !at(word + 2).is("SUNDAY"))
    return fail(word, "Unsupported: EXTRACT of weeks that begin on neither Sunday nor Monday");
  const bool on_monday = on_day && at(word + 2).is("MONDAY");
  const std::string_view form = extraction(on_monday ? "WEEK(MONDAY)" : at(word).text);
  if (form.empty())
    return fail(word, "A valid date part name is required but found " + at(word).value);
  if (form.starts_with('(') && ends_with_name(out.text())) return unexpected(i);
  std::size_t zone = part + 2;
  while (zone < inside.end && !at(zone).is("AT")) zone = behind(zone);
  const std::size_t argument = form.find("$1");
  out.put(form.substr(0, argument), at(i).place);
  if (zone < inside.end) {
    if (zone + 3 >= inside.end) return unexpected(inside.end);
    out.put("timezone(", at(zone).place);
    expression({zone + 3, inside.end}, out);
    out.put(",", at(zone).place);
  }
  expression({part + 2, zone}, out);
  out.put((zone < inside.end ? ")" : "") + std::string(form.substr(argument + 2)), at(i).place);
}

void Rewriter::make_struct(std::size_t i, std::size_t bracket, TracedText& out) {
  out.put("struct_pack(", at(i).place);
  int number = 0;
  for (Range field : split({bracket + 1, at(bracket).match}, ",")) {
    if (field.empty()) return unexpected(field.begin);
    const std::string own = field_name(field, ++number);
    if (number > 1) out.put(",", at(field.begin).place);
    out.put(quoted_name(own) + " :=", at(field.begin).place);
    expression(field, out);
  }
  out.put(")", at(i).place);
}

std::string Rewriter::field_name(Range& field, int number) const {
  const Token& last = at(field.end - 1);
  if (field.end - field.begin > 2 && at(field.end - 2).is("AS")) {
    field.end -= 2;
    return last.value;
  }
  return last.is_name() ? last.value : "_field_" + std::to_string(number);
}

/// Where the part of an INTERVAL stands that begins at `i`; `end` where it has none.
std::size_t Rewriter::interval_part(std::size_t i, std::size_t end) const {
  std::size_t part = i + 1;
  while (part < end &&
         (at(part).kind != Token::Kind::kWord || !date_part(at(part).text) || part == i + 1))
    part = behind(part);
  return std::min(part, end);
}

/// INTERVAL expression PART.
std::size_t Rewriter::interval(std::size_t i, Range range, TracedText& out) {
  const std::size_t part = interval_part(i, range.end);
  if (part + 1 < range.end && at(part + 1).is("TO"))
    fail(i, "Unsupported: an INTERVAL of several parts");
  if (part == range.end && part == i + 3 && at(i + 2).kind == Token::Kind::kWord)
    fail(i + 2, "A valid date part name is required but found " + at(i + 2).value);
  if (part == range.end) {
    unexpected(std::min(i + 1, range.end));
    return range.end;
  }
  const bool whole = at(part - 1).kind == Token::Kind::kNumber &&
                     at(part - 1).text.find_first_of(".eE") == std::string::npos &&
                     (part == i + 2 || (part == i + 3 && at(i + 1).is("-")));
  if (part == i + 2 && !whole &&
      (at(i + 1).kind == Token::Kind::kNumber || at(i + 1).kind == Token::Kind::kString)) {
    fail(i + 1, "Interval value must be coercible to INT64 type");
    return range.end;
  }
  out.put(whole ? "INTERVAL (" : "INTERVAL (google_whole(", at(i).place);
  expression({i + 1, part}, out);
  out.put(whole ? ")" : "))", at(part).place);
  out.put(date_part(at(part).text)->name, at(part).place);
  return part + 1;
}

bool Rewriter::current_time(std::size_t i, Range range, std::size_t& next, TracedText& out) {
  const Token& token = at(i);
  const bool date = token.is("CURRENT_DATE");
  const bool datetime = token.is("CURRENT_DATETIME");
  const bool time = token.is("CURRENT_TIME");
  if (!date && !datetime && !time && !token.is("CURRENT_TIMESTAMP")) return false;
  const Instants now = instants_of(query_.now);
  const std::string instant = "TIMESTAMPTZ '" + now.date + " " + now.time + "+00'";
  next = i + 1;
  TracedText zone;
  if (next < range.end && at(next).is("(")) {
    if (at(next).match > next + 1) expression({next + 1, at(next).match}, zone);
    next = behind(next);
  }
  const std::string_view target = date ? "DATE" : datetime ? "TIMESTAMP" : time ? "TIME" : "";
  if (target.empty()) {
    out.put(instant, token.place);
    return true;
  }
  out.put("CAST(timezone(", token.place);
  if (zone.text().empty()) zone.put("'UTC'", token.place);
  out.append(zone);
  out.put(", " + instant + ") AS " + std::string(target) + ")", token.place);
  return true;
}

std::optional<std::size_t> Rewriter::parameter_at(std::size_t i) const {
  const auto& given = query_.parameters;
  if (at(i).kind == Token::Kind::kPositional) {
    // In the order in which they are written, which is not that in which they are rewritten.
    const auto index =
        static_cast<std::size_t>(std::ranges::lower_bound(positional_, i) - positional_.begin());
    return index < given.size() && given[index].name.empty() ? std::optional(index) : std::nullopt;
  }
  if (at(i).kind != Token::Kind::kParameter) return std::nullopt;
  const auto found = std::ranges::find_if(given, [&](const Parameter& parameter) {
    return lower_ascii(parameter.name) == lower_ascii(at(i).value);
  });
  if (found == given.end()) return std::nullopt;
  return static_cast<std::size_t>(found - given.begin());
}

void Rewriter::parameter(std::size_t i, TracedText& out) {
  const Token& token = at(i);
  const auto index = parameter_at(i);
  if (!index && token.kind == Token::Kind::kParameter)
    return fail(i, "Query parameter '" + token.value + "' not found");
  if (!index) {
    const auto number = std::ranges::lower_bound(positional_, i) - positional_.begin() + 1;
    return fail(i, "Query parameter number " + std::to_string(number) + " not found");
  }
  // Each use is written out.
  literal_bytes_ += literals_[*index].size();
  if (literal_bytes_ > kMaxLiteralBytes)
    return fail(i, "The query is too large: its parameters are used too often");
  out.put(literals_[*index], token.place);
}

}  // namespace assay::warehouse::sql
