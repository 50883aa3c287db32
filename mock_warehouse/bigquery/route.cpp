#include "mock_warehouse/bigquery/route.h"

#include <algorithm>
#include <array>

#include "harness/base/assert.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse::bigquery {
namespace {

struct Pattern {
  Method method;
  std::string_view name;
  std::string_view http;
  std::string_view path;  ///< "{x}" stands for one segment
};
constexpr std::array kPatterns = {
    Pattern{Method::kJobsQuery, "bigquery.jobs.query", "POST", "projects/{project}/queries"},
    Pattern{Method::kJobsGetQueryResults, "bigquery.jobs.getQueryResults", "GET",
            "projects/{project}/queries/{job}"},
    Pattern{Method::kJobsInsert, "bigquery.jobs.insert", "POST", "projects/{project}/jobs"},
    Pattern{Method::kJobsGet, "bigquery.jobs.get", "GET", "projects/{project}/jobs/{job}"},
    Pattern{Method::kJobsList, "bigquery.jobs.list", "GET", "projects/{project}/jobs"},
    Pattern{Method::kJobsCancel, "bigquery.jobs.cancel", "POST",
            "projects/{project}/jobs/{job}/cancel"},
    Pattern{Method::kJobsDelete, "bigquery.jobs.delete", "DELETE",
            "projects/{project}/jobs/{job}/delete"},
    Pattern{Method::kDatasetsGet, "bigquery.datasets.get", "GET",
            "projects/{project}/datasets/{dataset}"},
    Pattern{Method::kDatasetsList, "bigquery.datasets.list", "GET", "projects/{project}/datasets"},
    Pattern{Method::kTablesGet, "bigquery.tables.get", "GET",
            "projects/{project}/datasets/{dataset}/tables/{table}"},
    Pattern{Method::kTablesList, "bigquery.tables.list", "GET",
            "projects/{project}/datasets/{dataset}/tables"},
    Pattern{Method::kTabledataList, "bigquery.tabledata.list", "GET",
            "projects/{project}/datasets/{dataset}/tables/{table}/data"},
    Pattern{Method::kProjectsList, "bigquery.projects.list", "GET", "projects"}};

/// What the service has besides, on paths of their own.
constexpr std::array kMissing = {
    std::string_view("projects/{project}/serviceAccount"),
    std::string_view("projects/{project}/datasets/{dataset}/models"),
    std::string_view("projects/{project}/datasets/{dataset}/models/{id}"),
    std::string_view("projects/{project}/datasets/{dataset}/routines"),
    std::string_view("projects/{project}/datasets/{dataset}/routines/{id}"),
    std::string_view("projects/{project}/datasets/{dataset}/tables/{table}/insertAll"),
    std::string_view("projects/{project}/datasets/{dataset}/tables/{table}/rowAccessPolicies"),
    std::string_view(
        "projects/{project}/datasets/{dataset}/tables/{table}/rowAccessPolicies/{id}")};

constexpr auto kNames = [] {
  std::array<std::string_view, kPatterns.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kPatterns[i].name;
  return names;
}();

/// Fills in what the pattern's segments in braces stand for.
bool fits(std::string_view pattern, std::span<const std::string> path, Route& route) {
  for (const std::string& segment : path) {
    if (pattern.empty() || segment.empty()) return false;
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(wanted.size() + 1, pattern.size()));
    if (wanted == "{project}") {
      route.project = segment;
    } else if (wanted == "{dataset}") {
      route.dataset = segment;
    } else if (wanted == "{job}") {
      route.job = segment;
    } else if (wanted == "{table}") {
      const std::size_t dollar = segment.find('$');
      route.table = segment.substr(0, dollar);
      route.decorator = dollar == std::string::npos ? "" : segment.substr(dollar + 1);
    } else if (wanted != "{id}" && wanted != segment) {
      return false;
    }
  }
  return pattern.empty();
}

}  // namespace

std::string_view to_string(Method method) {
  const auto found = std::ranges::find(kPatterns, method, &Pattern::method);
  return found == kPatterns.end() ? "unknown" : found->name;
}

std::span<const std::string_view> served_methods() { return kNames; }

std::optional<Route> read_route(std::string_view http_method, std::span<const std::string> path) {
  const bool upload = path.size() >= 3 && path[0] == "upload" && path[1] == "bigquery";
  if (upload) path = path.subspan(1);
  const bool based = path.size() >= 2 && path[0] == "bigquery" && path[1] == "v2";
  if (based) path = path.subspan(2);
  if (upload) return Route{.method = Method::kNotImplemented};
  std::optional<Route> other;
  for (const Pattern& pattern : kPatterns) {
    Route route;
    if (!fits(pattern.path, path, route)) continue;
    const bool called =
        http_method == pattern.http || (http_method == "HEAD" && pattern.http == "GET");
    route.method = called ? pattern.method : Method::kNotImplemented;
    if (called) return route;
    other = std::move(route);
  }
  if (other) return other;
  for (const std::string_view pattern : kMissing) {
    Route route;
    if (!fits(pattern, path, route)) continue;
    route.method = Method::kNotImplemented;
    return route;
  }
  if (based || (!path.empty() && path[0] == "projects")) return Route{};
  return std::nullopt;
}

std::string date_of_decorator(std::string_view decorator) {
  if (decorator.size() != 8) return "";
  std::string date(decorator);
  date.insert(6, "-").insert(4, "-");
  return is_iso_date(date) ? date : "";
}

}  // namespace assay::warehouse::bigquery
