#pragma once
// From a script to what is to be written, in the order in which it was recorded. Pure: nothing is stored.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/demo_script.hpp"
#include "base/date.hpp"
#include "base/error.hpp"
#include "base/working_days.hpp"

namespace yuanqu::app {

struct PlannedWrite {
  base::Date recorded;
  base::Date effective;
  std::size_t record = 0;  // number of the record within the plan, from 1; references in `values` hold such numbers too
  bool first = false;      // makes the record
  const Step* step = nullptr;
  std::vector<std::pair<const register_::Field*, register_::Value>> values;
};

struct PlannedStory {
  std::int64_t number = 0;
  std::string zh;
  std::string en;
  std::size_t record = 0;
};

struct DemoPlan {
  std::vector<PlannedWrite> writes;  // ascending by recorded; a record's first write stands before all that name it
  std::vector<PlannedStory> stories;
  std::size_t records = 0;
};

// A write recorded after `day` is left out (it has not been delivered yet), and with a first write everything about
// that record. FEEL that fails (a null where something was expected) refuses the plan with the step's line: a demo must
// not be thinner than it was meant to be.
base::Result<DemoPlan> plan_demo(const DemoScript& script, base::Date day, std::size_t enterprises,
                                 const base::Calendar& calendar, const std::function<void(double part)>& progress);

}  // namespace yuanqu::app
