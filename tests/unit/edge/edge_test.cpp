// The parts of the agent that keep and translate; the whole process is proven by tests/proofs/centre.py.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "control/plant_content.hpp"
#include "control/wire.hpp"
#include "edge/agent.hpp"
#include "edge/controllers.hpp"
#include "edge/kept_log.hpp"
#include "edge/outbox.hpp"
#include "telemetry/modbus_reader.hpp"

namespace yuanqu::edge {
namespace {

namespace fs = std::filesystem;

class EdgeTest : public ::testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("yuanqu-edge-" + std::to_string(::getpid()));
  void SetUp() override {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  static telemetry::EdgeValue point(int number) {
    return {"倾翻台.角度", telemetry::Value(number + 0.1), 1'772'400'000'000 + number, telemetry::Quality::good};
  }
  static std::string text_of(const std::string& path) {
    std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/" + path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
};

TEST_F(EdgeTest, AMessageOfControlSurvivesTheWire) {
  control::Fields fields{{"message", "command"}, {"id", "a"}, {"parameters", "5:角度2:45"}, {"empty", ""}};
  control::Key key{};
  control::seal(fields, key);
  telemetry::SparkplugPayload payload;
  payload.metrics.push_back(control::to_metric(fields));
  const auto back = telemetry::decode_sparkplug(telemetry::encode_sparkplug(payload));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->metrics.size(), 1U);
  EXPECT_EQ(control::fields_of(back->metrics.front()), fields);
  EXPECT_TRUE(control::sealed_by(control::fields_of(back->metrics.front()), key));
  telemetry::SparkplugMetric other = back->metrics.front();
  other.name = "倾翻台.角度";
  EXPECT_TRUE(control::fields_of(other).empty());
}

TEST_F(EdgeTest, PointsWaitOnDiskInOrderAndAreForgottenWhenTold) {
  {
    auto outbox = Outbox::open(folder / "outbox.log");
    ASSERT_TRUE(outbox);
    ASSERT_TRUE((*outbox)->put({point(1), point(2)}));
    ASSERT_TRUE((*outbox)->put({point(3)}));
  }
  auto outbox = Outbox::open(folder / "outbox.log");  // the agent was killed in between
  ASSERT_TRUE(outbox);
  ASSERT_EQ((*outbox)->size(), 3U);
  const auto first = (*outbox)->next(2);
  ASSERT_EQ(first.size(), 2U);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(telemetry::same_bits(first[static_cast<std::size_t>(i)].value, point(i + 1).value));
    EXPECT_EQ(first[static_cast<std::size_t>(i)].time_ms, point(i + 1).time_ms);
    EXPECT_EQ(first[static_cast<std::size_t>(i)].quality, telemetry::Quality::good);
    EXPECT_TRUE(first[static_cast<std::size_t>(i)].is_historical);
  }
  ASSERT_TRUE((*outbox)->forget(2));
  EXPECT_EQ((*outbox)->next(9).size(), 1U);
  ASSERT_TRUE((*outbox)->forget(1));
  EXPECT_EQ(fs::file_size(folder / "outbox.log"), 0U);
  ASSERT_TRUE((*outbox)->put({point(4)}));
  EXPECT_EQ((*outbox)->size(), 1U);
}

TEST_F(EdgeTest, WhatADeadConnectionMayHaveSwallowedIsToldAgain) {
  auto outbox = Outbox::open(folder / "outbox.log");
  ASSERT_TRUE(outbox);
  (*outbox)->published({point(1)}, 1'000);
  (*outbox)->published({point(2)}, 30'000);
  (*outbox)->published({point(3)}, 40'000);
  ASSERT_TRUE((*outbox)->connection_lost(45'000));
  ASSERT_EQ((*outbox)->size(), 2U);
  EXPECT_EQ((*outbox)->next(1).front().time_ms, point(2).time_ms);
  ASSERT_TRUE((*outbox)->connection_lost(46'000));
  EXPECT_EQ((*outbox)->size(), 2U) << "once";
}

TEST_F(EdgeTest, IdsAreKeptAndTheOldestDroppedNotTheEpochs) {
  const fs::path path = folder / "commands.log";
  {
    std::vector<control::Kept> none;
    auto log = KeptLog::open(path, none);
    ASSERT_TRUE(log);
    ASSERT_TRUE(log->append({"id-1", control::Verb::Take, "tilt", control::Outcome::Done, {}, {}, 7, 5}));
    ASSERT_TRUE(
        log->append({"id-2", control::Verb::Operate, "tilt", control::Outcome::TimedOut, "", {"超时", "late"}, 0, 6}));
  }
  std::vector<control::Kept> kept;
  ASSERT_TRUE(KeptLog::open(path, kept));
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].epoch, 7U);
  EXPECT_EQ(kept[1].outcome, control::Outcome::TimedOut);
  EXPECT_EQ(kept[1].reason.zh, "超时");
}

TEST_F(EdgeTest, WhatIsWrittenReadsBackInEveryFormAndOrder) {
  using telemetry::ModbusForm;
  using telemetry::WordOrder;
  for (const ModbusForm form : {ModbusForm::Int16, ModbusForm::Uint16, ModbusForm::Int32, ModbusForm::Uint32,
                                ModbusForm::Int64, ModbusForm::Uint64, ModbusForm::Float32, ModbusForm::Float64}) {
    for (const WordOrder order : {WordOrder::Abcd, WordOrder::Cdab, WordOrder::Badc, WordOrder::Dcba}) {
      for (const double number : {0.0, 1.0, 258.0, 30'000.0, -2.0, 70'000.0, -70'000.0, 0.5}) {
        telemetry::ModbusSource source;
        source.form = form;
        source.order = order;
        const auto registers = encode_registers(source, number);
        if (registers.empty()) continue;
        ASSERT_EQ(registers.size(), static_cast<std::size_t>(telemetry::registers_of(form)));
        const auto back = telemetry::as_number(telemetry::decode_registers(registers.data(), form, order, -1));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, number) << static_cast<int>(form) << " " << static_cast<int>(order);
      }
    }
  }
  telemetry::ModbusSource narrow;
  narrow.form = ModbusForm::Uint16;
  EXPECT_TRUE(encode_registers(narrow, -1).empty());
  EXPECT_TRUE(encode_registers(narrow, 65'536).empty());
  EXPECT_TRUE(encode_registers(narrow, 1.5).empty());
}

TEST_F(EdgeTest, WhatIsNoFiniteNumberIsNoValue) {
  EXPECT_TRUE(to_feel(telemetry::Value(std::nan(""))).is_null());
  EXPECT_TRUE(to_feel(telemetry::Value(INFINITY)).is_null());
  EXPECT_TRUE(to_feel(telemetry::Value()).is_null());
  EXPECT_EQ(to_feel(telemetry::Value(0.1)).number().to_string(), "0.1");
  EXPECT_EQ(to_feel(telemetry::Value(std::uint64_t{18'446'744'073'709'551'615U})).number().to_string(),
            "18446744073709551615");
  EXPECT_TRUE(to_feel(telemetry::Value(true)).is_true());
}

TEST_F(EdgeTest, OnlyCoilsAndHoldingRegistersAreWritten) {
  const auto plant = telemetry::PlantModel::read(text_of("tests/cases/edge/plants/bench.yaml"), "bench.yaml");
  ASSERT_TRUE(plant);
  std::string site = text_of("tests/cases/edge/interlocks/bench.yaml");
  EXPECT_TRUE(control::read_site(site, "bench.yaml", *plant));
  site.replace(site.find("机车.行驶: true"), std::string("机车.行驶: true").size(), "机车.位置: 1");
  const auto refused = control::read_site(site, "bench.yaml", *plant);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().front().en.find("cannot be written"), std::string::npos);
}

}  // namespace
}  // namespace yuanqu::edge
