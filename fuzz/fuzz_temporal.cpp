// Rooms: feel base
// Temporal strings: whatever reads must print as text that reads as the same value, and arithmetic must not break on
// it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "feel/temporal.hpp"

namespace {

using namespace yuanqu;

void must(bool condition) {
  if (!condition) std::abort();
}

struct Exercise {
  void operator()(std::monostate) const {}
  void operator()(const base::Date& date) const {
    must(base::Date::parse(date.to_string()) == date);
    (void)add(date, feel::YearsMonthsDuration{-1});
    (void)add(date, feel::DaysTimeDuration{-1, -1});
    (void)date.iso_week();
    (void)feel::months_between(base::Date::from_days(0), date);
  }
  void operator()(const feel::Time& time) const {
    must(feel::Time::parse(time.to_string()) == time);
    const feel::Time later = add(time, {86'399, 999'999'999});
    must(later.nanoseconds >= 0 && later.nanoseconds < 86'400'000'000'000);
    (void)compare(time, later);
    (void)difference(time, later);
  }
  void operator()(const feel::DateTime& at) const {
    must(feel::DateTime::parse(at.to_string()) == at);
    if (const auto again = feel::DateTime::at(at.instant(), at.time.zone)) must(again->instant() == at.instant());
    (void)add(at, feel::DaysTimeDuration{90'000, 1});
    (void)add(at, feel::YearsMonthsDuration{1});
    (void)at.time_offset();
  }
  void operator()(const feel::DaysTimeDuration& duration) const {
    must(feel::DaysTimeDuration::parse(duration.to_string()) == duration);
    must(feel::DaysTimeDuration::from_seconds(duration.total_seconds()) == duration);
    (void)add(feel::DateTime{}, duration);
    (void)add(base::Date{}, duration);
    (void)add(duration, duration);
    (void)multiply(duration, base::Decimal::from_scaled(15, 1));
  }
  void operator()(const feel::YearsMonthsDuration& duration) const {
    must(feel::YearsMonthsDuration::parse(duration.to_string()) == duration);
    (void)add(base::Date{}, duration);
    (void)add(duration, duration);
    (void)multiply(duration, base::Decimal::from_scaled(-25, 1));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::visit(Exercise{}, feel::parse_temporal(text));
  if (const auto number = base::Decimal::parse(text)) {
    must(base::Decimal::parse(number->to_string()) == *number);
    (void)feel::DaysTimeDuration::from_seconds(*number);
    (void)round_to(*number, 2, base::Rounding::HalfEven);
    (void)modulo(*number, base::Decimal(7));
  }
  return 0;
}
