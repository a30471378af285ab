// The pack's plant file and its simulated controllers say the same.
#include "simulator/wires.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

#include "simulator/line.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::simulator {
namespace {

std::string file(const std::string& path) {
  std::ifstream stream(YUANQU_SOURCE_DIR "/packs/steel/" + path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Wires, EveryTagOfThePlantIsServedAndEveryRegisterIsATag) {
  auto model = telemetry::PlantModel::read(file("plants/hot_metal.yaml"), "plant");
  ASSERT_TRUE(model) << model.error().front().en;
  auto wires = read_wires(file("simulator/hot_metal.wires.yaml"), "wires");
  ASSERT_TRUE(wires) << wires.error().en;
  auto settings = read_line_settings(file("simulator/hot_metal.yaml"), "line");
  ASSERT_TRUE(settings) << settings.error().en;
  const Line line(*settings);
  const std::vector<std::string> list = line.commands();
  const std::set<std::string> commands(list.begin(), list.end());
  EXPECT_EQ(model->tags().size(), 400u);

  std::set<std::tuple<int, int, int>> served, used;
  for (const Register& one : wires->registers) {
    served.insert({one.unit, static_cast<int>(one.table), one.address});
    const bool order = one.table == Table::Coil || one.table == Table::Holding;
    if (order)
      EXPECT_TRUE(one.name == watchdog_name || commands.count(one.name) == 1) << one.name;
    else
      EXPECT_TRUE(line.find(one.name)) << one.name;
  }
  for (const telemetry::Tag& tag : model->tags()) {
    if (const auto* source = std::get_if<telemetry::ModbusSource>(&tag.source)) {
      const Table table = source->table == telemetry::ModbusTable::Coil       ? Table::Coil
                          : source->table == telemetry::ModbusTable::Discrete ? Table::Discrete
                          : source->table == telemetry::ModbusTable::Holding  ? Table::Holding
                                                                              : Table::Input;
      EXPECT_TRUE(served.count({source->unit, static_cast<int>(table), source->address})) << tag.name;
      EXPECT_TRUE(used.insert({source->unit, static_cast<int>(table), source->address}).second) << tag.name;
    } else if (const auto* metric = std::get_if<telemetry::SparkplugSource>(&tag.source)) {
      EXPECT_TRUE(metric->device.starts_with(wires->device_prefix)) << tag.name;
      EXPECT_TRUE(line.find(metric->device + "." + metric->metric)) << tag.name;
    } else if (const auto* pointer = std::get_if<telemetry::JsonSource>(&tag.source)) {
      EXPECT_EQ(pointer->topic, wires->json_topic) << tag.name;
      EXPECT_TRUE(line.find(pointer->value.substr(std::string("/values/").size()))) << tag.name;
    }
  }
  EXPECT_EQ(used, served);
  for (const auto& [order, value] : wires->watchdog_orders) EXPECT_TRUE(commands.count(order)) << order;
}

TEST(Wires, RefusesTwoSignalsInOneRegister) {
  const std::string head = "layouts:\n  a:\n    input: {0: x, 1: y}\nmodbus:\n  - {unit: 1, layout: a, of: f.1}\n";
  const std::string rest =
      "sparkplug: {group: G, node: N, devices: car., period_ms: 250}\njson: {topic: t, signals: e., period_ms: 1000}\n";
  const auto read = read_wires(head + rest, "w.yaml");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().en.find("share a register"), std::string::npos);
  EXPECT_FALSE(read_wires("modbus: []", "w.yaml"));
  EXPECT_FALSE(read_wires("[", "w.yaml"));
}

}  // namespace
}  // namespace yuanqu::simulator
