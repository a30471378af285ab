#pragma once
// Horizon: the first later day on which the result of an evaluation could differ because the day moved (design.md,
// "Time"). A Value made by today_value() is flagged as moving; arithmetic with constant durations keeps the flag as a
// Motion; a comparison with a fixed value lowers the horizon to the exact day the comparison changes; a component
// (.year) to the day it changes; any other use to tomorrow. An evaluation without a horizon never looks at the flags.

#include <cstdint>
#include <limits>
#include <optional>

#include "base/date.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

class Horizon {
 public:
  explicit Horizon(base::Date today) : today_(today) {}

  base::Date today() const { return today_; }
  // Nullopt: nothing that was used moves.
  std::optional<base::Date> first_change() const {
    if (first_ == never) return std::nullopt;
    return base::Date::from_days(first_);
  }
  void lower(std::int64_t day) {
    if (day > today_.days() && day < first_) first_ = day;
  }
  void lower_to_tomorrow() { lower(today_.days() + 1); }
  void merge(const Horizon& other) {
    if (other.first_ < first_) first_ = other.first_;
  }
  void clear() { first_ = never; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  base::Date today_;
  std::int64_t first_ = never;
};

// The date `today`, flagged as moving with the day.
Value today_value(base::Date today);

// `today + days` or months later, flagged; used by the evaluator for date ± duration. Falls back to tomorrow and an
// unflagged value where the combination has no Motion.
void add_motion(Horizon& horizon, const Value& from, std::int64_t months, std::int64_t days, Value& result);

// left - right of two dates, at least one of which moves; sets the motion of the duration or lowers to tomorrow.
void subtract_motion(Horizon& horizon, const Value& left, const Value& right, Value& result);

// A comparison `left relation right`; does nothing unless one of the two moves.
enum class Relation : std::uint8_t { Less, LessOrEqual, Greater, GreaterOrEqual, Equal };
void note_comparison(Horizon& horizon, const Value& left, Relation relation, const Value& right);

enum class DateComponent : std::uint8_t { Year, Month, Day, Weekday, Other };
void note_component(Horizon& horizon, const Value& date, DateComponent component);

// Any other use. Whoever takes the result of an evaluation for final calls it for that result.
void note_use(Horizon& horizon, const Value& value);

}  // namespace yuanqu::feel
