#pragma once
// The synthetic zone: invented firms and two years of their changes, written through the register from several sources, with corrections
// and late deliveries. Seeded: equal options give equal content. Ten of the firms are the stories the README walks through.

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
  base::Date day;                                    // the demo's first day
  std::uint64_t seed = 20260302;
  std::function<void(std::int64_t now_ms)> set_now;  // the journal's clock: recorded_at of what is written next, UTC, ascending
  std::function<void(double part)> progress;         // 0 … 1
};

struct DemoStory {
  int number = 0;
  std::string title_zh;
  std::string title_en;
  std::int64_t file = 0;
  std::int64_t record = 0;
};

struct DemoZoneReport {
  std::vector<DemoStory> stories;  // by number
  std::uint64_t changes = 0;
};

base::Result<DemoZoneReport> write_demo_zone(register_::Register& records, const pack::PackSet& packs, const DemoZoneOptions& options);

}  // namespace yuanqu::app
