#include "control/wire.hpp"

namespace yuanqu::control {

telemetry::SparkplugMetric to_metric(const Fields& fields) {
  telemetry::SparkplugMetric metric;
  metric.name = control_metric;
  metric.type = telemetry::SparkplugType::Template;
  metric.template_ref = "yuanqu_control";
  for (const auto& [name, text] : fields) {
    metric.members.push_back(telemetry::make_metric(name, telemetry::SparkplugType::String, telemetry::Value(text)));
  }
  return metric;
}

Fields fields_of(const telemetry::SparkplugMetric& metric) {
  Fields fields;
  if (metric.name != control_metric || metric.members.size() > 64) return fields;
  for (const telemetry::SparkplugMetric& member : metric.members) {
    const telemetry::Value value = telemetry::typed(member, telemetry::SparkplugType::String);
    const auto* text = std::get_if<std::string>(&value);
    fields.emplace_back(member.name, text == nullptr ? std::string() : *text);
  }
  return fields;
}

}  // namespace yuanqu::control
