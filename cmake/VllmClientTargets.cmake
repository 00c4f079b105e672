# SPDX-License-Identifier: Apache-2.0
# What our own targets have in common. Nothing here changes a parent project's settings.

# vllm_client_settings(<target>): language, warnings and sanitizers of one of our targets.
function(vllm_client_settings target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    set_target_properties(
        ${target}
        PROPERTIES CXX_EXTENSIONS OFF
                   CXX_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON
                   POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
                           $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
    # GCC 12 warns of copies inside its own std::string (GCC bug 105651) and, at -O3, of an empty
    # std::optional's string as "maybe uninitialized" (GCC bug 80635).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        target_compile_options(${target} PRIVATE -Wno-restrict
                               $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
    endif()
    if(VLLM_CLIENT_WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(VLLM_CLIENT_SANITIZE)
        # An installed package must not hand these on, so they reach only targets of this build.
        target_compile_options(
            ${target}
            PUBLIC $<BUILD_INTERFACE:-fsanitize=${VLLM_CLIENT_SANITIZE}>
                   $<BUILD_INTERFACE:-fno-sanitize-recover=all>
                   $<BUILD_INTERFACE:-fno-omit-frame-pointer>)
        target_link_options(${target} PUBLIC
                            $<BUILD_INTERFACE:-fsanitize=${VLLM_CLIENT_SANITIZE}>)
    endif()
endfunction()

if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
        set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
    endif()
    find_program(VLLM_CLIENT_CCACHE ccache)
    mark_as_advanced(VLLM_CLIENT_CCACHE)
    if(VLLM_CLIENT_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
        # Paths relative to the checkout, so that another checkout finds what this one compiled.
        set(CMAKE_CXX_COMPILER_LAUNCHER
            "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=true"
            "${VLLM_CLIENT_CCACHE}")
    endif()
endif()
