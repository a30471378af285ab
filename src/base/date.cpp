#include "base/date.hpp"

#include "base/text.hpp"

namespace yuanqu::base {
namespace {

constexpr std::int64_t year_limit = 999'999'999;

// Days since 1970-01-01 of a civil date, and back: the calendar repeats every 400 years (146,097 days), and a year that
// starts on 1 March puts the leap day last. After Howard Hinnant, "chrono-compatible low-level date algorithms".
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr std::int64_t first_day = days_from_civil(-year_limit, 1, 1);
constexpr std::int64_t last_day = days_from_civil(year_limit, 12, 31);

void append_padded(std::string& text, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace

bool is_leap_year(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(std::int64_t year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

std::optional<Date> Date::from_civil(std::int64_t year, int month, int day) {
  if (year < -year_limit || year > year_limit || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return from_days(days_from_civil(year, month, day));
}

std::optional<Date> Date::parse(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  std::size_t i = negative ? 1 : 0;
  const std::size_t year_begin = i;
  std::int64_t year = 0;
  while (i < text.size() && is_digit(text[i])) {
    if (i - year_begin == 9) return std::nullopt;
    year = year * 10 + (text[i++] - '0');
  }
  const std::size_t year_digits = i - year_begin;
  if (year_digits < 4 || (year_digits > 4 && text[year_begin] == '0')) return std::nullopt;
  if (negative && year == 0) return std::nullopt;  // the year before 0001 is 0000, and it has no sign
  const std::string_view rest = text.substr(i);
  if (rest.size() != 6 || rest[0] != '-' || rest[3] != '-') return std::nullopt;
  for (const std::size_t at : {1, 2, 4, 5}) {
    if (!is_digit(rest[at])) return std::nullopt;
  }
  const int month = (rest[1] - '0') * 10 + (rest[2] - '0');
  const int day = (rest[4] - '0') * 10 + (rest[5] - '0');
  return from_civil(negative ? -year : year, month, day);
}

Civil Date::civil() const {
  const std::int64_t shifted = days_ + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<std::int32_t>(day_of_year - (153 * month_index + 2) / 5 + 1);
  civil.month = static_cast<std::int32_t>(month_index < 10 ? month_index + 3 : month_index - 9);
  civil.year = static_cast<std::int32_t>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  return civil;
}

int Date::weekday() const {
  // 1970-01-01 was a Thursday, ISO 4.
  const std::int64_t index = (days_ + 3) % 7;
  return static_cast<int>(index < 0 ? index + 8 : index + 1);
}

int Date::day_of_year() const { return static_cast<int>(days_ - days_from_civil(civil().year, 1, 1) + 1); }

int Date::iso_week() const {
  // The week belongs to the year of its Thursday.
  const Date thursday = from_days(days_ + 4 - weekday());
  return (thursday.day_of_year() - 1) / 7 + 1;
}

std::optional<Date> Date::plus_months(std::int64_t months) const {
  if (months > 12 * 2 * year_limit || months < -12 * 2 * year_limit) return std::nullopt;
  const Civil at = civil();
  const std::int64_t index = static_cast<std::int64_t>(at.year) * 12 + (at.month - 1) + months;
  const std::int64_t year = index >= 0 ? index / 12 : -((11 - index) / 12);
  const int month = static_cast<int>(index - year * 12) + 1;
  const int longest = days_in_month(year, month);
  return from_civil(year, month, at.day < longest ? at.day : longest);
}

std::optional<Date> Date::plus_days(std::int64_t days) const {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(days_, days, &sum) || sum < first_day || sum > last_day) return std::nullopt;
  return from_days(sum);
}

std::string Date::to_string() const {
  const Civil at = civil();
  std::string text;
  if (at.year < 0) text += '-';
  append_padded(text, at.year < 0 ? -static_cast<std::int64_t>(at.year) : at.year, 4);
  text += '-';
  append_padded(text, at.month, 2);
  text += '-';
  append_padded(text, at.day, 2);
  return text;
}

}  // namespace yuanqu::base
