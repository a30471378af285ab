#include "api/problem.hpp"

#include "api/json_writer.hpp"

namespace yuanqu::api {

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
  JsonWriter json;
  const std::string_view code = base::name_of(error.code);
  json.object().member("type", "urn:yuanqu:problem:" + std::string(code)).member("title", title_of_status(status));
  json.member("status", status).member("code", code).member("zh", error.zh).member("en", error.en);
  json.key("place").object();
  if (!error.place.file.empty()) json.member("file", error.place.file);
  if (error.place.row != 0) json.member("row", error.place.row);
  if (error.place.column != 0) json.member("column", error.place.column);
  if (!error.place.field.empty()) json.member("field", error.place.field);
  if (!error.place.rule.empty()) json.member("rule", error.place.rule);
  if (error.place.offset != 0) json.member("offset", error.place.offset);
  json.end_object().member("trace_id", trace_id);
  std::string text = json.take();
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

}  // namespace yuanqu::api
