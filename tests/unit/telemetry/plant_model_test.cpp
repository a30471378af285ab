#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "telemetry/live.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {
namespace {

std::string file_text(const std::string& name) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/telemetry/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

PlantModel small_plant() {
  auto plant = PlantModel::read(file_text("plant.yaml"), "plant.yaml");
  if (!plant) {
    for (const auto& fault : plant.error()) ADD_FAILURE() << base::to_text(fault, false);
    return {};
  }
  return std::move(*plant);
}

TEST(PlantModel, ReadsEverythingAFileCanSay) {
  const PlantModel plant = small_plant();
  EXPECT_EQ(plant.name(), "hot_metal");
  EXPECT_TRUE(plant.simulated());
  ASSERT_EQ(plant.equipment().size(), 4U);
  const TagIndex first = plant.find("1#鱼雷罐车.铁水温度");
  ASSERT_NE(first, no_tag);
  const Tag& tag = plant.tag(first);
  EXPECT_EQ(tag.labels.en, "Torpedo car 1 iron temperature");
  EXPECT_EQ(std::get<SparkplugSource>(tag.source).device, "TPC01");
  EXPECT_EQ(std::get<SparkplugSource>(tag.source).metric, "T/3");
  EXPECT_EQ(plant.links()[tag.link].name, "edge");
  EXPECT_EQ(std::get<SparkplugSource>(plant.tag(plant.find("2#鱼雷罐车.铁水温度")).source).device, "TPC02");
  const auto& angle = std::get<ModbusSource>(plant.tag(plant.find("倾翻台.角度")).source);
  EXPECT_EQ(angle.address, 102);
  EXPECT_EQ(angle.form, ModbusForm::Float32);
  EXPECT_EQ(angle.order, WordOrder::Cdab);
  const auto& level = std::get<TagExpression>(plant.tag(plant.find("倾翻台.水平")).source);
  ASSERT_EQ(level.inputs.size(), 1U);
  EXPECT_EQ(level.inputs[0].second, plant.find("倾翻台.角度"));
  int bad_quality = 0;
  for (const AlarmRule& rule : plant.alarms()) bad_quality += rule.kind == AlarmKind::BadQuality ? 1 : 0;
  EXPECT_EQ(bad_quality, 5) << "one for each tag with a source of its own";
  EXPECT_EQ(plant.alarms()[0].group, "cast");
  EXPECT_EQ(plant.alarms()[0].suppressed_when.inputs.size(), 1U);
}

// Each case of plant_faults.yaml is a piece to replace in plant.yaml and the field and row the first fault must name.
TEST(PlantModel, EveryFaultNamesItsRow) {
  const std::string text = file_text("plant.yaml");
  std::istringstream cases(file_text("plant_faults.txt"));
  std::string line;
  int count = 0;
  while (std::getline(cases, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> parts;
    for (std::size_t at = 0; parts.size() < 3;) {
      const auto end = line.find(" => ", at);
      parts.push_back(line.substr(at, end == std::string::npos ? end : end - at));
      if (end == std::string::npos) break;
      at = end + 4;
    }
    ASSERT_EQ(parts.size(), 3U) << line;
    const auto at = text.find(parts[0]);
    ASSERT_NE(at, std::string::npos) << line;
    std::string broken = text;
    broken.replace(at, parts[0].size(), parts[1]);
    const auto plant = PlantModel::read(broken, "p.yaml");
    ASSERT_FALSE(plant.has_value()) << line;
    const base::Error& fault = plant.error().front();
    EXPECT_EQ(fault.place.field, parts[2]) << line << "\n" << base::to_text(fault, false);
    EXPECT_EQ(fault.place.file, "p.yaml");
    EXPECT_GT(fault.place.row, 0U) << line;
    EXPECT_FALSE(fault.zh.empty() || fault.en.empty());
    ++count;
  }
  EXPECT_GE(count, 30);
}

TEST(PlantModel, SeveralFaultsComeAtOnce) {
  const auto plant = PlantModel::read(
      "plant: X\nlabels: {zh: a}\nlinks: 3\nareas: [{name: a, labels: {zh: a, en: a}, equipment: [{name: e}]}]\n", "p");
  ASSERT_FALSE(plant.has_value());
  EXPECT_GE(plant.error().size(), 4U);
  EXPECT_FALSE(PlantModel::read("\x01", "p").has_value());
  EXPECT_FALSE(PlantModel::read("", "p").has_value());
}

TEST(PlantModel, ASourceIsFittedToItsTag) {
  const PlantModel plant = small_plant();
  const Tag& scaled = plant.tag(plant.find("倾翻台.重量"));
  Value value = std::uint64_t{32768};
  Quality quality = Quality::good;
  fit(scaled, value, quality);
  EXPECT_DOUBLE_EQ(std::get<double>(value), 250);
  EXPECT_EQ(quality, Quality::good);
  value = std::uint64_t{65535};
  fit(scaled, value, quality);
  EXPECT_EQ(quality, Quality::range_exceeded);

  const Tag& number = plant.tag(plant.find("1#鱼雷罐车.铁水温度"));
  const auto fitted = [&](const Tag& tag, Value from) {
    Quality result = Quality::good;
    fit(tag, from, result);
    return std::pair(from, result);
  };
  EXPECT_EQ(fitted(number, std::int64_t{(1LL << 53) + 1}).second, Quality::configuration_error) << "would be rounded";
  EXPECT_TRUE(same_bits(fitted(number, std::int64_t{(1LL << 53) + 1}).first, Value(std::int64_t{(1LL << 53) + 1})));
  EXPECT_EQ(fitted(number, std::numeric_limits<double>::quiet_NaN()).second, Quality::range_exceeded);
  EXPECT_EQ(fitted(number, std::string("x")).second, Quality::configuration_error);
  EXPECT_EQ(fitted(number, Value()).second, Quality::bad);
  const Tag& truth = plant.tag(plant.find("倾翻台.水平"));
  EXPECT_TRUE(same_bits(fitted(truth, std::int64_t{1}).first, Value(true)));
  EXPECT_EQ(fitted(truth, std::int64_t{2}).second, Quality::configuration_error);
}

Point point(TagIndex tag, std::int64_t time, Value value, Quality quality = Quality::good) {
  return {.tag = tag, .source_time_ms = time, .server_time_ms = time, .value = std::move(value), .quality = quality};
}

TEST(LivePicture, AValueHasQualityAgeAndStaleness) {
  const PlantModel plant = small_plant();
  LivePicture live(plant);
  const TagIndex car = plant.find("1#鱼雷罐车.铁水温度");  // link edge, heartbeat 1000
  EXPECT_EQ(live.state(car, 0).age_ms, -1);
  EXPECT_TRUE(live.state(car, 0).stale);
  const Point first[] = {point(car, 1000, 1500.0)};
  live.apply(first, 50);
  EXPECT_TRUE(live.state("1#鱼雷罐车.铁水温度", 2050)->usable());
  EXPECT_EQ(live.state(car, 2050).age_ms, 2000);
  EXPECT_TRUE(live.state(car, 2051).stale) << "after twice the heartbeat";
  live.heard(plant.find_link("edge"), 2060);
  EXPECT_FALSE(live.state(car, 2100).stale) << "a heartbeat keeps an unchanged value fresh";
  EXPECT_EQ(live.state(car, 2100).standing_ms, 40) << "its node tells only what changes";
  EXPECT_EQ(live.state(car, 2100).age_ms, 2050);
  live.heard(plant.find_link("edge"), 5000);
  EXPECT_FALSE(live.state(car, 5050).stale);
  EXPECT_TRUE(live.state(car, 5051).stale) << "its own stale time goes by its own age";

  live.lost(plant.find_link("edge"), Quality::last_known, 5100);
  EXPECT_EQ(live.state(car, 5100).quality, Quality::last_known);
  EXPECT_EQ(std::get<double>(live.state(car, 5100).value), 1500.0);
  EXPECT_TRUE(live.state(car, 5100).stale);
  EXPECT_EQ(live.state(car, 5100).standing_ms, 5050) << "nobody stands for what was lost";
  const Point again[] = {point(car, 900, 1500.0)};
  live.apply(again, 5200);
  EXPECT_TRUE(live.state(car, 5200).usable()) << "back without waiting for a change, even from a clock set back";
}

TEST(LivePicture, OnlyANodeThatTellsChangesStandsForWhatItDoesNotMention) {
  const PlantModel plant = small_plant();
  const LinkIndex meters = plant.find_link("meters");
  LivePicture live(plant);
  const TagIndex power = plant.tags_of_link(meters).front();
  const Point first[] = {point(power, 1000, 5.0)};
  live.apply(first, 0);
  live.heard(meters, 900);
  EXPECT_EQ(live.state(power, 1000).standing_ms, 1000);
}

TEST(LivePicture, LatePointsDoNotTurnBackThePicture) {
  const PlantModel plant = small_plant();
  LivePicture live(plant);
  const TagIndex car = plant.find("1#鱼雷罐车.铁水温度");
  const Point points[] = {point(car, 5000, 1.0), point(car, 4000, 2.0), point(car, 5000, 3.0)};
  live.apply(points, 0);
  EXPECT_EQ(std::get<double>(live.state(car, 0).value), 3.0);
  // A clock that ran ahead by a day and was set back.
  Point ahead = point(car, 5000 + 86'400'000, 9.0);
  ahead.server_time_ms = 5000;
  const Point set_back[] = {ahead, point(car, 6000, 4.0)};
  live.apply(set_back, 0);
  EXPECT_EQ(std::get<double>(live.state(car, 0).value), 4.0);
}

TEST(LivePicture, DifferencesAndCalculatedStaleness) {
  const PlantModel plant = small_plant();
  LivePicture live(plant);
  const TagIndex angle = plant.find("倾翻台.角度"), level = plant.find("倾翻台.水平");
  const Point both[] = {point(angle, 1, 0.5), point(level, 1, true)};
  live.apply(both, 0);
  const auto version = live.version();
  EXPECT_TRUE(live.changed_since(version).empty());
  const Point one[] = {point(angle, 2, 0.6)};
  live.apply(one, 10);
  EXPECT_EQ(live.changed_since(version), std::vector<TagIndex>{angle});
  EXPECT_FALSE(live.state(level, 1000).stale);
  EXPECT_TRUE(live.state(level, 5000).stale) << "its input is";
}

TEST(Point, TextsReadBack) {
  const std::vector<Value> values = {Value(true),
                                     Value(std::int64_t{-7}),
                                     Value(std::numeric_limits<std::uint64_t>::max()),
                                     Value(0.1),
                                     Value(-0.0),
                                     Value(std::numeric_limits<double>::infinity()),
                                     Value(5e-324),
                                     Value(std::string("铁水"))};
  for (const Value& value : values) {
    const auto back = parse_value(to_text(value), static_cast<ValueType>(value.index()));
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(same_bits(value, *back)) << to_text(value);
  }
  for (int code = 0; code < 256; ++code) {
    const Quality quality{static_cast<std::uint8_t>(code)};
    EXPECT_EQ(quality_of(to_text(quality)), quality) << to_text(quality);
  }
  EXPECT_FALSE(quality_of("good/sensor_failure"));
  EXPECT_FALSE(quality_of("256"));
  EXPECT_FALSE(parse_value("1e999", ValueType::Number));
  EXPECT_FALSE(parse_value("18446744073709551616", ValueType::Unsigned));
  EXPECT_FALSE(check(Point{.tag = 0, .source_time_ms = time_ms_max + 1}));
  EXPECT_FALSE(check(Point{.tag = 0, .value = std::string("\xff")}));
  EXPECT_TRUE(check(Point{.tag = 0, .source_time_ms = -1}));
}

}  // namespace
}  // namespace yuanqu::telemetry
