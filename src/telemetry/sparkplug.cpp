#include "telemetry/sparkplug.hpp"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.hpp"
#include "sparkplug_b.pb.h"

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;
namespace wire = yuanqu::sparkplug_b;

namespace {

constexpr std::string_view space = "spBv1.0";
constexpr std::array<std::string_view, 9> verbs = {"NBIRTH", "NDEATH", "NDATA", "NCMD", "DBIRTH",
                                                   "DDEATH", "DDATA",  "DCMD",  "STATE"};
constexpr int template_depth_max = 8;  // of templates in templates
constexpr int bad_code = 0, good_code = 192, stale_code = 500;
constexpr std::string_view quality_key = "Quality", detail_key = "Quality Detail";

bool of_device(SparkplugVerb verb) { return verb >= SparkplugVerb::DBirth && verb <= SparkplugVerb::DCmd; }

SparkplugMetric from_wire(const wire::Metric& in, int depth) {
  SparkplugMetric metric;
  metric.name = in.name();
  if (in.has_alias()) metric.alias = in.alias();
  if (in.has_timestamp()) metric.timestamp_ms = static_cast<std::int64_t>(in.timestamp());
  metric.type = static_cast<SparkplugType>(in.datatype());
  metric.is_historical = in.is_historical();
  metric.is_transient = in.is_transient();
  metric.is_null = in.is_null();
  switch (in.value_case()) {
    case wire::Metric::kIntValue: metric.wire = std::uint64_t{in.int_value()}; break;
    case wire::Metric::kLongValue: metric.wire = std::uint64_t{in.long_value()}; break;
    case wire::Metric::kFloatValue: metric.wire = static_cast<double>(in.float_value()); break;
    case wire::Metric::kDoubleValue: metric.wire = in.double_value(); break;
    case wire::Metric::kBooleanValue: metric.wire = in.boolean_value(); break;
    case wire::Metric::kStringValue: metric.wire = in.string_value(); break;
    case wire::Metric::kTemplateValue:
      metric.template_ref = in.template_value().template_ref();
      metric.is_definition = in.template_value().is_definition();
      if (depth < template_depth_max) {
        for (const auto& member : in.template_value().metrics()) metric.members.push_back(from_wire(member, depth + 1));
      }
      break;
    default: break;
  }
  const int count = std::min(in.properties().keys_size(), in.properties().values_size());
  for (const std::string_view wanted : {quality_key, detail_key}) {
    for (int i = 0; i < count; ++i) {
      const auto& value = in.properties().values(i);
      if (in.properties().keys(i) != wanted || value.is_null()) continue;
      if (value.value_case() == wire::PropertyValue::kIntValue) metric.quality = static_cast<int>(value.int_value());
      if (value.value_case() == wire::PropertyValue::kLongValue) {
        metric.quality = static_cast<int>(std::min<std::uint64_t>(value.long_value(), 10'000));
      }
    }
  }
  return metric;
}

void to_wire(const SparkplugMetric& metric, wire::Metric& out) {
  if (!metric.name.empty()) out.set_name(metric.name);
  if (metric.alias) out.set_alias(*metric.alias);
  if (metric.timestamp_ms) out.set_timestamp(static_cast<std::uint64_t>(*metric.timestamp_ms));
  if (metric.type != SparkplugType::Unknown && !metric.omits_type)
    out.set_datatype(static_cast<std::uint32_t>(metric.type));
  if (metric.is_historical) out.set_is_historical(true);
  if (metric.is_transient) out.set_is_transient(true);
  if (metric.quality) {
    const Quality quality = quality_of_sparkplug(*metric.quality);
    const int standard = quality.is_good()                                          ? good_code
                         : quality == Quality::last_known || quality.is_uncertain() ? stale_code
                                                                                    : bad_code;
    for (const auto& [key, code] : {std::pair(quality_key, standard), {detail_key, *metric.quality}}) {
      out.mutable_properties()->add_keys(std::string(key));
      auto* value = out.mutable_properties()->add_values();
      value->set_type(static_cast<std::uint32_t>(SparkplugType::Int32));
      value->set_int_value(static_cast<std::uint32_t>(code));
    }
  }
  if (metric.is_null) {
    out.set_is_null(true);
    return;
  }
  if (const auto* truth = std::get_if<bool>(&metric.wire)) out.set_boolean_value(*truth);
  if (const auto* text = std::get_if<std::string>(&metric.wire)) out.set_string_value(*text);
  if (const auto* number = std::get_if<double>(&metric.wire)) {
    if (metric.type == SparkplugType::Float)
      out.set_float_value(static_cast<float>(*number));
    else
      out.set_double_value(*number);
  }
  if (const auto* whole = std::get_if<std::uint64_t>(&metric.wire)) {
    const bool wide = metric.type == SparkplugType::Int64 || metric.type == SparkplugType::UInt64 ||
                      metric.type == SparkplugType::DateTime || *whole > std::numeric_limits<std::uint32_t>::max();
    if (wide)
      out.set_long_value(*whole);
    else
      out.set_int_value(static_cast<std::uint32_t>(*whole));
  }
  if (metric.type == SparkplugType::Template) {
    auto* inner = out.mutable_template_value();
    if (!metric.template_ref.empty()) inner->set_template_ref(metric.template_ref);
    inner->set_is_definition(metric.is_definition);
    for (const SparkplugMetric& member : metric.members) to_wire(member, *inner->add_metrics());
  }
}

// Two's complement of so many bits.
std::int64_t signed_of(std::uint64_t word, unsigned bits) {
  if (bits == 64) return static_cast<std::int64_t>(word);
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return static_cast<std::int64_t>(((word & mask) ^ sign)) - static_cast<std::int64_t>(sign);
}

}  // namespace

std::string_view name_of(SparkplugVerb verb) { return verbs[static_cast<std::size_t>(verb)]; }

std::string to_text(const SparkplugTopic& topic) {
  std::string text(space);
  if (topic.verb == SparkplugVerb::State) return text + "/STATE/" + topic.node;
  text += "/" + topic.group + "/" + std::string(name_of(topic.verb)) + "/" + topic.node;
  if (of_device(topic.verb)) text += "/" + topic.device;
  return text;
}

std::optional<SparkplugTopic> parse_sparkplug_topic(std::string_view text) {
  std::array<std::string_view, 5> parts;
  std::size_t count = 0;
  for (std::string_view rest = text;;) {
    const auto slash = rest.find('/');
    if (count == parts.size()) return std::nullopt;
    parts[count++] = rest.substr(0, slash);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (count < 3 || parts[0] != space) return std::nullopt;
  if (count == 3 && parts[1] == "STATE" && !parts[2].empty())
    return SparkplugTopic{SparkplugVerb::State, {}, std::string(parts[2]), {}};
  for (std::size_t verb = 0; verb + 1 < verbs.size(); ++verb) {
    if (parts[2] != verbs[verb]) continue;
    const auto is = static_cast<SparkplugVerb>(verb);
    if (count != (of_device(is) ? 5U : 4U) || parts[1].empty() || parts[3].empty() || (count == 5 && parts[4].empty()))
      return std::nullopt;
    return SparkplugTopic{is, std::string(parts[1]), std::string(parts[3]),
                          count == 5 ? std::string(parts[4]) : std::string()};
  }
  return std::nullopt;
}

SparkplugType sparkplug_type_of(ValueType type) {
  switch (type) {
    case ValueType::Boolean: return SparkplugType::Boolean;
    case ValueType::Integer: return SparkplugType::Int64;
    case ValueType::Unsigned: return SparkplugType::UInt64;
    case ValueType::Number: return SparkplugType::Double;
    case ValueType::Text: return SparkplugType::String;
  }
  return SparkplugType::Unknown;
}

base::Result<SparkplugPayload> decode_sparkplug(std::string_view bytes) {
  wire::Payload in;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(ErrorCode::Invalid, "报文不是 Sparkplug B 载荷。请检查发送方的编码。",
                "The message is no Sparkplug B payload. Check how the sender encodes.");
  }
  SparkplugPayload payload;
  if (in.has_timestamp()) payload.timestamp_ms = static_cast<std::int64_t>(in.timestamp());
  if (in.has_seq()) payload.seq = in.seq();
  payload.metrics.reserve(static_cast<std::size_t>(in.metrics_size()));
  for (const auto& metric : in.metrics()) payload.metrics.push_back(from_wire(metric, 0));
  return payload;
}

std::string encode_sparkplug(const SparkplugPayload& payload) {
  wire::Payload out;
  if (payload.timestamp_ms) out.set_timestamp(static_cast<std::uint64_t>(*payload.timestamp_ms));
  if (payload.seq) out.set_seq(*payload.seq);
  for (const SparkplugMetric& metric : payload.metrics) to_wire(metric, *out.add_metrics());
  return out.SerializeAsString();
}

Value typed(const SparkplugMetric& metric, SparkplugType type) {
  if (metric.is_null) return {};
  const auto* word = std::get_if<std::uint64_t>(&metric.wire);
  switch (type) {
    case SparkplugType::Int8: return word != nullptr ? Value(signed_of(*word, 8)) : Value();
    case SparkplugType::Int16: return word != nullptr ? Value(signed_of(*word, 16)) : Value();
    case SparkplugType::Int32: return word != nullptr ? Value(signed_of(*word, 32)) : Value();
    case SparkplugType::Int64: return word != nullptr ? Value(signed_of(*word, 64)) : Value();
    case SparkplugType::UInt8:
    case SparkplugType::UInt16:
    case SparkplugType::UInt32:
    case SparkplugType::UInt64:
    case SparkplugType::DateTime: return word != nullptr ? metric.wire : Value();
    case SparkplugType::Float:
    case SparkplugType::Double: return std::holds_alternative<double>(metric.wire) ? metric.wire : Value();
    case SparkplugType::Boolean: return std::holds_alternative<bool>(metric.wire) ? metric.wire : Value();
    case SparkplugType::String:
    case SparkplugType::Text:
    case SparkplugType::Uuid: return std::holds_alternative<std::string>(metric.wire) ? metric.wire : Value();
    default: return {};
  }
}

SparkplugMetric make_metric(std::string name, SparkplugType type, const Value& value,
                            std::optional<std::int64_t> timestamp_ms) {
  SparkplugMetric metric{.name = std::move(name), .timestamp_ms = timestamp_ms, .type = type};
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    const bool narrow = type == SparkplugType::Int8 || type == SparkplugType::Int16 || type == SparkplugType::Int32;
    metric.wire = narrow ? std::uint64_t{static_cast<std::uint32_t>(*integer)} : static_cast<std::uint64_t>(*integer);
  } else {
    metric.wire = value;
  }
  metric.is_null = std::holds_alternative<std::monostate>(value) && type != SparkplugType::Template;
  return metric;
}

Quality quality_of_sparkplug(int code) {
  if (code == stale_code) return Quality::last_known;
  return code >= 0 && code <= 255 ? Quality{static_cast<std::uint8_t>(code)} : Quality::bad;
}

std::string state_payload(bool online, std::int64_t timestamp_ms) {
  return std::string(R"({"online":)") + (online ? "true" : "false") + R"(,"timestamp":)" +
         std::to_string(timestamp_ms) + "}";
}

std::optional<HostState> parse_state(std::string_view payload) {
  boost::system::error_code problem;
  const boost::json::value root = boost::json::parse(boost::json::string_view(payload.data(), payload.size()), problem);
  if (problem || !root.is_object()) return std::nullopt;
  const auto* online = root.as_object().if_contains("online");
  const auto* time = root.as_object().if_contains("timestamp");
  if (online == nullptr || time == nullptr || !online->is_bool() || !time->is_int64()) return std::nullopt;
  return HostState{online->as_bool(), time->as_int64()};
}

}  // namespace yuanqu::telemetry
