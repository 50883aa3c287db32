#pragma once

// The work of rewrite.h. Lives as long as one query. A range is of tokens, its end not included.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_warehouse/sql/functions.h"
#include "mock_warehouse/sql/rewrite.h"

namespace assay::warehouse::sql {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool empty() const { return begin >= end; }
};

class Rewriter {
 public:
  Rewriter(const Query& query, const RewriteOptions& options, std::vector<Token> tokens);

  std::variant<Rewritten, QueryError> run();

 private:
  /// What stands in a FROM clause, for its stars and for names.
  struct FromItem {
    std::string alias;
    std::string name;  ///< the alias in small letters
    std::vector<std::string> pseudo_columns;
    std::vector<std::string> row;  ///< of a table: its columns, as a whole row has them
    bool unnamed = false;          ///< the alias is none of the query's
    /// In small letters; nothing where they are not known, for it is a query.
    std::optional<std::set<std::string>> columns;
    std::set<std::string> texts;  ///< of those the STRING columns of a table
    bool element = false;         ///< of an UNNEST: the alias is an element of its list, and no row
    std::string offset;           ///< of an UNNEST: what counts its elements; empty: nothing does
    /// Of an UNNEST over STRUCTs, as far as its text tells: their fields, in small letters.
    std::set<std::string> fields;
  };
  using Scope = std::vector<FromItem>;

  /// A SELECT whose names can be used: the one at hand, or one around it.
  struct Level {
    const Scope* scope = nullptr;
    /// In small letters: aliases of its list, in the clauses that know them.
    std::set<std::string> aliases;
  };

  /// What the items of a SELECT list are called.
  struct SelectNames {
    int unnamed = 0;
    /// In small letters: aliases that are no column of FROM. The engine takes them for what they
    /// stand for in the list itself and in WHERE; the service does not know them there.
    std::set<std::string> aliases;
    std::set<std::string> given;  ///< all that are written, in small letters
    const Scope* scope = nullptr;
    /// What a name stands for, in small letters, where FROM may have it as well. To GROUP BY it is
    /// the item of the list, and to the engine the column.
    struct Standing {
      Range item;
      int place = 0;  ///< in the list, from 1; 0: not known, for a star stands before it
      bool unique = true;
    };
    std::map<std::string, Standing> standing;
    int place = 0;         ///< of the item at hand
    bool starred = false;  ///< the list has a star
  };

  // rewriter_query.cpp: the structure
  void read_parameters();
  void statement();
  void refuse_statement();
  std::size_t second_statement() const;
  void query(Range range, TracedText& out);
  std::size_t with(Range range, TracedText& out);
  std::size_t set_operation(Range range, TracedText& out);
  /// `in_set`: behind UNION and its like, where ORDER BY is for the whole.
  void select(Range range, bool in_set, TracedText& out);
  void clauses(const std::vector<std::size_t>& starts, bool in_set, SelectNames& names,
               TracedText& out);
  void select_list(Range range, SelectNames& names, TracedText& out);
  void select_item(Range item, SelectNames& names, TracedText& out);
  bool ends_with_interval(Range item) const;
  void expression_without(const std::set<std::string>& aliases, Range range, TracedText& out);
  bool star(Range item, SelectNames& names, TracedText& out);
  bool star_of_structs(Range item, const Scope& scope, TracedText& out);
  void limit(Range range, TracedText& out);

  // rewriter_from.cpp: FROM
  void from(Range range, Scope& scope, TracedText& out);
  std::size_t from_item(Range range, Scope& scope, TracedText& out);
  std::size_t named_source(Range range, Scope& scope, TracedText& out);
  std::size_t unnest(Range range, Scope& scope, TracedText& out);
  std::set<std::string> struct_fields(Range list) const;
  void add(std::size_t at, FromItem item, Scope& scope);
  std::size_t join(Range range, TracedText& out);
  std::size_t path(Range range, std::string& name);
  /// An alias with or without AS, where there is one.
  std::size_t alias(Range range, std::string& name);

  // rewriter_names.cpp: what a name stands for
  std::size_t name(std::size_t at, Range range, TracedText& out);
  std::string range_variable(std::size_t at, Range range, bool path);
  const FromItem* whole_row(std::size_t at, Range range) const;
  static bool hides(const FromItem& item, const std::string& name);
  void group_by(Range items, SelectNames& names, TracedText& out);
  void grouping_sets(Range sets, SelectNames& names, TracedText& out);
  void group_item(Range item, SelectNames& names, TracedText& out);

  // rewriter_expression.cpp: everything else
  void expression(Range range, TracedText& out);
  std::size_t operand(std::size_t at, Range range, TracedText& out);
  std::size_t word(std::size_t at, Range range, TracedText& out);
  std::size_t call(std::size_t at, std::size_t bracket, TracedText& out);
  void fill(const Function& function, const std::vector<Range>& arguments, std::size_t at,
            TracedText& out);
  void argument(const Function& function, const std::vector<Range>& arguments, std::size_t index,
                TracedText& out);
  // rewriter_calls.cpp: what is particular about some functions
  void fill_piece(const Function& function, const std::vector<Range>& arguments,
                  std::string_view piece, std::size_t place, TracedText& out);
  bool writes_fraction(const Function& function, const std::vector<Range>& arguments) const;
  void typed_argument(const Function& function, Range range, char type, std::size_t place,
                      TracedText& out);
  void joined(const std::vector<Range>& arguments, bool as_texts, TracedText& out);
  void quantiles(Range count, TracedText& out);
  void pattern_group(Range pattern, TracedText& out);
  bool list_without_nulls(Range inside, std::size_t at, TracedText& out);
  bool first_of_list(Range inside, std::size_t at, TracedText& out);
  bool value_beside(Range inside, std::size_t at, TracedText& out);
  std::vector<Range> call_arguments(Range inside) const;
  bool refuse_call(const Function& function, const std::vector<Range>& arguments, std::size_t at);
  bool refuse_format(const Function& function, Range format, std::size_t arguments);
  std::optional<DatePart> part_of(const Function& function, Range range);
  void refuse_unsupported();
  void not_found(std::size_t at, const std::string& function);
  void extract(std::size_t at, std::size_t bracket, TracedText& out);
  void make_struct(std::size_t at, std::size_t bracket, TracedText& out);
  std::size_t interval_part(std::size_t at, std::size_t end) const;
  std::size_t interval(std::size_t at, Range range, TracedText& out);
  bool current_time(std::size_t at, Range range, std::size_t& next, TracedText& out);
  void integer(std::size_t at, bool negative, TracedText& out);
  void parameter(std::size_t at, TracedText& out);
  /// Which one stands at a token; nothing where none does, or it was not given.
  std::optional<std::size_t> parameter_at(std::size_t at) const;
  /// What a field of STRUCT(…) is called; leaves in `field` what it holds.
  std::string field_name(Range& field, int number) const;

  // rewriter_casts.cpp: casts
  void cast(std::size_t at, std::size_t bracket, TracedText& out);
  void cast_to(const std::string& target, Range value, bool safe, std::size_t at, TracedText& out);
  void refuse_literal(const std::string& target, std::size_t at, const std::string& text);
  bool is_text_column(Range value) const;
  void literal(std::size_t at, TracedText& out);
  std::string type(Range range);

  // rewriter_lists.cpp: lists
  std::size_t array(std::size_t at, Range range, TracedText& out);
  void list(std::size_t bracket, TracedText& out);
  void element(std::size_t bracket, std::size_t begin, TracedText& out);
  bool constant_list(Range list, TracedText& out);
  bool days_of_parameter(const Parameter& parameter, std::size_t most, std::size_t place,
                         TracedText& out);

  // what they share
  /// The token that ends the text stands for all behind it.
  const Token& at(std::size_t index) const { return tokens_[std::min(index, tokens_.size() - 1)]; }
  bool begins_query(std::size_t index) const {
    return at(index).is("SELECT") || at(index).is("WITH");
  }
  /// Whether the FROM at `index` is that of IS [NOT] DISTINCT FROM.
  bool compares_distinct(std::size_t index) const {
    return index > 1 && at(index - 1).is("DISTINCT") &&
           (at(index - 2).is("IS") || at(index - 2).is("NOT"));
  }
  /// The index behind a token, and behind what its bracket holds.
  std::size_t behind(std::size_t index) const;
  std::vector<Range> split(Range range, std::string_view separator) const;
  void fail(std::size_t index, const std::string& message);
  void unexpected(std::size_t index);
  bool failed() const { return error_.has_value(); }

  const Query& query_;
  const RewriteOptions& options_;
  std::vector<Token> tokens_;
  Catalog catalog_;
  std::vector<Source> sources_;
  /// In small letters, of the SELECT list at hand: what is no name yet; null: all is.
  const std::set<std::string>* unknown_aliases_ = nullptr;
  std::vector<std::set<std::string>> ctes_;  ///< names in small letters, innermost last
  std::vector<Level> levels_;                ///< innermost last
  bool in_using_ = false;                    ///< the names of USING are columns of both sides
  int unnamed_unnests_ = 0;
  std::vector<std::string> literals_;    ///< of the parameters
  std::vector<std::size_t> positional_;  ///< the tokens that are `?`
  std::size_t literal_bytes_ = 0;        ///< written in place of parameters
  std::optional<QueryError> error_;
};

/// In double quotes, as DuckDB has identifiers.
std::string quoted_name(std::string_view name);
/// In single quotes.
std::string quoted_text(std::string_view text);

}  // namespace assay::warehouse::sql
