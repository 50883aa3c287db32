// What a name stands for, where the engine would take it for something else.

#include <algorithm>
#include <utility>

#include "harness/base/ascii.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {

/// A name with others behind dots: a column, or a field of one, and no function of the engine's.
std::size_t Rewriter::name(std::size_t i, Range range, TracedText& out) {
  const std::size_t first = i;
  std::string whole = at(i).value;
  const bool path = i + 2 < range.end && at(i + 1).is(".") && at(i + 2).is_name();
  const bool alone =
      !at(i + 1).is(".") && (i == 0 || (!at(i - 1).is(".") && !at(i - 1).is("OVER")));
  if (alone && unknown_aliases_ != nullptr && unknown_aliases_->contains(lower_ascii(whole)))
    fail(i, "Unrecognized name: " + whole);
  if (const FromItem* table = whole_row(i, range)) {
    std::string fields;
    for (const std::string& column : table->row)
      fields += (fields.empty() ? "" : ", ") + quoted_name(column) +
                " := " + quoted_name(table->alias) + "." + quoted_name(column);
    out.put("struct_pack(" + fields + ")", at(i).place);
    return i + 1;
  }
  if (const std::string before = range_variable(i, range, path); !before.empty())
    out.put(before + ".", at(i).place);
  out.put(quoted_name(at(i).value), at(i).place);
  while (i + 2 < range.end && at(i + 1).is(".") && (at(i + 2).is_name())) {
    out.put(".", at(i).place);
    out.put(quoted_name(at(i + 2).value), at(i).place);
    i += 2;
    whole += "." + at(i).value;
  }
  if (i + 1 < range.end && at(i + 1).is("(")) not_found(first, whole);
  return i + 1;
}

/// The table for whose rows the name at `i` stands; the engine has more columns in them than the
/// service. Null where it stands for something else.
const Rewriter::FromItem* Rewriter::whole_row(std::size_t i, Range range) const {
  const bool has_neighbour =
      (i + 1 < range.end && (at(i + 1).is(".") || at(i + 1).is("(") || at(i + 1).is("AS"))) ||
      (i > 0 && (at(i - 1).is(".") || at(i - 1).is("OVER")));
  if (has_neighbour || in_using_) return nullptr;
  const std::string name = lower_ascii(at(i).value);
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (level->aliases.contains(name)) return nullptr;
    for (const FromItem& item : *level->scope)
      if ((item.columns && item.columns->contains(name)) || item.fields.contains(name))
        return nullptr;
    const auto item = std::ranges::find(*level->scope, name, &FromItem::name);
    if (item != level->scope->end()) return item->row.empty() ? nullptr : &*item;
    // What is not known may have it.
    if (std::ranges::any_of(*level->scope, [&](const auto& from) { return hides(from, name); }))
      return nullptr;
  }
  return nullptr;
}

/// Whether `name` may be a column of this item, which is no UNNEST's element.
bool Rewriter::hides(const FromItem& item, const std::string& name) {
  return !item.element && (!item.columns || item.columns->contains(name));
}

/// What has to stand before a name, with dots behind it, for the engine to take it as the service
/// does; empty: nothing. To the service a range variable goes before a column of its name, so with
/// UNNEST(…) AS r, `r` is the element and `r.r` its field; the engine, to which the element is a
/// column r of a table r, would take `r.r` for the element. And the fields of a value table are
/// columns by themselves.
std::string Rewriter::range_variable(std::size_t i, Range range, bool path) {
  const bool is_field = i > 0 && at(i - 1).is(".");
  const bool is_window =
      (i > 0 && at(i - 1).is("OVER")) || (i + 1 < range.end && at(i + 1).is("AS"));
  if (is_field || is_window || in_using_) return "";
  const std::string name = lower_ascii(at(i).value);
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    if (level->aliases.contains(name)) return "";
    const Scope& scope = *level->scope;
    const auto item = std::ranges::find(scope, name, &FromItem::name);
    if (item != scope.end()) {
      // By itself it is what the engine takes it for, unless something else may have its name.
      const bool needed = path || std::ranges::any_of(scope, [&](const FromItem& from) {
                            return hides(from, name);
                          });
      return item->element && needed ? quoted_name(item->alias) : "";
    }
    const auto of_structs = std::ranges::count_if(
        scope, [&](const FromItem& from) { return from.fields.contains(name); });
    const auto columns = std::ranges::count_if(scope, [&](const FromItem& from) {
      return !from.element && from.columns && from.columns->contains(name);
    });
    if (of_structs > 0 && of_structs + columns > 1) {
      fail(i, "Column name " + at(i).value + " is ambiguous");
      return "";
    }
    if (of_structs > 0) {
      const auto owner = std::ranges::find_if(
          scope, [&](const FromItem& from) { return from.fields.contains(name); });
      return quoted_name(owner->alias) + "." + quoted_name(owner->alias);
    }
    // What is not known may have it.
    const bool ends = std::ranges::any_of(scope, [&](const FromItem& from) {
      return hides(from, name) || (from.element && from.fields.empty());
    });
    if (ends) return "";
  }
  return "";
}

/// What is behind GROUP BY, or within a ROLLUP or CUBE of it.
void Rewriter::group_by(Range items, SelectNames& names, TracedText& out) {
  bool first = true;
  for (const Range item : split(items, ",")) {
    if (failed()) return;
    if (item.empty()) return unexpected(item.end);
    if (!first) out.put(",", at(item.begin).place);
    first = false;
    group_item(item, names, out);
  }
}

/// Each an item, or several in brackets, or none.
void Rewriter::grouping_sets(Range sets, SelectNames& names, TracedText& out) {
  bool first = true;
  for (const Range set : split(sets, ",")) {
    if (failed()) return;
    if (set.empty()) return unexpected(set.end);
    if (!first) out.put(",", at(set.begin).place);
    first = false;
    const bool several = at(set.begin).is("(") && behind(set.begin) == set.end;
    if (!several) {
      group_item(set, names, out);
      continue;
    }
    out.put("(", at(set.begin).place);
    if (set.end > set.begin + 2) group_by({set.begin + 1, set.end - 1}, names, out);
    out.put(")", at(set.begin).place);
  }
}

void Rewriter::group_item(Range item, SelectNames& names, TracedText& out) {
  const Token& word = at(item.begin);
  if (word.is("GROUPING") && at(item.begin + 1).is("SETS") && at(item.begin + 2).is("(") &&
      behind(item.begin + 2) == item.end) {
    out.put("GROUPING SETS (", word.place);
    grouping_sets({item.begin + 3, item.end - 1}, names, out);
    out.put(")", word.place);
    return;
  }
  if ((word.is("ROLLUP") || word.is("CUBE")) && at(item.begin + 1).is("(") &&
      behind(item.begin + 1) == item.end) {
    out.put(word.text + " (", word.place);
    group_by({item.begin + 2, item.end - 1}, names, out);
    out.put(")", word.place);
    return;
  }
  const auto found = item.end == item.begin + 1 && word.is_name()
                         ? names.standing.find(lower_ascii(word.value))
                         : names.standing.end();
  if (found == names.standing.end() || !found->second.unique) return expression(item, out);
  if (found->second.place > 0) return out.put(std::to_string(found->second.place), word.place);
  // In the list its names were those of FROM.
  const auto aliases = std::exchange(levels_.back().aliases, {});
  expression(found->second.item, out);
  levels_.back().aliases = aliases;
}

}  // namespace assay::warehouse::sql
