#pragma once
// How the simulated plant's signals and orders lie on its protocols, read from
// packs/*/simulator/<plant>.wires.yaml: registers of the simulated controllers, what the Sparkplug node and the JSON
// meter publish, and what the controller does when its watchdog stands still.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::simulator {

enum class Table { Input, Discrete, Coil, Holding };

// One register (or pair of registers) of a controller.
struct Register {
  int unit = 1;
  Table table = Table::Input;
  int address = 0;
  std::string name;  // of the signal, or of the order for coils and holding registers
};

struct Wires {
  std::vector<Register> registers;
  double watchdog_seconds = 0;  // 0: none
  std::map<std::string, double> watchdog_orders;
  std::string group, node;
  std::string device_prefix;  // signals "<prefix>N.metric" are metrics of device "<prefix>N"
  int sparkplug_period_ms = 250;
  std::string json_topic;
  std::string json_prefix;
  int json_period_ms = 1000;
};

// The order (or register) that counts as the watchdog: whoever drives the controller changes it while it lives.
inline constexpr const char* watchdog_name = "watchdog";

base::Result<Wires> read_wires(const std::string& text, const std::string& place);

}  // namespace yuanqu::simulator
