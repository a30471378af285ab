#include "control/console.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/secret.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

std::string AuditedPorts::new_id() {
  std::string bytes = base::random_bytes(16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string text = base::to_hex(bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
  return text;
}

Console::Console(const Site& site, Recipes& recipes, const Rights& rights, const Key& key, CentrePorts& ports)
    : site_(site),
      recipes_(recipes),
      rights_(rights),
      ports_(ports),
      desk_(site, key, base::random_token(16)),
      runner_(site, desk_) {}

// ---- who may

void Console::unlock(const Actor& actor) { touched_mono_[actor.session] = ports_.mono_ms(); }

void Console::touch(const Actor& actor) {
  if (!locked(actor)) touched_mono_[actor.session] = ports_.mono_ms();
}

void Console::forget(const std::string& session) {
  touched_mono_.erase(session);
  std::erase_if(selections_, [&](const auto& entry) { return entry.second.requester.session == session; });
}

bool Console::locked(const Actor& actor) const {
  const auto found = touched_mono_.find(actor.session);
  return found == touched_mono_.end() || ports_.mono_ms() - found->second > idle_lock_ms;
}

base::Result<void> Console::may(const Actor& actor, const std::string& area, Right right, bool needs_open_lock) const {
  if (actor.user.empty() || actor.session.empty() || actor.station.empty()) {
    return fail(ErrorCode::Unauthenticated, "请先登录，并在已命名的工位上操作。", "Sign in, at a named station.");
  }
  if (auto allowed = rights_.need(actor.user, site_.plant, area, right); !allowed) return allowed;
  if (needs_open_lock && locked(actor)) {
    return fail(ErrorCode::Unauthenticated, "操作已锁定：请输入口令解锁。监视不受影响。",
                "Control is locked: enter your password. Looking goes on.", {.field = "lock"});
  }
  return {};
}

base::Result<const Device*> Console::device_of(const std::string& name) const {
  if (const Device* device = site_.device(name)) return device;
  return fail(ErrorCode::NotFound, "没有设备 " + name + "。", "There is no device " + name + ".", {.field = name});
}

base::Result<std::string> Console::issue(const Actor& actor, Verb verb, const std::string& device,
                                         const std::string& subject) {
  Command command;
  command.verb = verb;
  command.device = device;
  command.subject = subject;
  command.operators = {actor};
  return desk_.issue(std::move(command), ports_);
}

base::Result<std::string> Console::arm(const Actor& actor) {
  if (auto allowed = may(actor, "*", Right::Arm); !allowed) return tl::unexpected(allowed.error());
  if (desk_.edge() && desk_.edge()->site != site_.hash) {
    return fail(ErrorCode::Conflict, "中心与现场的设备定义不同，请使两端一致后再投入。",
                "Centre and agent hold different declarations; make them equal, then arm.");
  }
  return issue(actor, Verb::Arm, {}, {});
}

base::Result<std::string> Console::disarm(const Actor& actor) {
  if (auto allowed = may(actor, "*", Right::Arm, false); !allowed) return tl::unexpected(allowed.error());
  return issue(actor, Verb::Disarm, {}, {});
}

base::Result<std::string> Console::take(const Actor& actor, const std::string& device) {
  auto found = device_of(device);
  if (!found) return tl::unexpected(found.error());
  if (auto allowed = may(actor, (*found)->area, Right::Operate); !allowed) return tl::unexpected(allowed.error());
  return issue(actor, Verb::Take, device, {});
}

base::Result<std::string> Console::release(const Actor& actor, const std::string& device) {
  auto found = device_of(device);
  if (!found) return tl::unexpected(found.error());
  const DeviceBeat* beat = desk_.device(device);
  const bool own = beat != nullptr && beat->holder == actor;
  auto allowed = own ? may(actor, (*found)->area, Right::Operate, false) : may(actor, "*", Right::Arm);
  if (!allowed) return tl::unexpected(allowed.error());
  return issue(actor, Verb::Release, device, {});
}

base::Result<std::string> Console::hold_device(const Actor& actor, const std::string& device) {
  auto found = device_of(device);
  if (!found) return tl::unexpected(found.error());
  if (auto allowed = may(actor, (*found)->area, Right::Operate, false); !allowed)
    return tl::unexpected(allowed.error());
  return issue(actor, Verb::Hold, device, {});
}

base::Result<std::string> Console::restore(const Actor& actor, const std::string& interlock) {
  if (site_.interlock(interlock) == nullptr) {
    return fail(ErrorCode::NotFound, "没有联锁 " + interlock + "。", "There is no interlock " + interlock + ".");
  }
  Selection selection;
  selection.what = SelectedWhat::Bypass;
  selection.interlock = interlock;
  if (auto allowed = may(actor, area_of(selection), Right::Bypass, false); !allowed)
    return tl::unexpected(allowed.error());
  return issue(actor, Verb::Restore, {}, interlock);
}

base::Result<std::string> Console::ask(const Actor& actor, const std::string& command) {
  const SentCommand* sent = desk_.sent(command);
  if (sent == nullptr) {
    return fail(ErrorCode::NotFound, "这次启动以来没有这条命令。", "There was no such command since this start.");
  }
  const Device* device = site_.device(sent->command.device);
  if (auto allowed = may(actor, device == nullptr ? "*" : device->area, Right::Operate, false); !allowed) {
    return tl::unexpected(allowed.error());
  }
  return issue(actor, Verb::Ask, sent->command.device, command);
}

// ---- batches

base::Result<Batch*> Console::batch_of(const std::string& id) {
  const auto found = std::find_if(batches_.begin(), batches_.end(), [&](const Batch& batch) { return batch.id == id; });
  if (found == batches_.end()) return fail(ErrorCode::NotFound, "没有这个批次。", "There is no such batch.");
  return &*found;
}

base::Result<void> Console::may_run(const Actor& actor, const Recipe& recipe, Right right, bool needs_open_lock) const {
  for (const std::string& name : recipe.devices()) {
    const Device* device = site_.device(name);
    if (auto allowed = may(actor, device == nullptr ? "*" : device->area, right, needs_open_lock); !allowed)
      return allowed;
  }
  return {};
}

base::Result<void> Console::hold(const Actor& actor, const std::string& id) {
  auto batch = batch_of(id);
  if (!batch) return tl::unexpected(batch.error());
  if (auto allowed = may_run(actor, *(*batch)->recipe, Right::RunRecipes, false); !allowed) return allowed;
  if ((*batch)->state != BatchState::Running && (*batch)->state != BatchState::Restarting) {
    return fail(ErrorCode::Conflict, "批次没有在运行。", "The batch is not running.");
  }
  runner_.hold(**batch, {actor.user + " 保持。", "Held by " + actor.user + "."}, ports_);
  return keep_batch(**batch);
}

base::Result<void> Console::stop(const Actor& actor, const std::string& id) {
  auto batch = batch_of(id);
  if (!batch) return tl::unexpected(batch.error());
  if (auto allowed = may_run(actor, *(*batch)->recipe, Right::RunRecipes, false); !allowed) return allowed;
  if ((*batch)->closed()) return fail(ErrorCode::Conflict, "批次已结束。", "The batch has ended.");
  runner_.stop(**batch, {actor.user + " 停止。", "Stopped by " + actor.user + "."}, ports_);
  return keep_batch(**batch);
}

base::Result<void> Console::abort(const Actor& actor, const std::string& id) {
  auto batch = batch_of(id);
  if (!batch) return tl::unexpected(batch.error());
  if (auto allowed = may_run(actor, *(*batch)->recipe, Right::RunRecipes, false); !allowed) return allowed;
  if ((*batch)->closed()) return fail(ErrorCode::Conflict, "批次已结束。", "The batch has ended.");
  runner_.abort(**batch, {actor.user + " 中止。", "Aborted by " + actor.user + "."}, ports_);
  return keep_batch(**batch);
}

// ---- recipes

base::Result<std::string> Console::write_recipe(const Actor& actor, const std::string& text, Faults* faults) {
  if (auto allowed = may(actor, "*", Right::EditRecipes); !allowed) return tl::unexpected(allowed.error());
  auto recipe = recipes_.write(actor.user, text);
  if (!recipe) {
    if (faults != nullptr) *faults = recipe.error();
    return tl::unexpected(recipe.error().front());
  }
  const std::string version = std::to_string((*recipe)->version);
  (void)ports_.record(
      "recipe_written",
      {{"recipe", (*recipe)->name}, {"version", version}, {"hash", (*recipe)->hash}, {"user", actor.user}});
  return (*recipe)->name + " v" + version;
}

base::Result<void> Console::release_recipe(const Actor& actor, const std::string& recipe, int version) {
  if (auto allowed = may(actor, "*", Right::ReleaseRecipes); !allowed) return allowed;
  if (auto recorded = ports_.record("recipe_released",
                                    {{"recipe", recipe}, {"version", std::to_string(version)}, {"user", actor.user}});
      !recorded) {
    return recorded;
  }
  return recipes_.release(actor.user, recipe, version);
}

// ---- time

void Console::tick() {
  desk_.tick(ports_);
  const std::int64_t mono = ports_.mono_ms();
  std::erase_if(selections_, [&](const auto& entry) { return mono > entry.second.valid_until_mono; });
  tick_batches();
}

void Console::tick_batches() {
  for (Batch& batch : batches_) {
    if (batch.closed()) continue;
    runner_.advance(batch, ports_);
    (void)keep_batch(batch);
  }
}

}  // namespace yuanqu::control
