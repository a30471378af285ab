// Dates, and the horizon of what moves with the day (feel/horizon.hpp says what that is).
#include "base/date.hpp"
#include "columns/builder.hpp"
#include "feel/horizon.hpp"

namespace yuanqu::columns {

using feel::Value;
using Form_ = feel::Motion::Form;

namespace {

// Days since 1970-01-01 as year, month, day in 32-bit arithmetic; good for years 0 … 9999 and beyond, which is what
// columns hold.
struct YearMonthDay {
  std::int32_t year;
  std::int32_t month;
  std::int32_t day;
};
YearMonthDay civil_of(std::int32_t days) {
  const std::int64_t z = std::int64_t{days} + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<std::uint32_t>(z - era * 146097);
  const std::uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::uint32_t mp = (5 * doy + 2) / 153;
  const std::uint32_t month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int32_t>(static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0)),
          static_cast<std::int32_t>(month), static_cast<std::int32_t>(doy - (153 * mp + 2) / 5 + 1)};
}
std::int32_t days_of(std::int32_t year, std::int32_t month, std::int32_t day) {
  const std::int32_t y = year - (month <= 2 ? 1 : 0);
  const std::int32_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<std::uint32_t>(y - era * 400);
  const auto doy = static_cast<std::uint32_t>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
  return static_cast<std::int32_t>(era * 146097 + static_cast<std::int32_t>(yoe * 365 + yoe / 4 - yoe / 100 + doy) -
                                   719468);
}
std::int32_t plus_months(std::int32_t days, std::int32_t months) {
  static constexpr std::int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const YearMonthDay civil = civil_of(days);
  const std::int32_t total = civil.year * 12 + civil.month - 1 + months;
  const std::int32_t year = total >= 0 ? total / 12 : -((-total + 11) / 12);
  const std::int32_t month = total - year * 12;
  std::int32_t length = lengths[month];
  if (month == 1 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0)) length = 29;
  return days_of(year, month + 1, civil.day < length ? civil.day : length);
}
// The first day of every month of 1900 to 2199, which is where nearly all dates lie: adding months is a look into it.
struct Months {
  static constexpr int first_year = 1900, count = 300 * 12;
  std::int32_t start[count + 1];
  Months() {
    for (int i = 0; i <= count; ++i) start[i] = days_of(first_year + i / 12, i % 12 + 1, 1);
  }
};
std::int32_t plus_months_near(const Months& months, std::int32_t days, std::int32_t by) {
  const std::int32_t since = days - months.start[0];
  if (since < 0 || days >= months.start[Months::count - 1]) return plus_months(days, by);
  // 4,800 months are 146,097 days: the month, or the one before or after it.
  auto at = static_cast<std::int32_t>(static_cast<std::uint64_t>(since) * 4800 / 146097);
  at += months.start[at + 1] <= days ? 1 : 0;
  at -= months.start[at] > days ? 1 : 0;
  const std::int32_t target = at + by;
  if (target < 0 || target >= Months::count) return plus_months(days, by);
  const std::int32_t last = months.start[target + 1] - months.start[target] - 1, day = days - months.start[at];
  return months.start[target] + (day < last ? day : last);
}

// Far inside the calendar nothing can overflow; the rest escapes.
constexpr std::int32_t far_days = 3'000'000;  // some 8,000 years
constexpr std::int64_t far_months = 12 * 8'000;

std::int64_t whole_days(std::int64_t seconds) {
  return seconds >= 0 ? seconds / 86'400 : -((-seconds + 86'399) / 86'400);
}

// What add_motion() of the reference makes of it; nullopt: the result is no longer followed.
std::optional<feel::Motion> moved(feel::Motion motion, std::int64_t months, std::int64_t days) {
  if (months != 0) {
    if (motion.months != 0 || months < INT16_MIN || months > INT16_MAX) return std::nullopt;
    motion.form = motion.days == 0 ? Form_::MonthsThenDays : Form_::DaysThenMonths;
    motion.months = static_cast<std::int16_t>(months);
  } else if (days != 0) {
    if (motion.form != Form_::MonthsThenDays && motion.months != 0) return std::nullopt;
    const std::int64_t sum = motion.days + days;
    if (sum < INT32_MIN || sum > INT32_MAX) return std::nullopt;
    motion.form = Form_::MonthsThenDays;
    motion.days = static_cast<std::int32_t>(sum);
  }
  return motion;
}

}  // namespace

void Builder::note_use(const PartPointer& part) {
  if (!program_.tracks || part->is_constant) return;
  if (part->form == Form::Context) {
    for (const auto& [name, member] : part->members) note_use(member);
    return;
  }
  if (part->form == Form::List) return note_use(part->element);
  if (!part->moves) return;
  const Reg from = part->reg;
  const bool narrow = part->form == Form::Date;
  effect("tomorrow", {from}, [=, domain = part->domain](Frame& frame) {
    const std::size_t count = frame.size(domain);
    for (std::size_t i = 0; i < count; ++i) {
      if (narrow ? frame.in<std::int32_t>(from)[i] == null32 : frame.in<std::int64_t>(from)[i] == null64) continue;
      frame.lower(domain, i, frame.days[frame.root(domain, i)] + 1);
    }
  });
}

void Builder::note_comparison(const PartPointer& a, Relation relation, const PartPointer& b, int domain) {
  if (!program_.tracks || (!a->moves && !b->moves) || a->form != b->form) return;
  if (a->moves && b->moves) {
    // Two dates that move day by day stay as far apart as they are.
    if (a->form == Form::Date && a->motion.months == 0 && b->motion.months == 0) return;
    note_use(a);
    note_use(b);
    return;
  }
  if (b->moves) {
    static constexpr Relation mirrored[] = {Relation::Greater,     Relation::GreaterOrEqual, Relation::Less,
                                            Relation::LessOrEqual, Relation::Equal,          Relation::NotEqual};
    return note_comparison(b, mirrored[static_cast<int>(relation)], a, domain);
  }
  const Reg moving = vector_of(a, domain), fixed = vector_of(b, domain);
  static constexpr feel::Relation relations[] = {feel::Relation::Less,    feel::Relation::LessOrEqual,
                                                 feel::Relation::Greater, feel::Relation::GreaterOrEqual,
                                                 feel::Relation::Equal,   feel::Relation::Equal};
  const feel::Relation reference = relations[static_cast<int>(relation)];
  const feel::Motion motion = a->motion;
  if (a->form == Form::Date && motion.months == 0) {
    // Below the bound until `reaches`, equal on it, above from the next day on.
    effect("crossing", {moving, fixed}, [=](Frame& frame) {
      const std::int32_t *at = frame.in<std::int32_t>(moving), *bound = frame.in<std::int32_t>(fixed);
      const std::size_t count = frame.size(domain);
      const bool on_bound = relation == Relation::GreaterOrEqual || relation == Relation::Less;
      const bool past_bound = relation == Relation::Greater || relation == Relation::LessOrEqual;
      for (std::size_t i = 0; i < count; ++i) {
        if (at[i] == null32 || bound[i] == null32 || at[i] > bound[i]) continue;
        const std::size_t row = domain == 0 ? i : frame.root(domain, i);
        const std::int64_t reaches = std::int64_t{frame.days[row]} + (std::int64_t{bound[i]} - at[i]);
        const std::int64_t day = on_bound ? reaches : past_bound || at[i] == bound[i] ? reaches + 1 : reaches;
        if (day > frame.days[row] && day < frame.horizons[row]) frame.horizons[row] = static_cast<std::int32_t>(day);
      }
    });
    return;
  }
  const PartPointer x = spread(a, domain);
  effect("crossing by calendar", {moving, fixed}, [=, form = a->form](Frame& frame) {
    for (std::size_t i = 0; i < frame.size(domain); ++i) {
      const std::int64_t p = frame.word(moving, i), q = frame.word(fixed, i);
      if (p == null64 || q == null64) continue;
      const std::int32_t today = frame.days[frame.root(domain, i)];
      feel::Horizon horizon(base::Date::from_days(today));
      Value left = form == Form::Date ? Value(base::Date::from_days(p)) : Value(feel::DaysTimeDuration{p, 0});
      left.set_motion(motion);
      const Value right = form == Form::Date ? Value(base::Date::from_days(q)) : Value(feel::DaysTimeDuration{q, 0});
      feel::note_comparison(horizon, left, reference, right);
      if (const auto day = horizon.first_change()) frame.lower(domain, i, day->days());
    }
  });
}

PartPointer Builder::shift_date(const PartPointer& date, const PartPointer& duration, bool back) {
  const int domain = deeper(date->domain, duration->domain);
  note_use(duration);
  auto made = std::make_shared<Part>();
  made->form = Form::Date;
  made->domain = domain;
  const bool months = duration->form == Form::Months;
  if (date->moves) {
    std::optional<feel::Motion> motion;
    if (duration->is_constant) {
      const std::int64_t amount =
          months ? duration->constant.years_months().total_months : duration->constant.days_time().seconds;
      motion = months ? moved(date->motion, back ? -amount : amount, 0)
                      : moved(date->motion, 0, whole_days(back ? -amount : amount));
    }
    if (motion) {
      made->moves = true;
      made->motion = *motion;
    } else {
      note_use(date);
    }
  }
  const Reg x = vector_of(date, domain), y = vector_of(duration, domain);
  made->reg =
      step("shift dates", std::to_string(x) + "," + std::to_string(y) + (back ? "-" : "+"), Form::Date, 0, domain,
           {x, y}, [=](Reg out) {
             return [=](Frame& frame) {
               const std::int32_t* from = frame.in<std::int32_t>(x);
               static const Months near;
               const std::int64_t* by = frame.in<std::int64_t>(y);
               std::int32_t* to = frame.out<std::int32_t>(out);
               const std::size_t count = frame.size_of(out);
               for (std::size_t i = 0; i < count; ++i) {
                 to[i] = null32;
                 if (from[i] == null32 || by[i] == null64) continue;
                 const std::int64_t amount = back ? -by[i] : by[i];
                 const std::int64_t days = months ? 0 : whole_days(amount);
                 if (from[i] > far_days || from[i] < -719'000 ||
                     (months ? amount > far_months || amount < -far_months : days > far_days || days < -far_days)) {
                   frame.escape(domain, i);
                   continue;
                 }
                 to[i] = months ? plus_months_near(near, from[i], static_cast<std::int32_t>(amount))
                                : from[i] + static_cast<std::int32_t>(days);
               }
             };
           });
  return made;
}

PartPointer Builder::between_dates(const PartPointer& a, const PartPointer& b, int domain) {
  auto made = std::make_shared<Part>();
  made->form = Form::Seconds;
  made->domain = domain;
  if (a->moves || b->moves) {
    if (a->motion.months != 0 || b->motion.months != 0) {
      note_use(a);
      note_use(b);
    } else if (a->moves != b->moves) {
      made->moves = true;
      made->motion = {a->moves ? Form_::RisingDays : Form_::FallingDays, 0, 0};
    }
  }
  const Reg x = vector_of(a, domain), y = vector_of(b, domain);
  made->reg =
      step("days between", std::to_string(x) + "," + std::to_string(y), Form::Seconds, 0, domain, {x, y}, [=](Reg out) {
        return [=](Frame& frame) {
          const std::int32_t *p = frame.in<std::int32_t>(x), *q = frame.in<std::int32_t>(y);
          std::int64_t* to = frame.out<std::int64_t>(out);
          const std::size_t count = frame.size_of(out);
          for (std::size_t i = 0; i < count; ++i)
            to[i] = p[i] == null32 || q[i] == null32 ? null64 : (std::int64_t{p[i]} - q[i]) * 86'400;
          Vector& vector = frame.vector(out);
          frame.kernel.bounds(to, count, &vector.low, &vector.high);
        };
      });
  return made;
}

PartPointer Builder::component(const char* name, const PartPointer& date) {
  const std::string_view what = name;
  const int which = what == "year" ? 0 : what == "month" ? 1 : what == "day" ? 2 : 3;
  if (date->moves && program_.tracks) {
    const Reg from = vector_of(date, date->domain);
    effect("component moves", {from}, [=, domain = date->domain, motion = date->motion](Frame& frame) {
      for (std::size_t i = 0; i < frame.size(domain); ++i) {
        const std::int64_t at = frame.word(from, i);
        if (at == null64) continue;
        feel::Horizon horizon(base::Date::from_days(frame.days[frame.root(domain, i)]));
        Value value(base::Date::from_days(at));
        value.set_motion(motion);
        feel::note_component(horizon, value,
                             which == 0   ? feel::DateComponent::Year
                             : which == 1 ? feel::DateComponent::Month
                                          : feel::DateComponent::Day);
        if (const auto day = horizon.first_change()) frame.lower(domain, i, day->days());
      }
    });
  }
  const Reg from = vector_of(date, date->domain);
  const Reg reg = step("component", std::to_string(which) + "," + std::to_string(from), Form::Number, 0, date->domain,
                       {from}, [=](Reg out) {
                         return [=](Frame& frame) {
                           const std::int32_t* days = frame.in<std::int32_t>(from);
                           std::int64_t* to = frame.out<std::int64_t>(out);
                           const std::size_t count = frame.size_of(out);
                           for (std::size_t i = 0; i < count; ++i) {
                             if (days[i] == null32) {
                               to[i] = null64;
                             } else if (which == 3) {
                               to[i] = ((std::int64_t{days[i]} + 3) % 7 + 7) % 7 + 1;
                             } else {
                               const YearMonthDay civil = civil_of(days[i]);
                               to[i] = which == 0 ? civil.year : which == 1 ? civil.month : civil.day;
                             }
                           }
                           Vector& made = frame.vector(out);
                           frame.kernel.bounds(to, count, &made.low, &made.high);
                         };
                       });
  return with_code(scalar(Form::Number, 0, date->domain, reg), {&date, 1});
}

}  // namespace yuanqu::columns
