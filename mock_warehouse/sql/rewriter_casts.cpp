// Casts, the types that they name, and literals of such types.

#include <algorithm>

#include "harness/base/ascii.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {

void Rewriter::cast(std::size_t i, std::size_t bracket, TracedText& out) {
  const Range inside{bracket + 1, at(bracket).match};
  std::size_t as = inside.begin;
  while (as < inside.end && !at(as).is("AS")) as = behind(as);
  if (as >= inside.end) return unexpected(inside.end);
  std::size_t format = as + 1;
  while (format < inside.end && !at(format).is("FORMAT")) format = behind(format);
  if (format < inside.end) return fail(format, "Unsupported: CAST with FORMAT");
  const bool safe = at(i).is("SAFE_CAST");
  const std::string target = type({as + 1, inside.end});
  const bool to_integer = target == "BIGINT";
  const bool own = to_integer || target == "VARCHAR";
  if (!own) return cast_to(target, {inside.begin, as}, safe, i, out);
  if (own && !to_integer) out.put("google_to_text(", at(i).place);
  if (to_integer) out.put(safe ? "google_safe_to_int64(" : "google_to_int64(", at(i).place);
  expression({inside.begin, as}, out);
  out.put(")", at(i).place);
}

/// By the engine, which reads more texts than the service does.
void Rewriter::cast_to(const std::string& target, Range value, bool safe, std::size_t i,
                       TracedText& out) {
  const bool literal = value.end == value.begin + 1 && at(value.begin).kind == Token::Kind::kString;
  if (literal && !is_text_of(target, at(value.begin).value)) {
    if (safe) return out.put("CAST(NULL AS " + target + ")", at(i).place);
    return refuse_literal(target, i, at(value.begin).value);
  }
  const bool of_days = target == "DATE" || target == "TIMESTAMP" || target == "TIMESTAMPTZ";
  const bool none = value.end == value.begin + 1 && at(value.begin).is("NULL");
  std::string check;
  if (target == "BOOLEAN" && !none) check = safe ? "google_as_bool_or_null(" : "google_as_bool(";
  if (of_days && is_text_column(value))
    check = std::string(safe ? "google_as_day_or_null('" : "google_as_day('") +
            (target == "DATE"        ? "date"
             : target == "TIMESTAMP" ? "datetime"
                                     : "timestamp") +
            "',";
  out.put(safe ? "TRY_CAST(" : "CAST(", at(i).place);
  if (!check.empty()) out.put(check, at(i).place);
  expression(value, out);
  out.put((check.empty() ? "AS " : ") AS ") + target + ")", at(i).place);
}

void Rewriter::refuse_literal(const std::string& target, std::size_t i, const std::string& text) {
  const std::string type = target == "DATE"        ? "Invalid date: '"
                           : target == "TIMESTAMP" ? "Invalid datetime: '"
                                                   : "Invalid timestamp: '";
  fail(i, target == "BOOLEAN" ? "Bad bool value: " + text : type + text + "'");
}

/// Whether it is a column of texts, by its name alone.
bool Rewriter::is_text_column(Range value) const {
  const std::size_t words = value.end - value.begin;
  const bool of_table = words == 3 && at(value.begin).is_name() && at(value.begin + 1).is(".");
  if ((words != 1 && !of_table) || !at(value.end - 1).is_name() || levels_.empty()) return false;
  const std::string name = lower_ascii(at(value.end - 1).value);
  const std::string table = of_table ? lower_ascii(at(value.begin).value) : "";
  const Scope& scope = *levels_.back().scope;
  const auto has = [&](const FromItem& item) { return hides(item, name); };
  const auto found = std::ranges::find_if(
      scope, [&](const FromItem& item) { return of_table ? item.name == table : has(item); });
  return found != scope.end() && found->texts.contains(name) &&
         (of_table || std::ranges::count_if(scope, has) == 1);
}

std::string Rewriter::type(Range range) {
  if (range.empty()) {
    unexpected(range.end);
    return "";
  }
  const Token& first = at(range.begin);
  if (first.is("ARRAY") && range.end - range.begin > 3 && at(range.begin + 1).is("<") &&
      at(range.end - 1).is(">"))
    return type({range.begin + 2, range.end - 1}) + "[]";
  const std::string_view known = engine_type(first.text);
  if (first.kind != Token::Kind::kWord || known.empty()) {
    fail(range.begin, "Type not found: " + first.value);
    return "";
  }
  if (range.end > range.begin + 1 && at(range.begin + 1).is("(")) {
    fail(range.begin, "Unsupported: type " + first.text + " with parameters");
    return "";
  }
  if (range.end > range.begin + 1) unexpected(range.begin + 1);
  return std::string(known);
}

/// DATE '2026-03-13' and its like: the type's word is at `i`.
void Rewriter::literal(std::size_t i, TracedText& out) {
  const std::string target(engine_type(at(i).text));
  if (!is_text_of(target, at(i + 1).value)) return refuse_literal(target, i + 1, at(i + 1).value);
  out.put(
      "CAST(" + quoted_text(at(i + 1).value) + " AS " + std::string(engine_type(at(i).text)) + ")",
      at(i + 1).place);
}

}  // namespace assay::warehouse::sql
