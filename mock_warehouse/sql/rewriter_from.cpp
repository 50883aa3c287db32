// FROM: tables, subqueries, lists, and how they are joined.

#include <algorithm>
#include <array>

#include "harness/base/ascii.h"
#include "mock_warehouse/sql/parameters.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::array<std::string_view, 7> kJoinWords = {"JOIN", "INNER", "LEFT", "RIGHT",
                                                        "FULL", "CROSS", "OUTER"};

bool is_join_word(const Token& token) {
  return token.kind == Token::Kind::kWord &&
         std::ranges::find(kJoinWords, token.text) != kJoinWords.end();
}

/// The table function of a source, its partition columns marked.
std::string scan_of(const Source& source, std::size_t number) {
  std::string marks;
  for (const std::string& column : source.partition_columns()) {
    const std::string name = quoted_name(column);
    marks +=
        (marks.empty() ? "" : ", ") + std::string(kPartitionMark) + "(" + name + ") AS " + name;
  }
  const std::string scan = source_function(number) + "()";
  return marks.empty() ? scan : "(SELECT * REPLACE (" + marks + ") FROM " + scan + ")";
}

}  // namespace

void Rewriter::from(Range range, Scope& scope, TracedText& out) {
  std::size_t i = range.begin;
  bool outer = false;
  while (!failed()) {
    if (i >= range.end) return unexpected(i);
    const bool list = at(i).is("UNNEST");
    i = from_item({i, range.end}, scope, out);
    if (failed()) return;
    const bool on = i < range.end && (at(i).is("ON") || at(i).is("USING"));
    // A list of the row beside it needs no condition, which every join of the engine does.
    if (outer && list && !on) out.put("ON TRUE", at(i).place);
    if (i < range.end && (at(i).is("ON") || at(i).is("USING"))) {
      std::size_t end = i + 1;
      while (end < range.end && !at(end).is(",") &&
             !(is_join_word(at(end)) && !at(end + 1).is("(")))
        end = behind(end);
      in_using_ = at(i).is("USING");
      expression({i, end}, out);
      in_using_ = false;
      i = end;
    }
    if (i >= range.end || failed()) return;
    const std::size_t word = i;
    i = join({i, range.end}, out);
    outer = !at(word).is(",") && !at(word).is("CROSS");
  }
}

/// `i`: where the item begins.
void Rewriter::add(std::size_t i, FromItem item, Scope& scope) {
  item.name = lower_ascii(item.alias);
  if (!item.name.empty() && std::ranges::find(scope, item.name, &FromItem::name) != scope.end())
    fail(i, "Duplicate table alias " + item.alias + " in the same FROM clause");
  if (scope.size() == kMaxTables)
    fail(i, "Query is too complex: it names more than " + std::to_string(kMaxTables) + " tables");
  scope.push_back(std::move(item));
}

/// A comma or the words up to JOIN.
std::size_t Rewriter::join(Range range, TracedText& out) {
  std::size_t i = range.begin;
  if (at(i).is(",")) {
    out.put(",", at(i).place);
    return i + 1;
  }
  while (i < range.end && is_join_word(at(i))) {
    out.put(at(i).text, at(i).place);
    if (at(i++).is("JOIN")) return i;
  }
  unexpected(i);
  return range.end;
}

std::size_t Rewriter::from_item(Range range, Scope& scope, TracedText& out) {
  const std::size_t i = range.begin;
  if (at(i).is("UNNEST")) return unnest(range, scope, out);
  if (!at(i).is("(")) return named_source(range, scope, out);
  const Range inner{i + 1, at(i).match};
  out.put("(", at(i).place);
  FromItem item;
  if (begins_query(inner.begin) || at(inner.begin).is("(")) {
    query(inner, out);
    out.put(")", at(inner.end).place);
    const std::size_t next = alias({behind(i), range.end}, item.alias);
    if (!item.alias.empty()) {
      out.put("AS", at(next - 1).place);
      out.put(quoted_name(item.alias), at(next - 1).place);
    }
    add(i, std::move(item), scope);
    return next;
  }
  from(inner, scope, out);
  out.put(")", at(inner.end).place);
  return behind(i);
}

std::size_t Rewriter::named_source(Range range, Scope& scope, TracedText& out) {
  const std::size_t i = range.begin;
  std::string name;
  std::size_t next = path(range, name);
  if (failed()) return next;
  if (next < range.end && at(next).is("(")) {
    fail(i, "Table-valued function not found: " + name);
    return next;
  }
  const std::string first = lower_ascii(at(i).value);
  if (at(i + 1).is(".") && std::ranges::find(scope, first, &FromItem::name) != scope.end()) {
    fail(i, "Unsupported: a list in FROM without UNNEST");
    return next;
  }
  FromItem item;
  next = alias({next, range.end}, item.alias);
  if (next < range.end && (at(next).is("FOR") || at(next).is("TABLESAMPLE"))) {
    fail(next, "Unsupported: " + describe(at(next)) + " behind a table");
    return next;
  }
  const bool is_cte = std::ranges::any_of(
      ctes_, [&](const auto& names) { return names.contains(lower_ascii(name)); });
  if (is_cte) {
    if (item.alias.empty()) item.alias = name;
    out.put(quoted_name(name), at(i).place);
  } else {
    auto found = catalog_.find(name);
    if (auto* error = std::get_if<QueryError>(&found)) {
      fail(i, error->message);
      error_->reason = error->reason;
      return next;
    }
    Source& source = std::get<Source>(found);
    if (item.alias.empty()) item.alias = source.alias;
    item.columns.emplace();
    for (const SourceColumn& column : source.columns)
      item.columns->insert(lower_ascii(column.name));
    for (const SourceColumn& column : source.columns)
      if (column.type == SqlType::kString) item.texts.insert(lower_ascii(column.name));
    item.pseudo_columns.emplace_back(kNoColumn);
    for (const SourceColumn& column : source.columns)
      (column.pseudo ? item.pseudo_columns : item.row).push_back(column.name);
    out.put(scan_of(source, options_.first_source + sources_.size()), at(i).place);
    sources_.push_back(std::move(source));
    if (sources_.size() > kMaxTables)
      fail(i, "Query is too complex: it names more than " + std::to_string(kMaxTables) + " tables");
  }
  out.put("AS", at(i).place);
  out.put(quoted_name(item.alias), at(i).place);
  add(i, std::move(item), scope);
  return next;
}

/// The fields of a list's elements, where it is written down of STRUCT(…) or is a parameter.
std::set<std::string> Rewriter::struct_fields(Range list) const {
  static constexpr std::array<std::string_view, 6> kAround = {
      "ARRAY", "ARRAY_AGG", "ARRAY_CONCAT", "ARRAY_REVERSE", "SELECT", "DISTINCT"};
  // An element of a list, or a field of one, is something else.
  for (std::size_t i = list.begin + 1; i < list.end; ++i)
    if ((at(i).is(".") || at(i).is("[")) && (at(i - 1).is(")") || at(i - 1).is("]"))) return {};
  std::size_t i = list.begin;
  while (i < list.end && (at(i).is("(") || at(i).is("[") ||
                          (at(i).kind == Token::Kind::kWord &&
                           std::ranges::find(kAround, at(i).text) != kAround.end())))
    ++i;
  if (i >= list.end) return {};
  if (const auto parameter = parameter_at(i); parameter && i == list.begin && i + 1 == list.end)
    return element_fields(query_.parameters[*parameter].type);
  std::set<std::string> fields;
  if (i + 1 >= list.end || !at(i).is("STRUCT") || !at(i + 1).is("(")) return fields;
  int number = 0;
  for (Range field : split({i + 2, at(i + 1).match}, ","))
    if (!field.empty()) fields.insert(lower_ascii(field_name(field, ++number)));
  return fields;
}

/// UNNEST(list) [AS x] [WITH OFFSET [AS n]]: x is the element itself, and n counts from 0.
std::size_t Rewriter::unnest(Range range, Scope& scope, TracedText& out) {
  const std::size_t i = range.begin;
  if (!at(i + 1).is("(")) {
    unexpected(i + 1);
    return range.end;
  }
  const Range list{i + 2, at(i + 1).match};
  FromItem item;
  std::size_t next = alias({behind(i + 1), range.end}, item.alias);
  item.unnamed = item.alias.empty();
  if (item.unnamed) item.alias = "unnest_" + std::to_string(unnamed_unnests_++);
  item.element = true;
  item.fields = struct_fields(list);
  if (next + 1 < range.end && at(next).is("WITH") && at(next + 1).is("OFFSET")) {
    next = alias({next + 2, range.end}, item.offset);
    if (item.offset.empty()) item.offset = "offset";
  }
  const std::size_t place = at(i).place;
  const std::string own = quoted_name(item.alias);
  if (item.offset.empty()) {
    out.put("UNNEST(", place);
    expression(list, out);
    out.put(") AS " + own + "(" + own + ")", place);
  } else {
    out.put("LATERAL (SELECT q.v AS " + own + ", q.n - 1 AS " + quoted_name(item.offset) +
                " FROM UNNEST(",
            place);
    expression(list, out);
    out.put(") WITH ORDINALITY AS q(v, n)) AS " + own, place);
  }
  add(i, std::move(item), scope);
  return next;
}

/// Names with dots between them, in backticks or not; projects may have dashes.
std::size_t Rewriter::path(Range range, std::string& name) {
  std::size_t i = range.begin;
  while (i < range.end) {
    const bool reserved = at(i).kind == Token::Kind::kWord && is_reserved(at(i).text);
    if (!at(i).is_name() || (reserved && name.empty())) {
      unexpected(i);
      return range.end;
    }
    name += at(i++).value;
    while (i + 1 < range.end && at(i).is("-") && at(i + 1).kind == Token::Kind::kWord) {
      name += "-" + at(i + 1).value;
      i += 2;
    }
    if (i >= range.end || !at(i).is(".")) return i;
    name += ".";
    ++i;
  }
  unexpected(i);
  return i;
}

std::size_t Rewriter::alias(Range range, std::string& name) {
  std::size_t i = range.begin;
  const bool with_as = i < range.end && at(i).is("AS");
  if (with_as) ++i;
  const bool named = i < range.end && at(i).is_name() &&
                     (at(i).kind == Token::Kind::kQuoted || !is_reserved(at(i).text));
  if (named) {
    name = at(i).value;
    return i + 1;
  }
  if (with_as) unexpected(i);
  return i;
}

}  // namespace assay::warehouse::sql
