#include "telemetry/plant_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "feel/expression.hpp"
#include "telemetry/plant_texts.hpp"

namespace yuanqu::telemetry {

namespace {
constexpr std::size_t name_bytes_max = 200;
constexpr std::array<std::string_view, 5> tag_type_names = {"boolean", "integer", "unsigned", "number", "text"};
}  // namespace

// ---- small parts

void PlantReader::each(const YAML::Node& list, const std::string& field,
                       const std::function<void(const YAML::Node&)>& item) {
  if (!list.IsSequence()) {
    yaml_.fault(list, field, field + " 应是列表（每项以“- ”开头）。",
                field + " must be a list (each item begins with `- `).");
    return;
  }
  for (const auto& node : list) item(node);
}

std::string PlantReader::text(const YAML::Node& node, const std::string& field) {
  return replaced(yaml_.text(node, field), placeholders_);
}

std::string PlantReader::line(const YAML::Node& node, const std::string& field) {
  std::string text = this->text(node, field);
  const bool control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (node.IsScalar() && (text.empty() || text.size() > name_bytes_max || control || !base::is_valid_utf8(text))) {
    yaml_.fault(node, field, field + " 应是一行文字，不为空，至多 200 字节。",
                field + " must be one line of text, not empty, of at most 200 bytes.");
  }
  return text;
}

Label PlantReader::label(const YAML::Node& node, const std::string& field) {
  Label label = yaml_.label(node, field);
  return {replaced(label.zh, placeholders_), replaced(label.en, placeholders_)};
}

std::optional<double> PlantReader::number(const YAML::Node& node, const std::string& field) {
  const std::string digits = node.IsScalar() ? text(node, field) : std::string();
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) {
    yaml_.fault(node, field, field + " 应是数。", field + " must be a number.");
    return std::nullopt;
  }
  return value;
}

std::optional<std::pair<double, double>> PlantReader::interval(const YAML::Node& node, const std::string& field) {
  if (!node.IsSequence() || node.size() != 2) {
    yaml_.fault(node, field, field + " 应写成 [下限, 上限]。", field + " must be written [low, high].");
    return std::nullopt;
  }
  const auto low = number(node[0], field);
  const auto high = number(node[1], field);
  if (!low || !high) return std::nullopt;
  return std::pair(*low, *high);
}

std::int64_t PlantReader::whole(const YAML::Node& node, const std::string& field, std::int64_t minimum,
                                std::int64_t maximum) {
  const std::string digits = node.IsScalar() ? text(node, field) : std::string();
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() || value < minimum ||
      value > maximum) {
    const std::string range = std::to_string(minimum) + " … " + std::to_string(maximum);
    yaml_.fault(node, field, field + " 应是 " + range + " 之间的整数。",
                field + " must be a whole number of " + range + ".");
    return minimum;
  }
  return value;
}

// ---- the plant

PlantModel PlantReader::read(const std::string& text) {
  const YAML::Node root = yaml_.load(text);
  if (!root.IsDefined()) return {};
  YAML::Node areas(YAML::NodeType::Undefined), bad_quality(YAML::NodeType::Undefined);
  std::vector<std::pair<std::string, YAML::Node>> parts;
  yaml_.entries(root, "plant",
                {"plant", "labels", "simulated", "definition", "links", "classes", "areas", "bad_quality_alarms"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "plant") plant_.name_ = yaml_.name(value, key);
                  if (key == "labels") plant_.labels_ = yaml_.label(value, key);
                  if (key == "simulated") plant_.simulated_ = yaml_.boolean(value, key);
                  parts.emplace_back(key, value);
                });
  if (root.IsMap() && (plant_.name_.empty() || plant_.labels_.zh.empty())) {
    yaml_.fault(root, "plant", "缺少 plant（工厂名）或 labels。", "plant (its name) or labels is missing.");
  }
  for (std::string_view wanted : {"links", "classes", "areas"}) {  // in this order, whatever the file's
    for (const auto& [key, value] : parts) {
      if (key != wanted) continue;
      if (key == "links") read_links(value);
      if (key == "classes") read_classes(value);
      if (key == "areas") each(value, key, [&](const YAML::Node& area) { read_area(area); });
    }
  }
  if (root.IsMap() && plant_.tags_.empty() && faults_.empty()) {
    yaml_.fault(root, "areas", "工厂没有测点。请在 areas → equipment → tags 中加上。",
                "The plant has no tags. Add them under areas → equipment → tags.");
  }
  for (const auto& [key, value] : parts) {
    if (key == "bad_quality_alarms") add_bad_quality_alarms(value);
  }
  for (const auto& resolve : later_) resolve();
  if (faults_.empty()) refuse_circles();
  plant_.tags_of_link_.resize(plant_.links_.size());
  for (TagIndex i = 0; i < plant_.tags_.size(); ++i) {
    if (plant_.tags_[i].link != no_link) plant_.tags_of_link_[plant_.tags_[i].link].push_back(i);
  }
  std::stable_sort(faults_.begin(), faults_.end(),
                   [](const auto& a, const auto& b) { return a.place.row < b.place.row; });
  return std::move(plant_);
}

SparkplugLink PlantReader::read_node(const YAML::Node& node, const std::string& field) {
  SparkplugLink sparkplug;
  yaml_.entries(node, field, {"group", "node"}, [&](const std::string& part, const YAML::Node& inner) {
    std::string& id = part == "group" ? sparkplug.group : sparkplug.node;
    id = line(inner, part);
    if (id.find_first_of("+#/") != std::string::npos) {
      yaml_.fault(inner, part, "Sparkplug 名称不能含 + # /。", "A Sparkplug name may not contain + # /.");
    }
  });
  if (sparkplug.group.empty() || sparkplug.node.empty()) {
    yaml_.fault(node, field, field + " 缺少 group 或 node。", field + " lacks group or node.");
  }
  return sparkplug;
}

ModbusLink PlantReader::read_modbus(const YAML::Node& node) {
  ModbusLink modbus;
  yaml_.entries(node, "modbus", {"host", "port", "timeout_ms", "poll_ms"},
                [&](const std::string& part, const YAML::Node& inner) {
                  if (part == "host") modbus.host = line(inner, part);
                  if (part == "port") modbus.port = static_cast<int>(whole(inner, part, 1, 65'535));
                  if (part == "timeout_ms") modbus.timeout_ms = static_cast<int>(whole(inner, part, 10, 60'000));
                  if (part == "poll_ms") modbus.poll_ms = static_cast<int>(whole(inner, part, 10, 3'600'000));
                });
  if (modbus.host.empty()) yaml_.fault(node, "modbus", "modbus 缺少 host。", "modbus lacks host.");
  return modbus;
}

void PlantReader::read_links(const YAML::Node& list) {
  each(list, "links", [&](const YAML::Node& node) {
    Link link;
    int kinds = 0;
    yaml_.entries(node, "link", {"name", "sparkplug", "modbus", "json", "through", "heartbeat_ms"},
                  [&](const std::string& key, const YAML::Node& value) {
                    if (key == "name") link.name = yaml_.name(value, key);
                    if (key == "heartbeat_ms") link.heartbeat_ms = whole(value, key, 0, day_ms);
                    if (key == "through") link.through = read_node(value, key);
                    if (key == "json") {
                      link.source = JsonLink{};
                      yaml_.entries(value, key, {}, [](const std::string&, const YAML::Node&) {});
                    }
                    if (key == "sparkplug") link.source = read_node(value, key);
                    if (key == "modbus") link.source = read_modbus(value);
                    kinds += key == "json" || key == "sparkplug" || key == "modbus" ? 1 : 0;
                  });
    if (!node.IsMap()) return;
    if (kinds != 1 || link.name.empty()) {
      yaml_.fault(node, "links", "连接应有 name，并写 sparkplug、modbus、json 之一。",
                  "A link has a name and exactly one of sparkplug, modbus, json.");
    } else if (link.through && !std::holds_alternative<ModbusLink>(link.source)) {
      yaml_.fault(node, "through", "只有 modbus 连接可写 through。", "Only a modbus link may have `through`.");
    } else if (plant_.find_link(link.name) != no_link) {
      yaml_.fault(node, "name", "连接名 " + link.name + " 写了两次。", "The link " + link.name + " stands twice.");
    }
    plant_.links_.push_back(std::move(link));
  });
}

void PlantReader::read_classes(const YAML::Node& list) {
  each(list, "classes", [&](const YAML::Node& node) {
    std::string name;
    YAML::Node tags(YAML::NodeType::Undefined);
    yaml_.entries(node, "class", {"name", "labels", "tags"}, [&](const std::string& key, const YAML::Node& value) {
      if (key == "name") name = yaml_.name(value, key);
      if (key == "labels") yaml_.label(value, key);
      if (key == "tags") tags.reset(value);
    });
    if (!node.IsMap()) return;
    if (name.empty() || !tags.IsDefined()) {
      yaml_.fault(node, "classes", "设备类别缺少 name 或 tags。", "A class lacks name or tags.");
    } else if (!classes_.emplace(name, tags).second) {
      yaml_.fault(node, "name", "设备类别 " + name + " 写了两次。", "The class " + name + " stands twice.");
    }
  });
}

void PlantReader::read_area(const YAML::Node& node) {
  const auto index = static_cast<std::uint32_t>(plant_.areas_.size());
  Area area;
  YAML::Node equipment(YAML::NodeType::Undefined);
  yaml_.entries(node, "area", {"name", "labels", "equipment"}, [&](const std::string& key, const YAML::Node& value) {
    if (key == "name") area.name = yaml_.name(value, key);
    if (key == "labels") area.labels = yaml_.label(value, key);
    if (key == "equipment") equipment.reset(value);
  });
  if (!node.IsMap()) return;
  if (area.name.empty() || area.labels.zh.empty())
    yaml_.fault(node, "areas", "区域缺少 name 或 labels。", "An area lacks name or labels.");
  for (const Area& other : plant_.areas_) {
    if (other.name == area.name)
      yaml_.fault(node, "name", "区域 " + area.name + " 写了两次。", "The area " + area.name + " stands twice.");
  }
  plant_.areas_.push_back(std::move(area));
  if (equipment.IsDefined()) each(equipment, "equipment", [&](const YAML::Node& item) { read_equipment(item, index); });
}

void PlantReader::read_equipment(const YAML::Node& node, std::uint32_t area) {
  Equipment equipment{.area = area};
  YAML::Node tags(YAML::NodeType::Undefined), of_class(YAML::NodeType::Undefined);
  placeholders_.clear();
  link_ = no_link;
  device_.clear();
  unit_ = 1;
  base_ = 0;
  yaml_.entries(node, "equipment", {"name", "labels", "class", "link", "device", "unit", "base", "with", "tags"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "name") equipment.name = line(value, key);
                  if (key == "labels") equipment.labels = yaml_.label(value, key);
                  if (key == "link") {
                    link_ = plant_.find_link(text(value, key));
                    if (link_ == no_link)
                      yaml_.fault(value, key, "没有名为 " + value.Scalar() + " 的连接。请在 links 中加上。",
                                  "There is no link " + value.Scalar() + ". Add it under links.");
                  }
                  if (key == "device") device_ = line(value, key);
                  if (key == "unit") unit_ = static_cast<int>(whole(value, key, 0, 255));
                  if (key == "base") base_ = static_cast<int>(whole(value, key, 0, 65'535));
                  if (key == "tags") tags.reset(value);
                  if (key == "class") {
                    equipment.equipment_class = text(value, key);
                    const auto found = classes_.find(equipment.equipment_class);
                    if (found != classes_.end())
                      of_class.reset(found->second);
                    else
                      yaml_.fault(value, key, "没有设备类别 " + equipment.equipment_class + "。请在 classes 中加上。",
                                  "There is no class " + equipment.equipment_class + ". Add it under classes.");
                  }
                  if (key == "with") {
                    if (!value.IsMap())
                      yaml_.fault(value, key, "with 应写成 {名: 值}。", "with must be written {name: value}.");
                    else
                      for (const auto& item : value)
                        equipment.parameters[item.first.Scalar()] = yaml_.text(item.second, key);
                  }
                });
  if (!node.IsMap()) return;
  if (equipment.name.empty() || equipment.labels.zh.empty())
    yaml_.fault(node, "equipment", "设备缺少 name 或 labels。", "Equipment lacks name or labels.");
  for (const Equipment& other : plant_.equipment_) {
    if (other.name == equipment.name)
      yaml_.fault(node, "name", "设备 " + other.name + " 写了两次。", "The equipment " + other.name + " stands twice.");
  }
  placeholders_ = equipment.parameters;
  placeholders_["name"] = equipment.name;
  placeholders_["label"] = equipment.labels.zh;
  placeholders_["label_en"] = equipment.labels.en;
  plant_.equipment_.push_back(std::move(equipment));
  if (of_class.IsDefined()) read_tags(of_class);
  if (tags.IsDefined()) read_tags(tags);
  placeholders_.clear();
}

void PlantReader::read_tags(const YAML::Node& list) {
  each(list, "tags", [&](const YAML::Node& node) { read_tag(node); });
}

void PlantReader::read_tag(const YAML::Node& node) {
  Tag tag{.area = plant_.equipment_.back().area, .equipment = static_cast<std::uint32_t>(plant_.equipment_.size() - 1)};
  tag.source = ManualSource{};
  const auto index = static_cast<TagIndex>(plant_.tags_.size());
  YAML::Node source(YAML::NodeType::Undefined), alarms(YAML::NodeType::Undefined);
  bool has_type = false;
  yaml_.entries(node, "tag",
                {"name", "labels", "type", "unit", "decimals", "range", "scale", "dead_band", "stale_after_ms",
                 "retention_days", "source", "alarms"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "name") tag.name = line(value, key);
                  if (key == "labels") tag.labels = label(value, key);
                  if (key == "unit" && value.IsMap()) {
                    const Label both = yaml_.label(value, key);
                    tag.unit = both.zh;
                    tag.unit_en = both.en;
                  } else if (key == "unit") {
                    tag.unit = text(value, key);
                  }
                  if (key == "decimals") tag.decimals = static_cast<int>(whole(value, key, 0, 12));
                  if (key == "dead_band") tag.dead_band = number(value, key).value_or(0);
                  if (key == "stale_after_ms") tag.stale_after_ms = whole(value, key, 0, day_ms);
                  if (key == "retention_days") tag.retention_days = static_cast<int>(whole(value, key, 1, 36'500));
                  if (key == "source") source.reset(value);
                  if (key == "alarms") alarms.reset(value);
                  if (key == "type") {
                    has_type = true;
                    tag.type = static_cast<ValueType>(1 + one_of<std::uint8_t>(value, key, tag_type_names));
                  }
                  if (key == "range") {
                    tag.range = interval(value, key);
                    if (tag.range && tag.range->first >= tag.range->second)
                      yaml_.fault(value, key, "range 的下限应小于上限。",
                                  "The low end of range must be below the high end.");
                  }
                  if (key == "scale") {
                    std::optional<std::pair<double, double>> raw, to;
                    yaml_.entries(value, key, {"raw", "to"}, [&](const std::string& part, const YAML::Node& inner) {
                      (part == "raw" ? raw : to) = interval(inner, part);
                    });
                    if (raw && to && raw->first != raw->second)
                      tag.scale = Scale{raw->first, raw->second, to->first, to->second};
                    else
                      yaml_.fault(value, key, "scale 应写成 {raw: [甲, 乙], to: [丙, 丁]}，且甲≠乙。",
                                  "Write scale as {raw: [a, b], to: [c, d]} with a other than b.");
                  }
                });
  if (!node.IsMap()) return;
  if (tag.name.empty() || tag.labels.zh.empty() || !has_type)
    yaml_.fault(node, "tags", "测点缺少 name、labels 或 type。", "A tag lacks name, labels or type.");
  if (tag.scale && tag.type != ValueType::Number)
    yaml_.fault(node, "scale", "只有 type 为 number 的测点可有 scale。", "Only a tag of type number may have a scale.");
  if (tag.dead_band < 0) yaml_.fault(node, "dead_band", "dead_band 不能为负。", "dead_band may not be negative.");
  if (!plant_.by_name_.emplace(tag.name, index).second)
    yaml_.fault(node, "name", "测点名 " + tag.name + " 已用过。同一工厂内测点名不能重复。",
                "The tag name " + tag.name + " is taken. Names are unique in a plant.");
  plant_.tags_.push_back(tag);
  tag_nodes_.push_back(node);
  if (source.IsDefined()) {
    TagSource read = read_source(source, plant_.tags_.back());
    if (!std::holds_alternative<TagExpression>(read))
      plant_.tags_.back().source = std::move(read);
    else if (!std::holds_alternative<TagExpression>(plant_.tags_.back().source))
      plant_.tags_.back().source = TagExpression{};
  }
  if (alarms.IsDefined()) read_alarms(alarms, index);
}

void PlantReader::read_inputs(const YAML::Node& node, const YAML::Node& text_node,
                              std::function<TagExpression&()> where) {
  TagExpression& expression = where();
  expression.text = text(text_node, "FEEL");
  std::vector<std::pair<std::string, std::string>> names;
  if (node.IsDefined()) {
    if (!node.IsMap()) {
      yaml_.fault(node, "inputs", "inputs 应写成 {FEEL 名: 测点名}。", "Write inputs as {FEEL name: tag name}.");
      return;
    }
    for (const auto& item : node) names.emplace_back(item.first.Scalar(), text(item.second, "inputs"));
  }
  later_.push_back([this, names = std::move(names), node, text_node, where = std::move(where)] {
    TagExpression& target = where();
    feel::Scope scope;
    for (const auto& [name, tag_name] : names) {
      const TagIndex tag = plant_.find(tag_name);
      if (tag == no_tag) {
        yaml_.fault(node, "inputs", "没有测点 " + tag_name + "。", "There is no tag " + tag_name + ".");
        return;
      }
      scope.declare(name);
      target.inputs.emplace_back(feel::canonical_name(name), tag);
    }
    const auto compiled = feel::compile(target.text, scope);
    if (!compiled) {
      yaml_.fault(text_node, "FEEL", "表达式不能读：" + compiled.error().zh,
                  "The expression cannot be read: " + compiled.error().en);
      return;
    }
    for (const auto& [name, tag] : target.inputs) {
      if (!compiled->names_used().contains(name))
        yaml_.fault(node, "inputs", "表达式没有用到 " + name + "。请删去或改名。",
                    "The expression does not use " + name + ". Remove or rename it.");
    }
    std::vector<feel::Suppressed> failures;
    feel::Evaluation evaluation;
    evaluation.collect(&failures);
    feel::Frame frame(evaluation, scope.frame_size());
    for (std::size_t slot = 0; slot < frame.size(); ++slot) frame[static_cast<std::uint32_t>(slot)] = feel::Value();
    (void)compiled->evaluate(evaluation, frame);
    for (const auto& failure : failures) {
      if (failure.code == feel::Suppressed::Code::UnknownName ||
          failure.code == feel::Suppressed::Code::UnknownFunction)
        yaml_.fault(text_node, "FEEL", failure.zh, failure.en);
    }
  });
}

void PlantReader::refuse_circles() {
  enum class Mark : std::uint8_t { New, Open, Done };
  std::vector<Mark> marks(plant_.tags_.size(), Mark::New);
  const std::function<bool(TagIndex)> visit = [&](TagIndex tag) {
    if (marks[tag] == Mark::Done) return true;
    if (marks[tag] == Mark::Open) return false;
    marks[tag] = Mark::Open;
    bool good = true;
    if (const auto* calculated = std::get_if<TagExpression>(&plant_.tags_[tag].source)) {
      for (const auto& input : calculated->inputs) good = visit(input.second) && good;
    }
    marks[tag] = Mark::Done;
    if (!good)
      yaml_.fault(tag_nodes_[tag], "calculated", "测点 " + plant_.tags_[tag].name + " 的计算绕成了圈。",
                  "The calculation of " + plant_.tags_[tag].name + " goes round in a circle.");
    return good;
  };
  for (TagIndex tag = 0; tag < plant_.tags_.size(); ++tag) visit(tag);
}

tl::expected<PlantModel, std::vector<base::Error>> PlantModel::read(const std::string& text, const std::string& place) {
  std::vector<base::Error> faults;
  PlantModel plant = PlantReader(place, faults).read(text);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return plant;
}

tl::expected<std::vector<PlantModel>, std::vector<base::Error>> PlantModel::read_all(const pack::Pack& pack) {
  std::vector<base::Error> faults;
  std::vector<PlantModel> plants;
  for (const pack::File& file : pack.files("plants", ".yaml")) {
    const auto text = pack.read(file);
    if (!text) {
      faults.push_back(text.error());
      continue;
    }
    auto plant = read(*text, pack.place_of(file));
    if (plant)
      plants.push_back(std::move(*plant));
    else
      faults.insert(faults.end(), plant.error().begin(), plant.error().end());
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return plants;
}

}  // namespace yuanqu::telemetry
