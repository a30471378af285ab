#include <cmath>

#include "tabular/reader.hpp"

namespace yuanqu::tabular {

std::optional<std::int64_t> days_of_serial(double serial, bool system_1904) {
  if (!std::isfinite(serial) || serial < 0 || serial >= 2'958'466) return std::nullopt;  // 9999-12-31 is 2,958,465
  const auto whole = static_cast<std::int64_t>(std::floor(serial));
  if (system_1904) return whole - 24'107;  // 0 is 1904-01-01
  if (whole == 60 || whole == 0) return std::nullopt;
  return whole < 60 ? whole - 25'568 : whole - 25'569;  // 1 is 1900-01-01
}

}  // namespace yuanqu::tabular
