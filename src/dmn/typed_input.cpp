#include "dmn/typed_input.hpp"

#include <algorithm>

#include "dmn/json.hpp"
#include "dmn/xml.hpp"
#include "feel/temporal.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Type;
using feel::Value;

base::Result<Value> refuse(std::string_view text, const feel::TypePointer& type) {
  const std::string shown(text.substr(0, 60));
  const std::string wanted = type == nullptr ? "Any" : type->to_string();
  return base::fail(base::ErrorCode::Invalid, "“" + shown + "”不是类型 " + wanted + " 的值。",
                    "\"" + shown + "\" is not a value of type " + wanted + ".");
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

template <class Parsed>
base::Result<Value> given(const Parsed& parsed, std::string_view text, const feel::TypePointer& type) {
  if (!parsed) return refuse(text, type);
  return Value(*parsed);
}

}  // namespace

base::Result<Value> value_from_text(std::string_view raw, const feel::TypePointer& type) {
  const std::string_view text = xml::trimmed(raw);
  if (text.empty()) return Value();
  const auto form = type == nullptr ? Type::Form::Any : type->form;
  switch (form) {
    case Type::Form::String: return Value(raw);
    case Type::Form::Number: return given(base::Decimal::parse(text), text, type);
    case Type::Form::Boolean:
      if (equals_ignoring_case(text, "true") || text == "1" || text == "是") return Value(true);
      if (equals_ignoring_case(text, "false") || text == "0" || text == "否") return Value(false);
      return refuse(text, type);
    case Type::Form::Date: return given(base::Date::parse(text), text, type);
    case Type::Form::Time: return given(feel::Time::parse(text), text, type);
    case Type::Form::DateTime: return given(feel::DateTime::parse_or_date(text), text, type);
    case Type::Form::DaysTimeDuration: return given(feel::DaysTimeDuration::parse(text), text, type);
    case Type::Form::YearsMonthsDuration: return given(feel::YearsMonthsDuration::parse(text), text, type);
    case Type::Form::List:
    case Type::Form::Context: {
      if (text.front() != '[' && text.front() != '{') {
        if (form == Type::Form::Context) return refuse(text, type);
        auto item = value_from_text(text, type->element);
        if (!item) return item;
        return Value::list({*item});
      }
      auto json = from_json(text);
      if (!json) return refuse(text, type);
      return value_from_json(*json, type);
    }
    default: break;
  }
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';
  const bool signed_text = text[0] == '+' || text[0] == '.';
  if (!leading_zero && !signed_text) {
    if (const auto number = base::Decimal::parse(text)) return Value(*number);
  }
  if (text.front() == '[' || text.front() == '{') {
    if (auto json = from_json(text)) return *json;
  }
  return Value(raw);
}

base::Result<Value> value_from_json(const Value& value, const feel::TypePointer& type) {
  if (value.is_null() || type == nullptr) return value;
  switch (type->form) {
    case Type::Form::Number:
      if (value.is(feel::Kind::String))
        return given(base::Decimal::parse(xml::trimmed(value.text())), value.text(), type);
      break;
    case Type::Form::Date:
    case Type::Form::Time:
    case Type::Form::DateTime:
    case Type::Form::DaysTimeDuration:
    case Type::Form::YearsMonthsDuration:
      if (value.is(feel::Kind::String)) return value_from_text(value.text(), type);
      break;
    case Type::Form::List: {
      const auto convert = [&](const Value& item, std::size_t number) {
        auto converted = value_from_json(item, type->element);
        if (!converted)
          converted.error().place.field = "[" + std::to_string(number) + "]" + converted.error().place.field;
        return converted;
      };
      if (!value.is(feel::Kind::List)) return convert(value, 1);
      std::vector<Value> items;
      for (const auto& item : value.items()) {
        auto converted = convert(item, items.size() + 1);
        if (!converted) return converted;
        items.push_back(std::move(*converted));
      }
      return Value::list(std::move(items));
    }
    case Type::Form::Context: {
      if (!value.is(feel::Kind::Context)) break;
      std::vector<feel::Entry> entries;
      for (const auto& entry : value.context().entries) {
        const auto* member = type->member(entry.key.view());
        auto converted = value_from_json(entry.value, member == nullptr ? nullptr : member->type);
        if (!converted) {
          converted.error().place.field = "." + std::string(entry.key.view()) + converted.error().place.field;
          return converted;
        }
        entries.push_back({entry.key, std::move(*converted)});
      }
      // A member that was left out is null: a context must have all members of its type to conform to it.
      for (const auto& member : type->members) {
        if (value.context().find(member.name) == nullptr) entries.push_back({feel::String(member.name), Value()});
      }
      return Value::context(std::move(entries));
    }
    default: break;
  }
  return value;
}

}  // namespace yuanqu::dmn
