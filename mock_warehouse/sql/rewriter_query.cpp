// The structure of a query: WITH, set operations, and the clauses of a SELECT.

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/ascii.h"
#include "mock_warehouse/sql/parameters.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {
namespace {

struct Refused {
  std::string_view word;
  std::string_view permission;
};
constexpr std::array kRefused = {Refused{"INSERT", "bigquery.tables.updateData"},
                                 Refused{"UPDATE", "bigquery.tables.updateData"},
                                 Refused{"DELETE", "bigquery.tables.updateData"},
                                 Refused{"MERGE", "bigquery.tables.updateData"},
                                 Refused{"TRUNCATE", "bigquery.tables.updateData"},
                                 Refused{"CREATE", "bigquery.tables.create"},
                                 Refused{"DROP", "bigquery.tables.delete"},
                                 Refused{"ALTER", "bigquery.tables.update"}};

/// Words between a statement's first and the table that it is about.
constexpr std::array<std::string_view, 12> kBeforeTable = {
    "INTO", "FROM",      "TABLE", "VIEW", "OR",     "REPLACE",
    "TEMP", "TEMPORARY", "IF",    "NOT",  "EXISTS", "MATERIALIZED"};

/// What is a call without brackets, and no column.
bool is_current_time(const Token& token) {
  return token.is("CURRENT_DATE") || token.is("CURRENT_DATETIME") || token.is("CURRENT_TIME") ||
         token.is("CURRENT_TIMESTAMP");
}

bool is_one_of(const Token& token, std::initializer_list<std::string_view> words) {
  return token.kind == Token::Kind::kWord && std::ranges::find(words, token.text) != words.end();
}

}  // namespace

std::variant<Rewritten, QueryError> Rewriter::run() {
  read_parameters();
  if (!failed()) statement();
  Rewritten rewritten;
  if (!failed()) {
    std::size_t end = tokens_.size() - 1;
    if (end > 0 && at(end - 1).is(";")) --end;
    query({0, end}, rewritten.text);
  }
  if (failed()) return *error_;
  rewritten.sources = std::move(sources_);
  rewritten.tokens = std::move(tokens_);
  return rewritten;
}

void Rewriter::read_parameters() {
  for (std::size_t i = 0; i < tokens_.size(); ++i)
    if (at(i).kind == Token::Kind::kPositional) positional_.push_back(i);
  for (std::size_t i = 0; i < query_.parameters.size(); ++i) {
    auto literal = literal_of(query_.parameters[i]);
    if (!literal) {
      const std::string& name = query_.parameters[i].name;
      error_ = QueryError{"invalidQuery", "Invalid value for query parameter " +
                                              (name.empty() ? "number " + std::to_string(i + 1)
                                                            : "'" + name + "'")};
      return;
    }
    literals_.push_back(*std::move(literal));
  }
}

/// One statement, and that a query.
void Rewriter::statement() {
  const Token& first = at(0);
  if (first.kind == Token::Kind::kEnd || first.is(";"))
    return fail(0, "Syntax error: Unexpected end of script");
  refuse_unsupported();
  if (failed()) return;
  if (const std::size_t next = second_statement(); next > 0)
    return fail(next, "Unsupported: a script of several statements");
  for (std::size_t i = 0; i + 1 < tokens_.size(); ++i)
    if (at(i).is(";") && at(i + 1).kind != Token::Kind::kEnd)
      return fail(i + 1, "Syntax error: Expected end of input but got " + describe(at(i + 1)));
  if (!first.is("SELECT") && !first.is("WITH") && !first.is("(")) refuse_statement();
}

/// Where a second statement begins that is a query; 0 where none does.
std::size_t Rewriter::second_statement() const {
  for (std::size_t i = 1; i < tokens_.size(); ++i)
    if (at(i - 1).is(";") && (at(i).is("SELECT") || at(i).is("WITH"))) return i;
  return 0;
}

void Rewriter::refuse_statement() {
  const auto found = std::ranges::find(kRefused, at(0).text, &Refused::word);
  if (at(0).kind != Token::Kind::kWord || found == kRefused.end()) return unexpected(0);
  std::size_t target = 1;
  while (at(target).kind == Token::Kind::kWord &&
         std::ranges::find(kBeforeTable, at(target).text) != kBeforeTable.end())
    ++target;
  std::string name;
  path({target, tokens_.size() - 1}, name);
  std::string table = options_.world.project + ":" + options_.world.dataset;
  const std::size_t dot = name.rfind('.');
  const std::size_t project = dot == std::string::npos ? dot : name.rfind('.', dot - 1);
  if (project != std::string::npos) {
    table = name.substr(0, project) + ":" + name.substr(project + 1);
  } else if (dot != std::string::npos) {
    table = options_.world.project + ":" + name;
  } else if (!name.empty()) {
    table += "." + name;
  }
  error_ = QueryError{"accessDenied", "Access Denied: Table " + table + ": Permission " +
                                          std::string(found->permission) + " denied on table " +
                                          table + " (or it may not exist)."};
}

void Rewriter::query(Range range, TracedText& out) {
  ctes_.emplace_back();
  const auto* const unknown_aliases = std::exchange(unknown_aliases_, nullptr);
  std::size_t i = range.begin;
  if (i < range.end && at(i).is("WITH")) i = with(range, out);
  bool whole = false;  // a SELECT or a query in brackets stands before
  bool in_set = false;
  while (i < range.end && !failed()) {
    if (is_one_of(at(i), {"UNION", "INTERSECT", "EXCEPT"}) && whole) {
      i = set_operation({i, range.end}, out);
      in_set = true;
      whole = false;
    } else if (at(i).is("(") && !whole) {
      out.put("(", at(i).place);
      query({i + 1, at(i).match}, out);
      out.put(")", at(at(i).match).place);
      i = behind(i);
      whole = true;
    } else if (at(i).is("SELECT") && !whole) {
      std::size_t end = i + 1;
      while (end < range.end && !(is_one_of(at(end), {"UNION", "INTERSECT"}) ||
                                  (at(end).is("EXCEPT") && !at(end + 1).is("("))))
        end = behind(end);
      select({i, end}, in_set, out);
      i = end;
      whole = true;
    } else if (is_one_of(at(i), {"ORDER", "LIMIT"}) && whole) {
      limit({i, range.end}, out);
      i = range.end;
    } else {
      unexpected(i);
    }
  }
  if (!whole && !failed()) unexpected(range.end);
  unknown_aliases_ = unknown_aliases;
  ctes_.pop_back();
}

/// Returns the index of the query behind it.
std::size_t Rewriter::with(Range range, TracedText& out) {
  std::size_t i = range.begin;
  out.put("WITH", at(i++).place);
  const bool recursive = at(i).is("RECURSIVE");
  if (recursive) out.put("RECURSIVE", at(i++).place);
  while (i < range.end && !failed()) {
    if (!at(i).is_name() || !at(i + 1).is("AS") || !at(i + 2).is("(")) {
      unexpected(!at(i).is_name() ? i : !at(i + 1).is("AS") ? i + 1 : i + 2);
      break;
    }
    const std::string own = at(i).value;
    if (recursive) ctes_.back().insert(lower_ascii(own));
    out.put(quoted_name(own), at(i).place);
    out.put("AS (", at(i + 1).place);
    query({i + 3, at(i + 2).match}, out);
    out.put(")", at(at(i + 2).match).place);
    ctes_.back().insert(lower_ascii(own));
    i = behind(i + 2);
    if (!at(i).is(",")) return i;
    out.put(",", at(i).place);
    ++i;
  }
  return range.end;
}

std::size_t Rewriter::set_operation(Range range, TracedText& out) {
  const std::size_t i = range.begin;
  out.put(at(i).text, at(i).place);
  if (at(i + 1).is("ALL")) {
    out.put("ALL", at(i + 1).place);
  } else if (at(i + 1).is("BY") || at(i + 1).is("CORRESPONDING")) {
    fail(i + 1, "Unsupported: a set operation by names");
  } else if (!at(i + 1).is("DISTINCT")) {
    fail(i + 1,
         "Syntax error: Expected keyword ALL or keyword DISTINCT but got " + describe(at(i + 1)));
  }
  if (at(i + 2).is("BY") || at(i + 2).is("CORRESPONDING"))
    fail(i + 2, "Unsupported: a set operation by names");
  return i + 2;
}

void Rewriter::select(Range range, bool in_set, TracedText& out) {
  // Where the clauses begin, in the order in which they must stand.
  static constexpr std::array<std::string_view, 8> kClauses = {
      "FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "WINDOW", "ORDER", "LIMIT"};
  std::vector<std::size_t> starts;
  std::size_t last = 0;
  for (std::size_t i = range.begin + 1; i < range.end; i = behind(i)) {
    const auto clause = std::ranges::find(kClauses, at(i).text);
    if (at(i).kind != Token::Kind::kWord || clause == kClauses.end() || compares_distinct(i) ||
        at(i - 1).is("."))
      continue;
    const auto order = static_cast<std::size_t>(clause - kClauses.begin()) + 1;
    if (order <= last) return unexpected(i);
    last = order;
    starts.push_back(i);
  }
  starts.push_back(range.end);
  Scope scope;
  TracedText sources;
  levels_.push_back({&scope, {}});
  if (at(starts[0]).is("FROM") && starts.size() > 1) {
    sources.put("FROM", at(starts[0]).place);
    from({starts[0] + 1, starts[1]}, scope, sources);
  }
  if (!failed()) {
    out.put("SELECT", at(range.begin).place);
    SelectNames names;
    names.scope = &scope;
    select_list({range.begin + 1, starts[0]}, names, out);
    out.append(sources);
    if (!sources.text().empty()) starts.erase(starts.begin());
    clauses(starts, in_set, names, out);
  }
  levels_.pop_back();
}

/// All behind FROM; the last of `starts` is where the SELECT ends.
void Rewriter::clauses(const std::vector<std::size_t>& starts, bool in_set, SelectNames& names,
                       TracedText& out) {
  // The names of a whole set are those of its columns alone.
  static const Scope kWhole(1);
  for (std::size_t k = 0; k + 1 < starts.size() && !failed(); ++k) {
    const Range clause{starts[k], starts[k + 1]};
    if (at(clause.begin).is("WHERE")) {
      expression_without(names.aliases, clause, out);
      continue;
    }
    levels_.back().aliases = names.given;
    if (at(clause.begin).is("GROUP") && at(clause.begin + 1).is("BY")) {
      out.put("GROUP BY", at(clause.begin).place);
      group_by({clause.begin + 2, clause.end}, names, out);
      continue;
    }
    if (at(clause.begin).is("ORDER") || at(clause.begin).is("LIMIT")) {
      if (in_set) levels_.back().scope = &kWhole;
      limit(clause, out);
    } else {
      expression(clause, out);
    }
  }
}

void Rewriter::select_list(Range range, SelectNames& names, TracedText& out) {
  if (!range.empty() && (at(range.begin).is("DISTINCT") || at(range.begin).is("ALL"))) {
    out.put(at(range.begin).text, at(range.begin).place);
    ++range.begin;
  }
  if (!range.empty() && at(range.begin).is("ON")) return unexpected(range.begin);
  if (!range.empty() && at(range.begin).is("AS"))
    return fail(range.begin, "Unsupported: SELECT AS " + at(range.begin + 1).text);
  if (!range.empty() && at(range.end - 1).is(",")) --range.end;
  if (range.empty()) return fail(range.begin, "Syntax error: SELECT list must not be empty");
  bool first = true;
  for (const Range item : split(range, ",")) {
    if (failed()) return;
    if (item.empty()) return unexpected(item.end);
    if (!first) out.put(",", at(item.begin).place);
    first = false;
    ++names.place;
    if (!star(item, names, out)) select_item(item, names, out);
  }
}

/// An expression that must not use the names that only its SELECT gives.
void Rewriter::expression_without(const std::set<std::string>& aliases, Range range,
                                  TracedText& out) {
  const auto* const before = std::exchange(unknown_aliases_, &aliases);
  expression(range, out);
  unknown_aliases_ = before;
}

/// Whether its last word is the part of an INTERVAL, and so no alias.
bool Rewriter::ends_with_interval(Range item) const {
  for (std::size_t i = item.begin; i < item.end; i = behind(i))
    if (at(i).is("INTERVAL") && interval_part(i, item.end) + 1 == item.end) return true;
  return false;
}

void Rewriter::select_item(Range item, SelectNames& names, TracedText& out) {
  const Token& last = at(item.end - 1);
  const std::size_t words = item.end - item.begin;
  const bool named =
      last.is_name() && (last.kind == Token::Kind::kQuoted || !is_reserved(last.text));
  const bool explicit_alias = words > 2 && at(item.end - 2).is("AS");
  if (explicit_alias && !named) return unexpected(item.end - 1);
  const bool implicit_alias = words > 1 && named && ends_operand(at(item.end - 2)) &&
                              !at(item.end - 2).is("*") && !ends_with_interval(item);
  if (explicit_alias || implicit_alias) {
    const Range named_part{item.begin, item.end - (explicit_alias ? 2U : 1U)};
    expression_without(names.aliases, named_part, out);
    out.put("AS", last.place);
    out.put(quoted_name(last.value), last.place);
    const std::string name = lower_ascii(last.value);
    names.given.insert(name);
    // A query in FROM or around this one may have a column of that name.
    const bool may_be_column =
        ctes_.size() > 1 || std::ranges::any_of(*names.scope, [&](const auto& from) {
          return !from.columns || from.columns->contains(name) || lower_ascii(from.alias) == name;
        });
    if (!may_be_column) {
      names.aliases.insert(name);
    } else if (const int place = names.starred ? 0 : names.place;
               !names.standing.try_emplace(name, named_part, place).second) {
      names.standing[name].unique = false;
    }
    return;
  }
  expression_without(names.aliases, item, out);
  bool is_path = named && !(words == 1 && is_current_time(last));
  for (std::size_t i = item.begin; i < item.end && is_path; ++i)
    is_path = (i - item.begin) % 2 == 0 ? at(i).is_name() : at(i).is(".");
  // What has no name of its own is f0_, f1_, … to the service.
  if (!is_path) {
    // Behind an expression that is not whole the engine stumbles over this: told at what follows.
    out.put("AS", at(item.end).place);
    out.put(quoted_name("f" + std::to_string(names.unnamed++) + "_"), at(item.end).place);
  } else if (words == 1 && whole_row(item.begin, item) != nullptr) {
    out.put("AS", last.place);
    out.put(quoted_name(last.value), last.place);
  } else if (words > 1) {
    // By which ORDER BY knows a field, too.
    out.put("AS", last.place);
    out.put(quoted_name(last.value), last.place);
    const int place = names.starred ? 0 : names.place;
    const std::string name = lower_ascii(last.value);
    if (!names.standing.try_emplace(name, item, place).second) names.standing[name].unique = false;
  }
}

/// `*` and `t.*`, without the pseudo-columns, and with what EXCEPT and REPLACE say.
bool Rewriter::star(Range item, SelectNames& select, TracedText& out) {
  const Scope& scope = *select.scope;
  const bool of_one = item.begin + 2 < item.end && at(item.begin).is_name() &&
                      at(item.begin + 1).is(".") && at(item.begin + 2).is("*");
  if (!of_one && !at(item.begin).is("*")) return false;
  if (scope.empty()) {
    fail(item.begin, "SELECT * must have a FROM clause");
    return true;
  }
  select.starred = true;
  if (star_of_structs(item, scope, out)) return true;
  const std::string alias = of_one ? lower_ascii(at(item.begin).value) : "";
  std::set<std::string> excluded;
  for (const FromItem& from : scope)
    if (!of_one || lower_ascii(from.alias) == alias)
      excluded.insert(from.pseudo_columns.begin(), from.pseudo_columns.end());
  if (of_one) out.put(quoted_name(at(item.begin).value) + ".", at(item.begin).place);
  std::size_t i = item.begin + (of_one ? 3 : 1);
  out.put("*", at(i - 1).place);
  TracedText names;
  if (i < item.end && at(i).is("EXCEPT")) {
    if (!at(i + 1).is("(")) {
      unexpected(i + 1);
      return true;
    }
    for (const Range name : split({i + 2, at(i + 1).match}, ",")) {
      if (name.end != name.begin + 1 || !at(name.begin).is_name()) {
        unexpected(name.begin);
        return true;
      }
      if (!names.text().empty()) names.put(",", at(name.begin).place);
      names.put(quoted_name(at(name.begin).value), at(name.begin).place);
    }
    i = behind(i + 1);
  }
  for (const std::string& pseudo : excluded) {
    if (!names.text().empty()) names.put(",", at(item.begin).place);
    names.put(quoted_name(pseudo), at(item.begin).place);
  }
  if (!names.text().empty()) {
    out.put("EXCLUDE (", at(item.begin).place);
    out.append(names);
    out.put(")", at(item.begin).place);
  }
  if (i < item.end && at(i).is("REPLACE") && at(i + 1).is("(")) {
    out.put("REPLACE (", at(i).place);
    bool first = true;
    for (const Range replaced : split({i + 2, at(i + 1).match}, ",")) {
      if (!first) out.put(",", at(replaced.begin).place);
      first = false;
      select_item(replaced, select, out);
    }
    out.put(")", at(i).place);
    i = behind(i + 1);
  }
  std::string renamed;
  for (const FromItem& from : scope)
    if (from.unnamed && !of_one)
      renamed += (renamed.empty() ? "" : ", ") + quoted_name(from.alias) + " AS " +
                 quoted_name("f" + std::to_string(select.unnamed++) + "_");
  if (!renamed.empty()) out.put("RENAME (" + renamed + ")", at(item.begin).place);
  if (i < item.end) unexpected(i);
  return true;
}

/// A star over elements that are STRUCTs: their fields stand for them.
bool Rewriter::star_of_structs(Range item, const Scope& scope, TracedText& out) {
  const bool of_one = !at(item.begin).is("*");
  const std::string alias = of_one ? lower_ascii(at(item.begin).value) : "";
  const auto found = std::ranges::find_if(scope, [&](const FromItem& from) {
    return !from.fields.empty() && (!of_one || lower_ascii(from.alias) == alias);
  });
  if (found == scope.end()) return false;
  const std::size_t place = at(item.begin).place;
  const std::string element = quoted_name(found->alias) + "." + quoted_name(found->alias);
  const std::string offset = quoted_name(found->alias) + "." + quoted_name(found->offset);
  if (item.end > item.begin + (of_one ? 3U : 1U)) {
    fail(item.begin, "Unsupported: EXCEPT or REPLACE behind a star over a list of STRUCTs");
  } else if (of_one) {
    out.put("UNNEST(" + element + ")", place);
  } else if (found + 1 != scope.end()) {
    fail(item.begin, "Unsupported: a star where a list of STRUCTs is not the last in FROM");
  } else {
    std::string left_out = element + (found->offset.empty() ? "" : ", " + offset);
    for (const FromItem& from : scope)
      for (const std::string& pseudo : from.pseudo_columns)
        left_out += ", " + quoted_name(from.alias) + "." + quoted_name(pseudo);
    if (scope.size() > 1) out.put("* EXCLUDE (" + left_out + "),", place);
    out.put("UNNEST(" + element + ")", place);
    if (!found->offset.empty()) out.put(", " + offset, place);
  }
  return true;
}

/// ORDER BY and LIMIT, and OFFSET, which is a name anywhere else.
void Rewriter::limit(Range range, TracedText& out) {
  std::size_t limit = range.begin;
  while (limit < range.end && !at(limit).is("LIMIT")) limit = behind(limit);
  expression({range.begin, limit}, out);
  for (std::size_t i = limit; i < range.end && !failed();) {
    if (at(i).is("LIMIT") || at(i).is("OFFSET")) {
      out.put(at(i).text, at(i).place);
      ++i;
      continue;
    }
    i = operand(i, range, out);
  }
}

}  // namespace assay::warehouse::sql
