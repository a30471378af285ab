#pragma once
// Texts of papers and messages: plain words with FEEL in braces, and how values print for people.
// "{Licence.valid to}前有效": the part in braces is evaluated; braces inside FEEL strings and contexts are understood;
// "{{" and "}}" are literal braces.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/context_scope.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

enum class Language { Chinese, English };

// Dates 2026年3月2日 / 2 March 2026, true 是 / yes, lists joined by 、 / ", ", null —, strings as they are, numbers
// canonical, contexts as FEEL.
std::string print(const Value& value, Language language);

class Text {
 public:
  Text() = default;
  // Fails on an open brace without its end, with the offset in place.offset.
  static base::Result<Text> parse(std::string_view text);
  base::Result<std::string> print(const ContextScope& names, Language language) const;
  bool empty() const { return pieces_.empty(); }

 private:
  struct Piece {
    bool expression = false;
    std::string text;
  };
  std::vector<Piece> pieces_;
};

struct Texts {
  Text zh;
  Text en;
  const Text& of(Language language) const { return language == Language::Chinese ? zh : en; }
  base::Result<std::string> print(const ContextScope& names, Language language) const {
    return of(language).print(names, language);
  }
};

}  // namespace yuanqu::feel
