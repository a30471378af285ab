#pragma once
// Calendar: which days are worked. Monday to Friday, except days off, plus weekends made up for, as the State Council's
// yearly notices say. The days are data (a pack's calendars); this class only counts.
//
// A calendar is published for a range of days. Outside it the plain week is assumed, and every result that looked at
// such a day is marked provisional. Counting follows the convention of the Civil Code, article 201: the day counted
// from is not counted, the last day is. Immutable after make(); all questions are O(log n) in the number of exceptions.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"

namespace yuanqu::base {

class Calendar {
 public:
  struct Exception {
    Date date;
    bool working = false;  // false: a day off; true: a weekend that is worked
  };
  struct Day {
    Date date;
    bool provisional = false;
    friend bool operator==(const Day&, const Day&) = default;
  };
  struct Count {
    std::int64_t days = 0;
    bool provisional = false;
    friend bool operator==(const Count&, const Count&) = default;
  };

  Calendar() = default;  // the plain week, published nowhere

  // Exceptions may come in any order and may repeat what the week says anyway. Invalid when the range is empty, an
  // exception lies outside it, or one day is given twice with different meanings.
  static Result<Calendar> make(Date published_from, Date published_to, std::vector<Exception> exceptions);

  bool is_published(Date day) const { return day >= from_ && day <= to_; }
  Date published_from() const { return from_; }
  Date published_to() const { return to_; }  // before published_from() when nothing is published

  bool is_working_day(Date day) const;
  // The count-th working day after (before) a day, which itself is not counted. Count 0 is the day itself, worked or
  // not. Nullopt for a negative count or a result outside the calendar of dates.
  std::optional<Day> working_day_after(Date day, std::int64_t count) const;
  std::optional<Day> working_day_before(Date day, std::int64_t count) const;
  // Working days later than `after` and not later than `until`; negative when `until` lies before `after`
  // (then those later than `until` and not later than `after`).
  Count working_days_between(Date after, Date until) const;

 private:
  // Working days from the epoch to this day, both counted; differences of it are counts.
  std::int64_t index(Date day) const;
  bool covered(Date first, Date last) const;

  Date from_ = Date::from_days(1);
  Date to_ = Date::from_days(0);
  // Days whose meaning differs from the plain week, ascending, and the running sum of +1 (worked) and -1 (off).
  std::vector<Date> days_;
  std::vector<std::int64_t> sums_;
};

}  // namespace yuanqu::base
