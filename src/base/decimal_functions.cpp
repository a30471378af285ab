// Powers, roots, logarithms. These run rarely; they are computed with 80 digits and rounded once, so that results are
// the nearest decimal (Intel's own exp, log and pow pass through binary128 and lose the last digits).

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cmath>
#include <string>

#include "base/decimal.hpp"
#include "base/decimal_parts.hpp"
#include "base/intel_decimal.hpp"

namespace yuanqu::base {
namespace {

using Long = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>, boost::multiprecision::et_off>;
using detail::Parts;
using detail::Wide;

Long to_long(Decimal value) {
  const Parts parts = detail::unpack(value);
  Long coefficient = static_cast<std::uint64_t>(parts.coefficient >> 64);
  coefficient *= Long("18446744073709551616");
  coefficient += static_cast<std::uint64_t>(parts.coefficient);
  if (parts.exponent != 0) coefficient *= Long("1e" + std::to_string(parts.exponent));
  return parts.negative ? Long(-coefficient) : coefficient;
}

// One rounding of the 80 digits to 34; a value too large is nullopt, one too small becomes zero.
std::optional<Decimal> from_long(const Long& value) {
  if (!boost::multiprecision::isfinite(value)) return std::nullopt;
  return Decimal::parse(value.str(70, std::ios_base::scientific));
}

// a^n for n ≥ 0 when every intermediate product is exact in 34 digits.
std::optional<Decimal> exact_power(Decimal base, std::int64_t exponent) {
  const Parts shortest = detail::without_trailing_zeros(detail::unpack(base));
  Wide result = 1;
  Wide square = shortest.coefficient;
  for (std::int64_t rest = exponent; rest != 0;) {
    if ((rest & 1) != 0) {
      if (square != 0 && result > (detail::coefficient_limit - 1) / square) return std::nullopt;
      result *= square;
    }
    rest >>= 1;
    if (rest != 0) {
      if (square > 1 && square > (detail::coefficient_limit - 1) / square) return std::nullopt;
      square *= square;
    }
  }
  const std::int64_t scale = shortest.exponent * exponent;
  if (scale < detail::exponent_minimum || scale > detail::exponent_maximum) return std::nullopt;
  return detail::pack(shortest.negative && (exponent & 1) != 0, result, static_cast<int>(scale));
}

// Whether a^b is certainly beyond the range of decimals: +1 too large, -1 rounds to zero, 0 compute it.
int far_out(Decimal a, Decimal b) {
  const Parts parts = detail::unpack(a);
  const double logarithm = std::log10(static_cast<double>(parts.coefficient)) + parts.exponent;
  const double magnitude = logarithm * b.to_double();
  // The logarithm's own error times b stays far below 1 while |magnitude| is near the limits.
  if (magnitude > 6200) return 1;
  if (magnitude < -6300) return -1;
  return 0;
}

}  // namespace

std::optional<Decimal> power(Decimal a, Decimal b) {
  if (b.is_zero()) return Decimal(1);
  if (a.is_zero()) {
    if (b.is_negative()) return std::nullopt;
    return Decimal();
  }
  if (a == Decimal(1)) return a;
  const bool integer = b.is_integer();
  if (a.is_negative() && !integer) return std::nullopt;
  if (const std::optional<std::int64_t> n = b.to_int64(); n && *n > -100'000 && *n < 100'000) {
    if (const std::optional<Decimal> exact = exact_power(a, *n < 0 ? -*n : *n)) {
      return *n > 0 ? exact : divide(Decimal(1), *exact);
    }
  }
  const Decimal magnitude = a.absolute();
  const bool odd = integer && !modulo(b, Decimal(2)).value_or(Decimal()).is_zero();
  const bool negative = a.is_negative() && odd;
  if (magnitude == Decimal(1)) return negative ? Decimal(-1) : Decimal(1);
  if (const int out = far_out(magnitude, b); out != 0) {
    if (out > 0) return std::nullopt;
    return Decimal();
  }
  if (b == *Decimal::parse("0.5")) return square_root(a);
  Long result;
  if (const std::optional<std::int64_t> n = b.to_int64(); n && *n > -100'000 && *n < 100'000) {
    result = boost::multiprecision::pow(to_long(magnitude), static_cast<int>(*n));
  } else {
    result = boost::multiprecision::exp(to_long(b) * boost::multiprecision::log(to_long(magnitude)));
  }
  const std::optional<Decimal> rounded = from_long(result);
  return rounded && negative ? rounded->negated() : rounded;
}

std::optional<Decimal> square_root(Decimal a) {
  if (a.is_negative()) return std::nullopt;
  if (a.is_zero()) return Decimal();
  _IDEC_flags flags = 0;
  return detail::from_intel(bid128_sqrt(detail::to_intel(a), 0, &flags));
}

std::optional<Decimal> natural_logarithm(Decimal a) {
  if (a.is_negative() || a.is_zero()) return std::nullopt;
  if (a == Decimal(1)) return Decimal();
  return from_long(boost::multiprecision::log(to_long(a)));
}

std::optional<Decimal> exponential(Decimal a) {
  if (a.is_zero()) return Decimal(1);
  if (a > Decimal(14'200)) return std::nullopt;  // e^14150 is beyond 10^6145
  if (a < Decimal(-14'300)) return Decimal();    // e^-14223 is below 10^-6176
  return from_long(boost::multiprecision::exp(to_long(a)));
}

}  // namespace yuanqu::base
