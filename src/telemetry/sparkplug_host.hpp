#pragma once
// SparkplugHost: the logic of a Sparkplug B 3.0 host application over the edge nodes of one plant, without a network:
// messages and time go in; points, messages to send and what was lost come out. A single thread drives it.
//
// - STATE: will and birth carry one timestamp; a false "offline" on our own topic is answered at once with a new birth.
// - A node is alive from an NBIRTH on until the NDEATH with its bdSeq. An NDEATH with another bdSeq is old and ignored;
// an
//   NBIRTH with the bdSeq of a death that came before it is old too.
// - Sequence numbers 0 … 255: a message ahead of its turn waits; when the gap is not filled within the reorder timeout
// the
//   node is asked for a rebirth and what waits is taken (its values are true), the node's tags standing as last known
//   until the birth.
// - An unknown node, alias or device is a reason to ask for a rebirth, each node at most once per interval and all
// nodes at
//   a bounded rate, so that a host that restarts before a thousand nodes does not drown the broker.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "telemetry/plant_model.hpp"
#include "telemetry/sparkplug.hpp"

namespace yuanqu::telemetry {

struct SparkplugHostOptions {
  std::string host_id = "yuanqu";
  std::int64_t reorder_timeout_ms = 2'000;
  std::int64_t rebirth_interval_ms = 5'000;  // of one node
  int rebirths_per_second = 50;              // of all
  std::size_t waiting_max = 256;             // messages of one node that wait for their turn
};

struct LostTags {
  std::vector<TagIndex> tags;
  Quality quality = Quality::last_known;
};

struct HostOutput {
  std::vector<Point> points;  // server_time_ms is filled, sequence is not
  std::vector<Outgoing> messages;
  std::vector<LinkIndex> heard;  // links that are alive
  std::vector<LostTags> lost;    // before the points of the same output
  std::vector<base::Error> problems;
};

class SparkplugHost {
 public:
  explicit SparkplugHost(const PlantModel& plant, SparkplugHostOptions options = {});
  ~SparkplugHost();

  // For CONNECT: the will, made for one connection (clean start, session expiry 0).
  Outgoing will(std::int64_t now_ms);
  std::vector<std::string> subscriptions() const;  // STATE first; at QoS 1
  // After the subscriptions are acknowledged: the birth.
  HostOutput connected(std::int64_t now_ms);
  // Before an intended DISCONNECT.
  Outgoing death(std::int64_t now_ms) const;
  // The connection is gone: every tag of every node stands as last known.
  HostOutput disconnected();

  HostOutput message(std::string_view topic, std::string_view payload, bool retained, std::int64_t now_ms,
                     std::int64_t steady_ms);
  HostOutput tick(std::int64_t now_ms, std::int64_t steady_ms);
  // Asks every node that is not alive to be born (an operator's wish), at the bounded rate.
  void request_births();

  struct NodeStatus {
    std::string group, node;
    bool alive = false;
    std::optional<std::uint64_t> bd_seq;
    std::uint64_t messages = 0;
    std::uint64_t gaps = 0;
    std::uint64_t rebirths_asked = 0;
    std::size_t unmapped_metrics = 0;  // that the plant does not know
    std::vector<std::string> devices_alive;
  };
  std::vector<NodeStatus> nodes() const;

 private:
  struct Node;
  struct Message;
  Node& node_of(const std::string& group, const std::string& name);
  void take(Node& node, Message message, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out);
  void birth(Node& node, Message& message, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out);
  void death(Node& node, const Message& message, HostOutput& out);
  void device_birth_or_data(Node& node, Message& message, std::int64_t now_ms, HostOutput& out);
  void points_of(Node& node, Message& message, bool is_birth, std::int64_t now_ms, HostOutput& out);
  void drain(Node& node, std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out);
  void ask_rebirth(Node& node);
  void lose(Node& node, const std::string* device, HostOutput& out);
  void send_rebirths(std::int64_t now_ms, std::int64_t steady_ms, HostOutput& out);

  const PlantModel& plant_;
  const SparkplugHostOptions options_;
  std::int64_t session_ms_ = 0;  // the timestamp of will and birth
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Node>> nodes_;
  std::deque<Node*> wanting_;  // rebirths to be asked for
  std::int64_t second_ms_ = 0;
  int asked_in_second_ = 0;
};

}  // namespace yuanqu::telemetry
