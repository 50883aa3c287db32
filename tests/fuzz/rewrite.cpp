// The SQL rewriter: any text is either refused with a message, or becomes a statement in which
// nothing is called that is not on the list of functions, and no bare word stands that the engine
// could take for anything but a keyword.
//
// An input is a query. Its parameters are positional where it has a `?`, else @day, @n and @list.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/utf8.h"
#include "mock_warehouse/changes.h"
#include "mock_warehouse/sql/functions.h"
#include "mock_warehouse/sql/rewrite.h"
#include "mock_warehouse/world.h"
#include "tests/fuzz/invariant.h"

namespace assay::fuzz {
namespace {

using namespace warehouse::sql;

constexpr std::string_view kWorld = R"({"queries": {},
  "tables": {
    "orders": {"partition_column": "order_date", "columns": [{"name": "order_date", "type": "DATE"},
      {"name": "amount", "type": "FLOAT64"}, {"name": "country", "type": "STRING"}], "partitions": [
      {"date": "2026-03-12", "row_count": 3}, {"date": "2026-03-13", "row_count": 2}]},
    "events_1": {"row_count": 3, "columns": [{"name": "x", "type": "INT64"}]},
    "events_2": {"row_count": 3, "columns": [{"name": "x", "type": "INT64"}]}}})";

struct Word {
  std::string text;  ///< in small letters; of a name in quotes as it is
  bool quoted = false;
  bool called = false;  ///< a bracket stands behind it
  std::string before;   ///< the word before, in small letters; empty where a symbol is
};

bool begins_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Behind a text in such quotes that begins at `at`: a quote in it is doubled.
std::size_t behind_quotes(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != quote) continue;
    if (i + 1 == sql.size() || sql[i + 1] != quote) return i + 1;
    ++i;
  }
  FUZZ_CHECK(false, "a quote that does not end: " + std::string(sql));
}

/// 12, 0x1F, 1.5, 1.e0, 1e-5: what stands behind is a word of its own.
std::size_t behind_number(std::string_view sql, std::size_t at) {
  const auto behind_digits = [&](std::size_t from) {
    return std::min(sql.find_first_not_of("0123456789", from), sql.size());
  };
  if (sql.substr(at).starts_with("0x") || sql.substr(at).starts_with("0X"))
    return std::min(sql.find_first_not_of("0123456789abcdefABCDEF", at + 2), sql.size());
  std::size_t end = behind_digits(at);
  if (end < sql.size() && sql[end] == '.') end = behind_digits(end + 1);
  if (end == sql.size() || std::tolower(sql[end]) != 'e') return end;
  const std::size_t sign = end + 1;
  const std::size_t digits =
      sign < sql.size() && (sql[sign] == '-' || sql[sign] == '+') ? sign + 1 : sign;
  return behind_digits(digits) > digits ? behind_digits(digits) : end;
}

/// The words of the engine's SQL, read as the engine reads them.
std::vector<Word> words_of(std::string_view sql) {
  std::vector<Word> words;
  std::string before;
  for (std::size_t i = 0; i < sql.size();) {
    if (sql[i] == ' ') {
      ++i;
      continue;
    }
    FUZZ_CHECK(!sql.substr(i).starts_with("--") && !sql.substr(i).starts_with("/*"),
               "a comment: " + std::string(sql));
    FUZZ_CHECK(sql[i] != ';' && sql[i] != '$', "a second statement: " + std::string(sql));
    std::size_t end = i + 1;
    if (sql[i] == '\'') {
      end = behind_quotes(sql, i);
      before.clear();
    } else if (std::isdigit(static_cast<unsigned char>(sql[i])) != 0) {
      end = behind_number(sql, i);
      before.clear();
    } else if (sql[i] == '"' || begins_word(sql[i])) {
      Word word{.quoted = sql[i] == '"', .before = before};
      if (word.quoted) {
        end = behind_quotes(sql, i);
      } else {
        while (end < sql.size() && is_in_word(sql[end])) ++end;
      }
      word.text = sql.substr(i, end - i);
      if (!word.quoted) std::ranges::transform(word.text, word.text.begin(), ::tolower);
      const std::size_t next = std::min(sql.find_first_not_of(' ', end), sql.size());
      word.called = next < sql.size() && sql[next] == '(';
      before = word.text;
      words.push_back(std::move(word));
    } else {
      before.clear();
    }
    i = end;
  }
  return words;
}

/// What the list of functions is written with, and what the rewriter writes besides.
struct Allowed {
  std::set<std::string> calls = {"cast",
                                 "try_cast",
                                 "try",
                                 "unnest",
                                 "timezone",
                                 "struct_pack",
                                 "list_value",
                                 "now",
                                 "extract",
                                 "partition_mark",
                                 "google_bool",
                                 "google_whole",
                                 "google_to_text",
                                 "google_to_int64",
                                 "google_safe_to_int64",
                                 "google_date",
                                 "google_datetime",
                                 "google_timestamp",
                                 "regexp_replace",
                                 "list_element",
                                 "coalesce",
                                 "array_agg",
                                 "nullif"};
  std::set<std::string> words = {"bigint",  "double", "decimal",   "boolean", "varchar",
                                 "blob",    "date",   "timestamp", "time",    "timestamptz",
                                 "integer", "q",      "v",         "n",       "ordinality",
                                 "row",     "first",  "last"};

  Allowed() {
    for (const Function& function : all_functions()) add(function.form);
    for (const char* part :
         {"DATE", "DAY", "DAYOFWEEK", "DAYOFYEAR", "HOUR", "ISOWEEK", "ISOYEAR", "MICROSECOND",
          "MILLISECOND", "MINUTE", "MONTH", "QUARTER", "SECOND", "WEEK", "YEAR"})
      add(extraction(part));
  }

  void add(std::string_view form) {
    std::string text(form);
    std::ranges::replace(text, '$', '1');  // an argument
    for (const Word& word : words_of(text)) (word.called ? calls : words).insert(word.text);
  }
};

/// Keywords behind which a bracket opens and nothing is called.
const std::set<std::string> kBeforeBracket = {
    "select",    "from",      "where",    "having",  "on",     "using",  "in",     "and",
    "or",        "not",       "as",       "by",      "over",   "limit",  "offset", "when",
    "then",      "else",      "case",     "between", "like",   "union",  "all",    "distinct",
    "except",    "intersect", "join",     "with",    "exists", "any",    "some",   "qualify",
    "exclude",   "replace",   "interval", "is",      "cross",  "end",    "ilike",  "array",
    "recursive", "grouping",  "rollup",   "cube",    "escape", "lateral"};

void check_word(const Word& word, const Rewritten& rewritten, const std::string& sql) {
  static const Allowed allowed;
  if (word.quoted) {
    // "t"("x") behind AS names columns.
    FUZZ_CHECK(!word.called || word.before == "as", "a call by a name in quotes: " + sql);
    return;
  }
  if (word.text.starts_with("source_")) {
    const std::string number = word.text.substr(7);
    FUZZ_CHECK(word.called && !number.empty() && std::ranges::all_of(number, ::isdigit) &&
                   std::stoul(number) < rewritten.sources.size(),
               "a source that there is not: " + sql);
    return;
  }
  if (word.called) {
    FUZZ_CHECK(
        allowed.calls.contains(word.text) || kBeforeBracket.contains(word.text) ||
            (allowed.words.contains(word.text) && (word.text == "decimal" || word.before == "as")),
        "a call of " + word.text + ", which is on no list: " + sql);
    return;
  }
  std::string capitals = word.text;
  std::ranges::transform(capitals, capitals.begin(), ::toupper);
  FUZZ_CHECK(is_reserved(capitals) || allowed.words.contains(word.text) ||
                 kBeforeBracket.contains(word.text),
             "a bare word, " + word.text + ": " + sql);
}

Query query_of(std::string_view input) {
  Query query;
  query.sql = input;
  if (input.find('?') != std::string_view::npos) {
    query.parameters = {{"", "STRING", "a'b\"c"}, {"", "INT64", "5"}, {"", "", nullptr}};
  } else {
    query.parameters = {{"day", "DATE", "2026-03-13"},
                        {"n", "INT64", 5},
                        {"list", "ARRAY<STRING>", Json::array({"x'", "y"})}};
  }
  return query;
}

void check(std::string_view input) {
  static const warehouse::Stages stages = [] {
    auto read = warehouse::Stages::from_json(*parse_json(kWorld, "world"), "/world");
    FUZZ_CHECK(read.ok(), read.error().to_string());
    return std::move(read).value();
  }();
  const Query query = query_of(input);
  const auto outcome = rewrite(query, {stages.first().world});
  if (const auto* error = std::get_if<QueryError>(&outcome)) {
    // Both APIs take JSON, so that queries are UTF-8; messages may repeat what was none.
    FUZZ_CHECK(!error->message.empty(), "a refusal without a message");
    FUZZ_CHECK(is_utf8(error->message) || !is_utf8(input), "a message cut within a character");
    FUZZ_CHECK(error->reason == "invalidQuery" || error->reason == "notFound" ||
                   error->reason == "accessDenied" || error->reason == "resourcesExceeded",
               "a reason of no refusal: " + error->reason);
    return;
  }
  const auto& rewritten = std::get<Rewritten>(outcome);
  const std::string& sql = rewritten.text.text();
  const std::vector<Word> words = words_of(sql);
  FUZZ_CHECK(!words.empty(), "a statement of nothing");
  for (const Word& word : words) check_word(word, rewritten, sql);
  for (std::size_t byte = 0; byte < sql.size(); byte += 1 + sql.size() / 64)
    FUZZ_CHECK(rewritten.text.place_of(byte) <= input.size(), "a place behind the query");
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
