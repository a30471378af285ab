#include "base/text.hpp"
#include "register/currency.hpp"
#include "register/units.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;

base::Result<WrittenMoney> parse_written_money(std::string_view text, std::string_view default_currency,
                                               std::string_view header_unit) {
  const std::string shown = "“" + std::string(text) + "”";
  // A currency may stand before the number: "人民币 300 万元", "USD 30".
  std::string_view trimmed = base::trimmed(text);
  std::string lead;
  if (const std::size_t digit = trimmed.find_first_of("0123456789");
      digit != std::string_view::npos && digit > 0 && trimmed[digit - 1] != '-' && trimmed[digit - 1] != '.') {
    std::string_view before = base::trimmed(trimmed.substr(0, digit));
    if (currency_of(before)) {
      lead = *currency_of(before);
      trimmed.remove_prefix(digit);
    }
  }
  const auto number = parse_written_number(trimmed);
  if (!number) {
    return fail(ErrorCode::Invalid, shown + " 不是金额。请写成“300 万元人民币”这样。",
                shown + " is no amount of money. Write it like “300 万元人民币”.");
  }
  const std::string written = base::lower_case(number->unit);
  const std::string header = base::lower_case(base::half_width(header_unit));
  if (number->unit.empty() && header.empty() && lead.empty()) {
    return fail(ErrorCode::Invalid, shown + " 没有写明单位。请写明元、万元或币种。",
                shown + " names no unit. Name 元, 万元 or the currency.");
  }
  if (!number->unit.empty() && number->unit.find_first_not_of("() ") == std::string::npos && header.empty()) {
    return fail(ErrorCode::Invalid, shown + " 没有写明单位。请写明元、万元或币种。",
                shown + " names no unit. Name 元, 万元 or the currency.");
  }
  const bool has_own = number->unit.find_first_not_of("() ") != std::string::npos;
  MoneyUnit unit{base::Decimal(1), std::string(default_currency), false};
  if (has_own || !header.empty()) {
    const auto named = money_unit_of(has_own ? written : header, default_currency);
    if (!named) {
      return fail(ErrorCode::Invalid, shown + " 的单位或币种不认识。请写明元、万元或币种。",
                  "The unit or currency of " + shown + " is unknown. Name 元, 万元 or the currency.");
    }
    unit = *named;
  }
  if (!lead.empty()) {
    if (unit.currency_named && unit.currency != lead) {
      return fail(ErrorCode::Invalid, shown + " 写了两种币种。", shown + " names two currencies.");
    }
    unit.currency = lead;
  }
  const auto amount = multiply(number->value, unit.factor);
  if (!amount) return fail(ErrorCode::Invalid, shown + " 太大。", shown + " is too large.");
  return WrittenMoney{*amount, unit.currency};
}

base::Result<Value> number_of(base::Decimal value, const Field& field) {
  if (value.scale() > field.scale) {
    const std::string digits = std::to_string(field.scale);
    return fail(
        ErrorCode::Invalid, value.to_string() + " 的小数超过 " + digits + " 位。请先按要求取舍。",
        value.to_string() + " has more than " + digits + " digits after the point. Round it as the rules ask first.",
        {.field = field.name});
  }
  if (!value.to_scaled(field.scale)) {
    return fail(ErrorCode::Invalid, value.to_string() + " 超出可以保存的范围。",
                value.to_string() + " is beyond what can be kept.", {.field = field.name});
  }
  const auto result = Value::number(value);
  if (!result)
    return fail(ErrorCode::Invalid, value.to_string() + " 超出可以保存的范围。",
                value.to_string() + " is beyond what can be kept.", {.field = field.name});
  return *result;
}

base::Result<Value> money_of(base::Decimal amount_in_whole_units, std::string_view currency, const Field& field) {
  const auto unit = money_unit_of(field.unit, "CNY");
  const auto amount = unit ? divide(amount_in_whole_units, unit->factor) : std::nullopt;
  const auto back = amount ? multiply(*amount, unit->factor) : std::nullopt;
  if (!back || *back != amount_in_whole_units) {
    return fail(ErrorCode::Invalid, amount_in_whole_units.to_string() + " 无法准确换算成" + field.unit + "。",
                amount_in_whole_units.to_string() + " cannot be converted exactly into " + field.unit + ".",
                {.field = field.name});
  }
  auto number = number_of(*amount, field);
  if (!number) return number;
  return Value::money(number->coefficient(), number->scale(), currency);
}

}  // namespace yuanqu::register_
