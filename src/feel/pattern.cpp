#include "feel/pattern.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "feel/pattern_program.hpp"
#include "feel/pattern_sets.hpp"

namespace yuanqu::feel {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using detail::Instruction;
using detail::PatternProgram;
using Op = Instruction::Op;

// Work that one call may do: far beyond what honest patterns need, a fraction of a second at worst.
constexpr std::uint64_t steps_base = 10'000'000;
constexpr std::uint64_t steps_per_byte = 100;
constexpr std::size_t stack_maximum = std::size_t{1} << 22;
constexpr std::size_t marks_maximum = std::size_t{1} << 28;  // bits

constexpr std::size_t unset = static_cast<std::size_t>(-1);

tl::unexpected<base::Error> too_much_work() {
  return fail(ErrorCode::LimitExceeded, "正则匹配的运算量超过上限：请简化表达式或缩短文本。",
              "Matching needs more work than is allowed: simplify the pattern or shorten the text.");
}

// Depth-first search for the first match in the order of preference. Without back-references a Split that failed once
// at a position always fails there, so failures are remembered and the whole search is linear in text × pattern; that
// also ends loops over nothing. With them (or when the table would be too large) loops check themselves, and steps are
// counted.
class Matcher {
 public:
  Matcher(const PatternProgram& program, std::string_view text)
      : program_(program),
        text_(text),
        captures_(static_cast<std::size_t>(program.groups) * 2 + 2, unset),
        loops_(static_cast<std::size_t>(program.loops), unset),
        steps_left_(steps_base + steps_per_byte * text.size()) {
    const auto marks = static_cast<std::size_t>(program.marks);
    remembers_ = !program.has_back_references && marks > 0 && text.size() + 1 <= marks_maximum / marks;
    if (remembers_) failed_.resize(marks * (text.size() + 1));
  }

  // The first match that begins at `from` or later. captures() tells where.
  Result<bool> search(std::size_t from) {
    forget();
    for (std::size_t start = from;;) {
      if (program_.anchored && start > 0) return false;
      if (!program_.filters ||
          (start < text_.size() && program_.first_bytes[static_cast<unsigned char>(text_[start])])) {
        const Result<bool> found = match_at(start);
        if (!found || *found) return found;
      }
      if (start == text_.size()) return false;
      if (program_.filters) {
        ++start;  // a first byte is never inside a character
        while (start < text_.size() && !program_.first_bytes[static_cast<unsigned char>(text_[start])]) ++start;
        if (start == text_.size()) return false;
        // Continuation bytes are among first_bytes when the pattern begins with foreign characters.
        while (start < text_.size() && (static_cast<unsigned char>(text_[start]) & 0xC0U) == 0x80U) ++start;
      } else {
        base::next_code_point(text_, start);
      }
    }
  }

  std::size_t begin() const { return captures_[0]; }
  std::size_t end() const { return captures_[1]; }
  // The text of a group; empty when it took no part.
  std::string_view group(std::size_t number) const {
    const std::size_t from = captures_[number * 2];
    const std::size_t to = captures_[number * 2 + 1];
    return from == unset || to == unset ? std::string_view{} : text_.substr(from, to - from);
  }

 private:
  // A way not taken (slot < 0), or a value to put back on the way to one.
  struct Choice {
    std::int32_t slot;   // -1: branch; even: captures_[slot / 2]; odd: loops_[slot / 2]
    std::uint32_t code;  // of a branch
    std::size_t position;
  };

  // A search that found something leaves marks that are no failures behind; only what it touched is wiped.
  void forget() {
    if (!remembers_ || first_marked_ == unset) return;
    const auto marks = static_cast<std::ptrdiff_t>(program_.marks);
    std::fill(failed_.begin() + static_cast<std::ptrdiff_t>(first_marked_) * marks,
              failed_.begin() + static_cast<std::ptrdiff_t>(last_marked_ + 1) * marks, false);
    first_marked_ = unset;
    last_marked_ = 0;
  }

  void remember(std::int32_t slot, std::size_t value) { stack_.push_back({slot, 0, value}); }

  bool at_line_start(std::size_t position) const {
    return position == 0 || (text_[position - 1] == '\n' && position < text_.size());
  }
  bool at_line_end(std::size_t position) const {
    if (position < text_.size()) return text_[position] == '\n';
    return text_.empty() || text_.back() != '\n';
  }

  bool back_reference(std::size_t number, std::size_t& position) const {
    const std::string_view wanted = group(number);
    if (!program_.ignore_case) {
      if (text_.substr(position, wanted.size()) != wanted) return false;
      position += wanted.size();
      return true;
    }
    std::size_t at = position;
    for (std::size_t i = 0; i < wanted.size();) {
      if (at >= text_.size()) return false;
      if (!detail::are_case_variants(base::next_code_point(wanted, i), base::next_code_point(text_, at))) return false;
    }
    position = at;
    return true;
  }

  Result<bool> match_at(std::size_t start) {
    stack_.clear();
    std::fill(captures_.begin(), captures_.end(), unset);
    captures_[0] = start;
    std::size_t code = 0;
    std::size_t position = start;
    for (;;) {
      if (steps_left_-- == 0) return too_much_work();
      const Instruction& i = program_.code[code];
      bool good = true;
      const auto go = [&code](std::int32_t step) {
        code = static_cast<std::size_t>(static_cast<std::int64_t>(code) + step);
      };
      switch (i.op) {
        case Op::Character: {
          good = text_.size() - position >= i.length;
          for (std::size_t b = 0; good && b < i.length; ++b) good = text_[position + b] == i.bytes[b];
          position += i.length;
          ++code;
          break;
        }
        case Op::Set:
          if (position == text_.size()) {
            good = false;
          } else if (const auto byte = static_cast<unsigned char>(text_[position]); byte < 0x80) {
            good = program_.sets[static_cast<std::size_t>(i.a)].contains(byte);
            ++position;
          } else {
            good = program_.sets[static_cast<std::size_t>(i.a)].contains(base::next_code_point(text_, position));
          }
          ++code;
          break;
        case Op::Any:
          good = position < text_.size();
          if (good) base::next_code_point(text_, position);
          ++code;
          break;
        case Op::Split:
          if (remembers_) {
            auto&& failed =
                failed_[position * static_cast<std::size_t>(program_.marks) + static_cast<std::size_t>(i.mark)];
            if (failed) {
              good = false;
              break;
            }
            failed = true;  // until it succeeds, which ends the search
            first_marked_ = std::min(first_marked_, position);
            last_marked_ = std::max(last_marked_, position);
          }
          if (stack_.size() >= stack_maximum) return too_much_work();
          stack_.push_back({-1, static_cast<std::uint32_t>(static_cast<std::int64_t>(code) + i.b), position});
          go(i.a);
          break;
        case Op::Jump: go(i.a); break;
        case Op::Save: {
          std::size_t& slot = captures_[static_cast<std::size_t>(i.a)];
          if (stack_.size() >= stack_maximum) return too_much_work();
          remember(i.a * 2, slot);
          slot = position;
          ++code;
          break;
        }
        case Op::TextStart:
          good = position == 0;
          ++code;
          break;
        case Op::TextEnd:
          good = position == text_.size();
          ++code;
          break;
        case Op::LineStart:
          good = at_line_start(position);
          ++code;
          break;
        case Op::LineEnd:
          good = at_line_end(position);
          ++code;
          break;
        case Op::BackReference:
          good = back_reference(static_cast<std::size_t>(i.a), position);
          ++code;
          break;
        case Op::LoopEnter:
          if (!remembers_) {
            std::size_t& slot = loops_[static_cast<std::size_t>(i.a)];
            remember(i.a * 2 + 1, slot);
            slot = position;
          }
          ++code;
          break;
        case Op::LoopCheck:
          good = remembers_ || loops_[static_cast<std::size_t>(i.a)] != position;
          ++code;
          break;
        case Op::Match: captures_[1] = position; return true;
      }
      if (good) continue;
      for (;;) {
        if (stack_.empty()) return false;
        const Choice choice = stack_.back();
        stack_.pop_back();
        if (choice.slot < 0) {
          code = choice.code;
          position = choice.position;
          break;
        }
        auto& slots = choice.slot % 2 == 0 ? captures_ : loops_;
        slots[static_cast<std::size_t>(choice.slot / 2)] = choice.position;
      }
    }
  }

  const PatternProgram& program_;
  std::string_view text_;
  std::vector<std::size_t> captures_;
  std::vector<std::size_t> loops_;
  std::vector<bool> failed_;
  std::vector<Choice> stack_;
  std::uint64_t steps_left_;
  bool remembers_ = false;
  std::size_t first_marked_ = unset;
  std::size_t last_marked_ = 0;
};

tl::unexpected<base::Error> matches_nothing() {
  return fail(
      ErrorCode::Invalid, "此正则表达式能匹配空文本，不能用于替换或拆分：请让它至少匹配一个字符。",
      "The pattern matches the empty text and cannot be used to replace or split: let it match one character at "
      "least.");
}

// A replacement as pieces: text, or a group's number where `group` is not negative.
struct Piece {
  std::string text;
  int group = -1;
};

Result<std::vector<Piece>> read_replacement(std::string_view replacement, const PatternProgram& program) {
  std::vector<Piece> pieces;
  if (program.literal) {
    pieces.push_back({std::string(replacement), -1});
    return pieces;
  }
  std::string text;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\') {
      if (next != '\\' && next != '$') {
        return fail(ErrorCode::Invalid, "替换文本中“\\”之后只能是“\\”或“$”。",
                    "In a replacement only \\ or $ may follow a \\.", {.offset = i});
      }
      text += next;
      ++i;
    } else if (c == '$') {
      if (next < '0' || next > '9') {
        return fail(ErrorCode::Invalid, "替换文本中“$”之后应为分组号；“$”本身写作“\\$”。",
                    "In a replacement a group's number follows $; a $ itself is written \\$.", {.offset = i});
      }
      // Digits belong to the number while so many groups exist; of a single digit beyond them nothing comes.
      int number = next - '0';
      ++i;
      while (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9') {
        const int longer = number * 10 + (replacement[i + 1] - '0');
        if (longer > program.groups) break;
        number = longer;
        ++i;
      }
      if (!text.empty()) pieces.push_back({std::exchange(text, {}), -1});
      if (number <= program.groups) pieces.push_back({{}, number});
    } else {
      text += c;
    }
  }
  if (!text.empty()) pieces.push_back({std::move(text), -1});
  return pieces;
}

}  // namespace

Pattern::Pattern(std::shared_ptr<const detail::PatternProgram> program) : program_(std::move(program)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::Pattern(const Pattern&) = default;
Pattern& Pattern::operator=(const Pattern&) = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view pattern, std::string_view flags) {
  auto program = std::make_shared<detail::PatternProgram>();
  if (const auto done = detail::compile_pattern(pattern, flags, *program); !done) {
    return tl::unexpected<base::Error>(done.error());
  }
  Matcher matcher(*program, {});
  const Result<bool> empty = matcher.search(0);
  if (!empty) return tl::unexpected<base::Error>(empty.error());
  program->matches_empty = *empty;
  return Pattern(std::move(program));
}

Result<bool> Pattern::matches(std::string_view text) const {
  Matcher matcher(*program_, text);
  return matcher.search(0);
}

Result<std::string> Pattern::replace(std::string_view text, std::string_view replacement) const {
  if (program_->matches_empty) return matches_nothing();
  const auto pieces = read_replacement(replacement, *program_);
  if (!pieces) return tl::unexpected<base::Error>(pieces.error());
  Matcher matcher(*program_, text);
  std::string result;
  std::size_t at = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const Result<bool> found = matcher.search(from);
    if (!found) return tl::unexpected<base::Error>(found.error());
    if (!*found) break;
    // A pattern such as $ or ^ may match nothing here though it does not match the empty text; step over it.
    if (matcher.end() == matcher.begin()) {
      if (matcher.end() == text.size()) break;
      from = matcher.end();
      base::next_code_point(text, from);
      continue;
    }
    result.append(text, at, matcher.begin() - at);
    for (const Piece& piece : *pieces) {
      if (piece.group < 0) {
        result += piece.text;
      } else {
        result += matcher.group(static_cast<std::size_t>(piece.group));
      }
    }
    at = from = matcher.end();
  }
  result.append(text, at);
  return result;
}

Result<std::vector<std::string>> Pattern::split(std::string_view text) const {
  if (program_->matches_empty) return matches_nothing();
  Matcher matcher(*program_, text);
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const Result<bool> found = matcher.search(from);
    if (!found) return tl::unexpected<base::Error>(found.error());
    if (!*found) break;
    if (matcher.end() == matcher.begin()) {
      if (matcher.end() == text.size()) break;
      from = matcher.end();
      base::next_code_point(text, from);
      continue;
    }
    parts.emplace_back(text.substr(at, matcher.begin() - at));
    at = from = matcher.end();
  }
  parts.emplace_back(text.substr(at));
  return parts;
}

int Pattern::groups() const { return program_->groups; }

}  // namespace yuanqu::feel
