#include "telemetry/alarm_state.hpp"

#include <array>

namespace yuanqu::telemetry {

std::string_view name_of(AlarmEventKind kind) {
  constexpr std::array<std::string_view, 14> names = {
      "raised",       "cleared",      "acknowledged", "reset",          "shelved",    "unshelved",   "suppressed",
      "unsuppressed", "quality_lost", "quality_back", "out_of_service", "in_service", "flood_began", "flood_ended"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view state_name(const AlarmState& state) {
  if (state.out_of_service) return "out_of_service";
  if (state.shelved()) return "shelved";
  if (state.suppressed) return "suppressed";
  if (state.quality_lost) return "quality_lost";
  if (state.active) return state.acknowledged ? "active_acknowledged" : "active_unacknowledged";
  if (state.latched) return state.acknowledged ? "latched_acknowledged" : "latched_unacknowledged";
  return state.acknowledged ? "normal" : "returned_unacknowledged";
}

namespace {
// Shelved, suppressed or out of service: what was shown is over. If the condition stands when it ends, it is raised
// anew.
void end_showing(AlarmState& state) {
  state.active = false;
  state.acknowledged = true;
  state.latched = false;
}
void hold(AlarmState& state, const AlarmEvent& event) {
  end_showing(state);
  state.held_by = event.actor;
  state.reason = event.reason;
}
void release(AlarmState& state) {
  state.held_by.clear();
  state.reason.clear();
}
}  // namespace

void fold(AlarmState& state, const AlarmEvent& event, bool latching) {
  switch (event.kind) {
    case AlarmEventKind::Raised:
      state.active = true;
      state.acknowledged = false;
      state.latched = false;
      state.raised_ms = event.time_ms;
      state.cleared_ms = state.acknowledged_ms = 0;
      state.acknowledged_by.clear();
      state.value = event.value;
      ++state.raises;
      break;
    case AlarmEventKind::Cleared:
      if (!state.active) break;
      state.active = false;
      state.latched = latching;
      state.cleared_ms = event.time_ms;
      break;
    case AlarmEventKind::Acknowledged:
      if (state.acknowledged) break;
      state.acknowledged = true;
      state.acknowledged_ms = event.time_ms;
      state.acknowledged_by = event.actor;
      break;
    case AlarmEventKind::Reset: state.latched = false; break;
    case AlarmEventKind::Shelved:
      hold(state, event);
      state.shelved_until_ms = event.until_ms;
      break;
    case AlarmEventKind::Unshelved:
      state.shelved_until_ms = 0;
      release(state);
      break;
    case AlarmEventKind::Suppressed:
      end_showing(state);
      state.suppressed = true;
      break;
    case AlarmEventKind::Unsuppressed: state.suppressed = false; break;
    case AlarmEventKind::QualityLost: state.quality_lost = true; break;
    case AlarmEventKind::QualityBack: state.quality_lost = false; break;
    case AlarmEventKind::OutOfService:
      hold(state, event);
      state.shelved_until_ms = 0;
      state.out_of_service = true;
      break;
    case AlarmEventKind::InService:
      state.out_of_service = false;
      release(state);
      break;
    case AlarmEventKind::FloodBegan:
    case AlarmEventKind::FloodEnded: break;
  }
}

}  // namespace yuanqu::telemetry
