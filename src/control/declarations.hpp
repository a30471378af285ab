#pragma once
// What the readers of sites and recipes share: inputs, parameters and formulas in YAML. For this room's .cpp files
// only.

#include <string>
#include <vector>

#include "control/site.hpp"
#include "pack/yaml_reader.hpp"

namespace yuanqu::control {

class Declarations {
 public:
  Declarations(std::string place, std::vector<base::Error>& faults) : yaml(std::move(place), faults), faults_(faults) {}

 protected:
  const std::string& place() const { return yaml.place(); }
  Words words(const YAML::Node& node, const std::string& field);
  Inputs read_inputs(const YAML::Node& node, const Site::TagLookup& tags);
  std::vector<Parameter> read_parameters(const YAML::Node& node);
  Formula formula(const YAML::Node& node, const std::string& field, const Inputs& inputs,
                  const std::vector<std::string>& parameters);
  void each(const YAML::Node& node, const std::string& field, const std::function<void(const YAML::Node&)>& item);

  // Faults found by `work` name `rule` in their place ("tap_7 v3, step call_empty") unless they name one already.
  void within(const std::function<std::string()>& rule, const std::function<void()>& work);

  pack::YamlReader yaml;

 private:
  Parameter read_parameter(const YAML::Node& node);
  std::vector<base::Error>& faults_;
};

}  // namespace yuanqu::control
