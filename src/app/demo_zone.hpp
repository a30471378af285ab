#pragma once
// The demo zone's content: data/zone.yaml of the demo pack (the script), written through the register's batches in the
// order in which it was recorded, so that the past it shows is a past of changes. Equal seed, day and number of
// enterprises give equal content. Nothing here knows a kind or a field: the script names them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/register.hpp"

namespace yuanqu::app {

struct DemoZoneOptions {
  std::size_t enterprises = 20'000;
  base::Date day;  // the demo's first day; nothing is recorded after it
  std::function<void(std::int64_t now_ms)>
      set_now;  // moves the clock the journal reads; the past is written in ascending time
  std::function<void(double part)> progress;  // 0 … 1
};

struct DemoStory {
  std::int64_t number = 0;
  std::string title_zh;
  std::string title_en;
  journal::FileId file = 0;
  journal::RecordId record = 0;
};

struct DemoZoneReport {
  std::vector<DemoStory> stories;  // by number
  std::size_t records = 0;
  std::size_t changes = 0;
};

// A fault of the script is refused with its place in the file; a write the register refuses is reported with the step
// that made it.
base::Result<DemoZoneReport> write_demo_zone(register_::Register& records, const pack::PackSet& packs,
                                             const DemoZoneOptions& options);

}  // namespace yuanqu::app
