#include "mock_warehouse/sql/engine/errors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "harness/base/ascii.h"
#include "harness/base/nearest_word.h"
#include "mock_warehouse/sql/engine/row_function.h"
#include "mock_warehouse/sql/engine/told.h"
#include "mock_warehouse/sql/engine/values.h"
#include "mock_warehouse/sql/functions.h"

namespace assay::warehouse::sql {
namespace {

constexpr std::array<std::string_view, 21> kAggregates = {
    "GOOGLE_SUM",  "GOOGLE_AVERAGE", "COUNTIF",  "SUM",     "AVG",        "MIN",       "MAX",
    "COUNT",       "COUNT_IF",       "BOOL_AND", "BOOL_OR", "STRING_AGG", "ARRAY_AGG", "ANY_VALUE",
    "STDDEV_SAMP", "STDDEV_POP",     "VAR_SAMP", "VAR_POP", "CORR",       "ARG_MAX",   "ARG_MIN"};

/// How the engine's messages about a pattern begin.
constexpr std::array<std::string_view, 12> kPatternErrors = {
    "missing )",      "missing ]",         "missing argument", "unexpected )",
    "invalid escape", "invalid character", "invalid perl",     "invalid repetition",
    "invalid named",  "bad repetition",    "no argument for",  "trailing \\"};

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
    if (message_.starts_with("window \""))
      return {"invalidQuery", "Unrecognized window alias " + between(message_, "\"", "\"")};
    if (!end && !place_) return {"invalidQuery", "Syntax error: " + first_line()};
    const Token& wrong = end ? tokens.back() : tokens[token()];
    return invalid_query(
        query_.sql, wrong.place,
        "Syntax error: Unexpected " +
            (wrong.kind == Token::Kind::kEnd ? std::string("end of script") : describe(wrong)));
  }

  QueryError binding() const {
    const std::string name = said_.value("name", "");
    const std::string subtype = said_.value("error_subtype", "");
    if (message_.find(kRefusedType) != std::string::npos) return refused_argument();
    if (subtype == "NO_MATCHING_FUNCTION" && name == "google_whole")
      return at_place("Interval value must be coercible to INT64 type");
    if (message_.find("aggregate function calls cannot be nested") != std::string::npos)
      return at_place("Aggregations of aggregations are not allowed");
    if (message_.find("term out of range") != std::string::npos)
      return at_place(
          message_.substr(0, message_.find(message_.starts_with("GROUP BY") ? " BY" : " term")) +
          " BY column number item is out of range. SELECT list has " +
          between(first_line() + "\n", " and ", "\n") + " columns");
    if (message_.find("\" does not have a column named \"") != std::string::npos)
      return at_place("Name " + between(message_, "column named \"", "\"") + " not found inside " +
                      between(message_, "\"", "\""));
    if (message_.starts_with("Referenced table"))
      return at_place("Unrecognized name: " + between(message_, "table \"", "\""));
    if (subtype == "COLUMN_NOT_FOUND") return unrecognized(name);
    if (subtype == "NO_MATCHING_FUNCTION")
      return no_signature(name, between(said_.value("call", ""), "(", "\n"));
    if (message_.starts_with("Could not choose a best candidate")) {
      const std::string call = told(first_line(), "function call \"", "\"").value_or("");
      return no_signature(call.substr(0, call.find('(')), call.substr(call.find('(') + 1));
    }
    if (subtype == "MISSING_ENTRY") {
      if (!needs_window(upper(name))) return at_place("Function not found: " + name);
      return at_place("Analytic function " + upper(name) +
                      " cannot be called without an OVER clause");
    }
    if (message_.starts_with("Ambiguous reference")) return ambiguous();
    if (auto error = types_apart()) return *std::move(error);
    if (auto error = structs()) return *std::move(error);
    return clause();
  }

  /// Values of types that have none in common.
  std::optional<QueryError> types_apart() const {
    const std::string line = first_line() + " -";
    if (line.starts_with("Cannot compare values")) {
      const bool list = line.find(" in IN/ANY/ALL") != std::string::npos;
      const std::string_view apart = list ? " and " : " and type ";
      return no_operator(google_types(between(line, "of type ", apart)),
                         google_types(between(line, apart, list ? " in IN/ANY/ALL" : " -")));
    }
    const auto common = [&](const std::string& what, std::string_view first,
                            std::string_view last) {
      return at_place(what + " must be coercible to a common type but found: " +
                      google_types(between(line, first, " and ")) + ", " +
                      google_types(between(line, " and ", last)));
    };
    if (line.starts_with("Cannot mix values of type ") &&
        line.find(" in BETWEEN") != std::string::npos)
      return no_operator(google_types(between(line, "of type ", " and ")),
                         google_types(between(line, " and ", " in ")));
    // Whose place the engine does not tell.
    const auto choice = std::ranges::find_if(rewritten_.tokens, [](const Token& token) {
      return token.is("COALESCE") || token.is("IFNULL");
    });
    if (line.starts_with("Cannot mix values of type ") && choice != rewritten_.tokens.end())
      return invalid_query(
          query_.sql, choice->place,
          "No matching signature for function " + choice->text +
              " for argument types: " + google_types(between(line, "of type ", " and ")) + ", " +
              google_types(between(line, " and ", " in ")));
    if (line.starts_with("Cannot mix values of type "))
      return common("All arguments of " + between(line, " in ", " "), "of type ", " in ");
    if (line.starts_with("Cannot combine types of ")) return common("Values", "types of ", " -");
    if (line.starts_with("Cannot concatenate lists of types "))
      return common("Lists", "of types ", " -");
    if (line.starts_with("Cannot deduce template type")) return elements_apart();
    return std::nullopt;
  }

  /// Elements of a list, which is what GREATEST and LEAST are to the engine as well.
  QueryError elements_apart() const {
    const std::string types = told(message_, "- '", "', which").value_or("");
    const std::string first = google_types(between(message_, "- '", "', from first"));
    const std::string other = google_types(types.substr(types.rfind('\'') + 1));
    const bool written = std::ranges::any_of(
        rewritten_.tokens, [](const Token& token) { return token.is("[") || token.is("ARRAY"); });
    if (!written)
      return at_place("Values must be coercible to a common type but found: " + first + ", " +
                      other);
    return at_place("Array elements of types {" + first + ", " + other +
                    "} do not have a common supertype");
  }

  /// Fields, and lists.
  std::optional<QueryError> structs() const {
    if (message_.starts_with("Could not find key"))
      return at_field(between(message_, "key \"", "\""), "Field name ",
                      " does not exist in STRUCT");
    if (message_.starts_with("Cannot extract field"))
      return at_field(between(message_, "field '", "'"), "Cannot access field ",
                      " on a value that is no STRUCT");
    if (message_.starts_with("UNNEST requires a single list") ||
        message_.starts_with("UNNEST() can only be applied to lists"))
      return at_place("Values referenced in UNNEST must be arrays");
    return std::nullopt;
  }

  /// At the first `.field` that is written.
  QueryError at_field(const std::string& field, const std::string& before,
                      const std::string& behind) const {
    const auto& tokens = rewritten_.tokens;
    for (std::size_t i = 1; i < tokens.size(); ++i)
      if (tokens[i].is_name() && tokens[i - 1].is(".") &&
          lower_ascii(tokens[i].value) == lower_ascii(field))
        return invalid_query(query_.sql, tokens[i].place, before + tokens[i].value + behind);
    return at_place(before + field + behind);
  }

  /// What may not stand where it does.
  QueryError clause() const {
    const auto in_clause = [&](const std::string& what) {
      return at_place(what + " not allowed in " + message_.substr(0, message_.find(" clause")) +
                      " clause");
    };
    if (message_.find("must appear in the GROUP BY") != std::string::npos) {
      const std::string quoted = between(message_, "column \"", "\"");
      return at_place("SELECT list expression references column " +
                      (quoted.empty() ? between(message_, "column ", " must") : quoted) +
                      " which is neither grouped nor aggregated");
    }
    if (message_.find("clause cannot contain aggregates") != std::string::npos)
      return in_clause(place_ ? "Aggregate function " + upper(rewritten_.tokens[token()].text)
                              : "Aggregate function");
    if (message_.find("clause cannot contain window") != std::string::npos)
      return in_clause("Analytic function");
    if (message_.find("same number of result columns") != std::string::npos)
      return at_place("Queries in a set operation have mismatched column count");
    if (message_.find("on left side of join") != std::string::npos ||
        message_.find("on right side of join") != std::string::npos)
      return at_place(
          "Column " + between(message_, "Column \"", "\"") + " in USING clause not found on " +
          (message_.find("left side") != std::string::npos ? "left" : "right") + " side of join");
    if (message_.starts_with("STAR expression"))
      return at_place("Argument * can only be used in COUNT(*)");
    if (message_.starts_with("at least one window function"))
      return at_place("The QUALIFY clause requires at least one analytic function to be present");
    if (message_.starts_with("Unknown TimeZone"))
      return {"invalidQuery", "Invalid time zone: " + between(message_, "'", "'")};
    return at_place(first_line());
  }

  /// "… NAME place TYPE"
  QueryError refused_argument() const {
    const std::string said =
        first_line().substr(message_.find(kRefusedType) + std::string_view(kRefusedType).size());
    const std::size_t name = said.find(' ');
    const std::size_t place = said.find(' ', name + 1);
    if (place == std::string::npos) return {"invalidQuery", first_line()};
    return invalid_query(query_.sql, std::strtoull(said.c_str() + name, nullptr, 10),
                         "No matching signature for function " + said.substr(0, name) +
                             " for argument types: " + said.substr(place + 1));
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
    types = types.empty() ? " with no arguments" : " for argument types: " + google_types(types);
    if (name == "~~" || name == "like_escape") name = "LIKE";
    if (name == "!~~") name = "NOT LIKE";
    if (name == "google_product") name = "*";
    if (name == "google_division") name = "/";
    const Token& written = rewritten_.tokens[token()];
    const bool symbol = name.empty() || !std::isalpha(static_cast<unsigned char>(name[0])) ||
                        name.ends_with("LIKE");
    std::string kind = symbol ? "operator " : "function ";
    if (std::ranges::find(kAggregates, upper(name)) != kAggregates.end())
      kind = "aggregate function ";
    // The function's own name, where the engine has another for it.
    if (!symbol && written.kind == Token::Kind::kWord) name = written.text;
    return at_place("No matching signature for " + kind + upper(name) + types);
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
    if (message_.find("Could not parse string") != std::string::npos ||
        message_.find("according to format") != std::string::npos)
      return invalid_input();
    if (message_.starts_with("Date out of range: "))
      return {"invalidQuery", "Input calculates to invalid date: " +
                                  first_line().substr(std::string("Date out of range: ").size())};
    if (message_.starts_with("Time out of range: "))
      return {"invalidQuery", "Input calculates to invalid time: " +
                                  first_line().substr(19, first_line().rfind(".0") - 19)};
    if (message_.starts_with("Timestamp microseconds out of range")) return date_out_of_range();
    if (message_.find("-> blob conversion") != std::string::npos ||
        message_.find("-> BLOB conversion") != std::string::npos)
      return at_place(
          "Unsupported: CAST AS BYTES of a text with a backslash or with characters "
          "beyond ASCII");
    const FailedCast failed = failed_cast_of(message_);
    if (failed.target.empty()) return at_place(first_line());
    if (auto error = operands(failed)) return *std::move(error);
    if (!failed.value)
      return at_place("Invalid cast from " + failed.source + " to " + failed.target);
    return cast(failed.target, *failed.value, failed.out_of_range);
  }

  /// What the engine casts because of what it stands beside. The service does not.
  std::optional<QueryError> operands(const FailedCast& failed) const {
    const std::string& target = failed.target;
    const std::size_t i = token();
    const Token& written = rewritten_.tokens[i];
    const bool is_cast = written.is("CAST") || written.is("SAFE_CAST");
    if (is_cast && !failed.value && !failed.source.empty())
      return at_place("Invalid cast from " + failed.source + " to " + target);
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
    if (place_ && i > 0 && written.is_name() && !written.is("CAST") && !written.is("SAFE_CAST") &&
        is_operator(rewritten_.tokens[i - 1]))
      return no_operator_at(i - 1, target, failed.source.empty() ? "STRING" : failed.source);
    return std::nullopt;
  }

  QueryError cast(const std::string& target, const std::string& value, bool out_of_range) const {
    const std::string name = target == "FLOAT64" ? "double" : lower_ascii(target);
    if (out_of_range) return at_place(name + " out of range: " + value);
    if (target == "INT64" || target == "FLOAT64" || target == "BOOL" || target == "NUMERIC")
      return at_place("Bad " + name + " value: " + value);
    if (target == "DATE") return at_place("Invalid date: '" + value + "'");
    if (target == "TIMESTAMP" || target == "DATETIME" || target == "TIME")
      return at_place("Invalid " + name + ": '" + value + "'");
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
    return "int64 overflow: " + told(first_line(), "(", ")").value_or(first_line());
  }

  QueryError invalid_input() const {
    if (message_.starts_with("division by zero")) return {"invalidQuery", first_line()};
    if (message_.starts_with("More than one row"))
      return {"invalidQuery", "Scalar subquery produced more than one element"};
    if (message_.find("Could not parse string") != std::string::npos)
      return {"invalidQuery", "Failed to parse input string \"" +
                                  told(first_line(), "string \"", "\" according to").value_or("") +
                                  "\""};
    for (const std::string_view wrong : kPatternErrors)
      if (message_.starts_with(wrong))
        return at_place("Cannot parse regular expression: " + first_line());
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

QueryError null_in_list(const std::string& field) {
  return {"invalidQuery", "Array cannot have a null element; error in writing field " + field};
}

QueryError response_too_large() {
  return {"responseTooLarge",
          "Response too large to return. Consider a LIMIT, or an aggregate in the query."};
}

}  // namespace assay::warehouse::sql
