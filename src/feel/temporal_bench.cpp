#include <benchmark/benchmark.h>

#include "feel/pattern.hpp"
#include "feel/temporal.hpp"

namespace yuanqu::feel {
namespace {

void date_time_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(DateTime::parse("2026-03-02T11:22:33.5+08:00"));
}
void date_time_parse_named_zone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(DateTime::parse("2026-03-02T11:22:33@Asia/Shanghai"));
}
void date_time_compare_named_zone(benchmark::State& state) {
  const DateTime a = *DateTime::parse("2026-03-02T11:22:33@Asia/Shanghai");
  const DateTime b = *DateTime::parse("2026-03-02T04:22:33@Europe/Paris");
  for (auto _ : state) benchmark::DoNotOptimize(compare(a, b));
}
void pattern_compile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Pattern::compile("^[0-9A-HJ-NPQRTUWXY]{18}$"));
}
void pattern_matches(benchmark::State& state) {
  const Pattern pattern = *Pattern::compile("^[0-9A-HJ-NPQRTUWXY]{18}$");
  for (auto _ : state) benchmark::DoNotOptimize(pattern.matches("91350100M000100Y43"));
}
void pattern_replace(benchmark::State& state) {
  const Pattern pattern = *Pattern::compile("(\\d{3})(\\d{4})(\\d{4})");
  for (auto _ : state) benchmark::DoNotOptimize(pattern.replace("13800001111 13900002222", "$1****$3"));
}

BENCHMARK(date_time_parse);
BENCHMARK(date_time_parse_named_zone);
BENCHMARK(date_time_compare_named_zone);
BENCHMARK(pattern_compile);
BENCHMARK(pattern_matches);
BENCHMARK(pattern_replace);

}  // namespace
}  // namespace yuanqu::feel
