#include "telemetry/plant_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace yuanqu::telemetry {

namespace {

constexpr std::array<std::string_view, 9> alarm_kind_names = {
    "high_high", "high", "low", "low_low", "deviation", "rate", "bad_quality", "discrete", "feel"};
constexpr std::array<std::string_view, 4> priority_names = {"critical", "high", "medium", "low"};

// The same number as another type, when nothing is lost by it.
std::optional<Value> converted(const Value& value, ValueType type) {
  if (value.index() == static_cast<std::size_t>(type)) return value;
  const auto* truth = std::get_if<bool>(&value);
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* natural = std::get_if<std::uint64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  constexpr double two_63 = 9223372036854775808.0;
  switch (type) {
    case ValueType::Boolean:
      if (integer != nullptr && (*integer == 0 || *integer == 1)) return Value(*integer == 1);
      if (natural != nullptr && *natural <= 1) return Value(*natural == 1);
      break;
    case ValueType::Integer:
      if (natural != nullptr && *natural <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return Value(static_cast<std::int64_t>(*natural));
      if (number != nullptr && std::trunc(*number) == *number && *number >= -two_63 && *number < two_63 &&
          !(*number == 0 && std::signbit(*number)))
        return Value(static_cast<std::int64_t>(*number));
      break;
    case ValueType::Unsigned:
      if (integer != nullptr && *integer >= 0) return Value(static_cast<std::uint64_t>(*integer));
      if (number != nullptr && std::trunc(*number) == *number && *number >= 0 && *number < 2 * two_63 &&
          !std::signbit(*number))
        return Value(static_cast<std::uint64_t>(*number));
      break;
    case ValueType::Number:
      if (integer != nullptr) {
        const auto near = static_cast<double>(*integer);
        if (near < two_63 && static_cast<std::int64_t>(near) == *integer) return Value(near);
      }
      if (natural != nullptr) {
        const auto near = static_cast<double>(*natural);
        if (near < 2 * two_63 && static_cast<std::uint64_t>(near) == *natural) return Value(near);
      }
      if (truth != nullptr) return Value(*truth ? 1.0 : 0.0);
      break;
    case ValueType::Text: break;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(AlarmKind kind) { return alarm_kind_names[static_cast<std::size_t>(kind)]; }
std::string_view name_of(AlarmPriority priority) { return priority_names[static_cast<std::size_t>(priority)]; }

const SparkplugLink* sparkplug_of(const Link& link) {
  return link.through ? &*link.through : std::get_if<SparkplugLink>(&link.source);
}

int registers_of(ModbusForm form) {
  switch (form) {
    case ModbusForm::Int32:
    case ModbusForm::Uint32:
    case ModbusForm::Float32: return 2;
    case ModbusForm::Int64:
    case ModbusForm::Uint64:
    case ModbusForm::Float64: return 4;
    default: return 1;
  }
}

TagIndex PlantModel::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? no_tag : found->second;
}

LinkIndex PlantModel::find_link(std::string_view name) const {
  for (LinkIndex i = 0; i < links_.size(); ++i) {
    if (links_[i].name == name) return i;
  }
  return no_link;
}

std::vector<std::string> PlantModel::tag_names() const {
  std::vector<std::string> names;
  names.reserve(tags_.size());
  for (const Tag& tag : tags_) names.push_back(tag.name);
  return names;
}

void fit(const Tag& tag, Value& value, Quality& quality) {
  if (std::holds_alternative<std::monostate>(value)) {
    if (!quality.is_bad()) quality = Quality::bad;
    return;
  }
  auto same = converted(value, tag.type);
  if (!same) {
    quality = Quality::configuration_error;
    return;
  }
  value = std::move(*same);
  auto* number = std::get_if<double>(&value);
  if (tag.scale && number != nullptr) {
    const Scale& scale = *tag.scale;
    *number = scale.low + (*number - scale.raw_low) * (scale.high - scale.low) / (scale.raw_high - scale.raw_low);
  }
  if (tag.range && quality.is_good()) {
    const auto shown = as_number(value);
    if (!shown || *shown < tag.range->first || *shown > tag.range->second) quality = Quality::range_exceeded;
  }
}

TagIndex PlantModel::add_condition(const Condition& condition) {
  const auto index_of = [](auto& list, const auto& is, auto fresh) {
    const auto found = std::find_if(list.begin(), list.end(), is);
    const auto index = static_cast<std::uint32_t>(found - list.begin());
    if (found == list.end()) list.push_back(std::move(fresh));
    return index;
  };
  const std::uint32_t area = index_of(
      areas_, [&](const Area& one) { return one.name == condition.area; }, Area{condition.area, condition.area_labels});
  const std::uint32_t equipment = index_of(
      equipment_, [&](const Equipment& one) { return one.area == area && one.equipment_class == "house"; },
      Equipment{"house_" + condition.area, condition.equipment_labels, area, "house", {}});
  const auto index = static_cast<TagIndex>(tags_.size());
  Tag tag;
  tag.name = condition.name;
  tag.labels = condition.labels;
  tag.area = area;
  tag.equipment = equipment;
  tag.type = ValueType::Boolean;
  tags_.push_back(std::move(tag));
  by_name_[condition.name] = index;
  AlarmRule rule;
  rule.name = "stands";
  rule.tag = index;
  rule.kind = AlarmKind::Discrete;
  rule.labels = condition.labels;
  rule.advice = condition.advice;
  rule.priority = condition.priority;
  rule.value = true;
  alarms_.push_back(std::move(rule));
  return index;
}

bool PlantModel::set_modbus_address(std::string_view link, std::string host, int port) {
  const LinkIndex index = find_link(link);
  auto* address = index == no_link ? nullptr : std::get_if<ModbusLink>(&links_[index].source);
  if (address == nullptr) return false;
  address->host = std::move(host);
  address->port = port;
  return true;
}

}  // namespace yuanqu::telemetry
