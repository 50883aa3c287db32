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

#include "harness/base/time.h"
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

/// Through which faults the world is seen: what a request finds otherwise than it is.
struct View {
  /// Partitions that are not to be seen yet: one date, or all where `date` is empty.
  struct Hidden {
    std::string date;
  };
  /// What is told of partitions is old: of one date, or of all where `date` is empty.
  struct Stale {
    std::string date;
    int rows_percent = 100;  ///< of the right number, rounded down
    Duration age{};          ///< so much earlier was the last change that is known
  };
  /// How listings are cut into pages.
  struct Paging {
    std::optional<int> size;     ///< whatever the request asks for
    bool drops_token = false;    ///< every page claims to be the last
    bool repeats_token = false;  ///< every page but the first names itself as the next
  };

  std::optional<Hidden> hidden;
  std::optional<Stale> stale;
  Paging paging;
};

Answer answer_call(const World& world, const HttpRequest& request, const ApiCall& call,
                   const View& view = {});

}  // namespace assay::warehouse
