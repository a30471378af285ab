#pragma once
// How values lie in a vector. Every scalar form has one word that means null, so a vector needs no mask beside it and a
// column can be read where it lies; only columns of whole values (Boxed) are slower than that.
//
//   Boolean  1 byte   three-valued: no 0, unknown 1, yes 2. `and` is the minimum, `or` the maximum, `not` 2 - x
//   Number   8 bytes  coefficient × 10^-scale, the scale is the vector's; null64
//   Date     4 bytes  days since 1970-01-01; null32
//   Text     4 bytes  code of the dictionary; null32
//   Months, Seconds   8 bytes, years-months and whole-second days-time durations; null64
//   Decimal  16 bytes base::Decimal, null_decimal(): numbers no fixed scale can hold
//   Boxed    a feel::Value
//   Index    4 bytes  row of a table; null32
// Context, Row, List and Function exist only while compiling: they are made of vectors.

#include <cstdint>
#include <limits>

#include "base/decimal.hpp"

namespace yuanqu::columns {

enum class Form : std::uint8_t {
  Null,
  Boolean,
  Number,
  Date,
  Text,
  Months,
  Seconds,
  Decimal,
  Boxed,
  Index,
  Context,
  Row,
  List,
  Function
};

inline constexpr std::int64_t null64 = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int32_t null32 = std::numeric_limits<std::int32_t>::min();
inline constexpr std::uint8_t no = 0, unknown = 1, yes = 2;
inline constexpr int scale_max = 18;

// A pattern no Decimal ever holds.
inline base::Decimal null_decimal() { return base::Decimal::from_raw(0, 0x7C00000000000000ULL); }
inline bool is_null(base::Decimal value) { return value.high() == 0x7C00000000000000ULL; }

constexpr bool is_scalar(Form form) { return form >= Form::Boolean && form <= Form::Boxed; }
constexpr std::size_t width_of(Form form) {
  switch (form) {
    case Form::Boolean: return 1;
    case Form::Date:
    case Form::Text:
    case Form::Index: return 4;
    case Form::Number:
    case Form::Months:
    case Form::Seconds: return 8;
    case Form::Decimal: return 16;
    default: return 24;
  }
}

}  // namespace yuanqu::columns
