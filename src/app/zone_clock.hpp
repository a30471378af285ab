#pragma once
// ZoneClock: the moment a zone's changes are recorded at. A zone that follows the calendar has the system's clock. A
// demo lives on its own day: the hour is the system's, the day is the zone's, so that what is recorded on 2 March says
// so whenever the demo is shown.

#include <atomic>

#include "base/clock.hpp"
#include "base/date.hpp"

namespace yuanqu::app {

class ZoneClock final : public base::Clock {
 public:
  std::int64_t now_ms() const override {
    const std::int64_t fixed = fixed_ms_.load();
    if (fixed != 0) return fixed;
    const std::int64_t now = system_.now_ms();
    const std::int64_t day = day_.load();
    if (day == unset) return now;
    const std::int64_t local = now + offset_ms;
    return day * day_ms - offset_ms + local % day_ms;
  }
  void live_on(base::Date day) {
    fixed_ms_.store(0);
    day_.store(day.days());
  }
  void stand_at(std::int64_t now_ms) { fixed_ms_.store(now_ms); }  // while a past is written

 private:
  static constexpr std::int64_t day_ms = 86'400'000;
  static constexpr std::int64_t offset_ms = 8LL * 3'600'000;  // UTC+8
  static constexpr std::int64_t unset = INT64_MIN;
  base::SystemClock system_;
  std::atomic<std::int64_t> fixed_ms_{0};
  std::atomic<std::int64_t> day_{unset};
};

}  // namespace yuanqu::app
