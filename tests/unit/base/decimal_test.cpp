#include "base/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <limits>
#include <map>
#include <vector>

namespace yuanqu::base {
namespace {

Decimal decimal(std::string_view text) {
  const std::optional<Decimal> value = Decimal::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Decimal());
}

std::string text_of(const std::optional<Decimal>& value) { return value ? value->to_string() : "null"; }

std::string compute(const std::string& operation, const std::string& a, const std::string& b, const std::string& c) {
  static const std::map<std::string, Rounding> modes = {
      {"half_even", Rounding::HalfEven}, {"half_up", Rounding::HalfUp},
      {"half_down", Rounding::HalfDown}, {"up", Rounding::Up},
      {"down", Rounding::Down},          {"floor", Rounding::Floor},
      {"ceiling", Rounding::Ceiling}};
  if (operation == "parse") return text_of(Decimal::parse(a));
  const Decimal x = decimal(a);
  if (operation == "square_root") return text_of(square_root(x));
  if (operation == "natural_logarithm") return text_of(natural_logarithm(x));
  if (operation == "exponential") return text_of(exponential(x));
  if (operation == "round") return text_of(round_to(x, std::stoi(b), modes.at(c)));
  const Decimal y = decimal(b);
  if (operation == "add") return text_of(add(x, y));
  if (operation == "subtract") return text_of(subtract(x, y));
  if (operation == "multiply") return text_of(multiply(x, y));
  if (operation == "divide") return text_of(divide(x, y));
  if (operation == "modulo") return text_of(modulo(x, y));
  if (operation == "power") return text_of(power(x, y));
  if (operation == "compare") return x < y ? "-1" : (x > y ? "1" : "0");
  return "unknown operation";
}

TEST(Decimal, AgreesWithPythonsDecimal) {
  std::ifstream file(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/base/decimal.csv");
  std::string line;
  std::getline(file, line);
  std::size_t cases = 0;
  std::size_t wrong = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    ASSERT_EQ(cells.size(), 5U) << line;
    ++cases;
    const std::string found = compute(cells[0], cells[1], cells[2], cells[3]);
    if (found != cells[4] && ++wrong < 20) ADD_FAILURE() << line << "\nfound: " << found;
  }
  EXPECT_GT(cases, 10'000U);
  EXPECT_EQ(wrong, 0U);
}

TEST(Decimal, ReadsOnlyNumbers) {
  for (const char* text : {"", "+", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "1,0", "0x1", "NaN", "Infinity", "1.2.3",
                           "--1", "1e5.5", "１"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_EQ(decimal(".5").to_string(), "0.5");
  EXPECT_EQ(decimal("5.").to_string(), "5");
  EXPECT_EQ(decimal("+1.50").to_string(), "1.5");
  EXPECT_EQ(decimal("-0.00").to_string(), "0");
  EXPECT_FALSE(Decimal::parse("1e6145"));
  EXPECT_FALSE(Decimal::parse("1e99999999999999999999"));
  EXPECT_EQ(decimal("1e-99999999999999999999").to_string(), "0");
  EXPECT_EQ(decimal("0e99999").to_string(), "0");
}

TEST(Decimal, PrintsPlainDigitsUpToFortyCharacters) {
  EXPECT_EQ(decimal("1e39").to_string(), "1000000000000000000000000000000000000000");
  EXPECT_EQ(decimal("1e40").to_string(), "1E+40");
  EXPECT_EQ(decimal("-1e39").to_string(), "-1000000000000000000000000000000000000000");
  EXPECT_EQ(decimal("1e-38").to_string(), "0.00000000000000000000000000000000000001");
  EXPECT_EQ(decimal("1e-39").to_string(), "1E-39");
  EXPECT_EQ(decimal("12.5e50").to_string(), "1.25E+51");
  EXPECT_EQ(decimal("100").to_string(), "100");
  EXPECT_EQ(decimal("9999999999999999999999999999999999").to_string(), "9999999999999999999999999999999999");
}

TEST(Decimal, KeepsToItsRange) {
  const Decimal greatest = decimal("9999999999999999999999999999999999e6111");
  EXPECT_FALSE(add(greatest, greatest));
  EXPECT_FALSE(multiply(greatest, Decimal(10)));
  EXPECT_EQ(multiply(decimal("1e-6176"), decimal("0.1")), Decimal());
  EXPECT_FALSE(divide(Decimal(1), Decimal(0)));
  EXPECT_FALSE(divide(Decimal(0), Decimal(0)));
  EXPECT_FALSE(modulo(Decimal(1), Decimal(0)));
  EXPECT_FALSE(square_root(Decimal(-1)));
  EXPECT_FALSE(natural_logarithm(Decimal(0)));
  EXPECT_FALSE(power(Decimal(0), Decimal(-1)));
  EXPECT_FALSE(power(Decimal(-8), decimal("0.5")));
  EXPECT_FALSE(power(Decimal(10), Decimal(6145)));
  EXPECT_EQ(power(Decimal(10), Decimal(-7000)), Decimal());
  EXPECT_EQ(power(Decimal(-1), decimal("1e30")), Decimal(1));
  EXPECT_EQ(power(Decimal(-1), decimal("1000000000000000000000001")), Decimal(-1));
}

TEST(Decimal, ScalesExactlyOrNotAtAll) {
  EXPECT_EQ(decimal("12.5").to_scaled(1), 125);
  EXPECT_EQ(decimal("12.50").to_scaled(1), 125);
  EXPECT_FALSE(decimal("12.55").to_scaled(1));
  EXPECT_EQ(decimal("1200").to_scaled(-2), 12);
  EXPECT_FALSE(decimal("1e19").to_int64());
  EXPECT_EQ(decimal("-9223372036854775808").to_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(decimal("9223372036854775808").to_int64());
  EXPECT_EQ(decimal("12.340").scale(), 2);
  EXPECT_EQ(decimal("1200").scale(), 0);
  EXPECT_TRUE(decimal("12.00").is_integer());
  EXPECT_FALSE(decimal("12.01").is_integer());
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::min()).to_string(), "-9223372036854775808");
  EXPECT_EQ(Decimal::from_scaled(-125, 2).to_string(), "-1.25");
  EXPECT_EQ(decimal("0.1").to_double(), 0.1);
}

// Numbers of all sizes: coefficients from one digit to 34, exponents near and far.
rc::Gen<Decimal> any_decimal() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000),
                     rc::gen::inRange(-40, 40), rc::gen::inRange(0, 4)),
      [](const std::tuple<std::int64_t, std::int64_t, int, int>& parts) {
        const auto& [high, low, exponent, form] = parts;
        std::string text = std::to_string(form == 0 ? high % 1000 : form == 1 ? high % 1'000'000'000 : high);
        if (form == 3) {
          std::string tail = std::to_string(low);
          text += std::string(15 - tail.size(), '0') + tail;
        }
        return Decimal::parse(text + "e" + std::to_string(exponent)).value_or(Decimal());
      });
}

RC_GTEST_PROP(DecimalProperty, TextReadsBack, ()) {
  const Decimal a = *any_decimal();
  const std::optional<Decimal> again = Decimal::parse(a.to_string());
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == a);
  RC_ASSERT(again->to_string() == a.to_string());
  RC_ASSERT(again->hash() == a.hash());
}

RC_GTEST_PROP(DecimalProperty, AdditionCommutesAndUndoes, ()) {
  const Decimal a = *any_decimal();
  const Decimal b = *any_decimal();
  RC_ASSERT(add(a, b) == add(b, a));
  RC_ASSERT(multiply(a, b) == multiply(b, a));
  RC_ASSERT(subtract(a, a) == Decimal());
  RC_ASSERT(subtract(a, b)->negated() == *subtract(b, a));
}

RC_GTEST_PROP(DecimalProperty, SmallIntegersActAsIntegers, (std::int32_t a, std::int32_t b)) {
  RC_ASSERT(*add(Decimal(a), Decimal(b)) == Decimal(std::int64_t{a} + b));
  RC_ASSERT(*multiply(Decimal(a), Decimal(b)) == Decimal(std::int64_t{a} * b));
  RC_ASSERT((Decimal(a) <=> Decimal(b)) == (a <=> b));
  RC_PRE(b != 0);
  const std::int64_t remainder = ((std::int64_t{a} % b) + b) % b;
  RC_ASSERT(*modulo(Decimal(a), Decimal(b)) == Decimal(remainder));
}

RC_GTEST_PROP(DecimalProperty, OrderAgreesWithSubtraction, ()) {
  const Decimal a = *any_decimal();
  const Decimal b = *any_decimal();
  const std::optional<Decimal> gap = subtract(a, b);
  RC_ASSERT(gap.has_value());
  RC_ASSERT((a < b) == gap->is_negative());
  RC_ASSERT((a == b) == gap->is_zero());
  if (a == b) RC_ASSERT(a.hash() == b.hash());
}

RC_GTEST_PROP(DecimalProperty, EqualValuesOfDifferentScaleAreEqual, (std::int32_t coefficient)) {
  const int digits = *rc::gen::inRange(0, 9);
  std::int64_t widened = coefficient;
  for (int i = 0; i < digits; ++i) widened *= 10;
  const Decimal a = Decimal::from_scaled(coefficient, 0);
  const Decimal b = Decimal::from_scaled(widened, digits);
  RC_ASSERT(a == b);
  RC_ASSERT(a.hash() == b.hash());
  RC_ASSERT(a.to_string() == b.to_string());
  RC_ASSERT(b.to_int64() == std::optional<std::int64_t>(coefficient));
}

RC_GTEST_PROP(DecimalProperty, RoundingStaysWithinOneStep, ()) {
  const Decimal a = *any_decimal();
  const int scale = *rc::gen::inRange(-5, 10);
  const Decimal step = Decimal::from_scaled(1, scale);
  const Decimal low = *round_to(a, scale, Rounding::Floor);
  const Decimal high = *round_to(a, scale, Rounding::Ceiling);
  RC_ASSERT(low <= a && a <= high);
  RC_ASSERT(*subtract(high, low) <= step);
  for (const Rounding mode : {Rounding::HalfEven, Rounding::HalfUp, Rounding::HalfDown, Rounding::Up, Rounding::Down}) {
    const Decimal rounded = *round_to(a, scale, mode);
    RC_ASSERT(rounded == low || rounded == high);
  }
}

}  // namespace
}  // namespace yuanqu::base
