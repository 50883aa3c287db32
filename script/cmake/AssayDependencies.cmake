# Every library that Assay is built from. All of them but DuckDB are Debian packages: script/setup
# installs them, and nothing is fetched while configuring.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem url)  # filesystem for Process; Beast is headers only
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)  # SHA-256
find_package(DuckDB REQUIRED)  # FindDuckDB.cmake: the system's, or what script/duckdb pins
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# Debian's own Python, even where another interpreter comes first on the path.
set(Python3_ROOT_DIR /usr)
set(Python3_EXECUTABLE /usr/bin/python3)
set(Python3_FIND_STRATEGY LOCATION)
set(Python3_FIND_VIRTUALENV STANDARD)
find_package(Python3 3.11 EXACT REQUIRED COMPONENTS Interpreter Development.Embed)

# libarchive and its decoders go into assay-runner itself, their symbols exported to nobody: libpython
# looks for zlib's among the runner's, and a box has no library that only the unpacking of archives
# needs.
add_library(assay_archive INTERFACE)
foreach(library archive nettle lzma zstd bz2 z)  # each before those that it needs
  find_library(ASSAY_STATIC_${library} lib${library}.a REQUIRED)
  target_link_libraries(assay_archive INTERFACE ${ASSAY_STATIC_${library}})
endforeach()
target_link_options(assay_archive INTERFACE LINKER:--exclude-libs=ALL LINKER:--wrap=nl_langinfo)
