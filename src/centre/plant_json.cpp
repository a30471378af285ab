#include "centre/plant_json.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "base/json_text.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::int64_t exact_max = std::int64_t{1} << 53;

const char* source_name(const telemetry::TagSource& source) {
  static constexpr const char* names[] = {"manual", "sparkplug", "modbus", "json", "calculated"};
  return names[source.index()];
}

}  // namespace

json::value json_of(const telemetry::Value& value) {
  if (const bool* truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    if (*whole > exact_max || *whole < -exact_max) return json::string(std::to_string(*whole));
    return *whole;
  }
  if (const auto* whole = std::get_if<std::uint64_t>(&value)) {
    if (*whole > static_cast<std::uint64_t>(exact_max)) return json::string(std::to_string(*whole));
    return *whole;
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (std::isfinite(*number)) return *number;
    return nullptr;
  }
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  return nullptr;
}

void append_value(std::string& out, const telemetry::Value& value) {
  if (const auto* number = std::get_if<double>(&value); number != nullptr && std::isfinite(*number)) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, *number);
    out.append(text, end.ptr);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    base::append_json_string(out, *text);
  } else {
    out += json::serialize(json_of(value));
  }
}

json::object json_of(const telemetry::Label& label) { return {{"zh", label.zh}, {"en", label.en}}; }

std::vector<telemetry::TagIndex> seen_tags(const telemetry::PlantModel& plant,
                                           const std::function<bool(const std::string&)>& sees) {
  std::vector<bool> areas;
  for (const telemetry::Area& area : plant.areas()) areas.push_back(sees(area.name));
  std::vector<telemetry::TagIndex> seen;
  for (telemetry::TagIndex i = 0; i < plant.tags().size(); ++i) {
    if (areas[plant.tag(i).area]) seen.push_back(i);
  }
  return seen;
}

json::object model_json(const telemetry::PlantModel& plant, const Views& views,
                        const std::function<bool(const std::string&)>& sees) {
  json::array areas, equipment, tags;
  for (const telemetry::Area& area : plant.areas()) {
    if (sees(area.name)) areas.push_back(json::object{{"name", area.name}, {"labels", json_of(area.labels)}});
  }
  for (const telemetry::Equipment& one : plant.equipment()) {
    const std::string& area = plant.areas()[one.area].name;
    if (sees(area))
      equipment.push_back(json::object{{"name", one.name}, {"labels", json_of(one.labels)}, {"area", area}});
  }
  std::vector<std::vector<const telemetry::AlarmRule*>> rules(plant.tags().size());
  for (const telemetry::AlarmRule& rule : plant.alarms()) rules[rule.tag].push_back(&rule);
  for (const telemetry::TagIndex index : seen_tags(plant, sees)) {
    const telemetry::Tag& tag = plant.tag(index);
    json::array alarms;
    for (const telemetry::AlarmRule* rule : rules[index]) {
      alarms.push_back(json::object{{"name", rule->name},
                                    {"kind", std::string(telemetry::name_of(rule->kind))},
                                    {"priority", std::string(telemetry::name_of(rule->priority))},
                                    {"labels", json_of(rule->labels)},
                                    {"limit", rule->limit}});
    }
    json::value range = nullptr;
    if (tag.range) range = json::array{tag.range->first, tag.range->second};
    tags.push_back(json::object{{"name", tag.name},
                                {"labels", json_of(tag.labels)},
                                {"area", plant.areas()[tag.area].name},
                                {"equipment", plant.equipment()[tag.equipment].name},
                                {"type", std::string(telemetry::name_of(tag.type))},
                                {"unit", tag.unit},
                                {"unit_en", tag.unit_en.empty() ? tag.unit : tag.unit_en},
                                {"decimals", tag.decimals},
                                {"range", std::move(range)},
                                {"source", source_name(tag.source)},
                                {"alarms", std::move(alarms)}});
  }
  return {{"plant", plant.name()},
          {"labels", json_of(plant.labels())},
          {"simulated", plant.simulated()},
          {"areas", std::move(areas)},
          {"equipment", std::move(equipment)},
          {"tags", std::move(tags)},
          {"mimics", views.mimics},
          {"people", views.people},
          {"measures", views.measures_json},
          {"shifts", views.shifts_json}};
}

}  // namespace yuanqu::centre
