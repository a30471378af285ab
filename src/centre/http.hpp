#pragma once
// Requests and responses of the centre as its resources see them. The zone's server (src/api) stands on the same floor
// and carries the zone's rooms with it, so the centre, which must run without them, has this small one of its own.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::centre {

struct Request {
  std::string method;                 // "GET" …
  std::string path;                   // percent-decoded, without query
  std::vector<std::string> segments;  // of the path, each decoded after splitting
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;

  std::string_view header(std::string_view lower_case_name) const;  // "" when absent
  std::string_view parameter(std::string_view name) const;          // of the query; "" when absent
  std::string_view cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  Response& with(std::string name, std::string value);
};

Response json(std::string text, int status = 200);
// application/problem+json (RFC 9457) with code, zh, en and place.
Response problem(const base::Error& error);
Response problem(int status, const base::Error& error);
int status_of(base::ErrorCode code);

// Splits and decodes a request target; Invalid for a bad percent code or a control character.
base::Result<void> read_target(std::string_view target, Request& request);

}  // namespace yuanqu::centre
