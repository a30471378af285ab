#include "telemetry/intake.hpp"

#include <chrono>

namespace yuanqu::telemetry {

using base::ErrorCode;
using base::fail;

namespace {
constexpr std::size_t problems_kept = 20;
constexpr std::uint32_t day_s = 86'400;
}  // namespace

// ---- the sink

base::Result<std::unique_ptr<PointSink>> PointSink::create(const PlantModel& plant, Recorder& recorder,
                                                           LivePicture& live, const base::Clock& clock, Taken taken,
                                                           Recorded recorded) {
  auto calculated = CalculatedTags::compile(plant);
  if (!calculated) return tl::unexpected(calculated.error());
  return std::unique_ptr<PointSink>(
      new PointSink(plant, recorder, live, clock, std::move(*calculated), std::move(taken), std::move(recorded)));
}

base::Result<std::uint64_t> PointSink::take(std::vector<Point> points) {
  const std::int64_t steady = steady_now_ms();
  const std::int64_t now = clock_.now_ms();
  std::lock_guard lock(mutex_);
  for (Point& point : points) {
    if (point.server_time_ms == 0) point.server_time_ms = now;
  }
  std::vector<Point> shown = live_.apply(points, steady);
  std::vector<TagIndex> changed;
  changed.reserve(shown.size());
  for (const Point& point : shown) changed.push_back(point.tag);
  for (Point& point : calculated_.follow(changed, live_, now, steady)) {
    shown.push_back(point);
    points.push_back(std::move(point));
  }
  if (taken_) taken_(shown);
  if (recorded_) recorded_(points);
  return recorder_.record(std::move(points));
}

void PointSink::lost(const std::vector<LostTags>& lost) {
  for (const LostTags& tags : lost) live_.lost(tags.tags, tags.quality, steady_now_ms());
}

void PointSink::heard(const std::vector<LinkIndex>& links) {
  for (LinkIndex link : links) live_.heard(link, steady_now_ms());
}

bool PointSink::holds(const Point& point) const {
  recorder_.settle();
  const auto held = recorder_.history().holds(point);
  return held && *held;
}

// ---- what the two intakes share

void BrokerIntake::take(std::vector<Point> points) {
  if (points.empty()) return;
  const std::size_t count = points.size();
  auto sequence = sink_.take(std::move(points));
  if (sequence)
    unsettled_.push_back(*sequence);
  else
    refused_ = sequence.error();
  std::lock_guard lock(mutex_);
  status_.points += count;
}

base::Result<void> BrokerIntake::settle() {
  // Later success does not make good an earlier refusal: each batch is asked for.
  std::optional<base::Error> problem = std::exchange(refused_, std::nullopt);
  for (std::uint64_t sequence : std::exchange(unsettled_, {})) {
    if (problem) break;
    if (auto settled = sink_.wait(sequence); !settled) problem = settled.error();
  }
  if (!problem) return {};
  note(*problem);
  return tl::unexpected(std::move(*problem));
}

void BrokerIntake::note(const std::vector<base::Error>& problems) {
  if (problems.empty()) return;
  std::lock_guard lock(mutex_);
  for (const base::Error& problem : problems) {
    ++status_.problem_count;
    status_.problems.push_back(problem);
    if (status_.problems.size() > problems_kept) status_.problems.erase(status_.problems.begin());
  }
}

IntakeStatus BrokerIntake::status() const {
  std::lock_guard lock(mutex_);
  IntakeStatus status = status_;
  if (client_) {
    status.connected = client_->connected();
    status.messages = client_->received();
    status.connection = client_->last_problem();
  }
  return status;
}

// ---- Sparkplug

base::Result<std::unique_ptr<SparkplugIntake>> SparkplugIntake::start(MqttOptions broker, SparkplugHostOptions host,
                                                                      PointSink& sink) {
  broker.clean_start = true;
  broker.session_expiry_s = 0;
  std::unique_ptr<SparkplugIntake> intake(new SparkplugIntake(std::move(host), sink));
  auto client = MqttClient::make(std::move(broker), *intake);
  if (!client) return tl::unexpected(client.error());
  intake->client_ = std::move(*client);
  intake->client_->begin();
  return intake;
}

SparkplugIntake::~SparkplugIntake() {
  if (!client_) return;
  {
    std::lock_guard lock(host_mutex_);
    client_->set_last_message(host_.death(sink_.clock().now_ms()));
  }
  std::unique_ptr<MqttClient> ending;
  {
    std::lock_guard lock(mutex_);
    ending = std::move(client_);
  }
  ending.reset();
}

std::vector<SparkplugHost::NodeStatus> SparkplugIntake::nodes() const {
  std::lock_guard lock(host_mutex_);
  return host_.nodes();
}

std::optional<Outgoing> SparkplugIntake::will() {
  std::lock_guard lock(host_mutex_);
  return host_.will(sink_.clock().now_ms());
}

std::vector<std::string> SparkplugIntake::subscriptions() {
  std::lock_guard lock(host_mutex_);
  return host_.subscriptions();
}

void SparkplugIntake::ready(bool) {
  HostOutput out;
  {
    std::lock_guard lock(host_mutex_);
    out = host_.connected(sink_.clock().now_ms());
    host_.request_births();  // nodes that were alive before us do not know that we missed their births
  }
  carry_out(std::move(out));
}

void SparkplugIntake::message(const MqttMessage& message) {
  HostOutput out;
  {
    std::lock_guard lock(host_mutex_);
    out = host_.message(message.topic, message.payload, message.retained, sink_.clock().now_ms(), steady_now_ms());
  }
  carry_out(std::move(out));
}

void SparkplugIntake::lost(const base::Error&) {
  HostOutput out;
  {
    std::lock_guard lock(host_mutex_);
    out = host_.disconnected();
  }
  carry_out(std::move(out));
}

void SparkplugIntake::tick() {
  HostOutput out;
  {
    std::lock_guard lock(host_mutex_);
    out = host_.tick(sink_.clock().now_ms(), steady_now_ms());
  }
  carry_out(std::move(out));
}

void SparkplugIntake::carry_out(HostOutput out) {
  sink_.lost(out.lost);
  take(std::move(out.points));
  sink_.heard(out.heard);
  note(out.problems);
  if (out.messages.empty()) return;
  MqttClient* client = nullptr;
  {
    std::lock_guard lock(mutex_);
    client = client_.get();
  }
  for (const Outgoing& message : out.messages) {
    if (client == nullptr) continue;
    if (auto sent = client->publish(message); !sent) note(sent.error());
  }
}

// ---- plain JSON

base::Result<std::unique_ptr<JsonIntake>> JsonIntake::start(MqttOptions broker, PointSink& sink) {
  if (broker.client_id.empty())
    return fail(ErrorCode::Invalid, "JSON 接入需要固定的客户端名，断线时代理才能代为保存报文。",
                "The JSON intake needs a fixed client id, so that the broker keeps messages while it is away.",
                {.field = "client_id"});
  broker.clean_start = false;
  if (broker.session_expiry_s == 0) broker.session_expiry_s = day_s;
  std::unique_ptr<JsonIntake> intake(new JsonIntake(sink));
  auto client = MqttClient::make(std::move(broker), *intake);
  if (!client) return tl::unexpected(client.error());
  intake->client_ = std::move(*client);
  intake->client_->begin();
  return intake;
}

JsonIntake::~JsonIntake() {
  std::unique_ptr<MqttClient> ending;
  {
    std::lock_guard lock(mutex_);
    ending = std::move(client_);
  }
  ending.reset();
}

void JsonIntake::ready(bool) {}

void JsonIntake::message(const MqttMessage& message) {
  JsonPoints read = mapping_.points_of(message.topic, message.payload, sink_.clock().now_ms());
  note(read.problems);
  if (message.duplicate) {
    // Delivered again after a connection was lost: what is held already is not taken twice.
    const std::size_t before = read.points.size();
    std::erase_if(read.points, [&](const Point& point) { return sink_.holds(point); });
    std::lock_guard lock(mutex_);
    status_.duplicates += before - read.points.size();
  }
  take(std::move(read.points));
}

void JsonIntake::lost(const base::Error&) {
  for (LinkIndex link = 0; link < sink_.plant().links().size(); ++link) {
    if (std::holds_alternative<JsonLink>(sink_.plant().links()[link].source))
      sink_.lost({{sink_.plant().tags_of_link(link), Quality::last_known}});
  }
}

}  // namespace yuanqu::telemetry
