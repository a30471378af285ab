#include "http/refusal.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <string>

#include "http/problem.hpp"

namespace yuanqu::http {

namespace beast = boost::beast;
using boost::system::error_code;

Refusal refusal(int status, base::ErrorCode code, const char* zh, const char* en) {
  return std::pair(status, base::Error{code, zh, en, {}});
}

Refusal refusal(int status, base::Error error) { return std::pair(status, std::move(error)); }

Refusal header_refusal(error_code ec) {
  if (ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow)
    return refusal(431, base::ErrorCode::LimitExceeded, "请求头过大。", "The request header is too large.");
  return refusal(400, base::ErrorCode::Invalid, "无法读懂这个请求。", "This request cannot be read as HTTP.");
}

Refusal body_refusal(const base::Error& error) {
  return refusal(error.code == base::ErrorCode::Invalid ? 400 : status_of(error.code), error);
}

Refusal too_large(std::uint64_t bytes_max) {
  const std::string megabytes = std::to_string(bytes_max >> 20);
  return refusal(413, {base::ErrorCode::LimitExceeded,
                       "请求内容超过 " + megabytes + " MB，请拆分后再发。",
                       "The request body is larger than " + megabytes + " MB; split it.",
                       {}});
}

bool is_silent_end(error_code ec) {
  return ec == beast::http::error::end_of_stream || ec == beast::error::timeout ||
         ec == boost::asio::error::operation_aborted || ec.category() == boost::system::system_category();
}

}  // namespace yuanqu::http
