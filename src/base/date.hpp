#pragma once
// Date: a day of the proleptic Gregorian calendar, years ±999,999,999 (DMN 1.5, clause 10.3.2.3.5), as days since
// 1970-01-01.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yuanqu::base {

struct Civil {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1 … 12
  std::int32_t day = 1;    // 1 … 31
  friend auto operator<=>(const Civil&, const Civil&) = default;
};

class Date {
 public:
  constexpr Date() = default;
  static constexpr Date from_days(std::int64_t days_since_epoch) {
    Date d;
    d.days_ = days_since_epoch;
    return d;
  }
  static std::optional<Date> from_civil(std::int64_t year, int month, int day);  // nullopt when there is no such day
  static std::optional<Date> parse(
      std::string_view text);  // [-]YYYY-MM-DD; years of more than four digits without leading zeros

  constexpr std::int64_t days() const { return days_; }
  Civil civil() const;
  int weekday() const;                                         // ISO: Monday 1 … Sunday 7
  int day_of_year() const;                                     // 1 … 366
  int iso_week() const;                                        // ISO 8601 week number
  std::optional<Date> plus_months(std::int64_t months) const;  // a day past the month's end becomes its last day
  std::optional<Date> plus_days(std::int64_t days) const;
  std::string to_string() const;

  friend constexpr auto operator<=>(const Date&, const Date&) = default;

 private:
  std::int64_t days_ = 0;
};

int days_in_month(std::int64_t year, int month);
bool is_leap_year(std::int64_t year);

}  // namespace yuanqu::base
