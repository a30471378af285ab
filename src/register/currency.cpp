#include "register/currency.hpp"

#include <array>

#include "base/text.hpp"
#include "register/units.hpp"

namespace yuanqu::register_ {

namespace {

struct CurrencyWord {
  std::string_view word;
  std::string_view code;
};

// Longer words before shorter ones that begin alike: 澳门元 is no 澳元, 新台币 no 新元.
constexpr std::array<CurrencyWord, 52> currency_words = {{
    {"人民币", "CNY"},   {"cny", "CNY"},  {"rmb", "CNY"},        {"yuan", "CNY"},     {"￥", "CNY"},
    {"¥", "CNY"},        {"美元", "USD"}, {"美金", "USD"},       {"usd", "USD"},      {"us$", "USD"},
    {"香港元", "HKD"},   {"港元", "HKD"}, {"港币", "HKD"},       {"hkd", "HKD"},      {"hk$", "HKD"},
    {"日元", "JPY"},     {"日圆", "JPY"}, {"jpy", "JPY"},        {"欧元", "EUR"},     {"eur", "EUR"},
    {"€", "EUR"},        {"英镑", "GBP"}, {"gbp", "GBP"},        {"£", "GBP"},        {"澳门元", "MOP"},
    {"澳门币", "MOP"},   {"mop", "MOP"},  {"澳大利亚元", "AUD"}, {"澳元", "AUD"},     {"aud", "AUD"},
    {"加拿大元", "CAD"}, {"加元", "CAD"}, {"cad", "CAD"},        {"新加坡元", "SGD"}, {"新台币", "TWD"},
    {"台币", "TWD"},     {"twd", "TWD"},  {"新西兰元", "NZD"},   {"nzd", "NZD"},      {"sgd", "SGD"},
    {"瑞士法郎", "CHF"}, {"chf", "CHF"},  {"韩元", "KRW"},       {"krw", "KRW"},      {"卢布", "RUB"},
    {"rub", "RUB"},      {"泰铢", "THB"}, {"thb", "THB"},        {"瑞典克朗", "SEK"}, {"丹麦克朗", "DKK"},
    {"林吉特", "MYR"},   {"myr", "MYR"},
}};

struct ScaleWord {
  std::string_view word;
  std::int64_t factor;
};
constexpr std::array<ScaleWord, 15> scale_words = {{{"十", 10},
                                                    {"百", 100},
                                                    {"千", 1000},
                                                    {"万", 10'000},
                                                    {"萬", 10'000},
                                                    {"亿", 100'000'000},
                                                    {"億", 100'000'000},
                                                    {"thousand", 1000},
                                                    {"million", 1'000'000},
                                                    {"billion", 1'000'000'000},
                                                    {"10k", 10'000},
                                                    {"k", 1000},
                                                    {"mn", 1'000'000},
                                                    {"bn", 1'000'000'000},
                                                    {"10,000", 10'000}}};

}  // namespace

std::optional<std::string> currency_of(std::string_view word) {
  const std::string name = base::lower_case(base::half_width(base::trimmed(word)));
  for (const CurrencyWord& one : currency_words) {
    if (one.word == name) return std::string(one.code);
  }
  return std::nullopt;
}

std::optional<MoneyUnit> money_unit_of(std::string_view text, std::string_view default_currency) {
  MoneyUnit unit{base::Decimal(1), std::string(default_currency), false};
  bool anything = false;
  while (!text.empty()) {
    const std::string_view before = text;
    for (std::string_view nothing : {" ", "(", ")", "（", "）", "　"}) {
      if (text.starts_with(nothing)) {
        text.remove_prefix(nothing.size());
        break;
      }
    }
    if (text.size() != before.size()) continue;
    for (const CurrencyWord& one : currency_words) {
      if (!text.starts_with(one.word)) continue;
      if (unit.currency_named && unit.currency != one.code) return std::nullopt;
      unit.currency = one.code;
      unit.currency_named = anything = true;
      text.remove_prefix(one.word.size());
      break;
    }
    if (text.size() != before.size()) continue;
    for (const ScaleWord& one : scale_words) {
      if (!text.starts_with(one.word)) continue;
      const auto product = multiply(unit.factor, base::Decimal(one.factor));
      if (!product) return std::nullopt;
      unit.factor = *product;
      anything = true;
      text.remove_prefix(one.word.size());
      break;
    }
    if (text.size() != before.size()) continue;
    for (std::string_view word : {"元", "圆"}) {
      if (!text.starts_with(word)) continue;
      anything = true;
      text.remove_prefix(word.size());
      break;
    }
    if (text.size() == before.size()) return std::nullopt;
  }
  return anything ? std::optional<MoneyUnit>(unit) : std::nullopt;
}

}  // namespace yuanqu::register_
