// OPC UA through the gateway: a server of node-opcua, the gateway as it is delivered, mosquitto, and our host behind
// it.

#include <gtest/gtest.h>

#include <limits>

#include "points.hpp"
#include "processes.hpp"
#include "telemetry/intake.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Broker;
using testing::eventually;
using testing::Folder;
using testing::Process;

const std::filesystem::path root = YUANQU_SOURCE_DIR;
bool installed() {
  return std::filesystem::exists(root / "tests/partners/node_modules") &&
         std::filesystem::exists(root / "gateways/opcua/node_modules");
}

PlantModel plant() {
  return std::move(*PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nlinks:\n  - {name: opc, sparkplug: {group: G, node: O}, heartbeat_ms: "
      "1000}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    equipment:\n"
      "      - name: e\n        labels: {zh: 台, en: E}\n        link: opc\n        tags:\n"
      "          - {name: 温度, labels: {zh: 温, en: T}, type: number, source: {metric: 温度}}\n"
      "          - {name: 数, labels: {zh: 数, en: C}, type: unsigned, source: {metric: 数}}\n"
      "          - {name: 整, labels: {zh: 整, en: W}, type: integer, source: {metric: 整}}\n"
      "          - {name: 疑, labels: {zh: 疑, en: D}, type: number, source: {metric: 疑}}\n"
      "          - {name: 文, labels: {zh: 文, en: X}, type: text, source: {metric: 文}}\n"
      "          - {name: 开, labels: {zh: 开, en: F}, type: boolean, source: {metric: 开}}\n",
      "p"));
}

TEST(OpcUa, ThroughTheGatewayToTheBitAndBadWhileTheServerIsAway) {
  if (!installed()) GTEST_SKIP() << "npm ci in tests/partners and gateways/opcua is missing";
  Folder folder;
  Broker broker(folder.path());
  const int port = testing::free_port();
  std::ofstream(folder.path() / "gateway.yaml")
      << "server: opc.tcp://127.0.0.1:" << port
      << "\nsecurity: {mode: None}\nbroker: mqtt://127.0.0.1:" << broker.port()
      << "\ngroup: G\nnode: O\nstate: " << folder.path().string()
      << "\npublishing_ms: 50\nsampling_ms: 20\ntags:\n"
         "  - {metric: 温度, node: 'ns=1;s=Number', type: Double}\n  - {metric: 数, node: 'ns=1;s=Count', type: "
         "UInt64}\n"
         "  - {metric: 整, node: 'ns=1;s=Whole', type: Int64}\n  - {metric: 疑, node: 'ns=1;s=Doubtful', type: Float}\n"
         "  - {metric: 文, node: 'ns=1;s=Text', type: String}\n  - {metric: 开, node: 'ns=1;s=Flag', type: Boolean}\n";
  const PlantModel model = plant();
  const base::SystemClock clock;
  auto recorder = std::move(*Recorder::open(folder.path() / "centre", model, clock));
  LivePicture live(model);
  auto sink = std::move(*PointSink::create(model, *recorder, live, clock));
  auto intake = std::move(*SparkplugIntake::start(
      {.host = "127.0.0.1", .port = broker.port(), .reconnect_ms = 20, .tick_ms = 10}, {.host_id = "yq"}, *sink));
  const auto state = [&](const char* tag) { return *live.state(std::string_view(tag), steady_now_ms()); };
  const auto stored = [&](const char* tag) {
    recorder->settle();
    return recorder->history().raw(model.find(tag), time_ms_min, time_ms_max)->points;
  };

  Process server({"node", (root / "tests/partners/opcua_server.mjs").string(), std::to_string(port)});
  ASSERT_TRUE(eventually([&] { return testing::listens(port); })) << "the server of the test does not start";
  Process gateway({"node", (root / "gateways/opcua/gateway.mjs").string(), (folder.path() / "gateway.yaml").string()});
  ASSERT_TRUE(eventually([&] { return same_bits(state("文").value, Value(std::string("第二行\n\"=1+1\""))); }));
  EXPECT_TRUE(same_bits(state("数").value, Value(std::numeric_limits<std::uint64_t>::max())));
  EXPECT_TRUE(same_bits(state("整").value, Value(std::numeric_limits<std::int64_t>::min())));
  EXPECT_TRUE(same_bits(state("开").value, Value(true)));
  const std::vector<double> hostile = {-0.0,
                                       std::numeric_limits<double>::infinity(),
                                       -std::numeric_limits<double>::infinity(),
                                       5e-324,
                                       0.1,
                                       1.7976931348623157e308,
                                       9007199254740993.0,
                                       1500.25};
  std::size_t next = 0;
  for (const Point& point : stored("温度"))
    next += next < hostile.size() && same_bits(point.value, Value(hostile[next])) ? 1 : 0;
  EXPECT_EQ(next, hostile.size()) << "every value, to the bit, in order";
  std::vector<Quality> qualities;
  for (const Point& point : stored("疑")) {
    if (qualities.empty() || qualities.back() != point.quality) qualities.push_back(point.quality);
  }
  const std::vector<Quality> expected = {Quality::good, Quality::inaccurate, Quality::sensor_failure, Quality::good};
  ASSERT_GE(qualities.size(), expected.size());
  EXPECT_TRUE(std::equal(expected.rbegin(), expected.rend(), qualities.rbegin())) << "uncertain and bad as OPC says";

  // The server is gone: the gateway lives, its link lives, and yet no value is good.
  server.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return state("温度").quality.is_bad(); }))
      << "a lost server must not look like a quiet one";
  EXPECT_TRUE(same_bits(state("温度").value, Value(1500.25))) << "the value stands as it was";
  // It comes back: values are good again without any of them changing.
  server.start({"node", (root / "tests/partners/opcua_server.mjs").string(), std::to_string(port)});
  ASSERT_TRUE(eventually([&] { return state("温度").quality.is_good() && !state("温度").stale; }));

  // The broker is gone and comes back: what changed meanwhile comes as history.
  broker.stop();
  broker.start();
  ASSERT_TRUE(eventually([&] { return intake->status().connected && state("开").quality.is_good(); }));
  // The gateway dies: the broker tells.
  gateway.end(SIGKILL);
  ASSERT_TRUE(eventually([&] { return state("温度").quality == Quality::last_known; }));
}

}  // namespace
}  // namespace yuanqu::telemetry
