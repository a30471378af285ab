#pragma once
// Value: what a field of a record can hold. Small, comparable, with one canonical byte form that the journal stores and
// hashes: equal values have equal bytes, and the bytes can be read without the catalogue.
//
// Numbers are coefficient × 10^-scale with the coefficient in int64 and no trailing fraction zeros. Money is such a
// number in the field's own unit (万元 …) with an ISO 4217 code. Date counts days, DateTime milliseconds since
// 1970-01-01(T00:00:00Z). Unreadable keeps what a source delivered and nobody could read; it reads as null with reason
// "unreadable" and is a finding.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/decimal.hpp"

namespace yuanqu::register_ {

enum class ValueType : std::uint8_t {
  Null = 0,  // in a change: the field is cleared
  Boolean = 1,
  Number = 2,
  String = 3,
  Date = 4,
  DateTime = 5,
  Enumeration = 6,  // text is the code
  Reference = 7,    // integer is the record's id
  Money = 8,
  List = 9,
  Unreadable = 10,
  Attachment = 11,  // a file of the data folder (journal/attachments.hpp)
};

class Value {
 public:
  Value() = default;
  static Value boolean(bool value);
  static Value number(std::int64_t coefficient, int scale);
  static std::optional<Value> number(base::Decimal value);  // nullopt outside int64 × 10^-scale, scale 0 … 18
  static Value string(std::string text);
  static Value date(base::Date day);
  static Value date_time(std::int64_t milliseconds);
  static Value enumeration(std::string code);
  static Value reference(std::int64_t record);
  static Value money(std::int64_t coefficient, int scale, std::string_view currency);
  static Value list(std::vector<Value> items);
  static Value unreadable(std::string text);
  // `hash` as journal::is_content_hash asks; the name is how people call the file.
  static Value attachment(std::string_view hash, std::uint64_t size, std::string_view format, std::string_view name);

  ValueType type() const { return type_; }
  bool is_null() const { return type_ == ValueType::Null; }
  bool as_boolean() const { return integer_ != 0; }
  std::int64_t coefficient() const { return integer_; }
  int scale() const { return scale_; }
  base::Decimal as_decimal() const;  // Number or Money
  // coefficient at another scale; nullopt when digits would be lost or int64 left
  std::optional<std::int64_t> scaled(int scale) const;
  base::Date as_date() const { return base::Date::from_days(integer_); }
  std::int64_t as_milliseconds() const { return integer_; }
  std::int64_t as_reference() const { return integer_; }
  const std::string& text() const { return text_; }  // String, Enumeration, Unreadable
  std::string_view currency() const { return {currency_.data(), 3}; }
  const std::vector<Value>& items() const { return items_; }
  std::string_view attachment_hash() const { return std::string_view(text_).substr(0, 64); }
  std::string_view attachment_format() const;
  std::string_view attachment_name() const;
  std::uint64_t attachment_size() const { return static_cast<std::uint64_t>(integer_); }

  // Plain text for exports, titles and logs: "35.5", "2026-03-02", "3100 USD", items joined by "；".
  std::string to_text() const;
  void append_bytes(std::string& bytes) const;
  std::string to_bytes() const;
  static std::optional<Value> from_bytes(std::string_view bytes);

  friend bool operator==(const Value& a, const Value& b);

 private:
  ValueType type_ = ValueType::Null;
  std::uint8_t scale_ = 0;
  std::array<char, 3> currency_{};
  std::int64_t integer_ = 0;
  std::string text_;  // of an attachment: hash, format, line feed, name
  std::vector<Value> items_;
};

}  // namespace yuanqu::register_
