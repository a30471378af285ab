#pragma once
// Intel's decimal library, for the .cpp files of src/base alone. The three macros choose its variant "gcc000": operands
// by value, rounding mode and exception flags as arguments, so no global state and no thread trouble.

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <bid_conf.h>
#include <bid_functions.h>
#pragma GCC diagnostic pop

#include <optional>

#include "base/decimal_parts.hpp"

namespace yuanqu::base::detail {

inline BID_UINT128 to_intel(Decimal value) {
  BID_UINT128 bits;
  bits.w[0] = value.low();
  bits.w[1] = value.high();
  return bits;
}

// Nullopt for infinities and NaN; a negative zero loses its sign.
inline std::optional<Decimal> from_intel(BID_UINT128 bits) {
  if ((bits.w[1] & 0x7800000000000000ULL) == 0x7800000000000000ULL) return std::nullopt;
  const Parts parts = unpack(bits.w[0], bits.w[1]);
  return pack(parts.negative, parts.coefficient, parts.exponent);
}

}  // namespace yuanqu::base::detail
