#pragma once
// Forecast: what changes in the coming days, given all that is recorded now. It reads the days outcomes already carry
// (until), so it scans no facts; what the outcome becomes is evaluated on that day, one evaluation for each change
// listed.

#include <vector>

#include "population/population.hpp"

namespace yuanqu::population {

struct ComingChange {
  const Decision* decision = nullptr;
  Outcome outcome;  // now; its `until` is the day of the change
  FileId file = 0;
  bool then_applies = false;  // false: from that day the decision does not concern the record
  feel::Value then;
};

// By day, then decision, then record; both days included. `decision` nullptr: all.
std::vector<ComingChange> forecast(const Population& population, base::Date from, base::Date to,
                                   const Decision* decision = nullptr);

}  // namespace yuanqu::population
