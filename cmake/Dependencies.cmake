# Everything the product links, each from a Debian 12 package. THIRD_PARTY.md says why each is here, its licence and its version.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(pugixml REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Protobuf REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

foreach(module sodium=libsodium libzip=libzip xlsxwriter=xlsxwriter expat=expat zlib=zlib zstd=libzstd mosquitto=libmosquitto modbus=libmodbus pangocairo=pangocairo qrencode=libqrencode qpdf=libqpdf curl=libcurl)
  string(REPLACE "=" ";" pair ${module})
  list(GET pair 0 name)
  list(GET pair 1 package)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
endforeach()

# tl::expected is one header; Debian's package has no CMake file we need.
add_library(tl_expected INTERFACE)
add_library(boost_json INTERFACE)
target_link_libraries(boost_json INTERFACE Boost::json)

# Intel's decimal library: the variant "gcc000" passes operands by value and takes rounding mode and flags as arguments.
# Only src/base includes its header, with the three DECIMAL_* macros at 0.
find_library(INTEL_DECIMAL bidgcc000 REQUIRED)
add_library(yuanqu_decimal_library INTERFACE)
target_link_libraries(yuanqu_decimal_library INTERFACE ${INTEL_DECIMAL})
add_library(yuanqu::decimal ALIAS yuanqu_decimal_library)

# The payload of Sparkplug B, made from our .proto; outside our warnings, as it is not our code.
set(sparkplug_folder ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${sparkplug_folder})
add_custom_command(OUTPUT ${sparkplug_folder}/sparkplug_b.pb.cc ${sparkplug_folder}/sparkplug_b.pb.h
  COMMAND ${Protobuf_PROTOC_EXECUTABLE} --proto_path=${CMAKE_SOURCE_DIR}/src/telemetry --cpp_out=${sparkplug_folder} sparkplug_b.proto
  DEPENDS ${CMAKE_SOURCE_DIR}/src/telemetry/sparkplug_b.proto)
add_library(sparkplug_schema STATIC ${sparkplug_folder}/sparkplug_b.pb.cc)
target_include_directories(sparkplug_schema SYSTEM PUBLIC ${sparkplug_folder} ${Protobuf_INCLUDE_DIRS})
target_link_libraries(sparkplug_schema PUBLIC ${Protobuf_LITE_LIBRARIES})
