// Reads patterns by the grammar of XML Schema 1.1 part 2, appendix G, with the additions of F&O 3.1, clause 5.6.1:
// ^ $, reluctant quantifiers, capturing and (?:…) groups, back-references.

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "feel/pattern_program.hpp"
#include "feel/pattern_reader.hpp"
#include "feel/pattern_sets.hpp"

namespace yuanqu::feel::detail {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using Op = Instruction::Op;
using Code = std::vector<Instruction>;

constexpr std::size_t code_maximum = 60'000;
constexpr int repeat_maximum = 100'000;

CharacterSet to_character_set(const icu::UnicodeSet& set) {
  CharacterSet result;
  for (int32_t i = 0; i < set.getRangeCount(); ++i) {
    auto low = static_cast<char32_t>(set.getRangeStart(i));
    const auto high = static_cast<char32_t>(set.getRangeEnd(i));
    for (; low <= high && low < 0x80; ++low) result.ascii[low >> 6] |= std::uint64_t{1} << (low & 63);
    if (low <= high) result.ranges.emplace_back(low, high);
  }
  return result;
}

struct Fragment {
  Code code;
  bool may_be_empty = true;
};

class Compiler : private PatternReader {
 public:
  Compiler(std::string_view pattern, PatternProgram& program) : PatternReader(pattern), program_(program) {}
  using PatternReader::remove_blanks;

  bool dot_all = false;
  bool multi_line = false;

  // Flag q: every character stands for itself.
  Result<> compile_literal() {
    Fragment all;
    for (const char32_t c : text_) append_character(all, c);
    return finish(std::move(all));
  }

  Result<> compile() {
    auto all = expression();
    if (!all) return tl::unexpected<base::Error>(all.error());
    if (!at_end()) return wrong("多余的“)”", "there is a ) without its (");
    return finish(std::move(*all));
  }

 private:
  Result<> finish(Fragment all) {
    program_.code = std::move(all.code);
    program_.code.push_back({});  // Match
    for (Instruction& instruction : program_.code) {
      if (instruction.op == Op::Split) instruction.mark = program_.marks++;
    }
    find_starts();
    return {};
  }

  // Which bytes a match can begin with, and whether it can begin anywhere but at the start.
  void find_starts() {
    std::vector<bool> seen(program_.code.size());
    std::vector<std::size_t> open{0};
    bool anywhere = false;  // a path that reaches a consuming instruction without passing ^
    bool unknown = false;
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      const Instruction& i = program_.code[at];
      const auto to = [&](std::int32_t step) {
        open.push_back(static_cast<std::size_t>(static_cast<std::int64_t>(at) + step));
      };
      switch (i.op) {
        case Op::Character:
          anywhere = true;
          program_.first_bytes.set(static_cast<unsigned char>(i.bytes[0]));
          break;
        case Op::Set: {
          anywhere = true;
          const CharacterSet& set = program_.sets[static_cast<std::size_t>(i.a)];
          for (std::size_t c = 0; c < 0x80; ++c) {
            if (set.contains(static_cast<char32_t>(c))) program_.first_bytes.set(c);
          }
          if (!set.ranges.empty()) {
            for (std::size_t c = 0x80; c < 0x100; ++c) program_.first_bytes.set(c);
          }
          break;
        }
        case Op::Split:
          to(i.a);
          to(i.b);
          break;
        case Op::Jump: to(i.a); break;
        case Op::TextStart: break;
        case Op::Any:
        case Op::Match:
        case Op::BackReference:
          anywhere = true;
          unknown = true;
          break;
        default: to(1); break;
      }
    }
    program_.anchored = !anywhere;
    program_.filters = anywhere && !unknown && !seen_text_start_;
  }

  void append_character(Fragment& fragment, char32_t c) {
    fragment.may_be_empty = false;
    if (program_.ignore_case) {
      icu::UnicodeSet set(static_cast<UChar32>(c), static_cast<UChar32>(c));
      add_case_variants(set);
      if (set.size() > 1) {
        append_set(fragment, set);
        return;
      }
    }
    std::string bytes;
    base::append_code_point(bytes, c);
    Instruction instruction;
    instruction.op = Op::Character;
    instruction.length = static_cast<std::uint8_t>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), instruction.bytes.begin());
    fragment.code.push_back(instruction);
  }

  void append_set(Fragment& fragment, const icu::UnicodeSet& set) {
    fragment.may_be_empty = false;
    program_.sets.push_back(to_character_set(set));
    append(fragment, Op::Set, static_cast<std::int32_t>(program_.sets.size()) - 1);
  }

  static void append(Fragment& fragment, Op op, std::int32_t a = 0, std::int32_t b = 0) {
    Instruction instruction;
    instruction.op = op;
    instruction.a = a;
    instruction.b = b;
    fragment.code.push_back(instruction);
  }
  static void append(Code& code, const Code& more) { code.insert(code.end(), more.begin(), more.end()); }

  Result<Fragment> expression() {
    if (++nesting_ > nesting_maximum) return too_large();
    std::vector<Fragment> branches;
    std::size_t total = 0;
    do {
      auto one = branch();
      if (!one) return one;
      total += one->code.size() + 2;
      if (total > code_maximum) return too_large();
      branches.push_back(std::move(*one));
    } while (take('|'));
    --nesting_;
    // From the last to the first: Split(branch, others) branch Jump(end) others.
    Fragment all = std::move(branches.back());
    branches.pop_back();
    if (branches.empty()) return all;
    std::vector<std::size_t> ends;
    Fragment joined;
    joined.may_be_empty = all.may_be_empty;
    for (const Fragment& one : branches) {
      append(joined, Op::Split, 1, static_cast<std::int32_t>(one.code.size()) + 2);
      append(joined.code, one.code);
      ends.push_back(joined.code.size());
      append(joined, Op::Jump);
      joined.may_be_empty = joined.may_be_empty || one.may_be_empty;
    }
    append(joined.code, all.code);
    for (const std::size_t end : ends) {
      joined.code[end].a = static_cast<std::int32_t>(joined.code.size() - end);
    }
    return joined;
  }

  Result<Fragment> branch() {
    Fragment all;
    while (!at_end() && peek() != '|' && peek() != ')') {
      auto one = atom();
      if (!one) return one;
      auto whole = quantified(std::move(*one));
      if (!whole) return whole;
      if (all.code.size() + whole->code.size() > code_maximum) return too_large();
      append(all.code, whole->code);
      all.may_be_empty = all.may_be_empty && whole->may_be_empty;
    }
    return all;
  }

  std::optional<int> number() {
    if (peek() < '0' || peek() > '9') return std::nullopt;
    int value = 0;
    for (; !at_end() && peek() >= '0' && peek() <= '9'; ++at_) {
      value = std::min(value * 10 + static_cast<int>(peek() - '0'), repeat_maximum + 1);
    }
    return value;
  }

  Result<Fragment> quantified(Fragment atom) {
    int least = 1;
    int most = 1;  // -1: without end
    if (take('?')) {
      least = 0;
    } else if (take('*')) {
      least = 0;
      most = -1;
    } else if (take('+')) {
      most = -1;
    } else if (take('{')) {
      const std::optional<int> low = number();
      if (!low) return wrong("“{”后应为次数", "a number must follow {");
      least = *low;
      most = least;
      if (take(',')) {
        most = -1;
        if (const std::optional<int> high = number()) most = *high;
      }
      if (!take('}')) return wrong("重复次数应以“}”结束", "a quantity ends with }");
      if (most >= 0 && most < least)
        return wrong("重复次数的上限小于下限", "the quantity's second number is less than the first");
      if (least > repeat_maximum || most > repeat_maximum) return too_large();
    } else {
      return atom;
    }
    const bool greedy = !take('?');
    return repeated(atom, least, most, greedy);
  }

  Result<Fragment> repeated(const Fragment& atom, int least, int most, bool greedy) {
    const std::size_t size = atom.code.size();
    const std::size_t copies = static_cast<std::size_t>(most < 0 ? least + 1 : most);
    if (copies * (size + 2) > code_maximum) return too_large();
    Fragment all;
    all.may_be_empty = least == 0 || atom.may_be_empty;
    const auto step = static_cast<std::int32_t>(size);
    const auto split = [&](std::int32_t into, std::int32_t past) {
      append(all, Op::Split, greedy ? into : past, greedy ? past : into);
    };
    if (most < 0 && least > 0 && !atom.may_be_empty) {
      for (int i = 0; i < least; ++i) append(all.code, atom.code);
      split(-step, 1);
      return all;
    }
    for (int i = 0; i < least; ++i) append(all.code, atom.code);
    if (most < 0) {
      if (atom.may_be_empty) {
        const std::int32_t loop = program_.loops++;
        split(1, step + 4);
        append(all, Op::LoopEnter, loop);
        append(all.code, atom.code);
        append(all, Op::LoopCheck, loop);
        append(all, Op::Jump, -(step + 3));
      } else {
        split(1, step + 2);
        append(all.code, atom.code);
        append(all, Op::Jump, -(step + 1));
      }
      return all;
    }
    for (int left = most - least; left > 0; --left) {
      split(1, left * (step + 1));
      append(all.code, atom.code);
    }
    return all;
  }

  Result<Fragment> atom() {
    Fragment one;
    const char32_t c = peek();
    switch (c) {
      case '(': return group();
      case '[': {
        auto set = class_expression(program_.ignore_case);
        if (!set) return tl::unexpected<base::Error>(set.error());
        append_set(one, *set);
        return one;
      }
      case '\\': return escape();
      case '.':
        ++at_;
        one.may_be_empty = false;
        if (dot_all) {
          append(one, Op::Any);
        } else {
          icu::UnicodeSet set(0, 0x10FFFF);
          set.remove('\n').remove('\r');
          append_set(one, set);
        }
        return one;
      case '^':
        ++at_;
        seen_text_start_ = seen_text_start_ || !multi_line;
        append(one, multi_line ? Op::LineStart : Op::TextStart);
        return one;
      case '$':
        ++at_;
        append(one, multi_line ? Op::LineEnd : Op::TextEnd);
        return one;
      case '?':
      case '*':
      case '+': return wrong("量词前没有可重复的内容", "a quantifier has nothing before it to repeat");
      case '{':
      case '}':
      case ']': return wrong("此字符前须加“\\”", "this character needs a \\ before it");
      default:
        ++at_;
        append_character(one, c);
        return one;
    }
  }

  Result<Fragment> group() {
    const std::size_t begin = at_++;
    bool capturing = true;
    if (sees('?')) {
      if (peek(1) != ':') return wrong("“(?”后只能是“:”", "only : may follow (?");
      at_ += 2;
      capturing = false;
    }
    int number = 0;
    if (capturing) {
      number = ++opened_;
      closed_.push_back(false);
    }
    auto inner = expression();
    if (!inner) return inner;
    if (!take(')')) {
      at_ = begin;
      return wrong("缺少“)”", "this ( has no )");
    }
    if (!capturing) return inner;
    closed_[static_cast<std::size_t>(number) - 1] = true;
    program_.groups = opened_;
    Fragment all;
    all.may_be_empty = inner->may_be_empty;
    append(all, Op::Save, number * 2);
    append(all.code, inner->code);
    append(all, Op::Save, number * 2 + 1);
    return all;
  }

  Result<Fragment> escape() {
    Fragment one;
    ++at_;
    if (peek() >= '1' && peek() <= '9') return back_reference();
    if (const std::optional<char32_t> c = single_character()) {
      append_character(one, *c);
      return one;
    }
    auto set = class_escape();
    if (!set) return tl::unexpected<base::Error>(set.error());
    if (!*set) return wrong("“\\”后的字符不是转义", "this character makes no escape after \\");
    append_set(one, **set);
    return one;
  }

  Result<Fragment> back_reference() {
    // One digit always; more only while so many groups have been opened.
    int number = static_cast<int>(text_[at_++] - '0');
    while (!at_end() && peek() >= '0' && peek() <= '9') {
      const int longer = number * 10 + static_cast<int>(peek() - '0');
      if (longer > opened_) break;
      number = longer;
      ++at_;
    }
    if (number > opened_ || !closed_[static_cast<std::size_t>(number) - 1]) {
      return wrong("反向引用的分组不存在或尚未结束",
                   "the back-reference names a group that does not exist or is still open");
    }
    program_.has_back_references = true;
    Fragment one;
    append(one, Op::BackReference, number);
    return one;
  }

  PatternProgram& program_;
  int opened_ = 0;
  bool seen_text_start_ = false;
  std::vector<bool> closed_;
};

}  // namespace

Result<> compile_pattern(std::string_view pattern, std::string_view flags, PatternProgram& program) {
  Compiler compiler(pattern, program);
  bool free_spacing = false;
  for (const char flag : flags) {
    switch (flag) {
      case 's': compiler.dot_all = true; break;
      case 'm': compiler.multi_line = true; break;
      case 'i': program.ignore_case = true; break;
      case 'x': free_spacing = true; break;
      case 'q': program.literal = true; break;
      default:
        return fail(ErrorCode::Invalid, "正则表达式的标志只能是 s、m、i、x、q。",
                    "The flags of a pattern may only be s, m, i, x and q.");
    }
  }
  if (program.literal) return compiler.compile_literal();
  if (free_spacing) compiler.remove_blanks();
  return compiler.compile();
}

}  // namespace yuanqu::feel::detail
