#include "api/json_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "api/json_writer.hpp"

namespace yuanqu::api {

// Receives the events of Boost.JSON's parser; the numbers' own text comes in parts.
class JsonBuilder {
 public:
  static constexpr std::size_t max_object_size = 100'000;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_key_size = 1'000;
  static constexpr std::size_t max_string_size = 64u << 20;
  using error_code = boost::system::error_code;
  using string_view = boost::json::string_view;

  Json take() { return std::move(root_); }
  const std::string& doubled() const { return doubled_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return open(Json::Type::Object); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code&) { return open(Json::Type::Array); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    part_.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code& ec) {
    part_.append(part.data(), part.size());
    Json& object = *open_.back();
    if (object.find(part_) != nullptr) {
      doubled_ = part_;
      ec = boost::json::error::syntax;
      return false;
    }
    object.members_.emplace_back(std::move(part_), Json{});
    part_.clear();
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    part_.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    part_.append(part.data(), part.size());
    return scalar(Json::Type::String);
  }
  bool on_number_part(string_view part, error_code&) {
    part_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t, string_view part, error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, string_view part, error_code&) { return number(part); }
  bool on_double(double, string_view part, error_code&) { return number(part); }
  bool on_bool(bool value, error_code&) {
    place().type_ = Json::Type::Boolean;
    place_->boolean_ = value;
    return true;
  }
  bool on_null(error_code&) {
    place();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  Json& place() {
    if (open_.empty()) {
      place_ = &root_;
    } else if (open_.back()->type_ == Json::Type::Array) {
      place_ = &open_.back()->items_.emplace_back();
    } else {
      place_ = &open_.back()->members_.back().second;
    }
    return *place_;
  }
  bool open(Json::Type type) {
    Json& json = place();
    json.type_ = type;
    open_.push_back(&json);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  bool scalar(Json::Type type) {
    Json& json = place();
    json.type_ = type;
    json.text_ = std::move(part_);
    part_.clear();
    return true;
  }
  bool number(string_view part) {
    part_.append(part.data(), part.size());
    return scalar(Json::Type::Number);
  }

  Json root_;
  Json* place_ = nullptr;
  std::vector<Json*> open_;  // stable: a parent gets no new child while one of its children is open
  std::string part_;
  std::string doubled_;
};

base::Result<Json> Json::parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::json::basic_parser<JsonBuilder> parser(options);
  boost::system::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && read < text.size()) ec = boost::json::error::extra_data;
  if (ec) {
    if (const std::string& key = parser.handler().doubled(); !key.empty()) {
      return base::fail(base::ErrorCode::Invalid, "请求内容中“" + key + "”出现了两次，请只写一次。",
                        "\"" + key + "\" is there twice in the request body; write it once.", {.field = key});
    }
    return base::fail(
        base::ErrorCode::Invalid,
        "请求内容不是正确的 JSON（第 " + std::to_string(read + 1) + " 个字节处），请检查后重发。",
        "The request body is not JSON (at byte " + std::to_string(read + 1) + "): correct it and send it again.",
        {.offset = read});
  }
  return parser.handler().take();
}

namespace {

void write(JsonWriter& writer, const Json& json) {
  switch (json.type()) {
    case Json::Type::Null: writer.null(); return;
    case Json::Type::Boolean: writer.value(json.boolean()); return;
    case Json::Type::Number: writer.raw(json.text()); return;
    case Json::Type::String: writer.value(json.text()); return;
    case Json::Type::Array:
      writer.array();
      for (const Json& item : json.items()) write(writer, item);
      writer.end_array();
      return;
    case Json::Type::Object:
      writer.object();
      for (const auto& [name, value] : json.members()) {
        writer.key(name);
        write(writer, value);
      }
      writer.end_object();
      return;
  }
}

}  // namespace

std::string Json::to_text() const {
  JsonWriter writer;
  write(writer, *this);
  return writer.take();
}

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : members_) {
    if (name == key) return &value;
  }
  return nullptr;
}

base::Result<std::string> Json::string_at(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->is_null()) return std::string{};
  if (member->type_ == Type::String || member->type_ == Type::Number) return member->text_;
  return base::fail(base::ErrorCode::Invalid, "“" + std::string(key) + "”应为文本。",
                    "\"" + std::string(key) + "\" must be a text.", {.field = std::string(key)});
}

base::Result<std::optional<std::int64_t>> Json::integer_at(std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr || member->is_null()) return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  const char* end = member->text_.data() + member->text_.size();
  if (member->type_ == Type::Number || member->type_ == Type::String) {
    const auto [stopped, problem] = std::from_chars(member->text_.data(), end, number);
    if (problem == std::errc{} && stopped == end && !member->text_.empty()) return std::optional<std::int64_t>{number};
  }
  return base::fail(base::ErrorCode::Invalid, "“" + std::string(key) + "”应为整数。",
                    "\"" + std::string(key) + "\" must be a whole number.", {.field = std::string(key)});
}

}  // namespace yuanqu::api
