#include <benchmark/benchmark.h>

#include "feel/expression.hpp"

namespace yuanqu::feel {
namespace {

// One enterprise as the reference decision sees it.
constexpr std::string_view enterprise =
    "{industry: \"F51\", employees: 250, assets: 4000.25, income: 299.5, revenue: 4999.99, rd expense: 250, "
    "registered on: @\"2020-01-01\", restricted: false, years: [{year: 2021, revenue: 1}, {year: 2022, revenue: 2}]}";

void evaluate_expression(benchmark::State& state, std::string_view text, bool tracked) {
  Value value = evaluate_text(enterprise).value();
  Scope scope;
  Slot e = scope.declare("e", type_of(value));
  Slot today = scope.declare("Today");
  Expression expression = compile(text, scope).value();
  Evaluation evaluation;
  Horizon horizon(base::Date::from_days(20'453));
  if (tracked) evaluation.track(&horizon);
  Frame frame(evaluation, scope.frame_size());
  frame[e] = value;
  frame[today] = today_value(horizon.today());
  Value scratch;
  for (auto _ : state) {
    evaluation.reset();
    benchmark::DoNotOptimize(expression.evaluate(evaluation, frame, scratch));
  }
}

BENCHMARK_CAPTURE(evaluate_expression, comparison, "e.income <= 300", false);
BENCHMARK_CAPTURE(evaluate_expression, conjunction,
                  "not(e.restricted) and e.income <= 300 and e.employees <= 300 and e.assets <= 5000", false);
BENCHMARK_CAPTURE(
    evaluate_expression, threshold,
    "e.rd expense * 100 >= e.revenue * (if e.revenue <= 5000 then 5 else if e.revenue <= 20000 then 4 else 3)", false);
BENCHMARK_CAPTURE(evaluate_expression, date, "e.registered on + duration(\"P1Y\") <= Today", false);
BENCHMARK_CAPTURE(evaluate_expression, date_with_horizon, "e.registered on + duration(\"P1Y\") <= Today", true);
BENCHMARK_CAPTURE(evaluate_expression, tax, "round half up(e.income * 5 / 100, 2)", false);
BENCHMARK_CAPTURE(evaluate_expression, filter, "e.years[year = 2022][1].revenue", false);
BENCHMARK_CAPTURE(evaluate_expression, loop_of_100, "sum(for i in 1..100 return i * 2)", false);
BENCHMARK_CAPTURE(evaluate_expression, function_call, "{f: function(x) x + 1, r: f(e.income)}.r", false);

void compile_expression(benchmark::State& state) {
  for (auto _ : state) {
    Scope scope;
    scope.declare("income");
    scope.declare("employees");
    benchmark::DoNotOptimize(compile("income <= 300 and employees <= 300", scope));
  }
}
BENCHMARK(compile_expression);

void compile_cell(benchmark::State& state) {
  for (auto _ : state) {
    Scope scope;
    scope.declare("?");
    benchmark::DoNotOptimize(compile("\"A01\", \"A04\"", scope, Dialect::UnaryTests));
  }
}
BENCHMARK(compile_cell);

}  // namespace
}  // namespace yuanqu::feel
