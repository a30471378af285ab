#pragma once
// View: all that the screens show of control at one moment, as values. Everything in it may be shown to whoever may
// view the plant; nothing in it is a permission.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/console.hpp"

namespace yuanqu::control {

struct ActionView {
  const Action* action = nullptr;
  std::vector<InterlockState> interlocks;  // live, with the reason of each that blocks
  Words blocked;                           // why it cannot be commanded now; empty: nothing known stands against it
};

struct DeviceView {
  const Device* device = nullptr;
  Operator holder;  // empty: nobody
  std::uint64_t epoch = 0;
  std::string mode;                   // remote | local | unknown
  std::string running;                // id of the command the agent runs
  std::string safe;                   // "" | finishing | moving | confirmed | not_confirmed
  const SentCommand* last = nullptr;  // the last command of this start
  bool unknown = false;               // what became of it is not known: ask
  std::vector<ActionView> actions;
};

struct BatchView {
  const Batch* batch = nullptr;
  const Phase* phase = nullptr;
  const Step* step = nullptr;
  std::int64_t in_stage_ms = 0;
  std::int64_t left_ms = 0;  // of the time limit of what it waits for; 0 when it does not
};

struct BypassView {
  const Interlock* interlock = nullptr;
  std::int64_t left_ms = 0;
  std::vector<Operator> people;
};

enum class Urgency : std::uint8_t { Critical, High, Medium };

// Stands until its cause is gone. Feed it into the alarm list: the id stays the same while it stands.
struct ControlAlarm {
  std::string id;  // "bypass.car_in_place"
  std::string area;
  Urgency urgency = Urgency::High;
  Words text;
  Words advice;
};

struct View {
  std::int64_t now_ms = 0;
  bool link_up = false;
  bool connected = false;
  bool armed = false;
  std::int64_t agent_silent_ms = -1;  // since its last heartbeat; -1: never heard
  std::string clock;                  // known | unknown | apart
  std::int64_t lease_left_ms = 0;
  bool content_equal = true;  // centre and agent hold the same declarations
  bool audit_failed = false;  // no command leaves
  std::vector<DeviceView> devices;
  std::vector<BatchView> batches;  // open ones first, then the newest
  std::vector<BypassView> bypasses;
  std::vector<const Selection*> selections;  // valid ones, for the screens of approvers
  std::vector<const SentCommand*> commands;  // newest first, at most 100
  std::vector<ControlAlarm> alarms;
};

}  // namespace yuanqu::control
