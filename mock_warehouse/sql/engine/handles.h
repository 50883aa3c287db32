#pragma once

// DuckDB's C handles as owners: each destroys what it holds. Not to be copied; one thread.

#include <duckdb.h>

#include <string>
#include <utility>

namespace assay::warehouse::sql {

/// Owns a C handle that `destroy` takes by its address.
template <class T, auto destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T handle) : handle_(handle) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, T{});
    }
    return *this;
  }

  T get() const { return handle_; }
  /// For functions that make one; what was held before is destroyed.
  T* out() {
    reset();
    return &handle_;
  }
  void reset() {
    if (handle_ != T{}) destroy(&handle_);
    handle_ = T{};
  }

 private:
  T handle_{};
};

using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Database = Handle<duckdb_database, duckdb_close>;
using Connection = Handle<duckdb_connection, duckdb_disconnect>;
using Prepared = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using Chunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using Expression = Handle<duckdb_expression, duckdb_destroy_expression>;
using ClientContext = Handle<duckdb_client_context, duckdb_destroy_client_context>;
using Value = Handle<duckdb_value, duckdb_destroy_value>;
using ErrorData = Handle<duckdb_error_data, duckdb_destroy_error_data>;
using ScalarFunction = Handle<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using ScalarFunctionSet = Handle<duckdb_scalar_function_set, duckdb_destroy_scalar_function_set>;
using AggregateFunction = Handle<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using AggregateFunctionSet =
    Handle<duckdb_aggregate_function_set, duckdb_destroy_aggregate_function_set>;
using TableFunction = Handle<duckdb_table_function, duckdb_destroy_table_function>;

/// A result, which is a struct and no pointer.
class EngineResult {
 public:
  EngineResult() = default;
  ~EngineResult() { duckdb_destroy_result(&result_); }
  EngineResult(const EngineResult&) = delete;
  EngineResult& operator=(const EngineResult&) = delete;
  duckdb_result* get() { return &result_; }
  std::string error() {
    const char* text = duckdb_result_error(&result_);
    return text == nullptr ? "" : text;
  }

 private:
  duckdb_result result_{};
};

}  // namespace assay::warehouse::sql
