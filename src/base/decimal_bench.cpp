#include "base/decimal.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace yuanqu::base {
namespace {

// Amounts in 元 with two digits, counts without any, and numbers of full length: what records hold, and the worst case.
enum Form { Amounts = 0, Mixed = 1, Long = 2 };

std::vector<Decimal> numbers(int form) {
  std::vector<Decimal> values;
  std::uint64_t state = 20260302;
  for (int i = 0; i < 1024; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto random = static_cast<std::int64_t>(state >> 34);
    if (form == Long) {
      values.push_back(divide(Decimal(random + 1), Decimal(7)).value());
    } else {
      values.push_back(Decimal::from_scaled(random, form == Mixed && i % 2 == 0 ? 0 : 2));
    }
  }
  return values;
}

template <class Operation>
void over_pairs(benchmark::State& state, Operation operation) {
  const std::vector<Decimal> values = numbers(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    for (std::size_t i = 0; i + 1 < values.size(); ++i) benchmark::DoNotOptimize(operation(values[i], values[i + 1]));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(values.size() - 1));
}

void decimal_compare(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal b) { return a < b; });
}
void decimal_equal(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal b) { return a == b; });
}
void decimal_add(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal b) { return add(a, b); });
}
void decimal_multiply(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal b) { return multiply(a, b); });
}
void decimal_divide(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal b) { return divide(a, b); });
}
void decimal_hash(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal) { return a.hash(); });
}
void decimal_print_and_parse(benchmark::State& state) {
  over_pairs(state, [](Decimal a, Decimal) { return Decimal::parse(a.to_string()); });
}

BENCHMARK(decimal_compare)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_equal)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_add)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_multiply)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_divide)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_hash)->Arg(Amounts)->Arg(Mixed)->Arg(Long);
BENCHMARK(decimal_print_and_parse)->Arg(Amounts)->Arg(Long);

}  // namespace
}  // namespace yuanqu::base
