#include "register/feel_value.hpp"

#include "feel/temporal.hpp"

namespace yuanqu::register_ {

namespace {
constexpr std::int64_t zone_offset_s = 8 * 3600;  // the zone's wall clock, UTC+8
constexpr std::int64_t day_ms = 86'400'000;
}  // namespace

feel::Value to_feel(const Value& value) {
  switch (value.type()) {
    case ValueType::Null:
    case ValueType::Reference:
    case ValueType::Unreadable: return {};
    case ValueType::Boolean: return feel::Value(value.as_boolean());
    case ValueType::Number: return feel::Value(value.as_decimal());
    case ValueType::String:
    case ValueType::Enumeration: return feel::Value(value.text());
    case ValueType::Attachment: return feel::Value(value.attachment_name());
    case ValueType::Date: return feel::Value(value.as_date());
    case ValueType::DateTime: {
      const std::int64_t local_ms = value.as_milliseconds() + zone_offset_s * 1000;
      std::int64_t days = local_ms / day_ms, rest_ms = local_ms % day_ms;
      if (rest_ms < 0) {
        --days;
        rest_ms += day_ms;
      }
      feel::DateTime moment;
      moment.date = base::Date::from_days(days);
      moment.time.nanoseconds = rest_ms * 1'000'000;
      moment.time.zone = *feel::Zone::offset(zone_offset_s);
      return feel::Value(moment);
    }
    case ValueType::Money:
      return feel::Value::context({{feel::String("amount"), feel::Value(value.as_decimal())},
                                   {feel::String("currency"), feel::Value(value.currency())}});
    case ValueType::List: {
      std::vector<feel::Value> items;
      for (const Value& item : value.items()) items.push_back(to_feel(item));
      return feel::Value::list(std::move(items));
    }
  }
  return {};
}

std::optional<Value> from_feel(const Field& field, const feel::Value& value) {
  if (value.is_null()) return Value();
  const auto scalar = [](FieldType type, const feel::Value& one) -> std::optional<Value> {
    switch (type) {
      case FieldType::Number: return one.is(feel::Kind::Number) ? Value::number(one.number()) : std::nullopt;
      case FieldType::String:
        return one.is(feel::Kind::String) ? std::optional(Value::string(std::string(one.text()))) : std::nullopt;
      case FieldType::Enumeration:
        return one.is(feel::Kind::String) ? std::optional(Value::enumeration(std::string(one.text()))) : std::nullopt;
      case FieldType::Boolean:
        return one.is(feel::Kind::Boolean) ? std::optional(Value::boolean(one.boolean())) : std::nullopt;
      case FieldType::Date: return one.is(feel::Kind::Date) ? std::optional(Value::date(one.date())) : std::nullopt;
      case FieldType::Reference: {
        if (!one.is(feel::Kind::Number)) return std::nullopt;
        const auto id = one.number().to_int64();
        return id ? std::optional(Value::reference(*id)) : std::nullopt;
      }
      case FieldType::DateTime: {
        if (!one.is(feel::Kind::DateTime)) return std::nullopt;
        const feel::DateTime& moment = one.date_time();
        const std::int64_t offset_s =
            moment.time.zone.offset_at(moment.date, moment.time.nanoseconds).value_or(zone_offset_s);
        return Value::date_time(moment.date.days() * day_ms + moment.time.nanoseconds / 1'000'000 - offset_s * 1000);
      }
      default: return std::nullopt;
    }
  };
  if (field.type == FieldType::Money) {
    if (!value.is(feel::Kind::Context)) return std::nullopt;
    const feel::Value* amount = value.context().find("amount");
    const feel::Value* currency = value.context().find("currency");
    if (amount == nullptr || !amount->is(feel::Kind::Number)) return std::nullopt;
    const auto number = Value::number(amount->number());
    if (!number) return std::nullopt;
    const std::string_view code =
        currency != nullptr && currency->is(feel::Kind::String) ? currency->text() : std::string_view(field.currency);
    return code.size() == 3 ? std::optional(Value::money(number->coefficient(), number->scale(), code)) : std::nullopt;
  }
  if (field.type == FieldType::List) {
    if (!value.is(feel::Kind::List)) return std::nullopt;
    std::vector<Value> items;
    for (const feel::Value& item : value.items()) {
      auto one = scalar(field.item_type, item);
      if (!one) return std::nullopt;
      items.push_back(std::move(*one));
    }
    return Value::list(std::move(items));
  }
  return scalar(field.type, value);
}

}  // namespace yuanqu::register_
