#pragma once
// Builds a PlantModel from its YAML, noting every fault. For this room's .cpp files only.

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pack/yaml_reader.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

class PlantReader {
 public:
  PlantReader(std::string place, std::vector<base::Error>& faults) : yaml_(std::move(place), faults), faults_(faults) {}
  PlantModel read(const std::string& text);

 private:
  void read_links(const YAML::Node& list);
  SparkplugLink read_node(const YAML::Node& node, const std::string& field);
  ModbusLink read_modbus(const YAML::Node& node);
  void read_classes(const YAML::Node& list);
  void read_area(const YAML::Node& node);
  void read_equipment(const YAML::Node& node, std::uint32_t area);
  void read_tags(const YAML::Node& list);
  void read_tag(const YAML::Node& node);
  TagSource read_source(const YAML::Node& node, Tag& tag);
  TagSource read_register(const YAML::Node& node, Tag& tag);
  void read_alarms(const YAML::Node& list, TagIndex tag);
  void read_alarm(const YAML::Node& node, TagIndex tag);
  void check_alarm(const YAML::Node& node, const AlarmRule& rule, bool has_limit, bool has_value);
  void add_bad_quality_alarms(const YAML::Node& node);
  // The expression is compiled, its inputs are looked up, when every tag is known.
  void read_inputs(const YAML::Node& node, const YAML::Node& text, std::function<TagExpression&()> where);
  void refuse_circles();

  // Texts with the placeholders of the equipment replaced.
  std::string text(const YAML::Node& node, const std::string& field);
  std::string line(const YAML::Node& node, const std::string& field);  // not empty, one line, at most 200 bytes
  Label label(const YAML::Node& node, const std::string& field);
  std::optional<double> number(const YAML::Node& node, const std::string& field);
  std::optional<std::pair<double, double>> interval(const YAML::Node& node, const std::string& field);
  std::int64_t whole(const YAML::Node& node, const std::string& field, std::int64_t minimum, std::int64_t maximum);
  template <class Enum, std::size_t size>
  Enum one_of(const YAML::Node& node, const std::string& field, const std::array<std::string_view, size>& names);
  void each(const YAML::Node& list, const std::string& field, const std::function<void(const YAML::Node&)>& item);

  pack::YamlReader yaml_;
  std::vector<base::Error>& faults_;
  PlantModel plant_;
  std::map<std::string, YAML::Node> classes_;  // their tags
  std::vector<std::function<void()>> later_;
  std::vector<YAML::Node> tag_nodes_;
  // Of the equipment being read.
  std::map<std::string, std::string> placeholders_;
  LinkIndex link_ = no_link;
  std::string device_;
  int unit_ = 1;
  int base_ = 0;
};

template <class Enum, std::size_t size>
Enum PlantReader::one_of(const YAML::Node& node, const std::string& field,
                         const std::array<std::string_view, size>& names) {
  const std::string name = text(node, field);
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  std::string list;
  for (std::string_view known : names) list += (list.empty() ? "" : ", ") + std::string(known);
  if (node.IsScalar())
    yaml_.fault(node, field, field + " 应是：" + list + "。", field + " must be one of: " + list + ".");
  return {};
}

}  // namespace yuanqu::telemetry
