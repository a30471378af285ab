#include <cctype>

#include "base/identifiers.hpp"
#include "base/text.hpp"
#include "register/pattern.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

std::string quoted(const std::string& text) { return "“" + text + "”"; }

tl::unexpected<base::Error> refuse(const Field& field, const std::string& zh, const std::string& en) {
  return fail(ErrorCode::Invalid, quoted(field.labels.zh) + zh, field.labels.en + ": " + en, {.field = field.name});
}

bool fits(FieldType type, ValueType value) {
  switch (type) {
    case FieldType::Number: return value == ValueType::Number;
    case FieldType::String: return value == ValueType::String;
    case FieldType::Boolean: return value == ValueType::Boolean;
    case FieldType::Date: return value == ValueType::Date;
    case FieldType::DateTime: return value == ValueType::DateTime;
    case FieldType::Enumeration: return value == ValueType::Enumeration;
    case FieldType::Reference: return value == ValueType::Reference;
    case FieldType::List: return value == ValueType::List;
    case FieldType::Money: return value == ValueType::Money;
  }
  return false;
}

Result<void> check_number(const Field& field, const Value& value) {
  if (!value.scaled(field.scale)) {
    const std::string digits = std::to_string(field.scale);
    return refuse(field, "最多 " + digits + " 位小数，且不能过大：" + value.to_text() + "。请核对单位和数值。",
                  "at most " + digits + " decimals and not too large: " + value.to_text() + ". Check unit and figure.");
  }
  if (field.minimum && value.as_decimal() < *field.minimum) {
    return refuse(field, "不能小于 " + field.minimum->to_string() + "，实为 " + value.to_text() + "。",
                  "must not be below " + field.minimum->to_string() + ", found " + value.to_text() + ".");
  }
  if (field.maximum && value.as_decimal() > *field.maximum) {
    return refuse(field, "不能大于 " + field.maximum->to_string() + "，实为 " + value.to_text() + "。请核对单位。",
                  "must not be above " + field.maximum->to_string() + ", found " + value.to_text() + ". Check the unit.");
  }
  return {};
}

Result<void> check_credit_code(const Field& field, const std::string& code) {
  const auto fault = base::check_uscc(code);
  if (!fault) return {};
  const std::string position = std::to_string(fault->position);
  switch (fault->kind) {
    case base::IdentifierFault::Kind::Length:
      return refuse(field, "应为 " + fault->expected + " 位，实为 " + position + " 位。请核对营业执照。",
                    "must have " + fault->expected + " characters, found " + position + ". Check the business licence.");
    case base::IdentifierFault::Kind::Character:
    case base::IdentifierFault::Kind::Date:
      return refuse(field, "第 " + position + " 位不能是" + quoted(fault->character) + "。请核对营业执照。",
                    "character " + position + " cannot be " + fault->character + ". Check the business licence.");
    case base::IdentifierFault::Kind::CheckCharacter:
      return refuse(field, "校验位应为 " + fault->expected + "，实为 " + fault->character + "。请核对营业执照。",
                    "the check character should be " + fault->expected + ", found " + fault->character + ". Check the business licence.");
  }
  return {};
}

const char* list_name(FieldCheck check) { return check == FieldCheck::Industry ? "gb4754" : "gb2260"; }

Result<void> check_text(const Catalogue& catalogue, const Field& field, const std::string& text) {
  if (!base::is_valid_utf8(text)) return refuse(field, "不是合法的 UTF-8 文字，请重新录入。", "is not valid UTF-8; enter it again.");
  if (base::count_code_points(text) > field.length_max) {
    const std::string length = std::to_string(field.length_max);
    return refuse(field, "最长 " + length + " 个字，请缩短。", "at most " + length + " characters; shorten it.");
  }
  if (field.check == FieldCheck::CreditCode) {
    if (auto checked = check_credit_code(field, text); !checked) return checked;
  }
  if (field.pattern != nullptr && !field.pattern->matches(text)) {
    return refuse(field, "写法不对：" + quoted(text) + "。例如：" + field.example + "。", "is not in the right form: " + text + ". For example: " + field.example + ".");
  }
  if (field.check == FieldCheck::Industry || field.check == FieldCheck::Region) {
    const CodeList* list = catalogue.code_list(list_name(field.check));
    if (list != nullptr && list->find(text) == nullptr) {
      return refuse(field, quoted(text) + "不在代码表" + quoted(list->labels.zh) + "中。请查代码表。",
                    text + " is not in the code list " + list->labels.en + ". Look it up there.");
    }
  }
  return {};
}

Result<void> check_one(const Catalogue& catalogue, const Field& field, FieldType type, const Value& value) {
  if (!fits(type, value.type())) {
    return refuse(field, "的值类型不对，应为 " + std::string(name_of(type)) + "。", "has a value of the wrong type; " + std::string(name_of(type)) + " is wanted.");
  }
  switch (type) {
    case FieldType::Number:
    case FieldType::Money: return check_number(field, value);
    case FieldType::String: return check_text(catalogue, field, value.text());
    case FieldType::Enumeration:
      if (field.value(value.text()) == nullptr) {
        std::string allowed;
        for (const EnumerationValue& one : field.values) allowed += (allowed.empty() ? "" : "、") + one.labels.zh;
        return refuse(field, "没有" + quoted(value.text()) + "这一项。可填：" + allowed + "。", "has no value " + value.text() + ".");
      }
      return {};
    case FieldType::List: {
      if (value.items().size() > 10'000) return refuse(field, "最多 10000 项。", "at most 10000 items.");
      for (const Value& item : value.items()) {
        if (auto checked = check_one(catalogue, field, field.item_type, item); !checked) return checked;
      }
      return {};
    }
    default: return {};
  }
}

}  // namespace

Result<void> check_value(const Catalogue& catalogue, const Kind&, const Field& field, const Value& value) {
  if (value.is_null()) return {};
  if (value.type() == ValueType::Unreadable) {
    if (field.when_unreadable == WhenUnreadable::Note) return {};
    return refuse(field, "读不懂：" + quoted(value.text()) + "。", "cannot be read: " + value.text() + ".");
  }
  return check_one(catalogue, field, field.type, value);
}

}  // namespace yuanqu::register_
