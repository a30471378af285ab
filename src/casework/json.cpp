#include "casework/json.hpp"

#include <boost/json.hpp>

#include "casework/form.hpp"

namespace yuanqu::casework {
namespace json = boost::json;

feel::Value to_feel(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return {};
    case json::kind::bool_: return feel::Value(value.get_bool());
    case json::kind::int64: return feel::Value(value.get_int64());
    case json::kind::uint64:
    case json::kind::double_: {
      // The shortest text that reads back as this double: 0.1 stays 0.1.
      auto number = base::Decimal::parse(json::serialize(value));
      return number ? feel::Value(*number) : feel::Value();
    }
    case json::kind::string: return feel::Value(std::string_view(value.get_string().data(), value.get_string().size()));
    case json::kind::array: {
      std::vector<feel::Value> items;
      for (const json::value& item : value.get_array()) items.push_back(to_feel(item));
      return feel::Value::list(std::move(items));
    }
    case json::kind::object: {
      std::vector<feel::Entry> entries;
      for (const auto& [key, inner] : value.get_object()) {
        entries.push_back({feel::String(std::string_view(key.data(), key.size())), to_feel(inner)});
      }
      return feel::Value::context(std::move(entries));
    }
  }
  return {};
}

json::value to_json(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::Null: return nullptr;
    case feel::Kind::Boolean: return value.boolean();
    case feel::Kind::Number: {
      const base::Decimal number = value.number();
      constexpr std::int64_t exact = std::int64_t{1} << 53;
      if (auto whole = number.to_int64(); whole && *whole<exact&& * whole> - exact) return *whole;
      const int scale = number.scale();
      if (scale > 0 && scale <= 15) {
        if (auto scaled = number.to_scaled(scale); scaled && *scaled<exact&& * scaled> - exact)
          return number.to_double();
      }
      return json::value(number.to_string());
    }
    case feel::Kind::String: return json::value(std::string(value.text()));
    case feel::Kind::List: {
      json::array items;
      for (const feel::Value& item : value.items()) items.push_back(to_json(item));
      return items;
    }
    case feel::Kind::Context: {
      json::object members;
      for (const feel::Entry& entry : value.context().entries)
        members.insert_or_assign(std::string(entry.key.view()), to_json(entry.value));
      return members;
    }
    default: return json::value(feel::to_text(value).value_or(feel::to_literal(value)));
  }
}

base::Result<feel::Value> value_of_json(std::string_view text) {
  boost::system::error_code problem;
  json::value value = json::parse({text.data(), text.size()}, problem);
  if (problem) {
    return base::fail(base::ErrorCode::Invalid, "内容不是合格的 JSON。",
                      "This is not well-formed JSON: " + problem.message());
  }
  return to_feel(value);
}

std::string json_of_value(const feel::Value& value) { return json::serialize(to_json(value)); }

}  // namespace yuanqu::casework
