#pragma once
// PlantProcess: the simulated plant behind real protocols. The line moves in steps of a tenth of a second (times the
// speed); its controllers answer Modbus TCP, its cars are one Sparkplug B edge node (a device each), its meters publish
// plain JSON. Faults on demand come as text on the topic yuanqu/simulator/<plant>/faults (Line::fault says the words).
//
// The controllers have a watchdog: once somebody has moved its register, a stand-still of the settled time brings
// everything to the controllers' own safe state, whatever the network does.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "simulator/line.hpp"
#include "simulator/wires.hpp"

namespace yuanqu::simulator {

struct ProcessSetup {
  LineSettings settings;
  Wires wires;
  std::string modbus_host = "127.0.0.1";
  int modbus_port = 1502;
  std::string broker_host = "127.0.0.1";
  int broker_port = 1883;
  double speed = 10;
  std::vector<std::string> faults;  // from the start
  std::function<void(const std::string&)> log;
};

class PlantProcess {
 public:
  static base::Result<std::unique_ptr<PlantProcess>> open(ProcessSetup setup);
  ~PlantProcess();
  int modbus_port() const;
  void step();  // one tenth of a second of real time; the caller keeps the pace
  const Line& line() const;

 private:
  struct State;
  explicit PlantProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::simulator
