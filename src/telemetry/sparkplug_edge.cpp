#include "telemetry/sparkplug_edge.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

SparkplugEdge::SparkplugEdge(SparkplugEdgeOptions options) : options_(std::move(options)) { devices_[""]; }

base::Result<void> SparkplugEdge::define(const std::string& device, const std::string& metric, SparkplugType type,
                                         Value initial) {
  Device& of = devices_[device];
  if (metric.empty() || metric == bd_seq_name || metric == rebirth_name ||
      !of.by_name.emplace(metric, of.metrics.size()).second)
    return fail(ErrorCode::Conflict, "指标名 " + metric + " 为空、保留或已用过。",
                "The metric name " + metric + " is empty, reserved or taken.", {.field = "metric"});
  of.metrics.push_back({.name = metric, .type = type, .alias = next_alias_++, .value = std::move(initial)});
  return {};
}

Outgoing SparkplugEdge::death(std::int64_t now_ms) const {
  SparkplugPayload payload{.timestamp_ms = now_ms};
  payload.metrics.push_back(
      make_metric(std::string(bd_seq_name), SparkplugType::Int64, Value(static_cast<std::int64_t>(bd_seq_)), now_ms));
  return {to_text(SparkplugTopic{SparkplugVerb::NDeath, options_.group, options_.node, {}}), encode_sparkplug(payload),
          1, false};
}

Outgoing SparkplugEdge::begin_session(std::uint64_t bd_seq, std::int64_t now_ms) {
  disconnected();
  bd_seq_ = bd_seq % seq_count;
  return death(now_ms);
}

std::vector<std::string> SparkplugEdge::subscriptions() const {
  std::vector<std::string> topics = {"spBv1.0/" + options_.group + "/NCMD/" + options_.node,
                                     "spBv1.0/" + options_.group + "/DCMD/" + options_.node + "/+"};
  if (!options_.primary_host.empty()) topics.push_back("spBv1.0/STATE/" + options_.primary_host);
  return topics;
}

std::vector<Outgoing> SparkplugEdge::connected(std::int64_t now_ms) {
  connected_ = true;
  if (born_) return {};  // the host's state came with the subscription
  return options_.primary_host.empty() || host_online_ ? births(now_ms) : std::vector<Outgoing>{};
}

void SparkplugEdge::disconnected() {
  connected_ = false;
  born_ = false;
  host_online_ = false;
  host_time_ms_ = 0;
}

SparkplugMetric SparkplugEdge::told(const Metric& metric, bool birth) const {
  SparkplugMetric out =
      make_metric(birth || !options_.aliases ? metric.name : std::string(), metric.type, metric.value, metric.time_ms);
  out.omits_type = !birth;
  if (options_.aliases) out.alias = metric.alias;
  if (metric.quality != Quality::good) out.quality = metric.quality.code;
  return out;
}

Outgoing SparkplugEdge::sealed(SparkplugVerb verb, const std::string& device, SparkplugPayload payload,
                               std::int64_t now_ms) {
  payload.timestamp_ms = now_ms;
  payload.seq = seq_;
  seq_ = (seq_ + 1) % seq_count;
  return {to_text(SparkplugTopic{verb, options_.group, options_.node, device}), encode_sparkplug(payload), 0, false};
}

std::vector<Outgoing> SparkplugEdge::births(std::int64_t now_ms) {
  seq_ = 0;
  SparkplugPayload payload;
  payload.metrics.push_back(
      make_metric(std::string(bd_seq_name), SparkplugType::Int64, Value(static_cast<std::int64_t>(bd_seq_)), now_ms));
  payload.metrics.push_back(make_metric(std::string(rebirth_name), SparkplugType::Boolean, Value(false), now_ms));
  for (Metric& metric : devices_[""].metrics) {
    if (metric.time_ms == 0) metric.time_ms = now_ms;
    payload.metrics.push_back(told(metric, true));
  }
  std::vector<Outgoing> messages;
  messages.push_back(sealed(SparkplugVerb::NBirth, {}, std::move(payload), now_ms));
  for (auto& [name, device] : devices_) {
    if (!name.empty() && !device.lost) messages.push_back(device_birth(name, device, now_ms));
  }
  born_ = true;
  return messages;
}

Outgoing SparkplugEdge::device_birth(const std::string& name, Device& device, std::int64_t now_ms) {
  SparkplugPayload payload;
  for (Metric& metric : device.metrics) {
    if (metric.time_ms == 0) metric.time_ms = now_ms;
    payload.metrics.push_back(told(metric, true));
  }
  return sealed(SparkplugVerb::DBirth, name, std::move(payload), now_ms);
}

std::optional<Outgoing> SparkplugEdge::report(const std::string& device, const std::vector<EdgeValue>& values,
                                              std::int64_t now_ms) {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return std::nullopt;
  Device& of = found->second;
  SparkplugPayload payload;
  for (const EdgeValue& value : values) {
    const auto at = of.by_name.find(value.metric);
    if (at == of.by_name.end()) continue;
    Metric& metric = of.metrics[at->second];
    if (value.is_historical) {
      Metric past = metric;
      past.value = value.value;
      past.quality = value.quality;
      past.time_ms = value.time_ms;
      payload.metrics.push_back(told(past, false));
      payload.metrics.back().is_historical = true;
      continue;
    }
    const bool changed = !same_bits(metric.value, value.value) || metric.quality != value.quality;
    metric.value = value.value;
    metric.quality = value.quality;
    metric.time_ms = metric.reported ? value.time_ms : std::max(value.time_ms, metric.time_ms);
    metric.reported = true;
    if (changed) payload.metrics.push_back(told(metric, false));
  }
  if (!born_ || of.lost || payload.metrics.empty()) return std::nullopt;
  return sealed(device.empty() ? SparkplugVerb::NData : SparkplugVerb::DData, device, std::move(payload), now_ms);
}

std::optional<Outgoing> SparkplugEdge::event(const std::string& device, std::vector<SparkplugMetric> metrics,
                                             std::int64_t now_ms) {
  if (!born_) return std::nullopt;
  return sealed(device.empty() ? SparkplugVerb::NData : SparkplugVerb::DData, device,
                SparkplugPayload{.metrics = std::move(metrics)}, now_ms);
}

std::optional<Outgoing> SparkplugEdge::device_lost(const std::string& device, std::int64_t now_ms) {
  const auto found = devices_.find(device);
  if (device.empty() || found == devices_.end() || found->second.lost) return std::nullopt;
  found->second.lost = true;
  if (!born_) return std::nullopt;
  return sealed(SparkplugVerb::DDeath, device, {}, now_ms);
}

std::optional<Outgoing> SparkplugEdge::device_back(const std::string& device, std::int64_t now_ms) {
  const auto found = devices_.find(device);
  if (device.empty() || found == devices_.end() || !found->second.lost) return std::nullopt;
  found->second.lost = false;
  if (!born_) return std::nullopt;
  return device_birth(device, found->second, now_ms);
}

SparkplugEdge::Received SparkplugEdge::message(std::string_view topic_text, std::string_view bytes, bool retained,
                                               std::int64_t now_ms) {
  Received received;
  const auto topic = parse_sparkplug_topic(topic_text);
  if (!topic) return received;
  if (topic->verb == SparkplugVerb::State) {
    const auto state = parse_state(bytes);
    if (!state || topic->node != options_.primary_host || options_.primary_host.empty()) return received;
    if (state->timestamp_ms < host_time_ms_) return received;  // an old will that came late
    host_time_ms_ = state->timestamp_ms;
    host_online_ = state->online;
    if (state->online && connected_ && !born_) received.messages = births(now_ms);
    received.host_lost = !state->online && born_;
    if (received.host_lost) born_ = false;
    return received;
  }
  const bool command = topic->verb == SparkplugVerb::NCmd || topic->verb == SparkplugVerb::DCmd;
  if (!command || retained || topic->group != options_.group || topic->node != options_.node) return received;
  auto payload = decode_sparkplug(bytes);
  const auto device = devices_.find(topic->device);
  if (!payload || device == devices_.end()) return received;
  received.device = topic->device;
  for (SparkplugMetric& metric : payload->metrics) {
    if (topic->verb == SparkplugVerb::NCmd && metric.name == rebirth_name) {
      if (const auto* wanted = std::get_if<bool>(&metric.wire); wanted != nullptr && *wanted && born_)
        received.messages = births(now_ms);
      continue;
    }
    if (metric.name.empty() && metric.alias) {
      for (const Metric& known : device->second.metrics) {
        if (known.alias == *metric.alias) metric.name = known.name;
      }
    }
    if (const auto known = device->second.by_name.find(metric.name);
        known != device->second.by_name.end() && metric.type == SparkplugType::Unknown)
      metric.type = device->second.metrics[known->second].type;
    if (!metric.name.empty()) received.commands.push_back(std::move(metric));
  }
  return received;
}

base::Result<std::uint64_t> next_bd_seq(const std::filesystem::path& file) {
  const auto refused = [&] {
    return fail(ErrorCode::Unavailable, "会话序号文件不能读写。请检查磁盘和权限。",
                "The file of the session number cannot be read or written. Check the disk and its permissions.",
                {.file = file.filename().string()});
  };
  std::uint64_t next = 0;
  if (const int in = ::open(file.c_str(), O_RDONLY | O_CLOEXEC); in >= 0) {
    std::array<char, 16> text{};
    const ssize_t size = ::read(in, text.data(), text.size());
    ::close(in);
    std::uint64_t before = 0;
    if (size > 0 && std::from_chars(text.data(), text.data() + size, before).ec == std::errc{})
      next = (before + 1) % seq_count;
  }
  const std::filesystem::path fresh = file.string() + ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (out < 0) return refused();
  const std::string text = std::to_string(next) + "\n";
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
  ::close(out);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) return refused();
  const std::filesystem::path parent = file.has_parent_path() ? file.parent_path() : ".";
  if (const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return next;
}

}  // namespace yuanqu::telemetry
