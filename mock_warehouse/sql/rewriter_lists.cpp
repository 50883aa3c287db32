// Lists, their elements, and what is looked for in them.

#include <algorithm>
#include <array>

#include "mock_warehouse/sql/parameters.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {

/// ARRAY<T>[…], ARRAY(SELECT …) and ARRAY[…].
std::size_t Rewriter::array(std::size_t i, Range range, TracedText& out) {
  if (i + 1 < range.end && at(i + 1).is("(") && begins_query(i + 2)) {
    out.put("ARRAY", at(i).place);
    return operand(i + 1, range, out);
  }
  if (i + 1 < range.end && at(i + 1).is("[")) return operand(i + 1, range, out);
  std::size_t brackets = i + 1;
  while (brackets < range.end && !at(brackets).is("[") && !at(brackets).is("(")) ++brackets;
  if (brackets >= range.end || !at(brackets).is("[") || !at(i + 1).is("<") ||
      !at(brackets - 1).is(">")) {
    unexpected(i + 1);
    return range.end;
  }
  out.put("CAST(", at(i).place);
  list(brackets, out);
  out.put("AS " + type({i + 2, brackets - 1}) + "[])", at(i).place);
  return behind(brackets);
}

void Rewriter::list(std::size_t bracket, TracedText& out) {
  out.put("[", at(bracket).place);
  expression({bracket + 1, at(bracket).match}, out);
  out.put("]", at(at(bracket).match).place);
}

/// x[0], x[OFFSET(0)], x[ORDINAL(1)], and the SAFE_ ones; x begins at byte `begin` of `out`.
void Rewriter::element(std::size_t bracket, std::size_t begin, TracedText& out) {
  Range index{bracket + 1, at(bracket).match};
  if (index.empty()) return unexpected(index.end);
  const Token& first = at(index.begin);
  const bool ordinal = first.is("ORDINAL") || first.is("SAFE_ORDINAL");
  const bool safe = first.is("SAFE_OFFSET") || first.is("SAFE_ORDINAL");
  if ((ordinal || safe || first.is("OFFSET")) && at(index.begin + 1).is("(") &&
      behind(index.begin + 1) == index.end)
    index = {index.begin + 2, index.end - 1};
  const std::size_t place = at(bracket).place;
  out.put_before(begin, "list_element(", place);
  out.put(",", place);
  expression(index, out);
  out.put(ordinal ? ", 1" : ", 0", place);
  out.put(safe ? ", TRUE)" : ", FALSE)", place);
}

/// What IN UNNEST looks for, in a form that stays a filter, by which partitions are left out. False
/// where it is none, or too long to be looked through for each row.
bool Rewriter::constant_list(Range list, TracedText& out) {
  static constexpr std::size_t kMaxItems = 400;
  if (list.empty()) return false;
  const std::size_t place = at(list.begin).place;
  if (at(list.begin).is("GENERATE_DATE_ARRAY") && at(list.begin + 1).is("(") &&
      behind(list.begin + 1) == list.end) {
    out.put("coalesce(", place);
    expression(list, out);
    out.put(", [])", place);
    return true;
  }
  if (at(list.begin).is("[") && behind(list.begin) == list.end) {
    // By itself a text becomes what it stands beside, which it does not in a list.
    const auto is_typed = [&](const Range& item) {
      return !item.empty() && at(item.begin).kind != Token::Kind::kString &&
             at(item.begin).kind != Token::Kind::kParameter &&
             at(item.begin).kind != Token::Kind::kPositional;
    };
    const Range inside{list.begin + 1, list.end - 1};
    const auto items = split(inside, ",");
    if (items.size() > kMaxItems || !std::ranges::all_of(items, is_typed)) return false;
    out.put("(", place);
    expression(inside, out);
    out.put(")", place);
    return true;
  }
  const auto index = list.end == list.begin + 1 ? parameter_at(list.begin) : std::nullopt;
  return index && days_of_parameter(query_.parameters[*index], kMaxItems, place, out);
}

/// A parameter that is a list of days or times.
bool Rewriter::days_of_parameter(const Parameter& parameter, std::size_t most, std::size_t place,
                                 TracedText& out) {
  static constexpr std::array<std::string_view, 3> kTypes = {"ARRAY<DATE>", "ARRAY<TIMESTAMP>",
                                                             "ARRAY<DATETIME>"};
  const Json& items = parameter.value;
  if (std::ranges::find(kTypes, parameter.type) == kTypes.end() || !items.is_array() ||
      items.empty() || items.size() > most)
    return false;
  std::string text;
  for (const Json& item : items) {
    const auto literal =
        literal_of({"", parameter.type.substr(6, parameter.type.size() - 7), item});
    if (!literal) return false;
    text += (text.empty() ? "(" : ", ") + *literal;
  }
  literal_bytes_ += text.size();
  out.put(text + ")", place);
  return true;
}

}  // namespace assay::warehouse::sql
