#pragma once
// Site: what may be controlled at one plant, declared as content (`packs/<pack>/interlocks/<plant>.yaml`, described in
// docs/centre-safety.md): devices with their safe state, actions with expected state, writings and feedback, interlocks
// and permissives. Immutable after reading. Centre and agent must hold the same content: every command carries its
// hash.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "control/condition.hpp"

namespace yuanqu::control {

inline constexpr std::int64_t expiry_max_ms = 2'000;            // of any command
inline constexpr std::int64_t hazardous_expiry_max_ms = 1'000;  // of one that needs two persons

struct Parameter {
  std::string name;
  Words labels;
  std::string unit;
  bool boolean = false;
  base::Decimal least;
  base::Decimal greatest;
  int decimals = 0;
  std::optional<base::Decimal> standard;  // what a recipe takes when nothing else is said
};

// A value given for a parameter, checked against its type, bounds and digits.
base::Result<feel::Value> admit(const Parameter& parameter, const feel::Value& value);
// The parameters in the order of their declaration, with standards filled in; refused: unknown, missing, out of bounds.
base::Result<Parameters> admit_all(const std::vector<Parameter>& declared, const Parameters& given);

struct Writing {
  std::string tag;
  Formula value;
};

struct ExpectedInput {
  std::string name;
  std::string tag;
  std::int64_t max_age_ms = 0;
  std::optional<base::Decimal> step;  // rounded to it before hashing
};

struct Action {
  std::string name;
  Words labels;
  bool hazardous = false;
  std::int64_t expires_ms = expiry_max_ms;
  std::vector<Parameter> parameters;
  std::vector<ExpectedInput> expected;
  std::vector<Writing> writes;
  Formula feedback;
  std::int64_t within_ms = 0;
};

enum class SafeKind : std::uint8_t { Stop, Hold, Finish };
std::string_view name_of(SafeKind kind);

struct SafeState {
  SafeKind kind = SafeKind::Stop;
  std::int64_t finish_within_ms = 0;
  std::vector<Writing> writes;
  Formula confirmed_by;
  std::int64_t within_ms = 0;
};

struct Device {
  std::string name;
  Words labels;
  std::string area;
  Formula remote_when;
  SafeState safe_state;
  std::vector<Action> actions;
  const Action* action(std::string_view action_name) const;
};

enum class InterlockKind : std::uint8_t { Permissive, Interlock };

struct Interlock {
  std::string name;
  Words labels;
  InterlockKind kind = InterlockKind::Permissive;
  std::vector<std::string> applies_to;  // "device" or "device.action"
  Formula condition;
  Words reason;
  int bypass_max_minutes = 0;  // 0: may never be bypassed
  bool applies(std::string_view device, std::string_view action) const;
};

class Site {
 public:
  // What the plant file knows of a tag; asked while reading. Writable: a Modbus coil or holding register.
  struct TagKnowledge {
    bool exists = false;
    bool writable = false;
  };
  using TagLookup = std::function<TagKnowledge(const std::string& tag)>;
  using AreaLookup = std::function<bool(const std::string& area)>;
  // Reads and checks one file; `place` names it in errors. All faults are told, in the file's order.
  static tl::expected<Site, std::vector<base::Error>> read(const std::string& text, const std::string& place,
                                                           const TagLookup& tags, const AreaLookup& areas);

  std::string plant;
  std::string group, node;  // Sparkplug names of the agent
  std::int64_t heartbeat_ms = 250;
  std::int64_t lease_ms = 1'000;
  std::string watchdog;  // tag; empty: none
  Inputs inputs;
  std::vector<Device> devices;
  std::vector<Interlock> interlocks;
  std::string hash;  // SHA-256 of the file's bytes, hex

  const Device* device(std::string_view name) const;
  const Interlock* interlock(std::string_view name) const;
};

// One interlock as it stands now.
struct InterlockState {
  const Interlock* interlock = nullptr;
  bool passed = false;
  bool bypassed = false;
  Words reason;  // why it blocks (also when bypassed)
};
// Those that apply to the action, in the file's order. `bypassed` tells which are bypassed now.
std::vector<InterlockState> interlocks_now(const Site& site, std::string_view device, std::string_view action,
                                           const Readings& readings, const Parameters& parameters,
                                           const std::function<bool(const std::string&)>& bypassed);

// The state a command expects: SHA-256 over the named tags and their values as rounded; fails naming the first tag that
// is not usable or older than its declared age.
base::Result<std::string> state_hash(const Action& action, const Readings& readings);

}  // namespace yuanqu::control
