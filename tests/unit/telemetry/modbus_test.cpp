// The Modbus reader against pymodbus and against servers that answer late, wrongly or by halves.

#include <gtest/gtest.h>

#include "points.hpp"
#include "processes.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/modbus_reader.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::eventually;
using testing::Folder;
using testing::Process;
using testing::python;

PlantModel plant(int port, int count) {
  std::string text =
      "plant: p\nlabels: {zh: 厂, en: Plant}\nlinks:\n  - {name: plc, modbus: {host: 127.0.0.1, port: " +
      std::to_string(port) +
      ", timeout_ms: 200, poll_ms: 20}, heartbeat_ms: 60000}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    "
      "equipment:\n      - name: e\n        labels: {zh: 台, en: E}\n        link: plc\n        tags:\n";
  // Ten apart, so that each is a request of its own.
  for (int i = 0; i < count; ++i)
    text += "          - {name: r" + std::to_string(i) +
            ", labels: {zh: 点, en: T}, type: unsigned, source: {register: " + std::to_string(i * 10) +
            ", table: input}}\n";
  text +=
      "          - {name: coil, labels: {zh: 圈, en: T}, type: boolean, source: {register: 1, table: coil}}\n"
      "          - {name: di, labels: {zh: 入, en: T}, type: boolean, source: {register: 2, table: discrete}}\n"
      "          - {name: bit, labels: {zh: 位, en: T}, type: boolean, source: {register: 1, table: holding, form: "
      "bit1}}\n"
      "          - {name: wide, labels: {zh: 宽, en: T}, type: unsigned, source: {register: 1, table: holding, form: "
      "uint32, order: cdab}}\n"
      "          - {name: nowhere, labels: {zh: 无, en: T}, type: unsigned, source: {register: 5000, table: holding}}\n"
      "          - {name: other, labels: {zh: 他, en: T}, type: unsigned, source: {register: 0, table: input, unit: "
      "9}}\n";
  auto model = PlantModel::read(text, "p");
  if (!model) {
    for (const auto& fault : model.error()) ADD_FAILURE() << base::to_text(fault, false);
    return {};
  }
  return std::move(*model);
}

std::string server() { return std::string(YUANQU_SOURCE_DIR) + "/tests/unit/telemetry/modbus_server.py"; }

TEST(Modbus, RegistersOfEveryFormAndOrder) {
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  const std::uint64_t word = bits(-1234.5);
  const std::uint16_t abcd[] = {static_cast<std::uint16_t>(word >> 48), static_cast<std::uint16_t>(word >> 32),
                                static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word)};
  EXPECT_TRUE(same_bits(decode_registers(abcd, ModbusForm::Float64, WordOrder::Abcd, -1), Value(-1234.5)));
  const std::uint16_t turned[] = {abcd[3], abcd[2], abcd[1], abcd[0]};
  EXPECT_TRUE(same_bits(decode_registers(turned, ModbusForm::Float64, WordOrder::Cdab, -1), Value(-1234.5)));
  const std::uint16_t pair[] = {0x1234, 0x5678};
  EXPECT_TRUE(
      same_bits(decode_registers(pair, ModbusForm::Uint32, WordOrder::Abcd, -1), Value(std::uint64_t{0x12345678})));
  EXPECT_TRUE(
      same_bits(decode_registers(pair, ModbusForm::Uint32, WordOrder::Cdab, -1), Value(std::uint64_t{0x56781234})));
  EXPECT_TRUE(
      same_bits(decode_registers(pair, ModbusForm::Uint32, WordOrder::Badc, -1), Value(std::uint64_t{0x34127856})));
  EXPECT_TRUE(
      same_bits(decode_registers(pair, ModbusForm::Uint32, WordOrder::Dcba, -1), Value(std::uint64_t{0x78563412})));
  const std::uint16_t minus[] = {0xFFFE, 0xFFFF};
  EXPECT_TRUE(same_bits(decode_registers(minus, ModbusForm::Int16, WordOrder::Abcd, -1), Value(std::int64_t{-2})));
  EXPECT_TRUE(same_bits(decode_registers(minus, ModbusForm::Int32, WordOrder::Abcd, -1), Value(std::int64_t{-65537})));
  EXPECT_TRUE(same_bits(decode_registers(pair, ModbusForm::Bit, WordOrder::Abcd, 2), Value(true)));
  EXPECT_TRUE(same_bits(decode_registers(pair, ModbusForm::Bit, WordOrder::Abcd, 0), Value(false)));
}

TEST(Modbus, ReadsPymodbusAndTellsWhatIsRefused) {
  const int port = testing::free_port();
  Process process({python(), server(), std::to_string(port), "plain"});
  ASSERT_TRUE(eventually([&] { return testing::listens(port); }));
  const PlantModel model = plant(port, 12);
  base::SystemClock clock;
  ModbusPoller poller(model, 0);
  const auto points = poller.poll(clock);
  ASSERT_EQ(points.size(), model.tags().size());
  for (const Point& point : points) {
    const std::string& name = model.tag(point.tag).name;
    if (name[0] == 'r') {
      EXPECT_TRUE(same_bits(point.value, Value(static_cast<std::uint64_t>(std::stoi(name.substr(1)) * 30))))
          << name << " " << to_text(point.value);
    }
    if (name == "coil") {
      EXPECT_TRUE(same_bits(point.value, Value(true)));
    }
    if (name == "di") {
      EXPECT_TRUE(same_bits(point.value, Value(true)));
    }
    if (name == "bit") {
      EXPECT_TRUE(same_bits(point.value, Value(true)));
    }  // 3: bits 0 and 1
    if (name == "wide") {
      EXPECT_TRUE(same_bits(point.value, Value(std::uint64_t{6ULL << 16U | 3U})));
    }
    if (name == "nowhere") {
      EXPECT_EQ(point.quality, Quality::configuration_error);
    }
    if (name == "other") {
      EXPECT_TRUE(point.quality.is_bad()) << "a unit that is not there";
    }
  }
  EXPECT_TRUE(poller.last_problem().has_value());
}

// Whatever the server does: a value that is told good is the value of its own register.
TEST(Modbus, AnAnswerIsNeverTakenForAnother) {
  for (const char* mode : {"late", "swapped", "broken"}) {
    SCOPED_TRACE(mode);
    const int port = testing::free_port();
    Process process({python(), server(), std::to_string(port), mode});
    ASSERT_TRUE(eventually([&] { return testing::listens(port); }));
    const PlantModel model = plant(port, 8);
    base::SystemClock clock;
    ModbusPoller poller(model, 0);
    int good = 0, bad = 0;
    for (int round = 0; round < 8; ++round) {
      for (const Point& point : poller.poll(clock)) {
        const std::string& name = model.tag(point.tag).name;
        if (name[0] != 'r') continue;
        if (!point.quality.is_good()) {
          ++bad;
          EXPECT_TRUE(same_bits(point.value, Value())) << "no value without an answer";
          continue;
        }
        ++good;
        ASSERT_TRUE(same_bits(point.value, Value(static_cast<std::uint64_t>(std::stoi(name.substr(1)) * 30))))
            << name << " " << to_text(point.value);
      }
    }
    EXPECT_GT(good, 0);
    EXPECT_GT(bad, 0);
    EXPECT_GT(poller.connections(), 2U) << "dropped and made anew";
  }
}

TEST(Modbus, TheReaderFollowsADeviceThatGoesAndComes) {
  Folder folder;
  const int port = testing::free_port();
  auto process = std::make_unique<Process>(std::vector<std::string>{python(), server(), std::to_string(port), "late"});
  ASSERT_TRUE(eventually([&] { return testing::listens(port); }));
  const PlantModel model = plant(port, 2);
  base::SystemClock clock;
  auto recorder = std::move(*Recorder::open(folder.path(), model, clock));
  LivePicture live(model);
  auto sink = std::move(*PointSink::create(model, *recorder, live, clock));
  auto reader = std::move(*ModbusReader::start(0, *sink));
  const auto state = [&] { return live.state("r1", steady_now_ms())->quality; };
  ASSERT_TRUE(eventually([&] { return state() == Quality::good; }));
  process.reset();
  ASSERT_TRUE(eventually([&] { return state() == Quality::communication_failure; }));
  EXPECT_FALSE(eventually([&] { return reader->status().connected; }, 1));
  process = std::make_unique<Process>(std::vector<std::string>{python(), server(), std::to_string(port), "late"});
  EXPECT_TRUE(eventually([&] { return state() == Quality::good; }));
  EXPECT_FALSE(ModbusReader::start(5, *sink).has_value());
}

}  // namespace
}  // namespace yuanqu::telemetry
