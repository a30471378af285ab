#pragma once
// Guard: what the agent at the plant decides. A pure state machine: time, readings, disk, controllers and the link
// reach it through EdgePorts only, so that tests drive the very same code with a virtual clock over every order of
// events.
//
// It never trusts the centre's word for what it can check itself: seal, content, clock, age, id (kept on disk, at most
// once), commander and epoch, sequence, lease, the switch at the plant, two persons, expected state, interlocks. The
// first rule that does not hold refuses, with its name and a sentence; nothing is written then. A command is kept on
// disk, synced, before it is written to a controller. Success is what the field reports.
//
// It starts in monitor-only and brings every device that was ever commanded to its safe state. Loss of the lease, of
// the link, or of a device's readings brings every commanded device to its declared safe state and takes the devices
// from their commanders; only a person arms again. The switch at the plant wins at once and without any network: then
// nothing more is written to that device.
//
// Copyable (a copy shares the Site and the key). Not thread-safe.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/message.hpp"
#include "control/site.hpp"

namespace yuanqu::control {

enum class Rule : std::uint8_t {
  Seal,        // sealed with the key of this centre and agent
  Addressed,   // for this plant and this start of the agent
  Content,     // both sides hold the same declarations
  Known,       // device, action, interlock and parameters are declared and within bounds
  Seen,        // this id was never seen
  Lifetime,    // not valid for longer than the action allows
  ClockKnown,  // the difference of the clocks is measured
  ClockNear,   // and certainly at most 100 ms
  Expired,     // not yet, by the agent's clock
  Disk,        // ids can be kept
  Armed,       // not monitor-only
  Lease,       // the centre was alive within the lease
  Mode,        // the switch at the plant says remote
  Free,        // nobody else commands the device (Take)
  Holder,      // the commander of the device asks
  Epoch,       // of the present commander
  Sequence,    // the next one
  TwoPersons,  // different users, sessions and stations
  Idle,        // nothing runs on the device and its safe state is reached
  State,       // what the operator saw is what is: fresh, good, equal
  Interlocks,  // all that apply
};
std::string_view name_of(Rule rule);
const std::vector<Rule>& rules_of(Verb verb);  // in the order they are examined

struct Refusal {
  Rule rule = Rule::Seal;
  Words reason;
};

struct EdgeTime {
  std::int64_t wall_ms = 0;
  std::int64_t mono_ms = 0;
};

// A line of the agent's own record: an id and what became of it, or the epoch of a device.
struct Kept {
  std::string command;
  Verb verb = Verb::Operate;
  std::string device;
  Outcome outcome = Outcome::Accepted;
  std::string refusal;
  Words reason;
  std::uint64_t epoch = 0;  // of the device from here on; 0: says nothing about it
  std::int64_t at_ms = 0;
};

class EdgePorts : public Readings {
 public:
  virtual EdgeTime now() const = 0;
  virtual bool keep(const Kept& record) = 0;  // true: it is on the disk, synced
  // In this order, to the controllers. True: all acknowledged.
  virtual bool write(const std::vector<std::pair<std::string, feel::Value>>& writings) = 0;
  virtual void send(Fields fields) = 0;  // already sealed; may be lost
};

enum class SafeProgress : std::uint8_t { None, Finishing, Moving, Confirmed, NotConfirmed };
std::string_view name_of(SafeProgress progress);

class Guard {
 public:
  // `kept`: every record of earlier starts, oldest first. `boot` names this start and is unlike any other.
  Guard(const Site& site, const Key& key, std::string boot, const std::vector<Kept>& kept = {});
  virtual ~Guard() = default;

  void receive(const Fields& fields, EdgePorts& ports);
  void tick(EdgePorts& ports);       // at least every 50 ms
  void link_lost(EdgePorts& ports);  // the connection to the broker broke

  struct Running {
    Command command;
    const Action* action = nullptr;
    Parameters parameters;
    std::int64_t since_mono = 0;
  };
  struct DeviceState {
    std::uint64_t epoch = 0;
    std::uint64_t next_sequence = 1;
    Operator holder;
    std::optional<Running> running;
    SafeProgress safe = SafeProgress::None;
    std::int64_t safe_since = 0;    // mono: when the safe state was last written
    std::int64_t finish_until = 0;  // mono
  };
  struct BypassState {
    std::int64_t until_mono = 0;
    std::vector<Operator> operators;
  };
  struct ClockSample {
    std::int64_t centre_minus_mono = 0;
    std::int64_t uncertainty_ms = 0;
    std::int64_t taken_mono = 0;
  };
  struct State {
    std::string boot;
    bool armed = false;
    bool disk_failed = false;
    std::int64_t lease_until_mono = -1;
    std::string centre_start;
    std::uint64_t heard_beat = 0;
    std::int64_t next_beat_mono = 0;
    std::optional<ClockSample> clock;
    std::map<std::string, DeviceState> devices;
    std::map<std::string, Kept> seen;
    std::map<std::string, BypassState> bypasses;
  };
  const State& state() const { return state_; }

 protected:
  // Everything a rule may look at. The test double of the mutants overrides examine(); the product never derives.
  struct Asked {
    const Fields& fields;
    const Command& command;
    const Device* device = nullptr;
    const Action* action = nullptr;
    const Interlock* interlock = nullptr;
    const Parameters* parameters = nullptr;
    base::Error problem{};  // of the declarations, when something is not known
  };
  virtual std::optional<Refusal> examine(Rule rule, const Asked& asked, const EdgePorts& ports) const;
  virtual std::int64_t lease_from(const CentreBeat& beat, std::int64_t mono_ms) const;

 private:
  void receive_command(const Fields& fields, EdgePorts& ports);
  void receive_beat(const Fields& fields, EdgePorts& ports);
  void answer_question(const Command& command, EdgePorts& ports);
  void carry_out(const Command& command, const Asked& asked, EdgePorts& ports);
  void operate(const Command& command, const Asked& asked, EdgePorts& ports);
  void watch_running(const Device& device, DeviceState& state, EdgePorts& ports);
  void watch_safe(const Device& device, DeviceState& state, EdgePorts& ports);
  void watch_mode(const Device& device, DeviceState& state, EdgePorts& ports);
  void end_running(DeviceState& state, Outcome outcome, Words reason, EdgePorts& ports);
  // Brings the device to its safe state. `at_once`: even where the action that runs may finish.
  void make_safe(const Device& device, DeviceState& state, bool at_once, const Words& reason, EdgePorts& ports);
  void write_safe(const Device& device, DeviceState& state, EdgePorts& ports);
  void lose_control(const Words& reason, EdgePorts& ports);
  bool keep(const Kept& record, EdgePorts& ports);
  void report(const Kept& record, EdgePorts& ports);
  void settle(const Command& command, Outcome outcome, Words reason, std::string_view refusal, EdgePorts& ports);
  void send_beat(EdgePorts& ports);
  bool bypassed(const std::string& interlock) const { return state_.bypasses.contains(interlock); }
  std::optional<std::int64_t> clock_offset(const EdgeTime& now) const;  // greatest possible, absolute

  const Site* site_;
  Key key_;
  State state_;
};

}  // namespace yuanqu::control
