// Reading `interlocks/<plant>.yaml`.

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "control/declarations.hpp"
#include "control/site.hpp"

namespace yuanqu::control {

namespace {

class SiteReader : Declarations {
 public:
  SiteReader(std::string place, std::vector<base::Error>& faults, const Site::TagLookup& tags,
             const Site::AreaLookup& areas)
      : Declarations(std::move(place), faults), tags_(tags), areas_(areas) {}

  Site read(const std::string& text) {
    const YAML::Node document = yaml.load(text);
    if (!document.IsDefined()) return {};
    // Expressions need the inputs, wherever they stand in the file.
    if (document.IsMap() && document["inputs"]) site_.inputs = read_inputs(document["inputs"], tags_);
    YAML::Node devices, interlocks, watchdog;
    yaml.entries(document, place(), {"plant", "edge", "watchdog", "inputs", "devices", "interlocks"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "plant") site_.plant = yaml.name(value, key);
                   if (key == "edge") read_edge(value);
                   if (key == "watchdog") {
                     site_.watchdog = yaml.text(value, key);
                     need_writable(value, site_.watchdog);
                   }
                   if (key == "devices") devices.reset(value);
                   if (key == "interlocks") interlocks.reset(value);
                 });
    if (site_.plant.empty())
      yaml.fault(document, "plant", "请写 plant：厂区的名。", "Write plant: the name of the plant.");
    if (site_.group.empty() || site_.node.empty()) {
      yaml.fault(document, "edge", "请写 edge：{group, node}。", "Write edge: {group, node}.");
    }
    each(devices, "devices", [&](const YAML::Node& node) { read_device(node); });
    each(interlocks, "interlocks", [&](const YAML::Node& node) { read_interlock(node); });
    if (site_.devices.empty()) yaml.fault(document, "devices", "至少写一台设备。", "Declare at least one device.");
    site_.hash = base::to_hex(base::sha256(text));
    return std::move(site_);
  }

 private:
  void need_writable(const YAML::Node& node, const std::string& tag) {
    const Site::TagKnowledge knowledge = tags_(tag);
    if (!knowledge.exists) {
      yaml.fault(node, tag, "厂区里没有点 " + tag + "。", "The plant has no tag " + tag + ".");
    } else if (!knowledge.writable) {
      yaml.fault(node, tag, "点 " + tag + " 不能写：来源应是 Modbus 线圈或保持寄存器。",
                 "Tag " + tag + " cannot be written: its source must be a Modbus coil or holding register.");
    }
  }

  void read_edge(const YAML::Node& node) {
    yaml.entries(node, "edge", {"group", "node", "heartbeat_ms", "lease_ms"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "group") site_.group = yaml.text(value, key);
                   if (key == "node") site_.node = yaml.text(value, key);
                   // The rules ask for 250 ms and 1 s: a plant may be stricter, never laxer.
                   if (key == "heartbeat_ms") site_.heartbeat_ms = yaml.integer(value, key, 50, 250).value_or(250);
                   if (key == "lease_ms") site_.lease_ms = yaml.integer(value, key, 200, 1'000).value_or(1'000);
                 });
    if (site_.lease_ms < 3 * site_.heartbeat_ms) {
      yaml.fault(node, "lease_ms", "lease_ms 至少是 heartbeat_ms 的三倍。",
                 "lease_ms must be at least three heartbeats.");
    }
  }

  std::vector<Writing> read_writes(const YAML::Node& node, const std::string& field,
                                   const std::vector<std::string>& parameters) {
    std::vector<Writing> writes;
    if (!node.IsMap()) {
      yaml.fault(node, field, field + " 应写成“点: 表达式”。", field + " must be written as `tag: expression`.");
      return writes;
    }
    for (const auto& entry : node) {
      Writing writing{entry.first.Scalar(), formula(entry.second, field, site_.inputs, parameters)};
      need_writable(entry.first, writing.tag);
      writes.push_back(std::move(writing));
    }
    return writes;
  }

  void read_safe_state(const YAML::Node& node, SafeState& safe) {
    std::string kind;
    yaml.entries(node, "safe_state", {"kind", "finish_within_ms", "write", "confirmed_by", "within_ms"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "kind") kind = yaml.text(value, key);
                   if (key == "finish_within_ms") {
                     safe.finish_within_ms = yaml.integer(value, key, 1, 3'600'000).value_or(0);
                   }
                   if (key == "write") safe.writes = read_writes(value, key, {});
                   if (key == "confirmed_by") safe.confirmed_by = formula(value, key, site_.inputs, {});
                   if (key == "within_ms") safe.within_ms = yaml.integer(value, key, 1, 60'000).value_or(0);
                 });
    if (kind == "hold")
      safe.kind = SafeKind::Hold;
    else if (kind == "finish")
      safe.kind = SafeKind::Finish;
    else if (kind != "stop")
      yaml.fault(node, "kind", "kind 应是 stop、hold 或 finish。", "kind must be stop, hold or finish.");
    if (safe.writes.empty())
      yaml.fault(node, "write", "安全状态要写明写什么。", "A safe state must say what is written.");
    if (!safe.confirmed_by) {
      yaml.fault(node, "confirmed_by", "请写 confirmed_by：现场如何证实已安全。",
                 "Write confirmed_by: how the field tells that it is safe.");
    }
    if (safe.within_ms == 0) yaml.fault(node, "within_ms", "请写 within_ms。", "Write within_ms.");
    if ((safe.kind == SafeKind::Finish) != (safe.finish_within_ms > 0)) {
      yaml.fault(node, "finish_within_ms", "kind: finish 要有 finish_within_ms，其他不要。",
                 "kind: finish needs finish_within_ms, the others have none.");
    }
  }

  void read_action(const YAML::Node& node, Device& device) {
    Action action;
    std::int64_t expires = 0;
    if (node.IsMap() && node["parameters"]) action.parameters = read_parameters(node["parameters"]);
    std::vector<std::string> names;
    for (const Parameter& parameter : action.parameters) names.push_back(parameter.name);
    yaml.entries(node, "action",
                 {"action", "labels", "hazardous", "expires_ms", "parameters", "expected_state", "write", "feedback",
                  "within_ms"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "action") action.name = yaml.name(value, key);
                   if (key == "labels") action.labels = words(value, key);
                   if (key == "hazardous") action.hazardous = yaml.boolean(value, key);
                   if (key == "expires_ms") expires = yaml.integer(value, key, 50, expiry_max_ms).value_or(0);
                   if (key == "expected_state") {
                     each(value, key, [&](const YAML::Node& item) { read_expected(item, action); });
                   }
                   if (key == "write") action.writes = read_writes(value, key, names);
                   if (key == "feedback") action.feedback = formula(value, key, site_.inputs, names);
                   if (key == "within_ms") action.within_ms = yaml.integer(value, key, 1, 86'400'000).value_or(0);
                 });
    const std::int64_t most = action.hazardous ? hazardous_expiry_max_ms : expiry_max_ms;
    if (expires > most) {
      yaml.fault(node, "expires_ms", "危险动作的命令至多 1 秒有效。",
                 "A hazardous command is valid for one second at most.");
    }
    action.expires_ms = expires > 0 ? std::min(expires, most) : most;
    if (device.action(action.name) != nullptr) {
      yaml.fault(node, action.name, "动作 " + action.name + " 写了两次。", "Action " + action.name + " stands twice.");
    }
    if (action.expected.empty()) {
      yaml.fault(node, "expected_state", "请写 expected_state：操作所依据的点。",
                 "Write expected_state: the tags the command rests on.");
    }
    if (action.writes.empty())
      yaml.fault(node, "write", "请写 write：向设备写什么。", "Write write: what the device gets.");
    if (!action.feedback || action.feedback.reads().empty()) {
      yaml.fault(node, "feedback", "请写 feedback：现场的哪个读数表示成功。",
                 "Write feedback: which reading of the field is the success.");
    }
    if (action.within_ms == 0) yaml.fault(node, "within_ms", "请写 within_ms。", "Write within_ms.");
    device.actions.push_back(std::move(action));
  }

  void read_expected(const YAML::Node& node, Action& action) {
    ExpectedInput expected;
    yaml.entries(node, "expected_state", {"input", "max_age_ms", "step"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "input") expected.name = yaml.text(value, key);
                   if (key == "max_age_ms") expected.max_age_ms = yaml.integer(value, key, 1, 60'000).value_or(0);
                   if (key == "step") {
                     expected.step = base::Decimal::parse(yaml.text(value, key));
                     if (!expected.step || *expected.step <= base::Decimal(0)) {
                       yaml.fault(value, key, "step 应是正数。", "step must be a positive number.");
                       expected.step.reset();
                     }
                   }
                 });
    const auto input = std::find_if(site_.inputs.begin(), site_.inputs.end(),
                                    [&](const auto& entry) { return entry.first == expected.name; });
    if (input == site_.inputs.end()) {
      yaml.fault(node, "input", "inputs 里没有 " + expected.name + "。", "inputs has no " + expected.name + ".");
      return;
    }
    if (expected.max_age_ms == 0) yaml.fault(node, "max_age_ms", "请写 max_age_ms。", "Write max_age_ms.");
    expected.tag = input->second;
    action.expected.push_back(std::move(expected));
  }

  void read_device(const YAML::Node& node) {
    Device device;
    YAML::Node actions;
    bool safe = false;
    yaml.entries(node, "device", {"device", "labels", "area", "remote_when", "safe_state", "actions"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "device") device.name = yaml.name(value, key);
                   if (key == "labels") device.labels = words(value, key);
                   if (key == "area") {
                     device.area = yaml.text(value, key);
                     if (!areas_(device.area)) {
                       yaml.fault(value, key, "厂区里没有区域 " + device.area + "。",
                                  "The plant has no area " + device.area + ".");
                     }
                   }
                   if (key == "remote_when") device.remote_when = formula(value, key, site_.inputs, {});
                   if (key == "safe_state") {
                     safe = true;
                     read_safe_state(value, device.safe_state);
                   }
                   if (key == "actions") actions.reset(value);
                 });
    if (site_.device(device.name) != nullptr) {
      yaml.fault(node, device.name, "设备 " + device.name + " 写了两次。", "Device " + device.name + " stands twice.");
    }
    if (device.area.empty()) yaml.fault(node, "area", "请写 area。", "Write area.");
    if (!device.remote_when) {
      yaml.fault(node, "remote_when", "请写 remote_when：现场的远程/就地开关。",
                 "Write remote_when: the switch at the plant that says remote.");
    }
    if (!safe) yaml.fault(node, "safe_state", "请写 safe_state。", "Write safe_state.");
    each(actions, "actions", [&](const YAML::Node& item) { read_action(item, device); });
    site_.devices.push_back(std::move(device));
  }

  void read_interlock(const YAML::Node& node) {
    Interlock interlock;
    std::string kind;
    yaml.entries(node, "interlock", {"interlock", "labels", "kind", "applies_to", "condition", "reason", "bypass"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "interlock") interlock.name = yaml.name(value, key);
                   if (key == "labels") interlock.labels = words(value, key);
                   if (key == "kind") kind = yaml.text(value, key);
                   if (key == "applies_to") {
                     interlock.applies_to = yaml.texts(value, key);
                     for (const std::string& target : interlock.applies_to) need_target(value, target);
                   }
                   if (key == "condition") interlock.condition = formula(value, key, site_.inputs, {});
                   if (key == "reason") interlock.reason = words(value, key);
                   if (key == "bypass") {
                     yaml.entries(value, key, {"max_minutes"}, [&](const std::string& name, const YAML::Node& minutes) {
                       interlock.bypass_max_minutes = static_cast<int>(yaml.integer(minutes, name, 1, 480).value_or(0));
                     });
                   }
                 });
    if (kind == "interlock")
      interlock.kind = InterlockKind::Interlock;
    else if (kind != "permissive") {
      yaml.fault(node, "kind", "kind 应是 interlock 或 permissive。", "kind must be interlock or permissive.");
    }
    if (site_.interlock(interlock.name) != nullptr) {
      yaml.fault(node, interlock.name, "联锁 " + interlock.name + " 写了两次。",
                 "Interlock " + interlock.name + " stands twice.");
    }
    if (!interlock.condition) yaml.fault(node, "condition", "请写 condition。", "Write condition.");
    if (interlock.reason.zh.empty())
      yaml.fault(node, "reason", "请写 reason：为何不许。", "Write reason: why it blocks.");
    if (interlock.applies_to.empty()) yaml.fault(node, "applies_to", "请写 applies_to。", "Write applies_to.");
    site_.interlocks.push_back(std::move(interlock));
  }

  void need_target(const YAML::Node& node, const std::string& target) {
    const auto dot = target.find('.');
    const Device* device = site_.device(target.substr(0, dot));
    if (device != nullptr && (dot == std::string::npos || device->action(target.substr(dot + 1)) != nullptr)) return;
    yaml.fault(node, "applies_to", "没有设备或动作 " + target + "。", "There is no device or action " + target + ".");
  }

  const Site::TagLookup& tags_;
  const Site::AreaLookup& areas_;
  Site site_;
};

}  // namespace

tl::expected<Site, std::vector<base::Error>> Site::read(const std::string& text, const std::string& place,
                                                        const TagLookup& tags, const AreaLookup& areas) {
  std::vector<base::Error> faults;
  Site site = SiteReader(place, faults, tags, areas).read(text);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return site;
}

}  // namespace yuanqu::control
