// The logic of host and edge node, each test with the ids of the Sparkplug 3.0 assertions it holds
// (tests/cases/telemetry/sparkplug_assertions.csv lists every id and why the others are not here).

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <set>
#include <sstream>

#include "points.hpp"
#include "sparkplug_b.pb.h"
#include "telemetry/live.hpp"
#include "telemetry/sparkplug.hpp"
#include "telemetry/sparkplug_edge.hpp"
#include "telemetry/sparkplug_host.hpp"

namespace yuanqu::telemetry {
namespace {

constexpr std::int64_t wall = 1'700'000'000'000;

PlantModel plant() {
  std::string text =
      "plant: p\nlabels: {zh: 厂, en: Plant}\nlinks:\n  - {name: edge, sparkplug: {group: G, node: N}}\n  - {name: "
      "plc, modbus: {host: h}, through: {group: G, node: N}}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n"
      "    equipment:\n      - {name: car, labels: {zh: 车, en: Car}, link: edge, device: D, tags: [{name: 车.温度, "
      "labels: {zh: 温, en: T}, type: number, source: {metric: T/温度}}, "
      "{name: 车.数, labels: {zh: 数, en: C}, type: integer, source: {metric: C}}]}\n"
      "      - {name: own, labels: {zh: 节点, en: Node}, link: edge, tags: [{name: 节点.心跳, labels: {zh: 跳, en: B}, "
      "type: unsigned, source: {metric: beat}}]}\n"
      "      - {name: plc, labels: {zh: 控, en: P}, link: plc, tags: [{name: 控.压力, labels: {zh: 压, en: P}, type: "
      "number, source: {register: 0, form: float32}}]}\n";
  auto model = PlantModel::read(text, "p");
  if (!model) {
    for (const auto& fault : model.error()) ADD_FAILURE() << base::to_text(fault, false);
    return {};
  }
  return std::move(*model);
}

SparkplugEdge edge_node(bool aliases = true, const std::string& primary = {}) {
  SparkplugEdge edge({.group = "G", .node = "N", .primary_host = primary, .aliases = aliases});
  EXPECT_TRUE(edge.define("", "beat", SparkplugType::UInt64, Value(std::uint64_t{0})));
  EXPECT_TRUE(edge.define("", "控.压力", SparkplugType::Double, Value(1.5)));
  EXPECT_TRUE(edge.define("D", "T/温度", SparkplugType::Double, Value(20.0)));
  EXPECT_TRUE(edge.define("D", "C", SparkplugType::Int32, Value(std::int64_t{-3})));
  return edge;
}

// A host, an edge node and the messages between them, in our hands.
struct Pair {
  PlantModel model = plant();
  SparkplugHost host{model};
  SparkplugEdge edge;
  std::vector<Point> points;
  std::vector<Outgoing> to_edge;
  std::vector<std::size_t> lost;  // how many tags at a time
  std::size_t problems = 0;
  std::int64_t ms = 0;

  explicit Pair(bool aliases = true) : edge(edge_node(aliases)) {}
  void keep(HostOutput out) {
    for (const auto& tags : out.lost) lost.push_back(tags.tags.size());
    points.insert(points.end(), out.points.begin(), out.points.end());
    to_edge.insert(to_edge.end(), out.messages.begin(), out.messages.end());
    problems += out.problems.size();
  }
  void give(const Outgoing& message, bool retained = false) {
    keep(host.message(message.topic, message.payload, retained, wall + ms, ms));
  }
  void give(const std::vector<Outgoing>& messages) {
    for (const Outgoing& message : messages) give(message);
  }
  void tick() { keep(host.tick(wall + ms, ms)); }
  void begin(std::uint64_t bd_seq) {
    will = edge.begin_session(bd_seq, wall + ms);
    births = edge.connected(wall + ms);
    give(births);
  }
  Outgoing data(double value) {
    return *edge.report("D", {{.metric = "T/温度", .value = value, .time_ms = wall + ms}}, wall + ms);
  }
  bool alive() { return host.nodes().front().alive; }
  const Value& value_of(const std::string& tag) {
    static const Value none;
    for (auto at = points.rbegin(); at != points.rend(); ++at) {
      if (model.tag(at->tag).name == tag) return at->value;
    }
    return none;
  }
  Outgoing will;
  std::vector<Outgoing> births;
};

SparkplugPayload read(const Outgoing& message) { return std::move(*decode_sparkplug(message.payload)); }

// tck-id-topic-structure tck-id-topic-structure-namespace-a
// tck-id-topic-structure-namespace-device-id-associated-message-types
// tck-id-topic-structure-namespace-device-id-non-associated-message-types tck-id-topics-nbirth-topic
// tck-id-topics-ndata-topic tck-id-topics-ndeath-topic tck-id-topics-ncmd-topic tck-id-topics-dbirth-topic
// tck-id-topics-ddata-topic tck-id-topics-ddeath-topic tck-id-topics-dcmd-topic tck-id-host-topic-phid-birth-topic
TEST(Sparkplug, TopicsReadBackAndOthersAreRefused) {
  for (const char* text :
       {"spBv1.0/G/NBIRTH/N", "spBv1.0/G/NDEATH/N", "spBv1.0/G/NDATA/N", "spBv1.0/G/NCMD/N", "spBv1.0/组/DBIRTH/N/D",
        "spBv1.0/G/DDEATH/N/D", "spBv1.0/G/DDATA/N/D", "spBv1.0/G/DCMD/N/D", "spBv1.0/STATE/host"}) {
    const auto topic = parse_sparkplug_topic(text);
    ASSERT_TRUE(topic.has_value()) << text;
    EXPECT_EQ(to_text(*topic), text);
  }
  for (const char* text : {"", "spBv1.0", "spBv1.0/G/NBIRTH", "spBv1.0/G/NBIRTH/N/D", "spBv1.0/G/DDATA/N",
                           "spBv1.0/G/DDATA/N/", "spBv1.0//NDATA/N", "spBv1.0/G/XDATA/N", "spAv1.0/G/NDATA/N",
                           "spBv1.0/G/STATE/N", "STATE/host", "spBv1.0/G/DDATA/N/D/E"})
    EXPECT_FALSE(parse_sparkplug_topic(text).has_value()) << text;
}

// tck-id-payloads-template-instance-is-definition tck-id-payloads-template-instance-ref
// tck-id-payloads-template-ref-instance tck-id-payloads-template-is-definition
// tck-id-payloads-template-is-definition-instance
TEST(Sparkplug, EveryValueGoesThereAndBackToTheBit) {
  const std::vector<std::pair<SparkplugType, Value>> values = {
      {SparkplugType::Int8, Value(std::int64_t{-128})},
      {SparkplugType::Int16, Value(std::int64_t{-32768})},
      {SparkplugType::Int32, Value(std::int64_t{std::numeric_limits<std::int32_t>::min()})},
      {SparkplugType::Int64, Value(std::numeric_limits<std::int64_t>::min())},
      {SparkplugType::Int64, Value(std::int64_t{(1LL << 53) + 1})},
      {SparkplugType::UInt8, Value(std::uint64_t{255})},
      {SparkplugType::UInt32, Value(std::uint64_t{4294967295})},
      {SparkplugType::UInt64, Value(std::numeric_limits<std::uint64_t>::max())},
      {SparkplugType::Double, Value(-0.0)},
      {SparkplugType::Double, Value(std::numeric_limits<double>::infinity())},
      {SparkplugType::Double, Value(std::bit_cast<double>(std::uint64_t{0x7FF8000000000123}))},
      {SparkplugType::Float, Value(0.5)},
      {SparkplugType::Boolean, Value(false)},
      {SparkplugType::String, Value(std::string("铁水"))},
      {SparkplugType::String, Value(std::string())},
      {SparkplugType::DateTime, Value(std::uint64_t{1'700'000'000'000})}};
  SparkplugPayload payload{.timestamp_ms = 5, .seq = 0};
  for (const auto& [type, value] : values) payload.metrics.push_back(make_metric("m", type, value, 7));
  payload.metrics.push_back(make_metric("null", SparkplugType::Double, Value()));
  const auto back = decode_sparkplug(encode_sparkplug(payload));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->timestamp_ms, 5);
  EXPECT_EQ(back->seq, 0U);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(same_bits(typed(back->metrics[i], values[i].first), values[i].second)) << i;
  EXPECT_TRUE(back->metrics.back().is_null);
  SparkplugMetric command{.name = "cmd",
                          .type = SparkplugType::Template,
                          .members = {make_metric("id", SparkplugType::String, Value(std::string("x")))},
                          .template_ref = "Command"};
  const auto nested = decode_sparkplug(encode_sparkplug({.metrics = {command}}));
  EXPECT_EQ(nested->metrics[0].template_ref, "Command");
  EXPECT_FALSE(nested->metrics[0].is_definition);
  ASSERT_EQ(nested->metrics[0].members.size(), 1U);
  EXPECT_EQ(std::get<std::string>(nested->metrics[0].members[0].wire), "x");
  EXPECT_FALSE(decode_sparkplug("\xff\xff\xff").has_value());
}

// tck-id-topics-nbirth-mqtt tck-id-topics-nbirth-seq-num tck-id-payloads-nbirth-seq tck-id-topics-nbirth-timestamp
// tck-id-payloads-nbirth-timestamp tck-id-topics-nbirth-metric-reqs tck-id-topics-nbirth-metrics
// tck-id-topics-nbirth-bdseq-included tck-id-topics-nbirth-bdseq-matching tck-id-payloads-nbirth-bdseq
// tck-id-topics-nbirth-rebirth-metric tck-id-operational-behavior-data-commands-rebirth-name
// tck-id-operational-behavior-data-commands-rebirth-datatype tck-id-operational-behavior-data-commands-rebirth-value
// tck-id-topics-ndeath-payload tck-id-topics-ndeath-seq tck-id-payloads-ndeath-bdseq
// tck-id-payloads-ndeath-will-message-qos tck-id-payloads-ndeath-will-message-retain tck-id-topics-dbirth-mqtt
// tck-id-topics-dbirth-seq tck-id-topics-dbirth-timestamp tck-id-topics-dbirth-metrics tck-id-topics-dbirth-metric-reqs
// tck-id-payloads-dbirth-order tck-id-operational-behavior-data-publish-nbirth
// tck-id-operational-behavior-data-publish-nbirth-values tck-id-operational-behavior-data-publish-dbirth
// tck-id-operational-behavior-data-publish-dbirth-values tck-id-payloads-alias-birth-requirement
// tck-id-payloads-alias-uniqueness tck-id-principles-birth-certificates-order
// tck-id-payloads-nbirth-qos tck-id-payloads-nbirth-retain tck-id-payloads-nbirth-rebirth-req
// tck-id-payloads-dbirth-timestamp tck-id-payloads-dbirth-seq tck-id-payloads-dbirth-seq-inc
// tck-id-payloads-dbirth-qos tck-id-payloads-dbirth-retain tck-id-payloads-ndata-order tck-id-payloads-ddata-order
// tck-id-payloads-ndeath-seq tck-id-payloads-name-requirement tck-id-payloads-name-birth-data-requirement
// tck-id-payloads-metric-datatype-req tck-id-payloads-metric-datatype-value
// tck-id-payloads-metric-datatype-value-type tck-id-payloads-sequence-num-always-included
TEST(Sparkplug, BirthsAndTheWillAreAsTheStandardWants) {
  SparkplugEdge edge = edge_node();
  EXPECT_FALSE(edge.report("D", {{.metric = "C", .value = Value(std::int64_t{4}), .time_ms = wall}}, wall))
      << "nothing before the birth";
  const Outgoing will = edge.begin_session(7, wall);
  EXPECT_EQ(will.topic, "spBv1.0/G/NDEATH/N");
  EXPECT_EQ(will.qos, 1);
  EXPECT_FALSE(will.retain);
  const SparkplugPayload death = read(will);
  EXPECT_FALSE(death.seq.has_value());
  ASSERT_EQ(death.metrics.size(), 1U);
  EXPECT_EQ(death.metrics[0].name, "bdSeq");
  EXPECT_TRUE(same_bits(typed(death.metrics[0], SparkplugType::Int64), Value(std::int64_t{7})));
  const auto births = edge.connected(wall);
  ASSERT_EQ(births.size(), 2U);
  EXPECT_EQ(births[0].topic, "spBv1.0/G/NBIRTH/N");
  EXPECT_EQ(births[1].topic, "spBv1.0/G/DBIRTH/N/D");
  std::set<std::uint64_t> aliases;
  for (std::size_t i = 0; i < births.size(); ++i) {
    EXPECT_EQ(births[i].qos, 0);
    EXPECT_FALSE(births[i].retain);
    const SparkplugPayload birth = read(births[i]);
    EXPECT_EQ(birth.seq, i);
    EXPECT_EQ(birth.timestamp_ms, wall);
    for (const SparkplugMetric& metric : birth.metrics) {
      EXPECT_FALSE(metric.name.empty());
      EXPECT_NE(metric.type, SparkplugType::Unknown);
      EXPECT_TRUE(metric.timestamp_ms.has_value());
      if (metric.alias) {
        EXPECT_TRUE(aliases.insert(*metric.alias).second);
      }
    }
  }
  const SparkplugPayload node = read(births[0]);
  EXPECT_EQ(node.metrics[0].name, "bdSeq");
  EXPECT_TRUE(same_bits(typed(node.metrics[0], SparkplugType::Int64), Value(std::int64_t{7})));
  EXPECT_EQ(node.metrics[1].name, "Node Control/Rebirth");
  EXPECT_EQ(node.metrics[1].type, SparkplugType::Boolean);
  EXPECT_TRUE(same_bits(node.metrics[1].wire, Value(false)));
  EXPECT_EQ(node.metrics.size(), 4U);
  EXPECT_TRUE(same_bits(typed(read(births[1]).metrics[1], SparkplugType::Int32), Value(std::int64_t{4})))
      << "the newest value, kept before the birth";
}

// tck-id-payloads-propertyset-quality-value-type tck-id-payloads-propertyset-quality-value-value
// tck-id-payloads-propertyset-keys-array-size tck-id-payloads-propertyset-values-array-size
// tck-id-payloads-metric-propertyvalue-type-type tck-id-payloads-metric-propertyvalue-type-value
// tck-id-payloads-metric-propertyvalue-type-req
TEST(Sparkplug, QualityGoesAsTheStandardHasItAndExactlyBeside) {
  for (int code = 0; code < 256; ++code) {
    SparkplugMetric metric = make_metric("m", SparkplugType::Double, Value(1.0));
    metric.quality = code;
    const std::string bytes = encode_sparkplug({.metrics = {metric}});
    sparkplug_b::Payload wire;
    ASSERT_TRUE(wire.ParseFromString(bytes));
    const auto& properties = wire.metrics(0).properties();
    ASSERT_EQ(properties.keys_size(), properties.values_size());
    ASSERT_EQ(properties.keys(0), "Quality");
    EXPECT_EQ(properties.values(0).type(), 3U);
    const auto standard = properties.values(0).int_value();
    EXPECT_TRUE(standard == 0 || standard == 192 || standard == 500);
    EXPECT_EQ(standard == 192, Quality{static_cast<std::uint8_t>(code)}.is_good());
    EXPECT_EQ(decode_sparkplug(bytes)->metrics[0].quality, code);
  }
  EXPECT_EQ(quality_of_sparkplug(500), Quality::last_known);
  EXPECT_EQ(quality_of_sparkplug(-1), Quality::bad);
}

// tck-id-topics-ddata-mqtt tck-id-topics-ddata-seq-num tck-id-topics-ddata-timestamp tck-id-topics-ddata-payload
// tck-id-topics-ndata-mqtt tck-id-topics-ndata-seq-num tck-id-topics-ndata-timestamp tck-id-topics-ndata-payload
// tck-id-operational-behavior-data-publish-nbirth-change tck-id-operational-behavior-data-publish-dbirth-change
// tck-id-payloads-alias-data-cmd-requirement tck-id-payloads-sequence-num-req-nbirth
// tck-id-payloads-sequence-num-zero-nbirth tck-id-payloads-sequence-num-incrementing tck-id-principles-rbe-recommended
// tck-id-payloads-ddata-seq-inc tck-id-payloads-ndata-seq-inc
// tck-id-payloads-ndata-timestamp tck-id-payloads-ndata-seq tck-id-payloads-ndata-qos tck-id-payloads-ndata-retain
// tck-id-payloads-ddata-timestamp tck-id-payloads-ddata-seq tck-id-payloads-ddata-qos tck-id-payloads-ddata-retain
// tck-id-payloads-metric-datatype-not-req
TEST(Sparkplug, DataGoesByExceptionAndItsNumbersGoRound) {
  SparkplugEdge edge = edge_node();
  edge.begin_session(0, wall);
  ASSERT_EQ(edge.connected(wall).size(), 2U);
  for (std::uint64_t i = 2; i < 600; ++i) {
    const bool node = i % 3 == 0;
    const auto message =
        node ? edge.report("", {{.metric = "beat", .value = Value(i), .time_ms = wall}}, wall + 1)
             : edge.report("D",
                           {{.metric = "C", .value = Value(static_cast<std::int64_t>(i)), .time_ms = wall},
                            {.metric = "T/温度", .value = 20.0, .time_ms = wall}},
                           wall + 1);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->topic, node ? "spBv1.0/G/NDATA/N" : "spBv1.0/G/DDATA/N/D");
    EXPECT_EQ(message->qos, 0);
    EXPECT_FALSE(message->retain);
    const SparkplugPayload data = read(*message);
    EXPECT_EQ(data.seq, i % 256);
    EXPECT_EQ(data.timestamp_ms, wall + 1);
    ASSERT_EQ(data.metrics.size(), 1U) << "what did not change is not told";
    EXPECT_TRUE(data.metrics[0].name.empty());
    EXPECT_EQ(data.metrics[0].type, SparkplugType::Unknown) << "data need not say the type again";
    EXPECT_TRUE(data.metrics[0].timestamp_ms.has_value());
    EXPECT_TRUE(data.metrics[0].alias.has_value());
  }
  EXPECT_FALSE(edge.report("D", {{.metric = "T/温度", .value = 20.0, .time_ms = wall + 5}}, wall + 5).has_value());
  EXPECT_TRUE(
      edge.report("D", {{.metric = "T/温度", .value = 20.0, .time_ms = wall + 5, .quality = Quality::bad}}, wall + 5)
          .has_value())
      << "quality is a change";
}

TEST(Sparkplug, HostAndEdgeUnderstandEachOther) {
  for (const bool aliases : {true, false}) {
    Pair pair(aliases);
    pair.begin(3);
    EXPECT_TRUE(pair.alive());
    EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(20.0)));
    EXPECT_TRUE(same_bits(pair.value_of("车.数"), Value(std::int64_t{-3})));
    EXPECT_TRUE(same_bits(pair.value_of("节点.心跳"), Value(std::uint64_t{0})));
    EXPECT_TRUE(same_bits(pair.value_of("控.压力"), Value(1.5))) << "polled by the node: the metric has the tag's name";
    pair.ms = 1'000;
    pair.give(pair.data(21.5));
    EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(21.5)));
    EXPECT_EQ(pair.points.back().source_time_ms, wall + 1'000);
    pair.give(*pair.edge.report(
        "D", {{.metric = "T/温度", .value = 21.5, .time_ms = wall + 1'000, .quality = Quality::sensor_failure}}, wall));
    EXPECT_EQ(pair.points.back().quality, Quality::sensor_failure);
    EXPECT_TRUE(pair.to_edge.empty());
    EXPECT_EQ(pair.problems, 0U);
  }
}

// tck-id-operational-behavior-host-reordering-param tck-id-operational-behavior-host-reordering-start
// tck-id-operational-behavior-host-reordering-success
TEST(Sparkplug, MessagesOutOfOrderWaitForTheirTurn) {
  Pair pair;
  pair.begin(0);
  const auto one = pair.data(1), two = pair.data(2), three = pair.data(3);
  const std::size_t before = pair.points.size();
  pair.give(three);
  pair.give(two);
  EXPECT_EQ(pair.points.size(), before);
  pair.ms = 1'999;
  pair.tick();
  EXPECT_EQ(pair.points.size(), before);
  pair.give(one);
  ASSERT_EQ(pair.points.size(), before + 3);
  EXPECT_TRUE(same_bits(pair.points.back().value, Value(3.0)));
  pair.give(two);
  EXPECT_EQ(pair.points.size(), before + 3) << "delivered twice, taken once";
  pair.ms = 10'000;
  pair.tick();
  EXPECT_TRUE(pair.to_edge.empty());
}

// tck-id-operational-behavior-host-reordering-rebirth tck-id-operational-behavior-data-commands-ncmd-rebirth-verb
// tck-id-operational-behavior-data-commands-ncmd-rebirth-name
// tck-id-operational-behavior-data-commands-ncmd-rebirth-value tck-id-topics-ncmd-mqtt tck-id-topics-ncmd-timestamp
// tck-id-topics-ncmd-payload tck-id-payloads-ncmd-qos tck-id-payloads-ncmd-retain tck-id-payloads-ncmd-timestamp
// tck-id-operational-behavior-data-commands-rebirth-action-1 tck-id-operational-behavior-data-commands-rebirth-action-2
// tck-id-operational-behavior-data-commands-rebirth-action-3 tck-id-operational-behavior-data-commands-ncmd-verb
// tck-id-payloads-ncmd-seq
TEST(Sparkplug, AGapThatStaysIsARebirth) {
  Pair pair;
  pair.begin(9);
  (void)pair.data(1);  // lost on the way
  const std::size_t before = pair.points.size();
  pair.give(pair.data(2));
  pair.ms = 2'000;
  pair.tick();
  ASSERT_EQ(pair.points.size(), before + 1) << "what waited is true";
  EXPECT_EQ(pair.lost, std::vector<std::size_t>{4}) << "but what was missed is not known";
  ASSERT_EQ(pair.to_edge.size(), 1U);
  const Outgoing request = pair.to_edge[0];
  EXPECT_EQ(request.topic, "spBv1.0/G/NCMD/N");
  EXPECT_EQ(request.qos, 0);
  EXPECT_FALSE(request.retain);
  const SparkplugPayload wish = read(request);
  EXPECT_TRUE(wish.timestamp_ms.has_value());
  ASSERT_EQ(wish.metrics.size(), 1U);
  EXPECT_EQ(wish.metrics[0].name, "Node Control/Rebirth");
  EXPECT_TRUE(same_bits(wish.metrics[0].wire, Value(true)));
  const auto answer = pair.edge.message(request.topic, request.payload, false, wall + 2'100);
  ASSERT_EQ(answer.messages.size(), 2U);
  EXPECT_TRUE(same_bits(typed(read(answer.messages[0]).metrics[0], SparkplugType::Int64), Value(std::int64_t{9})))
      << "the same bdSeq";
  pair.give(answer.messages);
  EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(2.0)));
  pair.give(pair.data(3));
  EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(3.0)));
  pair.ms = 9'000;
  pair.tick();
  EXPECT_EQ(pair.to_edge.size(), 1U);
  EXPECT_TRUE(pair.edge.message(request.topic, request.payload, true, wall).messages.empty())
      << "a retained command is not obeyed";
}

// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline
// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale
// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline
// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale
// tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath
TEST(Sparkplug, ADeathEndsItsOwnSessionOnly) {
  Pair pair;
  pair.begin(255);
  const Outgoing old = pair.will;
  pair.begin(256);  // 0 again
  EXPECT_EQ(pair.edge.bd_seq(), 0U);
  pair.give(old);
  EXPECT_TRUE(pair.alive()) << "the will of the session before came late";
  pair.lost.clear();
  pair.give(pair.edge.death(wall));
  EXPECT_FALSE(pair.alive());
  EXPECT_EQ(pair.lost, std::vector<std::size_t>{4});
  const std::size_t before = pair.points.size();
  pair.give(pair.births);
  EXPECT_FALSE(pair.alive()) << "a birth that comes after the death of its session does not revive it";
  EXPECT_EQ(pair.points.size(), before);
  pair.begin(1);
  EXPECT_TRUE(pair.alive());
}

// tck-id-operational-behavior-device-ddeath tck-id-topics-ddeath-mqtt tck-id-topics-ddeath-seq-num
// tck-id-payloads-ddeath-seq tck-id-payloads-ddeath-timestamp
// tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline
// tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale
// tck-id-payloads-ddeath-seq-inc tck-id-payloads-ddeath-seq-number
TEST(Sparkplug, ADeviceDiesAndIsBornAlone) {
  Pair pair;
  pair.begin(0);
  pair.lost.clear();
  const auto gone = pair.edge.device_lost("D", wall);
  ASSERT_TRUE(gone.has_value());
  EXPECT_EQ(gone->topic, "spBv1.0/G/DDEATH/N/D");
  EXPECT_EQ(gone->qos, 0);
  EXPECT_EQ(read(*gone).seq, 2U);
  EXPECT_TRUE(read(*gone).timestamp_ms.has_value());
  pair.give(*gone);
  EXPECT_EQ(pair.lost, std::vector<std::size_t>{2});
  EXPECT_FALSE(pair.edge.report("D", {{.metric = "T/温度", .value = 99.0, .time_ms = wall}}, wall))
      << "a dead device tells nothing";
  pair.give(*pair.edge.device_back("D", wall));
  EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(99.0)));
  pair.give(pair.data(5));
  EXPECT_TRUE(same_bits(pair.value_of("车.温度"), Value(5.0)));
  EXPECT_TRUE(pair.to_edge.empty());
}

TEST(Sparkplug, WhoIsUnknownIsAskedOnceInAWhile) {
  Pair pair;
  (void)pair.edge.begin_session(0, wall);
  (void)pair.edge.connected(wall);
  for (int i = 0; i < 50; ++i) pair.give(pair.data(i));
  EXPECT_EQ(pair.to_edge.size(), 1U);
  EXPECT_TRUE(pair.points.empty()) << "data without a birth mean nothing";
  pair.ms = 5'000;
  pair.give(pair.data(77));
  EXPECT_EQ(pair.to_edge.size(), 2U);
}

TEST(Sparkplug, AThousandNodesAreAskedAtABoundedRate) {
  const PlantModel model = plant();
  SparkplugHost host(model, {.rebirths_per_second = 50});
  std::size_t asked = 0, most = 0;
  for (std::int64_t ms = 0; ms < 30'000; ms += 100) {
    std::size_t now = 0;
    if (ms == 0) {
      for (int node = 0; node < 1'000; ++node) {
        SparkplugEdge edge({.group = "G", .node = "N" + std::to_string(node)});
        (void)edge.define("", "x", SparkplugType::Int32);
        (void)edge.begin_session(0, wall);
        (void)edge.connected(wall);
        const auto data = edge.report("", {{.metric = "x", .value = Value(std::int64_t{1}), .time_ms = wall}}, wall);
        now += host.message(data->topic, data->payload, false, wall, ms).messages.size();
      }
    }
    now += host.tick(wall + ms, ms).messages.size();
    asked += now;
    most = std::max(most, now);
  }
  EXPECT_EQ(asked, 1'000U);
  EXPECT_LE(most, 50U);
}

// tck-id-message-flow-phid-sparkplug-subscription tck-id-host-topic-phid-birth-sub-required
// tck-id-host-topic-phid-birth-message tck-id-host-topic-phid-birth-qos tck-id-host-topic-phid-birth-retain
// tck-id-host-topic-phid-birth-payload tck-id-host-topic-phid-birth-payload-timestamp tck-id-host-topic-phid-death-qos
// tck-id-host-topic-phid-death-retain tck-id-host-topic-phid-death-topic tck-id-host-topic-phid-death-payload
// tck-id-operational-behavior-host-application-connect-will
// tck-id-operational-behavior-host-application-connect-will-topic
// tck-id-operational-behavior-host-application-connect-will-payload
// tck-id-operational-behavior-host-application-connect-will-qos
// tck-id-operational-behavior-host-application-connect-will-retained
// tck-id-operational-behavior-host-application-connect-birth
// tck-id-operational-behavior-host-application-connect-birth-topic
// tck-id-operational-behavior-host-application-connect-birth-payload
// tck-id-operational-behavior-host-application-connect-birth-qos
// tck-id-operational-behavior-host-application-connect-birth-retained
// tck-id-operational-behavior-host-application-death-topic tck-id-operational-behavior-host-application-death-payload
// tck-id-operational-behavior-host-application-death-qos tck-id-operational-behavior-host-application-death-retained
// tck-id-intro-sparkplug-host-state tck-id-components-ph-state tck-id-host-topic-phid-required
// tck-id-payloads-state-will-message-qos tck-id-payloads-state-will-message-retain
// tck-id-payloads-state-will-message-payload tck-id-payloads-state-subscribe
// tck-id-host-topic-phid-birth-payload-on-off tck-id-host-topic-phid-death-payload-off
// tck-id-conformance-primary-host tck-id-operational-behavior-primary-application-state-with-multiple-servers-state
// tck-id-host-topic-phid-birth-required
TEST(Sparkplug, TheHostSaysThatItIsThereAndIsNotTalkedOutOfIt) {
  const PlantModel model = plant();
  SparkplugHost host(model, {.host_id = "yq"});
  const Outgoing will = host.will(wall);
  EXPECT_EQ(will.topic, "spBv1.0/STATE/yq");
  EXPECT_EQ(will.payload, R"({"online":false,"timestamp":1700000000000})");
  EXPECT_EQ(will.qos, 1);
  EXPECT_TRUE(will.retain);
  EXPECT_EQ(host.subscriptions(), (std::vector<std::string>{"spBv1.0/STATE/yq", "spBv1.0/G/#"}));
  const auto birth = host.connected(wall + 50).messages;
  ASSERT_EQ(birth.size(), 1U);
  EXPECT_EQ(birth[0].topic, will.topic);
  EXPECT_EQ(birth[0].payload, R"({"online":true,"timestamp":1700000000000})") << "the timestamp of the will";
  EXPECT_EQ(birth[0].qos, 1);
  EXPECT_TRUE(birth[0].retain);
  const auto corrected = host.message("spBv1.0/STATE/yq", state_payload(false, wall + 9'999), true, wall + 100, 0);
  ASSERT_EQ(corrected.messages.size(), 1U);
  const auto state = parse_state(corrected.messages[0].payload);
  EXPECT_TRUE(state->online);
  EXPECT_GT(state->timestamp_ms, wall + 9'999) << "newer than the false word, or it would not count";
  EXPECT_TRUE(corrected.messages[0].retain);
  EXPECT_TRUE(host.message("spBv1.0/STATE/other", state_payload(false, wall), true, wall, 0).messages.empty());
  EXPECT_TRUE(host.message("spBv1.0/STATE/yq", state_payload(true, wall), true, wall, 0).messages.empty());
  EXPECT_TRUE(host.message("spBv1.0/STATE/yq", "OFFLINE", true, wall, 0).messages.empty());
  const Outgoing death = host.death(wall + 1'000);
  EXPECT_EQ(death.topic, will.topic);
  EXPECT_FALSE(parse_state(death.payload)->online);
  EXPECT_EQ(death.qos, 1);
  EXPECT_TRUE(death.retain);
}

// tck-id-message-flow-edge-node-birth-publish-phid-wait tck-id-message-flow-edge-node-birth-publish-phid-offline
// tck-id-operational-behavior-edge-node-birth-sequence-wait
TEST(Sparkplug, BirthsWaitForThePrimaryHost) {
  SparkplugEdge edge = edge_node(true, "yq");
  edge.begin_session(0, wall);
  EXPECT_TRUE(edge.connected(wall).empty());
  EXPECT_TRUE(edge.message("spBv1.0/STATE/yq", state_payload(false, wall), true, wall).messages.empty());
  EXPECT_TRUE(edge.message("spBv1.0/STATE/other", state_payload(true, wall), true, wall).messages.empty());
  EXPECT_EQ(edge.message("spBv1.0/STATE/yq", state_payload(true, wall + 10), true, wall).messages.size(), 2U);
  EXPECT_FALSE(edge.message("spBv1.0/STATE/yq", state_payload(false, wall + 5), false, wall).host_lost)
      << "older than the birth";
  EXPECT_TRUE(edge.message("spBv1.0/STATE/yq", state_payload(false, wall + 10), false, wall).host_lost);
  EXPECT_FALSE(edge.report("D", {{.metric = "C", .value = Value(std::int64_t{1}), .time_ms = wall}}, wall));
}

// tck-id-topics-dcmd-mqtt tck-id-operational-behavior-data-commands-dcmd-verb
// tck-id-operational-behavior-data-commands-dcmd-metric-name
TEST(Sparkplug, CommandsReachTheirDevice) {
  SparkplugEdge edge = edge_node();
  edge.begin_session(0, wall);
  (void)edge.connected(wall);
  SparkplugMetric by_alias = make_metric("", SparkplugType::Unknown, Value(std::uint64_t{5}));
  by_alias.alias = 4;
  const std::string payload = encode_sparkplug(
      {.timestamp_ms = wall, .metrics = {make_metric("T/温度", SparkplugType::Double, Value(1.0)), by_alias}});
  const auto received = edge.message("spBv1.0/G/DCMD/N/D", payload, false, wall);
  EXPECT_EQ(received.device, "D");
  ASSERT_EQ(received.commands.size(), 2U);
  EXPECT_EQ(received.commands[1].name, "C");
  EXPECT_EQ(received.commands[1].type, SparkplugType::Int32);
  EXPECT_TRUE(edge.message("spBv1.0/G/DCMD/N/D", payload, true, wall).commands.empty()) << "retained";
  EXPECT_TRUE(edge.message("spBv1.0/G/DCMD/N/X", payload, false, wall).commands.empty()) << "no such device";
  EXPECT_TRUE(edge.message("spBv1.0/G/DCMD/M/D", payload, false, wall).commands.empty()) << "another node";
  EXPECT_TRUE(edge.message("spBv1.0/G/DCMD/N/D", "\xff", false, wall).commands.empty());
}

// The first reading began before the birth and came after it: the live picture must not keep the birth's unknown.
TEST(Sparkplug, AFirstValueReadBeforeTheBirthIsTaken) {
  Pair pair;
  pair.begin(0);
  LivePicture live(pair.model);
  live.apply(pair.points, 0);
  pair.points.clear();
  for (const auto& [device, metric] : {std::pair{"", "控.压力"}, std::pair{"D", "T/温度"}})
    pair.give(*pair.edge.report(device, {{.metric = metric, .value = 7.0, .time_ms = wall - 40}}, wall + 5));
  EXPECT_EQ(live.apply(pair.points, 5).size(), 2U);
  pair.give(*pair.edge.report("D", {{.metric = "T/温度", .value = 8.0, .time_ms = wall + 60}}, wall + 70));
  EXPECT_EQ(pair.points.back().source_time_ms, wall + 60) << "from then on every value has its own time";
}

TEST(Sparkplug, WhatIsWrongIsToldAndDoesNoHarm) {
  Pair pair;
  pair.begin(0);
  const std::size_t points = pair.points.size();
  pair.give({"spBv1.0/G/NDATA", "", 0, false});
  pair.give({"spBv1.0/G/NDATA/N", "\xff\xff", 0, false});
  pair.give({"spBv1.0/G/NBIRTH/N", encode_sparkplug({.seq = 0}), 0, false});
  pair.give({"spBv1.0/G/NDEATH/N", encode_sparkplug({}), 0, false});
  pair.give({"spBv1.0/G/NDATA/N", encode_sparkplug({.seq = 999}), 0, false});
  pair.give(pair.births[0], true);
  EXPECT_EQ(pair.problems, 6U);
  EXPECT_TRUE(pair.alive());
  EXPECT_EQ(pair.points.size(), points);
  // A type that changes between births, an alias used again for something else, names of any length.
  SparkplugEdge other({.group = "G", .node = "N"});
  ASSERT_TRUE(other.define("D", "C", SparkplugType::String, Value(std::string("now a text"))));
  ASSERT_TRUE(other.define("D", std::string(64 * 1024, 'x'), SparkplugType::Int32, Value(std::int64_t{1})));
  EXPECT_FALSE(other.define("D", "", SparkplugType::Int32));
  EXPECT_FALSE(other.define("D", "C", SparkplugType::Int32));
  (void)other.begin_session(1, wall);
  pair.give(other.connected(wall));
  EXPECT_EQ(pair.points.back().quality, Quality::configuration_error);
  EXPECT_TRUE(same_bits(pair.points.back().value, Value(std::string("now a text")))) << "kept as it came";
  EXPECT_EQ(pair.host.nodes().front().unmapped_metrics, 1U);
}

TEST(Sparkplug, LosingTheBrokerLosesEveryNode) {
  Pair pair;
  pair.begin(0);
  pair.lost.clear();
  pair.keep(pair.host.disconnected());
  EXPECT_EQ(pair.lost, std::vector<std::size_t>{4});
  EXPECT_FALSE(pair.alive());
  pair.host.request_births();
  pair.tick();
  ASSERT_EQ(pair.to_edge.size(), 1U);
  pair.give(pair.edge.message(pair.to_edge[0].topic, pair.to_edge[0].payload, false, wall).messages);
  EXPECT_TRUE(pair.alive());
}

// tck-id-topics-nbirth-bdseq-increment
// tck-id-payloads-nbirth-bdseq-inc
TEST(Sparkplug, SessionNumbersAreKeptAndGoRound) {
  testing::Folder folder;
  for (std::uint64_t i = 0; i < 260; ++i) ASSERT_EQ(*next_bd_seq(folder.path() / "bdseq"), i % 256);
  std::ofstream(folder.path() / "bdseq") << "rubbish";
  EXPECT_EQ(*next_bd_seq(folder.path() / "bdseq"), 0U);
  EXPECT_FALSE(next_bd_seq(folder.path() / "none" / "bdseq").has_value());
}

// The list says of every assertion whether a test holds it; a test that names one is in the list, and the other way
// round.
TEST(Sparkplug, TheListOfAssertionsIsTrue) {
  std::set<std::string> named, covered, all;
  for (const char* file : {"sparkplug_test.cpp", "broker_test.cpp"}) {
    std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/unit/telemetry/" + file);
    std::string word;
    while (in >> word) {
      if (word.starts_with("tck-id-")) named.insert(word);
    }
  }
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/telemetry/sparkplug_assertions.csv");
  std::string line;
  std::getline(in, line);
  ASSERT_EQ(line, "id,state,why");
  while (std::getline(in, line)) {
    const auto first = line.find(','), second = line.find(',', first + 1);
    const std::string id = line.substr(0, first), state = line.substr(first + 1, second - first - 1);
    EXPECT_TRUE(all.insert(id).second) << id;
    EXPECT_TRUE(state == "covered" || state == "not covered") << line;
    if (state == "covered") {
      covered.insert(id);
    } else {
      EXPECT_GT(line.size() - second, 10U) << "say why " << id << " is not covered";
    }
  }
  EXPECT_EQ(covered, named);
  EXPECT_GT(all.size(), 200U);
}

}  // namespace
}  // namespace yuanqu::telemetry
