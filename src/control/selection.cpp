// Select, approve, operate.

#include <algorithm>
#include <array>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "control/console.hpp"
#include "control/texts.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::array<std::string_view, 4> what_names{"action", "recipe", "resume", "bypass"};

std::string read_back_of(const Selection& selection) {
  std::vector<std::string> texts{
      selection.id,        std::string(name_of(selection.what)), selection.device,       selection.action,
      selection.recipe,    std::to_string(selection.version),    selection.batch,        selection.skip ? "1" : "0",
      selection.interlock, std::to_string(selection.minutes),    selection.expected_hash};
  for (const auto& [name, value] : selection.parameters) texts.insert(texts.end(), {name, plain_text(value)});
  for (const LiveValue& one : selection.values) texts.insert(texts.end(), {one.tag, plain_text(one.reading.value)});
  for (const InterlockState& one : selection.interlocks) {
    texts.insert(texts.end(), {one.interlock->name, one.passed ? "passed" : one.bypassed ? "bypassed" : "blocked"});
  }
  return base::to_hex(base::sha256(join_texts(texts)));
}

void add_values(Selection& selection, const Inputs& inputs, const Readings& readings) {
  for (const auto& [name, tag] : inputs) {
    const bool shown = std::any_of(selection.values.begin(), selection.values.end(),
                                   [&wanted = tag](const LiveValue& one) { return one.tag == wanted; });
    if (!shown) selection.values.push_back({name, tag, readings.read(tag)});
  }
}

}  // namespace

std::string_view name_of(SelectedWhat what) { return what_names[static_cast<std::size_t>(what)]; }

bool Console::bypassed(const std::string& interlock) const {
  if (!desk_.edge()) return false;
  return std::any_of(desk_.edge()->bypasses.begin(), desk_.edge()->bypasses.end(),
                     [&](const BypassBeat& one) { return one.interlock == interlock; });
}

std::string Console::area_of(const Selection& selection) const {
  if (selection.what == SelectedWhat::Action) {
    const Device* device = site_.device(selection.device);
    return device == nullptr ? "*" : device->area;
  }
  // An interlock of devices of several areas is a matter of the whole plant.
  std::string area;
  const Interlock* interlock = site_.interlock(selection.interlock);
  if (interlock == nullptr) return "*";
  for (const std::string& target : interlock->applies_to) {
    const Device* device = site_.device(target.substr(0, target.find('.')));
    if (device == nullptr || (!area.empty() && area != device->area)) return "*";
    area = device->area;
  }
  return area.empty() ? "*" : area;
}

base::Result<Selection> Console::keep(Selection selection, const Actor& actor) {
  selection.id = base::random_token(12);
  selection.requester = actor;
  selection.made_ms = ports_.now_ms();
  selection.valid_until_ms = selection.made_ms + select_valid_ms;
  selection.valid_until_mono = ports_.mono_ms() + select_valid_ms;
  selection.read_back = read_back_of(selection);
  if (auto recorded = ports_.record("select", {{"selection", selection.id},
                                               {"what", std::string(name_of(selection.what))},
                                               {"device", selection.device},
                                               {"action", selection.action},
                                               {"recipe", selection.recipe},
                                               {"batch", selection.batch},
                                               {"interlock", selection.interlock},
                                               {"read_back", selection.read_back},
                                               {"user", actor.user},
                                               {"session", actor.session},
                                               {"station", actor.station}});
      !recorded) {
    return tl::unexpected(recorded.error());
  }
  return selections_[selection.id] = std::move(selection);
}

base::Result<Selection> Console::select(const Actor& actor, const std::string& device, const std::string& action,
                                        const Parameters& parameters) {
  auto found = device_of(device);
  if (!found) return tl::unexpected(found.error());
  if (auto allowed = may(actor, (*found)->area, Right::Operate); !allowed) return tl::unexpected(allowed.error());
  const Action* chosen = (*found)->action(action);
  if (chosen == nullptr) {
    return fail(ErrorCode::NotFound, "设备没有动作 " + action + "。", "The device has no action " + action + ".");
  }
  auto admitted = admit_all(chosen->parameters, parameters);
  if (!admitted) return tl::unexpected(admitted.error());
  auto hash = state_hash(*chosen, ports_);
  if (!hash) return tl::unexpected(hash.error());
  Selection selection;
  selection.device = device;
  selection.action = action;
  selection.parameters = std::move(*admitted);
  selection.expected_hash = std::move(*hash);
  selection.needs_approval = chosen->hazardous;
  for (const ExpectedInput& expected : chosen->expected) add_values(selection, {{expected.name, expected.tag}}, ports_);
  add_values(selection, chosen->feedback.reads(), ports_);
  selection.interlocks = interlocks_now(site_, device, action, ports_, selection.parameters,
                                        [&](const std::string& name) { return bypassed(name); });
  return keep(std::move(selection), actor);
}

base::Result<Selection> Console::select_recipe(const Actor& actor, const std::string& recipe,
                                               const Parameters& parameters, int version) {
  const Recipes::Version* found = version == 0 ? recipes_.newest_released(recipe) : recipes_.find(recipe, version);
  if (found == nullptr) {
    return fail(ErrorCode::NotFound, "没有可运行的工艺 " + recipe + "。",
                "There is no recipe " + recipe + " that may be run.");
  }
  if (auto allowed = may_run(actor, *found->recipe, Right::RunRecipes); !allowed)
    return tl::unexpected(allowed.error());
  if (!found->released()) {
    return fail(ErrorCode::Conflict, "这个版本还没有批准，不能运行。",
                "This version is not released and cannot be run.");
  }
  auto admitted = admit_all(found->recipe->parameters, parameters);
  if (!admitted) return tl::unexpected(admitted.error());
  for (const Batch& batch : batches_) {
    if (batch.closed()) continue;
    for (const std::string& device : batch.recipe->devices()) {
      const auto mine = found->recipe->devices();
      if (std::find(mine.begin(), mine.end(), device) == mine.end()) continue;
      return fail(ErrorCode::Conflict, "设备 " + device + " 正由另一个批次使用。",
                  "The device " + device + " is in use by another batch.", {.field = batch.id});
    }
  }
  Selection selection;
  selection.what = SelectedWhat::Recipe;
  selection.recipe = recipe;
  selection.version = found->recipe->version;
  selection.parameters = std::move(*admitted);
  selection.needs_approval = found->recipe->hazardous(site_);
  add_values(selection, found->recipe->phases.front().steps.front().when.reads(), ports_);
  add_values(selection, found->recipe->phases.front().steps.front().feedback.reads(), ports_);
  return keep(std::move(selection), actor);
}

base::Result<Selection> Console::select_resume(const Actor& actor, const std::string& id, bool skip) {
  auto batch = batch_of(id);
  if (!batch) return tl::unexpected(batch.error());
  const Recipe& recipe = *(*batch)->recipe;
  if (auto allowed = may_run(actor, recipe, Right::RunRecipes); !allowed) return tl::unexpected(allowed.error());
  if ((*batch)->state != BatchState::Held) {
    return fail(ErrorCode::Conflict, "只有已保持的批次可以继续。", "Only a held batch can be resumed.");
  }
  const Step& step = (*batch)->now();
  if (skip && !step.feedback) {
    return fail(ErrorCode::Conflict, "这一步没有自己的现场证实，不能跳过。",
                "This step has no feedback of its own and cannot be passed over.");
  }
  Selection selection;
  selection.what = SelectedWhat::Resume;
  selection.batch = id;
  selection.skip = skip;
  selection.recipe = recipe.name;
  selection.version = recipe.version;
  selection.parameters = (*batch)->parameters;
  selection.needs_approval = recipe.hazardous(site_);
  add_values(selection, step.when.reads(), ports_);
  add_values(selection, step.feedback.reads(), ports_);
  return keep(std::move(selection), actor);
}

base::Result<Selection> Console::select_bypass(const Actor& actor, const std::string& interlock, int minutes) {
  const Interlock* found = site_.interlock(interlock);
  if (found == nullptr) {
    return fail(ErrorCode::NotFound, "没有联锁 " + interlock + "。", "There is no interlock " + interlock + ".");
  }
  Selection selection;
  selection.what = SelectedWhat::Bypass;
  selection.interlock = interlock;
  selection.minutes = minutes;
  selection.needs_approval = true;
  if (auto allowed = may(actor, area_of(selection), Right::Bypass); !allowed) return tl::unexpected(allowed.error());
  if (found->bypass_max_minutes == 0) {
    return fail(ErrorCode::Forbidden, "这个联锁任何时候都不许旁路。", "This interlock may never be bypassed.");
  }
  if (minutes < 1 || minutes > found->bypass_max_minutes) {
    const std::string most = std::to_string(found->bypass_max_minutes);
    return fail(ErrorCode::Invalid, "旁路时间应在 1 … " + most + " 分钟之间。",
                "A bypass lasts 1 … " + most + " minutes.", {.field = "minutes"});
  }
  add_values(selection, found->condition.reads(), ports_);
  const Verdict verdict = judge(found->condition, ports_, {}, found->reason);
  selection.interlocks.push_back({found, verdict.passed, bypassed(interlock), verdict.reason});
  return keep(std::move(selection), actor);
}

base::Result<void> Console::withdraw(const Actor& actor, const std::string& id) {
  const auto found = selections_.find(id);
  if (found == selections_.end() || !(found->second.requester == actor)) {
    return fail(ErrorCode::NotFound, "选择已过期或不存在。", "The selection has expired or does not exist.");
  }
  selections_.erase(found);
  return {};
}

base::Result<void> Console::approve(const Actor& actor, const std::string& id, const std::string& read_back) {
  const auto found = selections_.find(id);
  if (found == selections_.end() || ports_.mono_ms() > found->second.valid_until_mono) {
    return fail(ErrorCode::NotFound, "选择已过期，请重新选择。", "The selection has expired; select again.");
  }
  Selection& selection = found->second;
  const Actor& asked = selection.requester;
  if (actor.user == asked.user || actor.session == asked.session || actor.station == asked.station) {
    return fail(ErrorCode::Forbidden, "确认须由另一个人、用另一个会话、在另一个工位进行。",
                "Another person must approve, in another session, at another station.");
  }
  base::Result<void> allowed;
  if (selection.what == SelectedWhat::Bypass) {
    allowed = may(actor, area_of(selection), Right::Bypass);
  } else if (selection.what == SelectedWhat::Action) {
    allowed = may(actor, area_of(selection), Right::Approve);
  } else {
    const Recipes::Version* version = recipes_.find(selection.recipe, selection.version);
    if (version == nullptr)
      return fail(ErrorCode::NotFound, "没有这个工艺版本。", "There is no such version of the recipe.");
    allowed = may_run(actor, *version->recipe, Right::Approve);
  }
  if (!allowed) return allowed;
  if (!selection.needs_approval)
    return fail(ErrorCode::Conflict, "这个动作不需要第二人。", "This needs no second person.");
  if (selection.approver) return fail(ErrorCode::Conflict, "已经有人确认。", "Somebody has approved it already.");
  if (!base::equal_in_constant_time(read_back, selection.read_back)) {
    return fail(ErrorCode::Conflict, "您看到的内容与选择时不同，请核对后重新选择。",
                "What you saw is not what was selected; look again and have it selected anew.", {.field = "read_back"});
  }
  if (auto recorded = ports_.record("approve", {{"selection", id},
                                                {"read_back", read_back},
                                                {"user", actor.user},
                                                {"session", actor.session},
                                                {"station", actor.station},
                                                {"asked_by", asked.user}});
      !recorded) {
    return recorded;
  }
  selection.approver = actor;
  return {};
}

base::Result<std::string> Console::operate(const Actor& actor, const std::string& id) {
  const auto found = selections_.find(id);
  if (found == selections_.end() || ports_.mono_ms() > found->second.valid_until_mono) {
    return fail(ErrorCode::NotFound, "选择已过期，请重新选择。", "The selection has expired; select again.");
  }
  if (!(found->second.requester == actor)) {
    return fail(ErrorCode::Forbidden, "须由选择的人在同一屏幕上执行。",
                "Whoever selected must operate, on the same screen.");
  }
  if (found->second.needs_approval && !found->second.approver) {
    return fail(ErrorCode::Conflict, "还没有第二人确认。", "A second person has not approved yet.");
  }
  // Rights may have been taken away in between.
  const Right right = found->second.what == SelectedWhat::Action   ? Right::Operate
                      : found->second.what == SelectedWhat::Bypass ? Right::Bypass
                                                                   : Right::RunRecipes;
  const std::string area = found->second.what == SelectedWhat::Action || found->second.what == SelectedWhat::Bypass
                               ? area_of(found->second)
                               : std::string();
  if (!area.empty()) {
    if (auto allowed = may(actor, area, right); !allowed) return tl::unexpected(allowed.error());
  } else if (const auto* version = recipes_.find(found->second.recipe, found->second.version)) {
    if (auto allowed = may_run(actor, *version->recipe, right); !allowed) return tl::unexpected(allowed.error());
  }
  const Selection selection = std::move(found->second);
  selections_.erase(found);  // it serves once
  std::vector<Operator> people{actor};
  if (selection.approver) people.push_back(*selection.approver);
  switch (selection.what) {
    case SelectedWhat::Action: return operate_action(selection, std::move(people));
    case SelectedWhat::Recipe: return start(selection, std::move(people));
    case SelectedWhat::Resume: return continue_batch(selection, std::move(people));
    case SelectedWhat::Bypass: {
      Command command;
      command.verb = Verb::Bypass;
      command.subject = selection.interlock;
      command.minutes = selection.minutes;
      command.operators = std::move(people);
      return desk_.issue(std::move(command), ports_);
    }
  }
  return fail(ErrorCode::Internal, "内部错误。", "Internal error.");
}

base::Result<std::string> Console::operate_action(const Selection& selection, std::vector<Operator> people) {
  for (const Batch& batch : batches_) {
    if (batch.closed() || batch.state == BatchState::Held) continue;
    const auto devices = batch.recipe->devices();
    if (std::find(devices.begin(), devices.end(), selection.device) != devices.end()) {
      return fail(ErrorCode::Conflict, "设备正由批次使用，请先保持该批次。",
                  "A batch uses the device; hold the batch first.", {.field = batch.id});
    }
  }
  const Action* action = site_.device(selection.device)->action(selection.action);
  Command command;
  command.device = selection.device;
  command.action = selection.action;
  for (const auto& [name, value] : selection.parameters) command.parameters.emplace_back(name, plain_text(value));
  for (const ExpectedInput& expected : action->expected)
    command.expected.emplace_back(expected.tag, expected.max_age_ms);
  command.expected_hash = selection.expected_hash;
  command.operators = std::move(people);
  return desk_.issue(std::move(command), ports_);
}

base::Result<std::string> Console::start(const Selection& selection, std::vector<Operator> people) {
  const Recipes::Version* version = recipes_.find(selection.recipe, selection.version);
  if (version == nullptr || !version->released()) {
    return fail(ErrorCode::Conflict, "这个版本不能运行。", "This version may not be run.");
  }
  if (!desk_.armed() || !desk_.connected(ports_.mono_ms())) {
    return fail(ErrorCode::Conflict, "现在只监视：请先投入控制。", "The centre only monitors now: arm control first.");
  }
  Batch batch;
  batch.id = ports_.new_id();
  batch.recipe = version->recipe;
  batch.parameters = selection.parameters;
  batch.operators = std::move(people);
  batch.began_ms = batch.changed_ms = ports_.now_ms();
  batch.stage_since_mono = ports_.mono_ms();
  Details details{{"batch", batch.id},
                  {"recipe", selection.recipe},
                  {"version", std::to_string(selection.version)},
                  {"hash", batch.recipe->hash}};
  for (const auto& [name, value] : batch.parameters) details.emplace_back("parameter " + name, plain_text(value));
  for (const Operator& one : batch.operators)
    details.emplace_back("operator", one.user + " / " + one.session + " / " + one.station);
  if (auto recorded = ports_.record("batch_started", details); !recorded) return tl::unexpected(recorded.error());
  if (auto kept = keep_batch(batch); !kept) return tl::unexpected(kept.error());
  batches_.push_back(std::move(batch));
  return batches_.back().id;
}

base::Result<std::string> Console::continue_batch(const Selection& selection, std::vector<Operator> people) {
  auto batch = batch_of(selection.batch);
  if (!batch) return tl::unexpected(batch.error());
  if ((*batch)->state != BatchState::Held)
    return fail(ErrorCode::Conflict, "批次已不在保持状态。", "The batch is no longer held.");
  if (!desk_.armed() || !desk_.connected(ports_.mono_ms())) {
    return fail(ErrorCode::Conflict, "现在只监视：请先投入控制。", "The centre only monitors now: arm control first.");
  }
  Details details{{"batch", (*batch)->id}, {"step", (*batch)->now().name}, {"skip", selection.skip ? "true" : "false"}};
  for (const Operator& one : people)
    details.emplace_back("operator", one.user + " / " + one.session + " / " + one.station);
  if (auto recorded = ports_.record("batch_resumed", details); !recorded) return tl::unexpected(recorded.error());
  (*batch)->operators = std::move(people);
  runner_.resume(**batch, selection.skip, ports_);
  if (auto kept = keep_batch(**batch); !kept) return tl::unexpected(kept.error());
  return (*batch)->id;
}

}  // namespace yuanqu::control
