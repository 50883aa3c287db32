# Gives a runner the layout of its heap (sandboxes/runner/heap_layout.h), which it finds by running. In:
# RUNNER, its file; OBJCOPY. Without a layout a runner is slower, so where one cannot be found the build
# goes on with a warning. Profiles differ, and what goes by addresses in a case differs with them.
set(layout ${RUNNER}.layout)
# Addresses as they are where it serves, for some orders are those of addresses. Some containers refuse that, to
# both.
set(as_served setarch --addr-no-randomize)
execute_process(COMMAND ${as_served} true RESULT_VARIABLE refused ERROR_QUIET)
if(refused)
  set(as_served "")
endif()
execute_process(COMMAND ${as_served} ${RUNNER} --profile TIMEOUT 600
                OUTPUT_FILE ${layout} ERROR_VARIABLE said RESULT_VARIABLE failed)
if(NOT failed)
  execute_process(COMMAND ${OBJCOPY} --update-section .assay_layout=${layout} ${RUNNER} ${RUNNER}.laid
                  ERROR_VARIABLE said RESULT_VARIABLE failed)
endif()
if(failed)
  message(WARNING "assay-runner has no layout of its heap, so cases take longer (${failed}): ${said}")
else()
  file(RENAME ${RUNNER}.laid ${RUNNER})
endif()
file(REMOVE ${layout} ${RUNNER}.laid)
