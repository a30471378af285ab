#pragma once
// Decimal: the one number of the house. IEEE 754-2008 decimal128: 34 digits, exponents -6176 … +6111, rounding
// half-even (DMN 1.5, clause 10.3.2.3.1). Trivially copyable, 16 bytes, no allocation. Never holds NaN or infinity: an
// operation whose result is not a finite number of 34 digits answers nullopt. Built on Intel's decimal library, with
// integer fast paths.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yuanqu::base {

enum class Rounding { HalfEven, HalfUp, HalfDown, Up, Down, Floor, Ceiling };

class Decimal {
 public:
  constexpr Decimal() = default;  // zero
  Decimal(std::int64_t integer);  // NOLINT(google-explicit-constructor): exact for every int64

  // Accepts [+-]digits[.digits][e[+-]digits], also ".5" and "5."; nothing else, no blanks. More than 34 digits round
  // half-even.
  static std::optional<Decimal> parse(std::string_view text);
  // coefficient × 10^-scale, exact.
  static Decimal from_scaled(std::int64_t coefficient, int scale);
  static Decimal from_raw(std::uint64_t low, std::uint64_t high);

  // The canonical text of the house, equal for equal values: plain digits without trailing fraction zeros; scientific
  // ("1E+40") only where plain digits would need more than 40 characters. Negative zero is "0".
  std::string to_string() const;

  friend std::optional<Decimal> add(Decimal a, Decimal b);
  friend std::optional<Decimal> subtract(Decimal a, Decimal b);
  friend std::optional<Decimal> multiply(Decimal a, Decimal b);
  friend std::optional<Decimal> divide(Decimal a, Decimal b);  // nullopt for b = 0
  friend std::optional<Decimal> power(Decimal a, Decimal b);   // exact for integer exponents where representable
  friend std::optional<Decimal> modulo(Decimal a, Decimal b);  // FEEL: a - b × floor(a / b), sign of b
  friend std::optional<Decimal> square_root(Decimal a);
  friend std::optional<Decimal> natural_logarithm(Decimal a);
  friend std::optional<Decimal> exponential(Decimal a);
  friend std::optional<Decimal> round_to(Decimal a, int scale,
                                         Rounding mode);  // scale digits after the point; may be negative
  Decimal negated() const;
  Decimal absolute() const;

  bool is_integer() const;
  bool is_zero() const;
  bool is_negative() const;
  int scale() const;                             // digits after the point in the canonical text, 0 for integers
  std::optional<std::int64_t> to_int64() const;  // only for integers in range
  std::optional<std::int64_t> to_scaled(
      int scale) const;  // value × 10^scale when that is an integer in int64, else nullopt
  double to_double() const;

  friend bool operator==(Decimal a, Decimal b);
  friend std::strong_ordering operator<=>(Decimal a, Decimal b);
  std::size_t hash() const;  // equal for equal values (1.0 and 1.00)

  std::uint64_t low() const { return low_; }
  std::uint64_t high() const { return high_; }

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0x3040000000000000ULL;  // +0E0 in BID encoding
};

std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<Decimal> subtract(Decimal a, Decimal b);
std::optional<Decimal> multiply(Decimal a, Decimal b);
std::optional<Decimal> divide(Decimal a, Decimal b);
std::optional<Decimal> power(Decimal a, Decimal b);
std::optional<Decimal> modulo(Decimal a, Decimal b);
std::optional<Decimal> square_root(Decimal a);
std::optional<Decimal> natural_logarithm(Decimal a);
std::optional<Decimal> exponential(Decimal a);
std::optional<Decimal> round_to(Decimal a, int scale, Rounding mode);

}  // namespace yuanqu::base
