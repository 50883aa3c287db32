# `cmake --install build/release --prefix PREFIX`. assay looks for its runner beside itself, and for
# exercises/ and rubrics/ in share/assay beside its own folder.
include(GNUInstallDirs)
install(TARGETS assay assay-runner RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY exercises DESTINATION ${CMAKE_INSTALL_DATADIR}/assay
        PATTERN __pycache__ EXCLUDE)
install(DIRECTORY rubrics/definitions DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/rubrics)
# For editors: the schemas refer to one another by these paths.
foreach(folder harness/plan mock_warehouse rubrics)
  install(DIRECTORY ${folder}/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/assay/${folder})
endforeach()
