#pragma once
// The moving parts of the simulated line as plain state, each with its own step. Units stand in the names; seconds are
// simulated ones. Nothing here knows of protocols, tags or time of day.

#include <vector>

#include "simulator/random.hpp"
#include "simulator/settings.hpp"

namespace yuanqu::simulator {

// A torpedo car. It moves only when coupled to a locomotive.
struct Car {
  double x_m = 0;
  int stop = 0;        // where it stands; 0 while it moves
  int locomotive = 0;  // coupled to; 0 none
  double metal_t = 0;
  double metal_c = 25;
  std::vector<double> shell_c;
  std::vector<double> hot_c;  // heat of a hot spot at each shell point, above the usual; a fault sets the aim
  std::vector<double> hot_aim_c;
  double tilt_deg = 0;
  int heats = 0;  // casts taken
  double minutes_filled = 0;

  void pour_in(double t, double at_c);
  void step(double seconds, const CarSettings& settings);
};

enum class Coupler { Open, Closing, Closed, Opening };

// A driverless locomotive. It drives to `target` while `run` is set, and brakes to a stand when it is not.
struct Locomotive {
  double x_m = 0;
  double speed_m_s = 0;  // signed: along the track
  int stop = 0;
  int target = 0;  // ordered stop; 0 none
  bool run = false;
  bool remote = true;  // false: taken over at the plant
  bool emergency = false;
  bool reserved = false;  // the track from here to the target is its own
  bool waits = false;     // until another one gives its way free
  Coupler coupler = Coupler::Open;
  double coupler_left_s = 0;
  int car = 0;         // coupled to
  int wanted_car = 0;  // the one to couple; 0 the first that stands there
  double battery_kwh = 0;
  double power_kw = 0;
  double brake_bar = 5.0;
  std::vector<double> motor_c;
  double odometer_m = 0;

  // Moves along the track. `to_m` is where the target is; `free`: nothing holds it.
  void step(double seconds, const LocomotiveSettings& settings, bool loaded, double to_m, bool free);
};

enum class Taphole { Plugged, Opening, Open, Plugging };

struct Furnace {
  Taphole taphole = Taphole::Plugged;
  bool open_wanted = false;
  double left_s = 0;
  double hearth_t = 0;
  double metal_c = 0;
  double flow_t_per_min = 0;
  double cast_t = 0;
  int cast = 0;
  double spilled_t = 0;  // ran into the emergency pit: no car stood there
  std::vector<double> trough_c, wall_c;
  double blast_kpa = 380, blast_m3_min = 5200, top_kpa = 220, silicon = 0.42, gas_co = 22.5;

  // What runs out of the taphole in this time, in tonnes.
  double step(double seconds, const FurnaceSettings& settings, Random& random);
};

// A tilting station: it turns the car that stands on it.
struct Station {
  double wanted_deg = 0;
  bool run = false;
  double motor_a = 0, ladle_t = 0, ladle_c = 25, dust_pa = 900, oil_bar = 120, oil_c = 42, poured_t = 0;
  double pour_t_per_min = 0;

  void step(double seconds, const StationSettings& settings, Car* car, Random& random);
};

}  // namespace yuanqu::simulator
