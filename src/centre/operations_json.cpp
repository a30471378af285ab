#include "centre/operations_json.hpp"

#include <boost/json.hpp>

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

json::object words(const control::Words& one) { return {{"zh", one.zh}, {"en", one.en}}; }

json::value plain_json(const feel::Value& value) {
  const std::string text = control::plain_text(value);
  if (text == "true" || text == "false") return text == "true";
  return value.is_null() ? json::value(nullptr) : json::value(text);
}

const char* quality_name(const control::Reading& reading) {
  if (reading.stale) return "stale";
  switch (reading.quality) {
    case control::Quality::Good: return "good";
    case control::Quality::Uncertain: return "uncertain";
    case control::Quality::Bad: return "bad";
  }
  return "bad";
}

json::array interlocks_json(const std::vector<control::InterlockState>& list) {
  json::array out;
  for (const control::InterlockState& one : list) {
    out.push_back(
        json::object{{"interlock", one.interlock->name},
                     {"labels", words(one.interlock->labels)},
                     {"kind", one.interlock->kind == control::InterlockKind::Interlock ? "interlock" : "permissive"},
                     {"passed", one.passed},
                     {"bypassed", one.bypassed},
                     {"reason", words(one.reason)}});
  }
  return out;
}

json::object running_json(const control::SentCommand& sent, const control::Device& device) {
  const control::Action* action = device.action(sent.command.action);
  return {{"command", sent.command.id},
          {"action", action != nullptr ? words(action->labels)
                                       : json::object{{"zh", std::string(name_of(sent.command.verb))},
                                                      {"en", std::string(name_of(sent.command.verb))}}},
          {"since", sent.sent_ms},
          {"standing", std::string(name_of(sent.standing))}};
}

json::object device_json(const control::DeviceView& view, std::int64_t lease_left_ms) {
  json::object out{{"device", view.device->name},
                   {"labels", words(view.device->labels)},
                   {"area", view.device->area},
                   {"safe", view.safe}};
  out["holder"] = view.holder.empty()
                      ? json::value(nullptr)
                      : json::value(json::object{{"user", view.holder.user}, {"station", view.holder.station}});
  out["remote"] = view.mode == "remote"  ? json::value(true)
                  : view.mode == "local" ? json::value(false)
                                         : json::value(nullptr);
  out["lease_left_ms"] = lease_left_ms;
  const bool open = view.last != nullptr && view.last->open() && !view.unknown;
  out["running"] = open ? json::value(running_json(*view.last, *view.device)) : json::value(nullptr);
  out["unknown"] =
      view.unknown && view.last != nullptr ? json::value(running_json(*view.last, *view.device)) : json::value(nullptr);
  // Each interlock once, though several actions share it.
  std::vector<control::InterlockState> interlocks;
  for (const control::ActionView& action : view.actions) {
    for (const control::InterlockState& one : action.interlocks) {
      bool known = false;
      for (const control::InterlockState& other : interlocks) known = known || other.interlock == one.interlock;
      if (!known) interlocks.push_back(one);
    }
  }
  out["interlocks"] = interlocks_json(interlocks);
  return out;
}

json::object batch_json(const control::BatchView& view) {
  const control::Batch& batch = *view.batch;
  json::array steps;
  bool past = !batch.closed() || batch.state != control::BatchState::Complete;
  for (std::size_t p = 0; p < batch.recipe->phases.size(); ++p) {
    const control::Phase& phase = batch.recipe->phases[p];
    for (std::size_t s = 0; s < phase.steps.size(); ++s) {
      const bool before = p < batch.phase || (p == batch.phase && s < batch.step);
      const bool here = p == batch.phase && s == batch.step;
      const bool moves = batch.state == control::BatchState::Running || batch.state == control::BatchState::Restarting;
      const char* state = !past || before ? "done" : here ? (moves ? "running" : "failed") : "waiting";
      steps.push_back(json::object{{"phase", words(phase.labels)},
                                   {"step", phase.name + "." + phase.steps[s].name},
                                   {"labels", words(phase.steps[s].labels)},
                                   {"state", state}});
    }
  }
  json::object waits{{"zh", ""}, {"en", ""}};
  if (view.step != nullptr && !batch.closed()) {
    static constexpr std::pair<const char*, const char*> stages[] = {{"取得设备", "taking devices"},
                                                                     {"等待条件", "waits for its condition"},
                                                                     {"发出命令", "commanding"},
                                                                     {"等待反馈", "waits for feedback"},
                                                                     {"确认", "confirming"}};
    const auto& [zh, en] = stages[static_cast<std::size_t>(batch.stage)];
    waits = {{"zh", zh}, {"en", en}};
  }
  std::string by;
  for (const control::Operator& one : batch.operators) by += (by.empty() ? "" : " + ") + one.user;
  return {{"batch", batch.id},
          {"recipe", batch.recipe->name},
          {"version", batch.recipe->version},
          {"labels", words(batch.recipe->labels)},
          {"state", std::string(name_of(batch.state))},
          {"steps", std::move(steps)},
          {"since", batch.changed_ms},
          {"waits_for", std::move(waits)},
          {"left_ms", view.left_ms > 0 ? json::value(view.left_ms / 1000 * 1000) : json::value(nullptr)},
          {"reason", words(batch.reason)},
          {"by", by}};
}

json::object selection_json(const control::Selection& one, const control::Site& site, const control::Recipes& recipes) {
  control::Words labels;
  bool hazardous = one.needs_approval;
  if (const control::Device* device = site.device(one.device); device != nullptr) {
    const control::Action* action = device->action(one.action);
    if (action != nullptr) {
      labels = {device->labels.zh + " " + action->labels.zh, device->labels.en + ": " + action->labels.en};
      hazardous = action->hazardous;
    }
  }
  if (const auto* version = one.recipe.empty() ? nullptr : recipes.find(one.recipe, one.version);
      version != nullptr && version->recipe)
    labels = version->recipe->labels;
  if (const control::Interlock* interlock = one.interlock.empty() ? nullptr : site.interlock(one.interlock);
      interlock != nullptr)
    labels = {"旁路 " + interlock->labels.zh, "Bypass: " + interlock->labels.en};
  std::string given;
  for (const auto& [name, value] : one.parameters)
    given += (given.empty() ? " " : ", ") + name + " = " + control::plain_text(value);
  json::array values;
  for (const control::LiveValue& value : one.values) {
    values.push_back(json::object{{"name", value.name},
                                  {"value", plain_json(value.reading.value)},
                                  {"quality", quality_name(value.reading)},
                                  {"age_ms", value.reading.age_ms}});
  }
  return {{"selection", one.id},
          {"kind", std::string(name_of(one.what))},
          {"labels", json::object{{"zh", labels.zh + given}, {"en", labels.en + given}}},
          {"device", one.device},
          {"by", one.requester.user},
          {"station", one.requester.station},
          {"session", one.requester.session},
          {"valid_until", one.valid_until_ms},
          {"read_back", one.read_back},
          {"values", std::move(values)},
          {"interlocks", interlocks_json(one.interlocks)},
          {"needs_approval", one.needs_approval},
          {"approved_by", one.approver ? one.approver->user : ""},
          {"approved_station", one.approver ? one.approver->station : ""},
          {"hazardous", hazardous}};
}

json::array parameters_json(const std::vector<control::Parameter>& list) {
  json::array out;
  for (const control::Parameter& one : list) {
    out.push_back(
        json::object{{"name", one.name},
                     {"labels", words(one.labels)},
                     {"unit", one.unit},
                     {"boolean", one.boolean},
                     {"least", one.boolean ? "" : one.least.to_string()},
                     {"greatest", one.boolean ? "" : one.greatest.to_string()},
                     {"decimals", one.decimals},
                     {"standard", one.standard ? json::value(one.standard->to_string()) : json::value(nullptr)}});
  }
  return out;
}

}  // namespace

json::object picture_json(const control::View& view, const control::Site& site, const control::Recipes& recipes) {
  json::array devices, batches, selections, bypasses, alarms;
  for (const control::DeviceView& one : view.devices)
    devices.push_back(device_json(one, view.lease_left_ms > 0 ? 1 : 0));
  std::size_t shown = 0;
  for (const control::BatchView& one : view.batches) {
    if (++shown <= 6) batches.push_back(batch_json(one));
  }
  for (const control::Selection* one : view.selections) selections.push_back(selection_json(*one, site, recipes));
  for (const control::BypassView& one : view.bypasses) {
    std::string by;
    for (const control::Operator& person : one.people) by += (by.empty() ? "" : " + ") + person.user;
    bypasses.push_back(json::object{{"interlock", one.interlock->name},
                                    {"labels", words(one.interlock->labels)},
                                    {"until", view.now_ms + one.left_ms / 1000 * 1000},
                                    {"by", by},
                                    {"approved_by", ""}});
  }
  for (const control::ControlAlarm& one : view.alarms)
    alarms.push_back(json::object{{"id", one.id}, {"labels", words(one.text)}, {"since", 0}, {"priority", ""}});
  json::object why{{"zh", ""}, {"en", ""}};
  if (view.audit_failed)
    why = {{"zh", "审计写不进磁盘，不能发出任何命令。"}, {"en", "The audit cannot be written; no command leaves."}};
  else if (!view.link_up)
    why = {{"zh", "与消息服务器断开，只能监视。"}, {"en", "The broker is not connected; monitor only."}};
  else if (!view.connected)
    why = {{"zh", "收不到边缘代理的心跳，只能监视。"}, {"en", "No heartbeat from the edge agent; monitor only."}};
  else if (!view.content_equal)
    why = {{"zh", "中心与边缘代理的联锁内容不一致，不能遥控。"},
           {"en", "Centre and agent hold different interlocks; control is off."}};
  return {
      {"available", true},
      {"armed", view.armed},
      {"link", view.link_up},
      {"agent_age_ms", view.agent_silent_ms < 0 ? json::value(nullptr) : json::value(view.agent_silent_ms / 500 * 500)},
      {"why", std::move(why)},
      {"devices", std::move(devices)},
      {"batches", std::move(batches)},
      {"selections", std::move(selections)},
      {"bypasses", std::move(bypasses)},
      {"alarms", std::move(alarms)}};
}

json::object declarations_json(const control::Site& site, const control::Recipes& recipes) {
  json::array devices, interlocks, list;
  for (const control::Device& device : site.devices) {
    json::array actions;
    for (const control::Action& action : device.actions)
      actions.push_back(json::object{{"action", action.name},
                                     {"labels", words(action.labels)},
                                     {"hazardous", action.hazardous},
                                     {"parameters", parameters_json(action.parameters)}});
    devices.push_back(json::object{{"device", device.name},
                                   {"labels", words(device.labels)},
                                   {"area", device.area},
                                   {"actions", std::move(actions)}});
  }
  for (const control::Interlock& one : site.interlocks)
    interlocks.push_back(json::object{
        {"interlock", one.name},
        {"labels", words(one.labels)},
        {"reason", words(one.reason)},
        {"bypass_minutes", one.bypass_max_minutes > 0 ? json::value(one.bypass_max_minutes) : json::value(nullptr)}});
  for (const auto& [name, versions] : recipes.all()) {
    const auto* newest = recipes.newest_released(name);
    if (newest == nullptr || !newest->recipe) continue;
    json::array steps;
    for (const control::Phase& phase : newest->recipe->phases) {
      for (const control::Step& step : phase.steps)
        steps.push_back(json::object{
            {"phase", words(phase.labels)}, {"step", phase.name + "." + step.name}, {"labels", words(step.labels)}});
    }
    list.push_back(json::object{{"recipe", name},
                                {"version", newest->recipe->version},
                                {"labels", words(newest->recipe->labels)},
                                {"parameters", parameters_json(newest->recipe->parameters)},
                                {"hazardous", newest->recipe->hazardous(site)},
                                {"steps", std::move(steps)}});
  }
  return {{"available", true},
          {"devices", std::move(devices)},
          {"interlocks", std::move(interlocks)},
          {"recipes", std::move(list)}};
}

}  // namespace yuanqu::centre
