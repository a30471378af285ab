#include "centre/views.hpp"

#include <yaml-cpp/yaml.h>

#include <boost/json.hpp>
#include <set>

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

struct Fault {
  std::size_t row = 0;
  std::string zh, en;
};

// Members whose text is the name of a tag.
const std::set<std::string, std::less<>> tag_members{"tag",      "load", "coupled", "target",
                                                     "reserved", "tilt", "hot",     "flow"};

class Reader {
 public:
  explicit Reader(const telemetry::PlantModel& plant) : plant_(plant) {}

  Views read(const YAML::Node& root) {
    if (!root.IsMap()) refuse(root, "应为一组字段。", "Must be a mapping.");
    Views views;
    for (const auto& entry : root) {
      const auto key = entry.first.as<std::string>();
      if (key == "mimics") {
        views.mimics = list(entry.second);
      } else if (key == "people") {
        views.people = list(entry.second);
      } else if (key == "measures") {
        views.measures_json = list(entry.second);
        for (const YAML::Node& node : entry.second)
          views.measures.push_back({plant_.find(node["tag"].as<std::string>()), labels(node["labels"])});
      } else if (key == "shifts") {
        views.shifts_json = list(entry.second);
        for (const YAML::Node& node : entry.second)
          views.shifts.push_back(
              {node["name"].as<std::string>(), labels(node["labels"]), node["begins"].as<std::string>()});
      } else if (key != "plant") {
        refuse(entry.first, "没有字段 " + key + "。", "There is no member " + key + ".");
      }
    }
    return views;
  }

 private:
  [[noreturn]] static void refuse(const YAML::Node& node, std::string zh, std::string en) {
    throw Fault{static_cast<std::size_t>(node.Mark().line + 1), std::move(zh), std::move(en)};
  }
  static telemetry::Label labels(const YAML::Node& node) {
    return {node["zh"].as<std::string>(), node["en"].as<std::string>()};
  }

  void need_tag(const YAML::Node& node) const {
    const auto name = node.as<std::string>();
    if (plant_.find(name) == telemetry::no_tag)
      refuse(node, "工厂里没有测点 " + name + "。", "The plant has no tag " + name + ".");
  }

  json::array list(const YAML::Node& node) {
    json::value value = convert(node, {});
    if (!value.is_array()) refuse(node, "应为列表。", "Must be a list.");
    return std::move(value.as_array());
  }

  // `member` is the name this value stands under.
  json::value convert(const YAML::Node& node, std::string_view member) {
    if (node.IsMap()) {
      json::object object;
      for (const auto& entry : node) {
        const auto key = entry.first.as<std::string>();
        object[key] = convert(entry.second, key);
      }
      return object;
    }
    if (node.IsSequence()) {
      json::array array;
      for (const YAML::Node& item : node) array.push_back(convert(item, member == "tags" ? "tag" : std::string_view()));
      return array;
    }
    if (!node.IsScalar()) return nullptr;
    if (tag_members.count(member) != 0) need_tag(node);
    const auto text = node.as<std::string>();
    if (member == "equipment") {
      bool known = false;
      for (const telemetry::Equipment& one : plant_.equipment()) known = known || one.name == text;
      if (!known) refuse(node, "工厂里没有设备 " + text + "。", "The plant has no equipment " + text + ".");
    }
    if (node.Tag() == "!") return json::string(text);  // written in quotes
    if (text == "true" || text == "false") return text == "true";
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0') return number;
    return json::string(text);
  }

  const telemetry::PlantModel& plant_;
};

}  // namespace

base::Result<Views> read_views(const std::string& text, const std::string& place, const telemetry::PlantModel& plant) {
  try {
    return Reader(plant).read(YAML::Load(text));
  } catch (const Fault& fault) {
    return base::fail(base::ErrorCode::Invalid, fault.zh, fault.en, {.file = place, .row = fault.row});
  } catch (const YAML::Exception& error) {
    return base::fail(base::ErrorCode::Invalid, "读不懂：" + error.msg + "。", "Cannot be read: " + error.msg + ".",
                      {.file = place, .row = static_cast<std::size_t>(error.mark.line + 1)});
  }
}

}  // namespace yuanqu::centre
