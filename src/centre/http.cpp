#include "centre/http.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace yuanqu::centre {
namespace {

std::string_view find(const std::vector<std::pair<std::string, std::string>>& list, std::string_view name) {
  for (const auto& [key, value] : list) {
    if (key == name) return value;
  }
  return {};
}

base::Result<std::string> decoded(std::string_view text, bool plus_is_blank) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_blank) c = ' ';
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return base::fail(base::ErrorCode::Invalid, "地址里的百分号编码不对。", "The address has a bad percent code.");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      return base::fail(base::ErrorCode::Invalid, "地址里有控制字符。", "The address has a control character.");
    out += c;
  }
  if (!base::is_valid_utf8(out))
    return base::fail(base::ErrorCode::Invalid, "地址不是 UTF-8。", "The address is not UTF-8.");
  return out;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const { return find(headers, lower_case_name); }
std::string_view Request::parameter(std::string_view name) const { return find(query, name); }

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string_view one = base::trimmed(rest.substr(0, end));
    const auto equals = one.find('=');
    if (equals != std::string_view::npos && one.substr(0, equals) == name) return one.substr(equals + 1);
    rest = rest.substr(std::min(end + 1, rest.size()));
  }
  return {};
}

Response& Response::with(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response json(std::string text, int status) {
  Response response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

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

Response problem(int status, const base::Error& error) {
  std::string text = "{\"type\":\"about:blank\",\"status\":" + std::to_string(status) + ",\"code\":";
  base::append_json_string(text, base::name_of(error.code));
  text += ",\"zh\":";
  base::append_json_string(text, error.zh);
  text += ",\"en\":";
  base::append_json_string(text, error.en);
  text += ",\"title\":";
  base::append_json_string(text, error.en);
  text += ",\"place\":{\"row\":" + std::to_string(error.place.row) + ",\"field\":";
  base::append_json_string(text, error.place.field);
  text += ",\"file\":";
  base::append_json_string(text, error.place.file);
  text += "}}";
  Response response = json(std::move(text), status);
  response.type = "application/problem+json";
  return response;
}

Response problem(const base::Error& error) { return problem(status_of(error.code), error); }

base::Result<void> read_target(std::string_view target, Request& request) {
  const auto mark = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, mark);
  auto whole = decoded(path, false);
  if (!whole) return tl::unexpected(whole.error());
  request.path = std::move(*whole);
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) {
      auto segment = decoded(path.substr(0, end), false);
      if (!segment) return tl::unexpected(segment.error());
      request.segments.push_back(std::move(*segment));
    }
    path.remove_prefix(end);
  }
  std::string_view query = target.substr(std::min(mark + 1, target.size()));
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view one = query.substr(0, end);
    const auto equals = std::min(one.find('='), one.size());
    auto name = decoded(one.substr(0, equals), true);
    auto value = decoded(one.substr(std::min(equals + 1, one.size())), true);
    if (!name) return tl::unexpected(name.error());
    if (!value) return tl::unexpected(value.error());
    request.query.emplace_back(std::move(*name), std::move(*value));
    if (request.query.size() > 2000)
      return base::fail(base::ErrorCode::LimitExceeded, "查询参数太多。", "There are too many query parameters.");
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace yuanqu::centre
