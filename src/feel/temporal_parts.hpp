#pragma once
// What the .cpp files of times, durations and zones share. Private to the room.

#include <cstdint>
#include <string>

namespace yuanqu::feel::detail {

inline constexpr std::int64_t day_seconds = 86'400;
inline constexpr std::int64_t second_nanoseconds = 1'000'000'000;
inline constexpr std::int64_t day_nanoseconds = day_seconds * second_nanoseconds;

// Two digits; `number` is 0 … 99.
inline void append_two(std::string& text, int number) {
  text += static_cast<char>('0' + number / 10);
  text += static_cast<char>('0' + number % 10);
}

}  // namespace yuanqu::feel::detail
