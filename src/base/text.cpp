#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace yuanqu::base {
namespace {

// Length of the well-formed sequence at `offset` and its code point; length 0 when there is none. Unicode 15, table
// 3-7.
struct Sequence {
  std::size_t length = 0;
  char32_t code_point = replacement_character;
};

Sequence sequence_at(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return {1, first};
  if (first >= 0xC2 && first <= 0xDF) {
    if (continues(1)) return {2, (first & 0x1FU) << 6 | (byte(1) & 0x3FU)};
  } else if (first >= 0xE0 && first <= 0xEF) {
    const bool second_fits = first == 0xE0 ? byte(1) >= 0xA0 : first == 0xED ? byte(1) < 0xA0 : true;
    if (continues(1) && second_fits && continues(2)) {
      return {3, (first & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU)};
    }
  } else if (first >= 0xF0 && first <= 0xF4) {
    const bool second_fits = first == 0xF0 ? byte(1) >= 0x90 : first == 0xF4 ? byte(1) < 0x90 : true;
    if (continues(1) && second_fits && continues(2) && continues(3)) {
      return {4, (first & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU)};
    }
  }
  return {};
}

// Moves over ASCII eight bytes at a time.
std::size_t skip_ascii(std::string_view text, std::size_t offset) {
  while (offset + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + offset, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
    offset += 8;
  }
  while (offset < text.size() && static_cast<unsigned char>(text[offset]) < 0x80) ++offset;
  return offset;
}

// Moves over characters of three bytes, as Chinese is written; stops at anything else and at what is not well formed.
std::size_t skip_three_byte(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  while (offset + 3 <= text.size() && (byte(0) & 0xF0U) == 0xE0U && byte(0) != 0xE0U && byte(0) != 0xEDU &&
         (byte(1) & 0xC0U) == 0x80U && (byte(2) & 0xC0U) == 0x80U) {
    offset += 3;
  }
  return offset;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t offset = skip_ascii(text, 0); offset < text.size(); offset = skip_ascii(text, offset)) {
    const std::size_t after = skip_three_byte(text, offset);
    if (after != offset) {
      offset = after;
      continue;
    }
    const Sequence sequence = sequence_at(text, offset);
    if (sequence.length == 0) return offset;
    offset += sequence.length;
  }
  return std::nullopt;
}

std::string repaired_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Sequence sequence = sequence_at(text, offset);
    if (sequence.length == 0) {
      append_code_point(repaired, replacement_character);
      ++offset;
    } else {
      repaired.append(text, offset, sequence.length);
      offset += sequence.length;
    }
  }
  return repaired;
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
  const Sequence sequence = sequence_at(text, offset);
  offset += std::max<std::size_t>(sequence.length, 1);
  return sequence.code_point;
}

void append_code_point(std::string& text, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = replacement_character;
  const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t offset = 0; offset < text.size(); ++count) {
    const std::size_t next = skip_ascii(text, offset);
    if (next > offset) {
      count += next - offset - 1;
      offset = next;
    } else if (const std::size_t after = skip_three_byte(text, offset); after > offset) {
      count += (after - offset) / 3 - 1;
      offset = after;
    } else {
      next_code_point(text, offset);
    }
  }
  return count;
}

std::size_t offset_of_code_point(std::string_view text, std::size_t index) {
  std::size_t offset = 0;
  for (; index > 0 && offset < text.size(); --index) next_code_point(text, offset);
  return offset;
}

std::string_view code_points(std::string_view text, std::size_t first, std::size_t length) {
  const std::string_view rest = text.substr(offset_of_code_point(text, first));
  return rest.substr(0, offset_of_code_point(rest, length));
}

bool is_blank(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    if (!is_blank(next_code_point(text, next))) break;
    begin = next;
  }
  // From the back, so that a long text is not walked: the last character begins at most three bytes before its end.
  std::size_t end = text.size();
  while (end > begin) {
    std::size_t start = end - 1;
    while (start > begin && end - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    std::size_t next = start;
    if (!is_blank(next_code_point(text, next)) || next != end) break;
    end = start;
  }
  return text.substr(begin, end - begin);
}

std::string half_width(std::string_view text) {
  std::string half;
  half.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t ascii = skip_ascii(text, offset);
    half.append(text, offset, ascii - offset);
    if ((offset = ascii) == text.size()) break;
    const std::size_t begin = offset;
    const char32_t c = next_code_point(text, offset);
    if (c >= 0xFF01 && c <= 0xFF5E) {
      append_code_point(half, c - 0xFEE0);
    } else if (c == 0x3000) {
      half += ' ';
    } else if (c == 0xFFE0 || c == 0xFFE1) {
      append_code_point(half, c - 0xFFE0 + 0xA2);
    } else if (c == 0xFFE5) {
      append_code_point(half, 0xA5);
    } else {
      half.append(text, begin, offset - begin);
    }
  }
  return half;
}

std::string_view without_byte_order_mark(std::string_view text) {
  return text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
}

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8: return "UTF-8";
    case Encoding::Utf16LittleEndian: return "UTF-16LE";
    case Encoding::Utf16BigEndian: return "UTF-16BE";
    case Encoding::Gb18030: return "GB18030";
  }
  return "UTF-8";
}

}  // namespace yuanqu::base
