#include "http/response_head.hpp"

#include <algorithm>

namespace yuanqu::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Entity";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return status < 500 ? "Error" : "Internal Server Error";
  }
}

// A header value must not be able to end its line.
void append_value(std::string& head, std::string_view value) {
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') head += c;
  }
}

}  // namespace

std::string response_head(const Response& response, std::optional<std::uint64_t> size, bool keep_alive,
                          std::string_view trace_id) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_of(response.status);
  head += "\r\nServer: yuanqu\r\n";
  if (!response.content_type.empty() && response.status != 304) {
    head += "Content-Type: ";
    append_value(head, response.content_type);
    head += "\r\n";
  }
  if (size && response.status != 204 && response.status != 304)
    head += "Content-Length: " + std::to_string(*size) + "\r\n";
  bool cache_said = false;
  for (const auto& [name, value] : response.headers) {
    if (name == "Cache-Control") cache_said = true;
    append_value(head, name);
    head += ": ";
    append_value(head, value);
    head += "\r\n";
  }
  if (!cache_said) head += "Cache-Control: no-store\r\n";
  head += "X-Trace-Id: ";
  head += trace_id;
  head +=
      "\r\nContent-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
      "'self' data: blob:; "
      "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; "
      "form-action 'self'; "
      "frame-ancestors 'self'\r\n"
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nX-Frame-Options: SAMEORIGIN\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\nConnection: ";
  head += keep_alive ? "keep-alive\r\n\r\n" : "close\r\n\r\n";
  return head;
}

}  // namespace yuanqu::http
