#include "base/identifiers.hpp"

#include <array>

#include "base/date.hpp"
#include "base/text.hpp"

namespace yuanqu::base {
namespace {

constexpr std::string_view uscc_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // without I, O, S, V, Z
constexpr std::string_view organisation_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view digits_and_x = "0123456789X";

std::optional<IdentifierFault> check_length(std::string_view text, std::size_t wanted) {
  const std::size_t found = count_code_points(text);
  if (found == wanted) return std::nullopt;  // a character of another script among them is named by its position
  return IdentifierFault{IdentifierFault::Kind::Length, found, "", std::to_string(wanted)};
}

// The first character of `text` that is not of its alphabet.
template <class AlphabetAt>
std::optional<IdentifierFault> check_characters(std::string_view text, AlphabetAt alphabet_at) {
  std::size_t position = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    const char32_t c = next_code_point(text, offset);
    ++position;
    if (c < 0x80 && alphabet_at(position).find(static_cast<char>(c)) != std::string_view::npos) continue;
    return IdentifierFault{IdentifierFault::Kind::Character, position,
                           repaired_utf8(text.substr(begin, offset - begin)), ""};
  }
  return std::nullopt;
}

std::optional<IdentifierFault> check_last(char found, char expected, std::size_t position) {
  if (found == expected) return std::nullopt;
  return IdentifierFault{IdentifierFault::Kind::CheckCharacter, position, std::string(1, found),
                         std::string(1, expected)};
}

bool all_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

std::string normal_identifier(std::string_view text) {
  const std::string half = half_width(text);
  std::string normal;
  for (std::size_t offset = 0; offset < half.size();) {
    const std::size_t begin = offset;
    const char32_t c = next_code_point(half, offset);
    if (is_blank(c) || c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2014) continue;
    if (c >= 'a' && c <= 'z') {
      normal += static_cast<char>(c - 'a' + 'A');
    } else {
      normal.append(half, begin, offset - begin);
    }
  }
  return normal;
}

char uscc_check_character(std::string_view seventeen) {
  static constexpr std::array<int, 17> weights = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  if (seventeen.size() != weights.size() || !all_of(seventeen, uscc_alphabet)) return 0;
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += static_cast<int>(uscc_alphabet.find(seventeen[i])) * weights[i];
  }
  return uscc_alphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

char organisation_check_character(std::string_view eight) {
  static constexpr std::array<int, 8> weights = {3, 7, 9, 10, 5, 8, 4, 2};
  if (eight.size() != weights.size() || !all_of(eight, organisation_alphabet)) return 0;
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += static_cast<int>(organisation_alphabet.find(eight[i])) * weights[i];
  }
  const int check = 11 - sum % 11;
  return check == 11 ? '0' : digits_and_x[static_cast<std::size_t>(check)];
}

char identity_check_character(std::string_view seventeen) {
  static constexpr std::array<int, 17> weights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (seventeen.size() != weights.size() || !all_of(seventeen, digits)) return 0;
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += (seventeen[i] - '0') * weights[i];
  return std::string_view("10X98765432")[static_cast<std::size_t>(sum % 11)];
}

std::optional<IdentifierFault> check_uscc(std::string_view code) {
  if (auto fault = check_length(code, 18)) return fault;
  if (auto fault = check_characters(code, [](std::size_t) { return uscc_alphabet; })) return fault;
  if (auto fault = check_last(code[17], uscc_check_character(code.substr(0, 17)), 18)) return fault;
  return check_characters(code, [](std::size_t at) { return at >= 3 && at <= 8 ? digits : uscc_alphabet; });
}

std::optional<IdentifierFault> check_uscc_organisation(std::string_view code) {
  if (auto fault = check_length(code, 18)) return fault;
  if (auto fault = check_characters(code, [](std::size_t) { return uscc_alphabet; })) return fault;
  return check_last(code[16], organisation_check_character(code.substr(8, 8)), 17);
}

std::optional<IdentifierFault> check_organisation_code(std::string_view code) {
  std::string plain(code);
  if (plain.size() == 10 && plain[8] == '-') plain.erase(8, 1);
  if (auto fault = check_length(plain, 9)) return fault;
  const auto alphabet_at = [](std::size_t position) { return position == 9 ? digits_and_x : organisation_alphabet; };
  if (auto fault = check_characters(plain, alphabet_at)) return fault;
  return check_last(plain[8], organisation_check_character(std::string_view(plain).substr(0, 8)), 9);
}

std::optional<IdentifierFault> check_identity_number(std::string_view number) {
  if (auto fault = check_length(number, 18)) return fault;
  if (auto fault =
          check_characters(number, [](std::size_t position) { return position == 18 ? digits_and_x : digits; })) {
    return fault;
  }
  const auto number_at = [&](std::size_t first, std::size_t length) {
    int value = 0;
    for (std::size_t i = first; i < first + length; ++i) value = value * 10 + (number[i] - '0');
    return value;
  };
  const int year = number_at(6, 4);
  if (year < 1800 || !Date::from_civil(year, number_at(10, 2), number_at(12, 2))) {
    return IdentifierFault{IdentifierFault::Kind::Date, 7, std::string(number.substr(6, 8)), ""};
  }
  return check_last(number[17], identity_check_character(number.substr(0, 17)), 18);
}

std::optional<std::string> widened_identity_number(std::string_view fifteen_digits) {
  if (fifteen_digits.size() != 15 || !all_of(fifteen_digits, digits)) return std::nullopt;
  std::string number = std::string(fifteen_digits.substr(0, 6)) + "19" + std::string(fifteen_digits.substr(6));
  number += identity_check_character(number);
  return number;
}

Error to_error(const IdentifierFault& fault, std::string_view zh, std::string_view en) {
  const std::string place = std::to_string(fault.position);
  const std::string name_zh(zh);
  const std::string name_en(en);
  Error error;
  error.code = ErrorCode::Invalid;
  error.place.column = fault.position;
  switch (fault.kind) {
    case IdentifierFault::Kind::Length:
      error.zh = name_zh + "应为 " + fault.expected + " 位，现为 " + place + " 位：请补全或改正。";
      error.en = "The " + name_en + " must have " + fault.expected + " characters and has " + place + ": complete it.";
      error.place.column = 0;
      break;
    case IdentifierFault::Kind::Character:
      error.zh = name_zh + "第 " + place + " 位不能是“" + fault.character + "”：请对照证照改正。";
      error.en = "Character " + place + " of the " + name_en + " cannot be '" + fault.character +
                 "': compare it with the document.";
      break;
    case IdentifierFault::Kind::Date:
      error.zh = name_zh + "中的出生日期“" + fault.character + "”不存在：请对照证件改正。";
      error.en = "The date of birth '" + fault.character + "' in the " + name_en +
                 " is no day of the calendar: compare it with the document.";
      break;
    case IdentifierFault::Kind::CheckCharacter:
      error.zh = name_zh + "第 " + place + " 位校验码应为“" + fault.expected + "”，现为“" + fault.character +
                 "”：请对照证照逐位核对。";
      error.en = "The check character at " + place + " of the " + name_en + " should be '" + fault.expected +
                 "' and is '" + fault.character + "': compare every character with the document.";
      break;
  }
  return error;
}

}  // namespace yuanqu::base
