# The headers nearly every file of the house includes, read once. The release preset turns it on, and YUANQU_UNITY with it: together they
# take more than half off a build from clean. The other presets compile file by file, so a file that forgets an #include is found there.
option(YUANQU_PRECOMPILE "Read the standard headers once for all files" OFF)

# add_precompiled(NAME [HEADERS …] [LIBRARIES …]): an object library that holds the precompiled headers of cmake/precompiled.hpp and these.
function(add_precompiled name)
  cmake_parse_arguments(PCH "" "" "HEADERS;LIBRARIES" ${ARGN})
  if(YUANQU_PRECOMPILE)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp CONTENT "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/precompiled/${name}.cpp)
    # ccache can tell what a precompiled header was made of only if the compiler leaves it in the preprocessed text.
    target_compile_options(${name} PUBLIC $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
    target_link_libraries(${name} PRIVATE yuanqu_warnings ${PCH_LIBRARIES})  # -Wpedantic changes the macros the compiler begins with
    target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp ${PCH_HEADERS})
  endif()
endfunction()

# use_precompiled(TARGET NAME): its files start from those headers.
function(use_precompiled target name)
  if(YUANQU_PRECOMPILE)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()
