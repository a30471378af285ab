#include "centre/body.hpp"

namespace yuanqu::centre {

namespace json = boost::json;

base::Result<json::object> read_body(const std::string& text) {
  if (text.empty()) return json::object{};
  boost::system::error_code ec;
  json::parse_options options;
  options.max_depth = 16;
  json::value read = json::parse(text, ec, {}, options);
  if (ec || !read.is_object())
    return base::fail(base::ErrorCode::Invalid, "请求内容应为一个 JSON 对象。", "The body must be one JSON object.");
  return std::move(read.get_object());
}

std::string text_in(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t whole_in(const json::object& object, const char* key, std::int64_t fallback) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : fallback;
}

bool truth_in(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

http::Response answer_json(const json::value& value, int status) {
  return http::Response::json(json::serialize(value), status);
}

std::vector<std::string> texts_in(const json::object& object, const char* key) {
  std::vector<std::string> list;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return list;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) list.emplace_back(item.get_string());
  }
  return list;
}

}  // namespace yuanqu::centre
