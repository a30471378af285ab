#pragma once
// Sparkplug B 3.0: topics and payloads. Decoding takes any bytes: what is not a payload is an error, what it does not
// know is skipped.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "telemetry/point.hpp"

namespace yuanqu::telemetry {

// ---- topics: spBv1.0/<group>/<verb>/<node>[/<device>], spBv1.0/STATE/<host>

enum class SparkplugVerb : std::uint8_t { NBirth, NDeath, NData, NCmd, DBirth, DDeath, DData, DCmd, State };
std::string_view name_of(SparkplugVerb verb);  // "NBIRTH" …

struct SparkplugTopic {
  SparkplugVerb verb = SparkplugVerb::NData;
  std::string group;   // of STATE: empty
  std::string node;    // of STATE: the host id
  std::string device;  // of D… only
};
std::string to_text(const SparkplugTopic& topic);
std::optional<SparkplugTopic> parse_sparkplug_topic(std::string_view topic);

// ---- payloads

enum class SparkplugType : std::uint32_t {
  Unknown = 0,
  Int8 = 1,
  Int16 = 2,
  Int32 = 3,
  Int64 = 4,
  UInt8 = 5,
  UInt16 = 6,
  UInt32 = 7,
  UInt64 = 8,
  Float = 9,
  Double = 10,
  Boolean = 11,
  String = 12,
  DateTime = 13,
  Text = 14,
  Uuid = 15,
  DataSet = 16,
  Bytes = 17,
  File = 18,
  Template = 19,
};
SparkplugType sparkplug_type_of(ValueType type);  // Boolean, Int64, UInt64, Double, String

inline constexpr std::uint64_t seq_count = 256;  // sequence numbers, of messages and of births, begin anew after these
// Metrics of a node whose names the specification gives.
inline constexpr std::string_view rebirth_name = "Node Control/Rebirth";
inline constexpr std::string_view bd_seq_name = "bdSeq";

struct SparkplugMetric {
  std::string name;  // may be empty in data, when there is an alias
  std::optional<std::uint64_t> alias;
  std::optional<std::int64_t> timestamp_ms;
  SparkplugType type = SparkplugType::Unknown;  // Unknown: as the birth said
  bool is_historical = false;
  bool is_transient = false;
  bool is_null = false;
  bool omits_type = false;  // data need not say it again
  // The property "Quality" is one of 0, 192 and 500 by the standard; our own nodes say the exact code beside it in the
  // property "Quality Detail", which goes before it.
  std::optional<int> quality;
  // What the wire held, by the wire's own types: uint64 for int_value and long_value, double for float and double.
  // typed() turns it into the metric's type. A data set, a template or bytes leave it empty.
  Value wire;
  std::vector<SparkplugMetric> members;  // of a template
  std::string template_ref;
  bool is_definition = false;
};

struct SparkplugPayload {
  std::optional<std::int64_t> timestamp_ms;
  std::optional<std::uint64_t> seq;
  std::vector<SparkplugMetric> metrics;
};

base::Result<SparkplugPayload> decode_sparkplug(std::string_view bytes);
// Metrics of type Unknown are refused by nobody: they are written as their wire value.
std::string encode_sparkplug(const SparkplugPayload& payload);

// The wire value as that type: two's complement for signed ones. Monostate when the metric is null or the wire held
// something else.
Value typed(const SparkplugMetric& metric, SparkplugType type);
// A metric that carries a value of our own; monostate makes it null.
SparkplugMetric make_metric(std::string name, SparkplugType type, const Value& value,
                            std::optional<std::int64_t> timestamp_ms = {});
// 0 bad, 192 good, 500 stale (last_known); other codes up to 255 as they are, anything else bad.
Quality quality_of_sparkplug(int code);

// The JSON of STATE messages.
std::string state_payload(bool online, std::int64_t timestamp_ms);
struct HostState {
  bool online = false;
  std::int64_t timestamp_ms = 0;
};
std::optional<HostState> parse_state(std::string_view payload);

// A message to be sent.
struct Outgoing {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;
};

}  // namespace yuanqu::telemetry
