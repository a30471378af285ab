#pragma once
// The state of one alarm by ISA-18.2 (IEC 62682), changed by events alone: the state is the fold of its events, so a
// journal that is read again gives the same state.

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

enum class AlarmEventKind : std::uint8_t {
  Raised,
  Cleared,
  Acknowledged,
  Reset,  // of a latched alarm whose condition is gone
  Shelved,
  Unshelved,   // by a person, or by the clock (no actor)
  Suppressed,  // by design: the plant's own rule
  Unsuppressed,
  QualityLost,  // a value it needs is bad or stale: the alarm is hidden, its state kept
  QualityBack,
  OutOfService,
  InService,
  FloodBegan,  // of the plant, no alarm
  FloodEnded,
};
std::string_view name_of(AlarmEventKind kind);  // "raised", …

struct AlarmEvent {
  std::uint64_t id = 0;  // of the journal, ascending; 0 before
  AlarmEventKind kind = AlarmEventKind::Raised;
  AlarmIndex alarm = 0;
  std::int64_t time_ms = 0;   // wall clock
  std::string actor;          // who; empty: the engine
  std::string reason;         // why (shelve, out of service); a comment (acknowledge)
  std::int64_t until_ms = 0;  // shelved until
  std::string value;          // what the value was, as text with its unit (raised)
};

struct AlarmState {
  bool active = false;
  bool acknowledged = true;
  bool latched = false;  // the condition is gone, a reset is owed
  bool suppressed = false;
  bool quality_lost = false;
  bool out_of_service = false;
  std::int64_t shelved_until_ms = 0;  // 0: not shelved
  std::int64_t raised_ms = 0;
  std::int64_t cleared_ms = 0;
  std::int64_t acknowledged_ms = 0;
  std::string acknowledged_by;
  std::string held_by;  // who shelved it or took it out of service
  std::string reason;   // why
  std::string value;    // when it was raised
  std::uint64_t raises = 0;

  bool shelved() const { return shelved_until_ms != 0; }
  bool hidden() const { return suppressed || quality_lost || out_of_service || shelved(); }
  bool normal() const { return !active && acknowledged && !latched && !hidden(); }
  friend bool operator==(const AlarmState&, const AlarmState&) = default;
};

// "normal", "active_unacknowledged", "active_acknowledged", "returned_unacknowledged", "latched_unacknowledged",
// "latched_acknowledged", "shelved", "suppressed", "quality_lost", "out_of_service".
std::string_view state_name(const AlarmState& state);

// `latching`: the rule's. Any event may come in any state; one that means nothing there changes nothing.
void fold(AlarmState& state, const AlarmEvent& event, bool latching);

}  // namespace yuanqu::telemetry
