#include "telemetry/point.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {

struct NamedReason {
  Quality quality;
  std::string_view name;
};
constexpr std::array<NamedReason, 11> reasons = {{
    {Quality::good_local_override, "local_override"},
    {Quality::last_usable, "last_usable"},
    {Quality::inaccurate, "inaccurate"},
    {Quality::range_exceeded, "range_exceeded"},
    {Quality::configuration_error, "configuration_error"},
    {Quality::not_connected, "not_connected"},
    {Quality::device_failure, "device_failure"},
    {Quality::sensor_failure, "sensor_failure"},
    {Quality::last_known, "last_known"},
    {Quality::communication_failure, "communication_failure"},
    {Quality::out_of_service, "out_of_service"},
}};

constexpr std::array<std::string_view, 6> type_names = {"", "boolean", "integer", "unsigned", "number", "text"};

template <class T>
base::Result<Value> parse_number(std::string_view text) {
  T number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc::result_out_of_range) {
    return fail(ErrorCode::Invalid, "数值 " + std::string(text) + " 超出类型的范围。",
                "The number " + std::string(text) + " is beyond the range of its type.");
  }
  if (problem != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorCode::Invalid, "“" + std::string(text.substr(0, 80)) + "”不是该类型的数值。",
                "\"" + std::string(text.substr(0, 80)) + "\" is no number of this type.");
  }
  return Value(number);
}

}  // namespace

std::string_view name_of(ValueType type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<ValueType> value_type_of(std::string_view name) {
  for (std::size_t i = 1; i < type_names.size(); ++i) {
    if (type_names[i] == name) return static_cast<ValueType>(i);
  }
  return std::nullopt;
}

bool same_bits(const Value& a, const Value& b) {
  if (a.index() != b.index()) return false;
  if (const auto* number = std::get_if<double>(&a))
    return std::bit_cast<std::uint64_t>(*number) == std::bit_cast<std::uint64_t>(std::get<double>(b));
  return a == b;
}

std::optional<double> as_number(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return std::isfinite(*number) ? std::optional(*number) : std::nullopt;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* integer = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? 1.0 : 0.0;
  return std::nullopt;
}

std::string to_text(const Value& value) {
  std::array<char, 40> room{};
  const auto print = [&](auto number) {
    const auto [end, problem] = std::to_chars(room.data(), room.data() + room.size(), number);
    return std::string(room.data(), problem == std::errc{} ? end : room.data());
  };
  if (const auto* number = std::get_if<double>(&value)) return print(*number);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return print(*integer);
  if (const auto* integer = std::get_if<std::uint64_t>(&value)) return print(*integer);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

base::Result<Value> parse_value(std::string_view text, ValueType type) {
  if (type == ValueType::Text) return Value(std::string(text));
  if (text.empty()) return Value();
  switch (type) {
    case ValueType::Boolean:
      if (text == "true" || text == "1") return Value(true);
      if (text == "false" || text == "0") return Value(false);
      return fail(ErrorCode::Invalid, "是非值应写 true 或 false。", "Write a boolean as true or false.");
    case ValueType::Integer: return parse_number<std::int64_t>(text);
    case ValueType::Unsigned: return parse_number<std::uint64_t>(text);
    default: return parse_number<double>(text);
  }
}

std::string_view class_of(Quality quality) {
  return quality.is_good() ? "good" : quality.is_uncertain() ? "uncertain" : "bad";
}

std::string reason_of(Quality quality) {
  if (quality == Quality::good || quality == Quality::uncertain || quality == Quality::bad) return {};
  for (const auto& reason : reasons) {
    if (reason.quality == quality) return std::string(reason.name);
  }
  return "reason_" + std::to_string(quality.code);
}

std::string to_text(Quality quality) {
  const std::string reason = reason_of(quality);
  return reason.empty() ? std::string(class_of(quality)) : std::string(class_of(quality)) + "/" + reason;
}

std::optional<Quality> quality_of(std::string_view text) {
  if (text == "good") return Quality::good;
  if (text == "uncertain") return Quality::uncertain;
  if (text == "bad") return Quality::bad;
  const auto slash = text.find('/');
  const std::string_view reason = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
  for (const auto& named : reasons) {
    if (!reason.empty() && named.name == reason) {
      return class_of(named.quality) == text.substr(0, slash) ? std::optional(named.quality) : std::nullopt;
    }
  }
  constexpr std::string_view prefix = "reason_";
  const std::string_view digits = reason.starts_with(prefix) ? reason.substr(prefix.size()) : text;
  unsigned code = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() || code > 255) return {};
  const Quality quality{static_cast<std::uint8_t>(code)};
  if (!reason.empty() && class_of(quality) != text.substr(0, slash)) return std::nullopt;
  return quality;
}

Quality worse(Quality a, Quality b) {
  const auto rank = [](Quality quality) { return quality.is_good() ? 2 : quality.is_uncertain() ? 1 : 0; };
  return rank(b) < rank(a) ? b : a;
}

bool same_bits(const Point& a, const Point& b) {
  return a.tag == b.tag && a.source_time_ms == b.source_time_ms && a.server_time_ms == b.server_time_ms &&
         a.quality == b.quality && a.sequence == b.sequence && same_bits(a.value, b.value);
}

base::Result<void> check(const Point& point) {
  if (point.tag == no_tag) {
    return fail(ErrorCode::NotFound, "点没有对应的测点。请在工厂模型中加上它的来源。",
                "The point belongs to no tag. Add its source to the plant model.", {.field = "tag"});
  }
  for (const auto& [field, time] :
       {std::pair("source_time", point.source_time_ms), {"server_time", point.server_time_ms}}) {
    if (time < time_ms_min || time > time_ms_max) {
      return fail(
          ErrorCode::Invalid, "时间 " + std::to_string(time) + " 毫秒不在公元 1 至 9999 年内。请检查来源的时钟。",
          "The time " + std::to_string(time) + " ms is not within the years 1 to 9999. Check the source's clock.",
          {.field = field});
    }
  }
  if (const auto* text = std::get_if<std::string>(&point.value)) {
    if (text->size() > text_bytes_max) {
      return fail(ErrorCode::LimitExceeded, "文本值超过 64 KiB。", "A text value is longer than 64 KiB.",
                  {.field = "value"});
    }
    if (!base::is_valid_utf8(*text)) {
      return fail(ErrorCode::Invalid, "文本值不是 UTF-8。", "A text value is not UTF-8.", {.field = "value"});
    }
  }
  return {};
}

}  // namespace yuanqu::telemetry
