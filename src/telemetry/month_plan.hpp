#pragma once
// What a plant tells its zone of a month: figures over tags, as content of a pack (`packs/<pack>/months/<plant>.yaml`),
// and their values worked out from history.
//
//   plant: hot_metal
//   source: ZHZX-1                     # code of the zone's data source that takes them
//   plant_column: 工厂                  # column that holds the plant's name
//   coverage_column: 数据完整率（%）      # column of the share of the month with good values
//   figures:
//     - {column: 产量（吨）, labels: {zh: …, en: …}, unit: t, tag: 运输线.累计倒铁, take: increase, decimals: 1}
//
// take: increase (of a counter; one that falls by more than half began again), integral (of a rate by the hour), hours
// (in which the value was not 0), share (the same, in percent of the time with values), mean, minimum, maximum, last.
// gap_minutes: a value stands no longer than this without a next one; absent: until the next one.
// Points of bad quality count for nothing. The calendar is that of UTC+8.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "telemetry/history.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::telemetry {

enum class MonthTake : std::uint8_t { Increase, Integral, Hours, Share, Mean, Minimum, Maximum, Last };

struct MonthFigure {
  std::string column;
  Label labels;
  std::string unit;
  TagIndex tag = no_tag;
  MonthTake take = MonthTake::Increase;
  int decimals = 0;
  std::int64_t gap_ms = 0;  // 0: none
};

struct MonthPlan {
  std::string source, plant_column, coverage_column;
  std::vector<MonthFigure> figures;
};

tl::expected<MonthPlan, std::vector<base::Error>> read_month_plan(const std::string& text, const std::string& place,
                                                                  const PlantModel& plant);

struct MonthFigures {
  std::vector<std::optional<double>> values;  // by figure; nullopt: no good value
  double coverage = 0;                        // percent of [from, to): the least of the figures'
  std::vector<base::Error> damaged;
};
// [from, to): what there is of it until now. O(points).
base::Result<MonthFigures> month_figures(const History& history, const MonthPlan& plan, std::int64_t from_ms,
                                         std::int64_t to_ms);

// The file a zone takes: one header, one row. `figures` with the decimals of the plan.
std::string month_csv(const MonthPlan& plan, const std::string& plant, const MonthFigures& figures);

struct Month {
  int year = 0, month = 0;
  friend auto operator<=>(const Month&, const Month&) = default;
};
Month month_of(std::int64_t time_ms);
Month after(Month month);
Month before(Month month);
std::int64_t begin_ms(Month month);  // its first moment
std::string to_text(Month month);    // "2026-10"
std::optional<Month> read_month(std::string_view text);

}  // namespace yuanqu::telemetry
