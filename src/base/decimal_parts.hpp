#pragma once
// The inside of a Decimal, for src/base alone: sign × coefficient × 10^exponent, coefficient below 10^34.
// IEEE 754-2008 decimal128 in binary (BID) encoding: sign 1 bit, exponent 14 bits with bias 6176, coefficient 113 bits.
// The encoding's second form (for coefficients of 2^113 and more) cannot hold a canonical decimal128 and is never
// written.

#include <array>
#include <cstdint>
#include <optional>

#include "base/decimal.hpp"

namespace yuanqu::base::detail {

__extension__ using Wide = unsigned __int128;

inline constexpr int exponent_minimum = -6176;
inline constexpr int exponent_maximum = 6111;
inline constexpr int digits_maximum = 34;
inline constexpr int bias = 6176;

// 10^0 … 10^38, all that fit in 128 bits.
inline constexpr std::array<Wide, 39> powers_of_ten = [] {
  std::array<Wide, 39> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
inline constexpr Wide coefficient_limit = powers_of_ten[34];

struct Parts {
  bool negative = false;
  int exponent = 0;
  Wide coefficient = 0;
};

inline constexpr std::uint64_t sign_bit = 0x8000000000000000ULL;
inline constexpr std::uint64_t coefficient_mask = 0x0001FFFFFFFFFFFFULL;

inline Parts unpack(std::uint64_t low, std::uint64_t high) {
  return {(high & sign_bit) != 0, static_cast<int>((high >> 49) & 0x3FFF) - bias,
          (static_cast<Wide>(high & coefficient_mask) << 64) | low};
}
inline Parts unpack(Decimal value) { return unpack(value.low(), value.high()); }

// The coefficient and exponent must be in range. Zero loses its sign.
inline Decimal pack(bool negative, Wide coefficient, int exponent) {
  const auto biased = static_cast<std::uint64_t>(exponent + bias);
  return Decimal::from_raw(static_cast<std::uint64_t>(coefficient), (negative && coefficient != 0 ? sign_bit : 0) |
                                                                        (biased << 49) |
                                                                        static_cast<std::uint64_t>(coefficient >> 64));
}

// As pack(), for an exponent above the range: pads the coefficient with zeros, nullopt when that needs more than 34
// digits.
std::optional<Decimal> pack_clamped(bool negative, Wide coefficient, int exponent);

int digit_count(Wide coefficient);  // 0 for zero

// The same value with the shortest coefficient; zero becomes 0 × 10^0.
Parts without_trailing_zeros(Parts parts);

}  // namespace yuanqu::base::detail
