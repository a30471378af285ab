#pragma once
// A pattern's text while it is read: code points with a cursor, the escapes, and character class expressions such as
// [a-z-[aeiou]] (XML Schema 1.1 part 2, appendix G.4). Inside of feel/pattern.hpp.

#include <unicode/uniset.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::feel::detail {

class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern);

  // Flag x: blanks outside character class expressions go, before anything else is looked at.
  void remove_blanks();

 protected:
  static constexpr int nesting_maximum = 200;

  bool at_end() const { return at_ == text_.size(); }
  char32_t peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : U'\0'; }
  bool sees(char32_t c) const { return !at_end() && text_[at_] == c; }
  bool take(char32_t c) {
    if (!sees(c)) return false;
    ++at_;
    return true;
  }

  // After a backslash: a character that stands for itself, or nullopt with nothing consumed.
  std::optional<char32_t> single_character();
  // After a backslash: the set of a multi-character or category escape; nullopt with nothing consumed when it is none.
  base::Result<std::optional<icu::UnicodeSet>> class_escape();
  // From "[" to its "]". Single characters and ranges are widened by their case variants when asked.
  base::Result<icu::UnicodeSet> class_expression(bool ignore_case);

  tl::unexpected<base::Error> wrong(std::string_view zh, std::string_view en) const;
  static tl::unexpected<base::Error> too_large();

  std::vector<char32_t> text_;
  std::vector<std::size_t> offsets_;  // of each code point in the pattern's bytes, and the end
  std::size_t at_ = 0;
  int nesting_ = 0;

 private:
  struct ClassCharacter {
    char32_t character = 0;
    bool bare_hyphen = false;
  };
  // A single character of a class, escaped or not; nullopt with nothing consumed when something else stands here.
  base::Result<std::optional<ClassCharacter>> class_character();
};

}  // namespace yuanqu::feel::detail
