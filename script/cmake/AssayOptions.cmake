# assay_options: what every target of ours is compiled with.
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM)
    # Paths below the source folder are hashed as relative ones: clones share what they compiled.
    set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                 ${CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  endif()
endif()

add_library(assay_options INTERFACE)
target_include_directories(assay_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(assay_options INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers
                       # GCC 12 warns of libstdc++'s own <variant>, <regex> (PR 105562) and <string>
                       # (PR 105651) when it optimises.
                       -Wno-maybe-uninitialized -Wno-restrict)
# For libFuzzer (tests/fuzz); the warnings above are GCC's.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(assay_options INTERFACE -Wno-unknown-warning-option)
endif()
# Messages and debug info name files from the root, wherever that lies.
cmake_path(RELATIVE_PATH PROJECT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_BINARY_DIR}
           OUTPUT_VARIABLE source_from_build)
target_compile_options(assay_options INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
                       -ffile-prefix-map=${source_from_build}/=)
target_compile_definitions(assay_options INTERFACE ASSAY_VERSION="${PROJECT_VERSION}")

# Debug builds are for working on Assay and for the sanitizers: small debug info links quickly.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
# Assertions of ours do not rest on NDEBUG; release keeps the standard library's cheap ones as well.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_C_FLAGS_RELEASE "-O2")

if(ASSAY_SANITIZE)
  target_compile_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT ASSAY_SANITIZE)
  target_link_options(assay_options INTERFACE -fuse-ld=mold)
endif()
