// Rooms: register tabular feel base
// What people write into cells: numbers with units, money, dates, headers with a unit. Whatever is read keeps what the
// register relies on.

#include <cstdlib>
#include <string_view>

#include "register/currency.hpp"
#include "register/units.hpp"
#include "register/written_date.hpp"

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace yuanqu::register_;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto number = parse_written_number(text); number && !number->unit.empty())
    (void)convert_unit(number->value, number->unit, "万元");
  if (const auto money = parse_written_money(text, "CNY", "万元")) {
    must(money->currency.size() == 3);
  } else {
    must(!money.error().zh.empty() && !money.error().en.empty());
  }
  const HeaderParts parts = split_header(text);
  must(parts.label.size() + parts.unit.size() <= text.size());
  if (const auto date = parse_written_date(text)) {
    const auto again = parse_written_date(date->to_string());
    must(again && *again == *date);
  }
  if (const auto moment = parse_written_date_time(text)) must(*moment / 86'400'000 < 4'000'000);
  (void)currency_of(text);
  return 0;
}
