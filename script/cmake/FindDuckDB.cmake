# DuckDB::DuckDB: the system's library and header where both are there, else those that script/setup
# installed from the lockfile of script/duckdb. DuckDB_LIBRARY is the shared library itself, for an
# installation to bring along where it is not the system's (DuckDB_BUNDLED).
find_path(DuckDB_SYSTEM_INCLUDE duckdb.h PATHS /usr/local/include /usr/include NO_DEFAULT_PATH)
find_library(DuckDB_SYSTEM_LIBRARY duckdb)
if(DuckDB_SYSTEM_INCLUDE AND DuckDB_SYSTEM_LIBRARY)
  set(DuckDB_INCLUDE_DIR ${DuckDB_SYSTEM_INCLUDE})
  set(DuckDB_LIBRARY ${DuckDB_SYSTEM_LIBRARY})
  set(DuckDB_BUNDLED FALSE)
else()
  set(packages ${PROJECT_SOURCE_DIR}/script/duckdb/node_modules)
  find_path(DuckDB_PACKAGED_INCLUDE duckdb.h PATHS ${packages}/duckdb/src/duckdb/src/include
            NO_DEFAULT_PATH)
  find_library(DuckDB_PACKAGED_LIBRARY duckdb PATHS ${packages}/@duckdb/node-bindings-linux-x64
               NO_DEFAULT_PATH)
  set(DuckDB_INCLUDE_DIR ${DuckDB_PACKAGED_INCLUDE})
  set(DuckDB_LIBRARY ${DuckDB_PACKAGED_LIBRARY})
  set(DuckDB_BUNDLED TRUE)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
                                  REASON_FAILURE_MESSAGE "run script/setup, which installs it.")
if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  # The header alone: the folder that it lies in has hundreds of others.
  set(header_folder ${PROJECT_BINARY_DIR}/duckdb)
  configure_file(${DuckDB_INCLUDE_DIR}/duckdb.h ${header_folder}/duckdb.h COPYONLY)
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES IMPORTED_LOCATION ${DuckDB_LIBRARY}
                        INTERFACE_INCLUDE_DIRECTORIES ${header_folder})
endif()
