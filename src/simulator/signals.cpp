// The names under which the line's state leaves it. One place for each group; the order is the order of the names.
#include <utility>

#include "simulator/line.hpp"

namespace yuanqu::simulator {

void Line::add(std::string name, std::function<double()> read) {
  places_.emplace(name, signals_.size());
  signals_.push_back({std::move(name), std::move(read)});
}

void Line::name_cars() {
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    const std::string at = "car." + std::to_string(i + 1) + ".";
    const Car* car = &cars_[i];
    const CarSettings* settings = &settings_.cars;
    add(at + "x_m", [car] { return car->x_m; });
    add(at + "stop", [car] { return car->stop; });
    add(at + "locomotive", [car] { return car->locomotive; });
    add(at + "net_t", [car] { return car->metal_t; });
    add(at + "gross_t", [car, settings] { return car->metal_t + settings->tare_t; });
    add(at + "metal_c", [car] { return car->metal_c; });
    for (std::size_t point = 0; point < car->shell_c.size(); ++point)
      add(at + "shell_" + std::to_string(point + 1) + "_c", [car, point] { return car->shell_c[point]; });
    add(at + "tilt_deg", [car] { return car->tilt_deg; });
    add(at + "upright", [car] { return car->tilt_deg < 0.5 ? 1 : 0; });
    add(at + "heats", [car] { return car->heats; });
    add(at + "minutes_filled", [car] { return car->minutes_filled; });
    add(at + "full", [car, settings] { return car->metal_t >= settings->full_t - 0.5 ? 1 : 0; });
    add(at + "empty", [car] { return car->metal_t < 0.5 ? 1 : 0; });
  }
}

void Line::name_locomotives() {
  for (std::size_t i = 0; i < locomotives_.size(); ++i) {
    const std::string device = "loco." + std::to_string(i + 1);
    const std::string at = device + ".";
    const Locomotive* it = &locomotives_[i];
    const Device* refused = &devices_[device];
    add(at + "x_m", [it] { return it->x_m; });
    add(at + "speed_m_s", [it] { return it->speed_m_s; });
    add(at + "stop", [it] { return it->stop; });
    add(at + "target", [it] { return it->target; });
    add(at + "run", [it] { return it->run ? 1 : 0; });
    add(at + "moving", [it] { return std::abs(it->speed_m_s) > 0.01 ? 1 : 0; });
    add(at + "remote", [it] { return it->remote ? 1 : 0; });
    add(at + "emergency", [it] { return it->emergency ? 1 : 0; });
    add(at + "reserved", [it] { return it->reserved ? 1 : 0; });
    add(at + "waits", [it] { return it->waits ? 1 : 0; });
    add(at + "coupler", [it] { return static_cast<int>(it->coupler); });
    add(at + "coupled", [it] { return it->coupler == Coupler::Closed ? 1 : 0; });
    add(at + "car", [it] { return it->coupler == Coupler::Closed ? it->car : 0; });
    add(at + "battery_pct", [it, this] { return 100.0 * it->battery_kwh / settings_.locomotives.battery_kwh; });
    add(at + "power_kw", [it] { return it->power_kw; });
    add(at + "brake_bar", [it] { return it->brake_bar; });
    for (std::size_t motor = 0; motor < it->motor_c.size(); ++motor)
      add(at + "motor_" + std::to_string(motor + 1) + "_c", [it, motor] { return it->motor_c[motor]; });
    add(at + "odometer_km", [it] { return it->odometer_m / 1000.0; });
    add(at + "refusal", [refused] { return refused->refusal; });
    add(at + "refusals", [refused] { return refused->refusals; });
  }
}

void Line::name_furnaces() {
  for (std::size_t i = 0; i < furnaces_.size(); ++i) {
    const std::string device = "furnace." + std::to_string(i + 1);
    const std::string at = device + ".";
    const Furnace* it = &furnaces_[i];
    const Device* refused = &devices_[device];
    const int unit = static_cast<int>(i) + 1;
    const auto below = [this, unit]() -> const Car* { return car_at(StopUse::Tapping, unit); };
    add(at + "taphole", [it] { return static_cast<int>(it->taphole); });
    add(at + "open", [it] { return it->taphole == Taphole::Open ? 1 : 0; });
    add(at + "plugged", [it] { return it->taphole == Taphole::Plugged ? 1 : 0; });
    add(at + "hearth_t", [it] { return it->hearth_t; });
    add(at + "metal_c", [it] { return it->metal_c; });
    add(at + "flow_t_min", [it] { return it->flow_t_per_min; });
    add(at + "cast_t", [it] { return it->cast_t; });
    add(at + "cast", [it] { return it->cast; });
    add(at + "spilled_t", [it] { return it->spilled_t; });
    add(at + "car", [below, this] { return below() == nullptr ? 0 : static_cast<double>(below() - cars_.data()) + 1; });
    add(at + "room_t",
        [below, this] { return below() == nullptr ? 0 : std::max(0.0, settings_.cars.full_t - below()->metal_t); });
    for (std::size_t point = 0; point < it->trough_c.size(); ++point)
      add(at + "trough_" + std::to_string(point + 1) + "_c", [it, point] { return it->trough_c[point]; });
    for (std::size_t point = 0; point < it->wall_c.size(); ++point)
      add(at + "wall_" + std::to_string(point + 1) + "_c", [it, point] { return it->wall_c[point]; });
    add(at + "blast_kpa", [it] { return it->blast_kpa; });
    add(at + "blast_m3_min", [it] { return it->blast_m3_min; });
    add(at + "top_kpa", [it] { return it->top_kpa; });
    add(at + "silicon", [it] { return it->silicon; });
    add(at + "gas_co", [it] { return it->gas_co; });
    add(at + "refusal", [refused] { return refused->refusal; });
    add(at + "refusals", [refused] { return refused->refusals; });
  }
}

void Line::name_stations() {
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    const std::string device = "station." + std::to_string(i + 1);
    const std::string at = device + ".";
    const Station* it = &stations_[i];
    const Device* refused = &devices_[device];
    const int unit = static_cast<int>(i) + 1;
    const auto on = [this, unit]() -> const Car* { return car_at(StopUse::Tilting, unit); };
    add(at + "car", [on, this] { return on() == nullptr ? 0 : static_cast<double>(on() - cars_.data()) + 1; });
    add(at + "angle_deg", [on] { return on() == nullptr ? 0 : on()->tilt_deg; });
    add(at + "upright", [on] { return on() == nullptr || on()->tilt_deg < 0.5 ? 1 : 0; });
    add(at + "wanted_deg", [it] { return it->wanted_deg; });
    add(at + "run", [it] { return it->run ? 1 : 0; });
    add(at + "pour_t_min", [it] { return it->pour_t_per_min; });
    add(at + "ladle_t", [it] { return it->ladle_t; });
    add(at + "ladle_c", [it] { return it->ladle_c; });
    add(at + "poured_t", [it] { return it->poured_t; });
    add(at + "motor_a", [it] { return it->motor_a; });
    add(at + "dust_pa", [it] { return it->dust_pa; });
    add(at + "oil_bar", [it] { return it->oil_bar; });
    add(at + "oil_c", [it] { return it->oil_c; });
    add(at + "refusal", [refused] { return refused->refusal; });
    add(at + "refusals", [refused] { return refused->refusals; });
  }
  add("scale.car", [this] {
    const Car* car = car_at(StopUse::Scale, 0);
    return car == nullptr ? 0 : static_cast<double>(car - cars_.data()) + 1;
  });
  add("scale.gross_t", [this] {
    const Car* car = car_at(StopUse::Scale, 0);
    return car == nullptr ? 0 : car->metal_t + settings_.cars.tare_t;
  });
  add("plc.heartbeat", [this] { return static_cast<double>(static_cast<std::uint64_t>(seconds_) % 32768); });
}

void Line::name_surroundings() {
  const Surroundings* it = &surroundings_;
  for (std::size_t i = 0; i < it->zones.size(); ++i) {
    const std::string at = "zone." + std::to_string(i + 1) + ".";
    add(at + "people", [it, i] { return static_cast<double>(it->zones[i].left_s.size()); });
    add(at + "person_hours", [it, i] { return it->zones[i].person_hours; });
    add(at + "entries", [it, i] { return it->zones[i].entries; });
  }
  for (std::size_t i = 0; i < it->co_ppm.size(); ++i)
    add("gas." + std::to_string(i + 1) + ".co_ppm", [it, i] { return it->co_ppm[i]; });
  for (std::size_t i = 0; i < it->feeder_kw.size(); ++i)
    add("energy.feeder_" + std::to_string(i + 1) + "_kw", [it, i] { return it->feeder_kw[i]; });
  const std::pair<const char*, const double*> rest[] = {{"total_kw", &it->total_kw},
                                                        {"energy_kwh", &it->energy_kwh},
                                                        {"gas_m3_h", &it->gas_m3_h},
                                                        {"oxygen_m3_h", &it->oxygen_m3_h},
                                                        {"nitrogen_m3_h", &it->nitrogen_m3_h},
                                                        {"steam_t_h", &it->steam_t_h},
                                                        {"water_m3_h", &it->water_m3_h},
                                                        {"air_m3_h", &it->air_m3_h},
                                                        {"gas_kpa", &it->gas_kpa},
                                                        {"oxygen_kpa", &it->oxygen_kpa},
                                                        {"nitrogen_kpa", &it->nitrogen_kpa},
                                                        {"steam_kpa", &it->steam_kpa},
                                                        {"water_kpa", &it->water_kpa},
                                                        {"air_kpa", &it->air_kpa},
                                                        {"frequency_hz", &it->frequency_hz},
                                                        {"voltage_kv", &it->voltage_kv},
                                                        {"power_factor", &it->power_factor},
                                                        {"holder_m3", &it->holder_m3}};
  for (const auto& [name, value] : rest) add(std::string("energy.") + name, [from = value] { return *from; });
}

}  // namespace yuanqu::simulator
