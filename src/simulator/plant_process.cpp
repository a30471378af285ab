#include "simulator/plant_process.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "simulator/controller.hpp"
#include "telemetry/mqtt_client.hpp"
#include "telemetry/sparkplug_edge.hpp"

namespace yuanqu::simulator {
namespace {

constexpr double tick_s = 0.1;

struct Metric {
  std::size_t signal = 0;
  std::string device, name;
  bool truth = false;
};

bool is_truth(const std::string& name) { return name == "upright" || name == "full" || name == "empty"; }

}  // namespace

struct PlantProcess::State final : telemetry::MqttHandler {
  State(ProcessSetup given)
      : setup(std::move(given)), line(setup.settings), edge({setup.wires.group, setup.wires.node, {}, true}) {}

  ProcessSetup setup;
  base::SystemClock clock;
  std::mutex mutex;  // line and edge
  Line line;
  telemetry::SparkplugEdge edge;
  std::uint64_t bd_seq = 0;
  std::vector<Metric> metrics;
  std::vector<std::pair<std::size_t, std::string>> meters;  // signal, name
  std::vector<std::pair<std::size_t, std::size_t>> shown;   // register, signal
  std::set<std::string> devices, lost_devices;
  bool controllers_lost = false;
  std::unique_ptr<Controller> controller;
  std::unique_ptr<telemetry::MqttClient> client;
  double watchdog_age_s = 0;
  bool watched = false, tripped = false;
  int since_sparkplug_ms = 0, since_json_ms = 0;

  void find_wires() {
    for (std::size_t i = 0; i < setup.wires.registers.size(); ++i) {
      const Register& one = setup.wires.registers[i];
      if (one.table != Table::Input && one.table != Table::Discrete) continue;
      if (const auto signal = line.find(one.name)) shown.emplace_back(i, *signal);
    }
    for (std::size_t i = 0; i < line.count(); ++i) {
      const std::string& name = line.name(i);
      if (name.starts_with(setup.wires.json_prefix)) meters.emplace_back(i, name);
      if (!name.starts_with(setup.wires.device_prefix)) continue;
      const auto dot = name.find('.', setup.wires.device_prefix.size());
      metrics.push_back({i, name.substr(0, dot), name.substr(dot + 1), is_truth(name.substr(dot + 1))});
    }
  }

  telemetry::Value value_of(const Metric& metric) const {
    const double value = line.read(metric.signal);
    if (!std::isfinite(value)) return {};
    if (metric.truth) return value != 0;
    return value;
  }

  base::Result<void> define() {
    for (const Metric& metric : metrics) {
      devices.insert(metric.device);
      if (auto defined = edge.define(
              metric.device, metric.name,
              metric.truth ? telemetry::SparkplugType::Boolean : telemetry::SparkplugType::Double, value_of(metric));
          !defined)
        return defined;
    }
    return {};
  }

  // ---- MQTT, on the client's thread
  std::optional<telemetry::Outgoing> will() override {
    const std::lock_guard lock(mutex);
    const auto session = bd_seq++ % 256;
    return edge.begin_session(session, clock.now_ms());
  }
  std::string faults_topic() const { return "yuanqu/simulator/" + setup.settings.plant + "/faults"; }
  std::vector<std::string> subscriptions() override {
    const std::lock_guard lock(mutex);
    auto all = edge.subscriptions();
    all.push_back(faults_topic());
    return all;
  }
  void ready(bool) override {
    const std::lock_guard lock(mutex);
    for (const telemetry::Outgoing& message : edge.connected(clock.now_ms())) (void)client->publish(message);
  }
  void lost(const base::Error& why) override {
    const std::lock_guard lock(mutex);
    edge.disconnected();
    setup.log("broker: " + base::to_text(why, false));
  }
  void message(const telemetry::MqttMessage& message) override {
    const std::lock_guard lock(mutex);
    if (message.topic == faults_topic()) {
      if (message.retained) return;
      if (auto made = line.fault(message.payload); !made)
        setup.log(base::to_text(made.error(), false));
      else
        setup.log("fault: " + std::string(message.payload));
      return;
    }
    auto received = edge.message(message.topic, message.payload, message.retained, clock.now_ms());
    for (const telemetry::Outgoing& answer : received.messages) (void)client->publish(answer);
  }

  // ---- the line's own pace
  void written(std::size_t place, double value) {
    const Register& one = setup.wires.registers[place];
    const std::lock_guard lock(mutex);
    if (one.name == watchdog_name) {
      watchdog_age_s = 0;
      watched = true;
      tripped = false;
      return;
    }
    if (auto done = line.command(one.name, value); !done) setup.log(base::to_text(done.error(), false));
  }

  void guard() {
    if (!watched || setup.wires.watchdog_seconds <= 0) return;
    watchdog_age_s += tick_s;
    if (tripped || watchdog_age_s < setup.wires.watchdog_seconds) return;
    tripped = true;
    setup.log("the watchdog stands still: the controllers go to their safe state");
    for (const auto& [order, value] : setup.wires.watchdog_orders) (void)line.command(order, value);
  }

  void publish(const std::optional<telemetry::Outgoing>& message) {
    if (message) (void)client->publish(*message);
  }

  void report(std::int64_t now_ms) {
    for (const std::string& device : devices) {
      const bool silent = line.silent(device);
      if (silent && lost_devices.insert(device).second) publish(edge.device_lost(device, now_ms));
      if (!silent && lost_devices.erase(device) != 0) publish(edge.device_back(device, now_ms));
      if (silent) continue;
      std::vector<telemetry::EdgeValue> values;
      for (const Metric& metric : metrics) {
        if (metric.device != device) continue;
        telemetry::Value value = value_of(metric);
        const auto quality = std::holds_alternative<std::monostate>(value) ? telemetry::Quality::sensor_failure
                                                                           : telemetry::Quality::good;
        values.push_back({metric.name, std::move(value), now_ms, quality, false});
      }
      publish(edge.report(device, values, now_ms));
    }
  }

  void report_meters(std::int64_t now_ms) {
    if (line.silent("meters")) return;
    boost::json::object values;
    for (const auto& [signal, name] : meters) {
      const double value = line.read(signal);
      values[name] = std::isfinite(value) ? boost::json::value(value) : boost::json::value(nullptr);
    }
    publish(telemetry::Outgoing{
        setup.wires.json_topic,
        boost::json::serialize(boost::json::object{{"time", now_ms}, {"values", std::move(values)}}), 1, false});
  }
};

PlantProcess::PlantProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
PlantProcess::~PlantProcess() {
  if (!state_) return;
  state_->controller.reset();
  if (state_->client) {
    const std::lock_guard lock(state_->mutex);
    state_->client->set_last_message(state_->edge.death(state_->clock.now_ms()));
  }
  state_->client.reset();
}

base::Result<std::unique_ptr<PlantProcess>> PlantProcess::open(ProcessSetup setup) {
  auto state = std::make_unique<State>(std::move(setup));
  State* raw = state.get();
  for (const std::string& fault : raw->setup.faults) {
    if (auto made = raw->line.fault(fault); !made) return tl::unexpected(made.error());
  }
  raw->find_wires();
  if (auto defined = raw->define(); !defined) return tl::unexpected(defined.error());
  raw->bd_seq = static_cast<std::uint64_t>(raw->clock.now_ms() / 1000) % 256;  // another one than the last run's
  auto controller = Controller::open(raw->setup.modbus_host, raw->setup.modbus_port, raw->setup.wires.registers,
                                     [raw](std::size_t place, double value) { raw->written(place, value); });
  if (!controller) return tl::unexpected(controller.error());
  raw->controller = std::move(*controller);
  std::unique_ptr<PlantProcess> process(new PlantProcess(std::move(state)));
  telemetry::MqttOptions broker;
  broker.host = raw->setup.broker_host;
  broker.port = raw->setup.broker_port;
  {
    const std::lock_guard lock(raw->mutex);  // the client's thread waits until it is known here
    auto client = telemetry::MqttClient::start(broker, *raw);
    if (!client) return tl::unexpected(client.error());
    raw->client = std::move(*client);
  }
  return process;
}

int PlantProcess::modbus_port() const { return state_->controller->port(); }
const Line& PlantProcess::line() const { return state_->line; }

void PlantProcess::step() {
  State& it = *state_;
  const std::lock_guard lock(it.mutex);
  const std::int64_t now_ms = it.clock.now_ms();
  const double day_seconds = static_cast<double>((now_ms + 8LL * 3'600'000) % 86'400'000) / 1000.0;
  it.line.advance(tick_s * it.setup.speed, day_seconds);
  it.guard();
  for (const auto& [place, signal] : it.shown) it.controller->show(place, it.line.read(signal));
  if (const bool silent = it.line.silent("plc"); silent != it.controllers_lost) {
    it.controllers_lost = silent;
    std::set<int> units;
    for (const Register& one : it.setup.wires.registers) units.insert(one.unit);
    for (const int unit : units) it.controller->set_silent(unit, silent);
  }
  it.since_sparkplug_ms += 100;
  it.since_json_ms += 100;
  if (!it.client->connected()) return;
  if (it.since_sparkplug_ms >= it.setup.wires.sparkplug_period_ms) {
    it.since_sparkplug_ms = 0;
    it.report(now_ms);
  }
  if (it.since_json_ms >= it.setup.wires.json_period_ms) {
    it.since_json_ms = 0;
    it.report_meters(now_ms);
  }
}

}  // namespace yuanqu::simulator
