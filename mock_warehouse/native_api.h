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

  /// Jobs that are over are told of as if they went on.
  struct Pending {
    std::string state;  ///< "PENDING" or "RUNNING"
  };
  /// The job that is asked for fails, and its answers look like success.
  struct JobFailure {
    std::string reason;
    std::string message;
  };

  std::optional<Hidden> hidden;
  std::optional<Stale> stale;
  Paging paging;
  std::optional<Pending> pending;
  std::optional<JobFailure> job_failure;
};

/// What is told of a partition or table, by whoever keeps the catalogue.
struct Told {
  std::int64_t rows = 0;
  std::string last_modified;
};
Told told_of(const Partition& partition, const View& view);

/// Whether the partition of that date is not to be seen through the view.
bool is_hidden(const View& view, std::string_view date);

/// `desk` takes queries; null: there is nothing by that path.
Answer answer_call(const World& world, const HttpRequest& request, const ApiCall& call,
                   const View& view = {}, QueryDesk* desk = nullptr);

}  // namespace assay::warehouse
