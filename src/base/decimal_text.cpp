#include <string>

#include "base/decimal.hpp"
#include "base/decimal_parts.hpp"
#include "base/intel_decimal.hpp"
#include "base/text.hpp"

namespace yuanqu::base {

using detail::Parts;
using detail::Wide;

namespace {

constexpr std::size_t plain_characters_maximum = 40;

// The digits of a text as read, without rounding beyond the 34 that are kept.
struct Reading {
  bool negative = false;
  Wide coefficient = 0;
  int kept = 0;              // digits in the coefficient
  std::int64_t dropped = 0;  // integer or fraction digits after the kept ones
  int next = 0;              // the first dropped digit
  bool rest = false;         // any dropped digit after it that is not zero
  std::int64_t fraction = 0;
  std::int64_t exponent = 0;

  void take(int digit) {
    if (kept < detail::digits_maximum) {
      if (coefficient == 0 && digit == 0) return;
      coefficient = coefficient * 10 + static_cast<unsigned>(digit);
      ++kept;
      return;
    }
    if (dropped == 0) {
      next = digit;
    } else if (digit != 0) {
      rest = true;
    }
    ++dropped;
  }
};

std::optional<Reading> read(std::string_view text) {
  Reading reading;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) reading.negative = text[i++] == '-';
  bool any = false;
  for (; i < text.size() && is_digit(text[i]); ++i, any = true) reading.take(text[i] - '0');
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && is_digit(text[i]); ++i, any = true) {
      reading.take(text[i] - '0');
      ++reading.fraction;
    }
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    if (i == text.size()) return std::nullopt;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      if (reading.exponent < 1'000'000'000'000) reading.exponent = reading.exponent * 10 + (text[i] - '0');
    }
    if (negative) reading.exponent = -reading.exponent;
  }
  if (i != text.size()) return std::nullopt;
  return reading;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  std::optional<Reading> reading = read(text);
  if (!reading) return std::nullopt;
  std::int64_t exponent = reading->exponent - reading->fraction + reading->dropped;
  Wide coefficient = reading->coefficient;
  if (coefficient == 0) {
    // Zeros keep their written scale where it is in range: 0.00 is 0 × 10^-2.
    if (exponent < detail::exponent_minimum) exponent = detail::exponent_minimum;
    if (exponent > detail::exponent_maximum) exponent = detail::exponent_maximum;
    return detail::pack(false, 0, static_cast<int>(exponent));
  }
  if (exponent < detail::exponent_minimum) {
    // Digits below the smallest exponent: drop them here in one rounding, together with those beyond 34.
    const std::int64_t excess = detail::exponent_minimum - exponent;
    if (excess > detail::digits_maximum) return Decimal();
    const Wide unit = detail::powers_of_ten[static_cast<std::size_t>(excess)];
    const Wide rest = coefficient % unit;
    coefficient /= unit;
    const Wide middle = unit / 2;
    const bool below = reading->next != 0 || reading->rest;  // something after `rest`
    const bool up = rest > middle || (rest == middle && (below || (coefficient & 1) != 0));
    return detail::pack(reading->negative, coefficient + (up ? 1U : 0U), detail::exponent_minimum);
  }
  if (reading->next > 5 || (reading->next == 5 && (reading->rest || (coefficient & 1) != 0))) {
    if (++coefficient == detail::coefficient_limit) {
      coefficient /= 10;
      ++exponent;
    }
  }
  if (exponent > detail::exponent_maximum + detail::digits_maximum) return std::nullopt;
  return detail::pack_clamped(reading->negative, coefficient, static_cast<int>(exponent));
}

std::string Decimal::to_string() const {
  const Parts parts = detail::without_trailing_zeros(detail::unpack(*this));
  if (parts.coefficient == 0) return "0";
  char digits[40];
  std::size_t count = 0;
  Wide rest = parts.coefficient;
  while ((rest >> 64) != 0) {
    digits[count++] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  for (auto small = static_cast<std::uint64_t>(rest); small != 0; small /= 10) {
    digits[count++] = static_cast<char>('0' + small % 10);
  }
  // digits[] runs from the last to the first.
  std::string text;
  if (parts.negative) text += '-';
  const std::int64_t point = static_cast<std::int64_t>(count) + parts.exponent;  // digits before the point
  const std::int64_t plain = parts.exponent >= 0 ? point
                             : point > 0         ? static_cast<std::int64_t>(count) + 1
                                                 : static_cast<std::int64_t>(count) + 2 - point;
  if (plain > static_cast<std::int64_t>(plain_characters_maximum)) {
    text += digits[count - 1];
    if (count > 1) text += '.';
    for (std::size_t i = count - 1; i-- > 0;) text += digits[i];
    const std::int64_t exponent = point - 1;
    text += exponent < 0 ? "E-" : "E+";
    text += std::to_string(exponent < 0 ? -exponent : exponent);
    return text;
  }
  if (point <= 0) {
    text += "0.";
    text.append(static_cast<std::size_t>(-point), '0');
  }
  for (std::size_t i = count; i-- > 0;) {
    text += digits[i];
    if (point > 0 && static_cast<std::int64_t>(count - i) == point && i != 0) text += '.';
  }
  if (parts.exponent > 0) text.append(static_cast<std::size_t>(parts.exponent), '0');
  return text;
}

}  // namespace yuanqu::base
