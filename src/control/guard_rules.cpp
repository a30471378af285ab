// The rules of the guard, one by one.

#include <array>

#include "control/guard.hpp"

namespace yuanqu::control {

namespace {

constexpr std::int64_t offset_max_ms = 100;
constexpr std::array<std::string_view, 21> rule_names{
    "seal",          "addressed",       "content",           "known", "seen",         "lifetime",
    "clock_unknown", "clock_apart",     "expired",           "disk",  "monitor_only", "lease",
    "not_remote",    "held_by_another", "not_the_commander", "epoch", "sequence",     "two_persons",
    "busy",          "state",           "interlock"};

Refusal refuse(Rule rule, std::string zh, std::string en) { return {rule, {std::move(zh), std::move(en)}}; }

}  // namespace

std::string_view name_of(Rule rule) { return rule_names[static_cast<std::size_t>(rule)]; }

const std::vector<Rule>& rules_of(Verb verb) {
  using enum Rule;
  static const std::vector<Rule> operate{Seal,      Addressed, Content,    Known, Seen,  Lifetime,  ClockKnown,
                                         ClockNear, Expired,   Disk,       Armed, Lease, Mode,      Holder,
                                         Epoch,     Sequence,  TwoPersons, Idle,  State, Interlocks};
  static const std::vector<Rule> arm{Seal,       Addressed, Content, Seen, Lifetime,
                                     ClockKnown, ClockNear, Expired, Disk, Lease};
  static const std::vector<Rule> take{Seal,      Addressed, Content, Known, Seen,  Lifetime, ClockKnown,
                                      ClockNear, Expired,   Disk,    Armed, Lease, Mode,     Free};
  static const std::vector<Rule> bypass{Seal,      Addressed, Content, Known, Seen,  Lifetime,  ClockKnown,
                                        ClockNear, Expired,   Disk,    Armed, Lease, TwoPersons};
  // What only makes things safer asks for less: no armed control, no lease, no measured clock.
  static const std::vector<Rule> safer{Seal, Addressed, Known, Seen, Expired};
  static const std::vector<Rule> hold{Seal, Addressed, Known, Seen, Expired, Mode};
  static const std::vector<Rule> ask{Seal, Addressed};
  switch (verb) {
    case Verb::Operate: return operate;
    case Verb::Arm: return arm;
    case Verb::Take: return take;
    case Verb::Bypass: return bypass;
    case Verb::Disarm:
    case Verb::Release:
    case Verb::Restore: return safer;
    case Verb::Hold: return hold;
    case Verb::Ask: return ask;
  }
  return operate;
}

std::optional<std::int64_t> Guard::clock_offset(const EdgeTime& now) const {
  if (!state_.clock || now.mono_ms - state_.clock->taken_mono > 10'000) return std::nullopt;
  const std::int64_t offset = now.wall_ms - (now.mono_ms + state_.clock->centre_minus_mono);
  return (offset < 0 ? -offset : offset) + state_.clock->uncertainty_ms;
}

std::optional<Refusal> Guard::examine(Rule rule, const Asked& asked, const EdgePorts& ports) const {
  const Command& command = asked.command;
  const EdgeTime now = ports.now();
  const auto found = state_.devices.find(command.device);
  const DeviceState* device = found == state_.devices.end() ? nullptr : &found->second;
  switch (rule) {
    case Rule::Seal:
      if (sealed_by(asked.fields, key_)) return std::nullopt;
      return refuse(rule, "签名不对。", "The seal is wrong.");
    case Rule::Addressed:
      if (command.plant == site_->plant && command.boot == state_.boot) return std::nullopt;
      return refuse(rule, "命令不是给这个厂区、这次启动的。",
                    "The command is for another plant or another start of the agent.");
    case Rule::Content:
      if (command.site == site_->hash) return std::nullopt;
      return refuse(rule, "中心与现场的设备定义不同，请使两端一致。",
                    "Centre and agent hold different declarations; make them equal.");
    case Rule::Known:
      if (asked.problem.en.empty()) return std::nullopt;
      return refuse(rule, asked.problem.zh, asked.problem.en);
    case Rule::Seen:
      if (!state_.seen.contains(command.id)) return std::nullopt;
      return refuse(rule, "这条命令已收到过，不再执行。", "This command was seen before and does not run again.");
    case Rule::Lifetime: {
      const std::int64_t most = asked.action != nullptr        ? asked.action->expires_ms
                                : command.verb == Verb::Bypass ? hazardous_expiry_max_ms
                                                               : expiry_max_ms;
      const std::int64_t lifetime = command.expires_ms - command.issued_ms;
      if (lifetime > 0 && lifetime <= most) return std::nullopt;
      return refuse(rule, "命令的有效期不合规定。", "The command is valid for longer than it may be.");
    }
    case Rule::ClockKnown:
      if (clock_offset(now)) return std::nullopt;
      return refuse(rule, "两端时钟之差未知。", "The difference of the clocks is not known.");
    case Rule::ClockNear:
      if (const auto offset = clock_offset(now); offset && *offset <= offset_max_ms) return std::nullopt;
      return refuse(rule, "两端时钟相差可能超过 100 毫秒。", "The clocks may be more than 100 ms apart.");
    case Rule::Expired: {
      // Commands that only make things safer are taken even with clocks unknown.
      const auto offset = clock_offset(now);
      const bool known = offset && *offset <= offset_max_ms;
      const bool timed = command.verb == Verb::Operate || command.verb == Verb::Arm || command.verb == Verb::Take ||
                         command.verb == Verb::Bypass;
      if (!known && !timed) return std::nullopt;
      // Issued in the future by more than the clocks can differ: not ours to believe.
      if (now.wall_ms <= command.expires_ms && command.issued_ms <= now.wall_ms + offset_max_ms) return std::nullopt;
      return refuse(rule, "命令已过期。", "The command has expired.");
    }
    case Rule::Disk:
      if (!state_.disk_failed) return std::nullopt;
      return refuse(rule, "现场的磁盘写不进，不能记录命令。",
                    "The agent's disk does not take records; nothing is commanded.");
    case Rule::Armed:
      if (state_.armed) return std::nullopt;
      return refuse(rule, "现场处于只监视状态，请先投入控制。", "The agent only monitors; arm control first.");
    case Rule::Lease:
      if (now.mono_ms <= state_.lease_until_mono) return std::nullopt;
      return refuse(rule, "租约已过，中心的心跳没有按时到。",
                    "The lease has run out: the centre's heartbeat did not arrive in time.");
    case Rule::Mode: {
      if (asked.device == nullptr) return std::nullopt;
      const Verdict verdict = judge(asked.device->remote_when, ports, {},
                                    {"现场已转为就地控制。", "The plant has switched to local control."});
      if (verdict.passed) return std::nullopt;
      return refuse(rule, verdict.reason.zh, verdict.reason.en);
    }
    case Rule::Free:
      if (device != nullptr && (device->holder.empty() || device->holder == command.operators.front()))
        return std::nullopt;
      return refuse(rule, "设备由 " + (device ? device->holder.user : "") + " 控制。",
                    "The device is commanded by " + (device ? device->holder.user : "") + ".");
    case Rule::Holder:
      if (device != nullptr && !device->holder.empty() && device->holder == command.operators.front())
        return std::nullopt;
      return refuse(rule, "请先取得这台设备的控制权。", "Take command of the device first.");
    case Rule::Epoch:
      if (device != nullptr && device->epoch == command.epoch) return std::nullopt;
      return refuse(rule, "控制权已更换，命令作废。", "Command of the device has changed hands; this one is void.");
    case Rule::Sequence:
      if (device != nullptr && device->next_sequence == command.sequence) return std::nullopt;
      return refuse(rule, "命令次序不对，之前有命令未到。",
                    "The command is out of sequence: one before it did not arrive.");
    case Rule::TwoPersons: {
      const bool needed = command.verb == Verb::Bypass || (asked.action != nullptr && asked.action->hazardous);
      const auto& people = command.operators;
      if (!needed || (people.size() == 2 && !people[1].empty() && people[0].user != people[1].user &&
                      people[0].session != people[1].session && people[0].station != people[1].station)) {
        return std::nullopt;
      }
      return refuse(rule, "此动作须两人在不同工位确认。", "This needs two persons at two stations.");
    }
    case Rule::Idle:
      if (device != nullptr && !device->running &&
          (device->safe == SafeProgress::None || device->safe == SafeProgress::Confirmed)) {
        return std::nullopt;
      }
      return refuse(rule, "设备正在动作或尚未回到安全状态。",
                    "The device is acting or has not reached its safe state.");
    case Rule::State: {
      if (asked.action == nullptr) return std::nullopt;
      std::vector<std::pair<std::string, std::int64_t>> declared;
      for (const ExpectedInput& one : asked.action->expected) declared.emplace_back(one.tag, one.max_age_ms);
      const auto hash = state_hash(*asked.action, ports);
      if (!hash) return refuse(rule, hash.error().zh, hash.error().en);
      if (declared == command.expected && *hash == command.expected_hash) return std::nullopt;
      return refuse(rule, "现场状态与选择时所见不同，请重新选择。",
                    "The plant is no longer as it was seen when this was selected; select again.");
    }
    case Rule::Interlocks: {
      if (asked.action == nullptr) return std::nullopt;
      const auto states = interlocks_now(*site_, command.device, command.action, ports, *asked.parameters,
                                         [&](const std::string& name) { return bypassed(name); });
      for (const InterlockState& one : states) {
        if (!one.passed && !one.bypassed) {
          return refuse(rule, one.interlock->labels.zh + "：" + one.reason.zh,
                        one.interlock->labels.en + ": " + one.reason.en);
        }
      }
      return std::nullopt;
    }
  }
  return refuse(rule, "内部错误。", "Internal error.");
}

}  // namespace yuanqu::control
