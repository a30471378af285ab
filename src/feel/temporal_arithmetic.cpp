// Comparison and arithmetic of temporal values: DMN 1.5, tables 53 to 57.

#include <limits>

#include "feel/temporal.hpp"
#include "feel/temporal_parts.hpp"

namespace yuanqu::feel {

using detail::day_nanoseconds;
using detail::day_seconds;
using detail::second_nanoseconds;

namespace {

// seconds + nanoseconds with any signs, brought into the form that DaysTimeDuration promises.
std::optional<DaysTimeDuration> normal(std::int64_t seconds, std::int64_t nanoseconds) {
  if (__builtin_add_overflow(seconds, nanoseconds / second_nanoseconds, &seconds)) return std::nullopt;
  nanoseconds %= second_nanoseconds;
  if (seconds > 0 && nanoseconds < 0) {
    --seconds;
    nanoseconds += second_nanoseconds;
  } else if (seconds < 0 && nanoseconds > 0) {
    ++seconds;
    nanoseconds -= second_nanoseconds;
  }
  if (seconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return DaysTimeDuration{seconds, static_cast<std::int32_t>(nanoseconds)};
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }  // b > 0

bool go_together(const Zone& a, const Zone& b) { return a.is_none() == b.is_none(); }

// Nanoseconds since midnight of the reference day, at UTC for times with a zone.
std::int64_t on_reference_day(const Time& time) {
  return time.nanoseconds - static_cast<std::int64_t>(time.zone.standard_offset().value_or(0)) * second_nanoseconds;
}

}  // namespace

Instant DateTime::instant() const {
  const std::int64_t offset = time.zone.offset_at(date, time.nanoseconds).value_or(0);
  return {date.days() * day_seconds + time.nanoseconds / second_nanoseconds - offset, time.nanosecond()};
}

std::optional<DateTime> DateTime::at(Instant instant, Zone zone) {
  std::int64_t local = 0;
  if (__builtin_add_overflow(instant.seconds, std::int64_t{zone.offset_at_instant(instant.seconds).value_or(0)},
                             &local)) {
    return std::nullopt;
  }
  const std::int64_t days = floor_divide(local, day_seconds);
  const std::optional<base::Date> date = base::Date::from_days(0).plus_days(days);
  if (!date) return std::nullopt;
  return DateTime{*date, {(local - days * day_seconds) * second_nanoseconds + instant.nanoseconds, zone}};
}

std::optional<bool> equal(const Time& a, const Time& b) {
  if (!go_together(a.zone, b.zone)) return std::nullopt;
  return floor_divide(on_reference_day(a), second_nanoseconds) == floor_divide(on_reference_day(b), second_nanoseconds);
}

std::optional<bool> equal(const DateTime& a, const DateTime& b) {
  if (!go_together(a.time.zone, b.time.zone)) return std::nullopt;
  return a.instant().seconds == b.instant().seconds;
}

std::optional<std::strong_ordering> compare(const Time& a, const Time& b) {
  if (!go_together(a.zone, b.zone)) return std::nullopt;
  return on_reference_day(a) <=> on_reference_day(b);
}

std::optional<std::strong_ordering> compare(const DateTime& a, const DateTime& b) {
  if (!go_together(a.time.zone, b.time.zone)) return std::nullopt;
  return a.instant() <=> b.instant();
}

std::optional<base::Date> add(base::Date date, const YearsMonthsDuration& duration) {
  return date.plus_months(duration.total_months);
}

std::optional<base::Date> add(base::Date date, const DaysTimeDuration& duration) {
  std::int64_t days = floor_divide(duration.seconds, day_seconds);
  if (duration.nanoseconds < 0 && duration.seconds % day_seconds == 0) --days;
  return date.plus_days(days);
}

std::optional<DateTime> add(const DateTime& at, const YearsMonthsDuration& duration) {
  const std::optional<base::Date> date = at.date.plus_months(duration.total_months);
  if (!date) return std::nullopt;
  return DateTime{*date, at.time};
}

std::optional<DateTime> add(const DateTime& at, const DaysTimeDuration& duration) {
  Instant moment = at.instant();
  moment.nanoseconds += duration.nanoseconds;
  if (__builtin_add_overflow(moment.seconds, duration.seconds, &moment.seconds)) return std::nullopt;
  const std::int32_t carry = moment.nanoseconds >= second_nanoseconds ? 1 : (moment.nanoseconds < 0 ? -1 : 0);
  moment.nanoseconds -= static_cast<std::int32_t>(carry * second_nanoseconds);
  if (__builtin_add_overflow(moment.seconds, std::int64_t{carry}, &moment.seconds)) return std::nullopt;
  return DateTime::at(moment, at.time.zone);
}

Time add(const Time& time, const DaysTimeDuration& duration) {
  const std::int64_t shift = duration.seconds % day_seconds * second_nanoseconds + duration.nanoseconds;
  std::int64_t moved = (time.nanoseconds + shift) % day_nanoseconds;
  if (moved < 0) moved += day_nanoseconds;
  return {moved, time.zone};
}

std::optional<DaysTimeDuration> add(const DaysTimeDuration& a, const DaysTimeDuration& b) {
  std::int64_t seconds = 0;
  if (__builtin_add_overflow(a.seconds, b.seconds, &seconds)) return std::nullopt;
  return normal(seconds, std::int64_t{a.nanoseconds} + b.nanoseconds);
}

std::optional<YearsMonthsDuration> add(const YearsMonthsDuration& a, const YearsMonthsDuration& b) {
  std::int64_t months = 0;
  if (__builtin_add_overflow(a.total_months, b.total_months, &months) ||
      months == std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return YearsMonthsDuration{months};
}

DaysTimeDuration difference(base::Date a, base::Date b) { return DaysTimeDuration::of_days(a.days() - b.days()); }

std::optional<DaysTimeDuration> difference(const Time& a, const Time& b) {
  if (!go_together(a.zone, b.zone)) return std::nullopt;
  return normal(0, on_reference_day(a) - on_reference_day(b));
}

std::optional<DaysTimeDuration> difference(const DateTime& a, const DateTime& b) {
  if (!go_together(a.time.zone, b.time.zone)) return std::nullopt;
  const Instant x = a.instant();
  const Instant y = b.instant();
  return normal(x.seconds - y.seconds, std::int64_t{x.nanoseconds} - y.nanoseconds);
}

YearsMonthsDuration months_between(base::Date from, base::Date to) {
  const base::Civil a = from.civil();
  const base::Civil b = to.civil();
  std::int64_t months = (std::int64_t{b.year} - a.year) * 12 + (b.month - a.month);
  if (months > 0 && b.day < a.day) --months;
  if (months < 0 && b.day > a.day) ++months;
  return {months};
}

base::Decimal DaysTimeDuration::total_seconds() const {
  // At most 19 + 9 digits: exact.
  return add(base::Decimal(seconds), base::Decimal::from_scaled(nanoseconds, 9)).value_or(base::Decimal());
}

std::optional<DaysTimeDuration> DaysTimeDuration::from_seconds(base::Decimal seconds) {
  const std::optional<base::Decimal> rounded = round_to(seconds, 9, base::Rounding::HalfEven);
  if (!rounded) return std::nullopt;
  const std::optional<base::Decimal> whole = round_to(*rounded, 0, base::Rounding::Down);
  if (!whole) return std::nullopt;
  const std::optional<std::int64_t> count = whole->to_int64();
  const std::optional<base::Decimal> rest = subtract(*rounded, *whole);
  if (!count || !rest) return std::nullopt;
  const std::optional<std::int64_t> nanos = rest->to_scaled(9);
  if (!nanos) return std::nullopt;
  return normal(*count, *nanos);
}

std::optional<DaysTimeDuration> multiply(const DaysTimeDuration& duration, base::Decimal factor) {
  const std::optional<base::Decimal> seconds = multiply(duration.total_seconds(), factor);
  return seconds ? DaysTimeDuration::from_seconds(*seconds) : std::nullopt;
}

std::optional<DaysTimeDuration> divide(const DaysTimeDuration& duration, base::Decimal divisor) {
  const std::optional<base::Decimal> seconds = divide(duration.total_seconds(), divisor);
  return seconds ? DaysTimeDuration::from_seconds(*seconds) : std::nullopt;
}

std::optional<base::Decimal> divide(const DaysTimeDuration& a, const DaysTimeDuration& b) {
  return divide(a.total_seconds(), b.total_seconds());
}

namespace {

std::optional<YearsMonthsDuration> whole_months(std::optional<base::Decimal> months) {
  if (!months) return std::nullopt;
  const std::optional<base::Decimal> whole = round_to(*months, 0, base::Rounding::Down);
  const std::optional<std::int64_t> count = whole ? whole->to_int64() : std::nullopt;
  if (!count || *count == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return YearsMonthsDuration{*count};
}

}  // namespace

std::optional<YearsMonthsDuration> multiply(const YearsMonthsDuration& duration, base::Decimal factor) {
  return whole_months(multiply(base::Decimal(duration.total_months), factor));
}

std::optional<YearsMonthsDuration> divide(const YearsMonthsDuration& duration, base::Decimal divisor) {
  return whole_months(divide(base::Decimal(duration.total_months), divisor));
}

std::optional<base::Decimal> divide(const YearsMonthsDuration& a, const YearsMonthsDuration& b) {
  return divide(base::Decimal(a.total_months), base::Decimal(b.total_months));
}

}  // namespace yuanqu::feel
