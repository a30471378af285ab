#include "control/batch.hpp"

#include <array>

namespace yuanqu::control {

namespace {

constexpr std::array<std::string_view, 9> state_names{"running", "holding",  "held",    "restarting", "stopping",
                                                      "stopped", "aborting", "aborted", "complete"};
constexpr std::array<std::string_view, 5> stage_names{"taking", "waiting", "commanding", "following", "confirming"};
constexpr std::int64_t safe_patience_ms = 30'000;  // for devices to report their safe state

Words plus(const std::string& zh, const std::string& en, const Words& reason) {
  return {zh + reason.zh, en + reason.en};
}

}  // namespace

std::string_view name_of(BatchState state) { return state_names[static_cast<std::size_t>(state)]; }
std::string_view name_of(Stage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

base::Result<Command> command_of(const RecipeCommand& command, const Batch& batch, const Site& site,
                                 const Readings& readings) {
  const Device* device = site.device(command.device);
  const Action* action = device == nullptr ? nullptr : device->action(command.action);
  if (action == nullptr) {
    return base::fail(base::ErrorCode::NotFound, "设备定义已改，没有 " + command.device + "." + command.action + "。",
                      "The declarations changed: there is no " + command.device + "." + command.action + ".");
  }
  Parameters given;
  for (const auto& [name, formula] : command.parameters) {
    Evaluated evaluated = formula.evaluate(readings, batch.parameters);
    if (!evaluated.value) {
      return base::fail(base::ErrorCode::Conflict, evaluated.reason.zh, evaluated.reason.en, {.field = name});
    }
    given.emplace_back(name, std::move(*evaluated.value));
  }
  auto admitted = admit_all(action->parameters, given);
  if (!admitted) return tl::unexpected(admitted.error());
  auto hash = state_hash(*action, readings);
  if (!hash) return tl::unexpected(hash.error());
  Command made;
  made.verb = Verb::Operate;
  made.device = command.device;
  made.action = command.action;
  for (const auto& [name, value] : *admitted) made.parameters.emplace_back(name, plain_text(value));
  for (const ExpectedInput& expected : action->expected) made.expected.emplace_back(expected.tag, expected.max_age_ms);
  made.expected_hash = std::move(*hash);
  made.operators = batch.operators;
  return made;
}

void Runner::change(Batch& batch, BatchState state, Words reason, CentrePorts& ports) {
  batch.state = state;
  batch.reason = std::move(reason);
  batch.changed_ms = ports.now_ms();
  batch.stage_since_mono = ports.mono_ms();
  (void)ports.record("batch", {{"batch", batch.id},
                               {"recipe", batch.recipe->name},
                               {"version", std::to_string(batch.recipe->version)},
                               {"state", std::string(name_of(state))},
                               {"step", batch.now().name},
                               {"reason", batch.reason.en}});
}

void Runner::enter(Batch& batch, Stage stage, CentrePorts& ports) {
  batch.stage = stage;
  batch.stage_since_mono = ports.mono_ms();
}

void Runner::begin_step(Batch& batch, CentrePorts& ports) {
  batch.command.clear();
  batch.step_since_mono = ports.mono_ms();
  batch.history.push_back(
      {batch.recipe->phases[batch.phase].name, batch.now().name, ports.now_ms(), 0, {}, "running", {}});
  enter(batch, Stage::Waiting, ports);
}

void Runner::end_step(Batch& batch, const char* result, CentrePorts& ports) {
  if (batch.history.empty() || batch.history.back().ended_ms != 0) return;
  batch.history.back().ended_ms = ports.now_ms();
  batch.history.back().result = result;
  batch.history.back().reason = batch.reason;
}

bool Runner::send(Batch& batch, const RecipeCommand& command, CentrePorts& ports, base::Error* why) {
  auto made = command_of(command, batch, site_, ports);
  auto sent = made ? desk_.issue(std::move(*made), ports) : base::Result<std::string>(tl::unexpected(made.error()));
  if (!sent) {
    *why = sent.error();
    return false;
  }
  batch.command = std::move(*sent);
  return true;
}

// The devices of the recipe are taken one after the other, in the name of the person who started the batch.
void Runner::take_devices(Batch& batch, CentrePorts& ports) {
  const auto devices = batch.recipe->devices();
  const Operator& commander = batch.operators.front();
  if (!batch.command.empty()) {
    const SentCommand* sent = desk_.sent(batch.command);
    if (sent != nullptr && (sent->standing == Standing::Sent || sent->standing == Standing::Running)) return;
    if (sent == nullptr || !sent->done()) {
      hold(batch, plus("没有取得设备：", "A device could not be taken: ", sent == nullptr ? Words{} : sent->reason),
           ports);
      return;
    }
    batch.command.clear();
  }
  while (batch.taking < devices.size()) {
    const DeviceBeat* device = desk_.device(devices[batch.taking]);
    if (device != nullptr && device->holder == commander) {
      ++batch.taking;
      continue;
    }
    Command take;
    take.verb = Verb::Take;
    take.device = devices[batch.taking];
    take.operators = {commander};
    auto sent = desk_.issue(std::move(take), ports);
    if (!sent) {
      hold(batch, {sent.error().zh, sent.error().en}, ports);
      return;
    }
    batch.command = std::move(*sent);
    return;
  }
  if (batch.state == BatchState::Restarting) change(batch, BatchState::Running, {}, ports);
  if (batch.skip) {
    batch.skip = false;
    begin_step(batch, ports);
    enter(batch, Stage::Confirming, ports);
  } else {
    begin_step(batch, ports);
  }
}

void Runner::run_step(Batch& batch, CentrePorts& ports) {
  const Step& step = batch.now();
  const std::int64_t mono = ports.mono_ms();
  if (batch.stage == Stage::Waiting) {
    if (step.when) {
      const Verdict verdict =
          judge(step.when, ports, batch.parameters,
                {"条件还不满足：" + step.when.text(), "The condition does not hold yet: " + step.when.text()});
      batch.reason = verdict.reason;
      if (!verdict.passed) {
        if (mono - batch.stage_since_mono > step.wait_ms) {
          hold(batch, plus("等待超时。", "Waited too long. ", verdict.reason), ports);
        }
        return;
      }
    }
    batch.reason = {};
    batch.step_since_mono = mono;
    enter(batch, step.command ? Stage::Commanding : Stage::Confirming, ports);
  }
  if (batch.stage == Stage::Commanding) {
    base::Error why;
    if (!send(batch, *step.command, ports, &why)) {
      hold(batch, {why.zh, why.en}, ports);
      return;
    }
    batch.history.back().command = batch.command;
    enter(batch, Stage::Following, ports);
    return;
  }
  if (batch.stage == Stage::Following) {
    const SentCommand* sent = desk_.sent(batch.command);
    if (sent == nullptr || sent->standing == Standing::Unknown) {
      hold(batch,
           {"命令的结果不明，请向现场查询后决定。",
            "What became of the command is unknown; ask the plant, then decide."},
           ports);
      return;
    }
    if (sent->standing == Standing::Finished) {
      if (!sent->done()) {
        hold(batch, sent->reason, ports);
        return;
      }
      enter(batch, Stage::Confirming, ports);
    }
  }
  if (batch.stage == Stage::Confirming) {
    Verdict verdict{true, true, {}};
    if (step.feedback) {
      verdict = judge(
          step.feedback, ports, batch.parameters,
          {"现场还没有证实：" + step.feedback.text(), "The field has not confirmed yet: " + step.feedback.text()});
      batch.reason = verdict.reason;
    }
    if (verdict.passed) {
      batch.reason = {};
      end_step(batch, "done", ports);
      (void)ports.record("step", {{"batch", batch.id}, {"step", step.name}, {"result", "done"}});
      if (++batch.step == batch.recipe->phases[batch.phase].steps.size()) {
        if (batch.phase + 1 == batch.recipe->phases.size()) {
          --batch.step;
          change(batch, BatchState::Complete, {}, ports);
          return;
        }
        ++batch.phase;
        batch.step = 0;
      }
      begin_step(batch, ports);
      return;
    }
  }
  if (mono - batch.step_since_mono > step.within_ms) {
    hold(batch, plus("步骤超时。", "The step took too long. ", batch.reason), ports);
  }
}

void Runner::run_abort(Batch& batch, CentrePorts& ports) {
  const auto& path = batch.now().on_abort ? *batch.now().on_abort : batch.recipe->abort;
  const auto end = [&](Words reason) {
    hold_devices(batch, ports);
    change(batch, BatchState::Aborted, std::move(reason), ports);
  };
  if (!batch.command.empty()) {
    const SentCommand* sent = desk_.sent(batch.command);
    const bool moving = sent != nullptr && (sent->standing == Standing::Sent || sent->standing == Standing::Running);
    if (moving && ports.mono_ms() - batch.stage_since_mono <= path[batch.path].within_ms) return;
    if (sent == nullptr || !sent->done()) {
      end(plus("中止路径没有走完：",
               "The abort path did not finish: ", sent == nullptr || moving ? batch.reason : sent->reason));
      return;
    }
    batch.command.clear();
    ++batch.path;
  }
  if (batch.path == path.size()) {
    end(batch.reason);
    return;
  }
  // The devices are still on their way to the safe state that began the abort.
  if (batch.path == 0 && !devices_safe(batch, ports) && ports.mono_ms() - batch.stage_since_mono <= safe_patience_ms)
    return;
  base::Error why;
  if (!send(batch, path[batch.path], ports, &why)) {
    end({"中止路径没有走完：" + why.zh, "The abort path did not finish: " + why.en});
    return;
  }
  batch.stage_since_mono = ports.mono_ms();
}

void Runner::hold_devices(Batch& batch, CentrePorts& ports) {
  for (const std::string& name : batch.recipe->devices()) {
    const DeviceBeat* device = desk_.device(name);
    if (device == nullptr || !(device->holder == batch.operators.front())) continue;
    Command command;
    command.verb = Verb::Hold;
    command.device = name;
    command.operators = {batch.operators.front()};
    // Without a link the agent does it by itself when the lease ends.
    (void)desk_.issue(std::move(command), ports);
  }
}

bool Runner::devices_safe(const Batch& batch, const CentrePorts& ports) const {
  if (!desk_.connected(ports.mono_ms())) return true;  // nothing more can be heard; the reason stands
  if (ports.mono_ms() - batch.stage_since_mono < 2 * site_.heartbeat_ms) return false;  // the beat must be a later one
  for (const std::string& name : batch.recipe->devices()) {
    const DeviceBeat* device = desk_.device(name);
    if (device != nullptr && (device->safe == "moving" || device->safe == "finishing")) return false;
  }
  return true;
}

void Runner::hold(Batch& batch, Words reason, CentrePorts& ports) {
  if (batch.closed() || batch.state == BatchState::Held || batch.state == BatchState::Holding) return;
  change(batch, BatchState::Holding, std::move(reason), ports);
  end_step(batch, "held", ports);
  hold_devices(batch, ports);
}

void Runner::stop(Batch& batch, Words reason, CentrePorts& ports) {
  if (batch.closed() || batch.state == BatchState::Stopping) return;
  change(batch, BatchState::Stopping, std::move(reason), ports);
  end_step(batch, "held", ports);
  hold_devices(batch, ports);
}

void Runner::abort(Batch& batch, Words reason, CentrePorts& ports) {
  if (batch.closed() || batch.state == BatchState::Aborting) return;
  change(batch, BatchState::Aborting, std::move(reason), ports);
  end_step(batch, "aborted", ports);
  batch.command.clear();
  batch.path = 0;
  hold_devices(batch, ports);
}

void Runner::resume(Batch& batch, bool skip, CentrePorts& ports) {
  batch.command.clear();
  batch.taking = 0;
  batch.skip = skip;
  change(batch, BatchState::Restarting, {}, ports);
  enter(batch, Stage::Taking, ports);
}

void Runner::advance(Batch& batch, CentrePorts& ports) {
  switch (batch.state) {
    case BatchState::Running:
    case BatchState::Restarting:
      if (!desk_.connected(ports.mono_ms()) || !desk_.armed()) {
        hold(batch, {"与现场的连接或控制中断。", "The link to the plant, or control, was lost."}, ports);
        return;
      }
      batch.stage == Stage::Taking ? take_devices(batch, ports) : run_step(batch, ports);
      return;
    case BatchState::Aborting: run_abort(batch, ports); return;
    case BatchState::Holding:
    case BatchState::Stopping: {
      const bool patient = ports.mono_ms() - batch.stage_since_mono <= safe_patience_ms;
      if (!devices_safe(batch, ports) && patient) return;
      change(batch, batch.state == BatchState::Holding ? BatchState::Held : BatchState::Stopped, batch.reason, ports);
      return;
    }
    default: return;
  }
}

}  // namespace yuanqu::control
