# SPDX-License-Identifier: Apache-2.0
# Install rules, the CMake package, the pkg-config file and system packages. The installed tree may
# be moved: every path in it is relative to where it lies.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/VllmClient")

# vllm_client_install(<target> <export set>): one target and the file that imports it. Each part has
# an export set of its own, so that a part whose dependencies are missing does not break the others.
function(vllm_client_install target export_set)
    install(
        TARGETS ${target}
        EXPORT ${export_set}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT ${export_set} NAMESPACE VllmClient:: DESTINATION ${package_dir})
endfunction()

vllm_client_install(vllm_client VllmClientTargets)
set(components "")
if(vllm_client_has_json)
    vllm_client_install(vllm_client_json VllmClientJsonTargets)
    list(APPEND components Json)
else()
    set(json_headers PATTERN json.h EXCLUDE)
endif()
if(vllm_client_has_media)
    vllm_client_install(vllm_client_media VllmClientMediaTargets)
    list(APPEND components Media)
else()
    set(media_headers PATTERN media.h EXCLUDE)
endif()
if(vllm_client_has_testing)
    vllm_client_install(vllm_client_testing VllmClientTestingTargets)
    list(APPEND components Testing)
else()
    set(testing_headers REGEX "testing/sim_[a-z_]*\\.h$" EXCLUDE)
endif()
if(vllm_client_has_realtime)
    vllm_client_install(vllm_client_realtime VllmClientRealtimeTargets)
    list(APPEND components Realtime)
else()
    set(realtime_headers PATTERN realtime.h EXCLUDE)
endif()
if(TARGET vllm-client)
    install(TARGETS vllm-client RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
# Installed files find their siblings wherever the tree was moved to.
foreach(target IN ITEMS vllm_client_media vllm_client_testing vllm_client_realtime vllm-client)
    if(TARGET ${target} AND BUILD_SHARED_LIBS)
        set_target_properties(
            ${target} PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
    endif()
endforeach()

install(
    DIRECTORY "${PROJECT_SOURCE_DIR}/include/vllm_client"
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING
    PATTERN "*.h"
    ${json_headers}
    ${media_headers}
    ${testing_headers}
    ${realtime_headers})
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DOCDIR})

get_target_property(core_type vllm_client TYPE)
if(core_type STREQUAL "STATIC_LIBRARY")
    set(core_is_static TRUE)
else()
    set(core_is_static FALSE)
endif()

set(private_libs -lcurl -lsimdjson -lz -lcrypto)
if(vllm_client_has_spdlog)
    list(APPEND private_libs -lspdlog -lfmt)
endif()
list(APPEND private_libs -pthread)
list(JOIN private_libs " " private_libs)
# From lib/pkgconfig up to the prefix, so that a moved tree still works.
file(RELATIVE_PATH up_to_prefix "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
configure_file("${PROJECT_SOURCE_DIR}/cmake/vllm-client.pc.in" vllm-client.pc @ONLY)

configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/VllmClientConfig.cmake.in" VllmClientConfig.cmake
    INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(VllmClientConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/VllmClientConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/VllmClientConfigVersion.cmake"
        DESTINATION ${package_dir})
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/vllm-client.pc"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_PACKAGE_NAME vllm-client)
    set(CPACK_PACKAGE_CONTACT "The VllmClient authors")
    set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
    set(CPACK_GENERATOR TGZ DEB)
    set(CPACK_STRIP_FILES ON)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${CPACK_PACKAGE_CONTACT}")
    set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    include(CPack)
endif()
