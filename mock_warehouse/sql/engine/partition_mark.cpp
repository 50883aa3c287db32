#include "mock_warehouse/sql/engine/partition_mark.h"

#include <string>

#include "mock_warehouse/sql/engine/handles.h"
#include "mock_warehouse/sql/source.h"

namespace assay::warehouse::sql {
namespace {

void pass(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  duckdb_vector_reference_vector(output, duckdb_data_chunk_get_vector(input, 0));
}

}  // namespace

Status register_partition_mark(duckdb_connection connection) {
  const std::string name(kPartitionMark);
  const ScalarFunctionSet set(duckdb_create_scalar_function_set(name.c_str()));
  for (const duckdb_type id :
       {DUCKDB_TYPE_DATE, DUCKDB_TYPE_TIMESTAMP, DUCKDB_TYPE_TIMESTAMP_TZ, DUCKDB_TYPE_VARCHAR}) {
    const LogicalType type(duckdb_create_logical_type(id));
    const ScalarFunction function(duckdb_create_scalar_function());
    duckdb_scalar_function_set_name(function.get(), name.c_str());
    duckdb_scalar_function_add_parameter(function.get(), type.get());
    duckdb_scalar_function_set_return_type(function.get(), type.get());
    duckdb_scalar_function_set_function(function.get(), pass);
    if (duckdb_add_scalar_function_to_set(set.get(), function.get()) != DuckDBSuccess)
      return environment_error("the SQL engine takes no mark of partitions");
  }
  if (duckdb_register_scalar_function_set(connection, set.get()) != DuckDBSuccess)
    return environment_error("the SQL engine takes no marks of partitions");
  return success();
}

}  // namespace assay::warehouse::sql
