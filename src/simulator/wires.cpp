#include "simulator/wires.hpp"

#include <yaml-cpp/yaml.h>

#include <set>

namespace yuanqu::simulator {
namespace {

constexpr std::pair<const char*, Table> tables[] = {
    {"input", Table::Input}, {"discrete", Table::Discrete}, {"coil", Table::Coil}, {"holding", Table::Holding}};

struct Fault {
  std::size_t row;
  std::string zh, en;
};

[[noreturn]] void refuse(const YAML::Node& node, std::string zh, std::string en) {
  throw Fault{static_cast<std::size_t>(node.Mark().line + 1), std::move(zh), std::move(en)};
}

YAML::Node need(const YAML::Node& node, const char* key) {
  if (!node.IsMap() || !node[key]) refuse(node, std::string("缺少 ") + key + "。", std::string(key) + " is missing.");
  return node[key];
}

void read_device(const YAML::Node& node, const YAML::Node& layouts, Wires& wires) {
  const int unit = need(node, "unit").as<int>();
  const int base = node["base"] ? node["base"].as<int>() : 0;
  const auto of = need(node, "of").as<std::string>();
  const auto layout = need(node, "layout").as<std::string>();
  if (unit < 1 || unit > 247 || base < 0 || base > 60'000)
    refuse(node, "单元或基址超出范围。", "Unit or base is out of range.");
  if (!layouts[layout]) refuse(node, "没有布局 " + layout + "。", "There is no layout " + layout + ".");
  for (const auto& [name, table] : tables) {
    const YAML::Node registers = layouts[layout][name];
    if (!registers) continue;
    for (const auto& entry : registers) {
      const int address = base + entry.first.as<int>();
      if (address < 0 || address > 65'000) refuse(node, "地址超出范围。", "An address is out of range.");
      const auto signal = entry.second.as<std::string>();
      wires.registers.push_back({unit, table, address, of.empty() ? signal : of + "." + signal});
    }
  }
}

Wires read(const YAML::Node& root) {
  Wires wires;
  const YAML::Node layouts = need(root, "layouts");
  for (const YAML::Node& node : need(root, "modbus")) read_device(node, layouts, wires);
  std::set<std::tuple<int, Table, int>> seen;
  for (const Register& one : wires.registers) {
    const int width = one.table == Table::Input ? 2 : 1;
    for (int i = 0; i < width; ++i) {
      if (!seen.insert({one.unit, one.table, one.address + i}).second)
        refuse(root, "两个信号占同一寄存器：" + one.name + "。", "Two signals share a register: " + one.name + ".");
    }
  }
  if (const YAML::Node watchdog = root["watchdog"]) {
    wires.watchdog_seconds = need(watchdog, "seconds").as<double>();
    for (const auto& entry : need(watchdog, "orders"))
      wires.watchdog_orders[entry.first.as<std::string>()] = entry.second.as<double>();
  }
  const YAML::Node sparkplug = need(root, "sparkplug");
  wires.group = need(sparkplug, "group").as<std::string>();
  wires.node = need(sparkplug, "node").as<std::string>();
  wires.device_prefix = need(sparkplug, "devices").as<std::string>();
  wires.sparkplug_period_ms = need(sparkplug, "period_ms").as<int>();
  const YAML::Node json = need(root, "json");
  wires.json_topic = need(json, "topic").as<std::string>();
  wires.json_prefix = need(json, "signals").as<std::string>();
  wires.json_period_ms = need(json, "period_ms").as<int>();
  if (wires.sparkplug_period_ms < 20 || wires.json_period_ms < 20)
    refuse(sparkplug, "period_ms 太小，至少 20。", "period_ms is too small; at least 20.");
  return wires;
}

}  // namespace

base::Result<Wires> read_wires(const std::string& text, const std::string& place) {
  try {
    return read(YAML::Load(text));
  } catch (const Fault& fault) {
    return base::fail(base::ErrorCode::Invalid, fault.zh, fault.en, {.file = place, .row = fault.row});
  } catch (const YAML::Exception& error) {
    return base::fail(base::ErrorCode::Invalid, "读不懂：" + error.msg + "。", "Cannot be read: " + error.msg + ".",
                      {.file = place, .row = static_cast<std::size_t>(error.mark.line + 1)});
  }
}

}  // namespace yuanqu::simulator
