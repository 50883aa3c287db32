# `cmake --install build/release --prefix PREFIX`. assay looks for its runner and assay-sql beside
# itself, and for exercises/ and rubrics/ in share/assay beside its own folder.
include(GNUInstallDirs)
install(TARGETS assay assay-runner assay-sql RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(DuckDB_BUNDLED)
  install(FILES ${DuckDB_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR}/assay)
endif()
install(DIRECTORY exercises DESTINATION ${CMAKE_INSTALL_DATADIR}/assay
        PATTERN __pycache__ EXCLUDE)
install(DIRECTORY rubrics/definitions DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/rubrics)
# For editors: the schemas refer to one another by these paths.
foreach(folder harness/plan mock_warehouse rubrics)
  install(DIRECTORY ${folder}/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/${folder})
endforeach()
