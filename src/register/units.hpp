#pragma once
// Units and written amounts, converted exactly or refused: nothing here rounds.

#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "register/catalogue.hpp"
#include "register/value.hpp"

namespace yuanqu::register_ {

// Whether this is a unit the house knows ("万元", "人", "平方米", "%" …; traditional and English spellings included).
bool is_unit(std::string_view unit);
// value × (from / to), exact; nullopt when the units measure different things or the result has more than 34 digits.
std::optional<base::Decimal> convert_unit(base::Decimal value, std::string_view from, std::string_view to);

struct HeaderParts {
  std::string label;
  std::string unit;  // "" when the header names none
};
// "营业收入（万元）" → 营业收入, 万元. "营业收入:万元", "营业收入/万元", "Revenue (10k CNY)" likewise. Brackets that
// hold no unit and no word that looks like one stay in the label; `unit` may be one nobody knows (then the column's
// rows are refused).
HeaderParts split_header(std::string_view header);

// A number as people write it: full-width digits, thousands separators (only where they separate thousands), blanks
// around it, a trailing unit ("1.5亿元", "35.2%"), scientific notation with an exact value. nullopt when it is anything
// else.
struct WrittenNumber {
  base::Decimal value;
  std::string unit;  // as written behind the number; ""
};
std::optional<WrittenNumber> parse_written_number(std::string_view text);

// Money as registers publish it: "300(万元人民币)", "10万人民币", "3,100(万美元)", "62.1200(万元(美元))",
// "1,390,000(人民币元)", "2,750(万日元)". A scale word (万, 亿, …) and a currency in any order, inside or outside
// brackets. Without a currency word: `default_currency`. Without any unit or currency ("70()", "70"): an error, unless
// header_unit names the unit of the column.
struct WrittenMoney {
  base::Decimal amount;  // in whole units of the currency (元, 美元 …)
  std::string currency;  // ISO 4217
};
base::Result<WrittenMoney> parse_written_money(std::string_view text, std::string_view default_currency,
                                               std::string_view header_unit = {});

// The ISO 4217 code of a currency word ("港元", "港币", "HKD"); nullopt when unknown.
std::optional<std::string> currency_of(std::string_view word);

// A decimal as a Number of the field's scale; refuses excess digits (trailing zeros are not excess) and what int64
// cannot hold.
base::Result<Value> number_of(base::Decimal value, const Field& field);
base::Result<Value> money_of(base::Decimal amount_in_whole_units, std::string_view currency, const Field& field);

}  // namespace yuanqu::register_
