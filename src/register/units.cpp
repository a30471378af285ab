#include "register/units.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "register/currency.hpp"

namespace yuanqu::register_ {

namespace {

struct Unit {
  std::string dimension;  // what is measured; units of one dimension convert into each other
  base::Decimal factor;   // in units of the dimension
};

struct UnitEntry {
  std::string_view spellings;  // separated by blanks
  std::string_view dimension;
  std::string_view factor;
};

// Only exact factors. 亩 (2000/3 平方米) therefore measures itself.
constexpr std::array<UnitEntry, 60> entries = {{
    {"人 名 位 人次 persons person people", "person", "1"},
    {"万人", "person", "10000"},
    {"家 户", "entity", "1"},
    {"万户 万家", "entity", "10000"},
    {"个 项 件 次 台 套 辆 栋 间 张 条 笔 只 份 pieces items", "piece", "1"},
    {"万个 万件 万台 万套 万次 万只", "piece", "10000"},
    {"平方米 ㎡ m2 m² sqm 平米", "area", "1"},
    {"万平方米 万㎡ 万平米", "area", "10000"},
    {"公顷 ha", "area", "10000"},
    {"平方公里 平方千米 km2 km²", "area", "1000000"},
    {"亩 mu", "mu", "1"},
    {"万亩", "mu", "10000"},
    {"克 g", "mass", "0.001"},
    {"千克 公斤 kg", "mass", "1"},
    {"斤", "mass", "0.5"},
    {"吨 t tonnes tons", "mass", "1000"},
    {"万吨", "mass", "10000000"},
    {"千瓦时 度 kwh", "energy", "1"},
    {"万千瓦时 万度", "energy", "10000"},
    {"亿千瓦时 亿度", "energy", "100000000"},
    {"兆瓦时 mwh", "energy", "1000"},
    {"吨标准煤 吨标煤 tce", "coal", "1"},
    {"万吨标准煤 万吨标煤", "coal", "10000"},
    {"升 l", "volume", "0.001"},
    {"立方米 m3 m³ 方", "volume", "1"},
    {"万立方米 万方", "volume", "10000"},
    {"毫米 mm", "length", "0.001"},
    {"厘米 cm", "length", "0.01"},
    {"米 m", "length", "1"},
    {"千米 公里 km", "length", "1000"},
    {"瓦 w", "power", "0.001"},
    {"千瓦 kw", "power", "1"},
    {"兆瓦", "power", "1000"},
    {"千伏安 kva", "apparent", "1"},
    {"分钟 minutes", "minute", "1"},
    {"小时 hours h", "minute", "60"},
    {"天 日 days", "day", "1"},
    {"周 weeks", "day", "7"},
    {"工作日", "working day", "1"},
    {"月 个月 months", "month", "1"},
    {"季度 季 quarters", "month", "3"},
    {"年 years", "month", "12"},
    {"% 百分比 百分点 percent", "ratio", "1"},
    {"‰ 千分比", "ratio", "0.1"},
    {"℃ 摄氏度 °c", "celsius", "1"},
    {"元/吨", "price", "1"},
    {"万元/亩", "yield", "1"},
    {"元/平方米 元/㎡ 元/m2", "rent", "1"},
    {"元/平方米·月 元/㎡·月 元/平方米/月 元/㎡/月", "monthly rent", "1"},
    {"元/月", "monthly fee", "1"},
    {"吨/年", "rate", "1"},
    {"万吨/年", "rate", "10000"},
    {"毫克/升 mg/l", "concentration", "1"},
    {"分贝 db", "decibel", "1"},
    {"兆比特每秒 mbps", "bandwidth", "1"},
    {"颗", "piece", "1"},
    {"万颗", "piece", "10000"},
    {"亿颗", "piece", "100000000"},
    {"片", "wafer", "1"},
    {"万片", "wafer", "10000"},
}};

const std::map<std::string, Unit, std::less<>>& table() {
  static const auto* units = [] {
    auto* made = new std::map<std::string, Unit, std::less<>>;
    for (const UnitEntry& entry : entries) {
      std::string_view rest = entry.spellings;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        made->emplace(std::string(rest.substr(0, end)),
                      Unit{std::string(entry.dimension), *base::Decimal::parse(entry.factor)});
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    return made;
  }();
  return *units;
}

std::string normal(std::string_view text) {
  std::string result;
  const std::string half = base::lower_case(base::half_width(text));
  for (char c : half) {
    if (c != ' ' && c != '\t') result.push_back(c);
  }
  return result;
}

std::optional<Unit> unit_of(std::string_view text) {
  const std::string name = normal(text);
  if (name.empty()) return std::nullopt;
  if (const auto it = table().find(name); it != table().end()) return it->second;
  if (const auto money = money_unit_of(name, "CNY")) return Unit{"money " + money->currency, money->factor};
  return std::nullopt;
}

// Whether text in a header's brackets is meant as a unit, known or not.
bool looks_like_unit(std::string_view text) {
  if (is_unit(text)) return true;
  const std::string name = normal(text);
  const std::size_t length = base::count_code_points(name);
  if (length == 0 || length > 8) return false;
  constexpr std::array<std::string_view, 9> heads = {"万", "千", "百", "亿", "兆", "十", "kilo", "million", "thousand"};
  constexpr std::array<std::string_view, 14> tails = {"元", "币", "圆", "镑", "吨", "米", "斤",
                                                      "亩", "克", "瓦", "升", "%",  "金", "钱"};
  return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) { return name.starts_with(head); }) ||
         std::any_of(tails.begin(), tails.end(), [&](std::string_view tail) { return name.ends_with(tail); });
}

std::string_view without_unit_word(std::string_view text) {
  text = base::trimmed(text);
  for (std::string_view word : {"单位:", "单位：", "unit:", "Unit:", "单位"}) {
    if (text.starts_with(word)) return base::trimmed(text.substr(word.size()));
  }
  return text;
}

}  // namespace

bool is_unit(std::string_view unit) { return unit_of(unit).has_value(); }

std::optional<base::Decimal> convert_unit(base::Decimal value, std::string_view from, std::string_view to) {
  const auto source = unit_of(from);
  const auto target = unit_of(to);
  if (!source || !target || source->dimension != target->dimension) return std::nullopt;
  if (source->factor == target->factor) return value;
  const auto product = multiply(value, source->factor);
  const auto result = product ? divide(*product, target->factor) : std::nullopt;
  if (!result) return std::nullopt;
  // Exact or nothing: going back must give the same number, and the way there must not have been rounded.
  const auto back = multiply(*result, target->factor);
  const auto undone = divide(*product, source->factor);
  return back && *back == *product && undone && *undone == value ? result : std::nullopt;
}

HeaderParts split_header(std::string_view header) {
  const std::string_view trimmed = base::trimmed(header);
  HeaderParts parts{std::string(trimmed), {}};
  // The last pair of brackets, of either width.
  struct Pair {
    std::string_view open;
    std::string_view close;
  };
  constexpr std::array<Pair, 5> brackets = {{{"（", "）"}, {"(", ")"}, {"[", "]"}, {"【", "】"}, {"（", ")"}}};
  for (const Pair& pair : brackets) {
    if (!trimmed.ends_with(pair.close)) continue;
    const std::size_t open = trimmed.rfind(pair.open);
    if (open == std::string_view::npos || open == 0) continue;
    const std::string_view inside = without_unit_word(
        trimmed.substr(open + pair.open.size(), trimmed.size() - open - pair.open.size() - pair.close.size()));
    if (!looks_like_unit(inside)) continue;
    return {std::string(base::trimmed(trimmed.substr(0, open))), std::string(inside)};
  }
  for (std::string_view mark : {"：", ":", "/", "_", "，", ",", "-"}) {
    const std::size_t at = trimmed.find(mark);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view tail = without_unit_word(trimmed.substr(at + mark.size()));
    if (is_unit(tail)) return {std::string(base::trimmed(trimmed.substr(0, at))), std::string(tail)};
  }
  return parts;
}

std::optional<WrittenNumber> parse_written_number(std::string_view text) {
  const std::string half = base::half_width(base::trimmed(text));
  std::string digits;
  std::size_t at = 0;
  if (at < half.size() && (half[at] == '-' || half[at] == '+')) digits.push_back(half[at++]);
  const std::size_t first = at;
  const auto is_digit = [&](std::size_t i) { return i < half.size() && half[i] >= '0' && half[i] <= '9'; };
  std::size_t group = 0;  // digits since the last separator
  bool separated = false;
  for (; is_digit(at) || (at < half.size() && half[at] == ',' && at > first); ++at) {
    if (half[at] == ',') {
      // A separator stands before groups of three; the first group has one to three digits.
      if (!is_digit(at + 1) || (separated ? group != 3 : (group < 1 || group > 3))) return std::nullopt;
      separated = true;
      group = 0;
    } else {
      digits.push_back(half[at]);
      ++group;
    }
  }
  if (separated && group != 3) return std::nullopt;
  if (at < half.size() && half[at] == '.' && (is_digit(at + 1) || at > first)) {
    digits.push_back('.');
    for (++at; is_digit(at); ++at) digits.push_back(half[at]);
  }
  if (digits.empty() || digits.find_first_of("0123456789") == std::string::npos) return std::nullopt;
  if (at < half.size() && (half[at] == 'e' || half[at] == 'E')) {
    const bool is_signed = at + 1 < half.size() && (half[at + 1] == '-' || half[at + 1] == '+');
    const std::size_t exponent = at + (is_signed ? 2 : 1);
    if (is_digit(exponent)) {
      digits.push_back('e');
      if (is_signed) digits.push_back(half[at + 1]);
      for (at = exponent; is_digit(at); ++at) digits.push_back(half[at]);
    }
  }
  const std::size_t significant = static_cast<std::size_t>(
      std::count_if(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }));
  if (significant > 34) return std::nullopt;  // more would be rounded
  const auto value = base::Decimal::parse(digits);
  if (!value) return std::nullopt;
  std::string_view rest = base::trimmed(std::string_view(half).substr(at));
  if (!rest.empty() && std::string_view("0123456789.,+-").find(rest.front()) != std::string_view::npos)
    return std::nullopt;  // "1.2.3" is no 1.2 of the unit ".3"
  if (!rest.empty() && rest.front() == '(' && rest.back() == ')') rest = base::trimmed(rest.substr(1, rest.size() - 2));
  return WrittenNumber{*value, std::string(rest)};
}

}  // namespace yuanqu::register_
