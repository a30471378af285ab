#pragma once
// What a simulated hot-metal line is made of, read from packs/*/simulator/<plant>.yaml. Nothing of a plant stands in
// the code: counts, weights, temperatures, places and rates come from here.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::simulator {

enum class StopUse { Yard, Tapping, Scale, Tilting, Repair };

struct Stop {
  int number = 0;  // counts from 1, as operators name it
  StopUse use = StopUse::Yard;
  int unit = 0;      // the furnace or station it belongs to, from 1; 0 for none
  double x_m = 0.0;  // along the main track
};

struct LocomotiveSettings {
  std::vector<int> home_stops;  // one entry a locomotive
  double speed_empty_m_s = 0, speed_loaded_m_s = 0, acceleration_m_s2 = 0, braking_m_s2 = 0, clearance_m = 0;
  double coupling_s = 0, battery_kwh = 0, power_idle_kw = 0, power_full_kw = 0;
};

struct CarSettings {
  std::vector<int> home_stops;  // one entry a car
  double tare_t = 0, capacity_t = 0, full_t = 0;
  int shell_points = 0;
  double cooling_per_min = 0, shell_base_c = 0, shell_span_c = 0, shell_minutes = 0;
  double hot_spot_c = 0, hot_spot_minutes = 0;
};

struct FurnaceSettings {
  int count = 0;
  double metal_c = 0, metal_spread_c = 0, tap_t_per_min = 0, opening_s = 0, plugging_s = 0;
  double production_t_per_min = 0, hearth_t = 0;
  int trough_points = 0, wall_points = 0;
};

struct StationSettings {
  int count = 0;
  double tilt_deg_per_s = 0, pour_from_deg = 0, pour_full_deg = 0, pour_t_per_min = 0, angle_max_deg = 0;
};

struct PeopleSettings {
  int zones = 0;
  double visits_per_hour = 0, stay_minutes = 0;
};

struct GasSettings {
  int detectors = 0;
  double base_ppm = 0, spread_ppm = 0;
};

struct EnergySettings {
  int feeders = 0;
  double base_kw = 0, spread_kw = 0;
};

struct LineSettings {
  std::string plant;
  std::uint64_t seed = 0;
  std::vector<Stop> stops;
  LocomotiveSettings locomotives;
  CarSettings cars;
  FurnaceSettings furnaces;
  StationSettings stations;
  PeopleSettings people;
  GasSettings gas;
  EnergySettings energy;

  const Stop* stop(int number) const;                // null when there is none
  const Stop* stop_of(StopUse use, int unit) const;  // the first of that use and unit
};

// Every member is required; an unknown, missing or out-of-range one is Invalid with file, line and member.
base::Result<LineSettings> read_line_settings(const std::string& text, const std::string& place);

}  // namespace yuanqu::simulator
