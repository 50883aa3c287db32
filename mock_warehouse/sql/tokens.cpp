#include "mock_warehouse/sql/tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "harness/base/ascii.h"
#include "harness/base/utf8.h"

namespace assay::warehouse::sql {
namespace {

/// "Reserved keywords" of GoogleSQL's lexical structure.
constexpr std::array<std::string_view, 98> kReserved = {"ALL",
                                                        "AND",
                                                        "ANY",
                                                        "ARRAY",
                                                        "AS",
                                                        "ASC",
                                                        "ASSERT_ROWS_MODIFIED",
                                                        "AT",
                                                        "BETWEEN",
                                                        "BY",
                                                        "CASE",
                                                        "CAST",
                                                        "COLLATE",
                                                        "CONTAINS",
                                                        "CREATE",
                                                        "CROSS",
                                                        "CUBE",
                                                        "CURRENT",
                                                        "DEFAULT",
                                                        "DEFINE",
                                                        "DESC",
                                                        "DISTINCT",
                                                        "ELSE",
                                                        "END",
                                                        "ENUM",
                                                        "ESCAPE",
                                                        "EXCEPT",
                                                        "EXCLUDE",
                                                        "EXISTS",
                                                        "EXTRACT",
                                                        "FALSE",
                                                        "FETCH",
                                                        "FOLLOWING",
                                                        "FOR",
                                                        "FROM",
                                                        "FULL",
                                                        "GROUP",
                                                        "GROUPING",
                                                        "GROUPS",
                                                        "HASH",
                                                        "HAVING",
                                                        "IF",
                                                        "IGNORE",
                                                        "IN",
                                                        "INNER",
                                                        "INTERSECT",
                                                        "INTERVAL",
                                                        "INTO",
                                                        "IS",
                                                        "JOIN",
                                                        "LATERAL",
                                                        "LEFT",
                                                        "LIKE",
                                                        "LIMIT",
                                                        "LOOKUP",
                                                        "MERGE",
                                                        "NATURAL",
                                                        "NEW",
                                                        "NO",
                                                        "NOT",
                                                        "NULL",
                                                        "NULLS",
                                                        "OF",
                                                        "ON",
                                                        "OR",
                                                        "ORDER",
                                                        "OUTER",
                                                        "OVER",
                                                        "PARTITION",
                                                        "PRECEDING",
                                                        "PROTO",
                                                        "QUALIFY",
                                                        "RANGE",
                                                        "RECURSIVE",
                                                        "RESPECT",
                                                        "RIGHT",
                                                        "ROLLUP",
                                                        "ROWS",
                                                        "SELECT",
                                                        "SET",
                                                        "SOME",
                                                        "STRUCT",
                                                        "TABLESAMPLE",
                                                        "THEN",
                                                        "TO",
                                                        "TREAT",
                                                        "TRUE",
                                                        "UNBOUNDED",
                                                        "UNION",
                                                        "UNNEST",
                                                        "USING",
                                                        "WHEN",
                                                        "WHERE",
                                                        "WINDOW",
                                                        "WITH",
                                                        "WITHIN",
                                                        "QUALIFY",
                                                        "GROUPING"};

/// Longest first.
constexpr std::array<std::string_view, 11> kLongSymbols = {"<=>", "!=", "<>", "<=", ">=", "||",
                                                           "|>",  "<<", ">>", "=>", "@@"};
constexpr std::string_view kSymbols = "()[]{},.;+-*/<>=&|^~:";

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_word(char c) { return starts_word(c) || (c >= '0' && c <= '9'); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  std::variant<std::vector<Token>, QueryError> run() {
    while (skip_blanks() && at_ < sql_.size() && !error_) take();
    if (!error_) add(Token::Kind::kEnd, at_, at_);
    if (!error_) match_brackets();
    if (error_) return *error_;
    return std::move(tokens_);
  }

 private:
  void fail(std::size_t place, const std::string& message) {
    if (!error_) error_ = invalid_query(sql_, place, message);
  }

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  bool skip_blanks() {
    while (at_ < sql_.size()) {
      if (std::isspace(static_cast<unsigned char>(peek())) != 0) {
        ++at_;
      } else if (peek() == '#' || (peek() == '-' && peek(1) == '-')) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (peek() == '/' && peek(1) == '*') {
        const std::size_t end = sql_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          fail(at_, "Syntax error: Unclosed comment");
          return false;
        }
        at_ = end + 2;
      } else {
        break;
      }
    }
    return true;
  }

  Token& add(Token::Kind kind, std::size_t begin, std::size_t end) {
    Token token;
    token.kind = kind;
    token.text = std::string(sql_.substr(begin, end - begin));
    token.place = begin;
    tokens_.push_back(std::move(token));
    at_ = end;
    return tokens_.back();
  }

  void take() {
    const char c = peek();
    if (const auto prefix = string_prefix()) return take_string(*prefix);
    if (c == '`') return take_backticks();
    if (starts_word(c)) return take_word();
    if ((c >= '0' && c <= '9') || (c == '.' && peek(1) >= '0' && peek(1) <= '9'))
      return take_number();
    if (c == '@' && starts_word(peek(1))) {
      std::size_t end = at_ + 1;
      while (end < sql_.size() && in_word(sql_[end])) ++end;
      Token& token = add(Token::Kind::kParameter, at_, end);
      token.value = token.text.substr(1);
      return;
    }
    if (c == '?') {
      add(Token::Kind::kPositional, at_, at_ + 1);
      return;
    }
    take_symbol();
  }

  void take_symbol() {
    for (const std::string_view symbol : kLongSymbols)
      if (sql_.substr(at_).starts_with(symbol)) {
        add(Token::Kind::kSymbol, at_, at_ + symbol.size());
        return;
      }
    if (kSymbols.find(peek()) == std::string_view::npos) {
      // The whole character, where it is of several bytes.
      std::size_t end = at_ + 1;
      while (end < sql_.size() && (static_cast<unsigned char>(sql_[end]) & 0xC0) == 0x80) ++end;
      return fail(at_, "Syntax error: Illegal input character \"" +
                           to_valid_utf8(sql_.substr(at_, end - at_)) + "\"");
    }
    add(Token::Kind::kSymbol, at_, at_ + 1);
  }

  void take_word() {
    std::size_t end = at_;
    while (end < sql_.size() && in_word(sql_[end])) ++end;
    Token& token = add(Token::Kind::kWord, at_, end);
    token.value = token.text;
    for (char& c : token.text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }

  /// 0x and digits, which are written in the base that the engine reads.
  void take_hex() {
    std::size_t end = at_ + 2;
    while (end < sql_.size() && in_word(sql_[end])) ++end;
    const std::string_view digits = sql_.substr(at_ + 2, end - at_ - 2);
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (read.ec == std::errc::result_out_of_range)
      return fail(at_, "Invalid integer literal: " + std::string(sql_.substr(at_, end - at_)));
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
      return fail(at_, "Syntax error: Missing whitespace between literal and alias");
    add(Token::Kind::kNumber, at_, end).text = std::to_string(value);
  }

  void take_number() {
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) return take_hex();
    std::size_t end = at_;
    const auto digits = [&] {
      while (end < sql_.size() && in_word(sql_[end]) && sql_[end] != 'e' && sql_[end] != 'E') ++end;
    };
    digits();
    if (end < sql_.size() && sql_[end] == '.') {
      ++end;
      digits();
    }
    if (end < sql_.size() && (sql_[end] == 'e' || sql_[end] == 'E')) {
      ++end;
      if (end < sql_.size() && (sql_[end] == '+' || sql_[end] == '-')) ++end;
      digits();
    }
    const Token& token = add(Token::Kind::kNumber, at_, end);
    // What ends in "e" has an exponent that is none, and the engine would take it for a name.
    const bool ends = token.text.find_last_of("0123456789.") == token.text.size() - 1;
    if (!ends || token.text.find_first_not_of("0123456789.eE+-") != std::string::npos)
      fail(token.place, "Syntax error: Missing whitespace between literal and alias");
  }

  void take_backticks() {
    const std::size_t end = sql_.find('`', at_ + 1);
    if (end == std::string_view::npos)
      return fail(at_, "Syntax error: Unclosed identifier literal");
    if (end == at_ + 1) return fail(at_, "Syntax error: Invalid empty identifier");
    Token& token = add(Token::Kind::kQuoted, at_, end + 1);
    token.value = token.text.substr(1, token.text.size() - 2);
  }

  /// Bytes before the quote of a literal that begins here: r'…', b"…", '…'.
  std::optional<std::size_t> string_prefix() const {
    std::size_t length = 0;
    while (length < 2 && std::string_view("rRbB").find(peek(length)) != std::string_view::npos &&
           peek(length) != '\0')
      ++length;
    if (peek(length) == '\'' || peek(length) == '"') return length;
    return std::nullopt;
  }

  void take_string(std::size_t prefix) {
    const std::size_t begin = at_;
    const bool raw = sql_.substr(at_, prefix).find_first_of("rR") != std::string_view::npos;
    std::size_t at = begin + prefix;
    const char quote = sql_[at];
    const std::string three(3, quote);
    const bool triple = sql_.substr(at).starts_with(three);
    at += triple ? 3 : 1;
    std::string value;
    for (;; ++at) {
      if (at >= sql_.size() || (!triple && sql_[at] == '\n'))
        return fail(begin, "Syntax error: Unclosed string literal");
      if (triple ? sql_.substr(at).starts_with(three) : sql_[at] == quote) break;
      if (sql_[at] != '\\') {
        value += sql_[at];
        continue;
      }
      if (at + 1 >= sql_.size()) return fail(begin, "Syntax error: Unclosed string literal");
      if (raw) {
        value += sql_.substr(at, 2);
        ++at;
      } else {
        at = unescape(at + 1, value);
      }
      if (error_) return;
    }
    Token& token = add(Token::Kind::kString, begin, at + (triple ? 3 : 1));
    token.value = std::move(value);
  }

  /// `at` is behind a backslash. Returns the last byte of the sequence.
  std::size_t unescape(std::size_t at, std::string& value) {
    static constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    static constexpr std::string_view kMeant = "\a\b\f\n\r\t\v\\?\"'`";
    if (const std::size_t known = kNames.find(sql_[at]); known != std::string_view::npos) {
      value += kMeant[known];
      return at;
    }
    if (sql_[at] == 'u' || sql_[at] == 'U') return unescape_code_point(at, value);
    const bool hex = sql_[at] == 'x' || sql_[at] == 'X';
    const std::string_view digits = hex ? sql_.substr(at + 1, 2) : sql_.substr(at, 3);
    unsigned code = 0;
    const auto read =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 8);
    const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    if (!whole || digits.size() != (hex ? 2U : 3U) || code == 0 || code > 0x7F) {
      fail(at - 1, "Syntax error: Illegal escape sequence: \\" + to_valid_utf8(sql_.substr(at, 1)));
      return at;
    }
    value += static_cast<char>(code);
    return at + digits.size() - (hex ? 0 : 1);
  }

  /// \uhhhh and \Uhhhhhhhh; `at` is at the letter.
  std::size_t unescape_code_point(std::size_t at, std::string& value) {
    const std::size_t size = sql_[at] == 'u' ? 4 : 8;
    const std::string_view digits = sql_.substr(at + 1, size);
    std::uint32_t code = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (!whole || digits.size() != size || surrogate || code == 0 || code > 0x10FFFF) {
      fail(at - 1, std::string("Syntax error: Illegal escape sequence: \\") + sql_[at]);
      return at;
    }
    const auto part = [&](unsigned shift, unsigned mark) {
      return static_cast<char>(mark | ((code >> shift) & 0x3F));
    };
    if (code < 0x80) {
      value += static_cast<char>(code);
    } else if (code < 0x800) {
      value += {static_cast<char>(0xC0 | (code >> 6)), part(0, 0x80)};
    } else if (code < 0x10000) {
      value += {static_cast<char>(0xE0 | (code >> 12)), part(6, 0x80), part(0, 0x80)};
    } else {
      value +=
          {static_cast<char>(0xF0 | (code >> 18)), part(12, 0x80), part(6, 0x80), part(0, 0x80)};
    }
    return at + size;
  }

  void match_brackets() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens_.size() && !error_; ++i) {
      Token& token = tokens_[i];
      if (token.kind != Token::Kind::kSymbol) continue;
      if (token.text == "(" || token.text == "[") {
        open.push_back(i);
        if (static_cast<int>(open.size()) > kMaxBrackets)
          fail(token.place, "Query is too complex: expressions are nested too deeply");
      } else if (token.text == ")" || token.text == "]") {
        const char* other = token.text == ")" ? "(" : "[";
        if (open.empty() || tokens_[open.back()].text != other) {
          fail(token.place,
               open.empty() ? "Syntax error: Expected end of input but got \"" + token.text + "\""
                            : "Syntax error: Unexpected \"" + token.text + "\"");
          continue;
        }
        token.match = open.back();
        tokens_[open.back()].match = i;
        open.pop_back();
      }
    }
    if (!open.empty())
      fail(tokens_.back().place, std::string("Syntax error: Expected \"") +
                                     (tokens_[open.back()].text == "(" ? ")" : "]") +
                                     "\" but got end of input");
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::optional<QueryError> error_;
};

}  // namespace

std::variant<std::vector<Token>, QueryError> tokenize(std::string_view sql) {
  return Tokenizer(sql).run();
}

std::string place_text(std::string_view sql, std::size_t place) {
  place = std::min(place, sql.size());
  int line = 1;
  int column = 1;
  for (const char c : sql.substr(0, place)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return "[" + std::to_string(line) + ":" + std::to_string(column) + "]";
}

QueryError invalid_query(std::string_view sql, std::size_t place, const std::string& message) {
  return {"invalidQuery", message + " at " + place_text(sql, place)};
}

bool is_reserved(std::string_view word) {
  return std::ranges::find(kReserved, word) != kReserved.end();
}

bool ends_operand(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kSymbol:
      return token.text == ")" || token.text == "]" || token.text == "*";
    case Token::Kind::kWord:
      return !is_reserved(token.text) || token.is("END") || token.is("NULL") || token.is("TRUE") ||
             token.is("FALSE");
    case Token::Kind::kEnd:
      return false;
    default:
      return true;
  }
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kEnd:
      return "end of input";
    case Token::Kind::kWord:
      return is_reserved(token.text) ? "keyword " + token.text
                                     : "identifier \"" + token.value + "\"";
    case Token::Kind::kQuoted:
      return "identifier " + token.text;
    case Token::Kind::kNumber:
      return token.text.find_first_of(".eE") == std::string::npos
                 ? "integer literal \"" + token.text + "\""
                 : "floating point literal \"" + token.text + "\"";
    case Token::Kind::kString:
      return "string literal " + token.text;
    default:
      return "\"" + token.text + "\"";
  }
}

}  // namespace assay::warehouse::sql
