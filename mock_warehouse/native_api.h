#pragma once

// The warehouse's own API: which operation a request asks for, and what a world without faults
// answers.
//
//   GET  /v1/tables/{table}
//   GET  /v1/tables/{table}/partitions?from=&to=&page_size=&page_token=
//   GET  /v1/tables/{table}/partitions/{YYYY-MM-DD}
//   POST /v1/token                   where the world's auth has a refreshed_token
//   POST /v1/queries                 SQL (native_queries.h)
//   GET  /v1/queries/{id}
//
// Pure functions of world and request, but for queries, whose jobs the desk keeps. What is not
// below /v1 may be the BigQuery-compatible API's (bigquery/api.h), over the same world.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "mock_warehouse/bigquery/route.h"
#include "mock_warehouse/http.h"
#include "mock_warehouse/view.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

enum class Operation {
  kGetTable,
  kListPartitions,
  kGetPartition,
  kRefreshToken,
  kQuery,
  kGetQuery,
  kUnknown
};
std::string_view to_string(Operation);

/// A request as the API understands it.
struct ApiCall {
  Operation operation = Operation::kUnknown;
  std::optional<bigquery::Route> bigquery;  ///< what it asks the BigQuery-compatible API for
  std::string path;  ///< without query, decoded; empty where the target is no URL
  std::string table;
  std::string date;  ///< as it was asked for
  std::string query_id;
  std::map<std::string, std::string> query;
};

class QueryDesk;

ApiCall read_call(const HttpRequest& request);

/// What the call asks for, as the journal and scripts have it; of either API.
std::string_view operation_of(const ApiCall& call);

/// Whether the request bears that token.
bool bears_token(const HttpRequest& request, std::string_view token);

/// `desk` takes queries; null: there is nothing by that path.
Answer answer_call(const World& world, const HttpRequest& request, const ApiCall& call,
                   const View& view = {}, QueryDesk* desk = nullptr);

}  // namespace assay::warehouse
