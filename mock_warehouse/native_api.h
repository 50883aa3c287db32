#pragma once

// The warehouse's own API: which operation a request asks for, and what a world without faults
// answers.
//
//   GET  /v1/tables/{table}
//   GET  /v1/tables/{table}/partitions?from=&to=&page_size=&page_token=
//   GET  /v1/tables/{table}/partitions/{YYYY-MM-DD}
//   POST /v1/token                   where the world's auth has a refreshed_token
//
// Pure functions of world and request. Another API over the same world is another pair of these.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mock_warehouse/http.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

enum class Operation { kGetTable, kListPartitions, kGetPartition, kRefreshToken, kUnknown };
std::string_view to_string(Operation);

/// A request as the API understands it.
struct ApiCall {
  Operation operation = Operation::kUnknown;
  std::string path;  ///< without query, decoded; empty where the target is no URL
  std::string table;
  std::string date;  ///< as it was asked for
  std::map<std::string, std::string> query;
};

ApiCall read_call(const HttpRequest& request);

/// Whether the request bears that token.
bool bears_token(const HttpRequest& request, std::string_view token);

/// Partitions that are not to be seen yet: one date, or all where `date` is empty.
struct Hidden {
  std::string date;
};

Answer answer_call(const World& world, const HttpRequest& request, const ApiCall& call,
                   const std::optional<Hidden>& hidden = std::nullopt);

}  // namespace assay::warehouse
