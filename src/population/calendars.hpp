#pragma once
// Working days as the packs publish them: calendars/*.csv (date, name, is_off_day) with a *.yaml beside each that names
// the file and, by `from` and `to`, the days its notices cover (packs/README.md). A day outside is provisional, also
// when a notice already names it: a year counts as published when its pack says so. Immutable after reading.

#include <map>
#include <memory>
#include <string>

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/working_days.hpp"
#include "feel/value.hpp"
#include "pack/pack.hpp"

namespace yuanqu::population {

struct PublishedCalendar {
  struct Exception {
    bool working = false;  // false: a day off; true: a weekend that is worked
    std::string name;      // of the holiday, in the notice's words
  };
  feel::Value value;    // what models read as Calendar: {from, to, off days, make up days}; null: no pack has one
  base::Calendar days;  // the same, to count with
  std::string version;  // SHA-256 of `value`: another text whenever a day means something else
  std::map<base::Date, Exception> exceptions;  // within from and to
  std::size_t beyond = 0;                      // rows of the files outside from and to, which do not count
};

// Of all packs together. Invalid, with file and row: a row that is no day, a file without its yaml, ranges that leave a
// gap, one day given two meanings.
base::Result<std::shared_ptr<const PublishedCalendar>> read_calendars(const pack::PackSet& packs);

// Days that mean something else in `to` than in `from`, ascending, looked at from the earlier first to the later last
// published day; a day newly published that follows the week counts for nothing.
std::vector<base::Date> differing_days(const PublishedCalendar& from, const PublishedCalendar& to);

}  // namespace yuanqu::population
