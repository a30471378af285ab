#include "pack/yaml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace yuanqu::pack {

YAML::Node YamlReader::load(const std::string& text) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& problem) {
    base::Place place{.file = place_};
    if (problem.mark.line >= 0) {
      place.row = static_cast<std::size_t>(problem.mark.line) + 1;
      place.column = static_cast<std::size_t>(problem.mark.column) + 1;
    }
    faults_.push_back({base::ErrorCode::Invalid, "这一行不是合法的 YAML：" + problem.msg + "。",
                       "This line is not valid YAML: " + problem.msg + ".", place});
    return YAML::Node(YAML::NodeType::Undefined);
  }
}

void YamlReader::fault(const YAML::Node& node, std::string field, std::string zh, std::string en) {
  base::Place place{.file = place_, .field = std::move(field)};
  if (node.IsDefined() && node.Mark().line >= 0) {
    place.row = static_cast<std::size_t>(node.Mark().line) + 1;
    place.column = static_cast<std::size_t>(node.Mark().column) + 1;
  }
  faults_.push_back({base::ErrorCode::Invalid, std::move(zh), std::move(en), std::move(place)});
}

void YamlReader::entries(const YAML::Node& map, std::string_view what, std::initializer_list<std::string_view> known,
                         const Entry& entry) {
  if (!map.IsMap()) {
    fault(map, std::string(what), std::string(what) + " 应写成“名: 值”。",
          std::string(what) + " must be written as `name: value`.");
    return;
  }
  std::set<std::string> seen;
  for (const auto& item : map) {
    if (!item.first.IsScalar()) {
      fault(item.first, std::string(what), "条目名应是一个词。", "The name of an entry must be one word.");
      continue;
    }
    const std::string key = item.first.Scalar();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      std::string list;
      for (std::string_view name : known) list += (list.empty() ? "" : ", ") + std::string(name);
      fault(item.first, key, "不认识的条目 " + key + "。可用：" + list + "。",
            "Unknown entry " + key + ". Known: " + list + ".");
    } else if (!seen.insert(key).second) {
      fault(item.first, key, "条目 " + key + " 写了两次。", "The entry " + key + " stands twice.");
    } else {
      entry(key, item.second);
    }
  }
}

std::string YamlReader::text(const YAML::Node& node, const std::string& field) {
  if (node.IsScalar()) return node.Scalar();
  fault(node, field, field + " 应是一段文字。", field + " must be a text.");
  return {};
}

std::optional<std::int64_t> YamlReader::integer(const YAML::Node& node, const std::string& field, std::int64_t minimum,
                                                std::int64_t maximum) {
  const std::string digits = node.IsScalar() ? node.Scalar() : std::string();
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() || value < minimum ||
      value > maximum) {
    const std::string range = std::to_string(minimum) + " … " + std::to_string(maximum);
    fault(node, field, field + " 应是 " + range + " 之间的整数。", field + " must be a whole number of " + range + ".");
    return std::nullopt;
  }
  return value;
}

bool YamlReader::boolean(const YAML::Node& node, const std::string& field) {
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) return node.Scalar() == "true";
  fault(node, field, field + " 应是 true 或 false。", field + " must be true or false.");
  return false;
}

std::vector<std::string> YamlReader::texts(const YAML::Node& node, const std::string& field) {
  if (node.IsScalar()) return {node.Scalar()};
  std::vector<std::string> list;
  if (!node.IsSequence()) {
    fault(node, field, field + " 应是列表，如 [甲, 乙]。", field + " must be a list like [a, b].");
    return list;
  }
  for (const auto& item : node) list.push_back(text(item, field));
  return list;
}

Label YamlReader::label(const YAML::Node& node, const std::string& field) {
  Label label;
  entries(node, field, {"zh", "en"}, [&](const std::string& key, const YAML::Node& value) {
    (key == "zh" ? label.zh : label.en) = text(value, field);
  });
  if (node.IsMap() && (label.zh.empty() || label.en.empty())) {
    fault(node, field, field + " 缺少中文（zh）或英文（en）。", field + " lacks zh or en.");
  }
  return label;
}

std::string YamlReader::name(const YAML::Node& node, const std::string& field) {
  std::string name = text(node, field);
  const bool good = !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (!good && node.IsScalar()) {
    fault(node, field, field + " 只用小写字母、数字和下划线，以字母开头。",
          field + " has lower-case letters, digits and underscores and begins with a letter.");
  }
  return name;
}

}  // namespace yuanqu::pack
