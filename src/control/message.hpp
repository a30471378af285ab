#pragma once
// What travels between centre and agent, in both directions as a list of named texts (Fields) that a wire carries as
// the members of one template (src/edge: Sparkplug B metrics). Canonical bytes are length-prefixed, so no two messages
// share them; the seal is HMAC-SHA-256 over them by libsodium with the key that one centre and one agent share. The
// first field says what a message is, so that nothing sealed for one direction passes in the other.
//
// Times: *_ms on a wall clock are milliseconds since 1970 (UTC); "mono" is the agent's steady clock.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "control/condition.hpp"

namespace yuanqu::control {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Key = std::array<unsigned char, 32>;

std::string canonical_bytes(const Fields& fields);  // without "seal"
void seal(Fields& fields, const Key& key);          // appends or replaces "seal"
bool sealed_by(const Fields& fields, const Key& key);
std::string_view field(const Fields& fields, std::string_view name);  // "" when there is none

struct Operator {
  std::string user;
  std::string session;
  std::string station;
  friend bool operator==(const Operator&, const Operator&) = default;
  bool empty() const { return user.empty(); }
};

enum class Verb : std::uint8_t {
  Operate,  // an action of a device
  Arm,      // leave monitor-only
  Disarm,   // back to monitor-only: every commanded device goes to its safe state
  Take,     // become commander of a device
  Release,  // give the device back; it goes to its safe state
  Hold,     // bring the device to its safe state now
  Bypass,   // pass over an interlock for `minutes`
  Restore,  // end the bypass
  Ask,      // what became of command `subject`? One that was never seen is refused from then on
};
std::string_view name_of(Verb verb);
std::optional<Verb> verb_of(std::string_view name);

struct Command {
  std::string id;  // UUID
  Verb verb = Verb::Operate;
  std::string plant;
  std::string site;          // hash of the content both sides must hold
  std::string boot;          // the start of the agent it is meant for
  std::string device;        // Operate, Take, Release, Hold
  std::string action;        // Operate
  std::string subject;       // Bypass, Restore: the interlock; Ask: the command asked about
  std::int64_t minutes = 0;  // Bypass
  std::vector<std::pair<std::string, std::string>> parameters;  // name, plain text
  std::vector<Operator> operators;                              // who asked; who approved
  std::vector<std::pair<std::string, std::int64_t>> expected;   // tag, greatest age in ms
  std::string expected_hash;                                    // hex
  std::int64_t issued_ms = 0;
  std::int64_t expires_ms = 0;
  std::uint64_t epoch = 0;     // of the commander of the device
  std::uint64_t sequence = 0;  // within the epoch, from 1
};

// Centre to agent, at every heartbeat of the agent. `echo_mono` is the agent's own steady time as its last heartbeat
// said it: the lease runs from there, so neither a beat that was delayed nor a line that carries one way only buys
// anything. `held_ms` is how long the centre held it, for measuring the clocks.
struct CentreBeat {
  std::string boot;
  std::string start;  // of the centre: another one than before means that it restarted, so control is lost
  std::uint64_t number = 0;
  std::int64_t centre_ms = 0;
  std::int64_t echo_mono = 0;
  std::int64_t held_ms = 0;
};

enum class Outcome : std::uint8_t {
  Accepted,     // kept on disk; the writing follows
  Written,      // the controller took the writing; the field has not confirmed yet
  Done,         // the field confirmed
  Refused,      // nothing was written; see the refusal
  TimedOut,     // the field did not confirm in time: safe state
  Tripped,      // an interlock was lost while it ran: safe state
  Cancelled,    // ended before its feedback by hold, release, disarm, local take-over or the loss of the lease
  WriteFailed,  // the controller did not acknowledge: whether it took the writing is not known; safe state
  Interrupted,  // the agent restarted between accepting and the end: whether it was written is not known
  NeverSeen,    // asked about before it arrived: it will never run
};
std::string_view name_of(Outcome outcome);
std::optional<Outcome> outcome_of(std::string_view name);
bool is_final(Outcome outcome);  // everything but Accepted and Written

// Agent to centre: what became of a command.
struct Report {
  std::string command;
  std::string boot;
  std::string device;
  Outcome outcome = Outcome::Refused;
  std::string refusal;  // code of the rule that refused (guard.hpp)
  Words reason;
  std::uint64_t epoch = 0;          // of the device after this
  std::uint64_t next_sequence = 0;  // of the device after this
  std::int64_t at_ms = 0;           // the agent's wall clock
};

// Agent to centre, every heartbeat.
struct DeviceBeat {
  std::string device;
  std::uint64_t epoch = 0;
  Operator holder;  // empty: nobody
  std::uint64_t next_sequence = 1;
  std::string mode;     // remote | local | unknown
  std::string running;  // id of the command that runs
  std::string safe;     // "" | finishing | moving | confirmed | not_confirmed
};
struct BypassBeat {
  std::string interlock;
  std::int64_t left_ms = 0;
  std::vector<Operator> operators;
};
struct EdgeBeat {
  std::string boot;
  std::string site;
  std::int64_t mono = 0;     // the agent's steady clock at sending
  std::int64_t edge_ms = 0;  // its wall clock
  bool armed = false;
  std::int64_t lease_left_ms = 0;
  std::string clock;  // known | unknown | apart
  std::vector<DeviceBeat> devices;
  std::vector<BypassBeat> bypasses;
};

Fields to_fields(const Command& command);
Fields to_fields(const CentreBeat& beat);
Fields to_fields(const Report& report);
Fields to_fields(const EdgeBeat& beat);
// Invalid for anything to_fields() cannot have made; never more than one message kind.
base::Result<Command> command_from(const Fields& fields);
base::Result<CentreBeat> centre_beat_from(const Fields& fields);
base::Result<Report> report_from(const Fields& fields);
base::Result<EdgeBeat> edge_beat_from(const Fields& fields);

}  // namespace yuanqu::control
