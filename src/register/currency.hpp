#pragma once
// Words for money: scale words (万, 亿), 元, and currencies, in any order. For this room's .cpp files.

#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.hpp"

namespace yuanqu::register_ {

struct MoneyUnit {
  base::Decimal factor;  // 10,000 for 万
  std::string currency;
  bool currency_named = false;
};

// "万元人民币", "万人民币元", "人民币万元", "万元(美元)", "万美元", "万", "k usd". Brackets and blanks inside do not
// matter; small letters. nullopt when any part is not understood, or two currencies are named.
std::optional<MoneyUnit> money_unit_of(std::string_view text, std::string_view default_currency);

}  // namespace yuanqu::register_
