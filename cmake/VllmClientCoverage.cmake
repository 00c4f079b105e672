# SPDX-License-Identifier: Apache-2.0
# Target coverage: line coverage after a run of the tests, as a table and, in <build>/coverage/, as
# pages. It looks at the library's own objects, that is at src and at what they use of include; the
# tests' objects would only take more minutes.
find_program(LCOV lcov)
find_program(GENHTML genhtml)
if(LCOV AND GENHTML)
    set(coverage_info "${PROJECT_BINARY_DIR}/coverage.info")
    add_custom_target(
        coverage
        COMMAND ${LCOV} --quiet --capture --directory ${PROJECT_BINARY_DIR}/src --output-file
                ${coverage_info}.all
        COMMAND ${LCOV} --quiet --extract ${coverage_info}.all "${PROJECT_SOURCE_DIR}/src/*"
                "${PROJECT_SOURCE_DIR}/include/*" --output-file ${coverage_info}
        COMMAND ${GENHTML} --quiet --output-directory ${PROJECT_BINARY_DIR}/coverage ${coverage_info}
        COMMAND ${LCOV} --list ${coverage_info}
        USES_TERMINAL VERBATIM)
endif()
