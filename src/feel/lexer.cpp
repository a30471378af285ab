#include "feel/lexer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace yuanqu::feel {
namespace {

using base::is_digit;

bool is_blank(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
         c == 0xFEFF || c == 0x180E;
}

// Length of a numeric literal at `at`, 0 if there is none. "1..5" is a number, two dots and a number.
std::size_t number_length(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  if (end == at) return 0;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
      end = exponent;
    }
  }
  return end - at;
}

std::size_t quoted_length(std::string_view text, std::size_t at) {
  for (std::size_t end = at + 1; end < text.size(); ++end) {
    if (text[end] == '\\') {
      ++end;
    } else if (text[end] == '"') {
      return end + 1 - at;
    }
  }
  return 0;
}

std::optional<char32_t> hexadecimal(std::string_view digits) {
  char32_t value = 0;
  for (char c : digits) {
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  unsigned first = byte(offset);
  if (first < 0x80) return {first, 1};
  unsigned length = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first >= 0xF8) return {0xFFFD, 1};
  char32_t value = first & (0xFFU >> (length + 1));
  for (unsigned i = 1; i < length; ++i) {
    unsigned next = byte(offset + i);
    if ((next & 0xC0U) != 0x80) return {0xFFFD, 1};
    value = (value << 6U) | (next & 0x3FU);
  }
  return {value, length};
}

void append_utf8(std::string& text, char32_t c) {
  auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6U));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12U));
    put(0x80 | ((c >> 6U) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18U));
    put(0x80 | ((c >> 12U) & 0x3F));
    put(0x80 | ((c >> 6U) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool is_name_start(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
  return (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6) || (c >= 0xF8 && c <= 0x2FF) ||
         (c >= 0x370 && c <= 0x37D) || (c >= 0x37F && c <= 0x1FFF && c != 0x1680 && c != 0x180E) ||
         (c >= 0x200C && c <= 0x200D) || (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
         (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFC) ||
         (c >= 0x10000 && c <= 0xEFFFF);
}

bool is_name_part(char32_t c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F ||
         c == 0x2040;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    CodePoint next = code_point_at(text, at);
    if (is_blank(next.value)) {
      at += next.length;
    } else if (text.substr(at, 2) == "//") {
      while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
    } else if (text.substr(at, 2) == "/*") {
      std::size_t close = text.find("*/", at + 2);
      if (close == std::string_view::npos) return at;
      at = close + 2;
    } else {
      break;
    }
  }
  return at;
}

std::vector<Token> tokenize(std::string_view text) {
  static constexpr std::array<std::string_view, 7> pairs = {"..", "**", "<=", ">=", "!=", "->", "=="};
  std::vector<Token> tokens;
  std::size_t at = skip_blanks(text, 0);
  while (at < text.size()) {
    CodePoint next = code_point_at(text, at);
    std::size_t length = next.length;
    TokenKind kind = TokenKind::Symbol;
    if (is_name_start(next.value)) {
      kind = TokenKind::Identifier;
      while (at + length < text.size()) {
        CodePoint part = code_point_at(text, at + length);
        if (!is_name_part(part.value)) break;
        length += part.length;
      }
    } else if (std::size_t digits = number_length(text, at); digits > 0) {
      kind = TokenKind::Number;
      length = digits;
    } else if (text[at] == '"' || (text[at] == '@' && skip_blanks(text, at + 1) < text.size())) {
      std::size_t start = text[at] == '"' ? at : skip_blanks(text, at + 1);
      std::size_t quoted = text[start] == '"' ? quoted_length(text, start) : 0;
      if (quoted == 0) {
        kind = TokenKind::Invalid;
      } else {
        kind = text[at] == '"' ? TokenKind::String : TokenKind::At;
        length = start + quoted - at;
      }
    } else if (std::find(pairs.begin(), pairs.end(), text.substr(at, 2)) != pairs.end()) {
      length = 2;
    } else if (next.value >= 0x80 || std::string_view("()[]{}<>=+-*/.,:'").find(text[at]) == std::string_view::npos) {
      kind = TokenKind::Invalid;
    }
    tokens.push_back({kind, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(length)});
    at = skip_blanks(text, at + length);
  }
  tokens.push_back({TokenKind::End, static_cast<std::uint32_t>(text.size()), 0});
  return tokens;
}

std::optional<std::string> unquote(std::string_view quoted) {
  std::string_view body = quoted.substr(1, quoted.size() - 2);
  std::string text;
  text.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\' || i + 1 >= body.size()) {
      text.push_back(body[i]);
      continue;
    }
    char escape = body[++i];
    switch (escape) {
      case 'n': text.push_back('\n'); break;
      case 'r': text.push_back('\r'); break;
      case 't': text.push_back('\t'); break;
      case '"':
      case '\'':
      case '\\': text.push_back(escape); break;
      case 'u':
      case 'U': {
        std::size_t count = escape == 'u' ? 4 : 6;
        std::string_view digits = body.substr(i + 1, count);
        std::optional<char32_t> value = digits.size() == count ? hexadecimal(digits) : std::nullopt;
        if (!value) {
          text.push_back('\\');
          text.push_back(escape);
          break;
        }
        i += count;
        if (*value >= 0xD800 && *value < 0xDC00) {
          // A code point beyond the basic plane written as two \u escapes.
          std::string_view rest = body.substr(i + 1);
          if (rest.size() < 6 || rest.substr(0, 2) != "\\u") return std::nullopt;
          std::optional<char32_t> low = hexadecimal(rest.substr(2, 4));
          if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
          value = 0x10000 + ((*value - 0xD800) << 10U) + (*low - 0xDC00);
          i += 6;
        }
        if ((*value >= 0xDC00 && *value <= 0xDFFF) || *value > 0x10FFFF) return std::nullopt;
        append_utf8(text, *value);
        break;
      }
      default: text.push_back('\\'); text.push_back(escape);
    }
  }
  return text;
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\n': quoted += "\\n"; break;
      case '\r': quoted += "\\r"; break;
      case '\t': quoted += "\\t"; break;
      default: quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

bool is_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 18> words = {
      "and",    "or",   "in",    "between",   "instance", "if",       "then", "else",  "for",
      "return", "some", "every", "satisfies", "function", "external", "true", "false", "null"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace yuanqu::feel
