#pragma once
// What the alarm engine knows of tags and alarms between calls. For alarm_*.cpp only.

#include "telemetry/alarm_engine.hpp"
#include "telemetry/tag_formula.hpp"

namespace yuanqu::telemetry {

struct AlarmEngine::TagNow {
  Value value;
  Quality quality = Quality::not_connected;
  bool stale = true;
  bool seen = false;
};

struct AlarmEngine::Formula {
  TagFormula compiled;
};

struct AlarmEngine::Track {
  bool raw = false;                                     // the condition as the values have it, before delays
  std::optional<std::int64_t> since_ms;                 // when that began; nullopt: not yet examined
  std::int64_t shelf_due_ms = 0;                        // steady
  std::deque<std::pair<std::int64_t, double>> samples;  // rate: source time, value
  std::unique_ptr<Formula> when, suppressed_when;
};

}  // namespace yuanqu::telemetry
