#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

using base::Decimal;

template <class T>
Value optional_value(const std::optional<T>& result) {
  return result ? Value(*result) : Value();
}

bool is_duration(Kind kind) { return kind == Kind::DaysTimeDuration || kind == Kind::YearsMonthsDuration; }

// date ± duration, keeping the motion of a date that moves with the day.
Value shift_date(Evaluation& evaluation, const Value& date, const Value& duration, bool back) {
  Value result;
  std::int64_t months = 0;
  std::int64_t days = 0;
  if (duration.is(Kind::YearsMonthsDuration)) {
    YearsMonthsDuration by = back ? duration.years_months().negated() : duration.years_months();
    months = by.total_months;
    result = optional_value(add(date.date(), by));
  } else {
    DaysTimeDuration by = back ? duration.days_time().negated() : duration.days_time();
    result = optional_value(add(date.date(), by));
    if (!result.is_null()) days = result.date().days() - date.date().days();
  }
  if (Horizon* horizon = evaluation.horizon(); horizon != nullptr) {
    note_use(*horizon, duration);
    if (date.moves()) add_motion(*horizon, date, months, days, result);
  }
  return result;
}

Value shift(Evaluation& evaluation, const Value& base, const Value& duration, bool back) {
  if (base.is(Kind::Date)) return shift_date(evaluation, base, duration, back);
  if (duration.is(Kind::YearsMonthsDuration)) {
    YearsMonthsDuration by = back ? duration.years_months().negated() : duration.years_months();
    if (base.is(Kind::DateTime)) return optional_value(add(base.date_time(), by));
    return {};
  }
  DaysTimeDuration by = back ? duration.days_time().negated() : duration.days_time();
  if (base.is(Kind::DateTime)) return optional_value(add(base.date_time(), by));
  if (base.is(Kind::Time)) return Value(add(base.time(), by));
  return {};
}

Value add_values(Evaluation& evaluation, const Value& left, const Value& right) {
  Kind a = left.kind();
  Kind b = right.kind();
  if (a == Kind::Number && b == Kind::Number) return optional_value(add(left.number(), right.number()));
  if (a == Kind::String && b == Kind::String) {
    if (left.text().size() + right.text().size() > evaluation.limits().string_bytes) {
      evaluation.exhaust("文本过长。", "A text grows too long.");
      return {};
    }
    std::string text;
    text.reserve(left.text().size() + right.text().size());
    text.append(left.text()).append(right.text());
    return Value(text);
  }
  if (a == Kind::DaysTimeDuration && b == a) return optional_value(add(left.days_time(), right.days_time()));
  if (a == Kind::YearsMonthsDuration && b == a) return optional_value(add(left.years_months(), right.years_months()));
  if (is_duration(b)) return shift(evaluation, left, right, false);
  if (is_duration(a)) return shift(evaluation, right, left, false);
  return {};
}

Value subtract_values(Evaluation& evaluation, const Value& left, const Value& right) {
  Kind a = left.kind();
  Kind b = right.kind();
  if (a == Kind::Number && b == Kind::Number) return optional_value(subtract(left.number(), right.number()));
  if (a == Kind::Date && b == Kind::Date) {
    Value result(difference(left.date(), right.date()));
    if (Horizon* horizon = evaluation.horizon()) subtract_motion(*horizon, left, right, result);
    return result;
  }
  if (a == Kind::DateTime && b == a) return optional_value(difference(left.date_time(), right.date_time()));
  // A date meets a date and time as its midnight at UTC (10.3.2.9.4).
  if (a == Kind::DateTime && b == Kind::Date) {
    return optional_value(difference(left.date_time(), DateTime::midnight_utc(right.date())));
  }
  if (a == Kind::Date && b == Kind::DateTime) {
    return optional_value(difference(DateTime::midnight_utc(left.date()), right.date_time()));
  }
  if (a == Kind::Time && b == a) return optional_value(difference(left.time(), right.time()));
  if (a == Kind::DaysTimeDuration && b == a) return optional_value(add(left.days_time(), right.days_time().negated()));
  if (a == Kind::YearsMonthsDuration && b == a) {
    return optional_value(add(left.years_months(), right.years_months().negated()));
  }
  if (is_duration(b)) return shift(evaluation, left, right, true);
  return {};
}

Value multiply_values(const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) return optional_value(multiply(left.number(), right.number()));
  if (left.is(Kind::Number) && is_duration(right.kind())) return multiply_values(right, left);
  if (!right.is(Kind::Number)) return {};
  if (left.is(Kind::DaysTimeDuration)) return optional_value(multiply(left.days_time(), right.number()));
  if (left.is(Kind::YearsMonthsDuration)) return optional_value(multiply(left.years_months(), right.number()));
  return {};
}

Value divide_values(const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) return optional_value(divide(left.number(), right.number()));
  if (left.is(Kind::DaysTimeDuration)) {
    if (right.is(Kind::Number)) return optional_value(divide(left.days_time(), right.number()));
    if (right.is(Kind::DaysTimeDuration)) return optional_value(divide(left.days_time(), right.days_time()));
  }
  if (left.is(Kind::YearsMonthsDuration)) {
    if (right.is(Kind::Number)) return optional_value(divide(left.years_months(), right.number()));
    if (right.is(Kind::YearsMonthsDuration)) return optional_value(divide(left.years_months(), right.years_months()));
  }
  return {};
}

void explain(Evaluation& evaluation, Operation operation, const Value& left, const Value& right, std::uint32_t offset) {
  bool numbers = left.is(Kind::Number) && right.is(Kind::Number);
  evaluation.suppress(numbers ? Suppressed::Code::Arithmetic : Suppressed::Code::WrongType, offset, [&] {
    std::string symbol(symbol_of(operation));
    if (numbers) {
      std::string term = left.number().to_string() + " " + symbol + " " + right.number().to_string();
      return std::pair(term + " 没有结果（除数为零或超出范围）。",
                       term + " has no result (division by zero, or out of range).");
    }
    std::string a(name_of(left.kind()));
    std::string b(name_of(right.kind()));
    return std::pair("“" + symbol + "”不能用于 " + a + " 与 " + b + "。",
                     "\"" + symbol + "\" cannot be applied to " + a + " and " + b + ".");
  });
}

}  // namespace

Value arithmetic(Evaluation& evaluation, Operation operation, const Value& left, const Value& right,
                 std::uint32_t offset) {
  Value result;
  switch (operation) {
    case Operation::Add: result = add_values(evaluation, left, right); break;
    case Operation::Subtract: result = subtract_values(evaluation, left, right); break;
    case Operation::Multiply: result = multiply_values(left, right); break;
    case Operation::Divide: result = divide_values(left, right); break;
    case Operation::Power:
      if (left.is(Kind::Number) && right.is(Kind::Number))
        result = optional_value(power(left.number(), right.number()));
      break;
    default: break;
  }
  if (result.is_null()) explain(evaluation, operation, left, right, offset);
  if (Horizon* horizon = evaluation.horizon(); horizon != nullptr && (left.moves() || right.moves())) {
    bool handled = left.is(Kind::Date) || right.is(Kind::Date);
    if (!handled || !(operation == Operation::Add || operation == Operation::Subtract) || left.is(Kind::DateTime) ||
        right.is(Kind::DateTime)) {
      horizon->lower_to_tomorrow();
    }
  }
  return result;
}

}  // namespace yuanqu::feel
