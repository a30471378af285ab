#include "register/value.hpp"

#include "journal/change.hpp"
#include "journal/content_store.hpp"

namespace yuanqu::register_ {

using journal::append_varint;
using journal::take_varint;
using journal::unzigzag;
using journal::zigzag;

namespace {

bool take_zigzag(std::string_view& bytes, std::int64_t& value) {
  std::uint64_t raw = 0;
  if (!take_varint(bytes, raw)) return false;
  value = unzigzag(raw);
  return true;
}

// Equal numbers must have equal bytes: no fraction zeros at the end.
void shorten(std::int64_t& coefficient, int& scale) {
  while (scale > 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
}

constexpr int scale_max = 18;
constexpr std::size_t depth_max = 4;

std::string date_time_text(std::int64_t milliseconds) {
  std::int64_t days = milliseconds / 86'400'000;
  std::int64_t rest = milliseconds % 86'400'000;
  if (rest < 0) {
    --days;
    rest += 86'400'000;
  }
  const auto two = [](std::int64_t number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  std::string text = base::Date::from_days(days).to_string() + "T" + two(rest / 3'600'000) + ":" +
                     two(rest / 60'000 % 60) + ":" + two(rest / 1000 % 60);
  if (const std::int64_t thousandths = rest % 1000; thousandths != 0) {
    std::string digits = std::to_string(1000 + thousandths).substr(1);
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + "Z";
}

}  // namespace

Value Value::boolean(bool value) {
  Value made;
  made.type_ = ValueType::Boolean;
  made.integer_ = value ? 1 : 0;
  return made;
}

Value Value::number(std::int64_t coefficient, int scale) {
  shorten(coefficient, scale);
  Value made;
  made.type_ = ValueType::Number;
  made.integer_ = coefficient;
  made.scale_ = static_cast<std::uint8_t>(scale);
  return made;
}

std::optional<Value> Value::number(base::Decimal value) {
  const int scale = value.scale();
  if (scale > scale_max) return std::nullopt;
  const auto coefficient = value.to_scaled(scale);
  if (!coefficient) return std::nullopt;
  return number(*coefficient, scale);
}

Value Value::string(std::string text) {
  Value made;
  made.type_ = ValueType::String;
  made.text_ = std::move(text);
  return made;
}

Value Value::date(base::Date day) {
  Value made;
  made.type_ = ValueType::Date;
  made.integer_ = day.days();
  return made;
}

Value Value::date_time(std::int64_t milliseconds) {
  Value made;
  made.type_ = ValueType::DateTime;
  made.integer_ = milliseconds;
  return made;
}

Value Value::enumeration(std::string code) {
  Value made;
  made.type_ = ValueType::Enumeration;
  made.text_ = std::move(code);
  return made;
}

Value Value::reference(std::int64_t record) {
  Value made;
  made.type_ = ValueType::Reference;
  made.integer_ = record;
  return made;
}

Value Value::money(std::int64_t coefficient, int scale, std::string_view currency) {
  Value made = number(coefficient, scale);
  made.type_ = ValueType::Money;
  for (std::size_t i = 0; i < 3; ++i) made.currency_[i] = i < currency.size() ? currency[i] : 'X';
  return made;
}

Value Value::list(std::vector<Value> items) {
  Value made;
  made.type_ = ValueType::List;
  made.items_ = std::move(items);
  return made;
}

Value Value::unreadable(std::string text) {
  Value made;
  made.type_ = ValueType::Unreadable;
  made.text_ = std::move(text);
  return made;
}

Value Value::attachment(std::string_view hash, std::uint64_t size, std::string_view format, std::string_view name) {
  Value made;
  made.type_ = ValueType::Attachment;
  made.integer_ = static_cast<std::int64_t>(size);
  made.text_.append(hash).append(format).append("\n").append(name);
  return made;
}

std::string_view Value::attachment_format() const {
  const std::string_view rest = std::string_view(text_).substr(64);
  return rest.substr(0, rest.find('\n'));
}

std::string_view Value::attachment_name() const {
  const std::string_view rest = std::string_view(text_).substr(64);
  return rest.substr(rest.find('\n') + 1);
}

base::Decimal Value::as_decimal() const { return base::Decimal::from_scaled(integer_, scale_); }

std::optional<std::int64_t> Value::scaled(int scale) const {
  if (scale < scale_) return std::nullopt;  // shortened, so digits would be lost
  std::int64_t result = integer_;
  for (int i = scale_; i < scale; ++i) {
    if (__builtin_mul_overflow(result, std::int64_t{10}, &result)) return std::nullopt;
  }
  return result;
}

std::string Value::to_text() const {
  switch (type_) {
    case ValueType::Null: return {};
    case ValueType::Boolean: return integer_ != 0 ? "true" : "false";
    case ValueType::Number: return as_decimal().to_string();
    case ValueType::String:
    case ValueType::Enumeration:
    case ValueType::Unreadable: return text_;
    case ValueType::Date: return as_date().to_string();
    case ValueType::DateTime: return date_time_text(integer_);
    case ValueType::Reference: return std::to_string(integer_);
    case ValueType::Money: return as_decimal().to_string() + " " + std::string(currency());
    case ValueType::List: {
      std::string text;
      for (const Value& item : items_) text += (text.empty() ? "" : "；") + item.to_text();
      return text;
    }
    case ValueType::Attachment: return std::string(attachment_name());
  }
  return {};
}

void Value::append_bytes(std::string& bytes) const {
  bytes.push_back(static_cast<char>(type_));
  switch (type_) {
    case ValueType::Null: break;
    case ValueType::Boolean: bytes.push_back(static_cast<char>(integer_)); break;
    case ValueType::Money: bytes.append(currency_.data(), 3); [[fallthrough]];
    case ValueType::Number:
      append_varint(bytes, scale_);
      append_varint(bytes, zigzag(integer_));
      break;
    case ValueType::String:
    case ValueType::Enumeration:
    case ValueType::Unreadable: bytes.append(text_); break;
    case ValueType::Date:
    case ValueType::DateTime:
    case ValueType::Reference: append_varint(bytes, zigzag(integer_)); break;
    case ValueType::List:
      append_varint(bytes, items_.size());
      for (const Value& item : items_) {
        const std::string inner = item.to_bytes();
        append_varint(bytes, inner.size());
        bytes.append(inner);
      }
      break;
    case ValueType::Attachment:
      append_varint(bytes, zigzag(integer_));
      bytes.append(text_);
      break;
  }
}

std::string Value::to_bytes() const {
  std::string bytes;
  append_bytes(bytes);
  return bytes;
}

namespace {

std::optional<Value> read_value(std::string_view bytes, std::size_t depth) {
  if (bytes.empty() || depth > depth_max) return std::nullopt;
  const auto type = static_cast<ValueType>(bytes.front());
  bytes.remove_prefix(1);
  std::int64_t integer = 0;
  std::uint64_t scale = 0;
  switch (type) {
    case ValueType::Null: return bytes.empty() ? std::optional<Value>(Value{}) : std::nullopt;
    case ValueType::Boolean:
      if (bytes.size() != 1 || static_cast<unsigned char>(bytes[0]) > 1) return std::nullopt;
      return Value::boolean(bytes[0] != 0);
    case ValueType::String: return Value::string(std::string(bytes));
    case ValueType::Enumeration: return Value::enumeration(std::string(bytes));
    case ValueType::Unreadable: return Value::unreadable(std::string(bytes));
    case ValueType::Number:
      if (!take_varint(bytes, scale) || !take_zigzag(bytes, integer) || !bytes.empty() || scale > scale_max)
        return std::nullopt;
      return Value::number(integer, static_cast<int>(scale));
    case ValueType::Money: {
      if (bytes.size() < 3) return std::nullopt;
      const std::string_view currency = bytes.substr(0, 3);
      bytes.remove_prefix(3);
      if (!take_varint(bytes, scale) || !take_zigzag(bytes, integer) || !bytes.empty() || scale > scale_max)
        return std::nullopt;
      return Value::money(integer, static_cast<int>(scale), currency);
    }
    case ValueType::Date:
    case ValueType::DateTime:
    case ValueType::Reference:
      if (!take_zigzag(bytes, integer) || !bytes.empty()) return std::nullopt;
      return type == ValueType::Date
                 ? Value::date(base::Date::from_days(integer))
                 : (type == ValueType::DateTime ? Value::date_time(integer) : Value::reference(integer));
    case ValueType::List: {
      std::uint64_t count = 0;
      if (!take_varint(bytes, count) || count > bytes.size()) return std::nullopt;
      std::vector<Value> items;
      items.reserve(static_cast<std::size_t>(count));
      for (std::uint64_t i = 0; i < count; ++i) {
        std::uint64_t length = 0;
        if (!take_varint(bytes, length) || length > bytes.size()) return std::nullopt;
        auto item = read_value(bytes.substr(0, static_cast<std::size_t>(length)), depth + 1);
        if (!item) return std::nullopt;
        items.push_back(std::move(*item));
        bytes.remove_prefix(static_cast<std::size_t>(length));
      }
      if (!bytes.empty()) return std::nullopt;
      return Value::list(std::move(items));
    }
    case ValueType::Attachment: {
      if (!take_zigzag(bytes, integer) || integer < 0 || bytes.size() < 64) return std::nullopt;
      const std::string_view hash = bytes.substr(0, 64);
      const std::size_t end = bytes.find('\n', 64);
      if (!journal::is_content_hash(hash) || end == std::string_view::npos) return std::nullopt;
      return Value::attachment(hash, static_cast<std::uint64_t>(integer), bytes.substr(64, end - 64),
                               bytes.substr(end + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Value> Value::from_bytes(std::string_view bytes) { return read_value(bytes, 0); }

bool operator==(const Value& a, const Value& b) {
  return a.type_ == b.type_ && a.integer_ == b.integer_ && a.scale_ == b.scale_ && a.currency_ == b.currency_ &&
         a.text_ == b.text_ && a.items_ == b.items_;
}

}  // namespace yuanqu::register_
