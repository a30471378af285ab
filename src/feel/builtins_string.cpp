// String functions, table 75.
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <list>
#include <unordered_map>

#include "feel/builtins.hpp"
#include "feel/pattern.hpp"

namespace yuanqu::feel {
namespace {

// The byte where code point `index` starts; the end of the text when there are not so many.
std::size_t byte_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (index > 0 && at < text.size()) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) ++at;
    --index;
  }
  return at;
}

std::optional<std::int64_t> whole(const Value& number) {
  std::optional<base::Decimal> cut = round_to(number.number(), 0, base::Rounding::Down);
  return cut ? cut->to_int64() : std::nullopt;
}

Value substring(const Call& call) {
  auto length = static_cast<std::int64_t>(call[0].code_points());
  std::optional<std::int64_t> start = whole(call[1]);
  std::optional<std::int64_t> count = call[2].is_null() ? std::optional<std::int64_t>(length) : whole(call[2]);
  if (!start || !count || *start == 0 || *start > length || *start < -length || *count < 1) {
    return call.fail(Suppressed::Code::OutOfRange, "起始位置或长度不在文本之内。",
                     "the start position or length lies outside the text.");
  }
  std::size_t from = static_cast<std::size_t>(*start > 0 ? *start - 1 : length + *start);
  std::string_view text = call[0].text();
  std::size_t begin = byte_of(text, from);
  std::string_view rest = text.substr(begin);
  return Value(rest.substr(0, byte_of(rest, static_cast<std::size_t>(*count))));
}

Value string_length(const Call& call) { return Value(static_cast<std::int64_t>(call[0].code_points())); }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Value change_case(const Call& call, bool upper) {
  std::string text(call[0].text());
  if (is_ascii(text)) {
    for (char& c : text) {
      if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return Value(text);
  }
  icu::UnicodeString wide = icu::UnicodeString::fromUTF8(text);
  if (upper) {
    wide.toUpper(icu::Locale::getRoot());
  } else {
    wide.toLower(icu::Locale::getRoot());
  }
  std::string changed;
  wide.toUTF8String(changed);
  return Value(changed);
}
Value upper_case(const Call& call) { return change_case(call, true); }
Value lower_case(const Call& call) { return change_case(call, false); }

Value substring_before(const Call& call) {
  std::size_t at = call[0].text().find(call[1].text());
  return Value(at == std::string_view::npos ? std::string_view{} : call[0].text().substr(0, at));
}

Value substring_after(const Call& call) {
  std::size_t at = call[0].text().find(call[1].text());
  return Value(at == std::string_view::npos ? std::string_view{} : call[0].text().substr(at + call[1].text().size()));
}

Value string_contains(const Call& call) { return Value(call[0].text().find(call[1].text()) != std::string_view::npos); }
Value starts_with(const Call& call) { return Value(call[0].text().starts_with(call[1].text())); }
Value ends_with(const Call& call) { return Value(call[0].text().ends_with(call[1].text())); }

// Patterns are few and used often; the ones used last are kept compiled.
base::Result<Pattern> pattern_for(std::string_view pattern, std::string_view flags) {
  constexpr std::size_t kept_max = 64;
  struct Kept {
    std::string key;
    base::Result<Pattern> pattern;
  };
  thread_local std::list<Kept> recent;
  std::string key = std::string(flags) + "/" + std::string(pattern);
  auto found = std::find_if(recent.begin(), recent.end(), [&](const Kept& kept) { return kept.key == key; });
  if (found != recent.end()) {
    recent.splice(recent.begin(), recent, found);
    return recent.front().pattern;
  }
  recent.push_front({std::move(key), Pattern::compile(pattern, flags)});
  if (recent.size() > kept_max) recent.pop_back();
  return recent.front().pattern;
}

Value failed(const Call& call, const base::Error& error) {
  return call.fail(Suppressed::Code::InvalidText, error.zh, error.en);
}

Value replace(const Call& call) {
  base::Result<Pattern> pattern = pattern_for(call[1].text(), call[3].is_null() ? std::string_view{} : call[3].text());
  if (!pattern) return failed(call, pattern.error());
  base::Result<std::string> replaced = pattern->replace(call[0].text(), call[2].text());
  if (!replaced) return failed(call, replaced.error());
  if (replaced->size() > call.evaluation().limits().string_bytes) {
    return call.fail(Suppressed::Code::LimitExceeded, "结果过长。", "the result is too long.");
  }
  return Value(*replaced);
}

Value matches_pattern(const Call& call) {
  base::Result<Pattern> pattern = pattern_for(call[1].text(), call[2].is_null() ? std::string_view{} : call[2].text());
  if (!pattern) return failed(call, pattern.error());
  base::Result<bool> found = pattern->matches(call[0].text());
  return found ? Value(*found) : failed(call, found.error());
}

Value split(const Call& call) {
  base::Result<Pattern> pattern = pattern_for(call[1].text(), {});
  if (!pattern) return failed(call, pattern.error());
  base::Result<std::vector<std::string>> parts = pattern->split(call[0].text());
  if (!parts) return failed(call, parts.error());
  std::vector<Value> values(parts->begin(), parts->end());
  return Value::list(std::move(values));
}

// Nulls in the list are passed over.
Value string_join(const Call& call) {
  std::string joined;
  bool first = true;
  std::string_view delimiter = call[1].is_null() ? std::string_view{} : call[1].text();
  for (const Value& item : call[0].items()) {
    if (item.is_null()) continue;
    if (!item.is(Kind::String))
      return call.fail(Suppressed::Code::WrongType, "列表中须都是文本。", "the list must hold texts only.");
    if (!first) joined.append(delimiter);
    first = false;
    joined.append(item.text());
    if (joined.size() > call.evaluation().limits().string_bytes) {
      return call.fail(Suppressed::Code::LimitExceeded, "结果过长。", "the result is too long.");
    }
  }
  return Value(joined);
}

}  // namespace

void add_string_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  BuiltinParameter text{"string", A::String};
  BuiltinParameter match{"match", A::String};
  BuiltinParameter input{"input", A::String};
  BuiltinParameter pattern{"pattern", A::String};
  BuiltinParameter flags{"flags", A::String, true, true};
  auto add = [&](std::string_view name, std::vector<BuiltinParameter> parameters, BuiltinBody body) {
    table.push_back({name, {{std::move(parameters)}}, body, true, false, {}});
  };
  add("substring", {text, {"start position", A::Number}, {"length", A::Number, true, true}}, substring);
  add("string length", {text}, string_length);
  add("upper case", {text}, upper_case);
  add("lower case", {text}, lower_case);
  add("substring before", {text, match}, substring_before);
  add("substring after", {text, match}, substring_after);
  add("replace", {input, pattern, {"replacement", A::String}, flags}, replace);
  add("contains", {text, match}, string_contains);
  add("starts with", {text, match}, starts_with);
  add("ends with", {text, match}, ends_with);
  add("matches", {input, pattern, flags}, matches_pattern);
  add("split", {text, {"delimiter", A::String}}, split);
  add("string join", {{"list", A::List}, {"delimiter", A::String, true, true}}, string_join);
}

}  // namespace yuanqu::feel
