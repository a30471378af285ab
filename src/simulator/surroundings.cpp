#include "simulator/surroundings.hpp"

#include <algorithm>
#include <cmath>

namespace yuanqu::simulator {

Surroundings::Surroundings(const LineSettings& settings)
    : zones(static_cast<std::size_t>(settings.people.zones)),
      co_ppm(static_cast<std::size_t>(settings.gas.detectors), settings.gas.base_ppm),
      feeder_kw(static_cast<std::size_t>(settings.energy.feeders), settings.energy.base_kw),
      settings_(settings) {}

void Surroundings::step(double seconds, double day_seconds, Random& random) {
  day_s = day_seconds;
  for (Zone& zone : zones) {
    for (double& left : zone.left_s) left -= seconds;
    std::erase_if(zone.left_s, [](double left) { return left <= 0; });
    if (random.uniform() < settings_.people.visits_per_hour * seconds / 3600.0) {
      const std::size_t pair = random.uniform() < 0.7 ? 2 : 1;
      for (std::size_t i = 0; i < pair; ++i)
        zone.left_s.push_back(settings_.people.stay_minutes * 60.0 * (0.5 + random.uniform()));
      zone.entries += static_cast<int>(pair);
    }
    zone.person_hours += static_cast<double>(zone.left_s.size()) * seconds / 3600.0;
  }
  for (double& ppm : co_ppm)
    ppm = std::max(0.0, random.wander(ppm, settings_.gas.base_ppm, settings_.gas.spread_ppm, 5, seconds));

  // A day's shape: more by day than by night, with a dip at the change of shifts.
  const double turn = 2.0 * M_PI * day_s / 86'400.0;
  const double shape = 1.0 + 0.12 * std::sin(turn - 2.0) + 0.05 * std::sin(2.0 * turn);
  double total = 0;
  for (std::size_t i = 0; i < feeder_kw.size(); ++i) {
    const double mean = settings_.energy.base_kw * shape * (0.6 + 0.08 * static_cast<double>(i));
    feeder_kw[i] = std::max(0.0, random.wander(feeder_kw[i], mean, settings_.energy.spread_kw * 0.2, 4, seconds));
    total += feeder_kw[i];
  }
  total_kw = total;
  energy_kwh += total * seconds / 3600.0;
  gas_m3_h = random.wander(gas_m3_h > 0 ? gas_m3_h : 210'000, 210'000 * shape, 1500, 5, seconds);
  oxygen_m3_h = random.wander(oxygen_m3_h > 0 ? oxygen_m3_h : 18'000, 18'000 * shape, 200, 5, seconds);
  nitrogen_m3_h = random.wander(nitrogen_m3_h > 0 ? nitrogen_m3_h : 12'000, 12'000, 150, 5, seconds);
  steam_t_h = random.wander(steam_t_h > 0 ? steam_t_h : 86, 86 * shape, 1.2, 8, seconds);
  water_m3_h = random.wander(water_m3_h > 0 ? water_m3_h : 3'400, 3'400 * shape, 30, 8, seconds);
  air_m3_h = random.wander(air_m3_h > 0 ? air_m3_h : 9'600, 9'600, 90, 3, seconds);
  gas_kpa = random.wander(gas_kpa, 9.5, 0.15, 3, seconds);
  oxygen_kpa = random.wander(oxygen_kpa, 1600, 12, 3, seconds);
  nitrogen_kpa = random.wander(nitrogen_kpa, 800, 8, 3, seconds);
  steam_kpa = random.wander(steam_kpa, 980, 9, 3, seconds);
  water_kpa = random.wander(water_kpa, 420, 5, 3, seconds);
  air_kpa = random.wander(air_kpa, 650, 6, 3, seconds);
  frequency_hz = random.wander(frequency_hz, 50.0, 0.015, 1, seconds);
  voltage_kv = random.wander(voltage_kv, 10.2, 0.03, 3, seconds);
  power_factor = std::min(1.0, random.wander(power_factor, 0.94, 0.008, 10, seconds));
  holder_m3 = std::clamp(random.wander(holder_m3, 92'000, 6'000, 60, seconds), 20'000.0, 140'000.0);
}

}  // namespace yuanqu::simulator
