#include "harness/report/python_syntax.h"

#include <algorithm>
#include <array>

namespace assay::report {
namespace {

/// Strings in fields in strings: what is nested deeper stays text of its string. Keeps looking for
/// the string around a place cheap.
constexpr std::size_t kMaxNesting = 64;

/// `match` and `case` are keywords only where a statement begins with them; see is_soft_keyword().
constexpr std::array<std::string_view, 35> kKeywords{
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
static_assert(std::ranges::is_sorted(kKeywords));

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
/// Any byte of a character beyond ASCII counts, so that none is ever cut in two.
bool is_name(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Prefix {
  bool is_one = false;     ///< a string may begin behind it
  bool formatted = false;  ///< with replacement fields
};

/// Of a name right before a quote: "", "r", "Rb", "f", … Python 3.14's t-strings too.
Prefix prefix_of(std::string_view name) {
  if (name.size() > 2) return {};
  std::size_t raw = 0, kinds = 0;
  bool formatted = false, plain = false;
  for (const char c : name) {
    const char letter = lower(c);
    if (letter == 'r') ++raw;
    if (letter == 'b' || letter == 'u' || letter == 'f' || letter == 't') ++kinds;
    formatted = formatted || letter == 'f' || letter == 't';
    plain = plain || letter == 'u';
  }
  const bool all_known = raw + kinds == name.size();
  return {all_known && raw <= 1 && kinds <= 1 && !(plain && raw > 0), formatted};
}

class Reader {
 public:
  LineSyntax read(std::string_view line);

 private:
  enum class In { kString, kField, kSpec };
  /// Something that is open. A field is code between braces in an f-string; a spec is the text
  /// behind a field's colon.
  struct Open {
    In in = In::kString;
    char quote = 0;
    bool triple = false;
    bool formatted = false;
    std::size_t brackets = 0;  ///< open ones of a field's code
  };

  bool in_text() const { return !open_.empty() && open_.back().in != In::kField; }
  char at(std::size_t i) const { return i < line_.size() ? line_[i] : '\0'; }
  void add(std::size_t length, Syntax syntax);
  void read_text();
  void read_code();
  void read_name();
  void read_number();
  void read_sign(char c);
  bool close_string(bool only_triple);
  void begin_string(std::size_t prefix, bool formatted);
  bool is_soft_keyword(std::string_view name) const;
  bool is_first() const;
  void end_line();

  std::vector<Open> open_;
  std::string_view line_;
  std::size_t at_ = 0;
  bool defines_ = false;    ///< the name that comes next is defined here
  bool continued_ = false;  ///< the line ends with a backslash, so its string goes on
  LineSyntax spans_;
};

void Reader::add(std::size_t length, Syntax syntax) {
  if (length == 0) return;
  at_ += length;
  if (!spans_.empty() && spans_.back().syntax == syntax) {
    spans_.back().length += length;
  } else {
    spans_.push_back({length, syntax});
  }
}

LineSyntax Reader::read(std::string_view line) {
  line_ = line;
  at_ = 0;
  defines_ = continued_ = false;
  spans_.clear();
  while (at_ < line_.size()) {
    if (in_text()) {
      read_text();
    } else {
      read_code();
    }
  }
  end_line();
  return std::move(spans_);
}

/// A string in single quotes ends with its line, and all that is open in it.
void Reader::end_line() {
  if (continued_) return;
  const auto first = std::ranges::find_if(
      open_, [](const Open& each) { return each.in == In::kString && !each.triple; });
  open_.erase(first, open_.end());
}

/// Whether the string around ends here; then all that is open in it is over, too.
bool Reader::close_string(bool only_triple) {
  std::size_t i = open_.size();
  while (i > 0 && open_[i - 1].in != In::kString) --i;
  if (i == 0) return false;
  const Open& string = open_[i - 1];
  if (only_triple && !string.triple) return false;
  const std::size_t length = string.triple ? 3 : 1;
  for (std::size_t n = 0; n < length; ++n)
    if (at(at_ + n) != string.quote) return false;
  open_.resize(i - 1);
  add(length, Syntax::kString);
  return true;
}

/// One step in a string, or in the text behind a field's colon.
void Reader::read_text() {
  const char c = at(at_);
  if ((c == '"' || c == '\'') && close_string(false)) return;
  if (c == '\\') {
    // In a raw string as well, where it keeps a quote from ending it.
    continued_ = at_ + 1 == line_.size();
    add(continued_ ? 1 : 2, Syntax::kString);
    return;
  }
  const bool spec = open_.back().in == In::kSpec;
  if (c == '{' && (spec || open_.back().formatted)) {
    if (!spec && at(at_ + 1) == '{') {
      add(2, Syntax::kString);
      return;
    }
    if (open_.size() < kMaxNesting) open_.push_back({.in = In::kField});
  } else if (c == '}' && spec) {
    open_.resize(open_.size() - 2);  // and its field
  }
  add(1, Syntax::kString);
}

bool Reader::is_first() const {
  return open_.empty() && std::ranges::all_of(line_.substr(0, at_), is_space);
}

void Reader::begin_string(std::size_t prefix, bool formatted) {
  const char quote = at(at_ + prefix);
  const bool triple = at(at_ + prefix + 1) == quote && at(at_ + prefix + 2) == quote;
  add(prefix + (triple ? 3 : 1), Syntax::kString);
  if (open_.size() < kMaxNesting)
    open_.push_back({.quote = quote, .triple = triple, .formatted = formatted});
}

/// `match x:` and `case x:`, and not `match = x` or `case(x)`.
bool Reader::is_soft_keyword(std::string_view name) const {
  if ((name != "match" && name != "case") || !is_first()) return false;
  std::string_view rest = line_.substr(at_ + name.size());
  if (rest.empty() || !is_space(rest.front())) return false;
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  if (rest.find(':') == rest.npos) return false;
  return is_name(rest.front()) || std::string_view("\"'([{-*").find(rest.front()) != rest.npos;
}

void Reader::read_name() {
  std::size_t end = at_;
  while (end < line_.size() && is_name(line_[end])) ++end;
  const std::string_view name = line_.substr(at_, end - at_);
  const char next = at(end);
  if (const Prefix prefix = prefix_of(name); (next == '"' || next == '\'') && prefix.is_one) {
    begin_string(name.size(), prefix.formatted);
    return;
  }
  const bool attribute = at_ > 0 && line_[at_ - 1] == '.';
  const bool keyword =
      !attribute && (std::ranges::binary_search(kKeywords, name) || is_soft_keyword(name));
  add(name.size(), keyword ? Syntax::kKeyword : defines_ ? Syntax::kDefinition : Syntax::kPlain);
  defines_ = keyword && (name == "def" || name == "class");
}

void Reader::read_number() {
  std::size_t end = at_;
  const char base = lower(at(at_ + 1));
  const auto digits = [&](auto is_one) {
    while (end < line_.size() && (is_one(line_[end]) || line_[end] == '_')) ++end;
  };
  if (at(at_) == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    end += 2;
    digits(is_hex);
  } else {
    digits(is_digit);
    if (at(end) == '.') {
      ++end;
      digits(is_digit);
    }
    const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
    if (lower(at(end)) == 'e' && is_digit(at(end + 1 + sign))) {
      end += 1 + sign;
      digits(is_digit);
    }
    if (lower(at(end)) == 'j') ++end;
  }
  add(end - at_, Syntax::kNumber);
}

/// A bracket or a colon matters where it could end the code of a field.
void Reader::read_sign(char c) {
  if (open_.empty()) {
    add(1, Syntax::kPlain);
    return;
  }
  Open& field = open_.back();
  const bool outside = field.brackets == 0;
  if (c == '}' && outside) {
    open_.pop_back();
    add(1, Syntax::kString);
    return;
  }
  if (c == ':' && outside && open_.size() < kMaxNesting) {
    open_.push_back({.in = In::kSpec});
    add(1, Syntax::kString);
    return;
  }
  if (c == '(' || c == '[' || c == '{') ++field.brackets;
  if ((c == ')' || c == ']' || c == '}') && !outside) --field.brackets;
  add(1, Syntax::kPlain);
}

/// One step outside of all strings, or in a field of one.
void Reader::read_code() {
  const char c = at(at_);
  if (c == '#') {
    add(line_.size() - at_, Syntax::kComment);
  } else if (c == '"' || c == '\'') {
    // What three quotes opened, the same three end, though they stand in a field: or else a brace
    // that is left open would make a string of all that follows.
    if (!close_string(true)) begin_string(0, false);
  } else if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)))) {
    read_number();
  } else if (is_name(c)) {
    read_name();
  } else if (c == '@' && is_first() && is_name(at(at_ + 1))) {
    std::size_t end = at_ + 1;
    while (end < line_.size() && (is_name(line_[end]) || line_[end] == '.')) ++end;
    add(end - at_, Syntax::kDecorator);
  } else {
    if (!is_space(c)) defines_ = false;
    continued_ = c == '\\' && at_ + 1 == line_.size();
    read_sign(c);
  }
}

}  // namespace

std::vector<LineSyntax> python_syntax(const std::vector<std::string_view>& lines) {
  Reader reader;
  std::vector<LineSyntax> syntax;
  syntax.reserve(lines.size());
  for (const std::string_view line : lines) syntax.push_back(reader.read(line));
  return syntax;
}

bool is_python(std::string_view path) { return path.ends_with(".py") || path.ends_with(".pyi"); }

}  // namespace assay::report
