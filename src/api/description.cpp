// The OpenAPI description is part of the program: the assembler takes the file in as it stands.
#include <string_view>

#include "api/call.hpp"
#include "api/resources.hpp"
#include "http/static_files.hpp"

asm(".section .rodata\n"
    ".global yuanqu_openapi_begin\n"
    ".global yuanqu_openapi_end\n"
    "yuanqu_openapi_begin:\n"
    ".incbin \"" YUANQU_OPENAPI_FILE
    "\"\n"
    "yuanqu_openapi_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" const char yuanqu_openapi_begin[];
extern "C" const char yuanqu_openapi_end[];

namespace yuanqu::api {

std::string_view openapi_text() {
  return {yuanqu_openapi_begin, static_cast<std::size_t>(yuanqu_openapi_end - yuanqu_openapi_begin)};
}

void add_description(Router& router) {
  static const std::string tag = http::short_hash(openapi_text());
  router.add(Method::Get, "/openapi.json", Ability::Open, [](Call& call) -> base::Result<Response> {
    if (matches_tag(call.request.header("if-none-match"), tag))
      return Response::empty(304).with("ETag", "\"" + tag + "\"");
    return Response::json(std::string(openapi_text()))
        .with("ETag", "\"" + tag + "\"")
        .with("Cache-Control", "no-cache");
  });
}

}  // namespace yuanqu::api
