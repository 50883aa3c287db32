#include "mock_warehouse/sql/engine/row_function.h"

#include "mock_warehouse/sql/engine/values.h"

namespace assay::warehouse::sql {

std::string constant_argument(duckdb_bind_info info, idx_t index) {
  const Expression argument(duckdb_scalar_function_bind_get_argument(info, index));
  ClientContext context;
  duckdb_scalar_function_get_client_context(info, context.out());
  Value value;
  const ErrorData error(duckdb_expression_fold(context.get(), argument.get(), value.out()));
  if (duckdb_error_data_has_error(error.get()) || value.get() == nullptr) return "";
  char* const text = duckdb_get_varchar(value.get());
  const std::string constant = text == nullptr ? "" : text;
  duckdb_free(text);
  return constant;
}

void refuse_at_bind(duckdb_bind_info info) {
  const Expression argument(duckdb_scalar_function_bind_get_argument(info, 1));
  const LogicalType type(duckdb_expression_return_type(argument.get()));
  const std::string message =
      kRefusedType + constant_argument(info, 0) + " " + google_type(type.get());
  duckdb_scalar_function_bind_set_error(info, message.c_str());
}

Status define(duckdb_connection connection, std::span<const char* const> statements) {
  for (const char* statement : statements) {
    EngineResult made;
    if (duckdb_query(connection, statement, made.get()) != DuckDBSuccess)
      return environment_error(std::string("the SQL engine refuses: ") + statement, made.error());
  }
  return success();
}

}  // namespace assay::warehouse::sql
