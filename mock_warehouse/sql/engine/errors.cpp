#include "mock_warehouse/sql/engine/errors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "harness/base/ascii.h"
#include "harness/base/nearest_word.h"
#include "mock_warehouse/sql/engine/values.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::array<std::string_view, 18> kAggregates = {
    "SUM",        "AVG",      "MIN",        "MAX",       "COUNT",     "COUNT_IF",
    "BOOL_AND",   "BOOL_OR",  "STRING_AGG", "ARRAY_AGG", "ANY_VALUE", "STDDEV_SAMP",
    "STDDEV_POP", "VAR_SAMP", "VAR_POP",    "CORR",      "ARG_MAX",   "ARG_MIN"};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + before.size();
  const std::size_t end = text.find(after, from);
  return end == std::string::npos ? "" : text.substr(from, end - from);
}

/// "DATE, INTEGER_LITERAL" as the service has it; commas within brackets are no separators.
std::string google_types(const std::string& list) {
  std::string types;
  std::string one;
  int depth = 0;
  for (const char c : list + ",") {
    if (c == ',' && depth == 0) {
      one.erase(0, one.find_first_not_of(' ') == std::string::npos ? one.size()
                                                                   : one.find_first_not_of(' '));
      types += (types.empty() ? "" : ", ") + google_type(std::string_view(one));
      one.clear();
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    one += c;
  }
  return types;
}

bool is_literal(const Token& token) {
  return token.kind == Token::Kind::kString || token.kind == Token::Kind::kNumber ||
         token.kind == Token::Kind::kParameter || token.kind == Token::Kind::kPositional ||
         token.is("TRUE") || token.is("FALSE");
}

bool is_operator(const Token& token) {
  return token.kind == Token::Kind::kSymbol &&
         std::string_view("=<>!+-*/|").find(token.text[0]) != std::string_view::npos;
}

class Translator {
 public:
  Translator(const Json& said, const Query& query, const Rewritten& rewritten, std::size_t prefix)
      : said_(said),
        query_(query),
        rewritten_(rewritten),
        kind_(said.value("exception_type", "")),
        message_(said.value("exception_message", "")) {
    const std::string position = said.value("position", "");
    std::size_t byte = 0;
    const auto read = std::from_chars(position.data(), position.data() + position.size(), byte);
    if (!position.empty() && read.ec == std::errc() && byte >= prefix) {
      place_ = rewritten.text.place_of(byte - prefix);
      at_end_ = byte - prefix + 1 >= rewritten.text.text().size();
    }
  }

  QueryError translate() const {
    if (kind_ == "Out of Memory")
      return {"resourcesExceeded",
              "Resources exceeded during query execution: The query could not be executed in the "
              "allotted memory."};
    // Behind these the engine answers nothing more.
    if (kind_ == "INTERNAL" || kind_ == "FATAL") return {"internalError", first_line()};
    if (message_.starts_with("Lists larger than")) return too_much_work();
    // The parser's stack, and what its tree is walked with.
    if (message_.find("memory exhausted") != std::string::npos ||
        message_.find("expression depth limit") != std::string::npos)
      return too_complex();
    if (kind_ == "Parser") return syntax();
    if (kind_ == "Conversion") return conversion();
    if (kind_ == "Out of Range") return {"invalidQuery", out_of_range()};
    if (kind_ == "Invalid Input") return invalid_input();
    return binding();
  }

 private:
  QueryError at_place(const std::string& message) const {
    if (!place_) return {"invalidQuery", message};
    return invalid_query(query_.sql, *place_, message);
  }

  /// The index of the token at the place, or of the last.
  std::size_t token() const {
    const auto& tokens = rewritten_.tokens;
    const auto found = std::ranges::lower_bound(tokens, place_.value_or(0), {}, &Token::place);
    return std::min(static_cast<std::size_t>(found - tokens.begin()), tokens.size() - 1);
  }

  QueryError syntax() const {
    const auto& tokens = rewritten_.tokens;
    const bool end = at_end_ || message_.find("at end of input") != std::string::npos;
    const Token& wrong = end ? tokens.back() : tokens[token()];
    return invalid_query(
        query_.sql, wrong.place,
        "Syntax error: Unexpected " +
            (wrong.kind == Token::Kind::kEnd ? std::string("end of script") : describe(wrong)));
  }

  QueryError binding() const {
    const std::string name = said_.value("name", "");
    const std::string subtype = said_.value("error_subtype", "");
    if (message_.starts_with("Table \"") &&
        message_.find("does not have a column") != std::string::npos)
      return at_place("Name " + between(message_, "column named \"", "\"") + " not found inside " +
                      between(message_, "Table \"", "\""));
    if (message_.starts_with("Referenced table"))
      return at_place("Unrecognized name: " + between(message_, "table \"", "\""));
    if (subtype == "COLUMN_NOT_FOUND") return unrecognized(name);
    if (subtype == "NO_MATCHING_FUNCTION")
      return no_signature(name, between(said_.value("call", ""), "(", "\n"));
    if (message_.starts_with("Could not choose a best candidate")) {
      const std::string call = between(message_, "function call \"", "\"");
      return no_signature(call.substr(0, call.find('(')), call.substr(call.find('(') + 1));
    }
    if (message_.starts_with("Cannot compare values"))
      return no_operator(google_types(between(message_, "of type ", " and type ")),
                         google_types(between(message_ + " -", " and type ", " -")));
    if (message_.find("must appear in the GROUP BY") != std::string::npos)
      return at_place("SELECT list expression references column " +
                      between(message_, "column \"", "\"") +
                      " which is neither grouped nor aggregated");
    if (message_.starts_with("Ambiguous reference")) return ambiguous();
    if (message_.find("cannot contain aggregates") != std::string::npos)
      return at_place("Aggregate function " + upper(rewritten_.tokens[token()].text) +
                      " not allowed in " + message_.substr(0, message_.find(" clause")) +
                      " clause");
    if (message_.find("cannot contain window") != std::string::npos)
      return at_place("Analytic function not allowed in " +
                      message_.substr(0, message_.find(" clause")) + " clause");
    if (message_.find("same number of result columns") != std::string::npos)
      return at_place("Queries in a set operation have mismatched column count");
    if (subtype == "MISSING_ENTRY") return at_place("Function not found: " + name);
    return at_place(first_line());
  }

  QueryError unrecognized(const std::string& name) const {
    std::vector<std::string> candidates;
    std::string all = said_.value("candidates", "");
    for (std::size_t begin = 0; begin < all.size();) {
      const std::size_t end = std::min(all.find(',', begin), all.size());
      std::string one = all.substr(begin, end - begin);
      candidates.push_back(one.substr(one.rfind('.') + 1));
      begin = end + 1;
    }
    const std::string near = nearest_word(name, candidates);
    return at_place("Unrecognized name: " + name +
                    (near.empty() ? "" : "; Did you mean " + near + "?"));
  }

  QueryError ambiguous() const {
    const std::string name = between(message_, "column name \"", "\"");
    const auto& tokens = rewritten_.tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i)
      if (tokens[i].is_name() && lower_ascii(tokens[i].value) == lower_ascii(name) &&
          (i == 0 || !tokens[i - 1].is(".")) && !tokens[i + 1].is(".") &&
          (i == 0 || !tokens[i - 1].is("AS")))
        return invalid_query(query_.sql, tokens[i].place, "Column name " + name + " is ambiguous");
    return {"invalidQuery", "Column name " + name + " is ambiguous"};
  }

  QueryError no_signature(std::string name, std::string types) const {
    if (types.ends_with(")")) types.pop_back();
    if (types.empty()) types = between(message_ + "'", name + "(", ")'");
    types = google_types(types);
    if (name == "~~" || name == "like_escape") name = "LIKE";
    if (name == "!~~") name = "NOT LIKE";
    const Token& written = rewritten_.tokens[token()];
    const bool symbol =
        !std::isalpha(static_cast<unsigned char>(name[0])) || name.ends_with("LIKE");
    std::string kind = symbol ? "operator " : "function ";
    if (std::ranges::find(kAggregates, upper(name)) != kAggregates.end())
      kind = "aggregate function ";
    // The function's own name, where the engine has another for it.
    if (!symbol && written.kind == Token::Kind::kWord) name = written.text;
    return at_place("No matching signature for " + kind + upper(name) +
                    " for argument types: " + types);
  }

  QueryError no_operator(const std::string& left, const std::string& right) const {
    const auto& tokens = rewritten_.tokens;
    std::string name = "=";
    for (std::size_t i = token(); i < tokens.size(); ++i)
      if (is_operator(tokens[i]) || tokens[i].is("IN") || tokens[i].is("BETWEEN")) {
        name = tokens[i].text;
        break;
      }
    return at_place("No matching signature for operator " + name + " for argument types: " + left +
                    ", " + right);
  }

  /// A literal that does not fit what it stands beside, or a value that a cast cannot take.
  QueryError conversion() const {
    const std::string value = between(message_, "string '", "'").empty()
                                  ? between(message_, "\"", "\"")
                                  : between(message_, "string '", "'");
    std::string target = google_type(std::string_view(between(message_ + " ", "to ", " ")));
    if (message_.find("date field") != std::string::npos) target = "DATE";
    if (message_.find("timestamp field") != std::string::npos) target = "TIMESTAMP";
    if (message_.starts_with("Unimplemented type for cast"))
      target = google_type(std::string_view(between(message_, "-> ", ")")));
    if (message_.find("Could not parse string") != std::string::npos ||
        message_.find("according to format") != std::string::npos)
      return {"invalidQuery", "Failed to parse input string \"" + value + "\""};
    const std::size_t i = token();
    const Token& written = rewritten_.tokens[i];
    const bool in_cast =
        i > 0 &&
        (rewritten_.tokens[i - 1].is("(") || rewritten_.tokens[i - 1].kind == Token::Kind::kWord) &&
        !rewritten_.tokens[i - 1].is("AND") && !rewritten_.tokens[i - 1].is("OR") &&
        !rewritten_.tokens[i - 1].is("IN") && !rewritten_.tokens[i - 1].is("WHERE") &&
        !rewritten_.tokens[i - 1].is("BETWEEN") && !rewritten_.tokens[i - 1].is("ON");
    if (place_ && is_literal(written) && !in_cast) {
      const bool time = target == "DATE" || target == "TIMESTAMP" || target == "DATETIME";
      if (time && written.kind == Token::Kind::kString)
        return at_place("Could not cast literal \"" + written.value + "\" to type " + target);
      const std::string own = type_of(written);
      const bool right = i > 0 && (is_operator(rewritten_.tokens[i - 1]) ||
                                   !is_operator(rewritten_.tokens[i + 1]));
      return no_operator_at(right ? i - 1 : i + 1, right ? target : own, right ? own : target);
    }
    // The engine casts texts to what they are compared with; the service does not.
    if (place_ && i > 0 && written.is_name() && !written.is("CAST") && !written.is("SAFE_CAST") &&
        is_operator(rewritten_.tokens[i - 1]))
      return no_operator_at(i - 1, target, "STRING");
    if (target == "INT64") return at_place("Bad int64 value: " + value);
    if (target == "FLOAT64") return at_place("Bad double value: " + value);
    if (target == "BOOL") return at_place("Bad bool value: " + value);
    if (target == "DATE") return at_place("Invalid date: '" + value + "'");
    if (target == "TIMESTAMP" || target == "DATETIME")
      return at_place("Invalid " + lower_ascii(target) + ": '" + value + "'");
    return at_place("Could not cast \"" + value + "\" to type " + target);
  }

  QueryError no_operator_at(std::size_t i, const std::string& left,
                            const std::string& right) const {
    const Token& sign = rewritten_.tokens[i];
    const std::string name =
        is_operator(sign) || sign.is("IN") || sign.is("BETWEEN") || sign.is("LIKE") ? sign.text
                                                                                    : "=";
    return at_place("No matching signature for operator " + name + " for argument types: " + left +
                    ", " + right);
  }

  std::string type_of(const Token& token) const {
    if (token.kind == Token::Kind::kString) return "STRING";
    if (token.kind == Token::Kind::kNumber)
      return token.text.find_first_of(".eE") == std::string::npos ? "INT64" : "FLOAT64";
    if (token.is("TRUE") || token.is("FALSE")) return "BOOL";
    for (const Parameter& parameter : query_.parameters) {
      if (lower_ascii(parameter.name) != lower_ascii(token.value)) continue;
      if (!parameter.type.empty()) return parameter.type;
      if (parameter.value.is_string()) return "STRING";
      if (parameter.value.is_boolean()) return "BOOL";
      return parameter.value.is_number_float() ? "FLOAT64" : "INT64";
    }
    return "STRING";
  }

  std::string out_of_range() const {
    if (message_.find("Overflow in") == std::string::npos) return first_line();
    return "int64 overflow: " + first_line();
  }

  QueryError invalid_input() const {
    if (message_.starts_with("division by zero")) return {"invalidQuery", first_line()};
    if (message_.starts_with("More than one row"))
      return {"invalidQuery", "Scalar subquery produced more than one element"};
    if (message_.find("Could not parse string") != std::string::npos)
      return {"invalidQuery",
              "Failed to parse input string \"" + between(message_, "string \"", "\"") + "\""};
    return at_place(first_line());
  }

  std::string first_line() const { return message_.substr(0, message_.find('\n')); }

  const Json& said_;
  const Query& query_;
  const Rewritten& rewritten_;
  const std::string kind_;
  const std::string message_;
  std::optional<std::size_t> place_;
  bool at_end_ = false;
};

}  // namespace

QueryError service_error(const std::string& said, const Query& query, const Rewritten& rewritten,
                         std::size_t prefix) {
  // "Parser Error: {…}" as well as "{…}".
  const std::size_t brace = said.find('{');
  const auto json = brace == std::string::npos ? Result<Json>(input_error("no JSON"))
                                               : parse_json(std::string_view(said).substr(brace),
                                                            "the SQL engine's error");
  if (!json.ok() || !json->is_object()) return {"invalidQuery", said.substr(0, said.find('\n'))};
  if (json->value("exception_message", "").find("too many rows") != std::string::npos)
    return too_many_rows();
  return Translator(*json, query, rewritten, prefix).translate();
}

QueryError too_many_rows() {
  return {"resourcesExceeded",
          "Resources exceeded during query execution: the query reads more than " +
              std::to_string(kMaxRowsRead) + " rows."};
}

QueryError too_much_work() {
  return {"resourcesExceeded",
          "Query exceeded resource limits: the work of its joins, recursion and functions is too "
          "much for what it reads."};
}

QueryError too_complex() {
  return {"resourcesExceeded",
          "Resources exceeded during query execution: Not enough resources for query planning - "
          "too many subqueries or query is too complex."};
}

QueryError date_out_of_range() {
  return {"invalidQuery",
          "Date or timestamp overflow: the result is outside of 0001-01-01 to 9999-12-31"};
}

QueryError response_too_large() {
  return {"responseTooLarge",
          "Response too large to return. Consider a LIMIT, or an aggregate in the query."};
}

}  // namespace assay::warehouse::sql
