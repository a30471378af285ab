// How well limits find what experts labelled, on real series: the rule is tuned on one machine's series and reported on
// another's. The figures are printed; docs/plant-files.md quotes them.
//
// The rule is what an operator would set up: a low limit so many standard deviations below the mean of the first 15 %
// of the series, with a delay. A labelled window counts as found when an alarm is raised in it; everything raised
// outside is false.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "points.hpp"
#include "telemetry/alarm_engine.hpp"
#include "telemetry/point_files.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Folder;

const std::filesystem::path data = std::filesystem::path(YUANQU_SOURCE_DIR) / "../shared/data/telemetry/nab-machine";

struct Series {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  std::vector<std::pair<std::int64_t, std::int64_t>> windows;
  double mean = 0, deviation = 0;  // of the first 15 %
  double days() const { return static_cast<double>(times.back() - times.front()) / 86'400'000; }
};

Series read(const std::string& name) {
  Series series;
  std::ifstream file(data / (name + ".csv"));
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    const auto time = time_of_cell(line.substr(0, comma), 0, false);
    if (!time) continue;
    series.times.push_back(*time);
    series.values.push_back(std::stod(line.substr(comma + 1)));
  }
  std::ifstream labels(data / "windows.json");
  std::ostringstream text;
  text << labels.rdbuf();
  const boost::json::value parsed = boost::json::parse(text.str());
  for (const auto& entry : parsed.as_object()) {
    if (std::string_view(entry.key()).find(name) == std::string_view::npos) continue;
    for (const auto& window : entry.value().as_array()) {
      const auto moment = [&](std::size_t i) {
        return *time_of_cell(std::string_view(window.as_array()[i].as_string()).substr(0, 19), 0, false);
      };
      series.windows.emplace_back(moment(0), moment(1));
    }
  }
  const std::size_t first = series.values.size() * 15 / 100;
  for (std::size_t i = 0; i < first; ++i) series.mean += series.values[i] / static_cast<double>(first);
  for (std::size_t i = 0; i < first; ++i)
    series.deviation += std::pow(series.values[i] - series.mean, 2) / static_cast<double>(first);
  series.deviation = std::sqrt(series.deviation);
  return series;
}

struct Score {
  std::size_t found = 0, windows = 0, false_alarms = 0;
  double false_per_day = 0;
};

Score score(const Series& series, double sigmas, int delay_minutes) {
  const double limit = series.mean - sigmas * series.deviation;
  std::ostringstream text;
  text << "plant: p\nlabels: {zh: 厂, en: P}\nareas: [{name: a, labels: {zh: 区, en: A}, equipment: [{name: e, labels: "
          "{zh: 台, en: E}, tags: [{name: t, labels: {zh: 温, en: T}, type: number, alarms: [{name: low, kind: low, "
          "limit: "
       << limit << ", dead_band: " << series.deviation / 2 << ", on_delay_ms: " << delay_minutes * 60'000
       << ", priority: high, labels: {zh: 低, en: Low}}]}]}]}]\n";
  const PlantModel plant = std::move(*PlantModel::read(text.str(), "p"));
  Folder folder;
  const auto journal = std::move(*AlarmJournal::open(":memory:", plant));
  const auto engine = std::move(*AlarmEngine::start(plant, *journal, {series.times.front(), series.times.front()}, 1));
  std::int64_t now = series.times.front();
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    now = std::max(now, series.times[i]);  // the series' clock steps back once; ours does not
    const Point point{.tag = 0, .source_time_ms = series.times[i], .server_time_ms = now, .value = series.values[i]};
    EXPECT_TRUE(engine->points(std::span(&point, 1), {now, now}).has_value());
    EXPECT_TRUE(engine->tick({now, now}).has_value());
  }
  Score result;
  result.windows = series.windows.size();
  std::vector<bool> found(series.windows.size());
  EXPECT_TRUE(journal
                  ->replay([&](const JournalLine& line) {
                    if (line.event.kind != AlarmEventKind::Raised) return;
                    bool inside = false;
                    for (std::size_t i = 0; i < series.windows.size(); ++i) {
                      if (line.event.time_ms < series.windows[i].first || line.event.time_ms > series.windows[i].second)
                        continue;
                      inside = found[i] = true;
                    }
                    result.false_alarms += inside ? 0 : 1;
                  })
                  .has_value());
  result.found = static_cast<std::size_t>(std::count(found.begin(), found.end(), true));
  result.false_per_day = static_cast<double>(result.false_alarms) / series.days();
  return result;
}

TEST(AlarmScore, TunedOnOneMachineReportedOnAnother) {
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "the labelled series are not here";
  const Series machine = read("machine_temperature_system_failure"),
               ambient = read("ambient_temperature_system_failure");
  ASSERT_GT(machine.windows.size(), 1U);
  ASSERT_GT(ambient.windows.size(), 1U);
  double best_sigmas = 0;
  int best_delay = 0;
  Score best;
  for (const double sigmas : {1.5, 2.0, 2.5, 3.0, 4.0, 5.0}) {
    for (const int delay : {0, 10, 30, 60}) {
      const Score one = score(machine, sigmas, delay);
      if (one.found < best.found ||
          (one.found == best.found && best_sigmas > 0 && one.false_alarms >= best.false_alarms))
        continue;
      best = one;
      best_sigmas = sigmas;
      best_delay = delay;
    }
  }
  const Score other = score(ambient, best_sigmas, best_delay);
  std::printf(
      "tuned on machine temperature: low limit %.1f sigma, delay %d min: %zu of %zu windows, %zu false in %.0f days "
      "(%.2f a day)\n",
      best_sigmas, best_delay, best.found, best.windows, best.false_alarms, machine.days(), best.false_per_day);
  std::printf("reported on ambient temperature: %zu of %zu windows, %zu false in %.0f days (%.2f a day)\n", other.found,
              other.windows, other.false_alarms, ambient.days(), other.false_per_day);
  EXPECT_GE(best.found, 2U) << "a limit finds at least the plain failures of the machine it was tuned on";
  EXPECT_LT(best.false_per_day, 1);
}

}  // namespace
}  // namespace yuanqu::telemetry
