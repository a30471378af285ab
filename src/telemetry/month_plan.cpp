#include "telemetry/month_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pack/yaml_reader.hpp"

namespace yuanqu::telemetry {
namespace {

constexpr std::array<std::string_view, 8> takes = {"increase", "integral", "hours",   "share",
                                                   "mean",     "minimum",  "maximum", "last"};
constexpr std::int64_t hour_ms = 3'600'000, offset_ms = 8 * hour_ms;
constexpr double hundred = 100;
constexpr int decimals_max = 6;

MonthFigure read_figure(pack::YamlReader& yaml, const YAML::Node& node, const PlantModel& plant) {
  MonthFigure figure;
  bool taken = false;
  yaml.entries(node, "figure", {"column", "labels", "unit", "tag", "take", "decimals", "gap_minutes"},
               [&](const std::string& key, const YAML::Node& value) {
                 if (key == "column") figure.column = yaml.text(value, key);
                 if (key == "labels") figure.labels = yaml.label(value, key);
                 if (key == "unit") figure.unit = yaml.text(value, key);
                 if (key == "decimals")
                   figure.decimals = static_cast<int>(yaml.integer(value, key, 0, decimals_max).value_or(0));
                 if (key == "gap_minutes")
                   figure.gap_ms = yaml.integer(value, key, 1, 44'640).value_or(1) * (hour_ms / 60);
                 if (key == "tag") {
                   const std::string name = yaml.text(value, key);
                   figure.tag = plant.find(name);
                   if (figure.tag == no_tag) {
                     yaml.fault(value, key, "工厂里没有测点 " + name + "。", "The plant has no tag " + name + ".");
                   } else if (plant.tag(figure.tag).type == ValueType::Text) {
                     yaml.fault(value, key, name + " 是文字，不能合计。", name + " is text; it cannot be summed.");
                   }
                 }
                 if (key == "take") {
                   const auto found = std::find(takes.begin(), takes.end(), yaml.text(value, key));
                   taken = found != takes.end();
                   if (taken) figure.take = static_cast<MonthTake>(found - takes.begin());
                 }
               });
  if (figure.column.empty() || figure.labels.zh.empty() || !taken || !node["tag"].IsDefined())
    yaml.fault(node, "figures",
               "每个数要写 column、labels、tag 和 take（increase、integral、hours、share、mean、minimum、maximum、last "
               "之一）。",
               "A figure has column, labels, tag and take (one of increase, integral, hours, share, mean, minimum, "
               "maximum, last).");
  return figure;
}

std::optional<double> good(const Point& point) {
  return point.quality.is_bad() ? std::nullopt : as_number(point.value);
}

// One figure from its points, one after another.
class Sum {
 public:
  Sum(const MonthFigure& figure, std::int64_t from_ms) : figure_(figure), since_(from_ms) {}

  void before(const Point& point) {
    standing_ = good(point);
    counter_ = standing_;
    seen_ms_ = point.source_time_ms;
  }
  void add(const Point& point) {
    hold_until(point.source_time_ms);
    standing_ = good(point);
    seen_ms_ = since_ = point.source_time_ms;
    if (!standing_) return;
    const double value = *standing_;
    if (counter_) {
      const double gain = value - *counter_;
      increase_ += gain < -*counter_ / 2 ? value : gain;
    }
    counter_ = value;
    any_ = true;
    minimum_ = std::min(minimum_.value_or(value), value);
    maximum_ = std::max(maximum_.value_or(value), value);
    last_ = value;
  }
  void end(std::int64_t to_ms) { hold_until(to_ms); }

  std::int64_t held_ms() const { return held_ms_; }
  std::optional<double> value() const {
    const auto held = static_cast<double>(held_ms_), on = static_cast<double>(on_ms_);
    const auto known = [](bool is, double value) { return is ? std::optional(value) : std::nullopt; };
    switch (figure_.take) {
      case MonthTake::Increase: return known(any_, increase_);
      case MonthTake::Integral: return known(held_ms_ > 0, weighted_ / static_cast<double>(hour_ms));
      case MonthTake::Hours: return known(held_ms_ > 0, on / static_cast<double>(hour_ms));
      case MonthTake::Share: return known(held_ms_ > 0, on / held * hundred);
      case MonthTake::Mean: return known(held_ms_ > 0, weighted_ / held);
      case MonthTake::Minimum: return minimum_;
      case MonthTake::Maximum: return maximum_;
      case MonthTake::Last: return last_;
    }
    return std::nullopt;
  }

 private:
  void hold_until(std::int64_t until_ms) {
    if (standing_) {
      const std::int64_t most = figure_.gap_ms > 0 ? std::min(until_ms, seen_ms_ + figure_.gap_ms) : until_ms;
      const std::int64_t held = std::max<std::int64_t>(0, most - since_);
      held_ms_ += held;
      weighted_ += *standing_ * static_cast<double>(held);
      if (*standing_ != 0) on_ms_ += held;
    }
    since_ = until_ms;
  }

  const MonthFigure& figure_;
  std::int64_t since_, seen_ms_ = 0;
  std::optional<double> standing_, counter_, minimum_, maximum_, last_;
  double increase_ = 0, weighted_ = 0;
  std::int64_t held_ms_ = 0, on_ms_ = 0;
  bool any_ = false;
};

}  // namespace

tl::expected<MonthPlan, std::vector<base::Error>> read_month_plan(const std::string& text, const std::string& place,
                                                                  const PlantModel& plant) {
  std::vector<base::Error> faults;
  pack::YamlReader yaml(place, faults);
  MonthPlan plan;
  const YAML::Node root = yaml.load(text);
  if (root.IsDefined()) {
    yaml.entries(root, "months", {"plant", "source", "plant_column", "coverage_column", "figures"},
                 [&](const std::string& key, const YAML::Node& value) {
                   if (key == "plant" && yaml.name(value, key) != plant.name())
                     yaml.fault(value, key, "文件名与 plant 应是同一个工厂。",
                                "plant must be the one of the file's name.");
                   if (key == "source") plan.source = yaml.text(value, key);
                   if (key == "plant_column") plan.plant_column = yaml.text(value, key);
                   if (key == "coverage_column") plan.coverage_column = yaml.text(value, key);
                   if (key == "figures") {
                     for (const auto& item : value) plan.figures.push_back(read_figure(yaml, item, plant));
                   }
                 });
    if (faults.empty() &&
        (plan.source.empty() || plan.plant_column.empty() || plan.coverage_column.empty() || plan.figures.empty()))
      yaml.fault(root, "", "要写 source、plant_column、coverage_column 和至少一个 figures。",
                 "source, plant_column, coverage_column and at least one of figures are needed.");
  }
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return plan;
}

base::Result<MonthFigures> month_figures(const History& history, const MonthPlan& plan, std::int64_t from_ms,
                                         std::int64_t to_ms) {
  if (from_ms >= to_ms)
    return base::fail(base::ErrorCode::Invalid, "时段应有起止。", "A span needs from before to.", {.field = "from"});
  MonthFigures figures;
  std::int64_t least = to_ms - from_ms;
  for (const MonthFigure& figure : plan.figures) {
    Sum sum(figure, from_ms);
    auto earlier_point = history.as_of(figure.tag, from_ms - 1);
    if (!earlier_point) return tl::unexpected(earlier_point.error());
    if (*earlier_point) sum.before(**earlier_point);
    auto damaged = history.each(figure.tag, from_ms, to_ms - 1, [&](std::span<const Point> points) {
      for (const Point& point : points) sum.add(point);
      return true;
    });
    if (!damaged) return tl::unexpected(damaged.error());
    sum.end(to_ms);
    figures.values.push_back(sum.value());
    least = std::min(least, sum.held_ms());
    figures.damaged.insert(figures.damaged.end(), damaged->begin(), damaged->end());
  }
  figures.coverage = static_cast<double>(least) / static_cast<double>(to_ms - from_ms) * hundred;
  return figures;
}

std::string month_csv(const MonthPlan& plan, const std::string& plant, const MonthFigures& figures) {
  std::string header = plan.plant_column, row = plant;
  for (std::size_t i = 0; i < plan.figures.size(); ++i) {
    header += "," + plan.figures[i].column;
    row += ",";
    if (figures.values[i]) row += fmt::format("{:.{}f}", *figures.values[i], plan.figures[i].decimals);
  }
  return header + "," + plan.coverage_column + "\n" + row + fmt::format(",{:.1f}\n", figures.coverage);
}

Month month_of(std::int64_t time_ms) {
  const std::int64_t local = time_ms + offset_ms;
  const base::Civil civil = base::Date::from_days(local / day_ms - (local % day_ms < 0 ? 1 : 0)).civil();
  return {static_cast<int>(civil.year), civil.month};
}

Month after(Month month) { return month.month == 12 ? Month{month.year + 1, 1} : Month{month.year, month.month + 1}; }
Month before(Month month) { return month.month == 1 ? Month{month.year - 1, 12} : Month{month.year, month.month - 1}; }

std::int64_t begin_ms(Month month) {
  return base::Date::from_civil(month.year, month.month, 1).value_or(base::Date{}).days() * day_ms - offset_ms;
}

std::string to_text(Month month) { return fmt::format("{:04}-{:02}", month.year, month.month); }

std::optional<Month> read_month(std::string_view text) {
  const auto day = base::Date::parse(std::string(text) + "-01");
  if (!day || text.size() != 7) return std::nullopt;
  return Month{static_cast<int>(day->civil().year), day->civil().month};
}

}  // namespace yuanqu::telemetry
