#pragma once
// Equality, order and membership of FEEL values, three-valued (10.3.2.13, tables 52 to 55).

#include <compare>
#include <cstdint>
#include <optional>

#include "feel/value.hpp"

namespace yuanqu::feel {

enum class Truth : std::uint8_t { False, True, Unknown };

inline Truth truth_of(bool boolean) { return boolean ? Truth::True : Truth::False; }
inline Truth truth_of(const Value& value) {
  return value.is(Kind::Boolean) ? truth_of(value.boolean()) : Truth::Unknown;
}
inline Value to_value(Truth truth) { return truth == Truth::Unknown ? Value() : Value(truth == Truth::True); }
inline Truth negate(Truth truth) {
  return truth == Truth::Unknown ? Truth::Unknown : truth == Truth::True ? Truth::False : Truth::True;
}

// `=`. Unknown for different kinds; null equals only null. Dates and times with zones compare as instants.
Truth equal(const Value& left, const Value& right);

// Order of two values of one ordered kind; nullopt when they have none (different kinds, booleans, lists, one zone
// missing).
std::optional<std::strong_ordering> compare(const Value& left, const Value& right);

inline bool comes_before(const Value& left, const Value& right) {
  return compare(left, right) == std::strong_ordering::less;
}

// value in range. Unknown when the kinds do not fit.
Truth contains(const Value& range, const Value& value);

// `input in test` for a value that is not a unary operator: a range contains it, a list holds it, else equality.
Truth matches(const Value& input, const Value& test);

// The same value: is(), distinct values and keys; kinds, zones and structure agree. Total: never unknown.
bool same(const Value& left, const Value& right);
std::size_t hash_of(const Value& value);  // equal for same values

}  // namespace yuanqu::feel
