#pragma once
// Inflow: what comes to one plant from its broker and its own Modbus links, into log, live picture and alarms; and what
// goes out to the agent. Points go into the log first; the live picture and the alarms see them at once, an
// acknowledgement to the source waits until they are on disk (telemetry decides where the protocol has one).

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "control/message.hpp"
#include "telemetry/alarm_engine.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/live.hpp"
#include "telemetry/recorder.hpp"

namespace yuanqu::centre {

struct Broker;

class Inflow {
 public:
  struct Setup {
    const telemetry::PlantModel* plant = nullptr;
    telemetry::LivePicture* live = nullptr;
    telemetry::Recorder* recorder = nullptr;
    telemetry::AlarmEngine* alarms = nullptr;
    telemetry::PointSink::Recorded recorded;  // may be empty
    const base::Clock* clock = nullptr;
    const Broker& broker;
    std::function<void(const std::string&)> log;
  };
  static base::Result<std::unique_ptr<Inflow>> open(const Setup& setup);
  ~Inflow();

  void tick(std::int64_t steady_ms);  // engine thread
  bool connected() const;

  base::Result<void> follow_agent(const std::string& group, const std::string& node);
  void send_to_agent(const control::Fields& fields);
  std::vector<control::Fields> from_agent();                // what came since the last call
  void tell(std::vector<telemetry::Point> points);          // what the centre itself knows of the plant
  base::Result<void> send_fault(const std::string& fault);  // to the simulated plant

 private:
  struct State;
  explicit Inflow(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::centre
