#pragma once
// Tokens of FEEL text (DMN 1.5, clause 10.3.1.2, rules 28 to 36 and 62). Reading never fails: what is no token becomes
// Invalid, and the parser reports it if it gets there. Names with blanks are put together by the parser, which knows
// the scope.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::feel {

enum class TokenKind : std::uint8_t { End, Identifier, Number, String, At, Symbol, Invalid };

struct Token {
  TokenKind kind = TokenKind::End;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// Always ends with an End token. Comments and white space are skipped.
std::vector<Token> tokenize(std::string_view text);

// The offset of the first byte at or after `offset` that is neither white space nor comment.
std::size_t skip_blanks(std::string_view text, std::size_t offset);

bool is_name_start(char32_t code_point);
bool is_name_part(char32_t code_point);

// The code point at `offset` and its length in bytes; malformed UTF-8 gives {0xFFFD, 1}.
struct CodePoint {
  char32_t value = 0;
  std::uint32_t length = 0;
};
CodePoint code_point_at(std::string_view text, std::size_t offset);
void append_utf8(std::string& text, char32_t code_point);

// The value of a quoted string token, escapes resolved (rule 35: \', \", \\, \n, \r, \t, \uXXXX, \UXXXXXX; a pair of \u
// surrogates is one code point). Nullopt for an unpaired surrogate or a code point above 10FFFF. An unknown escape
// stands for itself.
std::optional<std::string> unquote(std::string_view quoted);
std::string quote(std::string_view text);

// True for words that end a name read without help of the scope ("and", "then", "in", …).
bool is_keyword(std::string_view word);

}  // namespace yuanqu::feel
