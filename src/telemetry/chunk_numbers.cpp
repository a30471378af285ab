#include "telemetry/chunk_numbers.hpp"

#include <array>
#include <cmath>

#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

namespace {

constexpr int scale_max = 17;
constexpr std::array<double, scale_max + 1> tens = {1,   1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
                                                    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17};
enum Form : std::uint8_t { Decimal = 0, Shuffled = 1 };
constexpr std::size_t plain_share = 8;  // at most one value in eight may stand beside the decimals

// The integer n with n / 10^scale equal to the value to the bit. Division by a power of ten up to 10^22 rounds once, so
// this is what reading the decimal text would give.
bool decimal_at(double value, int scale, std::int64_t& integer) {
  const double product = value * tens[static_cast<std::size_t>(scale)];
  if (!(std::fabs(product) < exact_integer_max)) return false;
  const double whole = std::nearbyint(product);
  integer = static_cast<std::int64_t>(whole);
  return std::bit_cast<std::uint64_t>(static_cast<double>(integer) / tens[static_cast<std::size_t>(scale)]) ==
         std::bit_cast<std::uint64_t>(value);
}

std::size_t varint_size(std::uint64_t value) { return (static_cast<std::size_t>(std::bit_width(value | 1U)) + 6) / 7; }

std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void put_shuffled(std::string& out, const std::vector<double>& values) {
  std::vector<std::uint64_t> bits(values.size());
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto now = std::bit_cast<std::uint64_t>(values[i]);
    bits[i] = now ^ before;
    before = now;
  }
  for (unsigned byte = 0; byte < 8; ++byte) {
    for (std::uint64_t word : bits) put_byte(out, static_cast<unsigned>(word >> (8 * byte)) & 0xFFU);
  }
}

}  // namespace

void put_series(std::string& out, const std::vector<std::int64_t>& values) {
  std::size_t first = 0, second = 0;
  std::int64_t before = 0, step_before = 0;
  for (std::int64_t value : values) {
    const std::int64_t step = minus(value, before);
    first += varint_size(zigzag(step));
    second += varint_size(zigzag(minus(step, step_before)));
    before = value;
    step_before = step;
  }
  const bool twice = second < first;
  put_byte(out, twice ? 2 : 1);
  before = step_before = 0;
  for (std::int64_t value : values) {
    const std::int64_t step = minus(value, before);
    put_signed(out, twice ? minus(step, step_before) : step);
    before = value;
    step_before = step;
  }
}

bool take_series(ByteReader& in, std::size_t count, std::vector<std::int64_t>& values) {
  const unsigned order = in.byte();
  if (order != 1 && order != 2) return false;
  std::int64_t before = 0, step = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t read = in.integer();
    step = order == 2 ? plus(step, read) : read;
    before = plus(before, step);
    values.push_back(before);
  }
  return in.ok();
}

void put_numbers(std::string& out, const std::vector<double>& values) {
  // The fewest decimals at which every value but the exceptions is an integer.
  int scale = 0;
  std::int64_t integer = 0;
  std::vector<std::size_t> beside;
  for (std::size_t i = 0; i < values.size() && beside.size() * plain_share <= values.size(); ++i) {
    if (decimal_at(values[i], scale, integer)) continue;
    int higher = scale + 1;
    while (higher <= scale_max && !decimal_at(values[i], higher, integer)) ++higher;
    if (higher <= scale_max)
      scale = higher;
    else
      beside.push_back(i);
  }
  std::vector<std::int64_t> integers;
  bool decimal = beside.size() * plain_share <= values.size();
  if (decimal) {
    // At the final scale a value that fitted a lower one may no longer (2^53 is reached): it stands beside too.
    integers.reserve(values.size());
    beside.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (decimal_at(values[i], scale, integer))
        integers.push_back(integer);
      else {
        beside.push_back(i);
        integers.push_back(integers.empty() ? 0 : integers.back());
      }
    }
    decimal = beside.size() * plain_share <= values.size();
  }
  if (!decimal) {
    put_byte(out, Shuffled);
    put_shuffled(out, values);
    return;
  }
  put_byte(out, Decimal);
  put_byte(out, static_cast<unsigned>(scale));
  put_varint(out, beside.size());
  std::size_t before = 0;
  for (std::size_t at : beside) {
    put_varint(out, at - before);
    put_fixed(out, values[at]);
    before = at;
  }
  put_series(out, integers);
}

bool take_numbers(ByteReader& in, std::size_t count, std::vector<double>& values) {
  const unsigned form = in.byte();
  const std::size_t start = values.size();
  if (form == Shuffled) {
    const std::string_view bytes = in.take(count * 8);
    if (!in.ok()) return false;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t word = 0;
      for (unsigned byte = 0; byte < 8; ++byte)
        word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[byte * count + i])) << (8 * byte);
      bits ^= word;
      values.push_back(std::bit_cast<double>(bits));
    }
    return true;
  }
  if (form != Decimal) return false;
  const unsigned scale = in.byte();
  const std::uint64_t beside = in.varint();
  if (!in.ok() || scale > scale_max || beside > count) return false;
  std::vector<std::pair<std::size_t, double>> exceptions;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < beside; ++i) {
    const std::uint64_t step = in.varint();
    if (step >= count || (at += static_cast<std::size_t>(step)) >= count) return false;
    exceptions.emplace_back(at, in.fixed<double>());
  }
  std::vector<std::int64_t> integers;
  integers.reserve(count);
  if (!take_series(in, count, integers)) return false;
  for (std::int64_t integer : integers) values.push_back(static_cast<double>(integer) / tens[scale]);
  for (const auto& [index, value] : exceptions) values[start + index] = value;
  return true;
}

}  // namespace yuanqu::telemetry
