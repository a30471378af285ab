#include "feel/compare.hpp"

#include <functional>

namespace yuanqu::feel {
namespace {

Truth both(Truth a, Truth b) {
  if (a == Truth::False || b == Truth::False) return Truth::False;
  return a == Truth::True && b == Truth::True ? Truth::True : Truth::Unknown;
}

// Inside lists, contexts and ranges a null meets a null as an equal.
Truth equal_ranges(const Range& a, const Range& b) {
  if (a.form != b.form || a.low_included != b.low_included || a.high_included != b.high_included) return Truth::False;
  return both(equal(a.low, b.low), equal(a.high, b.high));
}

Truth equal_lists(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return Truth::False;
  Truth result = Truth::True;
  for (std::size_t i = 0; i < a.size() && result != Truth::False; ++i) result = both(result, equal(a[i], b[i]));
  return result;
}

Truth equal_contexts(const Context& a, const Context& b) {
  if (a.size() != b.size()) return Truth::False;
  Truth result = Truth::True;
  for (std::size_t i = 0; i < a.size() && result != Truth::False; ++i) {
    const Entry& entry = a.entries[i];
    // Contexts of one origin have their keys in one order.
    const Value* other = b.entries[i].key == entry.key ? &b.entries[i].value : b.find(entry.key.view());
    if (other == nullptr) return Truth::False;
    result = both(result, equal(entry.value, *other));
  }
  return result;
}

}  // namespace

Truth equal(const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return truth_of(left.is_null() && right.is_null());
  if (left.kind() != right.kind()) return Truth::Unknown;
  switch (left.kind()) {
    case Kind::Boolean: return truth_of(left.boolean() == right.boolean());
    case Kind::Number: return truth_of(left.number() == right.number());
    case Kind::String: return truth_of(left.identical(right) || left.text() == right.text());
    case Kind::Date: return truth_of(left.date() == right.date());
    // One with a zone and one without have different components, so they differ.
    case Kind::Time: return truth_of(equal(left.time(), right.time()).value_or(false));
    case Kind::DateTime: return truth_of(equal(left.date_time(), right.date_time()).value_or(false));
    case Kind::DaysTimeDuration: return truth_of(left.days_time() == right.days_time());
    case Kind::YearsMonthsDuration: return truth_of(left.years_months() == right.years_months());
    case Kind::List: return equal_lists(left.items(), right.items());
    case Kind::Context: return equal_contexts(left.context(), right.context());
    case Kind::Range: return equal_ranges(left.range(), right.range());
    case Kind::Function: return left.identical(right) ? Truth::True : Truth::Unknown;
    default: return Truth::Unknown;
  }
}

std::optional<std::strong_ordering> compare(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return std::nullopt;
  switch (left.kind()) {
    case Kind::Number: return left.number() <=> right.number();
    case Kind::String: return left.text() <=> right.text();
    case Kind::Date: return left.date() <=> right.date();
    case Kind::Time: return compare(left.time(), right.time());
    case Kind::DateTime: return compare(left.date_time(), right.date_time());
    case Kind::DaysTimeDuration: return left.days_time() <=> right.days_time();
    case Kind::YearsMonthsDuration: return left.years_months() <=> right.years_months();
    default: return std::nullopt;
  }
}

Truth contains(const Value& range_value, const Value& value) {
  const Range& range = range_value.range();
  if (value.is_null()) return Truth::Unknown;
  if (range.form == RangeForm::NotEqual) return negate(equal(value, range.low));
  if (range.form == RangeForm::Interval && (range.low.is_null() || range.high.is_null())) return Truth::Unknown;
  Truth result = Truth::True;
  if (!range.low.is_null()) {
    std::optional<std::strong_ordering> order = compare(range.low, value);
    if (!order) return Truth::Unknown;
    if (!(*order < 0 || (range.low_included && *order == 0))) result = Truth::False;
  }
  if (!range.high.is_null()) {
    std::optional<std::strong_ordering> order = compare(value, range.high);
    if (!order) return Truth::Unknown;
    if (!(*order < 0 || (range.high_included && *order == 0))) result = Truth::False;
  }
  return result;
}

Truth matches(const Value& input, const Value& test) {
  if (test.is(Kind::Range) && !input.is(Kind::Range)) return contains(test, input);
  if (test.is(Kind::List)) {
    if (input.is(Kind::List) && equal(input, test) == Truth::True) return Truth::True;
    Truth result = Truth::False;
    for (const Value& item : test.items()) {
      Truth one = item.is(Kind::Range) && !input.is(Kind::Range) ? contains(item, input) : equal(input, item);
      if (one == Truth::True) return Truth::True;
    }
    return result;
  }
  return equal(input, test);
}

bool same(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::Null: return true;
    case Kind::Time: return left.time() == right.time();
    case Kind::DateTime: return left.date_time() == right.date_time();
    case Kind::List: {
      if (left.items().size() != right.items().size()) return false;
      for (std::size_t i = 0; i < left.items().size(); ++i) {
        if (!same(left.items()[i], right.items()[i])) return false;
      }
      return true;
    }
    case Kind::Context: {
      if (left.context().size() != right.context().size()) return false;
      for (const Entry& entry : left.context().entries) {
        const Value* other = right.context().find(entry.key.view());
        if (other == nullptr || !same(entry.value, *other)) return false;
      }
      return true;
    }
    case Kind::Range:
      return left.range().form == right.range().form && left.range().low_included == right.range().low_included &&
             left.range().high_included == right.range().high_included && same(left.range().low, right.range().low) &&
             same(left.range().high, right.range().high);
    default: return equal(left, right) == Truth::True;
  }
}

std::size_t hash_of(const Value& value) {
  std::size_t seed = static_cast<std::size_t>(value.kind()) * 0x9E3779B97F4A7C15ULL;
  auto mix = [&](std::size_t part) { seed ^= part + 0x9E3779B97F4A7C15ULL + (seed << 6U) + (seed >> 2U); };
  std::hash<std::int64_t> integer;
  switch (value.kind()) {
    case Kind::Boolean: mix(value.boolean() ? 1 : 2); break;
    case Kind::Number: mix(value.number().hash()); break;
    case Kind::String: mix(std::hash<std::string_view>{}(value.text())); break;
    case Kind::Date: mix(integer(value.date().days())); break;
    // Times that are equal at different offsets must hash alike; there are few of them in one list.
    case Kind::Time: mix(integer(value.time().nanoseconds / 1'000'000'000 % 60)); break;
    case Kind::DateTime: mix(integer(value.date_time().instant().seconds)); break;
    case Kind::DaysTimeDuration: mix(integer(value.days_time().seconds)); break;
    case Kind::YearsMonthsDuration: mix(integer(value.years_months().total_months)); break;
    case Kind::List:
      for (const Value& item : value.items()) mix(hash_of(item));
      break;
    case Kind::Context: {
      std::size_t sum = 0;
      for (const Entry& entry : value.context().entries) {
        sum += std::hash<std::string_view>{}(entry.key.view()) ^ (hash_of(entry.value) * 31);
      }
      mix(sum);
      break;
    }
    case Kind::Range:
      mix(hash_of(value.range().low));
      mix(hash_of(value.range().high));
      break;
    default: break;
  }
  return seed;
}

}  // namespace yuanqu::feel
