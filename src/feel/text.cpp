#include "feel/text.hpp"

#include <array>

namespace yuanqu::feel {
namespace {

constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};

std::string print_date(base::Date date, Language language) {
  const base::Civil day = date.civil();
  if (language == Language::Chinese) {
    return std::to_string(day.year) + "年" + std::to_string(day.month) + "月" + std::to_string(day.day) + "日";
  }
  return std::to_string(day.day) + " " + std::string(months[static_cast<std::size_t>(day.month - 1)]) + " " +
         std::to_string(day.year);
}

// The end of an expression that starts after an open brace: the brace that closes it, outside strings and nested
// braces.
std::size_t closing_brace(std::string_view text, std::size_t from) {
  int depth = 0;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && depth-- == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string print(const Value& value, Language language) {
  const bool chinese = language == Language::Chinese;
  switch (value.kind()) {
    case Kind::Null: return "—";
    case Kind::Boolean: return value.boolean() ? (chinese ? "是" : "yes") : (chinese ? "否" : "no");
    case Kind::Date: return print_date(value.date(), language);
    case Kind::List: {
      std::string joined;
      for (const Value& item : value.items()) {
        if (!joined.empty()) joined += chinese ? "、" : ", ";
        joined += print(item, language);
      }
      return joined.empty() ? "—" : joined;
    }
    default: return to_text(value).value_or("—");
  }
}

base::Result<Text> Text::parse(std::string_view text) {
  Text parsed;
  std::string plain;
  auto flush = [&] {
    if (!plain.empty()) parsed.pieces_.push_back({false, std::move(plain)});
    plain.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if ((letter == '{' || letter == '}') && at + 1 < text.size() && text[at + 1] == letter) {
      plain += letter;
      ++at;
    } else if (letter == '{') {
      const std::size_t end = closing_brace(text, at + 1);
      if (end == std::string_view::npos) {
        return base::fail(base::ErrorCode::Invalid, "“{”没有对应的“}”，请补上；要印花括号请写两个。",
                          "The \"{\" has no \"}\"; add it, or double it to print a brace.", {.offset = at});
      }
      flush();
      parsed.pieces_.push_back({true, std::string(text.substr(at + 1, end - at - 1))});
      at = end;
    } else {
      plain += letter;
    }
  }
  flush();
  return parsed;
}

base::Result<std::string> Text::print(const ContextScope& names, Language language) const {
  std::string printed;
  for (const Piece& piece : pieces_) {
    if (!piece.expression) {
      printed += piece.text;
      continue;
    }
    auto value = names.evaluate(piece.text);
    if (!value) return tl::unexpected(value.error());
    printed += feel::print(*value, language);
  }
  return printed;
}

}  // namespace yuanqu::feel
