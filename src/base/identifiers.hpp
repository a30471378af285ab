#pragma once
// Identifiers with a check character: the unified social credit code (GB 32100-2015), the organisation code inside it
// (GB 11714-1997) and the citizen's identity number (GB 11643-1999).
//
// Checks are exact: capitals only, no blanks, no full-width characters. normal_identifier() brings what people write
// into that form. A check answers nullopt for a good identifier, otherwise the first thing wrong with it, in this
// order: length, characters from the left, the parts' own rules, the check character.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::base {

struct IdentifierFault {
  enum class Kind {
    Length,          // `position` characters found, `expected` wanted (as a number in text)
    Character,       // `character` at `position` cannot stand there
    Date,            // the date of birth in an identity number is no day of the calendar, or lies before 1800
    CheckCharacter,  // `character` at `position` should be `expected`
  };
  Kind kind = Kind::Length;
  std::size_t position = 0;  // counted from 1
  std::string character;     // as written, one code point
  std::string expected;

  friend bool operator==(const IdentifierFault&, const IdentifierFault&) = default;
};

// Trimmed, half-width, capitals, without inner blanks and hyphens.
std::string normal_identifier(std::string_view text);

// 18 characters; the last is checked modulo 31. Characters 3 to 8 (the region) are digits. The organisation code at 9
// to 17 is left to check_uscc_organisation(): real codes exist whose inner check character is wrong.
std::optional<IdentifierFault> check_uscc(std::string_view code);
// The organisation code at positions 9 to 17 of a code that passes check_uscc(); positions count in the whole code.
std::optional<IdentifierFault> check_uscc_organisation(std::string_view code);
// 9 characters, or with a hyphen before the last: "D2143569-X" or "D2143569X". Positions count without the hyphen.
std::optional<IdentifierFault> check_organisation_code(std::string_view code);
// 18 characters. The 15-digit form went out of use on 2013-01-01 and fails by length.
std::optional<IdentifierFault> check_identity_number(std::string_view number);
// The 18-character number of an old 15-digit one, as GB 11643 converts it; nullopt when it is not 15 digits.
std::optional<std::string> widened_identity_number(std::string_view fifteen_digits);

// The check character for the leading 17 (8, 17) characters, which must be of the right alphabet; 0 otherwise.
char uscc_check_character(std::string_view seventeen);
char organisation_check_character(std::string_view eight);
char identity_check_character(std::string_view seventeen);

// The fault as a sentence: what is wrong and what to do. `zh` and `en` name the identifier: "统一社会信用代码", "credit
// code".
Error to_error(const IdentifierFault& fault, std::string_view zh, std::string_view en);

}  // namespace yuanqu::base
