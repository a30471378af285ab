#include "base/decimal.hpp"

#include <limits>

#include "base/decimal_parts.hpp"
#include "base/intel_decimal.hpp"

// Almost every number of the house is an amount or a count whose coefficient fits in 64 bits. Those cases are done in
// integers here (a few nanoseconds); everything else goes to Intel's library (50 to 200 ns).

namespace yuanqu::base {
namespace detail {

int digit_count(Wide coefficient) {
  int count = 0;
  while (count < 39 && coefficient >= powers_of_ten[static_cast<std::size_t>(count)]) ++count;
  return count;
}

Parts without_trailing_zeros(Parts parts) {
  if (parts.coefficient == 0) return {};
  while ((parts.coefficient >> 64) != 0) {
    if (parts.coefficient % 10 != 0) return parts;
    parts.coefficient /= 10;
    ++parts.exponent;
  }
  auto small = static_cast<std::uint64_t>(parts.coefficient);
  while (small % 10 == 0) {
    small /= 10;
    ++parts.exponent;
  }
  parts.coefficient = small;
  return parts;
}

std::optional<Decimal> pack_clamped(bool negative, Wide coefficient, int exponent) {
  if (coefficient == 0) return Decimal();
  while (exponent > exponent_maximum) {
    coefficient *= 10;
    --exponent;
    if (coefficient >= coefficient_limit) return std::nullopt;
  }
  return pack(negative, coefficient, exponent);
}

}  // namespace detail

using detail::coefficient_limit;
using detail::from_intel;
using detail::pack;
using detail::Parts;
using detail::powers_of_ten;
using detail::to_intel;
using detail::unpack;
using detail::Wide;

namespace {

constexpr unsigned round_half_even = 0;  // BID_ROUNDING_TO_NEAREST
__extension__ using SignedWide = __int128;

bool is_small(Wide coefficient) { return (coefficient >> 64) == 0; }

std::optional<Decimal> add_by_intel(Decimal a, Decimal b) {
  _IDEC_flags flags = 0;
  return from_intel(bid128_add(to_intel(a), to_intel(b), round_half_even, &flags));
}

}  // namespace

Decimal::Decimal(std::int64_t integer)
    : low_(integer < 0 ? 0 - static_cast<std::uint64_t>(integer) : static_cast<std::uint64_t>(integer)),
      high_(integer < 0 ? 0xB040000000000000ULL : 0x3040000000000000ULL) {}

Decimal Decimal::from_raw(std::uint64_t low, std::uint64_t high) {
  Decimal value;
  value.low_ = low;
  value.high_ = high;
  return value;
}

Decimal Decimal::from_scaled(std::int64_t coefficient, int scale) {
  const bool negative = coefficient < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(coefficient) : static_cast<std::uint64_t>(coefficient);
  return pack(negative, magnitude, -scale);
}

namespace {

// Apart from add(), so that its first path needs no stack frame.
[[gnu::noinline]] std::optional<Decimal> add_of_any_size(Decimal a, Decimal b) {
  const Parts x = unpack(a);
  const Parts y = unpack(b);
  if (is_small(x.coefficient) && is_small(y.coefficient)) {
    // 2^64 × 10^14 is below 10^34, so scaling by up to 14 digits is exact, and so is the sum unless it passes 10^34.
    const int gap = x.exponent - y.exponent;
    if (gap <= 14 && gap >= -14) {
      const Wide u = gap > 0 ? x.coefficient * powers_of_ten[static_cast<std::size_t>(gap)] : x.coefficient;
      const Wide v = gap < 0 ? y.coefficient * powers_of_ten[static_cast<std::size_t>(-gap)] : y.coefficient;
      const int exponent = gap > 0 ? y.exponent : x.exponent;
      const SignedWide sum = (x.negative ? -static_cast<SignedWide>(u) : static_cast<SignedWide>(u)) +
                             (y.negative ? -static_cast<SignedWide>(v) : static_cast<SignedWide>(v));
      const Wide magnitude = sum < 0 ? static_cast<Wide>(-sum) : static_cast<Wide>(sum);
      if (magnitude < coefficient_limit) return pack(sum < 0, magnitude, exponent);
    }
  }
  return add_by_intel(a, b);
}

}  // namespace

std::optional<Decimal> add(Decimal a, Decimal b) {
  // The same exponent and coefficients below 2^62: one addition of 64-bit integers.
  const std::uint64_t head = a.high() & ~detail::sign_bit;
  if (head == (b.high() & ~detail::sign_bit) && (head & detail::coefficient_mask) == 0 &&
      ((a.low() | b.low()) >> 62) == 0) {
    const auto u = static_cast<std::int64_t>(a.low());
    const auto v = static_cast<std::int64_t>(b.low());
    const std::int64_t sum = ((a.high() >> 63) != 0 ? -u : u) + ((b.high() >> 63) != 0 ? -v : v);
    return Decimal::from_raw(static_cast<std::uint64_t>(sum < 0 ? -sum : sum),
                             sum < 0 ? head | detail::sign_bit : head);
  }
  return add_of_any_size(a, b);
}

std::optional<Decimal> subtract(Decimal a, Decimal b) { return add(a, b.negated()); }

namespace {

[[gnu::noinline]] std::optional<Decimal> multiply_any_size(Decimal a, Decimal b) {
  const Parts x = unpack(a);
  const Parts y = unpack(b);
  if (is_small(x.coefficient) && is_small(y.coefficient)) {
    const Wide product = x.coefficient * y.coefficient;
    const int exponent = x.exponent + y.exponent;
    if (product < coefficient_limit && exponent >= detail::exponent_minimum && exponent <= detail::exponent_maximum) {
      return pack(x.negative != y.negative, product, exponent);
    }
  }
  _IDEC_flags flags = 0;
  return from_intel(bid128_mul(to_intel(a), to_intel(b), round_half_even, &flags));
}

}  // namespace

std::optional<Decimal> multiply(Decimal a, Decimal b) {
  // Coefficients whose product fits in 64 bits.
  std::uint64_t product = 0;
  if (((a.high() | b.high()) & detail::coefficient_mask) == 0 && !__builtin_mul_overflow(a.low(), b.low(), &product)) {
    const int exponent =
        static_cast<int>((a.high() >> 49) & 0x3FFF) + static_cast<int>((b.high() >> 49) & 0x3FFF) - 2 * detail::bias;
    if (exponent >= detail::exponent_minimum && exponent <= detail::exponent_maximum) {
      return pack(((a.high() ^ b.high()) & detail::sign_bit) != 0, product, exponent);
    }
  }
  return multiply_any_size(a, b);
}

std::optional<Decimal> divide(Decimal a, Decimal b) {
  const Parts x = unpack(a);
  const Parts y = unpack(b);
  if (y.coefficient == 0) return std::nullopt;
  if (x.coefficient == 0) return Decimal();
  if (is_small(x.coefficient) && is_small(y.coefficient)) {
    const auto dividend = static_cast<std::uint64_t>(x.coefficient);
    const auto divisor = static_cast<std::uint64_t>(y.coefficient);
    const int exponent = x.exponent - y.exponent;
    if (dividend % divisor == 0 && exponent >= detail::exponent_minimum && exponent <= detail::exponent_maximum) {
      return pack(x.negative != y.negative, dividend / divisor, exponent);
    }
  }
  _IDEC_flags flags = 0;
  return from_intel(bid128_div(to_intel(a), to_intel(b), round_half_even, &flags));
}

std::optional<Decimal> modulo(Decimal a, Decimal b) {
  const Parts x = unpack(a);
  const Parts y = unpack(b);
  if (y.coefficient == 0) return std::nullopt;
  std::optional<Decimal> remainder;
  if (is_small(x.coefficient) && is_small(y.coefficient) && x.exponent == y.exponent) {
    remainder = pack(x.negative, static_cast<std::uint64_t>(x.coefficient) % static_cast<std::uint64_t>(y.coefficient),
                     x.exponent);
  } else {
    _IDEC_flags flags = 0;
    remainder = from_intel(bid128_fmod(to_intel(a), to_intel(b), &flags));
  }
  // The remainder has the sign of a; FEEL wants the sign of b.
  if (remainder && !remainder->is_zero() && x.negative != y.negative) return add(*remainder, b);
  return remainder;
}

std::optional<Decimal> round_to(Decimal a, int scale, Rounding mode) {
  const Parts parts = unpack(a);
  const std::int64_t target = -static_cast<std::int64_t>(scale);
  if (parts.coefficient == 0 || parts.exponent >= target) return a;
  const std::int64_t dropped = target - parts.exponent;  // at least 1
  Wide quotient = 0;
  // -1, 0, 1: the rest below, at, above one half of the last kept digit. It is never zero-sized when `inexact`.
  int half = -1;
  bool inexact = true;
  if (dropped <= 38) {
    const Wide unit = powers_of_ten[static_cast<std::size_t>(dropped)];
    Wide rest;
    if (is_small(parts.coefficient) && is_small(unit)) {
      const auto coefficient = static_cast<std::uint64_t>(parts.coefficient);
      quotient = coefficient / static_cast<std::uint64_t>(unit);
      rest = coefficient % static_cast<std::uint64_t>(unit);
    } else {
      quotient = parts.coefficient / unit;
      rest = parts.coefficient % unit;
    }
    inexact = rest != 0;
    const Wide middle = unit / 2;
    half = rest < middle ? -1 : (rest == middle ? 0 : 1);
  }
  bool away = false;
  switch (mode) {
    case Rounding::HalfEven: away = half > 0 || (half == 0 && (quotient & 1) != 0); break;
    case Rounding::HalfUp: away = half >= 0; break;
    case Rounding::HalfDown: away = half > 0; break;
    case Rounding::Up: away = inexact; break;
    case Rounding::Down: away = false; break;
    case Rounding::Floor: away = inexact && parts.negative; break;
    case Rounding::Ceiling: away = inexact && !parts.negative; break;
  }
  if (away) ++quotient;
  if (quotient == 0) return Decimal();
  if (target > detail::exponent_maximum + detail::digits_maximum) return std::nullopt;
  return detail::pack_clamped(parts.negative, quotient, static_cast<int>(target));
}

Decimal Decimal::negated() const { return is_zero() ? *this : from_raw(low_, high_ ^ detail::sign_bit); }
Decimal Decimal::absolute() const { return from_raw(low_, high_ & ~detail::sign_bit); }

bool Decimal::is_zero() const { return low_ == 0 && (high_ & detail::coefficient_mask) == 0; }
bool Decimal::is_negative() const { return (high_ & detail::sign_bit) != 0 && !is_zero(); }

bool Decimal::is_integer() const {
  const Parts parts = unpack(*this);
  if (parts.exponent >= 0 || parts.coefficient == 0) return true;
  if (parts.exponent < -detail::digits_maximum) return false;
  const Wide unit = powers_of_ten[static_cast<std::size_t>(-parts.exponent)];
  if (is_small(parts.coefficient) && is_small(unit)) {
    return static_cast<std::uint64_t>(parts.coefficient) % static_cast<std::uint64_t>(unit) == 0;
  }
  return parts.coefficient % unit == 0;
}

int Decimal::scale() const {
  const Parts parts = detail::without_trailing_zeros(unpack(*this));
  return parts.exponent < 0 ? -parts.exponent : 0;
}

std::optional<std::int64_t> Decimal::to_int64() const { return to_scaled(0); }

std::optional<std::int64_t> Decimal::to_scaled(int scale) const {
  const Parts parts = unpack(*this);
  if (parts.coefficient == 0) return 0;
  const std::int64_t exponent = static_cast<std::int64_t>(parts.exponent) + scale;
  Wide magnitude = parts.coefficient;
  if (exponent > 0) {
    if (exponent > 18 || !is_small(magnitude)) return std::nullopt;
    magnitude *= powers_of_ten[static_cast<std::size_t>(exponent)];
  } else if (exponent < 0) {
    if (exponent < -detail::digits_maximum) return std::nullopt;
    const Wide unit = powers_of_ten[static_cast<std::size_t>(-exponent)];
    if (is_small(magnitude) && is_small(unit)) {
      const auto small = static_cast<std::uint64_t>(magnitude);
      if (small % static_cast<std::uint64_t>(unit) != 0) return std::nullopt;
      magnitude = small / static_cast<std::uint64_t>(unit);
    } else {
      if (magnitude % unit != 0) return std::nullopt;
      magnitude /= unit;
    }
  }
  constexpr Wide limit = static_cast<Wide>(std::numeric_limits<std::int64_t>::max());
  if (parts.negative) {
    if (magnitude > limit + 1) return std::nullopt;
    return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(magnitude));
  }
  if (magnitude > limit) return std::nullopt;
  return static_cast<std::int64_t>(magnitude);
}

double Decimal::to_double() const {
  _IDEC_flags flags = 0;
  return bid128_to_binary64(to_intel(*this), round_half_even, &flags);
}

std::strong_ordering operator<=>(Decimal a, Decimal b) {
  const Parts x = unpack(a);
  const Parts y = unpack(b);
  if (x.coefficient == 0 || y.coefficient == 0 || x.negative != y.negative) {
    const int left = x.coefficient == 0 ? 0 : (x.negative ? -1 : 1);
    const int right = y.coefficient == 0 ? 0 : (y.negative ? -1 : 1);
    return left <=> right;
  }
  std::strong_ordering magnitude = std::strong_ordering::equal;
  const int gap = x.exponent - y.exponent;
  if (gap == 0) {
    magnitude = x.coefficient <=> y.coefficient;
  } else if (gap <= 19 && gap >= -19 && is_small(gap > 0 ? x.coefficient : y.coefficient)) {
    const Wide u = gap > 0 ? x.coefficient * powers_of_ten[static_cast<std::size_t>(gap)] : x.coefficient;
    const Wide v = gap < 0 ? y.coefficient * powers_of_ten[static_cast<std::size_t>(-gap)] : y.coefficient;
    magnitude = u <=> v;
  } else {
    // Position of the leading digit first; if that agrees the gap is at most 33 and aligning stays below 10^34 × 10.
    const int left = x.exponent + detail::digit_count(x.coefficient);
    const int right = y.exponent + detail::digit_count(y.coefficient);
    if (left != right) {
      magnitude = left <=> right;
    } else {
      const Wide u = gap > 0 ? x.coefficient * powers_of_ten[static_cast<std::size_t>(gap)] : x.coefficient;
      const Wide v = gap < 0 ? y.coefficient * powers_of_ten[static_cast<std::size_t>(-gap)] : y.coefficient;
      magnitude = u <=> v;
    }
  }
  return x.negative ? 0 <=> magnitude : magnitude;
}

bool operator==(Decimal a, Decimal b) {
  if (a.low() == b.low() && a.high() == b.high()) return true;
  return (a <=> b) == std::strong_ordering::equal;
}

std::size_t Decimal::hash() const {
  const Parts parts = detail::without_trailing_zeros(unpack(*this));
  std::uint64_t mixed = static_cast<std::uint64_t>(parts.coefficient) * 0x9E3779B97F4A7C15ULL;
  mixed ^= static_cast<std::uint64_t>(parts.coefficient >> 64) * 0xC2B2AE3D27D4EB4FULL;
  mixed ^= static_cast<std::uint64_t>(parts.exponent + detail::bias) << 1 | (parts.negative ? 1U : 0U);
  mixed ^= mixed >> 32;
  mixed *= 0xD6E8FEB86659FD93ULL;
  return static_cast<std::size_t>(mixed ^ (mixed >> 29));
}

}  // namespace yuanqu::base
