#include "register/text_value.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/identifiers.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "register/units.hpp"
#include "register/written_date.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using tabular::Cell;
using tabular::CellKind;

namespace {

bool is_blank_mark(std::string_view text) {
  return text.empty() || text == "-" || text == "--" || text == "—" || text == "——" || text == "/" || text == "－" ||
         text == "N/A" || text == "n/a" || text == "null";
}

std::string same_form(std::string_view text) { return base::lower_case(base::half_width(base::trimmed(text))); }

tl::unexpected<base::Error> not_a(const std::string& text, const char* zh, const char* en) {
  return fail(ErrorCode::Invalid, "“" + text + "”不是" + zh + "。", "“" + text + "” is no " + en + ".");
}

Result<Value> number_from(const Field& field, const Cell& cell, std::string_view header_unit) {
  const auto written = parse_written_number(cell.text);
  if (!written) return not_a(cell.text, "数", "number");
  const std::string_view unit = written->unit.empty() ? header_unit : std::string_view(written->unit);
  if (unit.empty()) return number_of(written->value, field);
  if (field.unit.empty()) {
    return fail(
        ErrorCode::Invalid,
        "“" + cell.text + "”带有单位“" + std::string(unit) + "”，而“" + field.labels.zh + "”没有单位。",
        "“" + cell.text + "” has the unit “" + std::string(unit) + "”, but “" + field.labels.en + "” has none.");
  }
  const auto converted = convert_unit(written->value, unit, field.unit);
  if (!converted) {
    return fail(ErrorCode::Invalid,
                "单位“" + std::string(unit) + "”不能准确换算成“" + field.unit + "”。请换成" + field.unit + "再导入。",
                "The unit “" + std::string(unit) + "” cannot be converted exactly into “" + field.unit +
                    "”. Give the figures in " + field.unit + ".");
  }
  auto number = number_of(*converted, field);
  if (!number && unit != field.unit) {
    // The sentence would speak of a figure nobody wrote.
    base::Error error = number.error();
    error.zh = "“" + cell.text + "”（" + std::string(unit) + "）合 " + converted->to_string() + " " + field.unit +
               "：" + error.zh;
    error.en = "“" + cell.text + "” (" + std::string(unit) + ") is " + converted->to_string() + " " + field.unit +
               ": " + error.en;
    return tl::unexpected(std::move(error));
  }
  return number;
}

// {"amount": 300, "currency": "CNY"}, as the interface writes money: in the field's own unit.
Result<Value> money_from_json(const Field& field, const Cell& cell) {
  boost::system::error_code problem;
  const boost::json::value object = boost::json::parse(cell.text, problem);
  if (!problem && object.is_object()) {
    const auto* amount = object.get_object().if_contains("amount");
    const auto* currency = object.get_object().if_contains("currency");
    if (amount != nullptr && currency != nullptr && currency->is_string()) {
      const auto number = base::Decimal::parse(amount->is_string() ? std::string(amount->get_string())
                                                                   : boost::json::serialize(*amount));
      const auto code = currency_of(std::string(currency->get_string()));
      auto value = number ? number_of(*number, field) : Result<Value>(not_a(cell.text, "金额", "amount of money"));
      if (!value || !code) return value && !code ? not_a(cell.text, "金额", "amount of money") : value;
      return Value::money(value->coefficient(), value->scale(), *code);
    }
  }
  return not_a(cell.text, "金额", "amount of money");
}

Result<Value> money_from(const Field& field, const Cell& cell, std::string_view header_unit) {
  if (cell.text.starts_with('{')) return money_from_json(field, cell);
  // A bare number in a column without a unit is in the field's own unit: that is what our forms and exports say.
  auto written = parse_written_money(
      cell.text, field.currency.empty() ? "CNY" : field.currency,
      cell.kind == CellKind::Number && header_unit.empty() ? std::string_view(field.unit) : header_unit);
  if (!written) return tl::unexpected(written.error());
  return money_of(written->amount, written->currency, field);
}

Result<Value> boolean_from(const Cell& cell) {
  const std::string text = same_form(cell.text);
  constexpr std::array<std::string_view, 8> yes = {"是", "有", "true", "yes", "y", "1", "√", "✓"};
  constexpr std::array<std::string_view, 8> no = {"否", "无", "没有", "false", "no", "n", "0", "×"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return Value::boolean(true);
  if (std::find(no.begin(), no.end(), text) != no.end()) return Value::boolean(false);
  return not_a(cell.text, "“是”或“否”", "yes or no");
}

Result<Value> date_from(const Cell& cell, bool system_1904) {
  if (cell.kind == CellKind::Date || cell.kind == CellKind::DateTime) {
    if (const auto day = base::Date::parse(std::string_view(cell.text).substr(0, 10))) return Value::date(*day);
  } else if (cell.kind == CellKind::Number && cell.text.size() == 8) {
    if (const auto day = parse_written_date(cell.text)) return Value::date(*day);
  }
  if (cell.kind == CellKind::Number && cell.serial >= 1 &&
      cell.serial == static_cast<double>(static_cast<std::int64_t>(cell.serial))) {
    // A date that lost its format is still the spreadsheet's serial number.
    if (const auto days = tabular::days_of_serial(cell.serial, system_1904))
      return Value::date(base::Date::from_days(*days));
  }
  if (cell.kind == CellKind::Text) {
    if (const auto day = parse_written_date(cell.text)) return Value::date(*day);
    // A serial number kept as text; five digits are 1927 to 2173.
    const std::string half = base::half_width(base::trimmed(cell.text));
    if (half.size() == 5 && half.find_first_not_of("0123456789") == std::string::npos) {
      if (const auto days = tabular::days_of_serial(std::stod(half), system_1904))
        return Value::date(base::Date::from_days(*days));
    }
  }
  return fail(ErrorCode::Invalid, "“" + cell.text + "”不是日期。请写成 2026-03-02 这样。",
              "“" + cell.text + "” is no date. Write it like 2026-03-02.");
}

Result<Value> enumeration_from(const Field& field, const std::string& text) {
  for (const EnumerationValue& one : field.values) {  // as our own forms and exports write it
    if (one.labels.zh == text || one.code == text) return Value::enumeration(one.code);
  }
  const std::string wanted = same_form(text);
  for (const EnumerationValue& one : field.values) {
    if (same_form(one.code) == wanted || same_form(one.labels.zh) == wanted || same_form(one.labels.en) == wanted)
      return Value::enumeration(one.code);
    if (std::any_of(one.aliases.begin(), one.aliases.end(),
                    [&](const std::string& alias) { return same_form(alias) == wanted; }))
      return Value::enumeration(one.code);
  }
  std::string zh, en;
  for (const EnumerationValue& one : field.values) {
    zh += (zh.empty() ? "" : "、") + one.labels.zh;
    en += (en.empty() ? "" : "; ") + one.labels.en;
  }
  return fail(ErrorCode::Invalid, "“" + text + "”不在可选值中。可选：" + zh + "。",
              "“" + text + "” is none of the values offered: " + en + ".");
}

Result<Value> string_from(const Field& field, const Cell& cell) {
  std::string text(base::trimmed(cell.text));
  if (field.check == FieldCheck::CreditCode) return Value::string(base::normal_identifier(text));
  if (field.check == FieldCheck::Industry || field.check == FieldCheck::Region) {
    text = base::normal_identifier(text);
    // "C3973" and "6513 应用软件开发" are how people write 3973 and 6513.
    const std::size_t digits = text.find_first_of("0123456789");
    if (digits == 1 && text.size() > 1) text.erase(0, 1);
    const std::size_t end = text.find_first_not_of("0123456789");
    if (digits != std::string::npos && end != std::string::npos && end > 0 &&
        static_cast<unsigned char>(text[end]) >= 0x80)
      text.resize(end);
  }
  return Value::string(std::move(text));
}

Result<Value> scalar_from(const Field& field, FieldType type, const Cell& cell, std::string_view header_unit,
                          bool system_1904) {
  switch (type) {
    case FieldType::Number: return number_from(field, cell, header_unit);
    case FieldType::Money: return money_from(field, cell, header_unit);
    case FieldType::Boolean: return boolean_from(cell);
    case FieldType::Date: return date_from(cell, system_1904);
    case FieldType::DateTime: {
      const auto moment = parse_written_date_time(cell.text);
      if (!moment) return not_a(cell.text, "日期和时间", "date and time");
      return Value::date_time(*moment);
    }
    case FieldType::Enumeration: return enumeration_from(field, cell.text);
    case FieldType::String: return string_from(field, cell);
    case FieldType::Attachment:
      return fail(ErrorCode::Invalid, "附件不从表格导入。请在记录的页面上传。",
                  "Attachments do not come in tables. Upload them on the record's page.");
    case FieldType::Reference:
    case FieldType::List: break;
  }
  return not_a(cell.text, "这个字段的值", "value of this field");
}

std::vector<std::string> items_of(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  const auto end = [&] {
    const std::string_view trimmed = base::trimmed(item);
    if (!trimmed.empty()) items.emplace_back(trimmed);
    item.clear();
  };
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t from = offset;
    const char32_t code = base::next_code_point(text, offset);
    if (code == U'；' || code == U';' || code == U'、' || code == U'\n' || code == U'，' || code == U',') {
      end();
    } else {
      item.append(text.substr(from, offset - from));
    }
  }
  end();
  return items;
}

Result<Value> read(const Field& field, const Cell& cell, std::string_view header_unit, bool system_1904) {
  if (cell.kind == CellKind::Error) {
    return fail(ErrorCode::Invalid, "单元格的公式出错（" + cell.text + "）。请改正公式或直接填值。",
                "The formula of the cell failed (" + cell.text + "). Mend it or enter the value.");
  }
  if (field.type != FieldType::List) return scalar_from(field, field.type, cell, header_unit, system_1904);
  std::vector<Value> items;
  for (std::string& text : items_of(cell.text)) {
    Cell one;
    one.kind = CellKind::Text;
    one.text = std::move(text);
    auto item = scalar_from(field, field.item_type, one, header_unit, system_1904);
    if (!item) return item;
    items.push_back(std::move(*item));
  }
  return items.empty() ? Value() : Value::list(std::move(items));
}

std::string json_number(const Value& value) {
  const bool exact = value.coefficient() < (std::int64_t{1} << 53) && value.coefficient() > -(std::int64_t{1} << 53);
  const std::string text = value.as_decimal().to_string();
  return exact ? text : "\"" + text + "\"";
}

}  // namespace

Result<Value> value_of_cell(const Field& field, const Cell& cell, std::string_view header_unit, bool system_1904) {
  const std::string_view trimmed = base::trimmed(cell.text);
  if (cell.empty() || (cell.kind == CellKind::Text && is_blank_mark(trimmed))) return Value();
  auto value = read(field, cell, header_unit, system_1904);
  if (!value && field.when_unreadable == WhenUnreadable::Note && cell.kind != CellKind::Error)
    return Value::unreadable(std::string(trimmed));
  if (!value && value.error().place.field.empty()) {
    base::Error error = value.error();
    error.place.field = field.name;
    return tl::unexpected(std::move(error));
  }
  return value;
}

Cell cell_of_value(const Field& field, const Value& value, const std::string& reference_text) {
  Cell cell;
  cell.kind = CellKind::Text;
  switch (value.type()) {
    case ValueType::Null: cell.kind = CellKind::Empty; return cell;
    case ValueType::Number:
      cell.kind = CellKind::Number;
      cell.text = value.as_decimal().to_string();
      return cell;
    case ValueType::Date:
      cell.kind = CellKind::Date;
      cell.text = value.to_text();
      return cell;
    case ValueType::DateTime: cell.text = value.to_text(); return cell;
    case ValueType::Boolean: cell.text = value.as_boolean() ? "是" : "否"; return cell;
    case ValueType::Enumeration: {
      const EnumerationValue* one = field.value(value.text());
      cell.text = one == nullptr ? value.text() : one->labels.zh;
      return cell;
    }
    case ValueType::Reference: cell.text = reference_text; break;
    // The scale word and the currency, so that the text means the same wherever it goes.
    case ValueType::Money:
      cell.text = value.as_decimal().to_string() + field.unit + "(" + std::string(value.currency()) + ")";
      return cell;
    case ValueType::List:
      for (const Value& item : value.items())
        cell.text += (cell.text.empty() ? "" : "；") + cell_of_value(field, item).text;
      break;
    case ValueType::String:
    case ValueType::Unreadable: cell.text = value.text(); break;
    case ValueType::Attachment: cell.text = value.to_text(); break;
  }
  if (cell.text.empty()) cell.kind = CellKind::Empty;
  return cell;
}

std::string shown(const Field& field, const Value& value, bool chinese) {
  switch (value.type()) {
    case ValueType::Null: return {};
    case ValueType::Boolean: return chinese ? (value.as_boolean() ? "是" : "否") : (value.as_boolean() ? "yes" : "no");
    case ValueType::Number: return value.as_decimal().to_string() + (field.unit.empty() ? "" : " " + field.unit);
    case ValueType::Money:
      return value.as_decimal().to_string() + " " + field.unit +
             (value.currency() == "CNY" ? "" : " " + std::string(value.currency()));
    case ValueType::Date: {
      if (!chinese) return value.to_text();
      const base::Civil civil = value.as_date().civil();
      return std::to_string(civil.year) + "年" + std::to_string(civil.month) + "月" + std::to_string(civil.day) + "日";
    }
    case ValueType::Enumeration: {
      const EnumerationValue* one = field.value(value.text());
      return one == nullptr ? value.text() : (chinese ? one->labels.zh : one->labels.en);
    }
    case ValueType::List: {
      std::string text;
      for (const Value& item : value.items())
        text += (text.empty() ? "" : chinese ? "、" : ", ") + shown(field, item, chinese);
      return text;
    }
    case ValueType::String: {  // a code whose label the pack gives
      const EnumerationValue* one = field.value(value.text());
      return one == nullptr ? value.to_text() : (chinese ? one->labels.zh : one->labels.en);
    }
    default: return value.to_text();
  }
}

std::string to_json(const Field& field, const Value& value) {
  switch (value.type()) {
    case ValueType::Null:
    case ValueType::Unreadable: return "null";
    case ValueType::Boolean: return value.as_boolean() ? "true" : "false";
    case ValueType::Number: return json_number(value);
    case ValueType::Money:
      return "{\"amount\":" + json_number(value) + ",\"currency\":\"" + std::string(value.currency()) + "\"}";
    case ValueType::List: {
      std::string text = "[";
      for (const Value& item : value.items()) text += (text.size() == 1 ? "" : ",") + to_json(field, item);
      return text + "]";
    }
    case ValueType::Reference: return "\"" + std::to_string(value.as_reference()) + "\"";
    default: {
      std::string text;
      base::append_json_string(text, value.to_text());
      return text;
    }
  }
}

}  // namespace yuanqu::register_
