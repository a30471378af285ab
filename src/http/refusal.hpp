#pragma once
// What the server itself says when a request cannot be taken: status and sentence. Only server.cpp uses this.

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/error.hpp"

namespace yuanqu::http {

// Coroutines of g++ 12 stumble over braced temporaries in their bodies, so refusals are made by functions.
using Refusal = std::optional<std::pair<int, base::Error>>;  // nullopt: go on

Refusal refusal(int status, base::ErrorCode code, const char* zh, const char* en);
Refusal refusal(int status, base::Error error);
Refusal header_refusal(boost::system::error_code ec);  // 431 or 400
Refusal body_refusal(const base::Error& error);        // what a body's reader said; 400 for what is not in its form
Refusal too_large(std::uint64_t bytes_max);            // 413
// The other end went away or had nothing to say: nobody hears an answer.
bool is_silent_end(boost::system::error_code ec);

}  // namespace yuanqu::http
