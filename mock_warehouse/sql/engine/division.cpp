#include "mock_warehouse/sql/engine/division.h"

#include <array>
#include <charconv>
#include <string>

#include "mock_warehouse/sql/engine/handles.h"

namespace assay::warehouse::sql {
namespace {

constexpr const char* kName = "google_division";
/// As functions.cpp has it for DIV and MOD.
constexpr const char* kDivisorName = "google_divisor";
/// Each argument stands in it once: nested divisions would double what they hold otherwise.
constexpr const char* kOperator =
    "CREATE MACRO \"/\"(a, b) AS google_division(CAST(a AS DOUBLE), CAST(b AS DOUBLE))";

/// 1 as "1", not "1.0".
std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// One side of the division; the chunk, which is flat, must outlive it.
class Side {
 public:
  Side(duckdb_data_chunk chunk, idx_t column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    values_ = static_cast<const double*>(duckdb_vector_get_data(vector));
    validity_ = duckdb_vector_get_validity(vector);
  }
  bool is_null(idx_t row) const {
    return validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row);
  }
  double operator[](idx_t row) const { return values_[row]; }

 private:
  const double* values_;
  std::uint64_t* validity_;
};

void divide(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const Side left(input, 0);
  const Side right(input, 1);
  auto* quotients = static_cast<double*>(duckdb_vector_get_data(output));
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row) {
    if (left.is_null(row) || right.is_null(row)) {
      duckdb_vector_ensure_validity_writable(output);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
    } else if (right[row] == 0) {
      const std::string message =
          "division by zero: " + text_of(left[row]) + " / " + text_of(right[row]);
      return duckdb_scalar_function_set_error(info, message.c_str());
    } else {
      quotients[row] = left[row] / right[row];
    }
  }
}

bool is_zero(std::int64_t value) { return value == 0; }
bool is_zero(duckdb_hugeint value) { return value.lower == 0 && value.upper == 0; }

/// The argument, which must not be zero. A whole-number division by itself would give NULL.
template <class T>
void pass_divisor(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const duckdb_vector vector = duckdb_data_chunk_get_vector(input, 0);
  const auto* values = static_cast<const T*>(duckdb_vector_get_data(vector));
  std::uint64_t* const validity = duckdb_vector_get_validity(vector);
  auto* passed = static_cast<T*>(duckdb_vector_get_data(output));
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row) {
    if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
      duckdb_vector_ensure_validity_writable(output);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), row);
    } else if (is_zero(values[row])) {
      return duckdb_scalar_function_set_error(info, "division by zero");
    } else {
      passed[row] = values[row];
    }
  }
}

/// For whole numbers and NUMERIC, whose units are one of these as well.
bool register_divisor(duckdb_connection connection) {
  const ScalarFunctionSet set(duckdb_create_scalar_function_set(kDivisorName));
  const auto add = [&](duckdb_logical_type made, duckdb_scalar_function_t pass) {
    const LogicalType type(made);
    const ScalarFunction function(duckdb_create_scalar_function());
    duckdb_scalar_function_set_name(function.get(), kDivisorName);
    duckdb_scalar_function_add_parameter(function.get(), type.get());
    duckdb_scalar_function_set_return_type(function.get(), type.get());
    duckdb_scalar_function_set_function(function.get(), pass);
    return duckdb_add_scalar_function_to_set(set.get(), function.get()) == DuckDBSuccess;
  };
  return add(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT), pass_divisor<std::int64_t>) &&
         add(duckdb_create_logical_type(DUCKDB_TYPE_HUGEINT), pass_divisor<duckdb_hugeint>) &&
         add(duckdb_create_decimal_type(38, 9), pass_divisor<duckdb_hugeint>) &&
         duckdb_register_scalar_function_set(connection, set.get()) == DuckDBSuccess;
}

}  // namespace

Status register_division(duckdb_connection connection) {
  const ScalarFunction function(duckdb_create_scalar_function());
  const LogicalType real(duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE));
  duckdb_scalar_function_set_name(function.get(), kName);
  duckdb_scalar_function_add_parameter(function.get(), real.get());
  duckdb_scalar_function_add_parameter(function.get(), real.get());
  duckdb_scalar_function_set_return_type(function.get(), real.get());
  duckdb_scalar_function_set_function(function.get(), divide);
  EngineResult made;
  if (duckdb_register_scalar_function(connection, function.get()) != DuckDBSuccess ||
      duckdb_query(connection, kOperator, made.get()) != DuckDBSuccess)
    return environment_error("the SQL engine takes no division", made.error());
  if (!register_divisor(connection))
    return environment_error("the SQL engine takes no division of whole numbers");
  return success();
}

}  // namespace assay::warehouse::sql
