#include "base/id.hpp"

namespace yuanqu::base {
namespace {

constexpr std::int64_t epoch_ms = 1'577'836'800'000;  // 2020-01-01T00:00:00Z
constexpr int sequence_bits = 21;
constexpr std::int64_t milliseconds_maximum = (std::int64_t{1} << 42) - 1;
constexpr std::size_t text_length = 13;  // 13 × 5 = 65 bits; the first character holds the top three
constexpr std::string_view id_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

Id IdSource::next() {
  std::int64_t ms = clock_.now_ms() - epoch_ms;
  if (ms < 0) ms = 0;
  if (ms > milliseconds_maximum) ms = milliseconds_maximum;
  const Id floor = ms << sequence_bits;
  Id last = last_.load(std::memory_order_relaxed);
  Id next = 0;
  do {
    next = last >= floor ? last + 1 : floor + 1;
  } while (!last_.compare_exchange_weak(last, next, std::memory_order_relaxed));
  return next;
}

std::int64_t milliseconds_of(Id id) { return (id >> sequence_bits) + epoch_ms; }

std::string to_text(Id id) {
  std::string text(text_length, '0');
  auto rest = static_cast<std::uint64_t>(id);
  for (std::size_t i = text_length; i-- > 0; rest >>= 5) text[i] = id_alphabet[rest & 31];
  return text;
}

std::optional<Id> id_from_text(std::string_view text) {
  if (text.size() != text_length) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < text_length; ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const std::size_t digit = id_alphabet.find(c);
    // 13 characters hold 65 bits: the first must be below 8, or the number would not be a positive 63-bit one.
    if (digit == std::string_view::npos || (i == 0 && digit > 7)) return std::nullopt;
    value = (value << 5) | digit;
  }
  return static_cast<Id>(value);
}

}  // namespace yuanqu::base
