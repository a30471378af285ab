// What commands do to the line, with the plant's own protections.
#include <algorithm>
#include <cmath>

#include "simulator/line.hpp"

namespace yuanqu::simulator {

void Line::refuse(const std::string& device, Refusal why) {
  Device& it = devices_[device];
  it.refusal = static_cast<int>(why);
  if (why != Refusal::None) ++it.refusals;
}

void Line::order_coupler(std::size_t index, bool close) {
  Locomotive& locomotive = locomotives_[index];
  const std::string device = "loco." + std::to_string(index + 1);
  if (close == (locomotive.coupler == Coupler::Closed || locomotive.coupler == Coupler::Closing)) return;
  if (locomotive.stop == 0 || std::abs(locomotive.speed_m_s) > 0.01 || locomotive.coupler == Coupler::Opening)
    return refuse(device, Refusal::NotAtStop);
  if (!close) {
    if (!may_move(locomotive)) return refuse(device, Refusal::CarNotFree);
    locomotive.coupler = Coupler::Opening;
  } else {
    int found = 0;
    for (std::size_t i = 0; i < cars_.size() && found == 0; ++i) {
      const bool wanted = locomotive.wanted_car == 0 || locomotive.wanted_car == static_cast<int>(i) + 1;
      const bool taken = std::any_of(locomotives_.begin(), locomotives_.end(),
                                     [&](const Locomotive& other) { return other.car == static_cast<int>(i) + 1; });
      if (wanted && !taken && cars_[i].stop == locomotive.stop) found = static_cast<int>(i) + 1;
    }
    if (found == 0) return refuse(device, Refusal::NoCarHere);
    locomotive.car = found;
    locomotive.coupler = Coupler::Closing;
  }
  locomotive.coupler_left_s = settings_.locomotives.coupling_s;
  refuse(device, Refusal::None);
}

void Line::name_commands() {
  for (std::size_t i = 0; i < locomotives_.size(); ++i) {
    const std::string device = "loco." + std::to_string(i + 1);
    const auto remote = [this, i, device] {
      if (locomotives_[i].remote) return true;
      refuse(device, Refusal::NotRemote);
      return false;
    };
    commands_[device + ".target"] = [this, i, device, remote](double value) {
      if (!remote()) return;
      Locomotive& locomotive = locomotives_[i];
      if (settings_.stop(static_cast<int>(value)) == nullptr) return refuse(device, Refusal::NoSuchStop);
      if (std::abs(locomotive.speed_m_s) > 0.01 && locomotive.target != static_cast<int>(value))
        return refuse(device, Refusal::NotAtStop);
      if (locomotive.target != static_cast<int>(value)) locomotive.reserved = false;
      locomotive.target = static_cast<int>(value);
      refuse(device, Refusal::None);
    };
    commands_[device + ".run"] = [this, i, remote](double value) {
      // To stop is always allowed.
      if (value == 0 || remote()) locomotives_[i].run = value != 0;
    };
    commands_[device + ".wanted_car"] = [this, i, device](double value) {
      if (value < 0 || value > static_cast<double>(cars_.size())) return refuse(device, Refusal::OutOfRange);
      locomotives_[i].wanted_car = static_cast<int>(value);
    };
    commands_[device + ".coupler"] = [this, i, remote](double value) {
      if (remote()) order_coupler(i, value != 0);
    };
    commands_[device + ".emergency"] = [this, i](double value) { locomotives_[i].emergency = value != 0; };
  }
  for (std::size_t i = 0; i < furnaces_.size(); ++i) {
    const std::string device = "furnace." + std::to_string(i + 1);
    commands_[device + ".taphole"] = [this, i, device](double value) {
      Furnace& furnace = furnaces_[i];
      if (value == 0) {
        furnace.open_wanted = false;
        return refuse(device, Refusal::None);
      }
      const Car* car = car_at(StopUse::Tapping, static_cast<int>(i) + 1);
      if (car == nullptr) return refuse(device, Refusal::NoCarHere);
      if (car->metal_t >= settings_.cars.full_t - 1) return refuse(device, Refusal::NoRoomInCar);
      furnace.open_wanted = true;
      refuse(device, Refusal::None);
    };
  }
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    const std::string device = "station." + std::to_string(i + 1);
    commands_[device + ".wanted_deg"] = [this, i, device](double value) {
      if (!(value >= 0) || value > settings_.stations.angle_max_deg) return refuse(device, Refusal::OutOfRange);
      if (value > 0 && car_at(StopUse::Tilting, static_cast<int>(i) + 1) == nullptr)
        return refuse(device, Refusal::NoCarHere);
      stations_[i].wanted_deg = value;
      refuse(device, Refusal::None);
    };
    commands_[device + ".run"] = [this, i](double value) { stations_[i].run = value != 0; };
  }
}

}  // namespace yuanqu::simulator
