#include "mock_warehouse/sql/engine/type_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/json.h"
#include "mock_warehouse/sql/engine/handles.h"
#include "mock_warehouse/sql/engine/row_function.h"
#include "mock_warehouse/sql/engine/values.h"

namespace assay::warehouse::sql {
namespace {

constexpr const char* kCall = "google_operands";
/// How a refusal begins: "… OPERATOR|place|flags|types".
constexpr std::string_view kMismatch = "mismatched operands: ";
constexpr std::size_t kMaxText = 256 << 10;
constexpr int kMaxDepth = 400;
constexpr int kMaxUnions = 16;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kComparisons = {
    {{"COMPARE_EQUAL", "="},
     {"COMPARE_NOTEQUAL", "!="},
     {"COMPARE_LESSTHAN", "<"},
     {"COMPARE_GREATERTHAN", ">"},
     {"COMPARE_LESSTHANOREQUALTO", "<="},
     {"COMPARE_GREATERTHANOREQUALTO", ">="}}};

/// Types of one letter compare with each other.
char family_of(std::string_view type) {
  if (type == "INT64" || type == "FLOAT64" || type == "NUMERIC") return 'n';
  if (type == "STRING" || type == "BYTES") return 's';
  if (type == "DATE" || type == "DATETIME") return 'd';
  if (type == "TIMESTAMP") return 't';
  if (type == "TIME") return 'o';
  if (type == "BOOL") return 'b';
  return '?';  // not looked at
}

struct Operand {
  std::string type;
  bool null = false;
  bool text_literal = false;
};

bool fit(const Operand& a, const Operand& b) {
  const char left = family_of(a.type);
  const char right = family_of(b.type);
  if (a.null || b.null || left == '?' || right == '?' || left == right) return true;
  const auto of_time = [](char family) { return family == 'd' || family == 't' || family == 'o'; };
  return (a.text_literal && of_time(right)) || (b.text_literal && of_time(left));
}

bool all_fit(std::string_view name, const std::vector<Operand>& operands) {
  const bool condition = name == "WHERE" || name == "HAVING" || name == "QUALIFY";
  const bool of_bools =
      condition || name == "AND" || name == "OR" || name == "NOT" || name == "WHEN";
  if (of_bools)
    return std::ranges::all_of(
        operands, [](const Operand& each) { return each.null || each.type == "BOOL"; });
  const bool one_of = name == "CASE" || name == "COALESCE";
  for (std::size_t i = 0; i < operands.size(); ++i)
    for (std::size_t k = i + 1; k < operands.size(); ++k)
      // The list of an IN is compared with what stands before it, and not with itself.
      if ((i == 0 || one_of) && !fit(operands[i], operands[k])) return false;
  return true;
}

void look_at(duckdb_bind_info info) {
  const std::string about = constant_argument(info, 0);
  const std::string flags = about.substr(about.rfind('|') + 1);
  std::vector<Operand> operands;
  std::string types;
  for (idx_t i = 1; i < duckdb_scalar_function_bind_get_argument_count(info); ++i) {
    const Expression argument(duckdb_scalar_function_bind_get_argument(info, i));
    const LogicalType type(duckdb_expression_return_type(argument.get()));
    const bool null = duckdb_get_type_id(type.get()) == DUCKDB_TYPE_SQLNULL;
    operands.push_back({google_type(type.get()), null, i <= flags.size() && flags[i - 1] == 's'});
    types += (types.empty() ? "" : ", ") + operands.back().type;
  }
  if (all_fit(about.substr(0, about.find('|')), operands)) return;
  const std::string message = std::string(kMismatch) + about + "|" + types;
  duckdb_scalar_function_bind_set_error(info, message.c_str());
}

void never_runs(duckdb_function_info info, duckdb_data_chunk, duckdb_vector) {
  duckdb_scalar_function_set_error(info, "a check of types does not run");
}

/// What stands there if it is a text, else the empty one.
std::string text_at(const Json& node, const char* name) {
  const auto found = node.find(name);
  return found != node.end() && found->is_string() ? found->get<std::string>() : "";
}

Json constant(const std::string& text) {
  return {{"class", "CONSTANT"},
          {"type", "VALUE_CONSTANT"},
          {"alias", ""},
          {"query_location", 0},
          {"value",
           {{"type", {{"id", "VARCHAR"}, {"type_info", nullptr}}},
            {"is_null", false},
            {"value", text}}}};
}

bool is_text_literal(const Json& node) {
  const std::string kind = text_at(node, "class");
  if (kind == "CAST" && node.contains("child")) return is_text_literal(node.at("child"));
  return kind == "CONSTANT" && !node.at("value").value("is_null", true) &&
         text_at(node.at("value").at("type"), "id") == "VARCHAR";
}

Json call(std::string_view name, const Json& place, const std::vector<Json>& operands) {
  std::string about = std::string(name) + "|" + dump_json(place) + "|";
  for (const Json& operand : operands)
    about += is_text_literal(operand) && (text_at(operand, "class") != "CAST" ||
                                          text_at(operand.at("cast_type"), "id") == "VARCHAR")
                 ? 's'
                 : '-';
  Json arguments = Json::array({constant(about)});
  for (const Json& operand : operands) arguments.push_back(operand);
  return {{"class", "FUNCTION"},
          {"type", "FUNCTION"},
          {"alias", ""},
          {"query_location", place},
          {"function_name", kCall},
          {"schema", ""},
          {"children", std::move(arguments)},
          {"filter", nullptr},
          {"order_bys", {{"type", "ORDER_MODIFIER"}, {"orders", Json::array()}}},
          {"distinct", false},
          {"is_operator", false},
          {"export_state", false},
          {"catalog", ""}};
}

class Marker {
 public:
  /// Puts calls in place of operators, innermost first.
  void mark(Json& node) {
    if (node.is_array())
      for (Json& item : node) mark(item);
    if (!node.is_object()) return;
    // Its branches are written twice, so not those of cases within cases.
    const bool plain_case = text_at(node, "class") == "CASE" && !has_case_within(node);
    const bool plain_choice = text_at(node, "type") == "OPERATOR_COALESCE" && is_plain_choice(node);
    for (auto& [name, child] : node.items()) mark(child);
    mark_operator(node);
    if (plain_case) mark_case(node);
    if (text_at(node, "class") == "CASE") mark_conditions(node);
    if (plain_choice) mark_choice(node);
    mark_condition(node, "where_clause", "WHERE");
    mark_condition(node, "having", "HAVING");
    mark_condition(node, "qualify", "QUALIFY");
  }

 private:
  static bool has_case_within(const Json& node) {
    const std::string text = dump_json(node);
    return text.find("\"CASE_EXPR\"") != text.rfind("\"CASE_EXPR\"");
  }

  static bool is_plain_choice(const Json& node) {
    const std::string text = dump_json(node);
    return text.find("\"CASE_EXPR\"") == std::string::npos &&
           text.find("\"OPERATOR_COALESCE\"") == text.rfind("\"OPERATOR_COALESCE\"");
  }

  static void mark_operator(Json& node) {
    const std::string kind = text_at(node, "class");
    const std::string type = kind.empty() ? "" : text_at(node, "type");
    const Json place = node.value("query_location", Json());
    const Json alias = node.value("alias", Json());
    if (kind == "COMPARISON") {
      const auto found =
          std::ranges::find_if(kComparisons, [&](const auto& pair) { return pair.first == type; });
      if (found == kComparisons.end()) return;
      node = call(found->second, place, {node.at("left"), node.at("right")});
    } else if (kind == "BETWEEN") {
      node = call("BETWEEN", place, {node.at("input"), node.at("lower"), node.at("upper")});
    } else if (type == "COMPARE_IN" || type == "COMPARE_NOT_IN") {
      node = call("IN", place, node.at("children").get<std::vector<Json>>());
    } else if (type == "OPERATOR_NOT") {
      node = call("NOT", place, node.at("children").get<std::vector<Json>>());
    } else if (kind == "CONJUNCTION") {
      node = call(type == "CONJUNCTION_AND" ? "AND" : "OR", place,
                  node.at("children").get<std::vector<Json>>());
    } else {
      return;
    }
    node["alias"] = alias;
  }

  static void mark_case(Json& node) {
    std::vector<Json> branches;
    for (const Json& check : node.at("case_checks")) branches.push_back(check.at("then_expr"));
    branches.push_back(node.at("else_expr"));
    Json when = call("CASE", node.at("query_location"), branches);
    Json& checks = node.at("case_checks");
    Json first = {{"when_expr", std::move(when)}, {"then_expr", branches[0]}};
    checks.insert(checks.begin(), std::move(first));
  }

  static void mark_conditions(Json& node) {
    for (Json& check : node.at("case_checks")) {
      Json& when = check.at("when_expr");
      if (text_at(when, "function_name") != kCall)
        when = call("WHEN", node.at("query_location"), {when});
    }
  }

  /// One of its values is looked at beside the others, in a CASE that is of the type of that value.
  static void mark_choice(Json& node) {
    Json& values = node.at("children");
    const auto typed =
        std::ranges::find_if(values, [](const Json& value) { return !is_text_literal(value); });
    if (typed == values.end() || values.size() < 2) return;
    const Json& place = node.at("query_location");
    Json when = call("COALESCE", place, values.get<std::vector<Json>>());
    Json checks = Json::array();
    checks.push_back({{"when_expr", std::move(when)}, {"then_expr", *typed}});
    *typed = {{"class", "CASE"},         {"type", "CASE_EXPR"},   {"alias", ""},
              {"query_location", place}, {"case_checks", checks}, {"else_expr", *typed}};
  }

  static void mark_condition(Json& node, const char* clause, std::string_view name) {
    if (!node.contains(clause) || !node.at(clause).is_object()) return;
    Json& condition = node.at(clause);
    if (!condition.contains("query_location")) return;
    condition = call(name, condition.at("query_location"), {condition});
  }
};

class Checker {
 public:
  Checker(duckdb_connection connection, const Query& query, const Rewritten& rewritten)
      : connection_(connection), query_(query), rewritten_(rewritten) {}

  std::optional<QueryError> run() {
    const std::string& text = rewritten_.text.text();
    if (text.size() > kMaxText) return std::nullopt;
    const auto serialized = ask("SELECT json_serialize_sql(CAST($1 AS VARCHAR))", text);
    std::optional<Json> tree = serialized ? read(*serialized) : std::nullopt;
    if (!tree || !tree->contains("statements") || tree->at("statements").size() != 1)
      return std::nullopt;
    Json& statement = tree->at("statements").at(0).at("node");
    std::vector<Json> unions;
    find_unions(statement, Json::array(), unions);
    for (const Json& each : unions)
      if (auto error = check_union(*tree, each)) return error;
    Marker().mark(statement);
    return prepare(*tree, nullptr);
  }

 private:
  static std::optional<Json> read(const std::string& text) {
    const auto bounded = [](int depth, Json::parse_event_t, const Json&) {
      if (depth > kMaxDepth) throw std::length_error("too deep");
      return true;
    };
    try {
      return Json::parse(text, bounded);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  /// One text for another.
  std::optional<std::string> ask(const char* sql, const std::string& text) const {
    Prepared statement;
    EngineResult result;
    if (duckdb_prepare(connection_, sql, statement.out()) != DuckDBSuccess ||
        duckdb_bind_varchar_length(statement.get(), 1, text.data(), text.size()) != DuckDBSuccess ||
        duckdb_execute_prepared(statement.get(), result.get()) != DuckDBSuccess)
      return std::nullopt;
    const Chunk chunk(duckdb_fetch_chunk(*result.get()));
    if (chunk.get() == nullptr || duckdb_data_chunk_get_size(chunk.get()) != 1) return std::nullopt;
    const ArgumentColumn<std::string_view> column(chunk.get(), 0);
    if (column.is_null(0)) return std::nullopt;
    return std::string(column[0]);
  }

  /// Binds a tree; the refusal of one of the calls in it. Tells the types of its columns.
  std::optional<QueryError> prepare(const Json& tree, std::vector<std::string>* types) const {
    const auto text = ask("SELECT json_deserialize_sql(CAST($1 AS JSON))", dump_json(tree));
    Prepared statement;
    if (!text) return std::nullopt;
    if (duckdb_prepare(connection_, text->c_str(), statement.out()) != DuckDBSuccess) {
      const char* said = duckdb_prepare_error(statement.get());
      return refusal(said == nullptr ? "" : said);
    }
    const idx_t columns = duckdb_prepared_statement_column_count(statement.get());
    for (idx_t i = 0; types != nullptr && i < columns; ++i) {
      const LogicalType type(duckdb_prepared_statement_column_logical_type(statement.get(), i));
      const bool null = duckdb_get_type_id(type.get()) == DUCKDB_TYPE_SQLNULL;
      types->push_back(null ? "" : google_type(type.get()));
    }
    return std::nullopt;
  }

  /// UNION and its like, each with all WITH around it.
  static void find_unions(const Json& node, const Json& around, std::vector<Json>& unions) {
    if (node.is_array())
      for (const Json& item : node) find_unions(item, around, unions);
    if (!node.is_object()) return;
    const Json* own = find_in(node, "/cte_map/map");
    if (own != nullptr && own->empty()) own = nullptr;
    Json both;
    if (own != nullptr) {
      both = around;
      for (const Json& item : *own) both.push_back(item);
    }
    const Json& with = own != nullptr ? both : around;
    if (text_at(node, "type") == "SET_OPERATION_NODE" && unions.size() < kMaxUnions) {
      unions.push_back(node);
      unions.back()["cte_map"]["map"] = with;
    }
    for (const auto& [name, child] : node.items()) find_unions(child, with, unions);
  }

  std::optional<QueryError> check_union(const Json& tree, const Json& node) const {
    std::array<std::vector<std::string>, 2> types;
    for (const auto& [name, side] : {std::pair("left", &types[0]), std::pair("right", &types[1])}) {
      Json alone = tree;
      Json& statement = alone.at("statements").at(0).at("node");
      statement = node.value(name, Json());
      if (!statement.is_object()) return std::nullopt;
      Json with = node.at("cte_map").at("map");
      for (const Json& item : statement.at("cte_map").at("map")) with.push_back(item);
      statement["cte_map"]["map"] = with;
      (void)prepare(alone, side);
    }
    if (types[0].size() != types[1].size()) return std::nullopt;
    for (std::size_t i = 0; i < types[0].size(); ++i) {
      const auto& [left, right] = std::pair(types[0][i], types[1][i]);
      if (left.empty() || right.empty() || fit({left}, {right})) continue;
      const bool all = node.value("setop_all", false);
      return QueryError{"invalidQuery", "Column " + std::to_string(i + 1) + " in " +
                                            node.value("setop_type", "UNION") +
                                            (all ? " ALL" : " DISTINCT") +
                                            " has incompatible types: " + left + ", " + right};
    }
    return std::nullopt;
  }

  std::optional<QueryError> refusal(const std::string& said) const {
    const std::size_t begin = said.find(kMismatch);
    if (begin == std::string::npos) return std::nullopt;
    std::vector<std::string> parts(1);
    for (const char c : said.substr(begin + kMismatch.size())) {
      if (c == '"') break;
      if (c == '|' && parts.size() < 4) {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    if (parts.size() != 4) return std::nullopt;
    std::size_t byte = 0;
    std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), byte);
    const std::size_t place = rewritten_.text.place_of(byte);
    if (parts[0] == "WHERE" || parts[0] == "HAVING" || parts[0] == "QUALIFY")
      return invalid_query(query_.sql, place,
                           parts[0] + " clause should return type BOOL, but returns " + parts[3]);
    if (parts[0] == "WHEN") parts[0] = "CASE";
    if (parts[0] == "COALESCE") return no_choice(parts[3]);
    if (parts[0] != "CASE" || parts[3].find(',') == std::string::npos)
      return invalid_query(
          query_.sql, place,
          "No matching signature for operator " + parts[0] + " for argument types: " + parts[3]);
    const auto written = std::ranges::find(rewritten_.tokens, place, &Token::place);
    const bool is_if = written != rewritten_.tokens.end() && written->is("IF");
    return invalid_query(
        query_.sql, place,
        is_if ? "No matching signature for function IF for argument types: BOOL, " + parts[3]
              : "No matching signature for operator CASE for argument types: " + parts[3]);
  }

  /// The engine does not tell where it stands: the first of the query is told.
  QueryError no_choice(const std::string& types) const {
    const auto& tokens = rewritten_.tokens;
    const auto written = std::ranges::find_if(
        tokens, [](const Token& token) { return token.is("COALESCE") || token.is("IFNULL"); });
    const bool known = written != tokens.end();
    return invalid_query(query_.sql, known ? written->place : 0,
                         "No matching signature for function " +
                             (known ? written->text : std::string("COALESCE")) +
                             " for argument types: " + types);
  }

  duckdb_connection connection_;
  const Query& query_;
  const Rewritten& rewritten_;
};

}  // namespace

Status register_type_check(duckdb_connection connection) {
  const ScalarFunction function(duckdb_create_scalar_function());
  const LogicalType any(duckdb_create_logical_type(DUCKDB_TYPE_ANY));
  duckdb_scalar_function_set_name(function.get(), kCall);
  duckdb_scalar_function_set_varargs(function.get(), any.get());
  duckdb_scalar_function_set_return_type(function.get(), engine_type_of(true).get());
  duckdb_scalar_function_set_bind(function.get(), look_at);
  duckdb_scalar_function_set_function(function.get(), never_runs);
  duckdb_scalar_function_set_volatile(function.get());
  if (duckdb_register_scalar_function(connection, function.get()) != DuckDBSuccess)
    return environment_error("the SQL engine takes no check of types");
  return success();
}

std::optional<QueryError> refuse_types(duckdb_connection connection, const Query& query,
                                       const Rewritten& rewritten) {
  try {
    return Checker(connection, query, rewritten).run();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // the engine's tree is none that is known here
  }
}

}  // namespace assay::warehouse::sql
