#include "control/desk.hpp"

#include <algorithm>
#include <array>

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::size_t remembered = 1'000;
constexpr std::int64_t answer_grace_ms = 500;   // beyond the expiry, for the answer to come back
constexpr std::int64_t field_grace_ms = 2'000;  // beyond the time the field may take
constexpr std::array<std::string_view, 4> standing_names{"sent", "running", "finished", "unknown"};

Details details_of(const Command& command) {
  Details details{{"command", command.id}, {"verb", std::string(name_of(command.verb))}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) details.emplace_back(name, text);
  };
  add("device", command.device);
  add("action", command.action);
  add("subject", command.subject);
  if (command.minutes > 0) details.emplace_back("minutes", std::to_string(command.minutes));
  for (const auto& [name, text] : command.parameters) details.emplace_back("parameter " + name, text);
  for (const Operator& one : command.operators) {
    details.emplace_back("operator", one.user + " / " + one.session + " / " + one.station);
  }
  add("expected", command.expected_hash);
  details.emplace_back("issued_ms", std::to_string(command.issued_ms));
  details.emplace_back("expires_ms", std::to_string(command.expires_ms));
  details.emplace_back("epoch", std::to_string(command.epoch));
  details.emplace_back("sequence", std::to_string(command.sequence));
  return details;
}

}  // namespace

std::string_view name_of(Standing standing) { return standing_names[static_cast<std::size_t>(standing)]; }

Desk::Desk(const Site& site, const Key& key, std::string start) : site_(&site), key_(key) {
  state_.start = std::move(start);
}

bool Desk::connected(std::int64_t mono_ms) const {
  return state_.link_up && state_.edge && mono_ms - state_.edge_heard_mono <= site_->lease_ms;
}

const DeviceBeat* Desk::device(std::string_view name) const {
  if (!state_.edge) return nullptr;
  const auto found = std::find_if(state_.edge->devices.begin(), state_.edge->devices.end(),
                                  [&](const DeviceBeat& one) { return one.device == name; });
  return found == state_.edge->devices.end() ? nullptr : &*found;
}

const SentCommand* Desk::sent(const std::string& id) const {
  const auto found = state_.sent.find(id);
  return found == state_.sent.end() ? nullptr : &found->second;
}

const SentCommand* Desk::open_on(const std::string& device) const {
  const auto found = state_.open.find(device);
  return found == state_.open.end() ? nullptr : sent(found->second);
}

base::Result<void> Desk::may_issue(const Command& draft, const CentrePorts& ports) const {
  if (!connected(ports.mono_ms())) {
    return fail(ErrorCode::Unavailable, "与现场的连接中断，命令没有发出。",
                "The link to the plant is down; nothing was sent.");
  }
  const bool steers = draft.verb == Verb::Operate || draft.verb == Verb::Take || draft.verb == Verb::Bypass;
  if (steers && !armed()) {
    return fail(ErrorCode::Conflict, "现在只监视：请先投入控制。", "The centre only monitors now: arm control first.");
  }
  if (draft.verb != Verb::Operate) return {};
  if (const SentCommand* open = open_on(draft.device)) {
    return open->standing == Standing::Unknown
               ? fail(ErrorCode::Conflict, "上一条命令的结果不明：请先向现场查询。",
                      "What became of the last command is unknown: ask the plant first.", {.field = open->command.id})
               : fail(ErrorCode::Conflict, "上一条命令还在执行。", "The last command is still running.",
                      {.field = open->command.id});
  }
  const DeviceBeat* held = device(draft.device);
  if (held == nullptr || held->holder.empty() || draft.operators.empty() ||
      !(held->holder == draft.operators.front())) {
    return fail(ErrorCode::Conflict, "请先取得这台设备的控制权。", "Take command of the device first.");
  }
  return {};
}

base::Result<std::string> Desk::issue(Command draft, CentrePorts& ports) {
  if (auto may = may_issue(draft, ports); !may) return tl::unexpected(may.error());
  const Device* declared = draft.device.empty() ? nullptr : site_->device(draft.device);
  const Action* action = declared == nullptr ? nullptr : declared->action(draft.action);
  draft.id = ports.new_id();
  draft.plant = site_->plant;
  draft.site = site_->hash;
  draft.boot = state_.edge->boot;
  draft.issued_ms = ports.now_ms();
  const std::int64_t lifetime = action != nullptr            ? action->expires_ms
                                : draft.verb == Verb::Bypass ? hazardous_expiry_max_ms
                                                             : expiry_max_ms;
  draft.expires_ms = draft.issued_ms + lifetime;
  if (draft.verb == Verb::Operate) {
    const DeviceBeat* held = device(draft.device);
    draft.epoch = held->epoch;
    draft.sequence = held->next_sequence;
  }
  // Before it leaves, the record is on the disk.
  if (auto recorded = ports.record("command", details_of(draft)); !recorded) return tl::unexpected(recorded.error());
  SentCommand sent{draft};
  sent.sent_ms = draft.issued_ms;
  sent.deadline_mono = ports.mono_ms() + lifetime + answer_grace_ms;
  const std::string id = draft.id;
  state_.sent.emplace(id, sent);
  state_.order.push_back(id);
  if (draft.verb == Verb::Operate) state_.open[draft.device] = id;
  forget_old();
  Fields fields = to_fields(draft);
  seal(fields, key_);
  ports.send(std::move(fields));
  return id;
}

void Desk::forget_old() {
  while (state_.order.size() > remembered) {
    const auto oldest = std::find_if(state_.order.begin(), state_.order.end(),
                                     [&](const std::string& id) { return !state_.sent.at(id).open(); });
    if (oldest == state_.order.end()) return;
    state_.sent.erase(*oldest);
    state_.order.erase(oldest);
  }
}

void Desk::make_unknown(SentCommand& sent, const Words& reason, CentrePorts& ports) {
  if (sent.standing != Standing::Sent && sent.standing != Standing::Running) return;
  if (sent.command.verb == Verb::Ask) {  // a question that got no answer may simply be asked again
    sent.standing = Standing::Finished;
    return;
  }
  sent.standing = Standing::Unknown;
  sent.reason = reason;
  // That this could not be recorded changes nothing about it: the audit refuses the next command by itself.
  (void)ports.record("unknown", {{"command", sent.command.id}, {"reason", reason.en}});
}

void Desk::all_unknown(const Words& reason, CentrePorts& ports) {
  for (auto& [id, sent] : state_.sent) make_unknown(sent, reason, ports);
}

void Desk::receive(const Fields& fields, CentrePorts& ports) {
  const std::string_view kind = field(fields, "message");
  if (kind != "edge_beat" && kind != "report") return;
  if (!sealed_by(fields, key_)) return;
  kind == "report" ? receive_report(fields, ports) : receive_beat(fields, ports);
}

void Desk::receive_beat(const Fields& fields, CentrePorts& ports) {
  auto beat = edge_beat_from(fields);
  if (!beat) return;
  const bool restarted = state_.edge && state_.edge->boot != beat->boot;
  if (state_.edge && !restarted && beat->mono <= state_.edge->mono) return;
  if (restarted) {
    state_.armed = false;
    all_unknown({"现场程序已重启。", "The agent restarted."}, ports);
  } else if (state_.edge) {
    // A report may have told of a later sequence than this beat, which left before it.
    for (DeviceBeat& device : beat->devices) {
      const DeviceBeat* before = this->device(device.device);
      if (before == nullptr) continue;
      if (device.epoch == before->epoch) device.next_sequence = std::max(device.next_sequence, before->next_sequence);
    }
  }
  state_.edge = std::move(*beat);
  state_.edge_heard_mono = ports.mono_ms();
  state_.next_beat_mono = state_.edge_heard_mono;  // answered at the next tick
  if (!state_.edge->armed && state_.armed) {
    // Our arming may still be under way in the other direction only before its report; here it was reported.
    state_.armed = false;
  }
}

void Desk::receive_report(const Fields& fields, CentrePorts& ports) {
  const auto report = report_from(fields);
  if (!report) return;
  const bool present = state_.edge && state_.edge->boot == report->boot;
  if (present) {
    for (DeviceBeat& device : state_.edge->devices) {
      if (device.device != report->device || report->epoch < device.epoch) continue;
      if (report->epoch > device.epoch) device.next_sequence = 1;
      device.epoch = report->epoch;
      device.next_sequence = std::max(device.next_sequence, report->next_sequence);
    }
  }
  const auto found = state_.sent.find(report->command);
  if (found == state_.sent.end()) return;
  SentCommand& sent = found->second;
  if (sent.standing == Standing::Finished) return;
  const bool news = sent.outcome != report->outcome || sent.standing == Standing::Unknown;
  sent.outcome = report->outcome;
  sent.refusal = report->refusal;
  sent.reason = report->reason;
  if (is_final(report->outcome)) {
    sent.standing = Standing::Finished;
    const auto open = state_.open.find(sent.command.device);
    if (open != state_.open.end() && open->second == sent.command.id) state_.open.erase(open);
    if (sent.done() && present) {
      if (sent.command.verb == Verb::Arm) state_.armed = state_.edge->armed = true;
      if (sent.command.verb == Verb::Disarm) state_.armed = false;
      for (DeviceBeat& device : state_.edge->devices) {
        if (device.device != sent.command.device) continue;
        if (sent.command.verb == Verb::Take && device.epoch == report->epoch)
          device.holder = sent.command.operators.front();
        if (sent.command.verb == Verb::Release) device.holder = {};
      }
    }
  } else {
    const Device* device = site_->device(sent.command.device);
    const Action* action = device == nullptr ? nullptr : device->action(sent.command.action);
    sent.standing = Standing::Running;
    sent.deadline_mono = ports.mono_ms() + (action == nullptr ? 0 : action->within_ms) + field_grace_ms;
  }
  if (news) {
    (void)ports.record("outcome", {{"command", report->command},
                                   {"outcome", std::string(name_of(report->outcome))},
                                   {"refusal", report->refusal},
                                   {"reason", report->reason.en},
                                   {"agent_ms", std::to_string(report->at_ms)}});
  }
}

void Desk::link(bool up, CentrePorts& ports) {
  state_.link_up = up;
  if (up) return;
  state_.armed = false;
  all_unknown({"命令在途时连接中断。", "The link broke while the command was under way."}, ports);
}

void Desk::tick(CentrePorts& ports) {
  const std::int64_t mono = ports.mono_ms();
  for (auto& [id, sent] : state_.sent) {
    if (sent.open() && mono > sent.deadline_mono) {
      make_unknown(sent, {"没有按时收到结果。", "No result came in time."}, ports);
    }
  }
  if (state_.armed && !connected(mono)) {
    state_.armed = false;
    all_unknown({"现场的心跳中断。", "The agent's heartbeat stopped."}, ports);
  }
  if (!state_.link_up || !state_.edge || mono < state_.next_beat_mono) return;
  state_.next_beat_mono = mono + site_->heartbeat_ms;
  Fields fields = to_fields(CentreBeat{state_.edge->boot, state_.start, ++state_.beat_number, ports.now_ms(),
                                       state_.edge->mono, mono - state_.edge_heard_mono});
  seal(fields, key_);
  ports.send(std::move(fields));
}

}  // namespace yuanqu::control
