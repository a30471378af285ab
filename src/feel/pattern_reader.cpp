#include "feel/pattern_reader.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "feel/pattern_sets.hpp"

namespace yuanqu::feel::detail {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {
bool is_removed(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
}  // namespace

PatternReader::PatternReader(std::string_view pattern) {
  for (std::size_t offset = 0; offset < pattern.size();) {
    offsets_.push_back(offset);
    text_.push_back(base::next_code_point(pattern, offset));
  }
  offsets_.push_back(pattern.size());
}

void PatternReader::remove_blanks() {
  std::vector<char32_t> text;
  std::vector<std::size_t> offsets;
  int depth = 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char32_t c = text_[i];
    if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    text.push_back(c);
    offsets.push_back(offsets_[i]);
    if (c == '\\' && i + 1 < text_.size() && (depth > 0 || !is_removed(text_[i + 1]))) {
      text.push_back(text_[++i]);
      offsets.push_back(offsets_[i]);
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && depth > 0) {
      --depth;
    }
  }
  offsets.push_back(offsets_.back());
  text_ = std::move(text);
  offsets_ = std::move(offsets);
}

tl::unexpected<base::Error> PatternReader::wrong(std::string_view zh, std::string_view en) const {
  const std::size_t offset = offsets_[std::min(at_, offsets_.size() - 1)];
  return fail(ErrorCode::Invalid,
              "正则表达式第 " + std::to_string(offset + 1) + " 字节处有误：" + std::string(zh) + "，请改正。",
              "The pattern is wrong at byte " + std::to_string(offset + 1) + ": " + std::string(en) + ".",
              {.offset = offset});
}
tl::unexpected<base::Error> PatternReader::too_large() {
  return fail(ErrorCode::LimitExceeded, "正则表达式过大：请减少重复次数或嵌套层数。",
              "The pattern is too large: use fewer repetitions or less nesting.");
}

std::optional<char32_t> PatternReader::single_character() {
  switch (peek()) {
    case 'n': ++at_; return U'\n';
    case 'r': ++at_; return U'\r';
    case 't': ++at_; return U'\t';
    case '\\':
    case '|':
    case '.':
    case '?':
    case '*':
    case '+':
    case '(':
    case ')':
    case '{':
    case '}':
    case '-':
    case '[':
    case ']':
    case '^':
    case '$': return text_[at_++];
    default: return std::nullopt;
  }
}

Result<std::optional<icu::UnicodeSet>> PatternReader::class_escape() {
  const char32_t c = peek();
  if (c == 'p' || c == 'P') {
    ++at_;
    if (!take('{')) return wrong("“\\p”后应为“{”", "{ must follow \\p");
    std::string name;
    while (!at_end() && peek() != '}') base::append_code_point(name, text_[at_++]);
    const icu::UnicodeSet* set = property_set(name);
    if (set == nullptr) return wrong("没有这样的字符类别或区块", "there is no such category or block of characters");
    if (!take('}')) return wrong("缺少“}”", "} is missing");
    icu::UnicodeSet copy(*set);
    if (c == 'P') copy.complement();
    return copy;
  }
  if (c < 0x80) {
    if (const icu::UnicodeSet* set = at_end() ? nullptr : escape_set(static_cast<char>(c))) {
      ++at_;
      return *set;
    }
  }
  return std::nullopt;
}

Result<std::optional<PatternReader::ClassCharacter>> PatternReader::class_character() {
  if (at_end()) return wrong("字符组缺少“]”", "the character class has no ]");
  if (peek() == '[' || peek() == ']') return std::nullopt;
  if (peek() != '\\') {
    const char32_t c = text_[at_++];
    return ClassCharacter{c, c == '-'};
  }
  ++at_;
  if (const std::optional<char32_t> c = single_character()) return ClassCharacter{*c, false};
  --at_;
  return std::nullopt;
}

Result<icu::UnicodeSet> PatternReader::class_expression(bool ignore_case) {
  if (++nesting_ > nesting_maximum) return too_large();
  ++at_;
  const bool negative = take('^');
  icu::UnicodeSet ranges;  // what flag i widens
  icu::UnicodeSet named;   // what it leaves alone
  std::optional<icu::UnicodeSet> subtracted;
  bool first = true;
  for (;; first = false) {
    if (at_end()) return wrong("字符组缺少“]”", "the character class has no ]");
    if (sees(']') && !first) break;
    if (sees('-') && peek(1) == '[') {
      if (first) return wrong("减去的字符组前没有内容", "there is nothing to subtract from");
      ++at_;
      auto inner = class_expression(ignore_case);
      if (!inner) return inner;
      subtracted = std::move(*inner);
      if (!sees(']')) return wrong("减去字符组之后只能是“]”", "only ] may follow a subtracted class");
      break;
    }
    auto low = class_character();
    if (!low) return tl::unexpected<base::Error>(low.error());
    if (!*low) {
      if (!take('\\')) return wrong("字符组中的“[”和“]”前须加“\\”", "[ and ] need a \\ before them in a class");
      auto set = class_escape();
      if (!set) return tl::unexpected<base::Error>(set.error());
      if (!*set) return wrong("“\\”后的字符不是转义", "this character makes no escape after \\");
      named.addAll(**set);
      continue;
    }
    const char32_t from = (*low)->character;
    if ((*low)->bare_hyphen && !first && !sees(']') && !(sees('-') && peek(1) == '[')) {
      --at_;
      return wrong("“-”只能在字符组的首尾，其余须写“\\-”", "a - stands first or last in a class, or is written \\-");
    }
    const bool range = sees('-') && peek(1) != ']' && peek(1) != '[';
    if (!range) {
      ranges.add(static_cast<UChar32>(from));
      continue;
    }
    ++at_;
    auto high = class_character();
    if (!high) return tl::unexpected<base::Error>(high.error());
    if (!*high || (*low)->bare_hyphen || (*high)->bare_hyphen) {
      return wrong("区间的两端应为单个字符", "both ends of a range must be single characters");
    }
    if ((*high)->character < from) return wrong("区间的起点大于终点", "the range runs backwards");
    ranges.add(static_cast<UChar32>(from), static_cast<UChar32>((*high)->character));
  }
  ++at_;  // ]
  --nesting_;
  if (ignore_case) add_case_variants(ranges);
  ranges.addAll(named);
  if (negative) ranges.complement();
  if (subtracted) ranges.removeAll(*subtracted);
  return ranges;
}

}  // namespace yuanqu::feel::detail
