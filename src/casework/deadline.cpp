#include "casework/deadline.hpp"

#include <algorithm>

namespace yuanqu::casework {

namespace {

// Disjoint, ascending, none before the start; an open one ends beyond everything.
std::vector<Suspension> merged(std::vector<Suspension> suspensions, base::Date start) {
  std::sort(suspensions.begin(), suspensions.end(),
            [](const Suspension& a, const Suspension& b) { return a.from < b.from; });
  std::vector<Suspension> made;
  for (Suspension& one : suspensions) {
    one.from = std::max(one.from, start);
    if (one.to && *one.to <= one.from) continue;
    if (made.empty() || (made.back().to && *made.back().to < one.from)) {
      made.push_back(one);
    } else if (made.back().to && (!one.to || *one.to > *made.back().to)) {
      made.back().to = one.to;
    }
  }
  return made;
}

}  // namespace

Deadline read_deadline(const base::Calendar& calendar, base::Date start, std::int64_t budget,
                       std::vector<Suspension> suspensions, base::Date today) {
  Deadline made;
  std::int64_t lost = 0;       // working days within suspensions, before the due day
  std::int64_t lost_used = 0;  // those up to today
  auto due = calendar.working_day_after(start, std::max<std::int64_t>(budget, 0));
  for (const Suspension& one : merged(std::move(suspensions), start)) {
    if (budget > 0 && (!due || one.from >= due->date)) break;
    if (one.from < today) {
      const base::Date until = one.to ? std::min(*one.to, today) : today;
      lost_used += calendar.working_days_between(one.from, until).days;
    }
    if (!one.to) {
      made.suspended = true;
      break;
    }
    lost += calendar.working_days_between(one.from, *one.to).days;
    if (budget > 0) due = calendar.working_day_after(start, budget + lost);
  }
  made.used = std::max<std::int64_t>(calendar.working_days_between(start, std::max(start, today)).days - lost_used, 0);
  made.left = budget - made.used;
  if (budget <= 0) {
    made.left = 0;
  } else if (!made.suspended && due) {
    made.due = due->date;
    made.provisional = due->provisional;
  }
  return made;
}

}  // namespace yuanqu::casework
