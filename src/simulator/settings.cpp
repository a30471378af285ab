#include "simulator/settings.hpp"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <optional>
#include <set>

namespace yuanqu::simulator {
namespace {

// Reads the members of one mapping; the first fault is kept and later reads do nothing.
class Members {
 public:
  Members(const YAML::Node& node, std::string name, const std::string& place, std::optional<base::Error>& fault)
      : node_(node), name_(std::move(name)), place_(place), fault_(fault) {
    if (!node_.IsMap()) refuse(name_, "应为一组字段", "must be a mapping");
  }
  ~Members() {
    if (fault_ || !node_.IsMap()) return;
    for (const auto& entry : node_) {
      const auto key = entry.first.as<std::string>("");
      if (known_.count(key) == 0) refuse(key, "没有这个字段", "is no member of it");
    }
  }

  void number(const char* key, double& into, double least, double most) {
    const YAML::Node value = find(key);
    if (fault_) return;
    try {
      into = value.as<double>();
    } catch (const YAML::Exception&) {
      return refuse(key, "应为数", "must be a number");
    }
    if (!std::isfinite(into) || into < least || into > most) refuse(key, "超出范围", "is out of range");
  }
  template <class Integer>
  void integer(const char* key, Integer& into, double least, double most) {
    double value = 0;
    number(key, value, least, most);
    if (fault_) return;
    if (value != std::floor(value)) return refuse(key, "应为整数", "must be a whole number");
    into = static_cast<Integer>(value);
  }
  void text(const char* key, std::string& into) {
    const YAML::Node value = find(key);
    if (fault_) return;
    into = value.as<std::string>("");
    if (into.empty()) refuse(key, "应为文字", "must be a text");
  }
  void integers(const char* key, std::vector<int>& into, int most) {
    const YAML::Node value = find(key);
    if (fault_) return;
    try {
      into = value.as<std::vector<int>>();
    } catch (const YAML::Exception&) {
      return refuse(key, "应为整数的列表", "must be a list of whole numbers");
    }
    if (into.empty() || into.size() > static_cast<std::size_t>(most)) refuse(key, "项数不对", "has a wrong count");
  }
  YAML::Node find(const char* key) {
    known_.insert(key);
    if (fault_) return YAML::Node();
    YAML::Node value = node_[key];
    if (!value) refuse(key, "缺少这个字段", "is missing");
    return value;
  }
  bool has(const char* key) {
    known_.insert(key);
    return !fault_ && node_[key];
  }
  void refuse(const std::string& key, const std::string& zh, const std::string& en) {
    if (fault_) return;
    fault_ = base::Error{base::ErrorCode::Invalid,
                         name_ + " 的 " + key + "：" + zh + "。",
                         name_ + ": " + key + " " + en + ".",
                         {.file = place_, .row = static_cast<std::size_t>(node_.Mark().line + 1), .field = key}};
  }

 private:
  YAML::Node node_;
  std::string name_;
  const std::string& place_;
  std::optional<base::Error>& fault_;
  std::set<std::string> known_;
};

std::optional<StopUse> use_of(const std::string& text) {
  if (text == "yard") return StopUse::Yard;
  if (text == "tapping") return StopUse::Tapping;
  if (text == "scale") return StopUse::Scale;
  if (text == "tilting") return StopUse::Tilting;
  if (text == "repair") return StopUse::Repair;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const std::string& place) : place_(place) {}

  base::Result<LineSettings> read(const YAML::Node& root) {
    {
      Members members(root, "simulator", place_, fault_);
      members.text("plant", settings_.plant);
      bool simulated = false;
      if (members.find("simulated").IsDefined() && !fault_) simulated = root["simulated"].as<bool>(false);
      if (!simulated)
        members.refuse("simulated", "应为 true：它只描述模拟工厂", "must be true: this describes a simulated plant");
      members.integer("seed", settings_.seed, 0, 9e15);
      stops(members.find("line"));
      locomotives(members.find("locomotives"));
      cars(members.find("cars"));
      furnaces(members.find("furnaces"));
      stations(members.find("stations"));
      others(members);
    }
    if (fault_) return tl::unexpected(*fault_);
    check();
    if (fault_) return tl::unexpected(*fault_);
    return settings_;
  }

 private:
  Members section(const YAML::Node& node, const char* name) { return Members(node, name, place_, fault_); }

  void stops(const YAML::Node& node) {
    if (fault_) return;
    Members line = section(node, "line");
    const YAML::Node list = line.find("stops");
    if (fault_) return;
    for (const YAML::Node& entry : list) {
      Stop stop;
      Members members = section(entry, "stop");
      members.integer("stop", stop.number, 1, 99);
      members.number("x_m", stop.x_m, 0, 20'000);
      std::string use;
      members.text("use", use);
      const auto known = use_of(use);
      if (!known) members.refuse("use", "不是已知的用途", "is no known use");
      stop.use = known.value_or(StopUse::Yard);
      if (members.has("furnace")) members.integer("furnace", stop.unit, 1, 20);
      if (members.has("station")) members.integer("station", stop.unit, 1, 20);
      if (settings_.stop(stop.number) != nullptr) members.refuse("stop", "编号重复", "is there twice");
      if (fault_) return;
      settings_.stops.push_back(stop);
    }
  }

  void locomotives(const YAML::Node& node) {
    if (fault_) return;
    Members members = section(node, "locomotives");
    LocomotiveSettings& into = settings_.locomotives;
    members.integers("home_stops", into.home_stops, 20);
    members.number("speed_empty_m_s", into.speed_empty_m_s, 0.1, 20);
    members.number("speed_loaded_m_s", into.speed_loaded_m_s, 0.1, 20);
    members.number("acceleration_m_s2", into.acceleration_m_s2, 0.01, 5);
    members.number("braking_m_s2", into.braking_m_s2, 0.01, 5);
    members.number("clearance_m", into.clearance_m, 1, 1000);
    members.number("coupling_s", into.coupling_s, 0, 600);
    members.number("battery_kwh", into.battery_kwh, 1, 1e5);
    members.number("power_idle_kw", into.power_idle_kw, 0, 1e4);
    members.number("power_full_kw", into.power_full_kw, 0, 1e5);
  }

  void cars(const YAML::Node& node) {
    if (fault_) return;
    Members members = section(node, "cars");
    CarSettings& into = settings_.cars;
    members.integers("home_stops", into.home_stops, 60);
    members.number("tare_t", into.tare_t, 1, 1000);
    members.number("capacity_t", into.capacity_t, 1, 1000);
    members.number("full_t", into.full_t, 1, 1000);
    members.integer("shell_points", into.shell_points, 1, 40);
    members.number("cooling_per_min", into.cooling_per_min, 0, 1);
    members.number("shell_base_c", into.shell_base_c, 0, 500);
    members.number("shell_span_c", into.shell_span_c, 0, 500);
    members.number("shell_minutes", into.shell_minutes, 0.01, 1000);
    members.number("hot_spot_c", into.hot_spot_c, 0, 1500);
    members.number("hot_spot_minutes", into.hot_spot_minutes, 0.01, 1000);
  }

  void furnaces(const YAML::Node& node) {
    if (fault_) return;
    Members members = section(node, "furnaces");
    FurnaceSettings& into = settings_.furnaces;
    members.integer("count", into.count, 1, 20);
    members.number("metal_c", into.metal_c, 1000, 1700);
    members.number("metal_spread_c", into.metal_spread_c, 0, 100);
    members.number("tap_t_per_min", into.tap_t_per_min, 0.1, 1000);
    members.number("opening_s", into.opening_s, 0, 3600);
    members.number("plugging_s", into.plugging_s, 0, 3600);
    members.number("production_t_per_min", into.production_t_per_min, 0, 100);
    members.number("hearth_t", into.hearth_t, 1, 10'000);
    members.integer("trough_points", into.trough_points, 1, 100);
    members.integer("wall_points", into.wall_points, 1, 500);
  }

  void stations(const YAML::Node& node) {
    if (fault_) return;
    Members members = section(node, "stations");
    StationSettings& into = settings_.stations;
    members.integer("count", into.count, 1, 20);
    members.number("tilt_deg_per_s", into.tilt_deg_per_s, 0.01, 60);
    members.number("pour_from_deg", into.pour_from_deg, 1, 180);
    members.number("pour_full_deg", into.pour_full_deg, 1, 180);
    members.number("pour_t_per_min", into.pour_t_per_min, 0.1, 1000);
    members.number("angle_max_deg", into.angle_max_deg, 1, 360);
  }

  void others(Members& root) {
    if (fault_) return;
    {
      Members members = section(root.find("people"), "people");
      members.integer("zones", settings_.people.zones, 1, 100);
      members.number("visits_per_hour", settings_.people.visits_per_hour, 0, 1000);
      members.number("stay_minutes", settings_.people.stay_minutes, 0.1, 1000);
    }
    if (fault_) return;
    {
      Members members = section(root.find("gas"), "gas");
      members.integer("detectors", settings_.gas.detectors, 1, 500);
      members.number("base_ppm", settings_.gas.base_ppm, 0, 1000);
      members.number("spread_ppm", settings_.gas.spread_ppm, 0, 1000);
    }
    if (fault_) return;
    Members members = section(root.find("energy"), "energy");
    members.integer("feeders", settings_.energy.feeders, 1, 500);
    members.number("base_kw", settings_.energy.base_kw, 0, 1e6);
    members.number("spread_kw", settings_.energy.spread_kw, 0, 1e6);
  }

  void refuse(const std::string& zh, const std::string& en) {
    if (!fault_) fault_ = base::Error{base::ErrorCode::Invalid, zh, en, {.file = place_}};
  }

  // What must fit together: homes are stops, every furnace and station has its stop.
  void check() {
    for (const auto* homes : {&settings_.locomotives.home_stops, &settings_.cars.home_stops}) {
      for (const int home : *homes) {
        if (settings_.stop(home) == nullptr)
          refuse("home_stops 里的 " + std::to_string(home) + " 号不是站点。",
                 "home_stops: " + std::to_string(home) + " is no stop.");
      }
    }
    for (int unit = 1; unit <= settings_.furnaces.count; ++unit) {
      if (settings_.stop_of(StopUse::Tapping, unit) == nullptr)
        refuse(std::to_string(unit) + " 号高炉没有受铁站点。",
               "Furnace " + std::to_string(unit) + " has no tapping stop.");
    }
    for (int unit = 1; unit <= settings_.stations.count; ++unit) {
      if (settings_.stop_of(StopUse::Tilting, unit) == nullptr)
        refuse(std::to_string(unit) + " 号倒罐位没有站点。",
               "Station " + std::to_string(unit) + " has no tilting stop.");
    }
    if (settings_.stations.pour_full_deg <= settings_.stations.pour_from_deg)
      refuse("pour_full_deg 应大于 pour_from_deg。", "pour_full_deg must be more than pour_from_deg.");
    if (settings_.cars.full_t > settings_.cars.capacity_t)
      refuse("full_t 不能超过 capacity_t。", "full_t must not be more than capacity_t.");
  }

  const std::string& place_;
  LineSettings settings_;
  std::optional<base::Error> fault_;
};

}  // namespace

const Stop* LineSettings::stop(int number) const {
  for (const Stop& stop : stops) {
    if (stop.number == number) return &stop;
  }
  return nullptr;
}

const Stop* LineSettings::stop_of(StopUse use, int unit) const {
  for (const Stop& stop : stops) {
    if (stop.use == use && stop.unit == unit) return &stop;
  }
  return nullptr;
}

base::Result<LineSettings> read_line_settings(const std::string& text, const std::string& place) {
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return base::fail(base::ErrorCode::Invalid, "不是合格的 YAML：" + error.msg + "。",
                      "This is no YAML: " + error.msg + ".",
                      {.file = place, .row = static_cast<std::size_t>(error.mark.line + 1)});
  }
  return Reader(place).read(root);
}

}  // namespace yuanqu::simulator
