#pragma once
// SparkplugEdge: one edge node of Sparkplug B 3.0, without a network: births, data by exception, deaths, rebirth on
// request, waiting for its primary host. One object is one node over many connections; each connection begins with
// begin_session(), whose number the caller keeps on disk (next_bd_seq). A single thread drives it.

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "telemetry/sparkplug.hpp"

namespace yuanqu::telemetry {

struct SparkplugEdgeOptions {
  std::string group;
  std::string node;
  std::string primary_host;  // empty: births do not wait for a host
  bool aliases = true;
};

// A value to report.
struct EdgeValue {
  std::string metric;
  Value value;
  std::int64_t time_ms = 0;
  Quality quality = Quality::good;
  bool is_historical = false;  // kept while the link was down
};

class SparkplugEdge {
 public:
  explicit SparkplugEdge(SparkplugEdgeOptions options);

  // Every metric a device ("" is the node itself) will ever report, before its birth. Conflict for a name twice.
  base::Result<void> define(const std::string& device, const std::string& metric, SparkplugType type,
                            Value initial = {});

  // A new connection: nothing is born. The will to connect with.
  Outgoing begin_session(std::uint64_t bd_seq, std::int64_t now_ms);
  std::vector<std::string> subscriptions() const;
  // Connected and subscribed: the births, or nothing while the primary host is not online.
  std::vector<Outgoing> connected(std::int64_t now_ms);
  void disconnected();

  // Keeps the values and gives the message that reports those that changed (value, quality or type), nullopt when
  // nothing did or nothing is born yet (a birth will tell the newest). Unknown metrics are left out. Values in the
  // order of time. A first value that was read before the birth went out is told as of that birth: a host that goes by
  // time would otherwise keep what the birth said.
  std::optional<Outgoing> report(const std::string& device, const std::vector<EdgeValue>& values, std::int64_t now_ms);
  // A metric that is no tag: a template, a result. Not kept, not part of births.
  std::optional<Outgoing> event(const std::string& device, std::vector<SparkplugMetric> metrics, std::int64_t now_ms);
  // The device is out of reach, or back.
  std::optional<Outgoing> device_lost(const std::string& device, std::int64_t now_ms);
  std::optional<Outgoing> device_back(const std::string& device, std::int64_t now_ms);
  // Before an intended disconnect.
  Outgoing death(std::int64_t now_ms) const;

  struct Received {
    std::vector<Outgoing> messages;         // births that were asked for
    std::string device;                     // of the command; empty: the node
    std::vector<SparkplugMetric> commands;  // NCMD and DCMD metrics beside rebirth, aliases resolved, types as defined
    bool host_lost = false;                 // the primary host went offline: leave this broker
  };
  // A retained command is ignored (it would run again at every connection).
  Received message(std::string_view topic, std::string_view payload, bool retained, std::int64_t now_ms);

  bool born() const { return born_; }
  bool host_online() const { return host_online_; }
  std::uint64_t bd_seq() const { return bd_seq_; }

 private:
  struct Metric {
    std::string name;
    SparkplugType type = SparkplugType::Unknown;
    std::uint64_t alias = 0;
    Value value;
    Quality quality = Quality::good;
    std::int64_t time_ms = 0;
    bool reported = false;  // until then it stands as of the first birth that told it
  };
  struct Device {
    std::vector<Metric> metrics;
    std::unordered_map<std::string, std::size_t> by_name;
    bool lost = false;
  };
  std::vector<Outgoing> births(std::int64_t now_ms);
  Outgoing device_birth(const std::string& name, Device& device, std::int64_t now_ms);
  SparkplugMetric told(const Metric& metric, bool birth) const;
  Outgoing sealed(SparkplugVerb verb, const std::string& device, SparkplugPayload payload, std::int64_t now_ms);

  SparkplugEdgeOptions options_;
  std::map<std::string, Device> devices_;  // "" first
  std::uint64_t next_alias_ = 1;
  std::uint64_t bd_seq_ = 0;
  std::uint64_t seq_ = 0;
  bool connected_ = false;
  bool born_ = false;
  bool host_online_ = false;
  std::int64_t host_time_ms_ = 0;
};

// The number of the next connection, 0 … 255 and round again, kept in a file that is synced before the answer.
base::Result<std::uint64_t> next_bd_seq(const std::filesystem::path& file);

}  // namespace yuanqu::telemetry
