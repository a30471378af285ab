#include "telemetry/sparkplug_host.hpp"

#include <algorithm>
#include <set>

namespace yuanqu::telemetry {

using base::ErrorCode;

namespace {
constexpr std::size_t unmapped_max = 10'000;
}  // namespace

struct SparkplugHost::Message {
  SparkplugTopic topic;
  SparkplugPayload payload;
};

struct SparkplugHost::Node {
  struct Alias {
    std::string device;
    std::string name;
    SparkplugType type = SparkplugType::Unknown;
  };
  std::string group, name;
  std::vector<LinkIndex> links;
  std::unordered_map<std::string, TagIndex> tags;  // device '\n' metric
  bool alive = false;
  std::optional<std::uint64_t> bd_seq;       // of the last birth
  std::optional<std::uint64_t> dead_bd_seq;  // of the last death taken
  std::uint64_t next_seq = 0;
  std::unordered_map<std::uint64_t, Alias> aliases;
  std::unordered_map<std::string, SparkplugType> types;
  std::set<std::string> devices;             // alive
  std::map<std::uint64_t, Message> waiting;  // by sequence number
  std::optional<std::int64_t> gap_since_ms;
  std::optional<std::int64_t> asked_at_ms;
  bool wants_rebirth = false;
  std::uint64_t messages = 0, gaps = 0, rebirths = 0;
  std::set<std::string> unmapped;

  static std::string key(const std::string& device, const std::string& metric) { return device + "\n" + metric; }
};

SparkplugHost::SparkplugHost(const PlantModel& plant, SparkplugHostOptions options)
    : plant_(plant), options_(std::move(options)) {
  for (LinkIndex link = 0; link < plant.links().size(); ++link) {
    const SparkplugLink* sparkplug = sparkplug_of(plant.links()[link]);
    if (sparkplug == nullptr) continue;
    Node& node = node_of(sparkplug->group, sparkplug->node);
    node.links.push_back(link);
    for (TagIndex tag : plant.tags_of_link(link)) {
      if (const auto* source = std::get_if<SparkplugSource>(&plant.tag(tag).source)) {
        node.tags.emplace(Node::key(source->device, source->metric), tag);
      } else {
        node.tags.emplace(Node::key({}, plant.tag(tag).name), tag);  // polled by the node
      }
    }
  }
}
SparkplugHost::~SparkplugHost() = default;

SparkplugHost::Node& SparkplugHost::node_of(const std::string& group, const std::string& name) {
  auto& node = nodes_[{group, name}];
  if (!node) {
    node = std::make_unique<Node>();
    node->group = group;
    node->name = name;
  }
  return *node;
}

Outgoing SparkplugHost::will(std::int64_t now_ms) {
  session_ms_ = now_ms;
  return {"spBv1.0/STATE/" + options_.host_id, state_payload(false, session_ms_), 1, true};
}

std::vector<std::string> SparkplugHost::subscriptions() const {
  std::vector<std::string> topics = {"spBv1.0/STATE/" + options_.host_id};
  std::set<std::string> groups;
  for (const auto& [key, node] : nodes_) groups.insert(key.first);
  for (const std::string& group : groups) topics.push_back("spBv1.0/" + group + "/#");
  return topics;
}

HostOutput SparkplugHost::connected(std::int64_t now_ms) {
  if (session_ms_ == 0) session_ms_ = now_ms;
  HostOutput out;
  out.messages.push_back({"spBv1.0/STATE/" + options_.host_id, state_payload(true, session_ms_), 1, true});
  return out;
}

Outgoing SparkplugHost::death(std::int64_t now_ms) const {
  return {"spBv1.0/STATE/" + options_.host_id, state_payload(false, std::max(now_ms, session_ms_)), 1, true};
}

HostOutput SparkplugHost::disconnected() {
  HostOutput out;
  for (auto& [key, node] : nodes_) {
    if (node->alive) lose(*node, nullptr, out);
    node->alive = false;
    // Its births were not heard from here on: whatever comes next needs a new one.
    node->bd_seq.reset();
    node->dead_bd_seq.reset();
    node->devices.clear();
    node->waiting.clear();
    node->gap_since_ms.reset();
    node->wants_rebirth = false;
    node->asked_at_ms.reset();
  }
  wanting_.clear();
  return out;
}

void SparkplugHost::request_births() {
  for (auto& [key, node] : nodes_) {
    if (!node->alive && !node->links.empty()) ask_rebirth(*node);
  }
}

HostOutput SparkplugHost::message(std::string_view topic_text, std::string_view bytes, bool retained,
                                  std::int64_t now_ms, std::int64_t steady_ms) {
  HostOutput out;
  auto topic = parse_sparkplug_topic(topic_text);
  if (!topic) {
    out.problems.push_back({ErrorCode::Invalid,
                            "主题 " + std::string(topic_text.substr(0, 200)) + " 不是 Sparkplug 主题。",
                            "The topic " + std::string(topic_text.substr(0, 200)) + " is no Sparkplug topic.",
                            {}});
    return out;
  }
  if (topic->verb == SparkplugVerb::State) {
    // Somebody said of us that we are gone: an old will, or a host that took our name. We are here.
    const auto state = parse_state(bytes);
    if (topic->node == options_.host_id && state && !state->online && session_ms_ != 0) {
      session_ms_ = std::max(session_ms_, std::max(state->timestamp_ms + 1, now_ms));
      out.messages.push_back({"spBv1.0/STATE/" + options_.host_id, state_payload(true, session_ms_), 1, true});
      out.problems.push_back({ErrorCode::Conflict,
                              "有人以本主机的名义发布了离线状态，已更正。若再出现，请查是否有两台主机同名。",
                              "Somebody published that this host is offline; it was corrected. If it comes again, look "
                              "for a second host of this name.",
                              {}});
    }
    return out;
  }
  if (topic->verb == SparkplugVerb::NCmd || topic->verb == SparkplugVerb::DCmd) return out;  // of hosts, to nodes
  if (retained) {
    out.problems.push_back({ErrorCode::Invalid,
                            "收到保留的 Sparkplug 报文，已忽略。请让发送方去掉 retain。",
                            "A retained Sparkplug message was ignored. Let its sender drop the retain flag.",
                            {.rule = std::string(topic_text)}});
    return out;
  }
  auto payload = decode_sparkplug(bytes);
  if (!payload) {
    payload.error().place.rule = topic_text;
    out.problems.push_back(payload.error());
    return out;
  }
  Node& node = node_of(topic->group, topic->node);
  ++node.messages;
  take(node, {std::move(*topic), std::move(*payload)}, now_ms, steady_ms, out);
  send_rebirths(now_ms, steady_ms, out);
  if (node.alive) out.heard.insert(out.heard.end(), node.links.begin(), node.links.end());
  return out;
}

void SparkplugHost::take(Node& node, Message message, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out) {
  if (message.topic.verb == SparkplugVerb::NBirth) return birth(node, message, now_ms, steady_ms, out);
  if (message.topic.verb == SparkplugVerb::NDeath) return death(node, message, out);
  if (!node.alive) {
    ask_rebirth(node);
    return;
  }
  if (!message.payload.seq || *message.payload.seq >= seq_count) {
    out.problems.push_back({ErrorCode::Invalid,
                            "报文缺少序号或序号超过 255，已忽略。",
                            "A message without a sequence number of 0 to 255 was ignored.",
                            {.rule = to_text(message.topic)}});
    ask_rebirth(node);
    return;
  }
  const std::uint64_t ahead = (*message.payload.seq + seq_count - node.next_seq) % seq_count;
  if (ahead == 0) {
    device_birth_or_data(node, message, now_ms, out);
    node.next_seq = (node.next_seq + 1) % seq_count;
    drain(node, now_ms, steady_ms, out);
    return;
  }
  // More than half the circle ahead is behind: it was taken already (delivered twice) or given up.
  if (ahead > seq_count / 2) return;
  if (!node.gap_since_ms) {
    node.gap_since_ms = steady_ms;
    ++node.gaps;
  }
  node.waiting.emplace(*message.payload.seq, std::move(message));
  if (node.waiting.size() >= options_.waiting_max) node.gap_since_ms = steady_ms - options_.reorder_timeout_ms;
}

void SparkplugHost::drain(Node& node, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out) {
  for (;;) {
    const auto next = node.waiting.find(node.next_seq);
    if (next == node.waiting.end()) break;
    Message message = std::move(next->second);
    node.waiting.erase(next);
    device_birth_or_data(node, message, now_ms, out);
    node.next_seq = (node.next_seq + 1) % seq_count;
  }
  if (node.waiting.empty())
    node.gap_since_ms.reset();
  else
    node.gap_since_ms = steady_ms;  // the next gap
}

void SparkplugHost::birth(Node& node, Message& message, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out) {
  std::optional<std::uint64_t> bd_seq;
  for (const SparkplugMetric& metric : message.payload.metrics) {
    if (metric.name == bd_seq_name && std::holds_alternative<std::uint64_t>(metric.wire))
      bd_seq = std::get<std::uint64_t>(metric.wire);
  }
  if (!bd_seq) {
    out.problems.push_back({ErrorCode::Invalid,
                            "NBIRTH 缺少 bdSeq，已忽略。",
                            "An NBIRTH without bdSeq was ignored.",
                            {.rule = to_text(message.topic)}});
    return;
  }
  if (node.dead_bd_seq == bd_seq) {
    out.problems.push_back({ErrorCode::Conflict,
                            "NBIRTH 晚于同一会话的 NDEATH，已忽略：节点仍离线。",
                            "An NBIRTH came after the NDEATH of its session and was ignored: the node stays offline.",
                            {.rule = to_text(message.topic)}});
    return;
  }
  if (!message.payload.seq || *message.payload.seq >= seq_count) {
    out.problems.push_back({ErrorCode::Invalid,
                            "NBIRTH 缺少序号，已忽略。",
                            "An NBIRTH without a sequence number was ignored.",
                            {.rule = to_text(message.topic)}});
    return;
  }
  // Devices of a session before are gone until they are born again.
  std::vector<std::string> before(node.devices.begin(), node.devices.end());
  for (const std::string& device : before) lose(node, &device, out);
  node.alive = true;
  node.bd_seq = bd_seq;
  node.dead_bd_seq.reset();
  node.devices.clear();
  node.aliases.clear();
  node.types.clear();
  node.waiting.clear();
  node.gap_since_ms.reset();
  node.wants_rebirth = false;
  node.asked_at_ms.reset();
  node.next_seq = (*message.payload.seq + 1) % seq_count;
  (void)steady_ms;
  points_of(node, message, true, now_ms, out);
}

void SparkplugHost::death(Node& node, const Message& message, HostOutput& out) {
  std::optional<std::uint64_t> bd_seq;
  for (const SparkplugMetric& metric : message.payload.metrics) {
    if (metric.name == bd_seq_name && std::holds_alternative<std::uint64_t>(metric.wire))
      bd_seq = std::get<std::uint64_t>(metric.wire);
  }
  if (!bd_seq) {
    out.problems.push_back({ErrorCode::Invalid,
                            "NDEATH 缺少 bdSeq，已忽略。",
                            "An NDEATH without bdSeq was ignored.",
                            {.rule = to_text(message.topic)}});
    return;
  }
  if (node.alive && node.bd_seq != bd_seq) return;  // of a session that is over already
  node.dead_bd_seq = bd_seq;
  node.alive = false;
  node.waiting.clear();
  node.gap_since_ms.reset();
  lose(node, nullptr, out);
  node.devices.clear();
}

void SparkplugHost::device_birth_or_data(Node& node, Message& message, std::int64_t now_ms, HostOutput& out) {
  const std::string& device = message.topic.device;
  switch (message.topic.verb) {
    case SparkplugVerb::DBirth:
      node.devices.insert(device);
      points_of(node, message, true, now_ms, out);
      break;
    case SparkplugVerb::DDeath:
      if (node.devices.erase(device) > 0) lose(node, &device, out);
      break;
    case SparkplugVerb::DData:
      if (!node.devices.contains(device)) {
        ask_rebirth(node);
        break;
      }
      points_of(node, message, false, now_ms, out);
      break;
    default: points_of(node, message, false, now_ms, out); break;
  }
}

void SparkplugHost::points_of(Node& node, Message& message, bool is_birth, std::int64_t now_ms, HostOutput& out) {
  for (SparkplugMetric& metric : message.payload.metrics) {
    std::string device = message.topic.device;
    std::string name = metric.name;
    SparkplugType type = metric.type;
    if (is_birth) {
      if (metric.alias) {
        const auto [at, added] = node.aliases.emplace(*metric.alias, Node::Alias{device, name, type});
        if (!added && (at->second.device != device || at->second.name != name)) {
          out.problems.push_back(
              {ErrorCode::Invalid,
               "别名 " + std::to_string(*metric.alias) + " 在节点内用了两次，后者已忽略。",
               "The alias " + std::to_string(*metric.alias) + " is used twice in the node; the second was ignored.",
               {.rule = to_text(message.topic)}});
          continue;
        }
      }
      node.types[Node::key(device, name)] = type;
    } else if (name.empty() && metric.alias) {
      const auto known = node.aliases.find(*metric.alias);
      if (known == node.aliases.end() || known->second.device != device) {
        ask_rebirth(node);
        continue;
      }
      name = known->second.name;
      type = known->second.type;
    } else {
      const auto known = node.types.find(Node::key(device, name));
      if (known == node.types.end()) {
        if (node.tags.contains(Node::key(device, name))) ask_rebirth(node);  // not of the birth
        continue;
      }
      if (type == SparkplugType::Unknown) type = known->second;
    }
    const auto found = node.tags.find(Node::key(device, name));
    if (found == node.tags.end()) {
      if (name != bd_seq_name && name != rebirth_name && node.unmapped.size() < unmapped_max)
        node.unmapped.insert(Node::key(device, name));
      continue;
    }
    Point point{.tag = found->second, .server_time_ms = now_ms, .value = typed(metric, type)};
    point.source_time_ms = metric.timestamp_ms ? *metric.timestamp_ms : message.payload.timestamp_ms.value_or(now_ms);
    point.quality = metric.quality ? quality_of_sparkplug(*metric.quality) : Quality::good;
    fit(plant_.tag(point.tag), point.value, point.quality);
    if (auto good = check(point); !good) {
      good.error().place.rule = plant_.tag(point.tag).name;
      out.problems.push_back(good.error());
      continue;
    }
    out.points.push_back(std::move(point));
  }
}

void SparkplugHost::lose(Node& node, const std::string* device, HostOutput& out) {
  std::vector<TagIndex> tags;
  for (const auto& [key, tag] : node.tags) {
    if (device == nullptr || key.substr(0, key.find('\n')) == *device) tags.push_back(tag);
  }
  std::sort(tags.begin(), tags.end());
  if (!tags.empty()) out.lost.push_back({std::move(tags), Quality::last_known});
}

void SparkplugHost::ask_rebirth(Node& node) {
  if (node.wants_rebirth) return;
  node.wants_rebirth = true;
  wanting_.push_back(&node);
}

void SparkplugHost::send_rebirths(std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out) {
  if (steady_ms - second_ms_ >= 1'000) {
    second_ms_ = steady_ms;
    asked_in_second_ = 0;
  }
  for (std::size_t left = wanting_.size(); left > 0 && asked_in_second_ < options_.rebirths_per_second; --left) {
    Node& node = *wanting_.front();
    wanting_.pop_front();
    if (!node.wants_rebirth) continue;  // it was born meanwhile
    if (node.asked_at_ms && steady_ms - *node.asked_at_ms < options_.rebirth_interval_ms) {
      wanting_.push_back(&node);
      continue;
    }
    node.asked_at_ms = steady_ms;
    node.wants_rebirth = false;
    ++node.rebirths;
    ++asked_in_second_;
    SparkplugPayload payload{.timestamp_ms = now_ms};
    payload.metrics.push_back(make_metric(std::string(rebirth_name), SparkplugType::Boolean, Value(true), now_ms));
    out.messages.push_back(
        {to_text(SparkplugTopic{SparkplugVerb::NCmd, node.group, node.name, {}}), encode_sparkplug(payload), 0, false});
  }
}

HostOutput SparkplugHost::tick(std::int64_t now_ms, std::int64_t steady_ms) {
  HostOutput out;
  for (auto& [key, node] : nodes_) {
    if (!node->gap_since_ms || steady_ms - *node->gap_since_ms < options_.reorder_timeout_ms) continue;
    // The missing message will not come. What waited is true and taken in its order; the rest comes with the rebirth.
    lose(*node, nullptr, out);
    while (!node->waiting.empty()) {
      auto nearest = node->waiting.begin();
      for (auto at = node->waiting.begin(); at != node->waiting.end(); ++at) {
        if ((at->first + seq_count - node->next_seq) % seq_count <
            (nearest->first + seq_count - node->next_seq) % seq_count)
          nearest = at;
      }
      Message message = std::move(nearest->second);
      node->next_seq = (nearest->first + 1) % seq_count;
      node->waiting.erase(nearest);
      device_birth_or_data(*node, message, now_ms, out);
    }
    node->gap_since_ms.reset();
    ask_rebirth(*node);
  }
  send_rebirths(now_ms, steady_ms, out);
  return out;
}

std::vector<SparkplugHost::NodeStatus> SparkplugHost::nodes() const {
  std::vector<NodeStatus> list;
  for (const auto& [key, node] : nodes_) {
    list.push_back({key.first,
                    key.second,
                    node->alive,
                    node->bd_seq,
                    node->messages,
                    node->gaps,
                    node->rebirths,
                    node->unmapped.size(),
                    {node->devices.begin(), node->devices.end()}});
  }
  return list;
}

}  // namespace yuanqu::telemetry
