#pragma once
// What a pattern compiles to: instructions for a backtracking matcher. Inside of feel/pattern.hpp.

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::feel::detail {

// A set of code points: a bitmap for ASCII, sorted ranges for the rest.
struct CharacterSet {
  std::array<std::uint64_t, 2> ascii{};
  std::vector<std::pair<char32_t, char32_t>> ranges;  // both ends included, ascending, above 0x7F

  bool contains(char32_t c) const {
    if (c < 0x80) return (ascii[c >> 6] >> (c & 63) & 1) != 0;
    std::size_t low = 0, high = ranges.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (ranges[middle].second < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < ranges.size() && ranges[low].first <= c;
  }
};

struct Instruction {
  enum class Op : std::uint8_t {
    Character,      // the code point as UTF-8 in `bytes`
    Set,            // one of sets[a]
    Any,            // any code point
    Split,          // go on at +a; when that fails at +b
    Jump,           // go on at +a
    Save,           // captures[a] = position
    TextStart,      // ^
    TextEnd,        // $
    LineStart,      // ^ with flag m
    LineEnd,        // $ with flag m
    BackReference,  // the text of group a again
    LoopEnter,      // loops[a] = position
    LoopCheck,      // fails when nothing was consumed since LoopEnter a
    Match,
  };
  Op op = Op::Match;
  std::uint8_t length = 0;  // of bytes
  std::array<char, 4> bytes{};
  std::int32_t a = 0, b = 0;
  std::int32_t mark = -1;  // of a Split: its row in the table of failed states
};

struct PatternProgram {
  std::vector<Instruction> code;
  std::vector<CharacterSet> sets;
  int groups = 0;
  int loops = 0;
  int marks = 0;
  bool ignore_case = false;
  bool literal = false;  // flag q: replacements are literal too
  bool has_back_references = false;
  bool anchored = false;       // can only match at the start of the text
  bool filters = false;        // only starts at one of first_bytes are worth a try
  bool matches_empty = false;  // decided once, for replace and split
  std::bitset<256> first_bytes;
};

// Reads pattern and flags; everything but matches_empty is set.
base::Result<> compile_pattern(std::string_view pattern, std::string_view flags, PatternProgram& program);

}  // namespace yuanqu::feel::detail
