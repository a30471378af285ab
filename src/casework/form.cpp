#include "casework/form.hpp"

#include <boost/json.hpp>
#include <regex>
#include <set>

#include "casework/json.hpp"

namespace yuanqu::casework {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace json = boost::json;

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (char letter : text) count += (static_cast<unsigned char>(letter) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

const std::set<std::string_view> known_keywords = {"type",      "properties",  "required", "additionalProperties",
                                                   "items",     "minItems",    "maxItems", "enum",
                                                   "const",     "minimum",     "maximum",  "multipleOf",
                                                   "minLength", "maxLength",   "pattern",  "format",
                                                   "title",     "description", "default",  "examples",
                                                   "$schema",   "$id",         "$comment"};

std::string join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace

struct Form::Schema {
  json::value document;
  std::string place;
};

namespace {

// Checks one schema document when it is read: what it uses must be known, so that nothing is silently let through.
Result<void> check_schema(const json::value& schema, const std::string& path, const std::string& place, int depth) {
  auto refuse = [&](const std::string& zh, const std::string& en) {
    return fail(ErrorCode::Unsupported, zh, en, {.file = place, .field = path});
  };
  if (depth > 20) return refuse("表单嵌套过深。", "The form is nested too deeply.");
  if (!schema.is_object()) return refuse("表单的每个字段要是一个对象。", "Every schema must be an object.");
  for (const auto& [key, value] : schema.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (!known_keywords.contains(name) && !name.starts_with("x-") && !name.starts_with("ui:")) {
      return refuse("表单用了不支持的“" + std::string(name) + "”。",
                    "The form uses \"" + std::string(name) + "\", which is not offered.");
    }
    if (name == "properties") {
      if (!value.is_object()) return refuse("properties 要是对象。", "properties must be an object.");
      for (const auto& [property, inner] : value.get_object()) {
        if (auto checked = check_schema(inner, join(path, {property.data(), property.size()}), place, depth + 1);
            !checked)
          return checked;
      }
    }
    if (name == "items") {
      if (auto checked = check_schema(value, path + "[]", place, depth + 1); !checked) return checked;
    }
    if (name == "pattern") {
      try {
        if (!value.is_string()) throw std::regex_error(std::regex_constants::error_complexity);
        std::regex compiled(value.get_string().c_str(), std::regex::ECMAScript);
      } catch (const std::regex_error&) {
        return refuse("pattern 不是合格的正则表达式。", "pattern is not a regular expression.");
      }
    }
  }
  return {};
}

class Acceptor {
 public:
  explicit Acceptor(const std::string& place) : place_(place) {}

  feel::Value accept(const json::value& schema, const json::value& value, const std::string& path) {
    const json::object& rules = schema.get_object();
    if (const json::value* allowed = rules.if_contains("enum"); allowed != nullptr && allowed->is_array()) {
      bool found = false;
      for (const json::value& one : allowed->get_array()) found = found || one == value;
      if (!found) fault(path, "只能选列出的值。", "Choose one of the listed values.");
    }
    if (const json::value* constant = rules.if_contains("const"); constant != nullptr && *constant != value) {
      fault(path, "只能填规定的值。", "Only the stated value is accepted.");
    }
    std::string type;
    if (const json::value* named = rules.if_contains("type"); named != nullptr && named->is_string())
      type = named->get_string().c_str();
    if (type == "object" || (type.empty() && rules.contains("properties"))) return object(rules, value, path);
    if (type == "array") return array(rules, value, path);
    if (type == "string") return string(rules, value, path);
    if (type == "number" || type == "integer") return number(rules, value, path, type == "integer");
    if (type == "boolean" && !value.is_bool()) fault(path, "请选是或否。", "Answer yes or no.");
    return to_feel(value);
  }

  std::vector<base::Error> faults;

 private:
  void fault(const std::string& path, std::string zh, std::string en) {
    faults.push_back({ErrorCode::Invalid, std::move(zh), std::move(en), {.file = place_, .field = path}});
  }

  static std::optional<double> real(const json::object& rules, const char* name) {
    const json::value* value = rules.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
  }

  feel::Value object(const json::object& rules, const json::value& value, const std::string& path) {
    if (!value.is_object()) {
      fault(path, "这里要填一组字段。", "A group of fields is expected here.");
      return {};
    }
    const json::object& given = value.get_object();
    const json::value* properties = rules.if_contains("properties");
    if (const json::value* required = rules.if_contains("required"); required != nullptr && required->is_array()) {
      for (const json::value& name : required->get_array()) {
        if (!name.is_string()) continue;
        const json::value* there = given.if_contains(name.get_string());
        if (there == nullptr || there->is_null() || (there->is_string() && there->get_string().empty())) {
          fault(join(path, {name.get_string().data(), name.get_string().size()}), "这一项必填。", "This is required.");
        }
      }
    }
    const json::value* extra = rules.if_contains("additionalProperties");
    std::vector<feel::Entry> entries;
    for (const auto& [key, inner] : given) {
      const std::string name(key.data(), key.size());
      const json::value* schema =
          properties != nullptr && properties->is_object() ? properties->get_object().if_contains(key) : nullptr;
      if (schema != nullptr) {
        entries.push_back(
            {feel::String(name), inner.is_null() ? feel::Value() : accept(*schema, inner, join(path, name))});
      } else if (extra != nullptr && extra->is_bool() && !extra->get_bool()) {
        fault(join(path, name), "表单里没有这一项。", "The form has no such field.");
      } else {
        entries.push_back({feel::String(name), to_feel(inner)});
      }
    }
    return feel::Value::context(std::move(entries));
  }

  feel::Value array(const json::object& rules, const json::value& value, const std::string& path) {
    if (!value.is_array()) {
      fault(path, "这里要填一列值。", "A list is expected here.");
      return {};
    }
    const json::array& given = value.get_array();
    const auto count = static_cast<double>(given.size());
    if (auto least = real(rules, "minItems"); least && count < *least)
      fault(path, "项数太少。", "There are too few items.");
    if (auto most = real(rules, "maxItems"); most && count > *most)
      fault(path, "项数太多。", "There are too many items.");
    std::vector<feel::Value> items;
    for (std::size_t index = 0; index < given.size(); ++index) {
      const json::value* schema = rules.if_contains("items");
      items.push_back(schema != nullptr ? accept(*schema, given[index], path + "[" + std::to_string(index + 1) + "]")
                                        : to_feel(given[index]));
    }
    return feel::Value::list(std::move(items));
  }

  feel::Value string(const json::object& rules, const json::value& value, const std::string& path) {
    if (!value.is_string()) {
      fault(path, "这里要填文字。", "Text is expected here.");
      return {};
    }
    const std::string text = value.get_string().c_str();
    const auto length = static_cast<double>(characters(text));
    if (auto least = real(rules, "minLength"); least && length < *least)
      fault(path, "文字太短。", "The text is too short.");
    if (auto most = real(rules, "maxLength"); most && length > *most)
      fault(path, "文字太长。", "The text is too long.");
    if (const json::value* pattern = rules.if_contains("pattern"); pattern != nullptr) {
      if (text.size() > 4000 ||
          !std::regex_search(text, std::regex(pattern->get_string().c_str(), std::regex::ECMAScript))) {
        fault(path, "写法不对，请照示例填写。", "The text does not have the expected form.");
      }
    }
    if (const json::value* format = rules.if_contains("format"); format != nullptr && *format == "date") {
      auto day = base::Date::parse(text);
      if (!day) {
        fault(path, "日期要写成 2026-03-02。", "Write the date as 2026-03-02.");
        return {};
      }
      return feel::Value(*day);
    }
    return feel::Value(text);
  }

  feel::Value number(const json::object& rules, const json::value& value, const std::string& path, bool whole) {
    feel::Value made = to_feel(value);
    if (!value.is_number() || !made.is(feel::Kind::Number)) {
      fault(path, "这里要填数字。", "A number is expected here.");
      return {};
    }
    if (whole && !made.number().is_integer()) fault(path, "这里要填整数。", "A whole number is expected here.");
    auto bound = [&](const char* name) -> std::optional<base::Decimal> {
      const json::value* rule = rules.if_contains(name);
      if (rule == nullptr || !rule->is_number()) return std::nullopt;
      return to_feel(*rule).number();
    };
    if (auto least = bound("minimum"); least && made.number() < *least)
      fault(path, "数值太小。", "The number is too small.");
    if (auto most = bound("maximum"); most && made.number() > *most)
      fault(path, "数值太大。", "The number is too large.");
    if (auto step = bound("multipleOf"); step && !step->is_zero()) {
      auto rest = base::modulo(made.number(), *step);
      if (!rest || !rest->is_zero()) fault(path, "数值的精度不对。", "The number has too many digits.");
    }
    return made;
  }

  const std::string& place_;
};

}  // namespace

Result<Form> Form::read(std::string_view schema, const std::string& place) {
  boost::system::error_code problem;
  auto made = std::make_shared<Schema>();
  made->document = json::parse({schema.data(), schema.size()}, problem);
  made->place = place;
  if (problem) {
    return fail(ErrorCode::Invalid, "表单不是合格的 JSON。", "The form is not well-formed JSON: " + problem.message(),
                {.file = place});
  }
  if (auto checked = check_schema(made->document, "", place, 0); !checked) return tl::unexpected(checked.error());
  Form form;
  form.schema_ = std::move(made);
  return form;
}

std::vector<std::string> Form::names() const {
  std::vector<std::string> found;
  if (const json::value* properties = schema_->document.as_object().if_contains("properties")) {
    for (const auto& [key, value] : properties->as_object()) found.emplace_back(key.data(), key.size());
  }
  return found;
}

Result<feel::Value> Form::accept(std::string_view values, std::vector<base::Error>* faults) const {
  boost::system::error_code problem;
  json::value given = json::parse({values.data(), values.size()}, problem);
  if (problem || !given.is_object()) {
    return fail(ErrorCode::Invalid, "提交的内容不是合格的 JSON 对象。", "What was sent is not a JSON object.",
                {.file = schema_->place});
  }
  Acceptor acceptor(schema_->place);
  feel::Value accepted = acceptor.accept(schema_->document, given, "");
  if (acceptor.faults.empty()) return accepted;
  base::Error first = acceptor.faults.front();
  if (faults != nullptr) *faults = std::move(acceptor.faults);
  return tl::unexpected(std::move(first));
}

}  // namespace yuanqu::casework
