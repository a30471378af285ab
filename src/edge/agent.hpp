#pragma once
// Agent: the process beside a plant's controllers (`yuanqu edge`). It alone writes to them. It runs the guard, tells
// tags and heartbeats to the centre as a Sparkplug B edge node, and keeps points while the link is down. One thread
// runs the guard, so that neither the network nor a slow disk of the broker holds up a lease; the MQTT client and each
// controller link have their own.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/message.hpp"
#include "control/site.hpp"
#include "telemetry/mqtt_client.hpp"
#include "telemetry/plant_model.hpp"

namespace yuanqu::edge {

struct AgentSetup {
  telemetry::PlantModel plant;
  control::Site site;
  control::Key key{};
  std::filesystem::path folder;   // data of its own; one process owns it
  telemetry::MqttOptions broker;  // host, port, user, TLS; client id and session are the agent's
  std::function<void(const std::string&)> log;
};

class Agent {
 public:
  static base::Result<std::unique_ptr<Agent>> open(AgentSetup setup, const base::Clock& clock);
  ~Agent();
  // Until `stop` is true; then every commanded device is brought to its safe state and the node says good-bye.
  void run(const std::atomic<bool>& stop);
  const std::string& boot() const;

 private:
  struct State;
  explicit Agent(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::edge
