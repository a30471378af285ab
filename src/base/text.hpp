#pragma once
// Text is UTF-8 everywhere inside the house. Here: checking, walking and counting it, the habits of Chinese input
// (full-width characters, ideographic blanks), and turning foreign encodings into it.
//
// Functions that walk text accept any bytes: what is not UTF-8 counts as U+FFFD, one per offending byte, and is never a
// crash.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::base {

inline constexpr char32_t replacement_character = 0xFFFD;

// Byte offset of the first byte that is not well-formed UTF-8 (overlong forms, surrogates and values over U+10FFFF are
// not); nullopt when all is well. O(n).
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
inline bool is_valid_utf8(std::string_view text) { return !first_invalid_utf8(text); }
// Every offending byte replaced by U+FFFD.
std::string repaired_utf8(std::string_view text);

// The code point at `offset` (which must be below text.size()); moves `offset` past it.
char32_t next_code_point(std::string_view text, std::size_t& offset);
void append_code_point(std::string& text, char32_t code_point);  // U+FFFD for surrogates and values over U+10FFFF

std::size_t count_code_points(std::string_view text);
// Byte offset of the code point with this index (counted from 0); text.size() when there are not so many.
std::size_t offset_of_code_point(std::string_view text, std::size_t index);
// `length` code points from `first`; what is past the end is left out.
std::string_view code_points(std::string_view text, std::size_t first, std::size_t length);

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Blanks in the sense of Unicode's White_Space, with U+3000 (ideographic), U+00A0, and the invisible U+200B, U+2060,
// U+FEFF.
bool is_blank(char32_t code_point);
std::string_view trimmed(std::string_view text);

// Full-width digits, letters and punctuation (U+FF01 … U+FF5E), the ideographic blank and ￠￡￥ as their half-width
// forms.
std::string half_width(std::string_view text);

// By Unicode's rules of no particular language. Text that is not UTF-8 comes back with U+FFFD in it.
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

enum class Encoding { Utf8, Utf16LittleEndian, Utf16BigEndian, Gb18030 };
std::string_view name_of(Encoding encoding);

struct DecodedText {
  std::string text;  // UTF-8 without byte order mark
  Encoding encoding = Encoding::Utf8;
};

// What a file's bytes say: a byte order mark decides; else UTF-8 if they are well-formed UTF-8; else GB18030 (which
// holds GBK and GB2312). Invalid with the byte offset when they are none of these.
Result<DecodedText> decode_text(std::string_view bytes);
// The encoding of a file from its first bytes, for readers that work in pieces; a character cut at the end is no fault.
Encoding detect_encoding(std::string_view first_bytes);
std::string_view without_byte_order_mark(std::string_view text);  // of UTF-8
Result<std::string> from_gb18030(std::string_view bytes);
Result<std::string> to_gb18030(std::string_view text);

}  // namespace yuanqu::base
