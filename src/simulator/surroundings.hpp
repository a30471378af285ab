#pragma once
// What is around the line: people in marked zones, gas detectors, and the energy area beside it (a synthetic series
// with a day's shape). Counts and levels come from the settings.

#include <vector>

#include "simulator/random.hpp"
#include "simulator/settings.hpp"

namespace yuanqu::simulator {

struct Zone {
  std::vector<double> left_s;  // one entry a person inside: how long they stay
  double person_hours = 0;
  int entries = 0;
};

class Surroundings {
 public:
  explicit Surroundings(const LineSettings& settings);
  void step(double seconds, double day_seconds, Random& random);

  std::vector<Zone> zones;
  std::vector<double> co_ppm;
  std::vector<double> feeder_kw;
  double day_s = 0;
  double energy_kwh = 0, gas_m3_h = 0, oxygen_m3_h = 0, nitrogen_m3_h = 0, steam_t_h = 0, water_m3_h = 0, air_m3_h = 0;
  double gas_kpa = 9.5, oxygen_kpa = 1600, nitrogen_kpa = 800, steam_kpa = 980, water_kpa = 420, air_kpa = 650;
  double frequency_hz = 50, voltage_kv = 10.2, power_factor = 0.94, holder_m3 = 92'000, total_kw = 0;

 private:
  const LineSettings& settings_;
};

}  // namespace yuanqu::simulator
