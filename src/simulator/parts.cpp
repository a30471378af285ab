#include "simulator/parts.hpp"

#include <algorithm>
#include <cmath>

namespace yuanqu::simulator {
namespace {

constexpr double ambient_c = 25.0;

double towards(double value, double aim, double minutes, double seconds) {
  return value + (aim - value) * (1.0 - std::exp(-seconds / (minutes * 60.0)));
}

}  // namespace

void Car::pour_in(double t, double at_c) {
  if (t <= 0) return;
  metal_c = metal_t <= 0 ? at_c : (metal_c * metal_t + at_c * t) / (metal_t + t);
  metal_t += t;
}

void Car::step(double seconds, const CarSettings& settings) {
  const bool filled = metal_t > 0.05;
  if (filled) {
    metal_c -= (metal_c - ambient_c) * settings.cooling_per_min * seconds / 60.0;
    minutes_filled += seconds / 60.0;
  } else {
    metal_c = ambient_c;
    minutes_filled = 0;
  }
  const double part = filled ? (0.55 + 0.45 * metal_t / settings.capacity_t) * (metal_c / 1500.0) : 0.25;
  for (std::size_t i = 0; i < shell_c.size(); ++i) {
    const double place = 1.0 + 0.06 * static_cast<double>(i % 3);
    const double aim = settings.shell_base_c + settings.shell_span_c * part * place;
    const double usual = towards(shell_c[i] - hot_c[i], aim, settings.shell_minutes, seconds);
    hot_c[i] = towards(hot_c[i], hot_aim_c[i], settings.hot_spot_minutes, seconds);
    shell_c[i] = usual + hot_c[i];
  }
}

void Locomotive::step(double seconds, const LocomotiveSettings& settings, bool loaded, double to_m, bool free) {
  const double top = loaded ? settings.speed_loaded_m_s : settings.speed_empty_m_s;
  const bool ordered = run && free && !emergency && target != 0 && target != stop;
  const double way_m = ordered ? to_m - x_m : 0;
  const double sign = way_m < 0 ? -1 : 1;
  double wanted = 0;
  // As fast as it can still brake from within what is left.
  if (ordered) wanted = sign * std::min(top, std::sqrt(2.0 * settings.braking_m_s2 * std::abs(way_m)));
  const bool slower = std::abs(wanted) < std::abs(speed_m_s) || wanted * speed_m_s < 0;
  const double hardest = (emergency ? 2.5 : 1.0) * (slower ? settings.braking_m_s2 * 1.2 : settings.acceleration_m_s2);
  const double change = std::clamp(wanted - speed_m_s, -hardest * seconds, hardest * seconds);
  const double before = speed_m_s;
  speed_m_s += change;
  double moved = speed_m_s * seconds;
  if (ordered && moved * way_m > 0 && std::abs(moved) >= std::abs(way_m)) {
    moved = way_m;
    speed_m_s = 0;
  }
  if (ordered && std::abs(way_m - moved) < 0.02 && std::abs(speed_m_s) < 0.3) {
    moved = way_m;
    speed_m_s = 0;
    stop = target;
  } else if (std::abs(speed_m_s) > 1e-6) {
    stop = 0;
  }
  x_m += moved;
  odometer_m += std::abs(moved);
  const double pull = std::max(0.0, (std::abs(speed_m_s) - std::abs(before)) / std::max(seconds, 1e-9));
  const double share = std::min(1.0, std::abs(speed_m_s) / top * 0.35 + pull / settings.acceleration_m_s2 * 0.6);
  power_kw = settings.power_idle_kw + (settings.power_full_kw - settings.power_idle_kw) * share;
  battery_kwh = std::max(0.0, battery_kwh - power_kw * seconds / 3600.0);
  if (stop == 1 && target == stop) battery_kwh = std::min(settings.battery_kwh, battery_kwh + 90.0 * seconds / 3600.0);
  brake_bar = towards(brake_bar, std::abs(speed_m_s) < 0.01 || slower ? 3.6 : 5.0, 0.03, seconds);
  for (std::size_t i = 0; i < motor_c.size(); ++i)
    motor_c[i] = towards(motor_c[i], 38.0 + 70.0 * share + static_cast<double>(i), 6.0, seconds);
}

double Furnace::step(double seconds, const FurnaceSettings& settings, Random& random) {
  switch (taphole) {
    case Taphole::Plugged:
      if (open_wanted) {
        taphole = Taphole::Opening;
        left_s = settings.opening_s;
        ++cast;
        cast_t = 0;
      }
      break;
    case Taphole::Opening:
      left_s -= seconds;
      if (!open_wanted) {
        taphole = Taphole::Plugging;
        left_s = settings.plugging_s;
      } else if (left_s <= 0) {
        taphole = Taphole::Open;
      }
      break;
    case Taphole::Open:
      if (!open_wanted) {
        taphole = Taphole::Plugging;
        left_s = settings.plugging_s;
      }
      break;
    case Taphole::Plugging:
      left_s -= seconds;
      if (left_s <= 0) taphole = Taphole::Plugged;
      break;
  }
  hearth_t = std::min(settings.hearth_t, hearth_t + settings.production_t_per_min * seconds / 60.0);
  const double wanted = taphole == Taphole::Open       ? settings.tap_t_per_min
                        : taphole == Taphole::Plugging ? settings.tap_t_per_min * 0.3
                                                       : 0.0;
  flow_t_per_min = towards(flow_t_per_min, wanted, 0.02, seconds);
  if (flow_t_per_min < 0.01) flow_t_per_min = 0;
  const double out = std::min(hearth_t, flow_t_per_min * seconds / 60.0);
  hearth_t -= out;
  cast_t += out;
  metal_c = random.wander(metal_c, settings.metal_c, settings.metal_spread_c, 20, seconds);
  blast_kpa = random.wander(blast_kpa, 380, 4, 6, seconds);
  blast_m3_min = random.wander(blast_m3_min, 5200, 40, 6, seconds);
  top_kpa = random.wander(top_kpa, 220, 2, 6, seconds);
  silicon = random.wander(silicon, 0.42, 0.05, 90, seconds);
  gas_co = random.wander(gas_co, 22.5, 0.4, 10, seconds);
  for (std::size_t i = 0; i < trough_c.size(); ++i)
    trough_c[i] = towards(trough_c[i], flow_t_per_min > 0 ? 640.0 - 35.0 * static_cast<double>(i) : 90.0, 4.0, seconds);
  for (std::size_t i = 0; i < wall_c.size(); ++i)
    wall_c[i] = random.wander(wall_c[i], 46.0 + 2.0 * static_cast<double>(i % 5), 1.2, 15, seconds);
  return out;
}

void Station::step(double seconds, const StationSettings& settings, Car* car, Random& random) {
  pour_t_per_min = 0;
  double aim_a = 4;
  if (car != nullptr) {
    const double wanted = std::clamp(wanted_deg, 0.0, settings.angle_max_deg);
    if (run && std::abs(wanted - car->tilt_deg) > 1e-9) {
      const double most = settings.tilt_deg_per_s * seconds;
      car->tilt_deg += std::clamp(wanted - car->tilt_deg, -most, most);
      aim_a = 95.0 + car->metal_t * 0.22;
    }
    const double open = std::clamp(
        (car->tilt_deg - settings.pour_from_deg) / (settings.pour_full_deg - settings.pour_from_deg), 0.0, 1.0);
    if (open > 0 && car->metal_t > 0) {
      const double out = std::min(car->metal_t, open * settings.pour_t_per_min * seconds / 60.0);
      pour_t_per_min = out / seconds * 60.0;
      ladle_c = ladle_t <= 0 ? car->metal_c : (ladle_c * ladle_t + car->metal_c * out) / (ladle_t + out);
      ladle_t += out;
      poured_t += out;
      car->metal_t -= out;
      if (car->metal_t < 0.05) car->metal_t = 0;
    }
  }
  // The crane takes the ladle to the converter when the car is upright again.
  if (ladle_t > 0 && pour_t_per_min == 0 && (car == nullptr || car->tilt_deg < 1.0)) {
    ladle_t = std::max(0.0, ladle_t - 400.0 * seconds / 60.0);
    if (ladle_t == 0) ladle_c = 25;
  }
  motor_a = towards(motor_a, aim_a, 0.02, seconds);
  dust_pa = random.wander(dust_pa, pour_t_per_min > 0 ? 2600 : 900, 25, 0.3, seconds);
  oil_bar = random.wander(oil_bar, aim_a > 50 ? 148 : 120, 1.0, 0.3, seconds);
  oil_c = random.wander(oil_c, aim_a > 50 ? 51 : 42, 0.3, 8, seconds);
}

}  // namespace yuanqu::simulator
