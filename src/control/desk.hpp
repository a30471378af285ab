#pragma once
// Desk: the centre's side of the command path to one agent. It gives commands their id, epoch, sequence and expiry, has
// them recorded before they leave, sends each exactly once, and follows what becomes of it. What got no answer in time,
// or was under way when the link or either side went down, is *unknown*: the device takes no further command until a
// person has asked and the agent has answered. Nothing is ever sent again by itself.
//
// A pure state machine over CentrePorts, copyable, not thread-safe. It comes up in monitor-only.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/message.hpp"
#include "control/site.hpp"

namespace yuanqu::control {

using Details = std::vector<std::pair<std::string, std::string>>;

class CentrePorts : public Readings {
 public:
  virtual std::int64_t now_ms() const = 0;   // wall clock
  virtual std::int64_t mono_ms() const = 0;  // steady clock
  virtual std::string new_id() = 0;          // a UUID
  // The audit: returns when the record is on the disk, synced; its error when it is not. Control passes `what` as a
  // snake_case word.
  virtual base::Result<void> record(std::string_view what, const Details& details) = 0;
  virtual bool record_failed() const = 0;  // since the audit was opened: no command leaves any more
  virtual void send(Fields fields) = 0;    // to the agent, already sealed; may be lost
};

enum class Standing : std::uint8_t { Sent, Running, Finished, Unknown };
std::string_view name_of(Standing standing);

struct SentCommand {
  Command command;
  Standing standing = Standing::Sent;
  std::optional<Outcome> outcome;  // the last that was reported
  std::string refusal;
  Words reason;
  std::int64_t sent_ms = 0;        // wall
  std::int64_t deadline_mono = 0;  // unknown from then on
  bool open() const { return standing != Standing::Finished; }
  bool done() const { return standing == Standing::Finished && outcome == Outcome::Done; }
};

class Desk {
 public:
  // `start` names this start of the centre and is unlike any other.
  Desk(const Site& site, const Key& key, std::string start);

  // `draft` says verb, device, action, subject, minutes, parameters, operators, expected state; the rest is filled in.
  // Answers the id of the command that was sent. Nothing leaves when the record could not be written.
  base::Result<std::string> issue(Command draft, CentrePorts& ports);
  void receive(const Fields& fields, CentrePorts& ports);
  void tick(CentrePorts& ports);
  void link(bool up, CentrePorts& ports);

  bool link_up() const { return state_.link_up; }
  bool connected(std::int64_t mono_ms) const;  // the agent's heartbeat came within the lease
  bool armed() const { return state_.armed && state_.edge && state_.edge->armed; }
  const std::optional<EdgeBeat>& edge() const { return state_.edge; }
  std::int64_t edge_heard_mono() const { return state_.edge_heard_mono; }
  const DeviceBeat* device(std::string_view name) const;
  const SentCommand* sent(const std::string& id) const;
  const SentCommand* open_on(const std::string& device) const;  // null: none
  // Commands of this start in the order they were sent, the last 1,000.
  const std::vector<std::string>& order() const { return state_.order; }

  struct State {
    std::string start;
    bool link_up = false;
    bool armed = false;
    std::uint64_t beat_number = 0;
    std::int64_t next_beat_mono = 0;
    std::optional<EdgeBeat> edge;
    std::int64_t edge_heard_mono = 0;
    std::map<std::string, SentCommand> sent;
    std::vector<std::string> order;
    std::map<std::string, std::string> open;  // device → command that is not finished
  };
  const State& state() const { return state_; }

 private:
  base::Result<void> may_issue(const Command& draft, const CentrePorts& ports) const;
  void receive_beat(const Fields& fields, CentrePorts& ports);
  void receive_report(const Fields& fields, CentrePorts& ports);
  void make_unknown(SentCommand& sent, const Words& reason, CentrePorts& ports);
  void all_unknown(const Words& reason, CentrePorts& ports);
  void forget_old();

  const Site* site_;
  Key key_;
  State state_;
};

}  // namespace yuanqu::control
