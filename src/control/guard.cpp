#include "control/guard.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace yuanqu::control {

namespace {

constexpr std::array<std::string_view, 5> safe_names{"", "finishing", "moving", "confirmed", "not_confirmed"};

// A plain text of a command back into a value of the parameter's type.
std::optional<feel::Value> value_of(const Parameter& parameter, const std::string& text) {
  if (parameter.boolean) {
    if (text == "true") return feel::Value(true);
    if (text == "false") return feel::Value(false);
    return std::nullopt;
  }
  const auto number = base::Decimal::parse(text);
  if (!number) return std::nullopt;
  return feel::Value(*number);
}

base::Result<Parameters> parameters_of(const Action& action, const Command& command) {
  Parameters given;
  for (const auto& [name, text] : command.parameters) {
    const auto declared =
        std::find_if(action.parameters.begin(), action.parameters.end(),
                     [&wanted = name](const Parameter& parameter) { return parameter.name == wanted; });
    const auto value = declared == action.parameters.end() ? std::nullopt : value_of(*declared, text);
    given.emplace_back(name, value.value_or(feel::Value()));
  }
  return admit_all(action.parameters, given);
}

constexpr std::int64_t never_written = std::numeric_limits<std::int64_t>::min();

const Words by_person{"由人保持。", "Held by a person."};

}  // namespace

std::string_view name_of(SafeProgress progress) { return safe_names[static_cast<std::size_t>(progress)]; }

Guard::Guard(const Site& site, const Key& key, std::string boot, const std::vector<Kept>& kept)
    : site_(&site), key_(key) {
  state_.boot = std::move(boot);
  for (const Device& device : site.devices) state_.devices[device.name];
  for (const Kept& record : kept) {
    const auto device = state_.devices.find(record.device);
    if (device != state_.devices.end()) device->second.epoch = std::max(device->second.epoch, record.epoch);
    if (!record.command.empty()) state_.seen[record.command] = record;
  }
  // What was commanded before this start has no commander any more: its safe state is written at the first tick (unless
  // the switch at the plant says local).
  for (auto& [name, device] : state_.devices) {
    if (device.epoch == 0) continue;
    device.safe = SafeProgress::Moving;
    device.safe_since = never_written;
  }
  // Accepted and nothing after: the agent ended in between. It does not run again.
  for (auto& [id, record] : state_.seen) {
    if (is_final(record.outcome)) continue;
    record.outcome = Outcome::Interrupted;
    record.reason = {"现场程序在执行中重启，是否写入设备不明。",
                     "The agent restarted while it ran; whether the controller was written is not known."};
  }
}

bool Guard::keep(const Kept& record, EdgePorts& ports) {
  if (ports.keep(record)) return true;
  state_.disk_failed = true;
  return false;
}

void Guard::report(const Kept& record, EdgePorts& ports) {
  const auto device = state_.devices.find(record.device);
  const bool known = device != state_.devices.end();
  Fields fields = to_fields(Report{record.command, state_.boot, record.device, record.outcome, record.refusal,
                                   record.reason, known ? device->second.epoch : 0,
                                   known ? device->second.next_sequence : 0, ports.now().wall_ms});
  seal(fields, key_);
  ports.send(std::move(fields));
}

// Notes what became of a command, on disk as well, and tells the centre.
void Guard::settle(const Command& command, Outcome outcome, Words reason, std::string_view refusal, EdgePorts& ports) {
  Kept record{command.id, command.verb,       command.device, outcome, std::string(refusal), std::move(reason),
              0,          ports.now().wall_ms};
  state_.seen[command.id] = record;
  keep(record, ports);
  report(record, ports);
}

void Guard::receive(const Fields& fields, EdgePorts& ports) {
  const std::string_view kind = field(fields, "message");
  if (kind == "command") receive_command(fields, ports);
  if (kind == "centre_beat") receive_beat(fields, ports);
}

// From the beat of our own that the centre answers: it heard us then, and we hear it now. A line that carries one way
// only does not keep a lease.
std::int64_t Guard::lease_from(const CentreBeat& beat, std::int64_t) const { return beat.echo_mono; }

void Guard::receive_beat(const Fields& fields, EdgePorts& ports) {
  const auto beat = centre_beat_from(fields);
  if (!beat || !sealed_by(fields, key_) || beat->boot != state_.boot) return;
  const EdgeTime now = ports.now();
  // By the agent's own clock the centre cannot have sent it before this moment.
  const std::int64_t sent = beat->echo_mono + beat->held_ms;
  if (beat->held_ms < 0 || beat->echo_mono < 0 || sent > now.mono_ms) return;
  if (beat->start != state_.centre_start) {
    if (now.mono_ms - sent > site_->lease_ms) return;  // an old one, played again
    if (!state_.centre_start.empty()) lose_control({"中心已重启。", "The centre restarted."}, ports);
    state_.centre_start = beat->start;
    state_.lease_until_mono = -1;
  } else if (beat->number <= state_.heard_beat) {
    return;
  }
  state_.heard_beat = beat->number;
  state_.lease_until_mono = std::max(state_.lease_until_mono, lease_from(*beat, now.mono_ms) + site_->lease_ms);
  const std::int64_t travelled = now.mono_ms - sent;  // both ways together
  const ClockSample sample{beat->centre_ms + travelled / 2 - now.mono_ms, (travelled + 1) / 2, now.mono_ms};
  if (!state_.clock || sample.uncertainty_ms <= state_.clock->uncertainty_ms ||
      now.mono_ms - state_.clock->taken_mono > 5'000) {
    state_.clock = sample;
  }
}

void Guard::receive_command(const Fields& fields, EdgePorts& ports) {
  const auto command = command_from(fields);
  if (!command || command->operators.empty()) return;
  Asked asked{fields, *command};
  Parameters parameters;
  const auto unknown = [&](std::string zh, std::string en) {
    asked.problem = {base::ErrorCode::NotFound, std::move(zh), std::move(en)};
  };
  if (!command->device.empty()) {
    asked.device = site_->device(command->device);
    if (asked.device == nullptr)
      unknown("没有设备 " + command->device + "。", "There is no device " + command->device + ".");
  } else if (command->verb == Verb::Operate || command->verb == Verb::Take || command->verb == Verb::Release ||
             command->verb == Verb::Hold) {
    unknown("没有写设备。", "No device is named.");
  }
  if (command->verb == Verb::Operate && asked.device != nullptr) {
    asked.action = asked.device->action(command->action);
    if (asked.action == nullptr) {
      unknown("设备没有动作 " + command->action + "。", "The device has no action " + command->action + ".");
    } else if (auto admitted = parameters_of(*asked.action, *command); !admitted) {
      asked.problem = admitted.error();
    } else {
      parameters = std::move(*admitted);
    }
  }
  asked.parameters = &parameters;
  if (command->verb == Verb::Bypass || command->verb == Verb::Restore) {
    asked.interlock = site_->interlock(command->subject);
    if (asked.interlock == nullptr) {
      unknown("没有联锁 " + command->subject + "。", "There is no interlock " + command->subject + ".");
    } else if (command->verb == Verb::Bypass &&
               (command->minutes < 1 || command->minutes > asked.interlock->bypass_max_minutes)) {
      unknown("联锁 " + asked.interlock->labels.zh + " 不许旁路这么久。",
              "The interlock " + asked.interlock->labels.en + " may not be bypassed for so long.");
    }
  }
  for (const Rule rule : rules_of(command->verb)) {
    const auto refusal = examine(rule, asked, ports);
    if (!refusal) continue;
    // To what is not sealed there is no answer; what is addressed elsewhere is not ours to keep.
    if (rule == Rule::Seal) return;
    const auto seen = state_.seen.find(command->id);
    if (rule == Rule::Seen || seen != state_.seen.end()) {
      if (seen != state_.seen.end()) report(seen->second, ports);
    } else if (rule == Rule::Addressed || rule == Rule::Disk) {
      report({command->id, command->verb, command->device, Outcome::Refused, std::string(name_of(rule)),
              refusal->reason, 0, ports.now().wall_ms},
             ports);
    } else {
      // A refused command has used its place in the sequence.
      if (command->verb == Verb::Operate && asked.device != nullptr) {
        DeviceState& device = state_.devices[command->device];
        if (device.epoch == command->epoch && device.next_sequence == command->sequence) ++device.next_sequence;
      }
      settle(*command, Outcome::Refused, refusal->reason, name_of(rule), ports);
    }
    return;
  }
  carry_out(*command, asked, ports);
}

void Guard::answer_question(const Command& command, EdgePorts& ports) {
  const auto seen = state_.seen.find(command.subject);
  if (seen != state_.seen.end()) {
    report(seen->second, ports);
    return;
  }
  const Kept never{command.subject,
                   Verb::Operate,
                   command.device,
                   Outcome::NeverSeen,
                   {},
                   {"现场没有收到这条命令；它再到也不会执行。",
                    "The agent never got this command; should it still arrive, it will not run."},
                   0,
                   ports.now().wall_ms};
  if (!keep(never, ports)) return;  // cannot promise it
  state_.seen[command.subject] = never;
  report(never, ports);
}

void Guard::carry_out(const Command& command, const Asked& asked, EdgePorts& ports) {
  if (command.verb == Verb::Ask) return answer_question(command, ports);
  if (command.verb == Verb::Operate) return operate(command, asked, ports);
  DeviceState* device = asked.device == nullptr ? nullptr : &state_.devices[command.device];
  switch (command.verb) {
    case Verb::Arm: {
      const Kept record{command.id, command.verb, {}, Outcome::Done, {}, {}, 0, ports.now().wall_ms};
      if (!keep(record, ports)) return;
      state_.seen[command.id] = record;
      state_.armed = true;
      report(record, ports);
      return;
    }
    case Verb::Take: {
      const Kept record{command.id, command.verb, command.device,    Outcome::Done,
                        {},         {},           device->epoch + 1, ports.now().wall_ms};
      if (!keep(record, ports)) return;
      state_.seen[command.id] = record;
      device->epoch = record.epoch;
      device->holder = command.operators.front();
      device->next_sequence = 1;
      report(record, ports);
      return;
    }
    case Verb::Bypass:
      state_.bypasses[command.subject] = {ports.now().mono_ms + command.minutes * 60'000, command.operators};
      break;
    case Verb::Restore: state_.bypasses.erase(command.subject); break;
    case Verb::Disarm: lose_control({"控制由人退出。", "Control was disarmed by a person."}, ports); break;
    case Verb::Release:
      device->holder = {};
      make_safe(*asked.device, *device, false, {"控制权已交还。", "Command was given back."}, ports);
      break;
    case Verb::Hold: make_safe(*asked.device, *device, false, by_person, ports); break;
    case Verb::Operate:
    case Verb::Ask: break;
  }
  settle(command, Outcome::Done, {}, {}, ports);
}

void Guard::operate(const Command& command, const Asked& asked, EdgePorts& ports) {
  std::vector<std::pair<std::string, feel::Value>> writings;
  for (const Writing& writing : asked.action->writes) {
    Evaluated evaluated = writing.value.evaluate(ports, *asked.parameters);
    if (!evaluated.value) {
      settle(command, Outcome::Refused, evaluated.reason, name_of(Rule::State), ports);
      return;
    }
    writings.emplace_back(writing.tag, std::move(*evaluated.value));
  }
  DeviceState& device = state_.devices[command.device];
  const Kept accepted{command.id, command.verb, command.device, Outcome::Accepted, {}, {}, 0, ports.now().wall_ms};
  state_.seen[command.id] = accepted;  // even when the disk fails: not a second time
  if (!keep(accepted, ports)) {
    settle(command, Outcome::Refused,
           {"现场的磁盘写不进，命令未执行。", "The agent's disk did not take the record; nothing was done."},
           name_of(Rule::Disk), ports);
    return;
  }
  ++device.next_sequence;
  device.safe = SafeProgress::None;
  device.running = Running{command, asked.action, *asked.parameters, ports.now().mono_ms};
  report(accepted, ports);
  if (!ports.write(writings)) {
    end_running(device, Outcome::WriteFailed,
                {"设备没有确认写入，是否生效不明。",
                 "The controller did not acknowledge; whether it took effect is not known."},
                ports);
    make_safe(*asked.device, device, true, {}, ports);
    return;
  }
  device.running->since_mono = ports.now().mono_ms;
  Kept written = accepted;
  written.outcome = Outcome::Written;
  state_.seen[command.id] = written;
  report(written, ports);
}

void Guard::end_running(DeviceState& device, Outcome outcome, Words reason, EdgePorts& ports) {
  if (!device.running) return;
  const Command command = std::move(device.running->command);
  device.running.reset();
  settle(command, outcome, std::move(reason), {}, ports);
}

void Guard::write_safe(const Device& device, DeviceState& state, EdgePorts& ports) {
  std::vector<std::pair<std::string, feel::Value>> writings;
  for (const Writing& writing : device.safe_state.writes) {
    // What cannot be computed now is left out; the rest is written all the same.
    Evaluated evaluated = writing.value.evaluate(ports, {});
    if (evaluated.value) writings.emplace_back(writing.tag, std::move(*evaluated.value));
  }
  ports.write(writings);
  state.safe_since = ports.now().mono_ms;
}

void Guard::make_safe(const Device& device, DeviceState& state, bool at_once, const Words& reason, EdgePorts& ports) {
  if (!at_once && state.running && device.safe_state.kind == SafeKind::Finish) {
    if (state.safe == SafeProgress::Finishing) return;
    state.safe = SafeProgress::Finishing;
    state.finish_until = ports.now().mono_ms + device.safe_state.finish_within_ms;
    return;
  }
  end_running(state, Outcome::Cancelled, reason, ports);
  state.safe = SafeProgress::Moving;
  write_safe(device, state, ports);
}

void Guard::lose_control(const Words& reason, EdgePorts& ports) {
  state_.armed = false;
  state_.bypasses.clear();
  for (const Device& device : site_->devices) {
    DeviceState& state = state_.devices[device.name];
    if (state.holder.empty() && !state.running) continue;
    state.holder = {};
    make_safe(device, state, false, reason, ports);
  }
}

void Guard::link_lost(EdgePorts& ports) {
  state_.lease_until_mono = -1;
  lose_control({"与中心的连接断开。", "The link to the centre broke."}, ports);
}

void Guard::watch_mode(const Device& device, DeviceState& state, EdgePorts& ports) {
  const bool engaged = !state.holder.empty() || state.running ||
                       (state.safe != SafeProgress::None && state.safe != SafeProgress::Confirmed);
  if (!engaged) return;
  const Verdict remote =
      judge(device.remote_when, ports, {}, {"现场已转为就地控制。", "The plant has switched to local control."});
  if (remote.passed) return;
  if (remote.known) {
    // Local has it: the commander loses the device, and nothing more is written.
    if (!state.holder.empty()) {
      ++state.epoch;
      keep({{}, Verb::Release, device.name, Outcome::Done, {}, {}, state.epoch, ports.now().wall_ms}, ports);
    }
    state.holder = {};
    state.safe = SafeProgress::None;
    end_running(state, Outcome::Cancelled, remote.reason, ports);
  } else if (!state.holder.empty()) {
    state.holder = {};
    make_safe(device, state, true, remote.reason, ports);
  }
}

void Guard::watch_running(const Device& device, DeviceState& state, EdgePorts& ports) {
  if (!state.running) return;
  const std::int64_t mono = ports.now().mono_ms;
  const Running running = *state.running;
  for (const InterlockState& one : interlocks_now(*site_, device.name, running.action->name, ports, running.parameters,
                                                  [&](const std::string& name) { return bypassed(name); })) {
    if (one.interlock->kind != InterlockKind::Interlock || one.passed || one.bypassed) continue;
    end_running(state, Outcome::Tripped,
                {one.interlock->labels.zh + "：" + one.reason.zh, one.interlock->labels.en + ": " + one.reason.en},
                ports);
    make_safe(device, state, true, {}, ports);
    return;
  }
  const Verdict done = judge(running.action->feedback, ports, running.parameters, {}, mono - running.since_mono);
  if (done.passed) {
    const bool finishing = state.safe == SafeProgress::Finishing;
    end_running(state, Outcome::Done, {}, ports);
    if (finishing) make_safe(device, state, true, {}, ports);
    return;
  }
  if (mono - running.since_mono > running.action->within_ms) {
    end_running(state, Outcome::TimedOut,
                {"现场没有在时限内证实。" + done.reason.zh, "The field did not confirm in time. " + done.reason.en},
                ports);
    make_safe(device, state, true, {}, ports);
  } else if (state.safe == SafeProgress::Finishing && mono > state.finish_until) {
    make_safe(device, state, true, {"没有在允许的时间内做完。", "It did not finish within the time allowed."}, ports);
  }
}

void Guard::watch_safe(const Device& device, DeviceState& state, EdgePorts& ports) {
  if (state.safe != SafeProgress::Moving && state.safe != SafeProgress::NotConfirmed) return;
  if (state.safe_since == never_written) return write_safe(device, state, ports);
  const std::int64_t since = ports.now().mono_ms - state.safe_since;
  if (judge(device.safe_state.confirmed_by, ports, {}, {}, since).passed) {
    state.safe = SafeProgress::Confirmed;
  } else if (since > device.safe_state.within_ms) {
    state.safe = SafeProgress::NotConfirmed;
    write_safe(device, state, ports);
  }
}

void Guard::tick(EdgePorts& ports) {
  const std::int64_t mono = ports.now().mono_ms;
  if (state_.armed && mono > state_.lease_until_mono) {
    lose_control(
        {"租约已过，中心的心跳没有按时到。", "The lease ran out: the centre's heartbeat did not arrive in time."},
        ports);
  }
  std::erase_if(state_.bypasses, [&](const auto& entry) { return mono >= entry.second.until_mono; });
  for (const Device& device : site_->devices) {
    DeviceState& state = state_.devices[device.name];
    watch_mode(device, state, ports);
    watch_running(device, state, ports);
    watch_safe(device, state, ports);
  }
  if (mono >= state_.next_beat_mono) {
    state_.next_beat_mono = mono + site_->heartbeat_ms;
    send_beat(ports);
  }
}

void Guard::send_beat(EdgePorts& ports) {
  const EdgeTime now = ports.now();
  EdgeBeat beat{state_.boot, site_->hash,  now.mono_ms,
                now.wall_ms, state_.armed, std::max<std::int64_t>(0, state_.lease_until_mono - now.mono_ms),
                "unknown",   {},           {}};
  if (const auto offset = clock_offset(now)) beat.clock = *offset <= 100 ? "known" : "apart";
  for (const Device& device : site_->devices) {
    const DeviceState& state = state_.devices[device.name];
    const Verdict remote = judge(device.remote_when, ports, {}, {});
    beat.devices.push_back({device.name, state.epoch, state.holder, state.next_sequence,
                            remote.passed  ? "remote"
                            : remote.known ? "local"
                                           : "unknown",
                            state.running ? state.running->command.id : std::string(),
                            std::string(name_of(state.safe))});
  }
  for (const auto& [name, bypass] : state_.bypasses) {
    beat.bypasses.push_back({name, bypass.until_mono - now.mono_ms, bypass.operators});
  }
  Fields fields = to_fields(beat);
  seal(fields, key_);
  ports.send(std::move(fields));
}

}  // namespace yuanqu::control
