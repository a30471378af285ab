// The parts of a tag: its source and its alarms.

#include <algorithm>
#include <charconv>
#include <utility>

#include "telemetry/plant_reader.hpp"

namespace yuanqu::telemetry {

namespace {
constexpr std::int64_t delay_ms_max = 24LL * 3'600'000;
constexpr std::array<std::string_view, 9> alarm_kinds = {"high_high", "high",        "low",      "low_low", "deviation",
                                                         "rate",      "bad_quality", "discrete", "feel"};
constexpr std::array<std::string_view, 4> priorities = {"critical", "high", "medium", "low"};
constexpr std::array<std::string_view, 4> tables = {"coil", "discrete", "holding", "input"};
constexpr std::array<std::string_view, 9> forms = {"bit",   "int16",  "uint16",  "int32",  "uint32",
                                                   "int64", "uint64", "float32", "float64"};
constexpr std::array<std::string_view, 4> orders = {"abcd", "cdab", "badc", "dcba"};
}  // namespace

TagSource PlantReader::read_source(const YAML::Node& node, Tag& tag) {
  const auto index = static_cast<TagIndex>(plant_.tags_.size() - 1);
  SparkplugSource sparkplug{.device = device_};
  JsonSource json;
  YAML::Node formula(YAML::NodeType::Undefined), inputs(YAML::NodeType::Undefined);
  std::string first;
  int kinds = 0;
  tag.link = link_;
  if (node.IsMap() && node["register"].IsDefined()) return read_register(node, tag);
  yaml_.entries(node, "source",
                {"metric", "device", "link", "topic", "value", "time", "quality", "calculated", "inputs", "manual"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "metric" || key == "topic" || key == "calculated" || key == "manual") {
                    first = key;
                    ++kinds;
                  }
                  if (key == "metric") sparkplug.metric = line(value, key);
                  if (key == "device") sparkplug.device = value.IsNull() ? std::string() : text(value, key);
                  if (key == "link") {
                    tag.link = plant_.find_link(text(value, key));
                    if (tag.link == no_link)
                      yaml_.fault(value, key, "没有名为 " + value.Scalar() + " 的连接。请在 links 中加上。",
                                  "There is no link " + value.Scalar() + ". Add it under links.");
                  }
                  if (key == "topic") {
                    json.topic = line(value, key);
                    if (json.topic.find_first_of("+#") != std::string::npos)
                      yaml_.fault(value, key, "topic 应是确切的主题，不用通配符。",
                                  "topic must be exact, without wildcards.");
                  }
                  for (const auto& [name, pointer] :
                       {std::pair("value", &json.value), {"time", &json.time}, {"quality", &json.quality}}) {
                    if (key != name) continue;
                    *pointer = text(value, key);
                    if (!pointer->empty() && pointer->front() != '/')
                      yaml_.fault(value, key, key + " 是 JSON 指针，应以 / 开头。",
                                  key + " is a JSON pointer and begins with /.");
                  }
                  if (key == "time") json.has_time = true;
                  if (key == "quality") json.has_quality = true;
                  if (key == "calculated") formula.reset(value);
                  if (key == "inputs") inputs.reset(value);
                  if (key == "manual") yaml_.boolean(value, key);
                });
  if (!node.IsMap()) return ManualSource{};
  if (kinds != 1) {
    yaml_.fault(node, "source", "source 应写 metric、register、topic、calculated、manual 之一。",
                "source has exactly one of metric, register, topic, calculated, manual.");
    return ManualSource{};
  }
  if (first == "manual") {
    tag.link = no_link;
    return ManualSource{};
  }
  if (first == "calculated") {
    tag.link = no_link;
    tag.source = TagExpression{};
    read_inputs(inputs, formula,
                [this, index]() -> TagExpression& { return std::get<TagExpression>(plant_.tags_[index].source); });
    return TagExpression{};
  }
  const bool is_metric = first == "metric";
  const bool fits =
      tag.link != no_link && (is_metric ? std::holds_alternative<SparkplugLink>(plant_.links_[tag.link].source)
                                        : std::holds_alternative<JsonLink>(plant_.links_[tag.link].source));
  if (!fits)
    yaml_.fault(node, "link",
                is_metric ? "metric 需要一个 sparkplug 连接。请在设备或测点上写 link。"
                          : "topic 需要一个 json 连接。请在设备或测点上写 link。",
                is_metric ? "metric needs a sparkplug link: name it at the equipment or the tag."
                          : "topic needs a json link: name it at the equipment or the tag.");
  if (is_metric) return sparkplug;
  return json;
}

TagSource PlantReader::read_register(const YAML::Node& node, Tag& tag) {
  ModbusSource modbus{.unit = unit_};
  bool has_form = false;
  int address = 0;
  yaml_.entries(node, "source", {"register", "table", "form", "order", "unit", "link"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "register") address = static_cast<int>(whole(value, key, 0, 65'535));
                  if (key == "table") modbus.table = one_of<ModbusTable>(value, key, tables);
                  if (key == "order") modbus.order = one_of<WordOrder>(value, key, orders);
                  if (key == "unit") modbus.unit = static_cast<int>(whole(value, key, 0, 255));
                  if (key == "link") tag.link = plant_.find_link(text(value, key));
                  if (key == "form") {
                    has_form = true;
                    const std::string form = text(value, key);
                    if (form.size() > 3 && form.starts_with("bit")) {
                      modbus.form = ModbusForm::Bit;
                      modbus.bit = form.size() == 4                     ? form[3] - '0'
                                   : form.size() == 5 && form[3] == '1' ? 10 + form[4] - '0'
                                                                        : -1;
                      if (modbus.bit < 0 || modbus.bit > 15)
                        yaml_.fault(value, key, "位应是 bit0 … bit15。", "A bit is bit0 … bit15.");
                    } else {
                      modbus.form = one_of<ModbusForm>(value, key, forms);
                    }
                  }
                });
  modbus.address = base_ + address;
  const bool of_bits = modbus.table == ModbusTable::Coil || modbus.table == ModbusTable::Discrete;
  if (!has_form) modbus.form = of_bits ? ModbusForm::Bit : ModbusForm::Uint16;
  if (of_bits != (modbus.form == ModbusForm::Bit && modbus.bit < 0))
    yaml_.fault(node, "form", "线圈和离散输入是 bit；寄存器是 int16 … float64 或 bit0 … bit15。",
                "Coils and discrete inputs are bit; registers are int16 … float64 or bit0 … bit15.");
  if (modbus.address + registers_of(modbus.form) > 65'536)
    yaml_.fault(node, "register", "地址加上 base 超过 65535。", "The address with its base goes beyond 65535.");
  if (tag.link == no_link || !std::holds_alternative<ModbusLink>(plant_.links_[tag.link].source))
    yaml_.fault(node, "link", "register 需要一个 modbus 连接。请在设备或测点上写 link。",
                "register needs a modbus link: name it at the equipment or the tag.");
  return modbus;
}

void PlantReader::read_alarms(const YAML::Node& list, TagIndex tag) {
  each(list, "alarms", [&](const YAML::Node& node) { read_alarm(node, tag); });
}

void PlantReader::read_alarm(const YAML::Node& node, TagIndex tag) {
  const auto index = static_cast<AlarmIndex>(plant_.alarms_.size());
  AlarmRule rule{.tag = tag};
  bool has_limit = false, has_kind = false;
  YAML::Node when(YAML::NodeType::Undefined), suppressed(YAML::NodeType::Undefined), inputs(YAML::NodeType::Undefined),
      suppressed_inputs(YAML::NodeType::Undefined), discrete(YAML::NodeType::Undefined);
  yaml_.entries(node, "alarm",
                {"name", "kind", "labels", "advice", "priority", "limit", "target", "window_ms", "value", "when",
                 "inputs", "on_delay_ms", "off_delay_ms", "dead_band", "latched", "group", "suppressed_when",
                 "suppressed_inputs", "shelve_max_minutes"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "name") rule.name = yaml_.name(value, key);
                  if (key == "kind") {
                    has_kind = true;
                    rule.kind = one_of<AlarmKind>(value, key, alarm_kinds);
                  }
                  if (key == "labels") rule.labels = label(value, key);
                  if (key == "advice") rule.advice = label(value, key);
                  if (key == "priority") rule.priority = one_of<AlarmPriority>(value, key, priorities);
                  if (key == "limit") {
                    has_limit = true;
                    rule.limit = number(value, key).value_or(0);
                  }
                  if (key == "target") {
                    const std::string name = text(value, key);
                    double constant = 0;
                    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), constant);
                    if (problem == std::errc{} && end == name.data() + name.size())
                      rule.target = constant;
                    else
                      later_.push_back([this, index, name, value] {
                        plant_.alarms_[index].target_tag = plant_.find(name);
                        if (plant_.alarms_[index].target_tag == no_tag)
                          yaml_.fault(value, "target", "没有测点 " + name + "。", "There is no tag " + name + ".");
                      });
                  }
                  if (key == "window_ms") rule.window_ms = whole(value, key, 1, delay_ms_max);
                  if (key == "value") discrete.reset(value);
                  if (key == "when") when.reset(value);
                  if (key == "inputs") inputs.reset(value);
                  if (key == "on_delay_ms") rule.on_delay_ms = whole(value, key, 0, delay_ms_max);
                  if (key == "off_delay_ms") rule.off_delay_ms = whole(value, key, 0, delay_ms_max);
                  if (key == "dead_band") rule.dead_band = number(value, key).value_or(0);
                  if (key == "latched") rule.latched = yaml_.boolean(value, key);
                  if (key == "group") rule.group = line(value, key);
                  if (key == "suppressed_when") suppressed.reset(value);
                  if (key == "suppressed_inputs") suppressed_inputs.reset(value);
                  if (key == "shelve_max_minutes")
                    rule.shelve_max_minutes = static_cast<int>(whole(value, key, 1, 7 * 24 * 60));
                });
  if (!node.IsMap()) return;
  if (!has_kind) {
    yaml_.fault(node, "kind", "报警缺少 kind。", "The alarm lacks a kind.");
    return;
  }
  if (rule.name.empty()) rule.name = name_of(rule.kind);
  if (rule.labels.zh.empty()) rule.labels = plant_.tags_[tag].labels;
  if (discrete.IsDefined()) {
    auto value = parse_value(text(discrete, "value"), plant_.tags_[tag].type);
    if (value)
      rule.value = std::move(*value);
    else
      yaml_.fault(discrete, "value", value.error().zh, value.error().en);
  }
  check_alarm(node, rule, has_limit, discrete.IsDefined());
  if ((rule.kind == AlarmKind::Feel) != when.IsDefined())
    yaml_.fault(node, "when", "kind 为 feel 的报警（也只有它）要写 when。",
                "An alarm of kind feel, and no other, has `when`.");
  const bool has_when = when.IsDefined();
  plant_.alarms_.push_back(std::move(rule));
  if (has_when)
    read_inputs(inputs, when, [this, index]() -> TagExpression& { return plant_.alarms_[index].when; });
  else if (inputs.IsDefined() && !suppressed.IsDefined())
    yaml_.fault(inputs, "inputs", "inputs 没有用处：没有 when 或 suppressed_when。",
                "inputs is of no use without when or suppressed_when.");
  if (suppressed.IsDefined())
    read_inputs(suppressed_inputs.IsDefined() || has_when ? suppressed_inputs : inputs, suppressed,
                [this, index]() -> TagExpression& { return plant_.alarms_[index].suppressed_when; });
}

void PlantReader::check_alarm(const YAML::Node& node, const AlarmRule& rule, bool has_limit, bool has_value) {
  const bool limited = rule.kind <= AlarmKind::Rate;
  if (limited != has_limit)
    yaml_.fault(node, "limit", "high、low、deviation、rate 类报警要写 limit，其他不写。",
                "Alarms of high, low, deviation and rate have a limit, others have none.");
  if ((rule.kind == AlarmKind::Discrete) != has_value)
    yaml_.fault(node, "value", "kind 为 discrete 的报警（也只有它）要写 value。",
                "An alarm of kind discrete, and no other, has `value`.");
  if (limited && plant_.tags_[rule.tag].type == ValueType::Text)
    yaml_.fault(node, "kind", "文本测点不能有限值报警。", "A text tag cannot have a limit alarm.");
  if (rule.dead_band < 0 ||
      ((rule.kind == AlarmKind::Deviation || rule.kind == AlarmKind::Rate) && rule.limit <= rule.dead_band))
    yaml_.fault(node, "dead_band", "dead_band 不能为负；deviation 和 rate 的 limit 应大于 dead_band。",
                "dead_band may not be negative, and is below the limit of deviation and rate.");
  for (const AlarmRule& other : plant_.alarms_) {
    if (other.tag == rule.tag && other.name == rule.name)
      yaml_.fault(node, "name", "测点的报警名 " + rule.name + " 写了两次。",
                  "The tag has the alarm " + rule.name + " twice.");
  }
}

void PlantReader::add_bad_quality_alarms(const YAML::Node& node) {
  AlarmRule model{.name = "bad_quality", .kind = AlarmKind::BadQuality};
  yaml_.entries(node, "bad_quality_alarms", {"priority", "on_delay_ms", "off_delay_ms", "advice"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "priority") model.priority = one_of<AlarmPriority>(value, key, priorities);
                  if (key == "on_delay_ms") model.on_delay_ms = whole(value, key, 0, delay_ms_max);
                  if (key == "off_delay_ms") model.off_delay_ms = whole(value, key, 0, delay_ms_max);
                  if (key == "advice") model.advice = yaml_.label(value, key);
                });
  std::vector<bool> has(plant_.tags_.size());
  for (const AlarmRule& rule : plant_.alarms_) {
    if (rule.kind == AlarmKind::BadQuality) has[rule.tag] = true;
  }
  for (TagIndex tag = 0; tag < plant_.tags_.size(); ++tag) {
    const Tag& of = plant_.tags_[tag];
    if (has[tag] || std::holds_alternative<ManualSource>(of.source) || std::holds_alternative<TagExpression>(of.source))
      continue;
    model.tag = tag;
    model.labels = {of.labels.zh + "信号不良", of.labels.en + ": bad signal"};
    plant_.alarms_.push_back(model);
  }
}

}  // namespace yuanqu::telemetry
