#include "register/written_date.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "base/text.hpp"

namespace yuanqu::register_ {

namespace {

constexpr std::int64_t zone_offset_ms = 8 * 3'600'000;

std::string_view rest_after(std::string_view text, std::string_view mark) {
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t count = 0;
  while (count < text.size() && count < most && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

// Takes the date off the front of the text.
std::optional<base::Date> take_date(std::string_view& text) {
  std::string_view rest = text;
  const auto year = take_digits(rest, 4, 4);
  if (!year) return std::nullopt;
  std::optional<int> month;
  std::optional<int> day;
  if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
    month = take_digits(rest, 2, 2);
    day = take_digits(rest, 2, 2);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') return std::nullopt;
  } else {
    struct Marks {
      std::string_view after_year;
      std::string_view after_month;
      std::string_view after_day;
    };
    constexpr std::array<Marks, 4> forms = {{{"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}}};
    for (const Marks& form : forms) {
      if (!rest.starts_with(form.after_year)) continue;
      rest = base::trimmed(rest.substr(form.after_year.size()));
      month = take_digits(rest, 1, 2);
      if (!month || !rest.starts_with(form.after_month)) return std::nullopt;
      rest = base::trimmed(rest.substr(form.after_month.size()));
      day = take_digits(rest, 1, 2);
      if (!day || (!rest.empty() && rest.front() >= '0' && rest.front() <= '9')) return std::nullopt;
      rest = rest_after(rest, form.after_day);
      break;
    }
  }
  if (!month || !day) return std::nullopt;
  const auto date = base::Date::from_civil(*year, *month, *day);
  if (date) text = rest;
  return date;
}

// hh:mm[:ss[.fraction]]; milliseconds of the day.
std::optional<std::int64_t> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 1, 2);
  if (!hour || *hour > 23 || !text.starts_with(":")) return std::nullopt;
  text.remove_prefix(1);
  const auto minute = take_digits(text, 2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t milliseconds = (*hour * 60 + *minute) * std::int64_t{60'000};
  if (!text.starts_with(":")) return milliseconds;
  text.remove_prefix(1);
  const auto second = take_digits(text, 2, 2);
  if (!second || *second > 59) return std::nullopt;
  milliseconds += *second * 1000;
  if (!text.starts_with(".")) return milliseconds;
  text.remove_prefix(1);
  std::int64_t part = 100;
  bool any = false;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), any = true) {
    milliseconds += (text.front() - '0') * part;
    part /= 10;
  }
  if (!any) return std::nullopt;
  return milliseconds;
}

}  // namespace

std::optional<base::Date> parse_written_date(std::string_view text) {
  const std::string half = base::half_width(base::trimmed(text));
  std::string_view rest = half;
  const auto date = take_date(rest);
  if (!date) return std::nullopt;
  rest = base::trimmed(rest_after(rest, "T"));
  if (rest.empty()) return date;
  if (!take_time(rest)) return std::nullopt;
  return rest.empty() || rest == "Z" ? date : std::nullopt;
}

std::optional<std::int64_t> parse_written_date_time(std::string_view text) {
  const std::string half = base::half_width(base::trimmed(text));
  std::string_view rest = half;
  const auto date = take_date(rest);
  if (!date) return std::nullopt;
  rest = base::trimmed(rest_after(rest, "T"));
  std::int64_t milliseconds = date->days() * 86'400'000;
  if (rest.empty()) return milliseconds - zone_offset_ms;
  const auto time = take_time(rest);
  if (!time) return std::nullopt;
  milliseconds += *time;
  if (rest == "Z") return milliseconds;
  if (rest.empty()) return milliseconds - zone_offset_ms;
  const bool minus = rest.front() == '-';
  if (!minus && rest.front() != '+') return std::nullopt;
  rest.remove_prefix(1);
  const auto hours = take_digits(rest, 2, 2);
  if (!hours || !rest.starts_with(":")) return std::nullopt;
  rest.remove_prefix(1);
  const auto minutes = take_digits(rest, 2, 2);
  if (!minutes || !rest.empty() || *hours > 18 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = (*hours * 60 + *minutes) * std::int64_t{60'000};
  return milliseconds - (minus ? -offset : offset);
}

}  // namespace yuanqu::register_
