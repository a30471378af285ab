# add_room(NAME FLOOR n [ROOMS …] [LIBRARIES …])
#
# Declares src/NAME as the static library yuanqu_NAME. Every room it lists must stand on a lower floor. The room's headers are
# reached as "NAME/header.hpp" through a folder of its own, so a room that is not listed cannot be included.
# Files named *_bench.cpp belong to bench/, not to the room. A room without sources is an interface target.
option(YUANQU_UNITY "Compile the files of a room together" OFF)

function(add_room name)
  cmake_parse_arguments(ROOM "" "FLOOR" "ROOMS;LIBRARIES" ${ARGN})
  set_property(GLOBAL PROPERTY yuanqu_floor_${name} ${ROOM_FLOOR})
  foreach(lower IN LISTS ROOM_ROOMS)
    get_property(floor GLOBAL PROPERTY yuanqu_floor_${lower})
    if(floor STREQUAL "")
      message(FATAL_ERROR "room ${name}: room ${lower} is not declared before it")
    endif()
    if(NOT floor LESS ROOM_FLOOR)
      message(FATAL_ERROR "room ${name} (floor ${ROOM_FLOOR}) may not include room ${lower} (floor ${floor})")
    endif()
  endforeach()

  set(door ${CMAKE_BINARY_DIR}/doors/${name})
  file(MAKE_DIRECTORY ${door})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${door}/${name} SYMBOLIC)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "(_bench|/main)\\.cpp$")
  list(TRANSFORM ROOM_ROOMS PREPEND yuanqu_ OUTPUT_VARIABLE rooms)
  if(sources)
    add_library(yuanqu_${name} STATIC ${sources})
    target_include_directories(yuanqu_${name} PUBLIC ${door})
    target_link_libraries(yuanqu_${name} PUBLIC ${rooms} ${ROOM_LIBRARIES} PRIVATE yuanqu_warnings)
    use_precompiled(yuanqu_${name} precompiled)
    # Eight files at a time: most of a compilation is headers and templates that neighbours share. So names in anonymous namespaces are
    # unique in a room.
    set_target_properties(yuanqu_${name} PROPERTIES UNITY_BUILD ${YUANQU_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  else()
    add_library(yuanqu_${name} INTERFACE)
    target_include_directories(yuanqu_${name} INTERFACE ${door})
    target_link_libraries(yuanqu_${name} INTERFACE ${rooms} ${ROOM_LIBRARIES})
  endif()
endfunction()
