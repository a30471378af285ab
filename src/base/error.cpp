#include "base/error.hpp"

namespace yuanqu::base {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Invalid: return "invalid";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::Conflict: return "conflict";
    case ErrorCode::Forbidden: return "forbidden";
    case ErrorCode::Unauthenticated: return "unauthenticated";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::LimitExceeded: return "limit_exceeded";
    case ErrorCode::Unavailable: return "unavailable";
    case ErrorCode::Internal: return "internal";
  }
  return "internal";
}

std::string to_text(const Error& error, bool chinese) {
  std::string text;
  const Place& place = error.place;
  if (!place.file.empty()) text += place.file;
  if (place.row != 0) text += (text.empty() ? "" : ":") + std::to_string(place.row);
  if (place.row != 0 && place.column != 0) text += ":" + std::to_string(place.column);
  if (!text.empty()) text += ": ";
  text += chinese ? error.zh : error.en;
  if (!place.field.empty() || !place.rule.empty()) {
    text += " (" + place.field + (place.field.empty() || place.rule.empty() ? "" : ", ") + place.rule + ")";
  }
  return text;
}

}  // namespace yuanqu::base
