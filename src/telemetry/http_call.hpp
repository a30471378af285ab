#pragma once
// One HTTP call to a program beside this one (a mirror, the zone): http or https with the certificate checked, at most
// 30 seconds, no proxy, no redirect. An answer of any status is an answer; Unavailable is that none came.

#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::telemetry {

struct HttpAnswer {
  long status = 0;
  std::string body;  // at most 16 MiB
};

// `headers`: whole lines, "Content-Type: application/json". GET when `body` is null.
base::Result<HttpAnswer> http_call(const std::string& url, const std::string* body = nullptr,
                                   const std::vector<std::string>& headers = {});

// Percent-encoded for a query.
std::string url_text(std::string_view text);

}  // namespace yuanqu::telemetry
