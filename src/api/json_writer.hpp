#pragma once
// JsonWriter: appends JSON text to a string, with commas and escapes put in by itself. Numbers keep every digit: a
// decimal is a JSON number when a reader that uses doubles gets the same digits back (its digits as an integer stay
// under 2^53), a string otherwise. The caller opens and closes in pairs; nothing is checked, nothing is allocated
// beyond the string.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.hpp"
#include "base/decimal.hpp"

namespace yuanqu::api {

// A record, duty or case id: always a JSON string, because it has 63 bits.
struct Id {
  std::int64_t number = 0;
};

class JsonWriter {
 public:
  JsonWriter() { text_.reserve(1024); }

  JsonWriter& object();
  JsonWriter& end_object();
  JsonWriter& array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& null();
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::same_as<bool> auto boolean) { return raw(boolean ? "true" : "false"); }
  JsonWriter& value(std::integral auto number) requires(!std::same_as<decltype(number), bool>) {
    return integer(static_cast<std::int64_t>(number));
  }
  JsonWriter& value(double number);  // timings and shares only; figures are decimals
  JsonWriter& value(base::Decimal number);
  JsonWriter& value(base::Date day);
  JsonWriter& value(Id id);
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  JsonWriter& raw(std::string_view json);          // already JSON
  JsonWriter& instant(std::int64_t milliseconds);  // "2026-03-02T08:30:00Z", with milliseconds where there are any

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  JsonWriter& member_null(std::string_view name) { return key(name).null(); }
  // null for an empty text
  JsonWriter& member_or_null(std::string_view name, std::string_view text) {
    key(name);
    return text.empty() ? null() : value(text);
  }
  JsonWriter& member_or_null(std::string_view name, Id id) {
    key(name);
    return id.number == 0 ? null() : value(id);
  }
  JsonWriter& labels(std::string_view name, std::string_view zh, std::string_view en);

  std::string take() { return std::move(text_); }
  const std::string& text() const { return text_; }

 private:
  JsonWriter& integer(std::int64_t number);
  void separate();
  std::string text_;
  bool comma_ = false;
};

std::string instant_text(std::int64_t milliseconds);
std::optional<std::int64_t> parse_instant(std::string_view text);  // "2026-03-02T08:30:00[.123]Z"

}  // namespace yuanqu::api
