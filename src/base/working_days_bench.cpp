#include "base/working_days.hpp"

#include <benchmark/benchmark.h>

namespace yuanqu::base {
namespace {

// Thirteen years with thirty exceptions each, as the published notices have them.
Calendar calendar() {
  const std::int64_t origin = Date::from_civil(2013, 1, 1)->days();
  std::vector<Calendar::Exception> exceptions;
  for (int i = 0; i < 13 * 30; ++i) exceptions.push_back({Date::from_days(origin + i * 12), i % 4 == 0});
  return *Calendar::make(Date::from_days(origin), Date::from_days(origin + 13 * 366), std::move(exceptions));
}

void working_day_before(benchmark::State& state) {
  const Calendar days = calendar();
  std::int64_t at = Date::from_civil(2024, 6, 30)->days();
  for (auto _ : state) {
    benchmark::DoNotOptimize(days.working_day_before(Date::from_days(at), state.range(0)));
    at ^= 64;
  }
}
void working_days_between(benchmark::State& state) {
  const Calendar days = calendar();
  const Date from = *Date::from_civil(2015, 3, 1);
  for (auto _ : state) benchmark::DoNotOptimize(days.working_days_between(from, *Date::from_civil(2024, 6, 30)));
}

BENCHMARK(working_day_before)->Arg(10)->Arg(90);
BENCHMARK(working_days_between);

}  // namespace
}  // namespace yuanqu::base
