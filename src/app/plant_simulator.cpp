// `yuanqu plant-simulator`: the simulated plant of a pack behind real protocols, until SIGINT or SIGTERM.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <iostream>
#include <thread>

#include "app/centre.hpp"
#include "app/refuse.hpp"
#include "app/zone_settings.hpp"
#include "pack/pack.hpp"
#include "simulator/plant_process.hpp"

namespace yuanqu::app {
namespace {

std::atomic<bool> stopped{false};

struct SimulatorArguments {
  std::string packs, pack = "steel", plant = "hot_metal", modbus = "127.0.0.1:1502", broker = "127.0.0.1:1883";
  double speed = 10;
  bool no_visits = false;
  std::vector<std::string> faults;
};

base::Result<simulator::ProcessSetup> read(const SimulatorArguments& arguments) {
  auto root = find_packs_folder(arguments.packs);
  if (!root) return tl::unexpected(root.error());
  auto pack = pack::Pack::load(*root / arguments.pack);
  if (!pack) return tl::unexpected(pack.error());
  const std::string base = "simulator/" + arguments.plant;
  auto line = pack->read(base + ".yaml");
  if (!line) return tl::unexpected(line.error());
  auto wires = pack->read(base + ".wires.yaml");
  if (!wires) return tl::unexpected(wires.error());
  simulator::ProcessSetup setup;
  auto settings = simulator::read_line_settings(*line, arguments.pack + "/" + base + ".yaml");
  if (!settings) return tl::unexpected(settings.error());
  auto read = simulator::read_wires(*wires, arguments.pack + "/" + base + ".wires.yaml");
  if (!read) return tl::unexpected(read.error());
  setup.settings = std::move(*settings);
  setup.wires = std::move(*read);
  if (arguments.no_visits) setup.settings.people.visits_per_hour = 0;
  auto modbus = endpoint_of(arguments.modbus);
  if (!modbus) return tl::unexpected(modbus.error());
  auto broker = endpoint_of(arguments.broker);
  if (!broker) return tl::unexpected(broker.error());
  setup.modbus_host = modbus->host;
  setup.modbus_port = modbus->port;
  setup.broker_host = broker->host;
  setup.broker_port = broker->port;
  setup.speed = arguments.speed;
  setup.faults = arguments.faults;
  setup.log = [](const std::string& line_of_log) { std::cerr << line_of_log << std::endl; };
  return setup;
}

int run_simulator(const SimulatorArguments& arguments) {
  auto setup = read(arguments);
  if (!setup) return refuse(setup.error());
  auto process = simulator::PlantProcess::open(std::move(*setup));
  if (!process) return refuse(process.error());
  std::signal(SIGINT, [](int) { stopped = true; });
  std::signal(SIGTERM, [](int) { stopped = true; });
  std::cout << (cli::speaks_chinese() ? "模拟工厂已启动（模拟数据），Modbus 端口 "
                                      : "The simulated plant runs (simulated data); Modbus on port ")
            << (*process)->modbus_port() << std::endl;
  auto next = std::chrono::steady_clock::now();
  while (!stopped) {
    (*process)->step();
    next += std::chrono::milliseconds(100);
    // After a pause of the machine it goes on from now; it does not hurry after lost time.
    next = std::max(next, std::chrono::steady_clock::now() - std::chrono::milliseconds(300));
    std::this_thread::sleep_until(next);
  }
  return 0;
}

}  // namespace

void add_plant_simulator(CLI::App& program, cli::Chosen& chosen) {
  auto* command =
      program.add_subcommand("plant-simulator", "run a pack's simulated plant behind Modbus TCP, Sparkplug B and MQTT");
  auto arguments = std::make_shared<SimulatorArguments>();
  command->add_option("--packs", arguments->packs, "folder of the packs (default: beside the program)");
  command->add_option("--pack", arguments->pack, "the pack")->capture_default_str();
  command->add_option("--plant", arguments->plant, "the plant")->capture_default_str();
  command->add_option("--modbus", arguments->modbus, "address:port of the simulated controllers")
      ->capture_default_str();
  command->add_option("--broker", arguments->broker, "address:port of the broker")->capture_default_str();
  command->add_option("--speed", arguments->speed, "simulated seconds a second")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 200.0));
  command->add_option("--fault", arguments->faults,
                      "a fault from the start: 'hot_spot car.7 3', 'drift car.7.net_t 2' …");
  command->add_flag("--no-visits", arguments->no_visits, "nobody walks through the zones");
  command->callback([&chosen, arguments] { chosen = [arguments] { return run_simulator(*arguments); }; });
}

}  // namespace yuanqu::app
