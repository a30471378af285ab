#include "control/view.hpp"

#include <algorithm>

namespace yuanqu::control {

namespace {

Words blocked(const Device& device, const ActionView& action, const View& view, const DeviceView& state,
              const Readings& readings) {
  if (!view.connected) return {"与现场的连接中断。", "The link to the plant is down."};
  if (!view.armed) return {"只监视：未投入控制。", "Monitor-only: control is not armed."};
  if (view.audit_failed)
    return {"审计写不进磁盘，不能操作。", "The audit cannot be written; nothing may be commanded."};
  const Verdict remote = judge(device.remote_when, readings, {}, {"现场为就地控制。", "The plant has local control."});
  if (!remote.passed) return remote.reason;
  if (state.unknown)
    return {"上一条命令结果不明，请先查询。", "What became of the last command is unknown; ask first."};
  if (!state.running.empty()) return {"设备正在动作。", "The device is acting."};
  if (!state.safe.empty() && state.safe != "confirmed")
    return {"设备正在回到安全状态。", "The device is returning to its safe state."};
  for (const ExpectedInput& expected : action.action->expected) {
    const Reading reading = readings.read(expected.tag);
    if (!reading.usable() || reading.age_ms > expected.max_age_ms) {
      return {expected.tag + " 的值不可信或已过时。", expected.tag + " is bad or stale."};
    }
  }
  for (const InterlockState& one : action.interlocks) {
    if (!one.passed && !one.bypassed)
      return {one.interlock->labels.zh + "：" + one.reason.zh, one.interlock->labels.en + ": " + one.reason.en};
  }
  return {};
}

// What a person must know of, from what stands in the view.
void add_alarms(View& view) {
  const auto add = [&](std::string id, std::string area, Urgency urgency, Words text, Words advice) {
    view.alarms.push_back({std::move(id), std::move(area), urgency, std::move(text), std::move(advice)});
  };
  if (!view.connected && view.agent_silent_ms >= 0) {
    add("link", "", Urgency::High, {"与现场的连接中断", "The link to the plant is down"},
        {"现场设备已按声明回到安全状态；查明原因后由人重新投入控制。",
         "Devices went to their declared safe state; find the cause, then arm control again."});
  }
  if (view.audit_failed) {
    add("audit", "", Urgency::Critical,
        {"审计写不进磁盘，停止一切命令", "The audit cannot be written; no command leaves"},
        {"腾出磁盘空间并重启中心。", "Make room on the disk and restart the centre."});
  }
  if (view.connected && view.clock == "apart") {
    add("clock", "", Urgency::High,
        {"中心与现场的时钟相差超过 100 毫秒", "The clocks of centre and plant are more than 100 ms apart"},
        {"校准时钟；在此之前命令被拒绝。", "Set the clocks; until then commands are refused."});
  }
  if (view.connected && !view.content_equal) {
    add("content", "", Urgency::High, {"中心与现场的设备定义不同", "Centre and agent hold different declarations"},
        {"使两端一致；在此之前命令被拒绝。", "Make them equal; until then commands are refused."});
  }
  for (const BypassView& bypass : view.bypasses) {
    add("bypass." + bypass.interlock->name, "", Urgency::High,
        {"联锁被旁路：" + bypass.interlock->labels.zh, "Interlock bypassed: " + bypass.interlock->labels.en},
        {"尽快恢复。", "Restore it as soon as possible."});
  }
  for (const DeviceView& device : view.devices) {
    const Device& declared = *device.device;
    if (device.unknown) {
      add("unknown." + declared.name, declared.area, Urgency::Critical,
          {declared.labels.zh + "：命令结果不明", declared.labels.en + ": what became of a command is unknown"},
          {"向现场查询，看现场状态，再决定。", "Ask the plant, look at its state, then decide."});
    } else if (device.last != nullptr && device.last->standing == Standing::Finished && device.last->outcome) {
      const Outcome outcome = *device.last->outcome;
      if (outcome == Outcome::TimedOut || outcome == Outcome::Tripped || outcome == Outcome::WriteFailed ||
          outcome == Outcome::Interrupted) {
        add("failed." + declared.name, declared.area, Urgency::High,
            {declared.labels.zh + "：" + device.last->reason.zh, declared.labels.en + ": " + device.last->reason.en},
            {"查明原因；设备保持在安全状态。", "Find the cause; the device stays in its safe state."});
      }
    }
    if (device.safe == "not_confirmed") {
      add("unsafe." + declared.name, declared.area, Urgency::Critical,
          {declared.labels.zh + "：安全状态未得到现场证实",
           declared.labels.en + ": the field does not confirm the safe state"},
          {"立即通知现场人员就地处理。", "Call the people at the plant at once."});
    }
  }
  for (const BatchView& one : view.batches) {
    if (one.batch->state != BatchState::Held && one.batch->state != BatchState::Holding) continue;
    add("batch." + one.batch->id, "", Urgency::High,
        {one.batch->recipe->labels.zh + " 已保持：" + one.batch->reason.zh,
         one.batch->recipe->labels.en + " is held: " + one.batch->reason.en},
        {"查明原因，然后继续、停止或中止。", "Find the cause, then resume, stop or abort."});
  }
}

}  // namespace

View Console::view() const {
  View view;
  const std::int64_t mono = ports_.mono_ms();
  view.now_ms = ports_.now_ms();
  view.link_up = desk_.link_up();
  view.connected = desk_.connected(mono);
  view.armed = view.connected && desk_.armed();
  view.audit_failed = ports_.record_failed();
  if (desk_.edge()) {
    view.agent_silent_ms = mono - desk_.edge_heard_mono();
    view.clock = desk_.edge()->clock;
    view.lease_left_ms = view.connected ? desk_.edge()->lease_left_ms : 0;
    view.content_equal = desk_.edge()->site == site_.hash;
    for (const BypassBeat& bypass : desk_.edge()->bypasses) {
      const Interlock* interlock = site_.interlock(bypass.interlock);
      if (interlock != nullptr) view.bypasses.push_back({interlock, bypass.left_ms, bypass.operators});
    }
  }
  for (const Device& device : site_.devices) {
    DeviceView shown;
    shown.device = &device;
    shown.mode = "unknown";
    if (const DeviceBeat* beat = desk_.device(device.name)) {
      shown.holder = beat->holder;
      shown.epoch = beat->epoch;
      shown.mode = view.connected ? beat->mode : "unknown";
      shown.running = beat->running;
      shown.safe = beat->safe;
    }
    for (auto id = desk_.order().rbegin(); id != desk_.order().rend() && shown.last == nullptr; ++id) {
      const SentCommand* sent = desk_.sent(*id);
      if (sent->command.device == device.name && sent->command.verb == Verb::Operate) shown.last = sent;
    }
    const SentCommand* open = desk_.open_on(device.name);
    shown.unknown = open != nullptr && open->standing == Standing::Unknown;
    for (const Action& action : device.actions) {
      ActionView one{&action,
                     interlocks_now(site_, device.name, action.name, ports_, {},
                                    [&](const std::string& name) { return bypassed(name); }),
                     {}};
      one.blocked = blocked(device, one, view, shown, ports_);
      shown.actions.push_back(std::move(one));
    }
    view.devices.push_back(std::move(shown));
  }
  for (const Batch& batch : batches_) {
    const Step& step = batch.now();
    BatchView one{&batch, &batch.recipe->phases[batch.phase], &step, mono - batch.stage_since_mono, 0};
    if (batch.state == BatchState::Running && batch.stage != Stage::Taking) {
      one.left_ms = batch.stage == Stage::Waiting ? (step.when ? step.wait_ms - one.in_stage_ms : 0)
                                                  : step.within_ms - (mono - batch.step_since_mono);
      one.left_ms = std::max<std::int64_t>(0, one.left_ms);
    }
    view.batches.push_back(one);
  }
  std::stable_sort(view.batches.begin(), view.batches.end(), [](const BatchView& a, const BatchView& b) {
    if (a.batch->closed() != b.batch->closed()) return b.batch->closed();
    return a.batch->began_ms > b.batch->began_ms;
  });
  for (const auto& [id, selection] : selections_) {
    if (mono <= selection.valid_until_mono) view.selections.push_back(&selection);
  }
  for (auto id = desk_.order().rbegin(); id != desk_.order().rend() && view.commands.size() < 100; ++id) {
    view.commands.push_back(desk_.sent(*id));
  }
  add_alarms(view);
  return view;
}

}  // namespace yuanqu::control
