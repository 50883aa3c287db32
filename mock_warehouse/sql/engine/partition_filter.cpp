#include "mock_warehouse/sql/engine/partition_filter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/base/ascii.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse::sql {
namespace {

/// Deeper conditions are not understood.
constexpr int kMaxDepth = 50;

struct Piece {
  enum class Kind { kWord, kQuoted, kText, kNumber, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;       ///< of words in capitals; of texts and quoted names what they mean
  std::size_t match = 0;  ///< of a bracket: the index of its other one

  bool is(std::string_view word) const {
    return (kind == Kind::kWord || kind == Kind::kSymbol) && text == word;
  }
  bool is_comparison() const {
    constexpr std::array<std::string_view, 5> kSigns = {"=", "<", "<=", ">", ">="};
    return kind == Kind::kSymbol && std::ranges::find(kSigns, text) != kSigns.end();
  }
};

std::string capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The engine's SQL in pieces, by the engine's rules.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Nothing where brackets or quotes are not paired.
  std::optional<std::vector<Piece>> read() {
    std::vector<std::size_t> open;
    while (skip_blanks(), at_ < text_.size()) {
      auto piece = next();
      if (!piece) return std::nullopt;
      if (piece->is("(") || piece->is("[")) open.push_back(pieces_.size());
      if (piece->is(")") || piece->is("]")) {
        if (open.empty() || (pieces_[open.back()].text == "(") != (piece->text == ")"))
          return std::nullopt;
        piece->match = open.back();
        pieces_[open.back()].match = pieces_.size();
        open.pop_back();
      }
      pieces_.push_back(*std::move(piece));
    }
    if (!open.empty()) return std::nullopt;
    pieces_.emplace_back();
    return std::move(pieces_);
  }

 private:
  static bool starts_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalpha(byte) != 0 || c == '_' || byte >= 0x80;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  std::optional<Piece> next() {
    const char c = text_[at_];
    if (c == '\'' || c == '"') return quoted(c);
    if (starts_word(c)) {
      const auto inside = [](char each) { return starts_word(each) || is_digit(each); };
      return Piece{.kind = Piece::Kind::kWord, .text = capitals(take_while(inside))};
    }
    if (is_digit(c))
      return Piece{.kind = Piece::Kind::kNumber,
                   .text = take_while([](char each) { return is_digit(each) || each == '.'; })};
    constexpr std::array<std::string_view, 7> kPairs = {"<=", ">=", "<>", "!=", "::", ":=", "||"};
    std::size_t size = 1;
    for (const std::string_view pair : kPairs)
      if (text_.substr(at_).starts_with(pair)) size = 2;
    at_ += size;
    return Piece{.kind = Piece::Kind::kSymbol, .text = std::string(text_.substr(at_ - size, size))};
  }

  std::optional<Piece> quoted(char quote) {
    Piece piece{.kind = quote == '"' ? Piece::Kind::kQuoted : Piece::Kind::kText};
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) {
        piece.text += text_[at_];
      } else if (text_.substr(at_ + 1).starts_with(quote)) {
        piece.text += text_[at_++];
      } else {
        ++at_;
        return piece;
      }
    }
    return std::nullopt;
  }

  template <class Inside>
  std::string take_while(Inside inside) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && inside(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

/// "2026-03-13", "2026-03-13 02:10:00", "2026-03-13 02:10:00.5+00": what the engine writes in UTC.
std::optional<std::int64_t> micros_of(const std::string& text) {
  int year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10)
    return std::nullopt;
  std::int64_t micros = days_of(text.substr(0, 10)) * kMicrosPerDay;
  std::string_view rest = std::string_view(text).substr(10);
  if (rest.empty()) return micros;
  if (std::sscanf(text.c_str() + used, " %2d:%2d:%2d", &hours, &minutes, &seconds) != 3 ||
      rest.size() < 9)
    return std::nullopt;
  micros += ((hours * 60 + minutes) * 60 + seconds) * kMicrosPerSecond;
  rest.remove_prefix(9);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    for (std::int64_t unit = kMicrosPerSecond / 10;
         !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; unit /= 10) {
      micros += (rest[0] - '0') * unit;
      rest.remove_prefix(1);
    }
  }
  return rest.empty() || rest == "+00" ? std::optional(micros) : std::nullopt;
}

class Reader {
 public:
  Reader(const Source& source, const std::vector<Piece>& pieces, bool named)
      : source_(source), pieces_(pieces), named_(named) {
    const auto type =
        std::ranges::find(source.columns, source.partition_column, &SourceColumn::name);
    by_instant_ = type != source.columns.end() && type->type != SqlType::kDate;
  }

  /// Those of the conditions joined by AND that are understood.
  std::vector<Condition> read() {
    split(0, pieces_.size() - 1, 0);
    return std::move(understood_);
  }

  const std::optional<std::string>& no_date() const { return no_date_; }

 private:
  std::size_t behind(std::size_t i) const {
    const bool opens = pieces_[i].is("(") || pieces_[i].is("[");
    return (opens ? pieces_[i].match : i) + 1;
  }

  bool is_in_brackets(std::size_t begin, std::size_t end) const {
    return begin < end && pieces_[begin].is("(") && pieces_[begin].match + 1 == end;
  }

  /// The places of `word` outside of brackets, but for the AND of a BETWEEN.
  std::vector<std::size_t> places_of(std::string_view word, std::size_t begin,
                                     std::size_t end) const {
    std::vector<std::size_t> places;
    bool between = false;
    for (std::size_t i = begin; i < end; i = behind(i)) {
      const bool conjunction = pieces_[i].is("AND");
      if (pieces_[i].is(word) && !(conjunction && between)) places.push_back(i);
      if (conjunction) between = false;
      if (pieces_[i].is("BETWEEN")) between = true;
    }
    return places;
  }

  void split(std::size_t begin, std::size_t end, int depth) {
    while (is_in_brackets(begin, end)) ++begin, --end;
    const auto places = places_of("OR", begin, end).empty() ? places_of("AND", begin, end)
                                                            : std::vector<std::size_t>();
    if (places.empty() || depth == kMaxDepth) {
      if (auto condition = parse(begin, end, 0)) understood_.push_back(*std::move(condition));
      return;
    }
    for (const std::size_t place : places) {
      split(begin, place, depth + 1);
      begin = place + 1;
    }
    split(begin, end, depth + 1);
  }

  std::optional<Condition> parse(std::size_t begin, std::size_t end, int depth) const {
    while (is_in_brackets(begin, end)) ++begin, --end;
    if (begin >= end || depth == kMaxDepth) return std::nullopt;
    for (const auto& [word, kind] :
         {std::pair{"OR", Condition::Kind::kOr}, std::pair{"AND", Condition::Kind::kAnd}}) {
      const auto places = places_of(word, begin, end);
      if (!places.empty()) return joined(kind, places, begin, end, depth);
    }
    if (pieces_[begin].is("NOT")) return negated(parse(begin + 1, end, depth + 1));
    return comparison(begin, end);
  }

  static std::optional<Condition> negated(std::optional<Condition> part) {
    if (!part) return std::nullopt;
    Condition condition{.kind = Condition::Kind::kNot};
    condition.parts.push_back(*std::move(part));
    return condition;
  }

  std::optional<Condition> joined(Condition::Kind kind, const std::vector<std::size_t>& places,
                                  std::size_t begin, std::size_t end, int depth) const {
    Condition condition{.kind = kind};
    for (std::size_t i = 0; i <= places.size(); ++i) {
      const std::size_t until = i < places.size() ? places[i] : end;
      auto part = parse(begin, until, depth + 1);
      if (!part) return std::nullopt;
      condition.parts.push_back(*std::move(part));
      begin = until + 1;
    }
    return condition;
  }

  std::optional<Condition> comparison(std::size_t begin, std::size_t end) const {
    std::size_t sign = begin;
    const auto stands_between = [](const Piece& piece) {
      return piece.is_comparison() || piece.is("BETWEEN") || piece.is("IN") || piece.is("IS") ||
             piece.is("NOT") || piece.is("!=") || piece.is("<>");
    };
    while (sign < end && !stands_between(pieces_[sign])) sign = behind(sign);
    if (sign == end) return contained(begin, end);
    if (pieces_[sign].is("!=") || pieces_[sign].is("<>"))
      return negated(compared("=", begin, sign, end));
    if (pieces_[sign].is_comparison()) return compared(pieces_[sign].text, begin, sign, end);
    const auto subject = subject_of(begin, sign);
    if (!subject) return std::nullopt;
    if (pieces_[sign].is("NOT")) return negated(listed(*subject, sign + 1, end));
    if (pieces_[sign].is("IS")) {
      Condition condition{.kind = Condition::Kind::kIsNull, .subject = *subject};
      const bool inverted = pieces_[sign + 1].is("NOT");
      const std::size_t null = sign + (inverted ? 2 : 1);
      if (null + 1 != end || !pieces_[null].is("NULL")) return std::nullopt;
      return inverted ? negated(std::move(condition)) : std::move(condition);
    }
    return listed(*subject, sign, end);
  }

  std::optional<Condition> compared(std::string_view sign, std::size_t begin, std::size_t at,
                                    std::size_t end) const {
    Condition condition;
    auto subject = subject_of(begin, at);
    condition.mirrored = !subject;
    if (!subject) subject = subject_of(at + 1, end);
    if (!subject) return std::nullopt;
    condition.subject = *subject;
    const auto constant =
        condition.mirrored ? constant_of(*subject, begin, at) : constant_of(*subject, at + 1, end);
    if (!constant) return std::nullopt;
    condition.constants = {*constant};
    // a > b is b < a.
    if (sign.starts_with('>')) condition.mirrored = !condition.mirrored;
    condition.kind = sign == "="           ? Condition::Kind::kEqual
                     : sign.ends_with('=') ? Condition::Kind::kLessEqual
                                           : Condition::Kind::kLess;
    return condition;
  }

  /// contains([constants], subject), as the engine has `subject IN list`.
  std::optional<Condition> contained(std::size_t begin, std::size_t end) const {
    const bool call = pieces_[begin].is("CONTAINS") || pieces_[begin].is("LIST_CONTAINS");
    if (!call || !is_in_brackets(begin + 1, end) || !pieces_[begin + 2].is("["))
      return std::nullopt;
    const std::size_t comma = behind(begin + 2);
    const auto subject = pieces_[comma].is(",") ? subject_of(comma + 1, end - 1) : std::nullopt;
    return subject ? any_of(*subject, begin + 3, comma - 1) : std::nullopt;
  }

  /// From BETWEEN or IN on.
  std::optional<Condition> listed(Condition::Subject subject, std::size_t at,
                                  std::size_t end) const {
    if (pieces_[at].is("BETWEEN")) {
      std::size_t conjunction = at + 1;
      while (conjunction < end && !pieces_[conjunction].is("AND"))
        conjunction = behind(conjunction);
      if (conjunction >= end) return std::nullopt;
      const auto low = constant_of(subject, at + 1, conjunction);
      const auto high = constant_of(subject, conjunction + 1, end);
      if (!low || !high) return std::nullopt;
      return Condition{
          .kind = Condition::Kind::kBetween, .subject = subject, .constants = {*low, *high}};
    }
    if (!pieces_[at].is("IN") || !is_in_brackets(at + 1, end)) return std::nullopt;
    return any_of(subject, at + 2, end - 1);
  }

  /// Equal to one of the constants between commas.
  std::optional<Condition> any_of(Condition::Subject subject, std::size_t begin,
                                  std::size_t end) const {
    Condition any{.kind = Condition::Kind::kOr, .subject = subject};
    for (std::size_t i = begin; begin < end; begin = i + 1) {
      for (i = begin; i < end && !pieces_[i].is(",");) i = behind(i);
      const auto constant = constant_of(subject, begin, i);
      if (!constant) return std::nullopt;
      any.parts.push_back(
          {.kind = Condition::Kind::kEqual, .subject = subject, .constants = {*constant}});
    }
    return any;
  }

  std::optional<Condition::Subject> subject_of(std::size_t begin, std::size_t end) const {
    while (is_in_brackets(begin, end)) ++begin, --end;
    // CAST(column AS DATE) is as good as the column.
    if (end > begin + 5 && pieces_[begin].is("CAST") && is_in_brackets(begin + 1, end) &&
        pieces_[end - 3].is("AS") && pieces_[end - 2].is("DATE")) {
      const auto inner = subject_of(begin + 2, end - 3);
      const bool suffix = inner == Condition::Subject::kSuffix;
      return inner && !suffix ? std::optional(Condition::Subject::kDay) : std::nullopt;
    }
    const bool marked = end == begin + 4 && is_in_brackets(begin + 1, end) &&
                        pieces_[begin].is(capitals(std::string(kPartitionMark)));
    // By a name alone it may be anything: a plan prints what the query calls it.
    if (!marked && (!named_ || end != begin + 1)) return std::nullopt;
    const Piece& piece = pieces_[marked ? begin + 2 : begin];
    if (piece.kind != Piece::Kind::kWord && piece.kind != Piece::Kind::kQuoted) return std::nullopt;
    const auto same = [&](std::string_view name) {
      return lower_ascii(piece.text) == lower_ascii(name);
    };
    if (!source_.partition_column.empty() && same(source_.partition_column))
      return by_instant_ ? Condition::Subject::kInstant : Condition::Subject::kDay;
    if (source_.by_ingestion && same(kPartitionDate)) return Condition::Subject::kDay;
    if (source_.by_ingestion && same(kPartitionTime)) return Condition::Subject::kStart;
    if (source_.wildcard && same(kTableSuffix)) return Condition::Subject::kSuffix;
    return std::nullopt;
  }

  /// 'text', 'text'::TYPE or CAST('text' AS TYPE).
  std::optional<Condition::Constant> constant_of(Condition::Subject subject, std::size_t begin,
                                                 std::size_t end) const {
    while (is_in_brackets(begin, end)) ++begin, --end;
    std::size_t text = begin, type = begin + 1, type_end = end;
    if (end > begin + 1 && pieces_[begin].is("CAST") && is_in_brackets(begin + 1, end)) {
      text = begin + 2;
      type = begin + 3;
      --type_end;
    }
    if (text >= end || pieces_[text].kind != Piece::Kind::kText) return std::nullopt;
    std::string name;
    if (type < type_end) {
      if (!pieces_[type].is("::") && !pieces_[type].is("AS")) return std::nullopt;
      for (std::size_t i = type + 1; i < type_end; ++i)
        name += (name.empty() ? "" : " ") + pieces_[i].text;
    }
    const std::string& value = pieces_[text].text;
    if (subject == Condition::Subject::kSuffix)
      return name.empty() || name == "VARCHAR" ? std::optional<Condition::Constant>(value)
                                               : std::nullopt;
    // The engine makes a constant of what is one, and leaves the rest for the run.
    if (name == "DATE" && pieces_[begin].is("CAST")) no_date_ = value;
    if (name != "DATE" && name != "TIMESTAMP" && name != "TIMESTAMP WITH TIME ZONE")
      return std::nullopt;
    const auto micros = micros_of(value);
    return micros ? std::optional<Condition::Constant>(*micros) : std::nullopt;
  }

  const Source& source_;
  const std::vector<Piece>& pieces_;
  const bool named_;
  bool by_instant_ = false;
  std::vector<Condition> understood_;
  mutable std::optional<std::string> no_date_;
};

/// Whether a condition can be true of a row, and whether it can be false. Neither, where it is of a
/// NULL.
struct Can {
  bool hold = false;
  bool fail = false;
};

/// The values that a subject has in a slice: from `first` to `last`.
template <class Value>
struct Span {
  Value first, last;
};

template <class Value>
Can compare(const Condition& condition, const Span<Value>& span, OpenEnds ends) {
  const auto& value = std::get<Value>(condition.constants[0]);
  switch (condition.kind) {
    case Condition::Kind::kEqual:
      return {span.first <= value && value <= span.last, span.first != value || span.last != value};
    case Condition::Kind::kLess:
      if (condition.mirrored) return {value < span.last, span.first <= value};
      return {span.first < value, value <= span.last};
    case Condition::Kind::kLessEqual:
      if (condition.mirrored) return {value <= span.last, span.first < value};
      return {span.first <= value, value < span.last};
    default: {
      const auto& high = std::get<Value>(condition.constants[1]);
      const bool low_holds = ends.lower ? value < span.last : value <= span.last;
      const bool high_holds = ends.upper ? span.first < high : span.first <= high;
      return {low_holds && high_holds, true};
    }
  }
}

Can evaluate(const Condition& condition, const Slice& slice, OpenEnds ends) {
  using Kind = Condition::Kind;
  if (condition.kind == Kind::kNot) {
    const Can part = evaluate(condition.parts[0], slice, ends);
    return {part.fail, part.hold};
  }
  if (condition.kind == Kind::kAnd || condition.kind == Kind::kOr) {
    const bool all = condition.kind == Kind::kAnd;
    Can can{all, !all};
    for (const Condition& part : condition.parts) {
      const Can each = evaluate(part, slice, ends);
      can.hold = all ? can.hold && each.hold : can.hold || each.hold;
      can.fail = all ? can.fail || each.fail : can.fail && each.fail;
    }
    return can;
  }
  const bool suffix = condition.subject == Condition::Subject::kSuffix;
  const std::string& date = slice.partition->date;
  const bool null = !suffix && date.empty();
  if (condition.kind == Kind::kIsNull) return {null, !null};
  if (null) return {};
  if (suffix) return compare(condition, Span<std::string>{slice.suffix, slice.suffix}, ends);
  const std::int64_t start = days_of(date) * kMicrosPerDay;
  const bool instant = condition.subject == Condition::Subject::kInstant;
  return compare(condition, Span<std::int64_t>{start, instant ? start + kMicrosPerDay - 1 : start},
                 ends);
}

bool is_on_partition(const Condition& condition) {
  if (condition.parts.empty()) return condition.subject != Condition::Subject::kSuffix;
  return std::ranges::any_of(condition.parts, is_on_partition);
}

/// A name without a call behind it: what a constant does not begin with.
bool is_column(const std::vector<Piece>& pieces, std::size_t i) {
  constexpr std::array<std::string_view, 4> kOfConstants = {"DATE", "TIMESTAMP", "CAST",
                                                            "INTERVAL"};
  if (pieces[i].kind == Piece::Kind::kQuoted) return true;
  return pieces[i].kind == Piece::Kind::kWord && !pieces[i + 1].is("(") &&
         std::ranges::find(kOfConstants, pieces[i].text) == kOfConstants.end();
}

}  // namespace

PartitionFilter::PartitionFilter(const Source& source, const std::vector<std::string>& marked,
                                 const std::vector<std::string>& named) {
  read(source, marked, false);
  read(source, named, true);
  on_partition_ = std::ranges::any_of(conditions_, is_on_partition);
}

void PartitionFilter::read(const Source& source, const std::vector<std::string>& conditions,
                           bool named) {
  for (const std::string& text : conditions) {
    const auto pieces = Lexer(text).read();
    if (!pieces) continue;
    Reader reader(source, *pieces, named);
    for (Condition& condition : reader.read()) conditions_.push_back(std::move(condition));
    if (reader.no_date()) no_date_ = reader.no_date();
  }
}

bool PartitionFilter::can_hold(const Slice& slice, OpenEnds ends) const {
  return std::ranges::all_of(conditions_, [&](const Condition& condition) {
    return evaluate(condition, slice, ends).hold;
  });
}

OpenEnds open_ends_of(const std::string& text) {
  const auto pieces = Lexer(text).read();
  OpenEnds ends{.lower = pieces.has_value(), .upper = pieces.has_value()};
  for (std::size_t i = 0; pieces && i + 1 < pieces->size(); ++i) {
    const Piece& piece = (*pieces)[i];
    const bool mirrored = is_column(*pieces, i + 1);
    if (piece.is("BETWEEN")) return {};
    if (piece.is("<=")) (mirrored ? ends.lower : ends.upper) = false;
    if (piece.is(">=")) (mirrored ? ends.upper : ends.lower) = false;
  }
  return ends;
}

}  // namespace assay::warehouse::sql
