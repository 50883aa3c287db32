#pragma once

// GoogleSQL as tokens: what stands where, with brackets matched.
//
// In: a stranger's SQL. Out: tokens with their places, or the service's message. Values.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {

struct Token {
  enum class Kind {
    kWord,    ///< an identifier or a keyword
    kQuoted,  ///< `an identifier` in backticks
    kNumber,
    kString,      ///< of any quotes; `value` is what it means
    kParameter,   ///< @name
    kPositional,  ///< ?
    kSymbol,      ///< an operator or a bracket
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;       ///< as written; of words in capitals
  std::string value;      ///< of kQuoted, kString and kParameter; of kWord as written
  std::size_t place = 0;  ///< bytes before it
  std::size_t match = 0;  ///< of a bracket: the index of its other one

  bool is(std::string_view word) const {
    return (kind == Kind::kWord || kind == Kind::kSymbol) && text == word;
  }
  bool is_name() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};

/// Nested brackets in one query; beyond it, the service says that it is too complex.
inline constexpr int kMaxBrackets = 60;

/// The last one is kEnd.
std::variant<std::vector<Token>, QueryError> tokenize(std::string_view sql);

/// "[1:8]": line and column, counted in characters from 1.
std::string place_text(std::string_view sql, std::size_t place);

/// invalidQuery with " at [1:8]" behind the message.
QueryError invalid_query(std::string_view sql, std::size_t place, const std::string& message);

/// Whether GoogleSQL reserves the word (in capitals), so that no column or alias is called so.
bool is_reserved(std::string_view word);

/// Whether an expression can end with this token: a name behind it is an alias, a bracket is of it.
bool ends_operand(const Token& token);

/// As the service's messages call it: keyword SELECT, identifier "x", end of input.
std::string describe(const Token& token);

}  // namespace assay::warehouse::sql
