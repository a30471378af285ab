// The protocols with real partners: mosquitto as broker, an edge node of ours, mosquitto_pub.

#include <gtest/gtest.h>

#include <limits>
#include <mutex>
#include <set>

#include "points.hpp"
#include "processes.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/sparkplug_edge.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Broker;
using testing::eventually;
using testing::Folder;
using testing::Process;

PlantModel plant() {
  auto model = PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nlinks:\n  - {name: edge, sparkplug: {group: G, node: N}}\n  - {name: "
      "meters, json: {}}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    equipment:\n"
      "      - name: car\n        labels: {zh: 车, en: Car}\n        link: edge\n        device: D\n        tags:\n"
      "          - {name: 数, labels: {zh: 数, en: C}, type: unsigned, source: {metric: count}}\n          - {name: "
      "温度, labels: {zh: 温, en: T}, type: number, source: {metric: 温度}}\n"
      "          - {name: 双倍, labels: {zh: 倍, en: Twice}, type: number, source: {calculated: t * 2, inputs: {t: "
      "温度}}}\n"
      "      - name: meter\n        labels: {zh: 表, en: Meter}\n        link: meters\n        tags:\n"
      "          - {name: 功率, labels: {zh: 功, en: P}, type: number, source: {topic: plant/energy, value: /kw, time: "
      "/ts, quality: /q}}\n"
      "          - {name: 状态, labels: {zh: 状, en: S}, type: text, source: {topic: plant/energy, value: /deep/0/s, "
      "time: /ts}}\n"
      "          - {name: 计数, labels: {zh: 计, en: N}, type: unsigned, source: {topic: plant/count, value: \"\"}}\n",
      "p");
  if (!model) {
    for (const auto& fault : model.error()) ADD_FAILURE() << base::to_text(fault, false);
    return {};
  }
  return std::move(*model);
}

struct Centre {
  PlantModel model = plant();
  base::SystemClock clock;
  std::unique_ptr<Recorder> recorder;
  LivePicture live{model};
  std::unique_ptr<PointSink> sink;
  std::mutex mutex;
  std::vector<Point> taken;

  explicit Centre(const std::filesystem::path& folder, std::unique_ptr<LogFolder> log = nullptr) {
    recorder =
        std::move(*Recorder::open(folder, model, clock, nullptr, {.log = {.retry_after_ms = 0}}, std::move(log)));
    sink = std::move(*PointSink::create(model, *recorder, live, clock, [this](std::span<const Point> points) {
      std::lock_guard lock(mutex);
      taken.insert(taken.end(), points.begin(), points.end());
    }));
  }
  TagState state(const std::string& tag) { return *live.state(tag, steady_now_ms()); }
  std::vector<Point> stored(const std::string& tag) {
    recorder->settle();
    return recorder->history().raw(model.find(tag), time_ms_min, time_ms_max)->points;
  }
};

MqttOptions to(const Broker& broker, std::string id = {}) {
  return {.host = "127.0.0.1", .port = broker.port(), .client_id = std::move(id), .reconnect_ms = 20, .tick_ms = 10};
}

// An edge node with a connection of its own.
class Node final : public MqttHandler {
 public:
  Node(const Broker& broker, const std::filesystem::path& folder) : number_(folder / "bdseq") {
    EXPECT_TRUE(edge_.define("D", "count", SparkplugType::UInt64, Value(std::uint64_t{0})));
    EXPECT_TRUE(edge_.define("D", "温度", SparkplugType::Double, Value(20.0)));
    client_ = std::move(*MqttClient::make(to(broker), *this));
    client_->begin();
  }
  ~Node() override { client_->end_without_farewell(); }
  // Goes as it should: its death first.
  void leave() {
    std::lock_guard lock(mutex_);
    client_->set_last_message(edge_.death(now()));
  }
  std::optional<Outgoing> will() override {
    std::lock_guard lock(mutex_);
    return edge_.begin_session(*next_bd_seq(number_), now());
  }
  std::vector<std::string> subscriptions() override { return edge_.subscriptions(); }
  void ready(bool) override {
    std::lock_guard lock(mutex_);
    send(edge_.connected(now()));
  }
  void message(const MqttMessage& message) override {
    std::lock_guard lock(mutex_);
    auto received = edge_.message(message.topic, message.payload, message.retained, now());
    send(received.messages);
    commands += received.commands.size();
  }
  void lost(const base::Error&) override {
    std::lock_guard lock(mutex_);
    edge_.disconnected();
  }
  bool report(const std::vector<EdgeValue>& values) {
    std::lock_guard lock(mutex_);
    const auto message = edge_.report("D", values, now());
    return message && client_->publish(*message).has_value();
  }
  bool born() {
    std::lock_guard lock(mutex_);
    return edge_.born();
  }
  static std::int64_t now() { return base::SystemClock().now_ms(); }
  std::atomic<std::size_t> commands{0};

 private:
  void send(const std::vector<Outgoing>& messages) {
    for (const Outgoing& message : messages) (void)client_->publish(message);
  }
  std::filesystem::path number_;
  std::mutex mutex_;
  SparkplugEdge edge_{{.group = "G", .node = "N", .primary_host = "yq"}};
  std::unique_ptr<MqttClient> client_;
};

// tck-id-message-flow-phid-sparkplug-clean-session tck-id-message-flow-phid-sparkplug-state-publish
// tck-id-message-flow-edge-node-birth-publish-connect tck-id-message-flow-edge-node-birth-publish-subscribe
// tck-id-payloads-ndeath-will-message tck-id-payloads-state-will-message tck-id-payloads-state-birth
// tck-id-principles-persistence-clean-session
TEST(Broker, SparkplugFromBirthToDeathAndBack) {
  Folder folder;
  Broker broker(folder.path());
  Centre centre(folder.path() / "centre");
  auto intake =
      std::move(*SparkplugIntake::start(to(broker), {.host_id = "yq", .rebirth_interval_ms = 200}, *centre.sink));
  auto node = std::make_unique<Node>(broker, folder.path());
  ASSERT_TRUE(eventually([&] { return centre.state("温度").usable(); }));
  EXPECT_TRUE(eventually([&] { return same_bits(centre.state("双倍").value, Value(40.0)); }))
      << "a calculated tag follows";
  const std::vector<double> hostile = {-0.0, std::numeric_limits<double>::infinity(),
                                       std::bit_cast<double>(std::uint64_t{0x7FF8000000000123}), 5e-324, 0.1};
  std::uint64_t number = std::numeric_limits<std::uint64_t>::max() - hostile.size();
  for (double value : hostile) {
    ASSERT_TRUE(eventually([&] {
      return node->report({{.metric = "温度", .value = value, .time_ms = Node::now()},
                           {.metric = "count", .value = Value(++number), .time_ms = Node::now()}});
    }));
  }
  ASSERT_TRUE(eventually([&] { return same_bits(centre.state("数").value, Value(number)); }));
  const auto stored = centre.stored("温度");
  ASSERT_GE(stored.size(), hostile.size() + 1);
  for (std::size_t i = 0; i < hostile.size(); ++i)
    EXPECT_TRUE(same_bits(stored[stored.size() - hostile.size() + i].value, Value(hostile[i]))) << i;
  EXPECT_EQ(number, std::numeric_limits<std::uint64_t>::max());

  // The broker goes and comes: both sides find each other again, and nobody believes the old values meanwhile.
  broker.stop();
  ASSERT_TRUE(eventually([&] { return centre.state("温度").quality == Quality::last_known; }));
  broker.start();
  ASSERT_TRUE(eventually([&] { return centre.state("温度").usable(); }));
  ASSERT_TRUE(eventually([&] { return node->born(); }));

  // The node is gone without a word: its will says so.
  node.reset();
  ASSERT_TRUE(eventually([&] { return centre.state("数").quality == Quality::last_known; }));
  EXPECT_TRUE(same_bits(centre.state("数").value, Value(number))) << "the last value is kept to look at";
  EXPECT_EQ(intake->nodes().front().alive, false);

  // And one that takes its leave: its death, then the disconnect.
  node = std::make_unique<Node>(broker, folder.path());
  ASSERT_TRUE(eventually([&] { return centre.state("数").usable(); }));
  node->leave();
  node.reset();
  ASSERT_TRUE(eventually([&] { return centre.state("数").quality == Quality::last_known; }));
}

TEST(Broker, AHostThatStartsLaterAsksForBirths) {
  Folder folder;
  Broker broker(folder.path());
  Node node(broker, folder.path());
  auto first = std::make_unique<Centre>(folder.path() / "one");
  auto intake =
      std::move(*SparkplugIntake::start(to(broker), {.host_id = "yq", .rebirth_interval_ms = 100}, *first->sink));
  ASSERT_TRUE(eventually([&] { return first->state("温度").usable(); }));
  Centre second(folder.path() / "two");
  auto other =
      std::move(*SparkplugIntake::start(to(broker), {.host_id = "second", .rebirth_interval_ms = 100}, *second.sink));
  EXPECT_TRUE(eventually([&] { return second.state("温度").usable(); }));
  other.reset();
  EXPECT_TRUE(first->state("温度").usable());
}

class SlowDisk final : public LogFolder {
 public:
  struct Switch {
    std::atomic<bool> broken{false};
    std::atomic<int> failures{0};
  };
  SlowDisk(std::unique_ptr<LogFolder> disk, std::shared_ptr<Switch> state)
      : disk_(std::move(disk)), state_(std::move(state)) {}
  base::Result<std::vector<std::string>> names() override { return disk_->names(); }
  base::Result<std::string> read(const std::string& name) override { return disk_->read(name); }
  base::Result<std::unique_ptr<LogFile>> create(const std::string& name) override {
    auto file = disk_->create(name);
    if (!file) return file;
    return std::make_unique<File>(std::move(*file), state_);
  }
  base::Result<void> remove(const std::string& name) override { return disk_->remove(name); }

 private:
  struct File final : LogFile {
    File(std::unique_ptr<LogFile> file, std::shared_ptr<Switch> state)
        : file_(std::move(file)), state_(std::move(state)) {}
    base::Result<void> append(std::string_view bytes) override {
      if (state_->broken) {  // refused before anything is written
        ++state_->failures;
        return base::fail(base::ErrorCode::Unavailable, "坏", "broken");
      }
      return file_->append(bytes);
    }
    base::Result<void> sync() override { return file_->sync(); }
    std::unique_ptr<LogFile> file_;
    std::shared_ptr<Switch> state_;
  };
  std::unique_ptr<LogFolder> disk_;
  std::shared_ptr<Switch> state_;
};

class Publisher final : public MqttHandler {
 public:
  void message(const MqttMessage&) override {}
};

int publish(const Broker& broker, const std::string& topic, const std::string& payload) {
  return Process({"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(broker.port()), "-V", "5", "-q", "1", "-t",
                  topic, "-m", payload})
      .wait();
}

// Messages with a time of their own are there once. One without has nothing to be known again by: what was stored but
// not acknowledged when the connection was dropped may be there twice, never not at all.
TEST(Broker, NothingIsAcknowledgedBeforeItIsOnDiskAndThenItIsThereOnce) {
  Folder folder;
  Broker broker(folder.path());
  auto disk = std::make_shared<SlowDisk::Switch>();
  Centre centre(folder.path() / "centre",
                std::make_unique<SlowDisk>(std::move(*DiskFolder::open(folder.path() / "log")), disk));
  auto intake = std::move(*JsonIntake::start(to(broker, "json"), *centre.sink));
  ASSERT_TRUE(eventually([&] { return intake->status().connected; }));
  Publisher handler;
  auto publisher = std::move(*MqttClient::start(to(broker), handler));
  ASSERT_TRUE(eventually([&] { return publisher->connected(); }));
  const auto send = [&](int from, int to) {
    for (int i = from; i <= to; ++i) {
      const std::string number = std::to_string(i);
      ASSERT_TRUE(publisher->publish({"plant/count", number, 1, false}).has_value());
      ASSERT_TRUE(
          publisher
              ->publish({"plant/energy",
                         R"({"kw":)" + number + R"(,"ts":)" + number + R"(,"q":192,"deep":[{"s":"x"}]})", 1, false})
              .has_value());
    }
  };
  const auto counted = [&] {
    std::set<std::uint64_t> numbers;
    for (const Point& point : centre.stored("计数")) numbers.insert(std::get<std::uint64_t>(point.value));
    return numbers.size();
  };
  send(1, 1);
  ASSERT_TRUE(eventually([&] { return counted() == 1; }));
  // The disk breaks and mends while messages come, several times over.
  for (int round = 0; round < 6; ++round) {
    const int failures = disk->failures;
    disk->broken = true;
    send(2 + round * 20, 11 + round * 20);
    ASSERT_TRUE(eventually([&] { return disk->failures > failures + 1; })) << "refused, dropped, delivered again";
    disk->broken = false;
    send(12 + round * 20, 21 + round * 20);
    ASSERT_TRUE(eventually([&] { return counted() == 21U + static_cast<std::size_t>(round) * 20; })) << counted();
  }
  intake.reset();
  send(122, 140);  // kept by the broker while we are away
  intake = std::move(*JsonIntake::start(to(broker, "json"), *centre.sink));
  ASSERT_TRUE(eventually([&] { return counted() == 140; })) << counted();
  ASSERT_TRUE(eventually([&] { return centre.stored("功率").size() >= 140; }));
  const auto power = centre.stored("功率");
  ASSERT_EQ(power.size(), 140U) << "once";
  for (std::size_t i = 0; i < power.size(); ++i)
    EXPECT_TRUE(same_bits(power[i].value, Value(static_cast<double>(i + 1))));
}

TEST(Broker, JsonByMapping) {
  Folder folder;
  Broker broker(folder.path());
  Centre centre(folder.path() / "centre");
  auto intake = std::move(*JsonIntake::start(to(broker, "json"), *centre.sink));
  ASSERT_TRUE(eventually([&] { return intake->status().connected; }));
  ASSERT_EQ(publish(broker, "plant/energy",
                    R"({"kw": 0.1, "ts": "2026-03-02T08:30:00.5+08:00", "q": "uncertain", "deep": [{"s": "运行\n"}]})"),
            0);
  ASSERT_EQ(publish(broker, "plant/energy", R"({"kw": -0.0, "ts": 1767000000001, "q": 192, "deep": [{"s": ""}]})"), 0);
  ASSERT_EQ(publish(broker, "plant/energy", R"({"kw": null, "ts": 1767000000002, "q": "good", "deep": [{"s": 5}]})"),
            0);
  ASSERT_EQ(publish(broker, "plant/energy", R"({"kw": 1, "ts": "yesterday"})"), 0);
  ASSERT_EQ(publish(broker, "plant/energy", "{"), 0);
  ASSERT_EQ(publish(broker, "plant/energy", R"({"kw": 1, "kw": 2, "ts": 5})"), 0);
  ASSERT_EQ(publish(broker, "plant/count", "18446744073709551615"), 0);
  ASSERT_EQ(publish(broker, "plant/count", "18446744073709551616"), 0);
  ASSERT_TRUE(eventually([&] { return centre.stored("计数").size() == 2; }));
  const auto power = centre.stored("功率");
  ASSERT_EQ(power.size(), 3U);
  EXPECT_EQ(power[2].source_time_ms, 1'772'411'400'500);
  EXPECT_TRUE(same_bits(power[2].value, Value(0.1)));
  EXPECT_EQ(power[2].quality, Quality::uncertain);
  EXPECT_TRUE(same_bits(power[0].value, Value(-0.0)));
  EXPECT_EQ(power[0].quality, Quality::good);
  EXPECT_TRUE(power[1].quality.is_bad());
  const auto words = centre.stored("状态");
  ASSERT_EQ(words.size(), 3U);
  EXPECT_TRUE(same_bits(words[2].value, Value(std::string("运行\n"))));
  EXPECT_EQ(words[1].quality, Quality::configuration_error);
  const auto counts = centre.stored("计数");
  EXPECT_TRUE(same_bits(counts[0].value, Value(std::numeric_limits<std::uint64_t>::max())));
  EXPECT_EQ(counts[1].quality, Quality::configuration_error) << "beyond 64 bits it is a number that does not fit";
  EXPECT_GE(intake->status().problem_count, 4U);
}

// Programs that use npm packages; `./dev test` installs them, elsewhere the tests are passed over.
const std::filesystem::path partners = std::filesystem::path(YUANQU_SOURCE_DIR) / "tests/partners";
std::string partner(const std::string& program) { return (partners / program).string(); }
bool installed() { return std::filesystem::exists(partners / "node_modules"); }

TEST(Partners, AnEdgeNodeBySparkplugClient) {
  if (!installed()) GTEST_SKIP() << "npm ci in tests/partners is missing";
  Folder folder;
  Broker broker(folder.path());
  Centre centre(folder.path() / "centre");
  auto intake =
      std::move(*SparkplugIntake::start(to(broker), {.host_id = "yq", .rebirth_interval_ms = 300}, *centre.sink));
  ASSERT_TRUE(eventually([&] { return intake->status().connected; }));
  auto node = std::make_unique<Process>(
      std::vector<std::string>{"node", partner("edge_node.mjs"), std::to_string(broker.port())});
  ASSERT_TRUE(eventually(
      [&] { return same_bits(centre.state("数").value, Value(std::numeric_limits<std::uint64_t>::max())); }));
  const std::vector<double> hostile = {-0.0,
                                       std::numeric_limits<double>::infinity(),
                                       -std::numeric_limits<double>::infinity(),
                                       5e-324,
                                       0.1,
                                       1.7976931348623157e308,
                                       9007199254740993.0};
  const auto stored = centre.stored("温度");
  std::size_t next = 0;
  for (const Point& point : stored)
    next += next < hostile.size() && same_bits(point.value, Value(hostile[next])) ? 1 : 0;
  EXPECT_EQ(next, hostile.size()) << "every value, to the bit, in order";
  node.reset();  // killed: the broker tells
  EXPECT_TRUE(eventually([&] { return centre.state("数").quality == Quality::last_known; }));
}

TEST(Partners, AFloodOfQualityOneByMqttJsIsStoredWhole) {
  if (!installed()) GTEST_SKIP() << "npm ci in tests/partners is missing";
  Folder folder;
  Broker broker(folder.path());
  Centre centre(folder.path() / "centre");
  auto intake = std::move(*JsonIntake::start(to(broker, "json"), *centre.sink));
  ASSERT_TRUE(eventually([&] { return intake->status().connected; }));
  const char* asked = std::getenv("YUANQU_FLOOD");
  const std::string count = asked == nullptr ? "5000" : asked;
  EXPECT_EQ(Process({"node", partner("json_flood.mjs"), std::to_string(broker.port()), "plant/count", count}).wait(),
            0);
  ASSERT_TRUE(eventually([&] { return intake->status().points >= std::stoul(count); }, 300));
  centre.recorder->settle();
  std::uint64_t next = 1;
  auto read = centre.recorder->history().each(centre.model.find("计数"), time_ms_min, time_ms_max,
                                              [&](std::span<const Point> points) {
                                                for (const Point& point : points)
                                                  next += std::get<std::uint64_t>(point.value) == next ? 1 : 0;
                                                return true;
                                              });
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(next, std::stoul(count) + 1) << "every one, once, in order";
}

}  // namespace
}  // namespace yuanqu::telemetry
