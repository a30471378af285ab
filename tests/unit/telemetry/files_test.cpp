// Points as files.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/clock.hpp"
#include "points.hpp"
#include "processes.hpp"
#include "telemetry/point_files.hpp"
#include "telemetry/recorder.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::eventually;
using testing::Folder;

PlantModel plant() {
  return std::move(*PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas: [{name: a, labels: {zh: 区, en: A}, equipment: [{name: e, labels: "
      "{zh: 台, en: E}, tags: [{name: 1#高炉.温度, labels: {zh: 温, en: "
      "T}, type: number, unit: ℃}, {name: 计数, labels: {zh: 计, en: C}, type: unsigned}, {name: 状态, labels: {zh: "
      "状, en: S}, type: text}, {name: 开, labels: {zh: 开, en: O}, type: boolean}]}]}]\n",
      "p"));
}

std::vector<Point> mixed() {
  const std::vector<Value> numbers = {Value(0.1),    Value(-0.0),  Value(std::numeric_limits<double>::infinity()),
                                      Value(5e-324), Value(1e300), Value()};
  std::vector<Point> points;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    points.push_back({.tag = 0,
                      .source_time_ms = 1'700'000'000'001 + static_cast<std::int64_t>(i),
                      .server_time_ms = 5,
                      .value = numbers[i],
                      .quality = i == 5 ? Quality::sensor_failure : Quality::good});
  points.push_back({.tag = 1,
                    .source_time_ms = -1,
                    .server_time_ms = 5,
                    .value = std::numeric_limits<std::uint64_t>::max(),
                    .quality = Quality::uncertain});
  points.push_back({.tag = 1, .source_time_ms = 1, .server_time_ms = 5, .value = std::uint64_t{7}});
  points.push_back({.tag = 2, .source_time_ms = 1, .server_time_ms = 5, .value = std::string("=1+1, \"x\"\n第二行")});
  points.push_back({.tag = 3, .source_time_ms = 1, .server_time_ms = 5, .value = true});
  for (std::size_t i = 0; i < points.size(); ++i) points[i].sequence = i + 1;
  return points;
}

TEST(PointFiles, WhatIsExportedReadsBack) {
  Folder folder;
  const PlantModel model = plant();
  auto history = std::move(*History::open(folder.path() / "h.sqlite", model.tag_names()));
  const auto points = mixed();
  ASSERT_TRUE(history->absorb(points).has_value());
  const std::vector<TagIndex> tags = {0, 1, 2, 3};
  for (const auto& [format, name] :
       {std::pair(tabular::Format::Csv, "points.csv"), {tabular::Format::Xlsx, "points.xlsx"}}) {
    for (const bool chinese : {true, false}) {
      const auto file = folder.path() / name;
      std::ofstream out(file, std::ios::binary);
      const auto damaged = export_points(*history, model, tags, format,
                                         [&](std::string_view bytes) -> base::Result<void> {
                                           out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
                                           return {};
                                         },
                                         {.chinese = chinese});
      ASSERT_TRUE(damaged.has_value());
      out.close();
      auto read = PointFile::open(file, model);
      ASSERT_TRUE(read.has_value()) << read.error().en;
      std::vector<Point> back;
      for (;;) {
        auto row = (*read)->next();
        ASSERT_TRUE(row.has_value());
        if (row->empty()) break;
        back.insert(back.end(), row->begin(), row->end());
      }
      EXPECT_EQ((*read)->problem_count(), 0U);
      std::vector<Point> expected;
      for (TagIndex tag : tags) {
        for (const Point& point : testing::brute_raw(points, tag, time_ms_min, time_ms_max)) expected.push_back(point);
      }
      ASSERT_EQ(back.size(), expected.size()) << name;
      for (std::size_t i = 0; i < back.size(); ++i) {
        EXPECT_EQ(back[i].tag, expected[i].tag);
        EXPECT_EQ(back[i].source_time_ms, expected[i].source_time_ms) << name << i;
        EXPECT_EQ(back[i].quality, expected[i].quality);
        EXPECT_TRUE(same_bits(back[i].value, expected[i].value)) << name << i << " " << to_text(back[i].value);
      }
    }
  }
}

TEST(PointFiles, WideFilesWithClocksAsTheyAre) {
  Folder folder;
  const PlantModel model = plant();
  const auto file = folder.path() / "wide.csv";
  std::ofstream(file) << "date,Usage_kWh,计数,Load\n01/02/2018 00:15,3.17,5,x\n01/02/2018 00:00,oops,6,x\n31/02/2018 "
                         "00:00,1,1,x\n02/02/2018 00:30,4,,x\n";
  auto read = std::move(*PointFile::open(
      file, model, {.columns = {{"Usage_kWh", "1#高炉.温度"}}, .offset_minutes = 9 * 60, .day_first = true}));
  auto first = *read->next();
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].source_time_ms, 1'517'411'700'000);
  EXPECT_TRUE(same_bits(first[0].value, Value(3.17)));
  const auto second = *read->next();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].source_time_ms, first[0].source_time_ms - 900'000) << "a clock that steps back is not corrected";
  const auto third = *read->next();
  ASSERT_EQ(third.size(), 2U);
  EXPECT_EQ(third[1].quality, Quality::bad) << "an empty cell is a bad point without a value";
  EXPECT_TRUE(read->next()->empty());
  ASSERT_EQ(read->problem_count(), 2U);
  EXPECT_EQ(read->problems()[0].place.row, 3U);
  EXPECT_EQ(read->problems()[0].place.column, 2U);
  std::ofstream(folder.path() / "none.csv") << "a,b\n1,2\n";
  EXPECT_FALSE(PointFile::open(folder.path() / "none.csv", model).has_value());
}

TEST(PointFiles, Times) {
  const std::vector<std::pair<const char*, std::int64_t>> good = {{"2018-01-02 00:15", 1'514'823'300'000},
                                                                  {"2018-01-02 00:15:01", 1'514'823'301'000},
                                                                  {"2018/1/2 00:15:01.5", 1'514'823'301'500},
                                                                  {"2018-01-02T00:15:00Z", 1'514'852'100'000},
                                                                  {"-5", -5},
                                                                  {"2018-01-02", 1'514'822'400'000},
                                                                  {"1/2/2018 00:15", 1'514'823'300'000}};
  for (const auto& [text, ms] : good) EXPECT_EQ(time_of_cell(text, 8 * 60, false), ms) << text;
  for (const char* text : {"", "x", "2018-13-01 00:00", "2018-02-29 00:00", "2018-01-02 24:00", "2018-01-02 00",
                           "2018-01-02 00:15:", "2018-01-02 00:15 x", "12:30"})
    EXPECT_FALSE(time_of_cell(text, 0, false).has_value()) << text;
}

}  // namespace
}  // namespace yuanqu::telemetry
