#pragma once
// One HTTP(S) POST to a place outside, with the certificate checked. Anything but a 2xx answer is an error. At most 30
// seconds.

#include <string>

#include "base/error.hpp"

namespace yuanqu::app {

base::Result<void> http_post(const std::string& url, const std::string& body, const std::string& content_type);

}  // namespace yuanqu::app
