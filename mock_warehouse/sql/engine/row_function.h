#pragma once

// Scalar functions of ours in DuckDB, each of them a function of one row's values.
//
// In: a function that takes a text for its error and a value for each argument, and gives the
// result or nothing for NULL. Out: a function of the engine, which is NULL where an argument is,
// and which several may share a name if they differ in their types. One thread.

#include <duckdb.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "harness/base/result.h"
#include "mock_warehouse/sql/engine/handles.h"

namespace assay::warehouse::sql {

/// Of NUMERIC, in billionths, as the engine has DECIMAL(38,9).
struct Numeric {
  __int128 units = 0;
};
struct Date {
  std::int32_t days = 0;
};
struct Datetime {
  std::int64_t micros = 0;
};
struct Timestamp {
  std::int64_t micros = 0;
};

inline LogicalType engine_type_of(std::int64_t) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
}
inline LogicalType engine_type_of(__int128) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_HUGEINT));
}
inline LogicalType engine_type_of(double) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE));
}
inline LogicalType engine_type_of(Numeric) {
  return LogicalType(duckdb_create_decimal_type(38, 9));
}
inline LogicalType engine_type_of(std::string_view) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
}
inline LogicalType engine_type_of(const std::string&) { return engine_type_of(std::string_view()); }
inline LogicalType engine_type_of(bool) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN));
}
inline LogicalType engine_type_of(duckdb_interval) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_INTERVAL));
}
inline LogicalType engine_type_of(Date) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_DATE));
}
inline LogicalType engine_type_of(Datetime) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP));
}
inline LogicalType engine_type_of(Timestamp) {
  return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP_TZ));
}

/// One argument in all rows; the chunk, which is flat, must outlive it.
template <class T>
class ArgumentColumn {
 public:
  ArgumentColumn(duckdb_data_chunk chunk, idx_t column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    data_ = duckdb_vector_get_data(vector);
    validity_ = duckdb_vector_get_validity(vector);
  }
  bool is_null(idx_t row) const {
    return validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row);
  }
  T operator[](idx_t row) const {
    if constexpr (std::is_same_v<T, std::string_view>) {
      duckdb_string_t& text = static_cast<duckdb_string_t*>(data_)[row];
      return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
    } else {
      // Values of 16 bytes stand as the engine has aligned them.
      T value;
      std::memcpy(&value, static_cast<const char*>(data_) + row * sizeof(T), sizeof(T));
      return value;
    }
  }

 private:
  void* data_;
  std::uint64_t* validity_;
};

template <class T>
void write_result(duckdb_vector output, idx_t row, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    duckdb_vector_assign_string_element_len(output, row, value.data(), value.size());
  } else {
    std::memcpy(static_cast<char*>(duckdb_vector_get_data(output)) + row * sizeof(T), &value,
                sizeof(T));
  }
}

inline void write_null(duckdb_vector output, idx_t row) {
  duckdb_vector_ensure_validity_writable(output);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
}

template <auto body>
struct RowFunction;

template <class Out, class... In, std::optional<Out> (*body)(std::string&, In...)>
struct RowFunction<body> {
  static ScalarFunction make(const char* name) {
    ScalarFunction function(duckdb_create_scalar_function());
    duckdb_scalar_function_set_name(function.get(), name);
    (duckdb_scalar_function_add_parameter(function.get(), engine_type_of(In{}).get()), ...);
    duckdb_scalar_function_set_return_type(function.get(), engine_type_of(Out{}).get());
    duckdb_scalar_function_set_function(function.get(), run);
    return function;
  }

 private:
  static void run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    rows(info, input, output, std::index_sequence_for<In...>());
  }

  template <std::size_t... index>
  static void rows(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output,
                   std::index_sequence<index...>) {
    const std::tuple<ArgumentColumn<In>...> columns(ArgumentColumn<In>(input, index)...);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row) {
      if ((std::get<index>(columns).is_null(row) || ...)) {
        write_null(output, row);
        continue;
      }
      std::string error;
      const std::optional<Out> value = body(error, std::get<index>(columns)[row]...);
      if (!error.empty()) return duckdb_scalar_function_set_error(info, error.c_str());
      if (value) {
        write_result(output, row, *value);
      } else {
        write_null(output, row);
      }
    }
  }
};

/// How a refusal of an argument begins: "… NAME place TYPE". Read by service_error().
inline constexpr const char* kRefusedType = "refused argument: ";
/// The text of an argument that is constant, while a function is bound.
std::string constant_argument(duckdb_bind_info info, idx_t index);
void refuse_at_bind(duckdb_bind_info info);
inline void refuse_in_run(duckdb_function_info info, duckdb_data_chunk, duckdb_vector) {
  duckdb_scalar_function_set_error(info, kRefusedType);
}

/// Functions of one name.
class FunctionSet {
 public:
  explicit FunctionSet(const char* name)
      : name_(name), set_(duckdb_create_scalar_function_set(name)) {}

  template <auto body>
  FunctionSet& add() {
    const ScalarFunction function = RowFunction<body>::make(name_);
    added_ =
        duckdb_add_scalar_function_to_set(set_.get(), function.get()) == DuckDBSuccess && added_;
    return *this;
  }

  /// Refuses a second argument of any other type, for what the first, a constant text, says.
  FunctionSet& refuse_others() {
    const ScalarFunction function(duckdb_create_scalar_function());
    const LogicalType any(duckdb_create_logical_type(DUCKDB_TYPE_ANY));
    const LogicalType text = engine_type_of(std::string_view());
    duckdb_scalar_function_set_name(function.get(), name_);
    duckdb_scalar_function_add_parameter(function.get(), text.get());
    duckdb_scalar_function_add_parameter(function.get(), any.get());
    duckdb_scalar_function_set_return_type(function.get(), text.get());
    duckdb_scalar_function_set_bind(function.get(), refuse_at_bind);
    duckdb_scalar_function_set_function(function.get(), refuse_in_run);
    added_ =
        duckdb_add_scalar_function_to_set(set_.get(), function.get()) == DuckDBSuccess && added_;
    return *this;
  }

  Status enter(duckdb_connection connection) const {
    if (!added_ || duckdb_register_scalar_function_set(connection, set_.get()) != DuckDBSuccess)
      return environment_error(std::string("the SQL engine takes no function ") + name_);
    return success();
  }

 private:
  const char* name_;
  ScalarFunctionSet set_;
  bool added_ = true;
};

/// SQL that defines something, at the opening.
Status define(duckdb_connection connection, std::span<const char* const> statements);

}  // namespace assay::warehouse::sql
