#include "http/problem.hpp"

#include "base/json_text.hpp"

namespace yuanqu::http {

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wswitch"
int status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::Invalid: return 422;
    case base::ErrorCode::NotFound: return 404;
    case base::ErrorCode::Conflict: return 409;
    case base::ErrorCode::Forbidden: return 403;
    case base::ErrorCode::Unauthenticated: return 401;
    case base::ErrorCode::Unsupported: return 501;
    case base::ErrorCode::LimitExceeded: return 413;
    case base::ErrorCode::Unavailable: return 503;
    case base::ErrorCode::Internal: return 500;
  }
  return 500;
}
#pragma GCC diagnostic pop

std::string_view title_of_status(int status) {
  switch (status) {
    case 202: return "On its way";
    case 400: return "Bad request";
    case 401: return "Nobody is signed in";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 408: return "The request took too long";
    case 409: return "Conflict";
    case 413: return "Too large";
    case 415: return "Media type not supported";
    case 422: return "Refused";
    case 431: return "Header too large";
    case 500: return "Internal error";
    case 501: return "Not offered";
    case 503: return "Not available now";
    default: return "Error";
  }
}

std::string problem_text(int status, const base::Error& error, std::string_view trace_id, std::string_view extra) {
  std::string text = "{";
  const auto key = [&text](std::string_view name) {
    text.append(text.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  };
  const auto member = [&](std::string_view name, std::string_view value) {
    key(name);
    base::append_json_string(text, value);
  };
  const auto named = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) member(name, value);
  };
  const auto number = [&](std::string_view name, std::size_t value) {
    if (value == 0) return;
    key(name);
    text += std::to_string(value);
  };
  const std::string_view code = base::name_of(error.code);
  member("type", "urn:yuanqu:problem:" + std::string(code));
  member("title", title_of_status(status));
  number("status", static_cast<std::size_t>(status));
  member("code", code);
  member("zh", error.zh);
  member("en", error.en);
  key("place");
  text += "{";
  named("file", error.place.file);
  number("row", error.place.row);
  number("column", error.place.column);
  named("field", error.place.field);
  named("rule", error.place.rule);
  number("offset", error.place.offset);
  text += "}";
  named("trace_id", trace_id);
  if (!extra.empty()) text.append(",").append(extra);
  return text + "}";
}

Response problem(int status, const base::Error& error, std::string_view trace_id, std::string_view extra) {
  Response response = Response::json(problem_text(status, error, trace_id, extra), status);
  response.content_type = "application/problem+json; charset=utf-8";
  return response;
}

Response problem(const base::Error& error, std::string_view trace_id, std::string_view extra) {
  return problem(status_of(error.code), error, trace_id, extra);
}

}  // namespace yuanqu::http
