#include "feel/horizon.hpp"

#include <algorithm>

namespace yuanqu::feel {
namespace {

using MotionForm = Motion::Form;

// The moving date as it would be if the day were `day`; nullopt outside the calendar.
std::optional<base::Date> at(const Motion& motion, base::Date day) {
  std::optional<base::Date> date = day;
  if (motion.form == MotionForm::DaysThenMonths) {
    date = date->plus_days(motion.days);
    return date ? date->plus_months(motion.months) : date;
  }
  date = date->plus_months(motion.months);
  return date ? date->plus_days(motion.days) : date;
}

bool relation_holds(Relation relation, int order) {
  switch (relation) {
    case Relation::Less: return order < 0;
    case Relation::LessOrEqual: return order <= 0;
    case Relation::Greater: return order > 0;
    case Relation::GreaterOrEqual: return order >= 0;
    case Relation::Equal: return order == 0;
  }
  return false;
}

Relation mirrored(Relation relation) {
  switch (relation) {
    case Relation::Less: return Relation::Greater;
    case Relation::LessOrEqual: return Relation::GreaterOrEqual;
    case Relation::Greater: return Relation::Less;
    case Relation::GreaterOrEqual: return Relation::LessOrEqual;
    case Relation::Equal: return Relation::Equal;
  }
  return relation;
}

// Something that rises with the day passes a bound: it is below before `reaches`, equal until `passes`, above from then
// on.
void note_crossing(Horizon& horizon, Relation relation, std::int64_t reaches, std::int64_t passes) {
  std::int64_t today = horizon.today().days();
  auto order = [&](std::int64_t day) { return day < reaches ? -1 : day < passes ? 0 : 1; };
  bool now = relation_holds(relation, order(today));
  for (std::int64_t day : {reaches, passes}) {
    if (day > today && relation_holds(relation, order(day)) != now) {
      horizon.lower(day);
      return;
    }
  }
}

// The first day from today on at which the moving date is not before `bound` (or is after it).
std::int64_t first_day(const Horizon& horizon, const Motion& motion, base::Date bound, bool after) {
  std::int64_t today = horizon.today().days();
  auto reached = [&](std::int64_t day) {
    std::optional<base::Date> date = at(motion, base::Date::from_days(day));
    return !date || (after ? *date > bound : *date >= bound);
  };
  if (motion.months == 0) return bound.days() - motion.days + (after ? 1 : 0);
  std::optional<base::Date> now = at(motion, horizon.today());
  if (!now || reached(today)) return today;
  // A date some months ahead moves day by day but for the ends of months, where it may rest up to three days.
  std::int64_t low = today;
  std::int64_t high = today + (bound.days() - now->days()) + 8;
  while (!reached(high)) high += 31;
  while (high - low > 1) {
    std::int64_t middle = low + (high - low) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

std::int64_t whole_days_up(std::int64_t seconds, bool beyond) {
  constexpr std::int64_t day = 86'400;
  std::int64_t days = seconds >= 0 ? seconds / day : -((-seconds + day - 1) / day);
  std::int64_t rest = seconds - days * day;
  return rest > 0 || beyond ? days + 1 : days;
}

}  // namespace

Value today_value(base::Date today) {
  Value value(today);
  value.set_motion({MotionForm::MonthsThenDays, 0, 0});
  return value;
}

void add_motion(Horizon& horizon, const Value& from, std::int64_t months, std::int64_t days, Value& result) {
  Motion motion = from.motion();
  if (!from.moves() || result.is_null()) return;
  bool plain_days = motion.months == 0;
  bool ends_in_days = motion.form == MotionForm::MonthsThenDays;
  if (months != 0) {
    if (!plain_days) return horizon.lower_to_tomorrow();
    motion.form = motion.days == 0 ? MotionForm::MonthsThenDays : MotionForm::DaysThenMonths;
    if (months < INT16_MIN || months > INT16_MAX) return horizon.lower_to_tomorrow();
    motion.months = static_cast<std::int16_t>(months);
  } else if (days != 0) {
    if (!ends_in_days && !plain_days) return horizon.lower_to_tomorrow();
    std::int64_t sum = motion.days + days;
    if (sum < INT32_MIN || sum > INT32_MAX) return horizon.lower_to_tomorrow();
    motion.form = MotionForm::MonthsThenDays;
    motion.days = static_cast<std::int32_t>(sum);
  }
  result.set_motion(motion);
}

void subtract_motion(Horizon& horizon, const Value& left, const Value& right, Value& result) {
  if (result.is_null() || (!left.moves() && !right.moves())) return;
  bool days_only = left.motion().months == 0 && right.motion().months == 0;
  if (!days_only) return horizon.lower_to_tomorrow();
  if (left.moves() && right.moves()) return;  // both move day by day, so their distance stays
  result.set_motion({left.moves() ? MotionForm::RisingDays : MotionForm::FallingDays, 0, 0});
}

void note_comparison(Horizon& horizon, const Value& left, Relation relation, const Value& right) {
  if (!left.moves() && !right.moves()) return;
  if (left.kind() != right.kind() || (left.moves() && right.moves())) {
    Motion a = left.motion();
    Motion b = right.motion();
    bool together = left.kind() == right.kind() && left.is(Kind::Date) && a.months == 0 && b.months == 0;
    if (left.kind() == right.kind() && !together) horizon.lower_to_tomorrow();
    return;
  }
  if (right.moves()) return note_comparison(horizon, right, mirrored(relation), left);
  Motion motion = left.motion();
  if (left.is(Kind::Date)) {
    note_crossing(horizon, relation, first_day(horizon, motion, right.date(), false),
                  first_day(horizon, motion, right.date(), true));
  } else if (left.is(Kind::DaysTimeDuration) && motion.form != MotionForm::Parts) {
    DaysTimeDuration value = left.days_time();
    DaysTimeDuration bound = right.days_time();
    if (motion.form == MotionForm::FallingDays) {
      std::swap(value, bound);
      relation = mirrored(relation);
    }
    // Durations between dates are whole days; a fraction of a second in the bound only matters for equality.
    std::int64_t gap = bound.seconds - value.seconds;
    bool fraction = bound.nanoseconds > value.nanoseconds;
    std::int64_t today = horizon.today().days();
    note_crossing(horizon, relation, today + whole_days_up(gap, fraction && gap % 86'400 == 0),
                  today + whole_days_up(gap, gap % 86'400 == 0));
  } else {
    horizon.lower_to_tomorrow();
  }
}

void note_component(Horizon& horizon, const Value& value, DateComponent component) {
  if (!value.moves()) return;
  if (!value.is(Kind::Date) || (component != DateComponent::Year && component != DateComponent::Month)) {
    return horizon.lower_to_tomorrow();
  }
  base::Civil civil = value.date().civil();
  std::int64_t year = civil.year;
  int month = component == DateComponent::Year ? 1 : civil.month + 1;
  if (component == DateComponent::Year || month > 12) {
    ++year;
    month = 1;
  }
  std::optional<base::Date> next = base::Date::from_civil(year, month, 1);
  if (!next) return;
  horizon.lower(std::max(first_day(horizon, value.motion(), *next, false), horizon.today().days() + 1));
}

void note_use(Horizon& horizon, const Value& value) {
  if (value.moves()) horizon.lower_to_tomorrow();
}

}  // namespace yuanqu::feel
