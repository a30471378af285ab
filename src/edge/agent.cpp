#include "edge/agent.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "base/secret.hpp"
#include "control/guard.hpp"
#include "control/wire.hpp"
#include "edge/controllers.hpp"
#include "edge/kept_log.hpp"
#include "edge/outbox.hpp"
#include "journal/folder_lock.hpp"
#include "telemetry/sparkplug_edge.hpp"

namespace yuanqu::edge {

namespace {

constexpr std::int64_t step_ms = 20;
constexpr std::size_t batch_points = 200;  // told at once from the outbox
constexpr std::size_t inbox_max = 1'000;

// What the client's thread hands to the guard's thread.
struct Event {
  enum class Kind : std::uint8_t { Message, Ready, Lost } kind = Kind::Message;
  control::Fields fields;
};

}  // namespace

struct Agent::State final : telemetry::MqttHandler, control::EdgePorts {
  State(AgentSetup given, const base::Clock& time)
      : setup(std::move(given)), clock(time), node({.group = setup.site.group, .node = setup.site.node}) {}

  AgentSetup setup;
  const base::Clock& clock;
  journal::FolderLock lock;
  std::string boot;
  std::unique_ptr<Controllers> controllers;
  std::unique_ptr<KeptLog> kept;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<control::Guard> guard;
  std::unique_ptr<telemetry::MqttClient> client;  // its thread calls the MqttHandler part

  // The Sparkplug node is used by both threads.
  std::mutex node_mutex;
  telemetry::SparkplugEdge node;
  bool born = false;

  std::mutex inbox_mutex;
  std::condition_variable inbox_wake;
  std::deque<Event> inbox;

  std::int64_t watchdog_at = 0;
  std::int64_t watchdog_count = 0;

  std::int64_t wall_ms() const { return clock.now_ms(); }

  // ---- MqttHandler: the client's thread

  std::optional<telemetry::Outgoing> will() override {
    const auto number = telemetry::next_bd_seq(setup.folder / "bd_seq");
    if (!number) setup.log(number.error().en);
    const std::lock_guard guard_lock(node_mutex);
    return node.begin_session(number.value_or(0), wall_ms());
  }
  std::vector<std::string> subscriptions() override {
    const std::lock_guard guard_lock(node_mutex);
    return node.subscriptions();
  }
  // Commands are never queued for us: what comes while we are away is gone.
  int subscription_qos() override { return 0; }
  void ready(bool) override {
    {
      const std::lock_guard guard_lock(node_mutex);
      for (const telemetry::Outgoing& birth : node.connected(wall_ms())) (void)client->publish(birth);
      born = node.born();
    }
    put({Event::Kind::Ready, {}});
  }
  void lost(const base::Error& why) override {
    setup.log("link lost: " + why.en);
    {
      const std::lock_guard guard_lock(node_mutex);
      node.disconnected();
      born = false;
    }
    put({Event::Kind::Lost, {}});
  }
  void message(const telemetry::MqttMessage& message) override {
    telemetry::SparkplugEdge::Received received;
    {
      const std::lock_guard guard_lock(node_mutex);
      received = node.message(message.topic, message.payload, message.retained, wall_ms());
      for (const telemetry::Outgoing& birth : received.messages) (void)client->publish(birth);
    }
    if (message.retained) return;
    for (const telemetry::SparkplugMetric& metric : received.commands) {
      control::Fields fields = control::fields_of(metric);
      if (!fields.empty()) put({Event::Kind::Message, std::move(fields)});
    }
  }
  void put(Event event) {
    {
      const std::lock_guard guard_lock(inbox_mutex);
      // Someone floods us: what is too much is dropped like anything a network loses; the loss of the link never is.
      if (inbox.size() >= inbox_max && event.kind == Event::Kind::Message) return;
      inbox.push_back(std::move(event));
    }
    inbox_wake.notify_one();
  }

  // ---- EdgePorts: the guard's thread

  control::Reading read(const std::string& tag) const override { return controllers->read(tag, steady_ms()); }
  control::EdgeTime now() const override { return {wall_ms(), steady_ms()}; }
  bool keep(const control::Kept& record) override {
    auto appended = kept->append(record);
    if (!appended) setup.log(appended.error().en);
    return appended.has_value();
  }
  bool write(const std::vector<std::pair<std::string, feel::Value>>& writings) override {
    const bool acknowledged = controllers->write(writings);
    if (!acknowledged) setup.log("a controller did not acknowledge a writing");
    return acknowledged;
  }
  void send(control::Fields fields) override {
    std::optional<telemetry::Outgoing> message;
    const std::lock_guard guard_lock(node_mutex);
    message = node.event("", {control::to_metric(fields)}, wall_ms());
    if (message) (void)client->publish(*message);
  }

  // ---- the guard's thread

  void take_events() {
    std::unique_lock inbox_lock(inbox_mutex);
    inbox_wake.wait_for(inbox_lock, std::chrono::milliseconds(step_ms), [&] { return !inbox.empty(); });
    std::deque<Event> events = std::exchange(inbox, {});
    inbox_lock.unlock();
    for (const Event& event : events) {
      switch (event.kind) {
        case Event::Kind::Message: guard->receive(event.fields, *this); break;
        case Event::Kind::Ready: setup.log("link up"); break;
        case Event::Kind::Lost:
          guard->link_lost(*this);
          if (auto put_away = outbox->connection_lost(steady_ms()); !put_away) setup.log(put_away.error().en);
          break;
      }
    }
  }

  void count_watchdog() {
    if (setup.site.watchdog.empty() || steady_ms() < watchdog_at) return;
    watchdog_at = steady_ms() + setup.site.heartbeat_ms;
    watchdog_count = (watchdog_count + 1) % 30'000;
    (void)controllers->write({{setup.site.watchdog, feel::Value(watchdog_count)}});
  }

  void tell(const std::vector<telemetry::EdgeValue>& values, bool from_outbox) {
    bool told = false;
    {
      const std::lock_guard guard_lock(node_mutex);
      // Before the birth the node only keeps them: the birth then tells the newest, also of what never changes again.
      if (born || !from_outbox) {
        const auto message = node.report("", values, wall_ms());
        told = born && (!message || client->publish(*message).has_value());
      }
    }
    if (told) outbox->published(values, steady_ms());
    if (told && from_outbox) {
      if (auto forgotten = outbox->forget(values.size()); !forgotten) setup.log(forgotten.error().en);
    }
    if (!told && !from_outbox) {
      if (auto put_away = outbox->put(values); !put_away) setup.log(put_away.error().en);
    }
  }

  void tell_points() {
    std::vector<telemetry::EdgeValue> values;
    for (telemetry::Point& point : controllers->changes()) {
      values.push_back({setup.plant.tag(point.tag).name, std::move(point.value), point.source_time_ms, point.quality});
    }
    if (!values.empty()) tell(values, false);
    if (outbox->size() > 0 && born) tell(outbox->next(batch_points), true);
  }

  base::Result<void> define_metrics() {
    for (telemetry::TagIndex index = 0; index < setup.plant.tags().size(); ++index) {
      const telemetry::Tag& tag = setup.plant.tag(index);
      if (!controllers->reads(tag.name)) continue;
      if (auto defined = node.define("", tag.name, telemetry::sparkplug_type_of(tag.type)); !defined) return defined;
    }
    return {};
  }
};

Agent::Agent(std::unique_ptr<State> state) : state_(std::move(state)) {}

Agent::~Agent() { state_->client.reset(); }

const std::string& Agent::boot() const { return state_->boot; }

base::Result<std::unique_ptr<Agent>> Agent::open(AgentSetup setup, const base::Clock& clock) {
  std::error_code problem;
  std::filesystem::create_directories(setup.folder, problem);
  if (problem) {
    return base::fail(base::ErrorCode::Unavailable,
                      "无法建立数据文件夹 " + setup.folder.string() + "：" + problem.message() + "。",
                      "Cannot make the data folder " + setup.folder.string() + ": " + problem.message() + ".");
  }
  auto lock = journal::FolderLock::take(setup.folder);
  if (!lock) return tl::unexpected(lock.error());
  auto state = std::make_unique<State>(std::move(setup), clock);
  state->lock = std::move(*lock);
  state->boot = base::random_token(16);
  auto controllers = Controllers::start(state->setup.plant, state->setup.site.group, state->setup.site.node, clock);
  if (!controllers) return tl::unexpected(controllers.error());
  state->controllers = std::move(*controllers);
  for (const auto& [name, tag] : state->setup.site.inputs) {
    if (state->controllers->reads(tag)) continue;
    return base::fail(base::ErrorCode::Invalid, "现场程序读不到点 " + tag + "：它须是经由本程序的 Modbus 点。",
                      "The agent cannot read " + tag + ": it must be a Modbus tag of a link through this agent.",
                      {.field = name});
  }
  if (auto defined = state->define_metrics(); !defined) return tl::unexpected(defined.error());
  std::vector<control::Kept> earlier;
  auto kept = KeptLog::open(state->setup.folder / "commands.log", earlier);
  if (!kept) return tl::unexpected(kept.error());
  state->kept = std::make_unique<KeptLog>(std::move(*kept));
  auto outbox = Outbox::open(state->setup.folder / "outbox.log");
  if (!outbox) return tl::unexpected(outbox.error());
  state->outbox = std::move(*outbox);
  state->guard = std::make_unique<control::Guard>(state->setup.site, state->setup.key, state->boot, earlier);
  telemetry::MqttOptions broker = state->setup.broker;
  broker.client_id = "yuanqu-edge-" + state->setup.site.node;
  broker.clean_start = true;  // never a session with commands in it
  broker.session_expiry_s = 0;
  auto client = telemetry::MqttClient::make(std::move(broker), *state);
  if (!client) return tl::unexpected(client.error());
  state->client = std::move(*client);
  state->client->begin();  // calls back from its thread from here on; what it uses stands
  return std::unique_ptr<Agent>(new Agent(std::move(state)));
}

void Agent::run(const std::atomic<bool>& stop) {
  State& state = *state_;
  while (!stop.load()) {
    state.take_events();
    state.guard->tick(state);
    state.count_watchdog();
    state.tell_points();
  }
  state.guard->link_lost(state);
  const std::lock_guard guard_lock(state.node_mutex);
  state.client->set_last_message(state.node.death(state.wall_ms()));
}

}  // namespace yuanqu::edge
