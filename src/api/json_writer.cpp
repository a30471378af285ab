#include "api/json_writer.hpp"

#include <charconv>
#include <cmath>

#include "base/json_text.hpp"

namespace yuanqu::api {
namespace {

constexpr std::int64_t exact_in_double = std::int64_t{1} << 53;

void append_padded(std::string& out, std::int64_t number, int width) {
  std::string digits = std::to_string(number);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
  out += digits;
}

}  // namespace

void JsonWriter::separate() {
  if (comma_) text_ += ',';
}

JsonWriter& JsonWriter::object() {
  separate();
  text_ += '{';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::array() {
  separate();
  text_ += '[';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  base::append_json_string(text_, name);
  text_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  base::append_json_string(text_, text);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  if (number >= exact_in_double || number <= -exact_in_double) return value(text);
  return raw(text);
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return raw({digits, static_cast<std::size_t>(end - digits)});
}

JsonWriter& JsonWriter::value(base::Decimal number) {
  const int scale = number.scale();
  const auto scaled = number.to_scaled(scale);
  const std::string text = number.to_string();
  const bool exact = scaled && *scaled<exact_in_double&& * scaled> - exact_in_double && scale <= 15;
  return exact ? raw(text) : value(text);
}

JsonWriter& JsonWriter::value(base::Date day) { return value(day.to_string()); }
JsonWriter& JsonWriter::value(Id id) { return value(std::to_string(id.number)); }

JsonWriter& JsonWriter::instant(std::int64_t milliseconds) { return value(instant_text(milliseconds)); }

JsonWriter& JsonWriter::labels(std::string_view name, std::string_view zh, std::string_view en) {
  return key(name).object().member("zh", zh).member("en", en.empty() ? zh : en).end_object();
}

std::string instant_text(std::int64_t milliseconds) {
  constexpr std::int64_t day_ms = 86'400'000;
  std::int64_t days = milliseconds / day_ms;
  std::int64_t rest = milliseconds % day_ms;
  if (rest < 0) {
    rest += day_ms;
    --days;
  }
  std::string text = base::Date::from_days(days).to_string();
  text += 'T';
  append_padded(text, rest / 3'600'000, 2);
  text += ':';
  append_padded(text, rest / 60'000 % 60, 2);
  text += ':';
  append_padded(text, rest / 1000 % 60, 2);
  if (rest % 1000 != 0) {
    text += '.';
    append_padded(text, rest % 1000, 3);
  }
  text += 'Z';
  return text;
}

std::optional<std::int64_t> parse_instant(std::string_view text) {
  const auto separator = text.find('T');
  if (separator == std::string_view::npos || !text.ends_with('Z')) return std::nullopt;
  const auto day = base::Date::parse(text.substr(0, separator));
  std::string_view clock = text.substr(separator + 1);
  clock.remove_suffix(1);
  if (!day || clock.size() < 8 || clock[2] != ':' || clock[5] != ':') return std::nullopt;
  const auto two = [&](std::size_t at) -> int {
    int number = -1;
    const auto end = std::from_chars(clock.data() + at, clock.data() + at + 2, number);
    return end.ec == std::errc{} && end.ptr == clock.data() + at + 2 ? number : -1;
  };
  const int hours = two(0), minutes = two(3), seconds = two(6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (clock.size() > 8) {
    if (clock[8] != '.' || clock.size() == 9 || clock.size() > 18) return std::nullopt;
    std::int64_t unit = 100;
    for (const char digit : clock.substr(9)) {
      if (digit < '0' || digit > '9') return std::nullopt;
      fraction += (digit - '0') * unit;
      unit /= 10;
    }
  }
  return day->days() * 86'400'000 + hours * 3'600'000LL + minutes * 60'000LL + seconds * 1000LL + fraction;
}

}  // namespace yuanqu::api
