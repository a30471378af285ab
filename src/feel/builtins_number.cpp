// Numeric functions, table 77.
#include "feel/builtins.hpp"

namespace yuanqu::feel {
namespace {

using base::Decimal;
using base::Rounding;

Value number_or_failure(const Call& call, const std::optional<Decimal>& result) {
  if (result) return Value(*result);
  return call.fail(Suppressed::Code::Arithmetic, "没有结果（超出定义域或数的范围）。",
                   "has no result (outside its domain, or of the range of numbers).");
}

// The scale a rounding may have; a fraction is cut off.
Value rounded(const Call& call, Rounding mode) {
  constexpr std::int64_t scale_min = -6111;
  constexpr std::int64_t scale_max = 6176;
  std::optional<std::int64_t> scale = 0;
  if (call.has(1)) {
    std::optional<Decimal> cut = round_to(call[1].number(), 0, Rounding::Down);
    scale = cut ? cut->to_int64() : std::nullopt;
  }
  if (!scale || *scale < scale_min || *scale > scale_max) {
    return call.fail(Suppressed::Code::OutOfRange, "小数位数须在 -6111 到 6176 之间。",
                     "the scale must lie between -6111 and 6176.");
  }
  return number_or_failure(call, round_to(call[0].number(), static_cast<int>(*scale), mode));
}

Value decimal(const Call& call) { return rounded(call, Rounding::HalfEven); }
Value floor(const Call& call) { return rounded(call, Rounding::Floor); }
Value ceiling(const Call& call) { return rounded(call, Rounding::Ceiling); }
Value round_up(const Call& call) { return rounded(call, Rounding::Up); }
Value round_down(const Call& call) { return rounded(call, Rounding::Down); }
Value round_half_up(const Call& call) { return rounded(call, Rounding::HalfUp); }
Value round_half_down(const Call& call) { return rounded(call, Rounding::HalfDown); }

Value absolute(const Call& call) {
  switch (call[0].kind()) {
    case Kind::Number: return Value(call[0].number().absolute());
    case Kind::DaysTimeDuration: {
      DaysTimeDuration duration = call[0].days_time();
      return Value(duration.is_negative() ? duration.negated() : duration);
    }
    case Kind::YearsMonthsDuration: {
      YearsMonthsDuration duration = call[0].years_months();
      return Value(duration.total_months < 0 ? duration.negated() : duration);
    }
    case Kind::List:
      if (call[0].items().size() == 1) {
        const Value* item = &call[0].items()[0];
        return absolute(Call(call.evaluation(), call.offset(), call.function(), 0, {&item, 1}));
      }
      [[fallthrough]];
    default: return call.fail(Suppressed::Code::WrongType, "须是数或时长。", "takes a number or a duration.");
  }
}

Value modulo(const Call& call) { return number_or_failure(call, modulo(call[0].number(), call[1].number())); }
Value square_root(const Call& call) { return number_or_failure(call, base::square_root(call[0].number())); }
Value logarithm(const Call& call) { return number_or_failure(call, natural_logarithm(call[0].number())); }
Value exponential(const Call& call) { return number_or_failure(call, base::exponential(call[0].number())); }

Value parity(const Call& call, bool odd) {
  std::optional<Decimal> rest = modulo(call[0].number(), Decimal(2));
  if (!rest) return number_or_failure(call, rest);
  return Value(odd ? *rest == Decimal(1) : rest->is_zero());
}
Value odd(const Call& call) { return parity(call, true); }
Value even(const Call& call) { return parity(call, false); }

}  // namespace

void add_number_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  BuiltinParameter n{"n", A::Number};
  BuiltinParameter number{"number", A::Number};
  BuiltinParameter scale{"scale", A::Number};
  BuiltinParameter optional_scale{"scale", A::Number, true};
  auto add = [&](std::string_view name, std::vector<BuiltinParameter> parameters, BuiltinBody body) {
    table.push_back({name, {{std::move(parameters)}}, body, true, false, {}});
  };
  add("decimal", {n, scale}, decimal);
  add("floor", {n, optional_scale}, floor);
  add("ceiling", {n, optional_scale}, ceiling);
  add("round up", {n, scale}, round_up);
  add("round down", {n, scale}, round_down);
  add("round half up", {n, scale}, round_half_up);
  add("round half down", {n, scale}, round_half_down);
  add("abs", {{"n", A::NotNull}}, absolute);
  add("modulo", {{"dividend", A::Number}, {"divisor", A::Number}}, modulo);
  add("sqrt", {number}, square_root);
  add("log", {number}, logarithm);
  add("exp", {number}, exponential);
  add("odd", {number}, odd);
  add("even", {number}, even);
}

}  // namespace yuanqu::feel
