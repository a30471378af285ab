// What a page shows of the months of a plant: what history holds by now, not what it held when somebody looked before.
#include "centre/months.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace yuanqu::centre {
namespace {

using telemetry::Point;

class MonthsTest : public testing::Test {
 protected:
  MonthsTest() : folder_(std::filesystem::temp_directory_path() / ("yuanqu-months-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    history_ = std::move(*telemetry::History::open(folder_ / "h.sqlite", model_.tag_names()));
    plan_ = *telemetry::read_month_plan(
        "plant: p\nsource: S-1\nplant_column: 工厂\ncoverage_column: 完整率\nfigures:\n"
        "  - {column: 用量, labels: {zh: 用量, en: Used}, unit: kWh, tag: 表, take: increase, decimals: 1}\n",
        "p", model_);
    open();
  }
  ~MonthsTest() override {
    months_.reset();
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    months_.reset();
    months_ = std::move(*Months::open({.plan = plan_,
                                       .plant = "p",
                                       .history = history_.get(),
                                       .clock = &clock_,
                                       .folder = folder_,
                                       .zone = {},
                                       .log = [](const std::string&) {}}));
  }
  void put(std::int64_t at_ms, double value) {
    const Point point{.tag = 0,
                      .source_time_ms = at_ms,
                      .server_time_ms = 1,
                      .value = value,
                      .quality = telemetry::Quality::good,
                      .sequence = ++sequence_};
    ASSERT_TRUE(history_->absorb(std::span(&point, 1)));
  }

  std::filesystem::path folder_;
  telemetry::PlantModel model_ = std::move(*telemetry::PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas: [{name: a, labels: {zh: 区, en: A}, equipment: [{name: e, labels: "
      "{zh: 台, en: E}, tags: [{name: 表, labels: {zh: 表, en: M}, type: number}]}]}]\n",
      "p"));
  std::unique_ptr<telemetry::History> history_;
  telemetry::MonthPlan plan_;
  const std::int64_t from_ms_ = telemetry::begin_ms({2026, 10});
  base::ManualClock clock_{from_ms_ + 3'600'000};
  std::unique_ptr<Months> months_;
  std::uint64_t sequence_ = 0;
};

TEST_F(MonthsTest, APlantThatJustBeganIsSeenAtOnce) {
  EXPECT_FALSE(months_->newest(1).front().figures.values.front()) << "nothing was measured yet";
  put(from_ms_ + 1000, 100);
  put(from_ms_ + 2000, 130);
  // Not a moment of the plant's clock has passed; what was worked out quickly is worked out again soon.
  for (int i = 0; i < 200 && !months_->newest(1).front().figures.values.front(); ++i) ::usleep(10'000);
  ASSERT_TRUE(months_->newest(1).front().figures.values.front());
  EXPECT_DOUBLE_EQ(*months_->newest(1).front().figures.values.front(), 30);
}

// A file that the zone refused and one that replaced it before anything was stored are one month, told once.
TEST_F(MonthsTest, OnlyWhatWasStoredAgainIsACorrection) {
  const auto corrections_after = [&](const std::string& lines) {
    std::ofstream(folder_ / "months.jsonl", std::ios::app) << lines;
    open();
    return months_->newest(1).front().corrections;
  };
  const std::string refused = R"({"month":"2026-10","issued":1,"file":"a","signature":"s"})";
  const std::string signed_anew = R"({"month":"2026-10","issued":2,"file":"b","signature":"s"})";
  const std::string stored = R"({"month":"2026-10","issued":2,"stored":5,"delivery":"S-1 2026-10 1"})";
  EXPECT_EQ(corrections_after(refused + "\n" + signed_anew + "\n" + stored + "\n"), 0);
  const std::string again = R"({"month":"2026-10","issued":6,"file":"c","signature":"s"})";
  EXPECT_EQ(corrections_after(again + "\n"), 0) << "signed, and not with the zone yet";
  EXPECT_EQ(corrections_after(R"({"month":"2026-10","issued":6,"stored":7,"delivery":"S-1 2026-10 2"})"
                              "\n"),
            1);
}

}  // namespace
}  // namespace yuanqu::centre
