#include "population/measure.hpp"

#include <cmath>

#include "feel/expression.hpp"

namespace yuanqu::population {

using base::Decimal;

namespace {
constexpr std::int64_t seconds_of_a_day = 86'400;
}

std::optional<Decimal> measure(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::Number: return value.number();
    case feel::Kind::Date: return Decimal(value.date().days());
    case feel::Kind::DaysTimeDuration: return divide(Decimal(value.days_time().seconds), Decimal(seconds_of_a_day));
    case feel::Kind::YearsMonthsDuration: return Decimal(value.years_months().total_months);
    default: return std::nullopt;
  }
}

feel::Value with_measure(Decimal measure, const feel::Value& like) {
  const auto whole = measure.to_int64();
  switch (like.kind()) {
    case feel::Kind::Number: return feel::Value(measure);
    case feel::Kind::Date: return whole ? feel::Value(base::Date::from_days(*whole)) : feel::Value();
    case feel::Kind::DaysTimeDuration:
      return whole ? feel::Value(feel::DaysTimeDuration::of_days(*whole)) : feel::Value();
    case feel::Kind::YearsMonthsDuration: return whole ? feel::Value(feel::YearsMonthsDuration{*whole}) : feel::Value();
    default: return {};
  }
}

std::optional<Distance> distance(const feel::Value& value, const std::vector<feel::Bounds>& accepted, bool negated,
                                 bool met) {
  const auto at = measure(value);
  if (!at) return std::nullopt;
  std::optional<Distance> nearest;
  const auto consider = [&](const feel::Value& end) {
    if (end.is_null() || end.kind() != value.kind()) return;
    const auto limit = measure(end);
    const auto apart = limit ? subtract(*at, *limit) : std::nullopt;
    if (!apart) return;
    const Decimal size = apart->absolute();
    if (nearest && nearest->margin.absolute() <= size) return;
    const double scale = std::abs(limit->to_double());
    nearest = Distance{end, met ? size : size.negated(), size.to_double() / (scale > 0 ? scale : 1)};
  };
  const auto inside = [&](const feel::Bounds& bounds) {
    const auto low = measure(bounds.low), high = measure(bounds.high);
    return (bounds.low.is_null() || (low && (*low < *at || (bounds.low_included && *low == *at)))) &&
           (bounds.high.is_null() || (high && (*at < *high || (bounds.high_included && *high == *at))));
  };
  // Leaving: the ends of what the value lies in. Entering: those of everything it does not.
  const bool leaving = met != negated;
  for (const feel::Bounds& bounds : accepted) {
    if (inside(bounds) != leaving) continue;
    consider(bounds.low);
    consider(bounds.high);
  }
  return nearest;
}

const feel::SimpleTests* Cells::bounds(const std::string& text) {
  const auto found = known_.find(text);
  if (found != known_.end()) return found->second ? &*found->second : nullptr;
  std::optional<feel::SimpleTests> tests;
  feel::Scope scope;
  scope.declare("?");
  if (const auto compiled = feel::compile(text, scope, feel::Dialect::UnaryTests))
    tests = feel::simple_tests(compiled->syntax());
  const auto& kept = known_.emplace(text, std::move(tests)).first->second;
  return kept ? &*kept : nullptr;
}

}  // namespace yuanqu::population
