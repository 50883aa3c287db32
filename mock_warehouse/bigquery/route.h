#pragma once

// Which method of BigQuery's REST API v2 a request calls.
//
// In: the HTTP method and the path's segments, decoded. Out: a Route, by the table of the methods
// that this warehouse has. Both bases are known: /bigquery/v2, and / itself, which is what clients
// use that were told of an emulator. Pure functions.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::warehouse::bigquery {

enum class Method {
  kJobsQuery,
  kJobsGetQueryResults,
  kJobsInsert,
  kJobsGet,
  kJobsList,
  kJobsCancel,
  kJobsDelete,
  kDatasetsGet,
  kDatasetsList,
  kTablesGet,
  kTablesList,
  kTabledataList,
  kProjectsList,
  kNotImplemented,  ///< the path is one of these, and the service has more methods than this one
  kUnknown,         ///< below /bigquery/v2, and no path of these
};
/// As the journal and fault scripts call it: "bigquery.jobs.query"; "unknown" for the last two.
std::string_view to_string(Method method);

/// Those that are served, as to_string calls them.
std::span<const std::string_view> served_methods();

struct Route {
  Method method = Method::kUnknown;
  std::string project;
  std::string dataset;
  std::string table;      ///< without its decorator
  std::string decorator;  ///< of "orders$20260313": "20260313"
  std::string job;
};

/// Nothing where the path is of another API.
std::optional<Route> read_route(std::string_view http_method, std::span<const std::string> path);

/// Of a partition's decorator, "2026-03-13"; empty where it is no day of the calendar.
std::string date_of_decorator(std::string_view decorator);

}  // namespace assay::warehouse::bigquery
