#include "mock_warehouse/sql/rewrite.h"

#include <algorithm>

#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {

void TracedText::put(std::string_view word, std::size_t place) {
  pieces_.emplace_back(text_.size(), place);
  text_ += word;
  text_ += ' ';
}

void TracedText::append(const TracedText& other) {
  for (const auto& [begin, place] : other.pieces_)
    pieces_.emplace_back(text_.size() + begin, place);
  text_ += other.text_;
}

void TracedText::put_before(std::size_t begin, std::string_view word, std::size_t place) {
  auto behind = pieces_.end();
  for (; behind != pieces_.begin() && std::prev(behind)->first >= begin; --behind)
    std::prev(behind)->first += word.size() + 1;
  pieces_.emplace(behind, begin, place);
  text_.insert(begin, std::string(word) + ' ');
}

std::size_t TracedText::place_of(std::size_t byte) const {
  const auto behind =
      std::ranges::upper_bound(pieces_, byte, {}, [](const auto& piece) { return piece.first; });
  return behind == pieces_.begin() ? 0 : std::prev(behind)->second;
}

std::string source_function(std::size_t number) { return "source_" + std::to_string(number); }

std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string quoted_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

Rewriter::Rewriter(const Query& query, const RewriteOptions& options, std::vector<Token> tokens)
    : query_(query),
      options_(options),
      tokens_(std::move(tokens)),
      catalog_(options.world, query.view) {}

std::size_t Rewriter::behind(std::size_t index) const {
  const bool opens = at(index).is("(") || at(index).is("[");
  return (opens ? at(index).match : index) + 1;
}

std::vector<Range> Rewriter::split(Range range, std::string_view separator) const {
  std::vector<Range> parts = {{range.begin, range.begin}};
  for (std::size_t i = range.begin; i < range.end; i = behind(i)) {
    if (at(i).is(separator)) {
      parts.push_back({i + 1, i + 1});
    } else {
      parts.back().end = behind(i);
    }
  }
  return parts;
}

void Rewriter::fail(std::size_t index, const std::string& message) {
  if (!error_) error_ = invalid_query(query_.sql, at(index).place, message);
}

void Rewriter::unexpected(std::size_t index) {
  const Token& token = at(index);
  fail(index, "Syntax error: Unexpected " +
                  (token.kind == Token::Kind::kEnd ? "end of script" : describe(token)));
}

std::variant<Rewritten, QueryError> rewrite(const Query& query, const RewriteOptions& options) {
  if (query.sql.size() > kMaxSqlBytes)
    return QueryError{"invalidQuery", "The query is too large. The maximum query length is " +
                                          std::to_string(kMaxSqlBytes) + " bytes."};
  // The engine takes text that ends with a zero.
  if (const std::size_t zero = query.sql.find('\0'); zero != std::string::npos)
    return invalid_query(query.sql, zero, "Syntax error: Illegal input character \"\\0\"");
  auto tokens = tokenize(query.sql);
  if (auto* error = std::get_if<QueryError>(&tokens)) return *error;
  return Rewriter(query, options, std::get<std::vector<Token>>(std::move(tokens))).run();
}

}  // namespace assay::warehouse::sql
