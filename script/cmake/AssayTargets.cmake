# The few shapes that the folders' CMakeLists.txt are written in.

# assay_library(NAME [GLOB pattern...] [LINK targets...])
# One static library from the sources of the current folder.
function(assay_library name)
  cmake_parse_arguments(ARG "" "" "GLOB;LINK" ${ARGN})
  if(NOT ARG_GLOB)
    set(ARG_GLOB *.cpp)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${ARG_GLOB})
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC assay_options ${ARG_LINK})
endfunction()

# assay_table(TARGET FOLDER folder HEADER header TYPE type NAMESPACE ns)
# An extension point: FOLDER/x.cpp defines `extern const TYPE k_x;` in NS, and TARGET gets a generated
# `std::span<const TYPE* const> NS::all_<folder>()` that lists them by file name. A symbol whose
# name is not its file's is a link error. HEADER must declare the function.
function(assay_table target)
  cmake_parse_arguments(ARG "" "FOLDER;HEADER;TYPE;NAMESPACE" "" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${ARG_FOLDER}/*.cpp)
  list(SORT sources)
  set(declarations "")
  set(entries "")
  foreach(source ${sources})
    get_filename_component(stem ${source} NAME_WE)
    string(APPEND declarations "extern const ${ARG_TYPE} k_${stem};\n")
    string(APPEND entries "    &k_${stem},\n")
  endforeach()
  get_filename_component(folder ${ARG_FOLDER} NAME)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${folder}_table.cpp)
  file(CONFIGURE OUTPUT ${file} CONTENT
"// Generated from the files in ${folder}/.
#include \"${ARG_HEADER}\"

#include <array>

namespace ${ARG_NAMESPACE} {
${declarations}
std::span<const ${ARG_TYPE}* const> all_${folder}() {
  static const auto kTable = std::to_array<const ${ARG_TYPE}*>({
${entries}  });
  return kTable;
}
}  // namespace ${ARG_NAMESPACE}
")
  target_sources(${target} PRIVATE ${sources} ${file})
endfunction()

# assay_embed(TARGET NAMESPACE ns FILES file...)
# Text files as `extern const std::string_view k_<file_name_with_underscores>` in <target>_embedded.h.
function(assay_embed target)
  cmake_parse_arguments(ARG "" "NAMESPACE" "FILES" ${ARGN})
  set(header "${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}_embedded.h")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}_embedded.cpp")
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${header} ${source}
    COMMAND /usr/bin/python3 ${PROJECT_SOURCE_DIR}/script/cmake/embed.py ${header} ${source}
            ${ARG_NAMESPACE} ${ARG_FILES}
    DEPENDS ${ARG_FILES} ${PROJECT_SOURCE_DIR}/script/cmake/embed.py
    VERBATIM)
  target_sources(${target} PRIVATE ${header} ${source})
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()

# assay_tests(NAME LABEL label [TIMEOUT seconds] [LINK targets...])
# One doctest executable from the sources of the current folder; one ctest entry, labelled.
function(assay_tests name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE assay_options assay_test_main doctest::doctest ${ARG_LINK})
  # Tests are compiled more often than they run: what they test is optimised, they are not.
  target_compile_options(${name} PRIVATE -O0)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
