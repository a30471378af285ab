#pragma once
// Line: the whole simulated plant as a pure model. Time moves only by advance(); the same seed, steps and commands give
// the same values on every machine. What leaves it are signals ("car.7.net_t"), what enters are commands
// ("loco.1.target"), as a controller's registers would carry them; no protocol is known here.
//
// The plant protects itself as a real one does, whatever a command says (a refused command changes nothing but the
// device's counter of refusals and its reason):
//   - a taphole opens only above a standing car with room, and is plugged when the car is full;
//   - a car with an open taphole above it or tilted does not move;
//   - a coupler acts only at a stand at a stop; a station tilts only a standing car.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/faults.hpp"
#include "simulator/parts.hpp"
#include "simulator/surroundings.hpp"

namespace yuanqu::simulator {

// Why a device did not do what it was told; the number is what its register shows.
enum class Refusal : int {
  None = 0,
  NoSuchStop = 1,
  NotAtStop = 2,
  NoCarHere = 3,
  CarNotFree = 4,  // tilted, or under an open taphole
  NoRoomInCar = 5,
  OutOfRange = 6,
  NotRemote = 7,  // taken over at the plant
};

class Line {
 public:
  explicit Line(LineSettings settings);

  // Simulated seconds, split into steps of at most 0.1 s. `day_seconds`: the time of day at the end, for what has a
  // day's shape.
  void advance(double seconds, double day_seconds);

  // Signals have fixed places, in one order, from the start.
  std::size_t count() const { return signals_.size(); }
  const std::string& name(std::size_t signal) const { return signals_[signal].name; }
  // As the sensor shows it, faults included; NaN when the sensor is broken.
  double read(std::size_t signal) const;
  // nullopt: no such signal.
  std::optional<std::size_t> find(std::string_view name) const;
  double read(std::string_view name) const;  // NaN when there is none

  // What a register write does. NotFound: no such command; a refusal by the plant's own protection is not an error (see
  // above), it is what the register "…refusal" then shows.
  base::Result<void> command(std::string_view name, double value);
  std::vector<std::string> commands() const;

  // A fault on demand, in words: "drift car.7.net_t 3" (units a simulated minute) · "stuck car.7.metal_c" · "broken
  // car.7.metal_c" · "hot_spot car.7 3" (shell point) · "link_loss car.7" or "link_loss plc" (whoever serves the device
  // reads silent()) · "takeover loco.1" · "clear" (all) · "clear <the first two words>". Invalid with what to write.
  base::Result<void> fault(std::string_view words);
  std::vector<std::string> faults() const { return faults_.list(); }
  bool silent(std::string_view device) const { return faults_.silent(device); }

  const LineSettings& settings() const { return settings_; }
  const std::vector<Car>& cars() const { return cars_; }
  const std::vector<Locomotive>& locomotives() const { return locomotives_; }
  const std::vector<Furnace>& furnaces() const { return furnaces_; }

 private:
  struct Signal {
    std::string name;
    std::function<double()> read;
  };
  struct Device {  // what it last refused
    int refusal = 0;
    int refusals = 0;
  };

  void step(double seconds, double day_seconds);
  void move_locomotives(double seconds);
  void turn_couplers(double seconds);
  void tap(double seconds);
  void tilt(double seconds);
  Car* car_at(StopUse use, int unit);  // unit 0: any
  bool may_move(const Locomotive& locomotive) const;
  // Whether the track to its target can be its own now: nobody else's reserved track, nobody standing on it. A whole
  // way is given at once, so two never wait for each other.
  bool reserve(std::size_t locomotive);

  void add(std::string name, std::function<double()> read);
  void name_cars();
  void name_locomotives();
  void name_furnaces();
  void name_stations();
  void name_surroundings();
  void name_commands();
  void order_coupler(std::size_t locomotive, bool close);
  void refuse(const std::string& device, Refusal why);

  LineSettings settings_;
  Random random_;
  std::vector<Car> cars_;
  std::vector<Locomotive> locomotives_;
  std::vector<Furnace> furnaces_;
  std::vector<Station> stations_;
  Surroundings surroundings_;
  std::map<std::string, Device> devices_;
  std::vector<Signal> signals_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::map<std::string, std::function<void(double)>, std::less<>> commands_;
  Faults faults_;
  double seconds_ = 0;
};

}  // namespace yuanqu::simulator
