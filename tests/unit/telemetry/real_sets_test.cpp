// Real series, which are not part of this project ($YUANQU_SHARED or ../shared, see tests/unit/base/shared_data.hpp):
// their clocks step back, their values have up to fifteen digits; the Tennessee Eastman plant has 63 of them a row,
// some frozen for hours. They are replayed as fast as they go through each protocol and must come back equal to the
// bit, with their quality, once, in order.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <mutex>

#include "../base/shared_data.hpp"
#include "points.hpp"
#include "processes.hpp"
#include "telemetry/chunk.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/modbus_reader.hpp"
#include "telemetry/point_files.hpp"
#include "telemetry/sparkplug_edge.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Broker;
using testing::brute_raw;
using testing::difference;
using testing::eventually;
using testing::Folder;
using testing::Process;

struct Set {
  std::string path;
  std::vector<std::string> columns;  // of numbers
  bool day_first;
};

// 41 measured, 10 derived and 12 manipulated variables under disturbance `number`; its folder holds three files.
Set tennessee_eastman(int number) {
  Set set{"data/telemetry/tennessee-eastman/idv" + std::to_string(number), {}, false};
  for (int i = 1; i <= 51; ++i) set.columns.push_back((i <= 41 ? "XMEAS " : "derived ") + std::to_string(i));
  for (int i = 1; i <= 12; ++i) set.columns.push_back("XMV " + std::to_string(i));
  return set;
}

bool whole() { return std::getenv("YUANQU_WHOLE_SETS") != nullptr; }  // the proof takes them whole

const std::vector<Set>& sets() {
  static const std::vector<Set> all = [] {
    std::vector<Set> made = {
        {"data/telemetry/steel-energy/Steel_industry_data.csv",
         {"Usage_kWh", "Lagging_Current_Reactive.Power_kVarh", "Leading_Current_Reactive_Power_kVarh", "CO2(tCO2)",
          "Lagging_Current_Power_Factor", "Leading_Current_Power_Factor", "NSM"},
         true},
        {"data/telemetry/nab-machine/machine_temperature_system_failure.csv", {"value"}, false},
        {"data/telemetry/nab-machine/ambient_temperature_system_failure.csv", {"value"}, false}};
    for (int number = 1; number <= (whole() ? 15 : 1); ++number) made.push_back(tennessee_eastman(number));
    return made;
  }();
  return all;
}

// The set's columns as tags of one device; `link` is edge, meters, plc, which is asked at `port`, or opc, whose gateway
// is an edge node without devices.
PlantModel plant_of(const Set& set, const std::string& link, int port = 0) {
  std::string text =
      "plant: p\nlabels: {zh: 厂, en: Plant}\nlinks: [{name: edge, sparkplug: {group: G, node: N}}, {name: meters, "
      "json: {}}, {name: opc, sparkplug: {group: G, node: O}}, {name: plc, modbus: {host: 127.0.0.1, port: " +
      std::to_string(std::max(port, 1)) +
      ", poll_ms: 10}}]\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    equipment:\n"
      "      - name: e\n        labels: {zh: 台, en: E}\n        link: " +
      link + (link == "edge" ? "\n        device: D" : "") + "\n        tags:\n";
  for (std::size_t i = 0; i < set.columns.size(); ++i) {
    const std::string number = std::to_string(i), place = std::to_string(i * 4);
    const std::string source = link == "edge" || link == "opc" ? "{metric: \"" + set.columns[i] + "\"}"
                               : link == "meters"              ? "{topic: t, value: /v" + number + ", time: /t}"
                                                  : "{register: " + place + ", table: input, form: float64}";
    text += "          - {name: \"" + set.columns[i] + "\", labels: {zh: 点, en: T}, type: number, source: " + source +
            "}\n";
  }
  auto plant = PlantModel::read(text, "p");
  if (!plant) {
    for (const auto& fault : plant.error()) ADD_FAILURE() << base::to_text(fault, false);
    return {};
  }
  return std::move(*plant);
}

// The file of a set, made in `folder` as a wide table when the set is a folder: t.dat has the hours in front, y.dat and
// u.dat a row of values each. Nothing without the shared data.
std::optional<std::filesystem::path> file_of(const Set& set, const std::filesystem::path& folder) {
  const auto found = test::shared_data(set.path);
  if (!found || !std::filesystem::is_directory(*found)) return found;
  const auto made = folder / "set.csv";
  std::ifstream times(*found / "t.dat"), measured(*found / "y.dat"), manipulated(*found / "u.dat");
  std::ofstream out(made);
  out << "source_time_ms";
  for (const std::string& column : set.columns) out << ',' << column;
  out << '\n';
  constexpr std::int64_t minute_ms = 60'000, begin_ms = 1'577'836'800'000;  // 2020-01-01
  double hours = 0;
  std::string rest, value;
  while (times >> hours && std::getline(times, rest)) {
    out << begin_ms + static_cast<std::int64_t>(hours * 60 + 0.5) * minute_ms;
    for (std::size_t i = 0; i < set.columns.size(); ++i) {
      if (!((i < 51 ? measured : manipulated) >> value)) return std::nullopt;
      out << ',' << value;
    }
    out << '\n';
  }
  return made;
}

std::vector<std::vector<Point>> rows_of(const std::filesystem::path& file, const PlantModel& plant, bool day_first,
                                        std::size_t most) {
  auto read = PointFile::open(file, plant, {.offset_minutes = 9 * 60, .day_first = day_first});
  EXPECT_TRUE(read.has_value()) << read.error().en;
  std::vector<std::vector<Point>> rows;
  while (rows.size() < most) {
    auto row = (*read)->next();
    EXPECT_TRUE(row.has_value());
    if (!row || row->empty()) break;
    rows.push_back(std::move(*row));
  }
  EXPECT_EQ((*read)->problem_count(), 0U);
  return rows;
}

std::size_t most() { return whole() ? 10'000'000 : 2'500; }

void compare(Recorder& recorder, const PlantModel& plant, const std::vector<std::vector<Point>>& rows,
             std::size_t births) {
  recorder.settle();
  for (TagIndex tag = 0; tag < plant.tags().size(); ++tag) {
    std::vector<Point> sent;
    for (const auto& row : rows) {
      for (const Point& point : row) {
        if (point.tag == tag) sent.push_back(point);
      }
    }
    auto stored = recorder.history().raw(tag, time_ms_min, time_ms_max, 10'000'000)->points;
    std::sort(stored.begin(), stored.end(), [](const Point& a, const Point& b) { return a.sequence < b.sequence; });
    ASSERT_EQ(stored.size(), sent.size() + births) << plant.tag(tag).name;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const Point& back = stored[i + births];
      ASSERT_EQ(back.source_time_ms, sent[i].source_time_ms) << i;
      ASSERT_TRUE(same_bits(back.value, sent[i].value))
          << i << " " << to_text(back.value) << " " << to_text(sent[i].value);
      ASSERT_EQ(back.quality, sent[i].quality);
    }
  }
}

TEST(RealSets, ThroughSparkplugEqualToTheBit) {
  for (const Set& set : sets()) {
    Folder folder;
    const auto file = file_of(set, folder.path());
    if (!file) GTEST_SKIP() << "the series are not here";
    const PlantModel plant = plant_of(set, "edge");
    const auto rows = rows_of(*file, plant, set.day_first, most());
    ASSERT_GT(rows.size(), 300U);
    base::SystemClock clock;
    auto recorder = std::move(*Recorder::open(folder.path(), plant, clock));
    LivePicture live(plant);
    auto sink = std::move(*PointSink::create(plant, *recorder, live, clock));
    // The logic of both sides without the broker's queues: a real broker drops QoS 0 when a reader is slow.
    SparkplugHost host(plant);
    SparkplugEdge edge({.group = "G", .node = "N"});
    for (const std::string& column : set.columns)
      ASSERT_TRUE(edge.define("D", column, SparkplugType::Double, Value(-1.0)).has_value());
    (void)edge.begin_session(0, 1);
    std::vector<Outgoing> messages = edge.connected(1);
    for (const auto& row : rows) {
      std::vector<EdgeValue> values;
      for (const Point& point : row)
        values.push_back({.metric = plant.tag(point.tag).name,
                          .value = point.value,
                          .time_ms = point.source_time_ms,
                          .is_historical = true});
      messages.push_back(*edge.report("D", values, 2));
    }
    for (const Outgoing& message : messages) {
      auto out = host.message(message.topic, message.payload, false, 5, 5);
      ASSERT_TRUE(out.problems.empty());
      ASSERT_TRUE(sink->take(std::move(out.points)).has_value());
    }
    compare(*recorder, plant, rows, 1);
    ASSERT_TRUE(recorder->keep().has_value());
    const auto size = recorder->history().size();
    std::cout << set.path << ": " << size->points << " points, "
              << static_cast<double>(size->data_bytes) / static_cast<double>(size->points)
              << " bytes a point in chunks\n";
  }
}

class Publisher final : public MqttHandler {
 public:
  void message(const MqttMessage&) override {}
};

TEST(RealSets, ThroughJsonOverTheBrokerEqualToTheBit) {
  for (const Set& set : sets()) {
    Folder folder;
    const auto file = file_of(set, folder.path());
    if (!file) GTEST_SKIP() << "the series are not here";
    Broker broker(folder.path());
    const PlantModel plant = plant_of(set, "meters");
    const auto rows = rows_of(*file, plant, set.day_first, most());
    base::SystemClock clock;
    auto recorder = std::move(*Recorder::open(folder.path(), plant, clock));
    LivePicture live(plant);
    auto sink = std::move(*PointSink::create(plant, *recorder, live, clock));
    auto intake =
        std::move(*JsonIntake::start({.port = broker.port(), .client_id = "json", .reconnect_ms = 20}, *sink));
    Publisher handler;
    auto publisher = std::move(*MqttClient::start({.port = broker.port(), .reconnect_ms = 20}, handler));
    ASSERT_TRUE(eventually([&] { return intake->status().connected && publisher->connected(); }));
    std::size_t points = 0;
    for (const auto& row : rows) {
      std::string payload = "{\"t\":" + std::to_string(row.front().source_time_ms);
      for (const Point& point : row) payload += ",\"v" + std::to_string(point.tag) + "\":" + to_text(point.value);
      ASSERT_TRUE(publisher->publish({"t", payload + "}", 1, false}).has_value());
      points += row.size();
    }
    ASSERT_TRUE(eventually([&] { return intake->status().points >= points; }, 300));
    EXPECT_EQ(intake->status().problem_count, 0U);
    compare(*recorder, plant, rows, 0);
  }
}

// A device that is asked shows one row after another and has no times of its own: every value must come back, to the
// bit, good, in order; a value that stays is one value.
class Shown {
 public:
  Shown(const Set& set, const std::filesystem::path& folder, const PlantModel& plant, std::size_t most_rows)
      : file_(folder / "rows.txt"), columns_(set.columns.size()) {
    const auto found = file_of(set, folder);
    if (!found) return;
    std::ofstream out(file_);
    for (const auto& row : rows_of(*found, plant, set.day_first, most_rows)) {
      if (row.size() != columns_) continue;  // the device shows whole rows
      for (const Point& point : row) {
        out << to_text(point.value) << ' ';
        auto& values = expected_[point.tag];
        if (values.empty() || !same_bits(values.back(), point.value)) values.push_back(point.value);
      }
      out << '\n';
      ++rows_;
    }
  }
  const std::filesystem::path& file() const { return file_; }
  std::size_t rows() const { return rows_; }

  void expect_in(Recorder& recorder, const PlantModel& plant) const {
    const auto good_ones = [&](TagIndex tag) {
      std::vector<Value> values;
      const auto stored = recorder.history().raw(tag, time_ms_min, time_ms_max, 10'000'000);
      for (const Point& point : stored->points) {
        if (point.quality.is_good() && (values.empty() || !same_bits(values.back(), point.value)))
          values.push_back(point.value);
      }
      return values;
    };
    ASSERT_TRUE(eventually(
        [&] {
          recorder.settle();
          return std::all_of(expected_.begin(), expected_.end(),
                             [&](const auto& of) { return good_ones(of.first).size() >= of.second.size(); });
        },
        60 + static_cast<int>(rows_)));
    for (const auto& [tag, sent] : expected_) {
      const auto back = good_ones(tag);
      ASSERT_EQ(back.size(), sent.size()) << plant.tag(tag).name;
      for (std::size_t i = 0; i < sent.size(); ++i)
        ASSERT_TRUE(same_bits(back[i], sent[i])) << plant.tag(tag).name << ' ' << i << ' ' << to_text(back[i]);
    }
  }

 private:
  std::filesystem::path file_;
  std::size_t columns_, rows_ = 0;
  std::map<TagIndex, std::vector<Value>> expected_;
};

std::size_t most_shown() { return whole() ? 2'000 : 30; }

TEST(RealSets, ThroughModbusEqualToTheBit) {
  for (const Set& set : sets()) {
    SCOPED_TRACE(set.path);
    Folder folder;
    const int port = testing::free_port();
    const PlantModel plant = plant_of(set, "plc", port);
    const Shown shown(set, folder.path(), plant, most_shown());
    if (shown.rows() == 0) GTEST_SKIP() << "the series are not here";
    Process device({testing::python(), YUANQU_SOURCE_DIR "/tests/unit/telemetry/modbus_server.py", std::to_string(port),
                    "series", shown.file().string()});
    ASSERT_TRUE(eventually([&] { return testing::listens(port); }));
    const base::SystemClock clock;
    auto recorder = std::move(*Recorder::open(folder.path() / "centre", plant, clock));
    LivePicture live(plant);
    auto sink = std::move(*PointSink::create(plant, *recorder, live, clock));
    auto reader = std::move(*ModbusReader::start(plant.tag(0).link, *sink));
    shown.expect_in(*recorder, plant);
  }
}

TEST(RealSets, ThroughOpcUaAndItsGatewayEqualToTheBit) {
  const std::filesystem::path root = YUANQU_SOURCE_DIR;
  if (!std::filesystem::exists(root / "gateways/opcua/node_modules") ||
      !std::filesystem::exists(root / "tests/partners/node_modules"))
    GTEST_SKIP() << "npm ci in tests/partners and gateways/opcua is missing";
  for (const Set& set : sets()) {
    if (!whole() && set.columns.size() == 1) continue;  // the server alone takes seconds to start
    SCOPED_TRACE(set.path);
    Folder folder;
    Broker broker(folder.path());
    const int port = testing::free_port();
    const PlantModel plant = plant_of(set, "opc");
    const Shown shown(set, folder.path(), plant, most_shown());
    if (shown.rows() == 0) GTEST_SKIP() << "the series are not here";
    std::ofstream config(folder.path() / "gateway.yaml");
    config << "server: opc.tcp://127.0.0.1:" << port
           << "\nsecurity: {mode: None}\nbroker: mqtt://127.0.0.1:" << broker.port()
           << "\ngroup: G\nnode: O\nstate: " << folder.path().string()
           << "\npublishing_ms: 50\nsampling_ms: 10\ntags:\n";
    for (std::size_t i = 0; i < set.columns.size(); ++i)
      config << "  - {metric: \"" << set.columns[i] << "\", node: 'ns=1;s=V" << i << "', type: Double}\n";
    config.close();
    const base::SystemClock clock;
    auto recorder = std::move(*Recorder::open(folder.path() / "centre", plant, clock));
    LivePicture live(plant);
    auto sink = std::move(*PointSink::create(plant, *recorder, live, clock));
    auto intake = std::move(*SparkplugIntake::start(
        {.host = "127.0.0.1", .port = broker.port(), .reconnect_ms = 20, .tick_ms = 10}, {.host_id = "yq"}, *sink));
    Process server(
        {"node", (root / "tests/partners/opcua_series.mjs").string(), std::to_string(port), shown.file().string()});
    ASSERT_TRUE(eventually([&] { return testing::listens(port); }));
    Process gateway(
        {"node", (root / "gateways/opcua/gateway.mjs").string(), (folder.path() / "gateway.yaml").string()});
    shown.expect_in(*recorder, plant);
  }
}

}  // namespace
}  // namespace yuanqu::telemetry
