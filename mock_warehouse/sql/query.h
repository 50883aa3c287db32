#pragma once

// A query and its answer, whichever API it came by.
//
// Values, in JSON on the way to the process that runs them and back. Used from any one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/model/json.h"
#include "mock_warehouse/view.h"

namespace assay::warehouse::sql {

/// Bounds of one query. What goes beyond the last four is answered with resourcesExceeded or
/// responseTooLarge, what goes beyond the others with invalidQuery.
inline constexpr std::size_t kMaxSqlBytes = 256 << 10;
inline constexpr std::size_t kMaxParameters = 1'000;
inline constexpr std::size_t kMaxLiteralBytes = 4 << 20;   ///< of parameters, each time it is used
inline constexpr std::size_t kMaxTables = 200;             ///< named in it
inline constexpr std::size_t kMaxToldTables = 50;          ///< of those, told beside the result
inline constexpr std::size_t kMaxFieldName = 300;          ///< of a result, in bytes
inline constexpr std::size_t kMaxTypeNesting = 15;         ///< of a result
inline constexpr std::int64_t kMaxRowsRead = 100'000'000;  ///< of all tables
inline constexpr std::int64_t kMaxResultRows = 100'000;
/// As JSON, each row with the names of its columns.
inline constexpr std::size_t kMaxResultBytes = 8 << 20;
/// Steps that the engine may take, each of at most 50 chunks of 2,048 rows between two operators.
inline constexpr int kMaxSteps = 4'000;

struct Parameter {
  std::string name;  ///< empty: positional
  /// As in BigQuery: "INT64", "ARRAY<STRING>", "STRUCT<a INT64, b DATE>"; empty: the value's own.
  std::string type;
  /// Null, a boolean, a number, text, a list of these, or of a STRUCT an object by its fields.
  Json value;
};

struct Query {
  std::string sql;
  std::vector<Parameter> parameters;
  bool dry_run = false;
  VirtualTime now;  ///< what CURRENT_TIMESTAMP says
  View view;        ///< through which INFORMATION_SCHEMA is seen, and which partitions are there
};

struct Field {
  std::string name;
  std::string type;  ///< "INT64", "ARRAY<STRING>", …
};

struct QueryResult {
  std::vector<Field> schema;
  /// A list of lists: INT64 and BOOL as themselves, FLOAT64 as a number or "NaN", "Infinity",
  /// "-Infinity", BYTES in base64, all else as text in the form that CAST(… AS STRING) has, but for
  /// TIMESTAMP: "2026-03-13T02:10:00Z". Empty for a dry run.
  Json rows = Json::array();
  std::int64_t bytes_processed = 0;
  /// Of the world, that FROM names, each once; at most kMaxToldTables.
  std::vector<std::string> tables;
};

/// Why a query was refused, in the service's own words.
struct QueryError {
  /// "invalidQuery", "notFound", "accessDenied", "resourcesExceeded", "responseTooLarge",
  /// "quotaExceeded", "internalError"
  std::string reason;
  std::string message;
};

using QueryOutcome = std::variant<QueryResult, QueryError>;

Json to_json(const Query& query);
Result<Query> query_from(const Json& json);
Json to_json(const QueryOutcome& outcome);
Result<QueryOutcome> outcome_from(const Json& json);

/// Who runs queries over the world that it was made for. Used from one thread; one query at a time.
class Engine {
 public:
  virtual ~Engine() = default;
  /// An Error is a failure of the harness or host, never of the query.
  virtual Result<QueryOutcome> run(const Query& query) = 0;
};

}  // namespace assay::warehouse::sql
