// The functions of table 76 that reduce a list, or several arguments, to one value.
#include <algorithm>

#include "feel/builtins.hpp"
#include "feel/compare.hpp"

namespace yuanqu::feel {
namespace {

using base::Decimal;

Value not_numbers(const Call& call) {
  return call.fail(Suppressed::Code::WrongType, "须都是数。", "all items must be numbers.");
}

Value overflow(const Call& call) {
  return call.fail(Suppressed::Code::Arithmetic, "结果超出数的范围。", "the result is out of the range of numbers.");
}

Value number_or_overflow(const Call& call, const std::optional<Decimal>& result) {
  return result ? Value(*result) : overflow(call);
}

// The numbers of the list; nullopt if one is not a number.
std::optional<std::vector<Decimal>> numbers_of(const Value& list) {
  std::vector<Decimal> numbers;
  numbers.reserve(list.items().size());
  for (const Value& item : list.items()) {
    if (!item.is(Kind::Number)) return std::nullopt;
    numbers.push_back(item.number());
  }
  return numbers;
}

Value extreme(const Call& call, bool least) {
  const std::vector<Value>& items = call[0].items();
  if (items.empty()) return {};
  const Value* best = &items.front();
  if (!compare(*best, *best))
    return call.fail(Suppressed::Code::NotComparable, "各项不能比较大小。", "the items have no order.");
  for (const Value& item : items) {
    std::optional<std::strong_ordering> order = compare(item, *best);
    if (!order)
      return call.fail(Suppressed::Code::NotComparable, "各项不能比较大小。", "the items have no common order.");
    if (least ? *order < 0 : *order > 0) best = &item;
  }
  return *best;
}
Value minimum(const Call& call) { return extreme(call, true); }
Value maximum(const Call& call) { return extreme(call, false); }

std::optional<Decimal> total(const std::vector<Decimal>& numbers) {
  std::optional<Decimal> sum = Decimal();
  for (const Decimal& number : numbers) {
    sum = add(*sum, number);
    if (!sum) break;
  }
  return sum;
}

Value sum(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  if (numbers->empty()) return {};
  return number_or_overflow(call, total(*numbers));
}

Value product(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  if (numbers->empty()) return {};
  std::optional<Decimal> result = Decimal(1);
  for (const Decimal& number : *numbers) {
    result = multiply(*result, number);
    if (!result) break;
  }
  return number_or_overflow(call, result);
}

std::optional<Decimal> mean_of(const std::vector<Decimal>& numbers) {
  std::optional<Decimal> sum = total(numbers);
  return sum ? divide(*sum, Decimal(static_cast<std::int64_t>(numbers.size()))) : sum;
}

Value mean(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  if (numbers->empty()) return {};
  return number_or_overflow(call, mean_of(*numbers));
}

Value median(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  if (numbers->empty()) return {};
  std::sort(numbers->begin(), numbers->end());
  std::size_t middle = numbers->size() / 2;
  if (numbers->size() % 2 == 1) return Value((*numbers)[middle]);
  return number_or_overflow(call, mean_of({(*numbers)[middle - 1], (*numbers)[middle]}));
}

// Of the sample: divided by n - 1.
Value standard_deviation(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  if (numbers->size() < 2)
    return call.fail(Suppressed::Code::WrongArguments, "至少需要两个数。", "at least two numbers are needed.");
  std::optional<Decimal> average = mean_of(*numbers);
  std::optional<Decimal> squares = Decimal();
  for (const Decimal& number : *numbers) {
    std::optional<Decimal> distance = average ? subtract(number, *average) : std::nullopt;
    std::optional<Decimal> square = distance ? multiply(*distance, *distance) : std::nullopt;
    squares = squares && square ? add(*squares, *square) : std::nullopt;
    if (!squares) return overflow(call);
  }
  std::optional<Decimal> variance = divide(*squares, Decimal(static_cast<std::int64_t>(numbers->size() - 1)));
  return number_or_overflow(call, variance ? square_root(*variance) : variance);
}

// The numbers that occur most often, in ascending order.
Value mode(const Call& call) {
  auto numbers = numbers_of(call[0]);
  if (!numbers) return not_numbers(call);
  std::sort(numbers->begin(), numbers->end());
  std::size_t most = 0;
  std::vector<Value> modes;
  for (std::size_t begin = 0; begin < numbers->size();) {
    std::size_t end = begin;
    while (end < numbers->size() && (*numbers)[end] == (*numbers)[begin]) ++end;
    if (end - begin > most) {
      most = end - begin;
      modes.clear();
    }
    if (end - begin == most) modes.emplace_back((*numbers)[begin]);
    begin = end;
  }
  return Value::list(std::move(modes));
}

Value quantified(const Call& call, Truth decisive) {
  Truth result = negate(decisive);
  for (const Value& item : call[0].items()) {
    Truth one = truth_of(item);
    if (one == decisive) return to_value(decisive);
    if (one == Truth::Unknown) result = one;
  }
  if (result == Truth::Unknown)
    call.fail(Suppressed::Code::WrongType, "须都是真或假。", "all items must be true or false.");
  return to_value(result);
}
Value all(const Call& call) { return quantified(call, Truth::False); }
Value any(const Call& call) { return quantified(call, Truth::True); }

}  // namespace

void add_statistics_functions(std::vector<Builtin>& table) {
  auto add = [&](std::string_view name, BuiltinBody body, bool sees_motion = false) {
    table.push_back({name, {{{{"list", Accepts::List}}, true}}, body, true, sees_motion, {}});
  };
  add("min", minimum);
  add("max", maximum);
  add("sum", sum);
  add("product", product);
  add("mean", mean);
  add("median", median);
  add("stddev", standard_deviation);
  add("mode", mode);
  add("all", all);
  add("any", any);
}

}  // namespace yuanqu::feel
