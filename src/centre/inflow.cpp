#include "centre/inflow.hpp"

#include <algorithm>
#include <mutex>

#include "base/secret.hpp"
#include "centre/plant.hpp"
#include "control/wire.hpp"
#include "telemetry/intake.hpp"
#include "telemetry/mqtt_client.hpp"

namespace yuanqu::centre {
namespace {

constexpr std::size_t waiting_max = 10'000;

// The command path has a connection of its own, so that a flood of points never stands before a stop.
class AgentLine final : public telemetry::MqttHandler {
 public:
  AgentLine(std::string group, std::string node) : group_(std::move(group)), node_(std::move(node)) {}

  std::vector<std::string> subscriptions() override { return {"spBv1.0/" + group_ + "/NDATA/" + node_}; }
  int subscription_qos() override { return 0; }
  void message(const telemetry::MqttMessage& message) override {
    if (message.retained) return;
    const auto payload = telemetry::decode_sparkplug(message.payload);
    if (!payload) return;
    const std::lock_guard lock(mutex_);
    for (const telemetry::SparkplugMetric& metric : payload->metrics) {
      control::Fields fields = control::fields_of(metric);
      if (!fields.empty() && waiting_.size() < waiting_max) waiting_.push_back(std::move(fields));
    }
  }

  telemetry::Outgoing command(const control::Fields& fields, std::int64_t now_ms) const {
    telemetry::SparkplugPayload payload;
    payload.timestamp_ms = now_ms;
    payload.metrics.push_back(control::to_metric(fields));
    // Never queued, never kept: QoS 0, not retained.
    return {"spBv1.0/" + group_ + "/NCMD/" + node_, telemetry::encode_sparkplug(payload), 0, false};
  }
  std::vector<control::Fields> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }

 private:
  std::string group_, node_;
  std::mutex mutex_;
  std::vector<control::Fields> waiting_;
};

}  // namespace

struct Inflow::State {
  const telemetry::PlantModel* plant = nullptr;
  const base::Clock* clock = nullptr;
  telemetry::MqttOptions broker;
  std::function<void(const std::string&)> log;
  std::unique_ptr<telemetry::PointSink> sink;
  std::unique_ptr<telemetry::SparkplugIntake> sparkplug;
  std::unique_ptr<telemetry::JsonIntake> json;
  std::unique_ptr<AgentLine> line;
  std::unique_ptr<telemetry::MqttClient> line_client;
  bool was_connected = false;
};

Inflow::Inflow(std::unique_ptr<State> state) : state_(std::move(state)) {}
Inflow::~Inflow() {
  state_->line_client.reset();
  state_->sparkplug.reset();
  state_->json.reset();
}

base::Result<std::unique_ptr<Inflow>> Inflow::open(const Setup& setup) {
  auto state = std::make_unique<State>();
  state->plant = setup.plant;
  state->clock = setup.clock;
  state->log = setup.log;
  state->broker.host = setup.broker.host;
  state->broker.port = setup.broker.port;
  auto* alarms = setup.alarms;
  const base::Clock* clock = setup.clock;
  auto sink = telemetry::PointSink::create(
      *setup.plant, *setup.recorder, *setup.live, *setup.clock,
      [alarms, clock](std::span<const telemetry::Point> points) {
        // What fails here stands in failure() of the engine, which the plant's thread
        // tells.
        (void)alarms->points(points, {telemetry::steady_now_ms(), clock->now_ms()});
      },
      setup.recorded);
  if (!sink) return tl::unexpected(sink.error());
  state->sink = std::move(*sink);
  const std::string id = "yuanqu-" + setup.plant->name();
  telemetry::SparkplugHostOptions host;
  host.host_id = id;
  auto sparkplug = telemetry::SparkplugIntake::start(state->broker, host, *state->sink);
  if (!sparkplug) return tl::unexpected(sparkplug.error());
  state->sparkplug = std::move(*sparkplug);
  telemetry::MqttOptions lasting = state->broker;
  lasting.client_id = id + "-json";
  lasting.clean_start = false;
  auto json = telemetry::JsonIntake::start(lasting, *state->sink);
  if (!json) return tl::unexpected(json.error());
  state->json = std::move(*json);
  return std::unique_ptr<Inflow>(new Inflow(std::move(state)));
}

void Inflow::tick(std::int64_t) {
  const bool now = connected();
  if (now != state_->was_connected)
    state_->log(state_->plant->name() + (now ? ": the broker is connected" : ": the broker is not connected"));
  state_->was_connected = now;
}

bool Inflow::connected() const {
  return state_->line_client ? state_->line_client->connected() : state_->sparkplug->status().connected;
}

base::Result<void> Inflow::follow_agent(const std::string& group, const std::string& node) {
  state_->line = std::make_unique<AgentLine>(group, node);
  auto client = telemetry::MqttClient::start(state_->broker, *state_->line);
  if (!client) return tl::unexpected(client.error());
  state_->line_client = std::move(*client);
  return {};
}

void Inflow::send_to_agent(const control::Fields& fields) {
  if (!state_->line_client) return;
  // A message that cannot leave is lost, as on any bad link; the desk finds out by the answer that does not come.
  (void)state_->line_client->publish(state_->line->command(fields, state_->clock->now_ms()));
}

std::vector<control::Fields> Inflow::from_agent() {
  return state_->line ? state_->line->take() : std::vector<control::Fields>();
}

void Inflow::tell(std::vector<telemetry::Point> points) {
  if (auto taken = state_->sink->take(std::move(points)); !taken) state_->log(base::to_text(taken.error(), false));
}

base::Result<void> Inflow::send_fault(const std::string& fault) {
  return state_->sparkplug->publish({"yuanqu/simulator/" + state_->plant->name() + "/faults", fault, 1, false});
}

}  // namespace yuanqu::centre
