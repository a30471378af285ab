// What a plant tells of a month: every way of taking it against a sum by hand, gaps, counters that begin again, points
// that come late, the calendar.

#include <gtest/gtest.h>

#include "points.hpp"
#include "telemetry/month_plan.hpp"
#include "telemetry/point_files.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Folder;

constexpr std::int64_t hour = 3'600'000;

PlantModel plant() {
  return std::move(*PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas: [{name: a, labels: {zh: 区, en: A}, equipment: [{name: e, labels: "
      "{zh: 台, en: E}, tags: [{name: 表, labels: {zh: 表, en: M}, type: number}, {name: 功率, labels: {zh: 功, en: "
      "P}, "
      "type: number}, {name: 转, labels: {zh: 转, en: R}, type: boolean}, {name: 字, labels: {zh: 字, en: T}, type: "
      "text}]}]}]\n",
      "p"));
}

constexpr const char* plan_text =
    "plant: p\nsource: S-1\nplant_column: 工厂\ncoverage_column: 完整率\nfigures:\n"
    "  - {column: 用量, labels: {zh: 用量, en: Used}, unit: kWh, tag: 表, take: increase, decimals: 1}\n"
    "  - {column: 电, labels: {zh: 电, en: E}, unit: kWh, tag: 功率, take: integral, decimals: 1, gap_minutes: 120}\n"
    "  - {column: 时, labels: {zh: 时, en: H}, unit: h, tag: 转, take: hours, decimals: 2}\n"
    "  - {column: 率, labels: {zh: 率, en: U}, unit: '%', tag: 转, take: share, decimals: 2}\n"
    "  - {column: 均, labels: {zh: 均, en: Mean}, unit: kW, tag: 功率, take: mean, decimals: 1, gap_minutes: 120}\n"
    "  - {column: 大, labels: {zh: 大, en: Max}, unit: kW, tag: 功率, take: maximum, decimals: 1, gap_minutes: 120}\n"
    "  - {column: 末, labels: {zh: 末, en: Last}, unit: kWh, tag: 表, take: last, decimals: 1}\n";

class MonthFiguresTest : public ::testing::Test {
 protected:
  MonthFiguresTest() { history_ = std::move(*History::open(folder_.path() / "h.sqlite", model_.tag_names())); }
  void put(TagIndex tag, std::int64_t at, Value value, Quality quality = Quality::good) {
    const Point point{.tag = tag,
                      .source_time_ms = from_ + at,
                      .server_time_ms = 1,
                      .value = std::move(value),
                      .quality = quality,
                      .sequence = ++sequence_};
    ASSERT_TRUE(history_->absorb(std::span(&point, 1)));
  }
  MonthFigures figures(std::int64_t length) {
    auto found = month_figures(*history_, plan_, from_, from_ + length);
    EXPECT_TRUE(found.has_value());
    return *found;
  }

  Folder folder_;
  PlantModel model_ = plant();
  std::unique_ptr<History> history_;
  MonthPlan plan_ = *read_month_plan(plan_text, "p", model_);
  const std::int64_t from_ = begin_ms({2026, 10});
  std::uint64_t sequence_ = 0;
};

TEST_F(MonthFiguresTest, EveryTakeAgainstASumByHand) {
  put(0, -hour, 100.0);  // the reading at the end of last month
  put(0, 2 * hour, 130.0);
  put(0, 3 * hour, 5.0);  // the meter was changed: it began again
  put(0, 4 * hour, 9.0);
  put(0, 5 * hour, 777.0, Quality::sensor_failure);  // counts for nothing
  put(1, 0, 10.0);
  put(1, hour, 30.0);
  put(1, 2 * hour, Value(), Quality::bad);  // nothing for an hour
  put(1, 3 * hour, 20.0);
  put(2, 0, true);
  put(2, 90 * 60'000, false);
  put(2, 4 * hour, true);
  const MonthFigures found = figures(6 * hour);
  EXPECT_DOUBLE_EQ(*found.values[0], 30 + 5 + 4);
  // 10 for an hour, 30 for an hour, none for one, 20 for the two hours a value may stand.
  EXPECT_DOUBLE_EQ(*found.values[1], 10 + 30 + 40);
  EXPECT_DOUBLE_EQ(*found.values[2], 1.5 + 2);
  EXPECT_DOUBLE_EQ(*found.values[3], 3.5 / 6 * 100);
  EXPECT_DOUBLE_EQ(*found.values[4], 20);
  EXPECT_DOUBLE_EQ(*found.values[5], 30);
  EXPECT_DOUBLE_EQ(*found.values[6], 9);
  EXPECT_DOUBLE_EQ(found.coverage, 4.0 / 6 * 100) << "the least of the tags";
  EXPECT_EQ(month_csv(plan_, "p", found),
            "工厂,用量,电,时,率,均,大,末,完整率\np,39.0,80.0,3.50,58.33,20.0,30.0,9.0,66.7\n");
}

TEST_F(MonthFiguresTest, ALatePointChangesTheFigureAndNothingElse) {
  for (int i = 0; i <= 24; ++i) put(0, i * hour, 10.0 * i);
  put(2, 0, true);
  put(1, 0, 1.0);
  ASSERT_TRUE(history_->flush());
  const std::string before = month_csv(plan_, "p", figures(24 * hour));
  EXPECT_NE(before.find("p,230.0,"), std::string::npos)
      << before << "the value of the next month's first moment is not this month's";
  put(2, 12 * hour, false);  // it had stood still since noon
  const std::string after = month_csv(plan_, "p", figures(24 * hour));
  EXPECT_NE(after.find(",12.00,50.00,"), std::string::npos) << after;
  ASSERT_TRUE(history_->merge_late());
  EXPECT_EQ(month_csv(plan_, "p", figures(24 * hour)), after);
}

TEST_F(MonthFiguresTest, NothingIsNotZero) {
  const MonthFigures found = figures(24 * hour);
  for (const auto& value : found.values) EXPECT_FALSE(value.has_value());
  EXPECT_EQ(found.coverage, 0);
  EXPECT_EQ(month_csv(plan_, "p", found), "工厂,用量,电,时,率,均,大,末,完整率\np,,,,,,,,0.0\n");
}

TEST(Months, TheCalendarIsOfUtcPlusEight) {
  EXPECT_EQ(begin_ms({2026, 11}), 1'793'462'400'000);  // 2026-10-31T16:00Z
  EXPECT_EQ(month_of(1'793'462'399'999), (Month{2026, 10}));
  EXPECT_EQ(month_of(1'793'462'400'000), (Month{2026, 11}));
  EXPECT_EQ(begin_ms({2024, 3}) - begin_ms({2024, 2}), 29 * 24 * hour) << "a leap year";
  EXPECT_EQ(after(Month{2026, 12}), (Month{2027, 1}));
  EXPECT_EQ(before(Month{2026, 1}), (Month{2025, 12}));
  EXPECT_EQ(to_text({2026, 3}), "2026-03");
  EXPECT_EQ(read_month("2026-03"), (Month{2026, 3}));
  for (const char* text : {"2026-3", "2026-13", "2026", "", "2026-03-01", "märz"})
    EXPECT_FALSE(read_month(text)) << text;
}

// Daylight saving of wherever the machine stands changes nothing: the zone's time is UTC+8, always.
TEST(Months, TheMachinesOwnZoneAndItsSummerTimeDoNotMatter) {
  for (const char* zone : {"Europe/Berlin", "America/New_York", "Asia/Shanghai", "UTC"}) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    EXPECT_EQ(begin_ms({2026, 4}), 1'774'972'800'000)
        << zone;  // 2026-03-31T16:00Z, after Berlin's and New York's change
    EXPECT_EQ(begin_ms({2026, 4}) - begin_ms({2026, 3}), 31 * 24 * hour) << zone;
    EXPECT_EQ(time_of_cell("2026-03-29 02:30:00", 480, false), 1'774'722'600'000)
        << "an hour that Berlin does not have, " << zone;
    EXPECT_EQ(time_of_cell("2026-10-25 02:30:00", 480, false), 1'792'866'600'000)
        << "an hour that Berlin has twice, " << zone;
  }
  ::unsetenv("TZ");
  ::tzset();
}

TEST(Months, APlanTellsEveryFaultWithItsRow) {
  const PlantModel model = plant();
  const auto faults = read_month_plan(
      "plant: q\nsource: S\nplant_column: x\ncoverage_column: y\nfigures:\n  - {column: a, labels: {zh: a, en: a}, "
      "tag: 没有, take: increase}\n"
      "  - {column: b, labels: {zh: b, en: b}, tag: 字, take: mean}\n  - {column: c, labels: {zh: c, en: c}, tag: 表, "
      "take: median}\n",
      "p.yaml", model);
  ASSERT_FALSE(faults.has_value());
  EXPECT_EQ(faults.error().size(), 4U);
  for (const auto& fault : faults.error()) EXPECT_EQ(fault.place.file, "p.yaml");
  EXPECT_FALSE(read_month_plan("plant: p\n", "p.yaml", model));
  EXPECT_FALSE(read_month_plan("[", "p.yaml", model));
}

}  // namespace
}  // namespace yuanqu::telemetry
