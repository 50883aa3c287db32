#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {
namespace {

constexpr const char* kSource = "a message between assay and assay-sql";

Json view_json(const View& view) {
  Json json = Json::object();
  if (view.hidden) json["hidden"] = view.hidden->date;
  if (view.stale)
    json["stale"] = {{"date", view.stale->date},
                     {"rows_percent", view.stale->rows_percent},
                     {"age_ns", view.stale->age.count()}};
  return json;
}

View view_from(const Json& json) {
  View view;
  if (json.contains("hidden")) view.hidden = View::Hidden{json.at("hidden").get<std::string>()};
  if (json.contains("stale"))
    view.stale = View::Stale{json.at("stale").at("date").get<std::string>(),
                             json.at("stale").at("rows_percent").get<int>(),
                             Duration(json.at("stale").at("age_ns").get<std::int64_t>())};
  return view;
}

/// For `reading`. Whoever uses a result counts on it.
[[noreturn]] void throw_misfit() {
  throw nlohmann::json::other_error::create(501, "a row does not fit its schema", nullptr);
}

template <class Function>
auto reading(Function function) -> Result<decltype(function())> {
  try {
    return function();
  } catch (const nlohmann::json::exception& e) {
    return environment_error(std::string(kSource) + " is damaged: " + e.what());
  }
}

}  // namespace

Json to_json(const Query& query) {
  Json parameters = Json::array();
  for (const Parameter& parameter : query.parameters)
    parameters.push_back(
        {{"name", parameter.name}, {"type", parameter.type}, {"value", parameter.value}});
  return {{"sql", query.sql},
          {"parameters", std::move(parameters)},
          {"dry_run", query.dry_run},
          {"now", to_ns(query.now)},
          {"view", view_json(query.view)}};
}

Result<Query> query_from(const Json& json) {
  return reading([&] {
    Query query;
    query.sql = json.at("sql").get<std::string>();
    for (const Json& item : json.at("parameters"))
      query.parameters.push_back({item.at("name").get<std::string>(),
                                  item.at("type").get<std::string>(), item.at("value")});
    query.dry_run = json.at("dry_run").get<bool>();
    query.now = virtual_time_from_ns(json.at("now").get<std::int64_t>());
    query.view = view_from(json.at("view"));
    return query;
  });
}

Json to_json(const QueryOutcome& outcome) {
  if (const auto* error = std::get_if<QueryError>(&outcome))
    return {{"reason", error->reason}, {"message", error->message}};
  const auto& result = std::get<QueryResult>(outcome);
  Json schema = Json::array();
  for (const Field& field : result.schema)
    schema.push_back({{"name", field.name}, {"type", field.type}});
  return {{"schema", std::move(schema)},
          {"rows", result.rows},
          {"bytes_processed", result.bytes_processed},
          {"tables", result.tables}};
}

Result<QueryOutcome> outcome_from(const Json& json) {
  return reading([&]() -> QueryOutcome {
    if (json.contains("reason"))
      return QueryError{json.at("reason").get<std::string>(),
                        json.at("message").get<std::string>()};
    QueryResult result;
    for (const Json& field : json.at("schema"))
      result.schema.push_back(
          {field.at("name").get<std::string>(), field.at("type").get<std::string>()});
    result.rows = json.at("rows");
    if (!result.rows.is_array()) throw_misfit();
    for (const Json& row : result.rows)
      if (!row.is_array() || row.size() != result.schema.size()) throw_misfit();
    result.bytes_processed = json.at("bytes_processed").get<std::int64_t>();
    result.tables = json.at("tables").get<std::vector<std::string>>();
    return result;
  });
}

}  // namespace assay::warehouse::sql
