#include "base/working_days.hpp"

#include <algorithm>

namespace yuanqu::base {
namespace {

bool is_weekday(Date day) { return day.weekday() <= 5; }

// Mondays to Fridays from Monday 1969-12-29 (day -3) to this day, both counted; negative before.
std::int64_t weekdays_until(Date day) {
  const std::int64_t since_monday = day.days() + 4;  // days including 1969-12-29
  std::int64_t weeks = since_monday / 7;
  std::int64_t rest = since_monday % 7;
  if (rest < 0) {
    rest += 7;
    --weeks;
  }
  return weeks * 5 + std::min<std::int64_t>(rest, 5);
}

}  // namespace

Result<Calendar> Calendar::make(Date published_from, Date published_to, std::vector<Exception> exceptions) {
  if (published_to < published_from) {
    return fail(ErrorCode::Invalid, "日历的公布区间为空：终止日早于起始日，请改正。",
                "The published range of the calendar is empty: let it end no earlier than it begins.");
  }
  std::sort(exceptions.begin(), exceptions.end(),
            [](const Exception& a, const Exception& b) { return a.date < b.date; });
  Calendar calendar;
  calendar.from_ = published_from;
  calendar.to_ = published_to;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < exceptions.size(); ++i) {
    const Exception& exception = exceptions[i];
    const std::string day = exception.date.to_string();
    if (!calendar.is_published(exception.date)) {
      return fail(ErrorCode::Invalid, "日历中的 " + day + " 不在公布区间内：请扩大区间或删去此日。",
                  "The calendar's day " + day + " lies outside the published range: widen the range or leave it out.");
    }
    if (i > 0 && exceptions[i - 1].date == exception.date) {
      if (exceptions[i - 1].working == exception.working) continue;
      return fail(ErrorCode::Invalid, "日历中 " + day + " 既是休息日又是工作日：请只保留一种。",
                  "The calendar gives " + day + " both as a day off and as a day worked: keep one of them.");
    }
    if (exception.working == is_weekday(exception.date)) continue;
    sum += exception.working ? 1 : -1;
    calendar.days_.push_back(exception.date);
    calendar.sums_.push_back(sum);
  }
  return calendar;
}

bool Calendar::is_working_day(Date day) const {
  return is_weekday(day) != std::binary_search(days_.begin(), days_.end(), day);
}

std::int64_t Calendar::index(Date day) const {
  const auto after = std::upper_bound(days_.begin(), days_.end(), day) - days_.begin();
  return weekdays_until(day) + (after == 0 ? 0 : sums_[static_cast<std::size_t>(after) - 1]);
}

bool Calendar::covered(Date first, Date last) const { return last < first || (first >= from_ && last <= to_); }

std::optional<Calendar::Day> Calendar::working_day_after(Date day, std::int64_t count) const {
  // No span of dates holds more than 2 × 10^9 years × 366 days.
  if (count < 0 || count > 800'000'000'000) return std::nullopt;
  if (count == 0) return Day{day, !is_published(day)};
  // The smallest day whose index is `count` more than that of `day`; the index never falls from one day to the next.
  const std::int64_t wanted = index(day) + count;
  std::int64_t low = day.days();  // index below wanted
  std::int64_t high = low + count / 5 * 7 + 7 + static_cast<std::int64_t>(days_.size()) * 7;
  while (index(Date::from_days(high)) < wanted) high += 7;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (index(Date::from_days(middle)) < wanted ? low : high) = middle;
  }
  const std::optional<Date> found = day.plus_days(high - day.days());
  if (!found) return std::nullopt;
  return Day{*found, !covered(Date::from_days(day.days() + 1), *found)};
}

std::optional<Calendar::Day> Calendar::working_day_before(Date day, std::int64_t count) const {
  if (count < 0 || count > 800'000'000'000) return std::nullopt;
  if (count == 0) return Day{day, !is_published(day)};
  // The greatest day d with `count` working days in [d, day): the first whose index reaches index(day - 1) - count + 1.
  const std::int64_t wanted = index(Date::from_days(day.days() - 1)) - count + 1;
  std::int64_t high = day.days() - 1;  // index at least wanted
  std::int64_t low = high - count / 5 * 7 - 7 - static_cast<std::int64_t>(days_.size()) * 7;
  while (index(Date::from_days(low)) >= wanted) low -= 7;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (index(Date::from_days(middle)) < wanted ? low : high) = middle;
  }
  const std::optional<Date> found = day.plus_days(high - day.days());
  if (!found) return std::nullopt;
  return Day{*found, !covered(*found, Date::from_days(day.days() - 1))};
}

Calendar::Count Calendar::working_days_between(Date after, Date until) const {
  const Date first = std::min(after, until);
  const Date last = std::max(after, until);
  return {index(until) - index(after), !covered(Date::from_days(first.days() + 1), last)};
}

}  // namespace yuanqu::base
