#include "control/declarations.hpp"

#include <algorithm>

namespace yuanqu::control {

Words Declarations::words(const YAML::Node& node, const std::string& field) {
  pack::Label label = yaml.label(node, field);
  return {std::move(label.zh), std::move(label.en)};
}

void Declarations::each(const YAML::Node& node, const std::string& field,
                        const std::function<void(const YAML::Node&)>& item) {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsSequence()) {
    yaml.fault(node, field, field + " 应是列表。", field + " must be a list.");
    return;
  }
  for (const auto& part : node) item(part);
}

void Declarations::within(const std::function<std::string()>& rule, const std::function<void()>& work) {
  const std::size_t before = faults_.size();
  work();
  for (std::size_t i = before; i < faults_.size(); ++i) {
    if (faults_[i].place.rule.empty()) faults_[i].place.rule = rule();
  }
}

Inputs Declarations::read_inputs(const YAML::Node& node, const Site::TagLookup& tags) {
  Inputs inputs;
  if (!node.IsMap()) {
    yaml.fault(node, "inputs", "inputs 应写成“名: 点”。", "inputs must be written as `name: tag`.");
    return inputs;
  }
  for (const auto& entry : node) {
    const std::string name = yaml.text(entry.first, "inputs");
    const std::string tag = yaml.text(entry.second, "inputs");
    const bool twice =
        std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) { return input.first == name; });
    if (twice) yaml.fault(entry.first, name, "名 " + name + " 写了两次。", "The name " + name + " stands twice.");
    if (!tags(tag).exists) {
      yaml.fault(entry.second, name, "厂区里没有点 " + tag + "。", "The plant has no tag " + tag + ".");
    }
    inputs.emplace_back(name, tag);
  }
  return inputs;
}

Parameter Declarations::read_parameter(const YAML::Node& node) {
  Parameter parameter;
  const auto number = [&](const YAML::Node& value, const std::string& field) {
    const auto parsed = base::Decimal::parse(yaml.text(value, field));
    if (!parsed) yaml.fault(value, field, field + " 应是数字。", field + " must be a number.");
    return parsed.value_or(base::Decimal(0));
  };
  bool least = false, greatest = false;
  yaml.entries(node, "parameter", {"name", "labels", "type", "unit", "min", "max", "decimals", "default"},
               [&](const std::string& key, const YAML::Node& value) {
                 if (key == "name") parameter.name = yaml.text(value, key);
                 if (key == "labels") parameter.labels = words(value, key);
                 if (key == "type") {
                   const std::string type = yaml.text(value, key);
                   parameter.boolean = type == "boolean";
                   if (type != "boolean" && type != "number") {
                     yaml.fault(value, key, "type 应是 number 或 boolean。", "type must be number or boolean.");
                   }
                 }
                 if (key == "unit") parameter.unit = yaml.text(value, key);
                 if (key == "min") least = true, parameter.least = number(value, key);
                 if (key == "max") greatest = true, parameter.greatest = number(value, key);
                 if (key == "decimals")
                   parameter.decimals = static_cast<int>(yaml.integer(value, key, 0, 9).value_or(0));
                 if (key == "default") parameter.standard = number(value, key);
               });
  if (parameter.name.empty()) yaml.fault(node, "name", "请写参数的名。", "Name the parameter.");
  if (!parameter.boolean && (!least || !greatest || parameter.least > parameter.greatest)) {
    yaml.fault(node, "min", "参数要有 min 与 max，且 min 不大于 max。",
               "A parameter needs min and max, min not above max.");
  }
  if (parameter.standard && !admit(parameter, feel::Value(*parameter.standard))) {
    yaml.fault(node, "default", "default 不在允许的范围内。", "default is not among the values allowed.");
  }
  return parameter;
}

std::vector<Parameter> Declarations::read_parameters(const YAML::Node& node) {
  std::vector<Parameter> parameters;
  each(node, "parameters", [&](const YAML::Node& item) {
    Parameter parameter = read_parameter(item);
    const bool twice =
        std::any_of(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == parameter.name; });
    if (twice) {
      yaml.fault(item, parameter.name, "参数 " + parameter.name + " 写了两次。",
                 "Parameter " + parameter.name + " stands twice.");
    }
    parameters.push_back(std::move(parameter));
  });
  return parameters;
}

Formula Declarations::formula(const YAML::Node& node, const std::string& field, const Inputs& inputs,
                              const std::vector<std::string>& parameters) {
  auto compiled = Formula::compile(yaml.text(node, field), inputs, parameters);
  if (!compiled) {
    yaml.fault(node, field, field + "：" + compiled.error().zh, field + ": " + compiled.error().en);
    return {};
  }
  return std::move(*compiled);
}

}  // namespace yuanqu::control
