#include <algorithm>

#include "base/identifiers.hpp"
#include "base/text.hpp"
#include "register/pattern.hpp"
#include "register/register.hpp"
#include "register/units.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;

namespace {

ValueType value_type_of(FieldType type) {
  switch (type) {
    case FieldType::Number: return ValueType::Number;
    case FieldType::String: return ValueType::String;
    case FieldType::Boolean: return ValueType::Boolean;
    case FieldType::Date: return ValueType::Date;
    case FieldType::DateTime: return ValueType::DateTime;
    case FieldType::Enumeration: return ValueType::Enumeration;
    case FieldType::Reference: return ValueType::Reference;
    case FieldType::List: return ValueType::List;
    case FieldType::Money: return ValueType::Money;
    case FieldType::Attachment: return ValueType::Attachment;
  }
  return ValueType::Null;
}

base::Result<void> check_number(const Field& field, const Value& value) {
  if (value.scale() > field.scale) {
    return fail(ErrorCode::Invalid,
                value.to_text() + " 的小数超过 " + std::to_string(field.scale) + " 位。请先按要求取舍。",
                value.to_text() + " has more than " + std::to_string(field.scale) +
                    " digits after the point. Round it as the rules ask first.",
                {.field = field.name});
  }
  if (!value.scaled(field.scale)) {
    return fail(ErrorCode::Invalid, value.to_text() + " 超出可以保存的范围。",
                value.to_text() + " is beyond what can be kept.", {.field = field.name});
  }
  const base::Decimal number = value.as_decimal();
  const std::string unit = field.unit.empty() ? "" : " " + field.unit;
  if (field.minimum && number < *field.minimum) {
    return fail(ErrorCode::Invalid,
                number.to_string() + unit + " 小于下限 " + field.minimum->to_string() + unit + "。请核对数值和单位。",
                number.to_string() + unit + " is below the least value " + field.minimum->to_string() + unit +
                    ". Check the figure and its unit.",
                {.field = field.name});
  }
  if (field.maximum && number > *field.maximum) {
    return fail(ErrorCode::Invalid,
                number.to_string() + unit + " 大于上限 " + field.maximum->to_string() + unit + "。请核对数值和单位。",
                number.to_string() + unit + " is above the greatest value " + field.maximum->to_string() + unit +
                    ". Check the figure and its unit.",
                {.field = field.name});
  }
  return {};
}

base::Result<void> check_code(const Catalogue& catalogue, const Field& field, const std::string& code) {
  if (field.check == FieldCheck::CreditCode) {
    if (const auto fault = base::check_uscc(code)) {
      base::Error error = base::to_error(*fault, field.labels.zh, field.labels.en);
      error.place.field = field.name;
      return tl::unexpected(std::move(error));
    }
    return {};
  }
  const std::string_view name = field.check == FieldCheck::Industry ? "gb4754" : "gb2260";
  const CodeList* list = catalogue.code_list(name);
  if (list != nullptr && list->find(code) == nullptr) {
    const std::string shown = list->labels.zh.empty() ? std::string(name) : list->labels.zh;
    const std::string shown_en = list->labels.en.empty() ? std::string(name) : list->labels.en;
    return fail(ErrorCode::Invalid, "代码 " + code + " 不在“" + shown + "”中。请查对代码。",
                "The code " + code + " is not in “" + shown_en + "”. Look it up.", {.field = field.name});
  }
  return {};
}

base::Result<void> check_string(const Catalogue& catalogue, const Field& field, const std::string& text) {
  if (base::first_invalid_utf8(text))
    return fail(ErrorCode::Invalid, "文字编码有误。", "The text is not valid UTF-8.", {.field = field.name});
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      return fail(ErrorCode::Invalid, "文字里有看不见的控制字符。请重新输入。",
                  "The text holds control characters. Enter it anew.", {.field = field.name});
    }
  }
  if (base::count_code_points(text) > field.length_max) {
    return fail(ErrorCode::Invalid, "文字超过 " + std::to_string(field.length_max) + " 字。",
                "The text has over " + std::to_string(field.length_max) + " characters.", {.field = field.name});
  }
  // The check comes before the pattern: it can say which character is wrong.
  if (field.check != FieldCheck::None) {
    if (auto checked = check_code(catalogue, field, text); !checked) return checked;
  }
  if (field.pattern && !field.pattern->matches(text)) {
    const std::string example = field.example.empty() ? "" : "例：" + field.example + "。";
    const std::string example_en = field.example.empty() ? "" : " Example: " + field.example + ".";
    return fail(ErrorCode::Invalid, "“" + text + "”的格式不符合要求。" + example,
                "“" + text + "” has not the form asked for." + example_en, {.field = field.name});
  }
  return {};
}

base::Result<void> check_attachment(const Field& field, const Value& value) {
  const std::string name(value.attachment_name());
  const bool printable = std::none_of(
      name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\'; });
  if (name.empty() || !printable || base::first_invalid_utf8(name) || base::count_code_points(name) > 200) {
    return fail(ErrorCode::Invalid, "附件的文件名不合适：不超过 200 字，不含斜杠和控制字符。",
                "The attachment's name will not do: at most 200 characters, no slash, no control characters.",
                {.field = field.name});
  }
  return check_attachment_limits(field, value.attachment_size(), value.attachment_format());
}

base::Result<void> check_one(const Catalogue& catalogue, const Field& field, FieldType type, const Value& value) {
  if (value.type() != value_type_of(type)) {
    return fail(ErrorCode::Invalid, "“" + value.to_text() + "”的类型不对，应为 " + std::string(name_of(type)) + "。",
                "“" + value.to_text() + "” is of the wrong type; it must be " + std::string(name_of(type)) + ".",
                {.field = field.name});
  }
  switch (type) {
    case FieldType::Number:
    case FieldType::Money: return check_number(field, value);
    case FieldType::String: return check_string(catalogue, field, value.text());
    case FieldType::Enumeration:
      if (field.value(value.text()) == nullptr) {
        std::string list;
        for (const EnumerationValue& one : field.values) list += (list.empty() ? "" : "、") + one.labels.zh;
        return fail(ErrorCode::Invalid, "“" + value.text() + "”不在可选值中。可选：" + list + "。",
                    "“" + value.text() + "” is none of the values offered.", {.field = field.name});
      }
      return {};
    case FieldType::Date:
      // Dates of a zone's files lie between the first companies and the far end of leases; anything else is a slip.
      if (value.as_date() < base::Date::from_days(-109'207) || value.as_date() > base::Date::from_days(2'932'896)) {
        return fail(ErrorCode::Invalid, value.to_text() + " 不是合理的日期。",
                    value.to_text() + " is no sensible date.", {.field = field.name});
      }
      return {};
    case FieldType::Attachment: return check_attachment(field, value);
    default: return {};
  }
}

}  // namespace

base::Result<void> check_attachment_limits(const Field& field, std::uint64_t size, std::string_view format) {
  if (size > field.size_max) {
    const std::string limit = std::to_string(field.size_max >> 20) + " MB";
    return fail(ErrorCode::Invalid, "“" + field.labels.zh + "”的附件不能超过 " + limit + "。请压缩或拆分后再传。",
                "An attachment of “" + field.labels.en + "” may be " + limit + " at most. Compress or split it.",
                {.field = field.name});
  }
  if (std::find(field.formats.begin(), field.formats.end(), format) == field.formats.end()) {
    std::string list;
    for (const std::string& one : field.formats) list += (list.empty() ? "" : ", ") + one;
    return fail(
        ErrorCode::Invalid,
        "“" + field.labels.zh + "”不接受这种文件（识别为 " + std::string(format) + "）。可用：" + list + "。",
        "“" + field.labels.en + "” does not take such a file (it is " + std::string(format) + "). Taken: " + list + ".",
        {.field = field.name});
  }
  return {};
}

base::Result<void> check_value(const Catalogue& catalogue, const Kind&, const Field& field, const Value& value) {
  if (value.is_null()) return {};
  if (value.type() == ValueType::Unreadable) {
    if (field.when_unreadable == WhenUnreadable::Note) return {};
    return fail(ErrorCode::Invalid, "“" + value.text() + "”无法识别。", "“" + value.text() + "” cannot be read.",
                {.field = field.name});
  }
  if (field.type != FieldType::List) return check_one(catalogue, field, field.type, value);
  if (value.type() != ValueType::List) {
    return fail(ErrorCode::Invalid, "“" + value.to_text() + "”应是列表。", "“" + value.to_text() + "” must be a list.",
                {.field = field.name});
  }
  for (const Value& item : value.items()) {
    if (auto checked = check_one(catalogue, field, field.item_type, item); !checked) return checked;
  }
  return {};
}

}  // namespace yuanqu::register_
