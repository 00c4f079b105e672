# SPDX-License-Identifier: Apache-2.0
# Finds what the options ask for. AUTO takes an optional part if its packages are there. A target
# that a parent project already defines is taken as it is.

# vllm_client_find(<target> <find_package arguments>...): finds a package unless its target exists.
macro(vllm_client_find target)
    if(NOT TARGET ${target})
        find_package(${ARGN})
    endif()
endmacro()

vllm_client_find(Threads::Threads Threads REQUIRED)
vllm_client_find(CURL::libcurl CURL 7.88 REQUIRED)
vllm_client_find(simdjson::simdjson simdjson REQUIRED)
vllm_client_find(ZLIB::ZLIB ZLIB REQUIRED)
vllm_client_find(OpenSSL::Crypto OpenSSL REQUIRED COMPONENTS Crypto)

# vllm_client_optional(<PART> <result variable> <target>...): decides one optional part, which needs
# all of the targets.
function(vllm_client_optional part result)
    set(missing "")
    foreach(target IN LISTS ARGN)
        if(NOT TARGET ${target})
            list(APPEND missing ${target})
        endif()
    endforeach()
    if(VLLM_CLIENT_WITH_${part} STREQUAL "ON" AND missing)
        message(FATAL_ERROR "VLLM_CLIENT_WITH_${part} is ON, but these were not found: ${missing}")
    endif()
    if(missing OR VLLM_CLIENT_WITH_${part} STREQUAL "OFF")
        set(${result} FALSE PARENT_SCOPE)
    else()
        set(${result} TRUE PARENT_SCOPE)
    endif()
endfunction()

if(NOT VLLM_CLIENT_WITH_JSON STREQUAL "OFF" OR NOT VLLM_CLIENT_WITH_TESTING STREQUAL "OFF")
    vllm_client_find(nlohmann_json::nlohmann_json nlohmann_json 3.11 QUIET)
endif()
if(NOT VLLM_CLIENT_WITH_TESTING STREQUAL "OFF" OR NOT VLLM_CLIENT_WITH_REALTIME STREQUAL "OFF")
    vllm_client_find(Boost::headers Boost 1.81 QUIET CONFIG COMPONENTS headers)
    vllm_client_find(OpenSSL::SSL OpenSSL QUIET COMPONENTS SSL)
endif()
if(NOT VLLM_CLIENT_WITH_SPDLOG STREQUAL "OFF")
    vllm_client_find(spdlog::spdlog spdlog QUIET)
endif()

if(NOT VLLM_CLIENT_WITH_MEDIA STREQUAL "OFF" AND NOT TARGET vllm_client_magic)
    find_path(VLLM_CLIENT_MAGIC_INCLUDE_DIR magic.h)
    find_library(VLLM_CLIENT_MAGIC_LIBRARY magic)
    mark_as_advanced(VLLM_CLIENT_MAGIC_INCLUDE_DIR VLLM_CLIENT_MAGIC_LIBRARY)
    if(VLLM_CLIENT_MAGIC_INCLUDE_DIR AND VLLM_CLIENT_MAGIC_LIBRARY)
        add_library(vllm_client_magic INTERFACE IMPORTED)
        target_include_directories(vllm_client_magic INTERFACE ${VLLM_CLIENT_MAGIC_INCLUDE_DIR})
        target_link_libraries(vllm_client_magic INTERFACE ${VLLM_CLIENT_MAGIC_LIBRARY})
    endif()
endif()

vllm_client_optional(JSON vllm_client_has_json nlohmann_json::nlohmann_json)
vllm_client_optional(TESTING vllm_client_has_testing Boost::headers nlohmann_json::nlohmann_json
                     OpenSSL::SSL)
vllm_client_optional(REALTIME vllm_client_has_realtime Boost::headers OpenSSL::SSL)
vllm_client_optional(MEDIA vllm_client_has_media vllm_client_magic)
vllm_client_optional(SPDLOG vllm_client_has_spdlog spdlog::spdlog)
