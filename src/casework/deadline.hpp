#pragma once
// Deadlines, derived: a budget in working days counted from a day (which itself is not counted, Civil Code art. 201),
// less the days that a suspension took out. Nothing is counted daily; the same ledger and calendar give the same answer
// whenever they are asked. Pure.
//
// A suspension begins the day after it is noted and ends with the day it is lifted: the days after `from` up to and
// with `to` are not counted (Administrative Licensing Law, art. 45; material that is owed, art. 32). While one is open
// the rest stands still and there is no due day. One noted after the due day came changes nothing: late stays late.

#include <optional>
#include <vector>

#include "base/working_days.hpp"

namespace yuanqu::casework {

struct Suspension {
  base::Date from;
  std::optional<base::Date> to;  // nullopt: still open
};

struct Deadline {
  std::int64_t used = 0;  // working days counted up to today
  std::int64_t left = 0;  // budget less used; below zero when late
  std::optional<base::Date> due;
  bool provisional = false;  // some day counted lies in a year that is not announced
  bool suspended = false;
};

// `suspensions` in any order, overlapping or not. A budget below 1 has no due day.
Deadline read_deadline(const base::Calendar& calendar, base::Date start, std::int64_t budget,
                       std::vector<Suspension> suspensions, base::Date today);

}  // namespace yuanqu::casework
