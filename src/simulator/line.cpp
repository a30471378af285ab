#include "simulator/line.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace yuanqu::simulator {
namespace {

constexpr double step_s = 0.1;

}  // namespace

Line::Line(LineSettings settings) : settings_(std::move(settings)), random_(settings_.seed), surroundings_(settings_) {
  for (const int home : settings_.cars.home_stops) {
    Car car;
    car.stop = home;
    car.x_m = settings_.stop(home)->x_m;
    const auto points = static_cast<std::size_t>(settings_.cars.shell_points);
    car.shell_c.assign(points, settings_.cars.shell_base_c + settings_.cars.shell_span_c * 0.25);
    car.hot_c.assign(points, 0);
    car.hot_aim_c.assign(points, 0);
    cars_.push_back(std::move(car));
  }
  for (const int home : settings_.locomotives.home_stops) {
    Locomotive locomotive;
    locomotive.stop = home;
    locomotive.target = home;
    locomotive.x_m = settings_.stop(home)->x_m;
    locomotive.battery_kwh = settings_.locomotives.battery_kwh * 0.86;
    locomotive.motor_c.assign(4, 38);
    locomotives_.push_back(std::move(locomotive));
  }
  for (int i = 0; i < settings_.furnaces.count; ++i) {
    Furnace furnace;
    furnace.hearth_t = settings_.furnaces.hearth_t * 0.8;
    furnace.metal_c = settings_.furnaces.metal_c;
    furnace.trough_c.assign(static_cast<std::size_t>(settings_.furnaces.trough_points), 90);
    furnace.wall_c.assign(static_cast<std::size_t>(settings_.furnaces.wall_points), 48);
    furnaces_.push_back(std::move(furnace));
  }
  stations_.resize(static_cast<std::size_t>(settings_.stations.count));
  name_cars();
  name_locomotives();
  name_furnaces();
  name_stations();
  name_surroundings();
  name_commands();
}

void Line::advance(double seconds, double day_seconds) {
  const auto steps = static_cast<std::size_t>(std::ceil(seconds / step_s - 1e-9));
  for (std::size_t i = 0; i < steps; ++i) step(seconds / static_cast<double>(steps), day_seconds);
}

void Line::step(double seconds, double day_seconds) {
  seconds_ += seconds;
  move_locomotives(seconds);
  turn_couplers(seconds);
  tap(seconds);
  tilt(seconds);
  for (Car& car : cars_) car.step(seconds, settings_.cars);
  surroundings_.step(seconds, day_seconds, random_);
}

bool Line::may_move(const Locomotive& locomotive) const {
  if (locomotive.coupler == Coupler::Closing || locomotive.coupler == Coupler::Opening) return false;
  if (locomotive.car == 0) return true;
  const Car& car = cars_[static_cast<std::size_t>(locomotive.car - 1)];
  if (car.tilt_deg > 0.01) return false;
  const Stop* stop = settings_.stop(car.stop);
  if (stop == nullptr || stop->use != StopUse::Tapping) return true;
  const Furnace& furnace = furnaces_[static_cast<std::size_t>(stop->unit - 1)];
  return furnace.taphole == Taphole::Plugged && furnace.flow_t_per_min < 1.0;
}

bool Line::reserve(std::size_t index) {
  Locomotive& locomotive = locomotives_[index];
  const Stop* target = settings_.stop(locomotive.target);
  const auto span = [](const Locomotive& one, double to_m) {
    return std::pair(std::min(one.x_m, to_m), std::max(one.x_m, to_m));
  };
  const auto [from, to] = span(locomotive, target->x_m);
  for (std::size_t i = 0; i < locomotives_.size(); ++i) {
    const Locomotive& other = locomotives_[i];
    if (i == index) continue;
    // Only the yard has room for two.
    const bool taken = target->use != StopUse::Yard &&
                       (other.stop == target->number || (other.reserved && other.target == target->number));
    if (!other.reserved && other.stop != 0 && !taken) continue;  // it stands in its siding
    const Stop* theirs = other.reserved ? settings_.stop(other.target) : nullptr;
    const auto [first, last] = span(other, theirs == nullptr ? other.x_m : theirs->x_m);
    const double clearance = settings_.locomotives.clearance_m;
    if (taken || (first - clearance < to && from < last + clearance)) return false;
  }
  return true;
}

void Line::move_locomotives(double seconds) {
  for (std::size_t i = 0; i < locomotives_.size(); ++i) {
    Locomotive& locomotive = locomotives_[i];
    const Stop* target = settings_.stop(locomotive.target);
    const bool loaded = locomotive.car != 0 && cars_[static_cast<std::size_t>(locomotive.car - 1)].metal_t > 1;
    const bool wants = locomotive.run && target != nullptr && locomotive.target != locomotive.stop;
    if (wants && may_move(locomotive) && !locomotive.reserved) locomotive.reserved = reserve(i);
    locomotive.waits = wants && !locomotive.reserved;
    locomotive.step(seconds, settings_.locomotives, loaded, target == nullptr ? locomotive.x_m : target->x_m,
                    may_move(locomotive) && locomotive.reserved);
    if (locomotive.stop == locomotive.target) locomotive.reserved = false;
    if (locomotive.car != 0) {
      Car& car = cars_[static_cast<std::size_t>(locomotive.car - 1)];
      car.x_m = locomotive.x_m;
      car.stop = locomotive.stop;
    }
  }
}

void Line::turn_couplers(double seconds) {
  for (std::size_t i = 0; i < locomotives_.size(); ++i) {
    Locomotive& locomotive = locomotives_[i];
    if (locomotive.coupler != Coupler::Closing && locomotive.coupler != Coupler::Opening) continue;
    locomotive.coupler_left_s -= seconds;
    if (locomotive.coupler_left_s > 0) continue;
    if (locomotive.coupler == Coupler::Closing) {
      locomotive.coupler = Coupler::Closed;
      cars_[static_cast<std::size_t>(locomotive.car - 1)].locomotive = static_cast<int>(i) + 1;
    } else {
      locomotive.coupler = Coupler::Open;
      cars_[static_cast<std::size_t>(locomotive.car - 1)].locomotive = 0;
      locomotive.car = 0;
    }
  }
}

Car* Line::car_at(StopUse use, int unit) {
  for (Car& car : cars_) {
    const Stop* stop = settings_.stop(car.stop);
    if (stop != nullptr && stop->use == use && (unit == 0 || stop->unit == unit)) return &car;
  }
  return nullptr;
}

void Line::tap(double seconds) {
  for (std::size_t i = 0; i < furnaces_.size(); ++i) {
    Furnace& furnace = furnaces_[i];
    Car* car = car_at(StopUse::Tapping, static_cast<int>(i) + 1);
    if (car != nullptr && car->metal_t >= settings_.cars.full_t) furnace.open_wanted = false;
    const bool was_shut = furnace.taphole == Taphole::Plugged;
    const double out = furnace.step(seconds, settings_.furnaces, random_);
    if (was_shut && furnace.taphole == Taphole::Opening && car != nullptr) ++car->heats;
    if (out <= 0) continue;
    const double room = car == nullptr ? 0 : settings_.cars.capacity_t - car->metal_t;
    const double in = std::min(out, room);
    if (in > 0) car->pour_in(in, furnace.metal_c - 12);
    furnace.spilled_t += out - in;
  }
}

void Line::tilt(double seconds) {
  for (std::size_t i = 0; i < stations_.size(); ++i)
    stations_[i].step(seconds, settings_.stations, car_at(StopUse::Tilting, static_cast<int>(i) + 1), random_);
}

double Line::read(std::size_t signal) const { return faults_.shown(signal, signals_[signal].read(), seconds_); }

std::optional<std::size_t> Line::find(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

double Line::read(std::string_view name) const {
  const auto signal = find(name);
  return signal ? read(*signal) : std::numeric_limits<double>::quiet_NaN();
}

base::Result<void> Line::command(std::string_view name, double value) {
  const auto found = commands_.find(name);
  if (found == commands_.end())
    return base::fail(base::ErrorCode::NotFound, "没有命令 " + std::string(name) + "。",
                      "There is no command " + std::string(name) + ".");
  found->second(value);
  return {};
}

std::vector<std::string> Line::commands() const {
  std::vector<std::string> all;
  for (const auto& entry : commands_) all.push_back(entry.first);
  return all;
}

base::Result<void> Line::fault(std::string_view words) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from < words.size();) {
    const std::size_t to = std::min(words.find(' ', from), words.size());
    if (to > from) parts.emplace_back(words.substr(from, to - from));
    from = to + 1;
  }
  const auto wrong = [&] {
    return base::fail(base::ErrorCode::Invalid,
                      "看不懂这个故障：" + std::string(words) +
                          "。可写 drift 信号 每分钟、stuck 信号、broken 信号、hot_spot car.N 点、link_loss "
                          "设备、takeover loco.N、clear。",
                      "This fault cannot be read: " + std::string(words) +
                          ". Write drift SIGNAL PER_MINUTE, stuck SIGNAL, broken SIGNAL, hot_spot car.N POINT, "
                          "link_loss DEVICE, takeover loco.N or clear.");
  };
  const auto number = [](const std::string& text) -> std::optional<double> {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return text.empty() || *end != '\0' || !std::isfinite(value) ? std::nullopt : std::optional(value);
  };
  const auto unit = [&](const std::string& device, std::string_view kind,
                        std::size_t most) -> std::optional<std::size_t> {
    if (!std::string_view(device).starts_with(kind)) return std::nullopt;
    const auto which = number(device.substr(kind.size()));
    if (!which || *which < 1 || *which > static_cast<double>(most) || *which != std::floor(*which)) return std::nullopt;
    return static_cast<std::size_t>(*which) - 1;
  };
  if (parts.empty()) return wrong();
  const std::string& kind = parts[0];
  if (kind == "clear") {
    std::string which;
    for (std::size_t i = 1; i < parts.size(); ++i) which += (i > 1 ? " " : "") + parts[i];
    for (std::size_t i = 0; i < cars_.size(); ++i) {
      if (which.empty() || which == "hot_spot" || which == "hot_spot car." + std::to_string(i + 1))
        std::fill(cars_[i].hot_aim_c.begin(), cars_[i].hot_aim_c.end(), 0.0);
    }
    for (std::size_t i = 0; i < locomotives_.size(); ++i) {
      if (which.empty() || which == "takeover" || which == "takeover loco." + std::to_string(i + 1))
        locomotives_[i].remote = true;
    }
    faults_.clear(which);
    return {};
  }
  if (parts.size() < 2) return wrong();
  if (kind == "link_loss" && parts.size() == 2) {
    faults_.set_silent(parts[1]);
    return {};
  }
  if (kind == "takeover" && parts.size() == 2) {
    const auto which = unit(parts[1], "loco.", locomotives_.size());
    if (!which) return wrong();
    locomotives_[*which].remote = false;
    locomotives_[*which].run = false;
    faults_.note("takeover " + parts[1]);
    return {};
  }
  if (kind == "hot_spot" && parts.size() == 3) {
    const auto which = unit(parts[1], "car.", cars_.size());
    const auto point = number(parts[2]);
    if (!which || !point || *point < 1 || *point > settings_.cars.shell_points) return wrong();
    cars_[*which].hot_aim_c[static_cast<std::size_t>(*point) - 1] = settings_.cars.hot_spot_c;
    faults_.note("hot_spot " + parts[1] + " " + parts[2]);
    return {};
  }
  const auto signal = find(parts[1]);
  if (!signal) return wrong();
  if (kind == "drift" && parts.size() == 3 && number(parts[2])) {
    faults_.set(*signal, parts[1], Faults::Kind::Drift, *number(parts[2]), 0, seconds_);
  } else if (kind == "stuck" && parts.size() == 2) {
    faults_.set(*signal, parts[1], Faults::Kind::Stuck, 0, read(*signal), seconds_);
  } else if (kind == "broken" && parts.size() == 2) {
    faults_.set(*signal, parts[1], Faults::Kind::Broken, 0, 0, seconds_);
  } else {
    return wrong();
  }
  return {};
}

}  // namespace yuanqu::simulator
