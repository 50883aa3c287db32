#pragma once

// GoogleSQL in, DuckDB's SQL out, with the way back to where each part was written.
//
// Theory of operation. The query is taken apart by its structure: WITH, set operations, the clauses
// of each SELECT, the items of each FROM, calls and casts. What FROM names is looked up in the
// Catalog, and a table function stands in its place. Functions are those of functions.h and no
// others, so nothing that reads files, settings or the machine can be called by any name; a
// statement that is no single SELECT is refused here. What is left, expressions of operators and
// names, goes through word by word, names in quotes, and what is wrong with it the engine says.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mock_warehouse/sql/query.h"
#include "mock_warehouse/sql/source.h"
#include "mock_warehouse/sql/tokens.h"

namespace assay::warehouse::sql {

/// Text that knows where each piece of it comes from.
class TracedText {
 public:
  /// Adds a word and a blank. `place` is that of the original.
  void put(std::string_view word, std::size_t place);
  void append(const TracedText& other);
  /// Puts a word, and a blank, before what was added from byte `begin` on.
  void put_before(std::size_t begin, std::string_view word, std::size_t place);

  const std::string& text() const { return text_; }
  /// The place in the original of what stands at a byte of the text.
  std::size_t place_of(std::size_t byte) const;

 private:
  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> pieces_;  ///< begin here, place there
};

struct Rewritten {
  TracedText text;
  std::vector<Token> tokens;    ///< of the original
  std::vector<Source> sources;  ///< in the order of their functions
};

struct RewriteOptions {
  const World& world;
  std::size_t first_source = 0;  ///< the number of the first table function
};

/// The table function that stands for a source: source_<number>().
std::string source_function(std::size_t number);

std::variant<Rewritten, QueryError> rewrite(const Query& query, const RewriteOptions& options);

}  // namespace assay::warehouse::sql
