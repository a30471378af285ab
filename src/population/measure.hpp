#pragma once
// Measures: ordered FEEL values as one number, so that how far a value lies from a bound can be said. Numbers are
// themselves, dates and days-and-time durations count days, years-and-months durations months. Everything else has no
// measure.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/decimal.hpp"
#include "feel/inspect.hpp"
#include "feel/value.hpp"

namespace yuanqu::population {

std::optional<base::Decimal> measure(const feel::Value& value);
// The value of the kind of `like` that has this measure; null when there is none (a fraction of a day for a date).
feel::Value with_measure(base::Decimal measure, const feel::Value& like);

// How far a value is from the boundary of what a test accepts.
struct Distance {
  feel::Value limit;     // the nearest end: past it the test turns
  base::Decimal margin;  // >= 0: room left while the test is met; <= 0: missing while it is not
  double gap = 0;        // |margin| over |limit| (over 1 for a limit of 0): comparable between conditions
};
std::optional<Distance> distance(const feel::Value& value, const std::vector<feel::Bounds>& accepted, bool negated,
                                 bool met);

// Table cells read once: their bounds where they are constant. Not thread-safe.
class Cells {
 public:
  // nullptr: the text is not FEEL or its bounds are not constant.
  const feel::SimpleTests* bounds(const std::string& text);

 private:
  std::unordered_map<std::string, std::optional<feel::SimpleTests>> known_;
};

}  // namespace yuanqu::population
