#pragma once
// Tally: count, sum, least, greatest and mean of the numbers of a group.

#include <optional>

#include "base/decimal.hpp"
#include "population/query.hpp"

namespace yuanqu::population {

struct Tally {
  std::size_t numbers = 0, lacking = 0;
  base::Decimal sum;
  std::optional<base::Decimal> low, high;

  void take(const feel::Value& value) {
    if (!value.is(feel::Kind::Number)) {
      ++lacking;
      return;
    }
    take(value.number(), value.number(), value.number(), 1);
  }
  // So many numbers at once.
  void take(base::Decimal total, base::Decimal least, base::Decimal greatest, std::size_t count) {
    numbers += count;
    if (const auto more = add(sum, total)) sum = *more;
    if (!low || least < *low) low = least;
    if (!high || *high < greatest) high = greatest;
  }
  feel::Value value(Measure::What what, std::size_t count) const {
    if (what == Measure::What::Count) return feel::Value(static_cast<std::int64_t>(count));
    if (numbers == 0) return {};
    switch (what) {
      case Measure::What::Sum: return feel::Value(sum);
      case Measure::What::Minimum: return feel::Value(*low);
      case Measure::What::Maximum: return feel::Value(*high);
      default: {
        const auto mean = divide(sum, base::Decimal(static_cast<std::int64_t>(numbers)));
        return mean ? feel::Value(*mean) : feel::Value();
      }
    }
  }
};

// A group of a query with what was counted of it.
struct QueryGroup {
  std::vector<feel::Value> keys;
  std::vector<Tally> tallies;  // by measure
  std::vector<RecordId> records;
};

}  // namespace yuanqu::population
