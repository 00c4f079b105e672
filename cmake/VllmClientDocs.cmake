# SPDX-License-Identifier: Apache-2.0
# Target docs: reference and guides as HTML in <build>/docs/html. Any warning fails it.
find_package(Doxygen 1.9 REQUIRED)

set(doxygen_pages "")
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/README.md"
     "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${PROJECT_SOURCE_DIR}/docs/*.md"
     "${PROJECT_SOURCE_DIR}/docs/guides/*.md")
foreach(page IN LISTS pages)
    string(APPEND doxygen_pages " \"${page}\"")
endforeach()
set(doxygen_main_page "")
if(EXISTS "${PROJECT_SOURCE_DIR}/README.md")
    set(doxygen_main_page "\"${PROJECT_SOURCE_DIR}/README.md\"")
endif()
configure_file("${PROJECT_SOURCE_DIR}/docs/Doxyfile.in" Doxyfile @ONLY)
add_custom_target(
    docs
    COMMAND Doxygen::doxygen "${CMAKE_CURRENT_BINARY_DIR}/Doxyfile"
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
    COMMENT "Writing ${PROJECT_BINARY_DIR}/docs/html"
    VERBATIM)
